//! Languages by ISO 639-1 code: the English name, and which way the script runs.

const NAMES: &[(&str, &str)] = &[
    ("am", "Amharic"),
    ("ar", "Arabic"),
    ("bg", "Bulgarian"),
    ("bn", "Bengali"),
    ("bo", "Tibetan"),
    ("cs", "Czech"),
    ("da", "Danish"),
    ("de", "German"),
    ("el", "Greek"),
    ("en", "English"),
    ("es", "Spanish"),
    ("et", "Estonian"),
    ("fa", "Persian"),
    ("fi", "Finnish"),
    ("fr", "French"),
    ("gu", "Gujarati"),
    ("he", "Hebrew"),
    ("hi", "Hindi"),
    ("hr", "Croatian"),
    ("hu", "Hungarian"),
    ("hy", "Armenian"),
    ("id", "Indonesian"),
    ("it", "Italian"),
    ("ja", "Japanese"),
    ("ka", "Georgian"),
    ("km", "Khmer"),
    ("kn", "Kannada"),
    ("ko", "Korean"),
    ("lo", "Lao"),
    ("lt", "Lithuanian"),
    ("lv", "Latvian"),
    ("ml", "Malayalam"),
    ("my", "Burmese"),
    ("nl", "Dutch"),
    ("no", "Norwegian"),
    ("or", "Odia"),
    ("pa", "Punjabi"),
    ("pl", "Polish"),
    ("pt", "Portuguese"),
    ("ro", "Romanian"),
    ("ru", "Russian"),
    ("si", "Sinhala"),
    ("sk", "Slovak"),
    ("sl", "Slovene"),
    ("sr", "Serbian"),
    ("sv", "Swedish"),
    ("ta", "Tamil"),
    ("te", "Telugu"),
    ("th", "Thai"),
    ("tr", "Turkish"),
    ("uk", "Ukrainian"),
    ("ur", "Urdu"),
    ("vi", "Vietnamese"),
    ("zh", "Chinese"),
];

/// Whether it is a code by its form: two small letters.
pub fn is_code(code: &str) -> bool {
    code.len() == 2 && code.bytes().all(|b| b.is_ascii_lowercase())
}

/// The English name of a language; its code when it is none of ours, and words when nobody knows.
pub fn name(code: &str) -> &str {
    match NAMES.iter().find(|(known, _)| *known == code) {
        Some((_, name)) => name,
        None if code.is_empty() || code == "und" => "language not known",
        None => code,
    }
}

/// The code of a language by its code or English name, in any case.
pub fn find(typed: &str) -> Option<&'static str> {
    let lower = typed.to_lowercase();
    NAMES.iter().find(|(code, name)| *code == lower || name.to_lowercase() == lower).map(|(code, _)| *code)
}

/// The value of `dir` for text in this language.
pub fn direction(code: &str) -> &'static str {
    if ["ar", "fa", "he", "ur", "ps", "yi"].contains(&code) { "rtl" } else { "ltr" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_is_named_and_has_a_direction() {
        assert_eq!([name("ru"), name("und"), name("xx")], ["Russian", "language not known", "xx"]);
        assert_eq!((direction("he"), direction("ru")), ("rtl", "ltr"));
    }
}
