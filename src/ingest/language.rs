//! The language of a text that nobody has told. Pure.
//!
//! whichlang tells 16 languages by their letters and words; letters and words of their own tell those that it does not know.

use crate::text::words::stop_words;
use unicode_segmentation::UnicodeSegmentation;

/// The language that a feed or its source says, unless the text is in letters that this language is not written in,
/// or its small words are clearly another one's: many programs say English unless they are told.
pub fn told_or_detected(told: Option<String>, text: &str) -> String {
    let fits = |told: &str| script(text).zip(script_of(told)).is_none_or(|(found, told)| found == told);
    let is_another = |told: &str| by_small_words(text, CLEARLY).is_some_and(|found| found != told);
    match told {
        Some(told) if fits(&told) && !is_another(&told) => told,
        _ => detect(text),
    }
}

/// Small words that a language is ahead of all others by, to be told by them, and to be believed against what its feed says.
const AHEAD: usize = 2;
const CLEARLY: usize = 5;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Script {
    Latin,
    Cyrillic,
    Greek,
    Hebrew,
    Arabic,
    /// Chinese signs, kana and hangul: what is written in one may hold another.
    EastAsian,
    Other,
}

/// The script that most letters of a text are in.
fn script(text: &str) -> Option<Script> {
    use Script::*;
    let mut counts = [0usize; 7];
    for c in text.chars().filter(|c| c.is_alphabetic()) {
        let script = match c {
            'a'..='z' | 'A'..='Z' | '\u{aa}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' => Latin,
            '\u{370}'..='\u{3ff}' => Greek,
            '\u{400}'..='\u{52f}' => Cyrillic,
            '\u{590}'..='\u{5ff}' => Hebrew,
            '\u{600}'..='\u{77f}' | '\u{fb50}'..='\u{fefc}' => Arabic,
            '\u{1100}'..='\u{11ff}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' => EastAsian,
            _ => Other,
        };
        counts[script as usize] += 1;
    }
    let all = [Latin, Cyrillic, Greek, Hebrew, Arabic, EastAsian, Other];
    all.into_iter().filter(|script| counts[*script as usize] > 0).max_by_key(|script| counts[*script as usize])
}

/// The script that a language is written in (CLDR, likely subtags); `None` for those that are written in two.
fn script_of(language: &str) -> Option<Script> {
    Some(match language {
        "sr" | "bs" | "uz" | "az" | "kk" | "ku" | "pa" | "ha" | "ms" | "tk" | "ug" => return None,
        "ru" | "uk" | "bg" | "be" | "mk" | "ky" | "mn" | "tg" | "tt" | "ba" | "cv" | "ce" | "os" | "sah" => Script::Cyrillic,
        "el" => Script::Greek,
        "he" | "yi" => Script::Hebrew,
        "ar" | "fa" | "ur" | "ps" | "sd" | "ckb" => Script::Arabic,
        "zh" | "ja" | "ko" | "yue" => Script::EastAsian,
        "hi" | "mr" | "ne" | "sa" | "bn" | "as" | "gu" | "or" | "ta" | "te" | "kn" | "ml" | "si" => Script::Other,
        "th" | "lo" | "my" | "km" | "bo" | "dz" | "ka" | "hy" | "am" | "ti" | "dv" => Script::Other,
        _ => Script::Latin,
    })
}

/// The language of a text by its letters and words, ISO 639-1.
pub fn detect(text: &str) -> String {
    by_script(text).or_else(|| by_letters(text)).or_else(|| by_small_words(text, AHEAD)).unwrap_or_else(|| by_model(&without_names(text))).into()
}

/// Scripts of one language that news is written in, by their first and last letter.
#[rustfmt::skip]
const SCRIPTS: &[(&str, char, char)] = &[
    ("el", '\u{370}', '\u{3ff}'), ("hy", '\u{530}', '\u{58f}'), ("he", '\u{590}', '\u{5ff}'), ("bn", '\u{980}', '\u{9ff}'),
    ("pa", '\u{a00}', '\u{a7f}'), ("gu", '\u{a80}', '\u{aff}'), ("or", '\u{b00}', '\u{b7f}'), ("ta", '\u{b80}', '\u{bff}'),
    ("te", '\u{c00}', '\u{c7f}'), ("kn", '\u{c80}', '\u{cff}'), ("ml", '\u{d00}', '\u{d7f}'), ("si", '\u{d80}', '\u{dff}'),
    ("th", '\u{e00}', '\u{e7f}'), ("lo", '\u{e80}', '\u{eff}'), ("bo", '\u{f00}', '\u{fff}'), ("my", '\u{1000}', '\u{109f}'),
    ("ka", '\u{10a0}', '\u{10ff}'), ("am", '\u{1200}', '\u{139f}'), ("km", '\u{1780}', '\u{17ff}'),
];
/// Letters that one language of a script has alone; the first whose letter is found. Persian has letters that Urdu has too, and Macedonian Serbian's.
#[rustfmt::skip]
const LETTERS: &[(&str, &str)] = &[
    ("kk", "әғқңұһ"), ("be", "ў"), ("uk", "іїєґ"), ("mk", "ѓќѕ"), ("sr", "ђћљњџ"), ("ur", "ٹڈڑںے"), ("fa", "پچژگ"),
    ("cs", "řěů"), ("pl", "łąężźś"), ("hu", "őű"), ("ro", "țșţ"), ("tr", "ığ"),
];

/// Japanese alone writes hiragana, among whatever it has of Chinese signs; another one may quote a word of it.
fn is_japanese(text: &str) -> bool {
    let count = |of: fn(&char) -> bool| text.chars().filter(of).count();
    let (hiragana, signs) = (count(|c| matches!(c, '\u{3041}'..='\u{3096}')), count(|c| matches!(c, '\u{3041}'..='\u{9fff}')));
    let hangul = count(|c| matches!(c, '\u{ac00}'..='\u{d7af}'));
    script(text) == Some(Script::EastAsian) && hiragana * 13 >= signs.max(1) && hiragana > hangul
}

fn by_script(text: &str) -> Option<&'static str> {
    if is_japanese(text) {
        return Some("ja");
    }
    let letters: Vec<char> = text.chars().filter(|c| c.is_alphabetic()).collect();
    let most = |(_, first, last): &&(&str, char, char)| letters.iter().filter(|c| (first..=last).contains(c)).count() * 2 > letters.len();
    SCRIPTS.iter().find(most).map(|(language, ..)| *language)
}

/// The language that has letters of its own in more of a text's words than any language has small words there: a name ("Erdoğan says") is of no
/// language, and one word of many is a name.
fn by_letters(text: &str) -> Option<&'static str> {
    let lower = text.to_lowercase();
    let words: Vec<&str> = lower.unicode_words().collect();
    let has = |own: &str| words.iter().filter(|word| word.contains(|c| own.contains(c))).count();
    let (language, found) = LETTERS.iter().map(|(language, own)| (*language, has(own))).find(|(_, found)| *found > 0)?;
    // names keep their letters where both languages are written in Latin ones, and «Суспільне» stands in Russian texts
    let is_name = found == 1 && words.len() > 2 && (script(text) == Some(Script::Latin) || language == "uk");
    let small = stop_words(text).into_iter().map(|(_, count)| count).max().unwrap_or(0);
    (!is_name && (found > small || found == small && found > 1)).then_some(language)
}

/// A text without words that have letters of their own language: where they do not decide, they are names, and lead a model astray.
fn without_names(text: &str) -> String {
    let is_name = |word: &&str| LETTERS.iter().any(|(_, own)| word.to_lowercase().contains(|c| own.contains(c)));
    let rest: Vec<&str> = text.split_whitespace().filter(|word| !is_name(word)).collect();
    if rest.is_empty() { text.into() } else { rest.join(" ") }
}

/// The language whose small words a text has, so many more of them than any other language's.
fn by_small_words(text: &str, ahead: usize) -> Option<&'static str> {
    let mut counts = stop_words(text);
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let second = counts.get(1).map_or(0, |(_, count)| *count);
    counts.first().filter(|(_, count)| *count >= second + ahead).map(|(language, _)| *language)
}

fn by_model(text: &str) -> &'static str {
    // in capitals all languages look alike to it
    let three = format!("{:?}", whichlang::detect_language(&text.to_lowercase())).to_lowercase();
    let is_vietnamese = || text.to_lowercase().contains(|c| matches!(c, 'ă' | 'đ' | 'ơ' | 'ư' | '\u{1ea0}'..='\u{1ef9}'));
    match three.as_str() {
        // what it does not know it often takes for this
        "vie" if !is_vietnamese() => "und",
        "ara" => "ar",
        "cmn" => "zh",
        "deu" => "de",
        "eng" => "en",
        "fra" => "fr",
        "hin" => "hi",
        "ita" => "it",
        "jpn" => "ja",
        "kor" => "ko",
        "nld" => "nl",
        "por" => "pt",
        "rus" => "ru",
        "spa" => "es",
        "swe" => "sv",
        "tur" => "tr",
        "vie" => "vi",
        _ => "und",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_told_language_is_believed_when_its_letters_fit() {
        let told = |language: &str, text: &str| told_or_detected(Some(language.into()), text);
        assert_eq!(told("en", "Переговоры России и Украины идут в Стамбуле"), "ru");
        assert_eq!(told("ru", "Путин: NATO"), "ru");
        assert_eq!(told("ar", "The president met his ministers in the capital"), "en");
        for (language, text) in
            [("ky", "Бишкекте эл чогулду"), ("mr", "मुंबईत पाऊस"), ("sr", "Влада"), ("sr", "Vlada"), ("kk", "Астана"), ("gu", "અમદાવાદ")]
        {
            assert_eq!(told(language, text), language, "{text}");
        }
        assert_eq!([told("fr", "Sommet à Bruxelles"), told("ja", "火災 2022"), told("de", "2022")], ["fr", "ja", "de"]);
    }

    #[test]
    fn a_language_is_told_by_its_letters() {
        assert_eq!(detect("Путін і Зеленський у Києві"), "uk");
        assert_eq!(detect("Путин провёл совещание по вопросам развития"), "ru");
        assert_eq!(detect("The president met his ministers in the capital"), "en");
        for (language, text) in [
            ("el", "Ο πρωθυπουργός συναντήθηκε"),
            ("he", "ראש הממשלה נפגש"),
            ("th", "นายกรัฐมนตรีพบ"),
            ("ka", "პრემიერი შეხვდა"),
            ("ta", "பிரதமர் சந்தித்தார்"),
            ("cs", "Premiér se sešel s ministry kvůli řízení"),
            ("pl", "Premier spotkał się z ministrami"),
            ("ur", "وزیراعظم نے کابینہ سے ملاقات کی"),
            ("fa", "رئیس‌جمهور با وزیران گفتگو کرد"),
            ("vi", "Thủ tướng gặp các bộ trưởng"),
        ] {
            assert_eq!(detect(text), language, "{text}");
        }
    }

    #[test]
    fn a_name_is_of_no_language() {
        for (text, language) in [
            ("Erdoğan says Turkey will not approve the deal", "en"),
            ("Le président Erdoğan reçu à Paris", "fr"),
            ("Lech Wałęsa taken to hospital in Gdansk", "en"),
            ("Dvořák concert hall evacuated after the fire", "en"),
            ("Об этом сообщает «Суспільне» со ссылкой на военных, которые не назвали потери", "ru"),
            ("Прэзідэнт Беларусі сустрэўся з міністрамі, каб абмеркаваць бюджэт на наступны год, паведаміў ўрад", "be"),
            ("Қазақстан президенті үкіметпен кездесті", "kk"),
            ("Київ горить", "uk"),
        ] {
            assert_eq!(detect(text), language, "{text}");
        }
    }

    #[test]
    fn a_program_that_says_english_to_everything_is_not_believed() {
        let german =
            "Die Polizei hat am Montag in der Stadt mit dem Bürgermeister über die Lage nach dem Brand und die Folgen für das Land gesprochen";
        assert_eq!(told_or_detected(Some("en".into()), german), "de");
        assert_eq!(told_or_detected(Some("en".into()), "FIRE AT LAGOS REFINERY KILLS THREE"), "en");
    }

    #[test]
    fn a_text_with_hiragana_is_japanese_however_many_signs_are_of_chinese() {
        for (text, language) in [
            ("中国、日本産水産物の輸入再開", "ja"),
            ("韓国大統領が非常戒厳を宣言", "ja"),
            ("中国恢复进口日本水产品", "zh"),
            ("Fire at の", "en"),
            ("優の良品在香港开设第三家分店", "zh"),
            ("「夜に駆ける」가 한국에서 인기를 끌고 있다", "ko"),
        ] {
            assert_eq!(detect(text), language, "{text}");
        }
    }
}
