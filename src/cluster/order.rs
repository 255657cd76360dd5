//! Which one of a row a title speaks of: the 12th package of sanctions is not the 13th. Pure.

use rustc_hash::FxHashMap;
use std::sync::LazyLock;
use unicode_segmentation::UnicodeSegmentation;

/// Ordinal words from the third on by what they say; the beginnings of such words have a dash.
const WORDS: &[(u8, &str)] = &[
    (3, "third troisième dritte dritten drittes трети- третья третье"),
    (4, "fourth quatrième vierte vierten viertes четверты- четвертая четвертое"),
    (5, "fifth cinquième fünfte fünften пятый пятая пятое пятого"),
    (6, "sixth sixième sechste sechsten шестой шестая шестого"),
    (7, "seventh septième siebte siebten седьмо- седьмая séptimo séptima"),
    (8, "eighth huitième восьмо- восьмая octavo octava"),
    (9, "ninth neuvième neunte neunten девяты- девятая noveno novena"),
    (10, "tenth dixième zehnte zehnten десяты- десятая décimo décima"),
    (11, "eleventh onzième elfte elften одиннадцаты- одиннадцатая undécimo undécima"),
    (12, "twelfth douzième zwölfte zwölften двенадцаты- двенадцатая duodécimo duodécima"),
    (13, "thirteenth treizième dreizehnte dreizehnten тринадцаты- тринадцатая decimoterc-"),
    (14, "fourteenth quatorzième vierzehnte vierzehnten четырнадцаты- четырнадцатая decimocuart-"),
    (15, "fifteenth quinzième fünfzehnte fünfzehnten пятнадцаты- пятнадцатая decimoquint-"),
    (16, "sixteenth seizième sechzehnte sechzehnten шестнадцаты- шестнадцатая decimosext-"),
    (17, "seventeenth siebzehnte siebzehnten семнадцаты- семнадцатая decimoséptim-"),
    (18, "eighteenth achtzehnte achtzehnten восемнадцаты- восемнадцатая decimoctav-"),
    (19, "nineteenth neunzehnte neunzehnten девятнадцаты- девятнадцатая decimonoven-"),
    (20, "twentieth vingtième zwanzigste zwanzigsten двадцаты- двадцатая vigésimo vigésima"),
];

/// [`WORDS`] by word, and the beginnings.
type Orders = (FxHashMap<&'static str, u8>, Vec<(&'static str, u8)>);
static ORDERS: LazyLock<Orders> = LazyLock::new(|| {
    let all = || WORDS.iter().flat_map(|(order, words)| words.split(' ').map(move |word| (word, *order)));
    let starts = all().filter_map(|(word, order)| Some((word.strip_suffix('-')?, order)));
    (all().filter(|(word, _)| !word.ends_with('-')).collect(), starts.collect())
});

/// Beginnings of the names of months: "24. Februar" and "March 9th" are days.
const MONTHS: &str = "januar febr märz march april may mai mayo juni june juin juil july august août septem oktober octob novem dezem décem decem января феврал марта апрел мая июн июл август сентябр октябр ноябр декабр";

/// Beginnings of what is counted on while one event goes on: its days, its dead, its rank.
const GOES_ON: &str = "time day week month year night hour minute person people victim death case bod man woman wom place largest biggest highest straight \
consecutive raise quarter half раз день дня дни сут недел месяц год челов погиб жертв случа jour semaine mois fois mort personne victime cas día semana mes \
vez muert persona víctima tag woche monat mal person tote opfer fall";

/// Ordinals of a title in ascending order, each once: "12th", "12-й", "12º", "第12", "twelfth".
pub fn orders(title: &str, language: &str) -> Vec<u8> {
    let words: Vec<(usize, &str)> = title.unicode_word_indices().collect();
    let mut found: Vec<u8> = vec![];
    for (place, (at, word)) in words.iter().enumerate() {
        let Some(order) = order(title, *at, word, language) else { continue };
        // the й of 12-й is a word to some
        let next = words[place + 1..].iter().map(|(_, word)| word.to_lowercase()).find(|word| word.chars().count() > 2);
        let before = place.checked_sub(1).map(|before| words[before].1.to_lowercase());
        let begins =
            |word: &Option<String>, list: &str| word.as_ref().is_some_and(|word| list.split_whitespace().any(|start| word.starts_with(start)));
        if !begins(&next, GOES_ON) && !begins(&next, MONTHS) && !begins(&before, MONTHS) {
            found.push(order);
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

fn order(title: &str, at: usize, word: &str, language: &str) -> Option<u8> {
    let digits = word.len() - word.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    if digits == 0 {
        let lower = word.to_lowercase();
        let (whole, starts) = &*ORDERS;
        return whole.get(lower.as_str()).copied().or_else(|| starts.iter().find(|(start, _)| lower.starts_with(start)).map(|(_, order)| *order));
    }
    let number = word[..digits].parse().ok().filter(|number| *number > 1)?;
    let (suffix, after) = (word[digits..].to_lowercase(), &title[at + word.len()..]);
    let is_ordinal = match suffix.as_str() {
        "st" | "nd" | "rd" | "th" | "º" | "ª" | "e" | "er" | "ème" | "eme" | "ste" => true,
        "" => {
            let of_russian = after.strip_prefix('-').is_some_and(|rest| matches!(rest.chars().next(), Some('а'..='я')));
            let of_german = language == "de" && after.starts_with(". ");
            title[..at].ends_with('第') || after.starts_with(['º', 'ª']) || after.starts_with(".º") || of_russian || of_german
        }
        _ => false,
    };
    is_ordinal.then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinals_are_read_in_digits_and_words() {
        for (title, language, found) in [
            ("EU adopts 12th sanctions package against Russia", "en", &[12][..]),
            ("European Commission proposes thirteenth package", "en", &[13]),
            ("ЕС утвердил 12-й пакет санкций против России", "ru", &[12]),
            ("ЕС согласовал двенадцатый пакет санкций", "ru", &[12]),
            ("La UE aprueba el 12º paquete de sanciones", "es", &[12]),
            ("La UE adopta el decimotercer paquete de sanciones", "es", &[13]),
            ("L'UE adopte le 12e paquet de sanctions", "fr", &[12]),
            ("EU beschließt 12. Sanktionspaket gegen Russland", "de", &[12]),
            ("欧盟通过第12轮制裁", "zh", &[12]),
            ("Protests go on for third day in Tehran", "en", &[]),
            ("Fourth person dies after Lagos fire", "en", &[]),
            ("Quake kills 12 in Chile", "en", &[]),
            ("Vance wins by 3 points in 2024", "en", &[]),
            ("Two thirds of voters want a fourth term", "en", &[4]),
            ("Trial begins on March 9th and ends on the 4th of July", "en", &[]),
            ("Seit dem 24. Februar ist Krieg", "de", &[]),
            ("Una población diezmada; Octavio Paz y noventa muertos", "es", &[]),
        ] {
            assert_eq!(orders(title, language), found, "{title}");
        }
    }
}
