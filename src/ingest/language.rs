//! The language of a text that nobody has told. Pure.
//!
//! whichlang tells 16 languages by their letters and words; letters and words of their own tell those that it does not know.

use crate::text::words::stop_words;

/// The language that a feed or its source says, unless the text is in letters that this language is not written in.
pub fn told_or_detected(told: Option<String>, text: &str) -> String {
    match told {
        Some(told) if script(text).zip(script_of(&told)).is_none_or(|(found, told)| found == told) => told,
        _ => detect(text),
    }
}

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
    if text.chars().any(|c| matches!(c, 'і' | 'ї' | 'є' | 'ґ')) {
        return "uk".into();
    }
    if text.chars().any(|c| matches!(c, 'پ' | 'چ' | 'ژ' | 'گ')) {
        return "fa".into();
    }
    by_small_words(text).unwrap_or_else(|| by_model(text)).into()
}

/// The language whose small words a text has: two more of them than any other language's.
fn by_small_words(text: &str) -> Option<&'static str> {
    let mut counts = stop_words(text);
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let second = counts.get(1).map_or(0, |(_, count)| *count);
    counts.first().filter(|(_, count)| *count >= second + 2).map(|(language, _)| *language)
}

fn by_model(text: &str) -> &'static str {
    let three = format!("{:?}", whichlang::detect_language(text)).to_lowercase();
    match three.as_str() {
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
    }
}
