//! Languages by ISO 639-1 code: the English name, and which way the script runs.

const NAMES: &[(&str, &str)] = &[
    ("ar", "Arabic"),
    ("bg", "Bulgarian"),
    ("bn", "Bengali"),
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
    ("he", "Hebrew"),
    ("hi", "Hindi"),
    ("hr", "Croatian"),
    ("hu", "Hungarian"),
    ("id", "Indonesian"),
    ("it", "Italian"),
    ("ja", "Japanese"),
    ("ka", "Georgian"),
    ("ko", "Korean"),
    ("lt", "Lithuanian"),
    ("lv", "Latvian"),
    ("nl", "Dutch"),
    ("no", "Norwegian"),
    ("pl", "Polish"),
    ("pt", "Portuguese"),
    ("ro", "Romanian"),
    ("ru", "Russian"),
    ("sk", "Slovak"),
    ("sl", "Slovene"),
    ("sr", "Serbian"),
    ("sv", "Swedish"),
    ("th", "Thai"),
    ("tr", "Turkish"),
    ("uk", "Ukrainian"),
    ("ur", "Urdu"),
    ("vi", "Vietnamese"),
    ("zh", "Chinese"),
];

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
