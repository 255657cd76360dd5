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

/// What feeds write where a code of ISO 639-1 is asked for: codes of three letters, names, and countries.
#[rustfmt::skip]
const CODES: &[(&str, &str)] = &[
    ("en", "eng english"), ("de", "ger deu german deutsch"), ("fr", "fre fra french francais"), ("es", "spa spanish espanol"), ("it", "ita italian italiano"),
    ("pt", "por portuguese"), ("nl", "dut nld dutch"), ("ru", "rus russian"), ("uk", "ukr ukrainian ua"), ("pl", "pol polish"), ("cs", "cze ces cz czech"),
    ("sk", "slo slk slovak"), ("sl", "slv slovene si"), ("hu", "hun hungarian"), ("ro", "rum ron romanian"), ("bg", "bul bulgarian"), ("sr", "srp serbian"),
    ("hr", "hrv croatian"), ("el", "gre ell greek gr"), ("tr", "tur turkish"), ("sv", "swe swedish"), ("no", "nor nob norwegian nb nn nno"), ("da", "dan danish dk"),
    ("fi", "fin finnish"), ("ar", "ara arabic"), ("he", "heb hebrew iw"), ("fa", "per fas persian farsi"), ("ur", "urd urdu"), ("hi", "hin hindi"),
    ("bn", "ben bengali"), ("zh", "chi zho chinese cn"), ("ja", "jpn japanese jp"), ("ko", "kor korean kr"), ("vi", "vie vietnamese vn"), ("th", "tha thai"),
    ("id", "ind indonesian"), ("ms", "may msa malay"), ("sw", "swa swahili"),
];

/// The language of a tag (`en-GB`, `eng`, `English`) as ISO 639-1; `None` for what says none.
pub fn primary(tag: &str) -> Option<String> {
    let start: String = tag.trim().split(['-', '_']).next().unwrap_or("").chars().filter(char::is_ascii_alphabetic).take(12).collect();
    let start = start.to_lowercase();
    let known = CODES.iter().find(|(_, names)| names.split(' ').any(|name| name == start)).map(|(code, _)| (*code).to_string());
    // three letters where two have none
    let is_known = |start: &String| is_code(start) || ["ckb", "yue", "sah", "fil"].contains(&start.as_str());
    known.or_else(|| Some(start).filter(is_known))
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

    #[test]
    fn a_language_is_known_by_whatever_feeds_call_it() {
        for (tag, code) in
            [("en-GB", Some("en")), ("eng", Some("en")), ("English", Some("en")), ("cz", Some("cs")), ("ger", Some("de")), ("zh_CN", Some("zh"))]
        {
            assert_eq!(primary(tag).as_deref(), code, "{tag}");
        }
        assert_eq!([primary(""), primary("qqq"), primary("1033")], [None, None, None]);
    }
}
