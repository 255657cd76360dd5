//! From bytes to text: by byte-order mark, HTTP header, XML declaration, then by detection.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// The text of a feed. Bytes that no reading explains become replacement characters; it never fails.
pub fn decode(bytes: &[u8], content_type: Option<&str>) -> String {
    if let Some((encoding, _)) = Encoding::for_bom(bytes) {
        return encoding.decode(bytes).0.into_owned();
    }
    if let Some(encoding) = without_mark(bytes) {
        return encoding.decode_without_bom_handling(bytes).0.into_owned();
    }
    // text that is UTF-8 by its bytes is UTF-8, whatever it says of itself
    if let Ok(text) = std::str::from_utf8(bytes)
        && !text.is_ascii()
    {
        return text.to_string();
    }
    if let Some(text) = nearly_utf8(bytes) {
        return text;
    }
    let (mut header, declared) = (content_type.and_then(of_header), of_declaration(bytes));
    // Latin-1 is what servers say when nobody told them
    if header == Some(WINDOWS_1252) && (declared.is_some() || detected(bytes).is_some_and(is_of_other_letters)) {
        header = None;
    }
    let named = header.into_iter().chain(declared);
    for encoding in named {
        let (text, had_errors) = encoding.decode_without_bom_handling(bytes);
        // many say UTF-8 and are not; then what it looks like counts
        if !had_errors {
            return text.into_owned();
        }
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return text.to_string();
    }
    detect(bytes).decode_without_bom_handling(bytes).0.into_owned()
}

fn detect(bytes: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    detector.guess(None, Utf8Detection::Allow)
}

/// What bytes look like that are not all ASCII.
fn detected(bytes: &[u8]) -> Option<&'static Encoding> {
    (!bytes.is_ascii()).then(|| detect(bytes))
}

/// Whether an encoding is of letters that Latin-1 has none of: between those of Latin letters a short text does not decide.
fn is_of_other_letters(encoding: &'static Encoding) -> bool {
    !["windows-1250", "windows-1252", "windows-1254", "windows-1257", "windows-1258", "iso-8859-2", "iso-8859-4", "UTF-8"]
        .iter()
        .any(|latin| latin.eq_ignore_ascii_case(encoding.name()))
}

/// UTF-8 but for a few bytes, as where a summary was cut within a letter: they alone are lost. In any other encoding hardly a letter
/// outside ASCII is one of UTF-8 by chance.
fn nearly_utf8(bytes: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(bytes);
    let (mut good, mut broken) = (0usize, 0usize);
    for c in text.chars().filter(|c| !c.is_ascii()) {
        *(if c == char::REPLACEMENT_CHARACTER { &mut broken } else { &mut good }) += 1;
    }
    (good >= 4 && good >= 4 * broken).then(|| text.into_owned())
}

/// UTF-16 without a mark: every other byte of `<?` or `<r` is zero.
fn without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    match bytes {
        [0, b'<', 0, _, ..] => Some(UTF_16BE),
        [b'<', 0, _, 0, ..] => Some(UTF_16LE),
        _ => None,
    }
}

/// `charset` of a Content-Type.
fn of_header(content_type: &str) -> Option<&'static Encoding> {
    let lower = content_type.to_ascii_lowercase();
    let (_, value) = lower.split_once("charset")?;
    by_label(value.trim_start().strip_prefix('=')?.split(';').next()?)
}

/// `encoding` of `<?xml … ?>`, which is readable in every encoding that is left.
fn of_declaration(bytes: &[u8]) -> Option<&'static Encoding> {
    let start = String::from_utf8_lossy(&bytes[..bytes.len().min(400)]);
    let declaration = start.trim_start().strip_prefix("<?xml")?.split("?>").next()?;
    let (_, value) = declaration.split_once("encoding")?;
    by_label(value.trim_start().strip_prefix('=')?)
}

fn by_label(label: &str) -> Option<&'static Encoding> {
    let label = label.trim().trim_start_matches(['"', '\'']).split(['"', '\'']).next()?.trim();
    // a declaration that could be read cannot be UTF-16
    Encoding::for_label(label.as_bytes()).map(|encoding| if encoding == UTF_16LE || encoding == UTF_16BE { UTF_8 } else { encoding })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_broken_byte_costs_one_letter() {
        for text in ["Путин принял послов в Кремле", "It’s said that “all” is well in Ukraine’s east"] {
            let mut bytes = text.as_bytes().to_vec();
            bytes.extend([b' ', 0xd0, b'<']);
            assert_eq!(decode(&bytes, Some("text/xml; charset=utf-8")), format!("{text} \u{fffd}<"));
        }
        assert_eq!(decode(b"<a>caf\xe9 d\xe9j\xe0 vu", Some("text/xml; charset=utf-8")), "<a>café déjà vu");
    }

    #[test]
    fn each_way_of_naming_a_charset_is_heard() {
        let latin = b"<?xml version='1.0' encoding='iso-8859-1'?><a>caf\xe9</a>";
        assert!(decode(latin, None).contains("café"));
        assert!(decode(b"<a>caf\xe9</a>", Some("text/xml; charset=windows-1252")).contains("café"));
        assert!(decode(b"<a>\xc6\xe8</a>", Some("text/xml; Charset = \"Windows-1251\"")).contains("Жи"));
        assert!(decode(b"\xff\xfe<\0a\0>\0", None).contains("<a>"));
        assert!(decode(b"\0<\0a\0>", None).contains("<a>"));
        assert!(decode("<a>café</a>".as_bytes(), Some("text/xml; charset=us-ascii")).contains("café"));
    }

    #[test]
    fn a_wrong_name_is_not_believed() {
        // KOI8-R bytes under a declaration of UTF-8
        let text = "Путин провёл совещание по вопросам развития искусственного интеллекта";
        let (koi, _, _) = encoding_rs::KOI8_R.encode(text);
        let feed = [b"<?xml version=\"1.0\" encoding=\"utf-8\"?><a>".as_slice(), &koi, b"</a>"].concat();
        assert!(decode(&feed, None).contains("совещание"));
        // under the Latin-1 of a server that nobody told, too
        let bare = [b"<a>".as_slice(), &koi, b"</a>"].concat();
        assert!(decode(&bare, Some("text/xml; charset=ISO-8859-1")).contains("совещание"));
        assert!(decode(b"<a>caf\xe9 d\xe9j\xe0 vu \xe0 N\xeemes</a>", Some("text/xml; charset=ISO-8859-1")).contains("café déjà vu à Nîmes"));
    }
}
