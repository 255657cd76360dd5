//! The language of a text that nobody has told. Pure.
//!
//! whichlang tells 16 languages by their letters and words; letters and words of their own tell those that it does not know.

use crate::text::words::stop_words;

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
    fn a_language_is_told_by_its_letters() {
        assert_eq!(detect("Путін і Зеленський у Києві"), "uk");
        assert_eq!(detect("Путин провёл совещание по вопросам развития"), "ru");
        assert_eq!(detect("The president met his ministers in the capital"), "en");
    }
}
