//! Names of several words, found in running text of any script: the longest name at each word counts.
//!
//! A word is compared by its form: in Latin letters, without accents, case and the ending that grammar changes, so that «в Киеве»
//! and "Kyiv's" find their names. Scripts without spaces are searched as they stand.

use super::fold::{LAST_OF_ARABIC, fold};
use super::transliterate::romanize;
use super::words::{is_cjk, without_elision, without_owner};
use aho_corasick::{AhoCorasick, MatchKind};
use rustc_hash::FxHashMap;
use unicode_segmentation::UnicodeSegmentation;

/// Words of the longest name.
const LONGEST: usize = 8;
/// Letters of a word that is read as an acronym when all of them are capitals.
const ACRONYM: usize = 5;

/// A name in a text, by byte offsets, and the key it was added under.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found {
    pub key: u32,
    pub start: usize,
    pub end: usize,
}

/// An index of names.
pub struct Names {
    by_form: FxHashMap<String, u32>,
    /// By the form of a first word, how many words its longest name has.
    longest: FxHashMap<String, usize>,
    unspaced: AhoCorasick,
    unspaced_keys: Vec<u32>,
}

impl Names {
    /// Of names and their keys. The first to have a name keeps it. Names of less than three letters are left out, in Chinese,
    /// Japanese and Korean those of one sign.
    pub fn new<'a>(names: impl IntoIterator<Item = (&'a str, u32)>) -> Self {
        let mut by_form = FxHashMap::default();
        let mut longest: FxHashMap<String, usize> = FxHashMap::default();
        let mut unspaced: Vec<(&str, u32)> = vec![];
        for (name, key) in names {
            if name.chars().all(|c| is_cjk(c) || c == '・') {
                unspaced.extend((name.chars().count() > 1).then_some((name, key)));
                continue;
            }
            let forms: Vec<String> = name.unicode_words().map(form).collect();
            if forms.is_empty() || forms.len() > LONGEST || name.chars().count() < 2 {
                continue;
            }
            let length = longest.entry(forms[0].clone()).or_default();
            *length = (*length).max(forms.len());
            by_form.entry(forms.join(" ")).or_insert(key);
        }
        let patterns = unspaced.iter().map(|(name, _)| *name);
        let automaton = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(patterns).expect("the names are few and short");
        Self { by_form, longest, unspaced: automaton, unspaced_keys: unspaced.into_iter().map(|(_, key)| key).collect() }
    }

    /// Every name in a text, in order, none inside another. In scripts that have capitals a name begins with one.
    pub fn find(&self, text: &str) -> Vec<Found> {
        let mut found = vec![];
        if text.chars().any(is_cjk) {
            let keyed = |m: aho_corasick::Match| Found { key: self.unspaced_keys[m.pattern().as_usize()], start: m.start(), end: m.end() };
            found.extend(self.unspaced.find_iter(text).map(keyed));
        }
        let words: Vec<(usize, &str)> = text.unicode_word_indices().filter(|(_, word)| !word.starts_with(is_cjk)).collect();
        let mut forms: Vec<Option<String>> = vec![None; words.len()];
        let mut at = 0;
        while at < words.len() {
            let length = self.length_at(&words, &mut forms, at);
            if let Some((length, key)) = length {
                let ((first, begins), (last, ends)) = (words[at], words[at + length - 1]);
                let start = first + begins.len() - without_elision(begins).len();
                found.push(Found { key, start, end: last + without_owner(ends).len() });
            }
            at += length.map_or(1, |(length, _)| length);
        }
        found.sort_by_key(|f| f.start);
        found
    }

    fn length_at(&self, words: &[(usize, &str)], forms: &mut [Option<String>], at: usize) -> Option<(usize, u32)> {
        if without_elision(words[at].1).starts_with(char::is_lowercase) {
            return None;
        }
        let longest = *self.longest.get(form_of(words, forms, at))?;
        let mut joined = form_of(words, forms, at).to_string();
        let mut best = self.by_form.get(&joined).map(|key| (1, *key));
        for length in 2..=longest.min(words.len() - at) {
            joined.push(' ');
            joined.push_str(form_of(words, forms, at + length - 1));
            if let Some(key) = self.by_form.get(&joined) {
                best = Some((length, *key));
            }
        }
        best
    }
}

fn form_of<'a>(words: &[(usize, &str)], forms: &'a mut [Option<String>], at: usize) -> &'a str {
    forms[at].get_or_insert_with(|| form(words[at].1))
}

/// A word as it is compared. English is compared as it stands, since it does not bend its names; other scripts lose their ending.
fn form(word: &str) -> String {
    let word = without_elision(without_owner(word));
    if word.is_ascii() {
        let bare = word.replace('.', "");
        // the US is not us, and IS is not is
        let is_acronym = bare.len() <= ACRONYM && bare.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
        return if is_acronym { bare } else { bare.to_ascii_lowercase() };
    }
    let is_of_latin = |c: char| c < '\u{250}' || matches!(c, '\u{1e00}'..='\u{1eff}');
    let is_latin = word.chars().any(|c| c >= '\u{c0}' && is_of_latin(c)) && word.chars().all(is_of_latin);
    if is_latin {
        return fold(word);
    }
    // a mark before it keeps bent forms of one script from meeting words of another
    if word.starts_with(is_arabic) {
        let roman = without_article(romanize(word));
        return format!("^{}", stem(&roman, &['a', 'h', 'y'], 4));
    }
    // beyond Arabic a mark is a vowel: पर is "on", and पेरू Peru
    if word.contains(|c| c > LAST_OF_ARABIC) {
        return format!("~{}", fold(word));
    }
    let roman = romanize(word);
    let stem = stem(&roman, &['a', 'e', 'i', 'o', 'u', 'y', 'm', 'h'], 3);
    // «Нигерия» keeps its «и» in every case, and is not «Нигер»
    let keeps_i = roman.len() > stem.len() + 1 && roman[stem.len()..].starts_with('i');
    format!("~{stem}{}", if keeps_i { "i" } else { "" })
}

/// A word in Latin letters without these endings, where enough of it is left: a short one without them is another word.
fn stem<'a>(roman: &'a str, endings: &[char], least: usize) -> &'a str {
    let stem = roman.trim_end_matches(endings);
    if stem.chars().count() >= least { stem } else { roman }
}

pub fn is_arabic(c: char) -> bool {
    matches!(c, '\u{600}'..='\u{6ff}')
}

/// Arabic writes its article and short prepositions as one word with the noun.
fn without_article(roman: String) -> String {
    let bare = ["wal", "bal", "lal", "al"].iter().find_map(|article| roman.strip_prefix(article));
    bare.filter(|rest| rest.len() >= 4).map_or(roman.clone(), str::to_string)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> Names {
        Names::new([("Kyiv", 1), ("Киев", 1), ("New York", 2), ("York", 3), ("日本", 4), ("U.S.", 5), ("القاهرة", 6), ("L'Oréal", 7)])
    }

    fn keys(text: &str) -> Vec<u32> {
        names().find(text).into_iter().map(|f| f.key).collect()
    }

    #[test]
    fn the_longest_name_counts_and_grammar_does_not_hide_it() {
        assert_eq!(keys("From New York to York, Kyiv’s and the U.S. too"), [2, 3, 1, 5]);
        assert_eq!(keys("Взрывы в Киеве"), [1]);
        assert_eq!(keys("في القاهرة"), [6]);
        assert_eq!(keys("昨日の日本で"), [4]);
        assert_eq!(keys("Un appel d'York et l’Oréal"), [3, 7]);
    }

    #[test]
    fn a_name_has_a_capital_and_is_a_whole_word() {
        assert!(keys("kyiv yorkshire Yorkshire Us").is_empty());
    }

    #[test]
    fn offsets_are_of_the_text_as_it_stands() {
        let text = "«Киева» and Kyiv's, dell’Oréal’s";
        let shown: Vec<&str> = names().find(text).into_iter().map(|f| &text[f.start..f.end]).collect();
        assert_eq!(shown, ["Киева", "Kyiv", "Oréal"]);
    }

    #[test]
    fn two_countries_of_one_beginning_stay_two() {
        let names = Names::new([("Нигер", 1), ("Нигерия", 2)]);
        let keys = |text: &str| names.find(text).into_iter().map(|f| f.key).collect::<Vec<_>>();
        assert_eq!(keys("Нигер, Нигера, Нигеру, в Нигере"), [1; 4]);
        assert_eq!(keys("Нигерия, Нигерии, Нигерию, в Нигериях"), [2; 4]);
    }

    #[test]
    fn a_short_word_is_no_other_scripts_name() {
        let names = Names::new([("Сале", 1), ("كالي", 2)]);
        assert!(names.find("في سال ١٤٠٣ قال الوزير").is_empty(), "neither a year nor who said something is a city");
        assert_eq!(names.find("مدينة كالي").len(), 1);
    }

    #[test]
    fn nothing_is_found_in_nothing() {
        assert!(keys("").is_empty());
        assert!(Names::new([]).find("Kyiv 日本").is_empty());
    }

    #[test]
    fn beyond_arabic_a_mark_makes_another_word() {
        let names = Names::new([("पेरू", 1), ("माली", 2), ("Tonga", 3), ("Тонга", 3)]);
        let found = |text: &str| names.find(text).into_iter().map(|found| found.key).collect::<Vec<_>>();
        assert_eq!(found("ईरान पर नए प्रतिबंध, मिला नया"), [0; 0]);
        assert_eq!(found("पेरू में भूकंप"), [1]);
        assert_eq!(found("Tổng thống thăm Lào"), [0; 0]);
    }
}
