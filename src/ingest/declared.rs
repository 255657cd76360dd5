//! Entities that a document declares for itself, in its DOCTYPE. Pure.
//!
//! The tokenizer knows those of HTML alone. Plain ones are read: what would lead to another entity, to a file or to an address is left as it stands, so
//! that nothing grows by itself.

use regex::Regex;
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

/// Entities of one document, the bytes of one, and what all of them together may add to a document.
const MOST: usize = 100;
const LONGEST: usize = 200;
const GROWTH: usize = 1024 * 1024;

/// The declarations of a document stand in its first bytes.
const WITHIN: usize = 64 * 1024;

static DECLARATION: LazyLock<Regex> = LazyLock::new(|| {
    let pattern = r#"<!ENTITY\s+([A-Za-z_][A-Za-z0-9._-]{0,39})\s+(?:"([^"<%]*)"|'([^'<%]*)')\s*>"#;
    Regex::new(pattern).expect("the pattern is one")
});

/// What XML has of its own means what it means.
const OWN: [&str; 5] = ["amp", "lt", "gt", "quot", "apos"];

/// A document with the entities that it declares written out.
pub fn written_out(text: &str) -> Cow<'_, str> {
    let declared = declared(text);
    if declared.is_empty() {
        return text.into();
    }
    let mut out = String::with_capacity(text.len());
    let (mut rest, mut added) = (text, 0);
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let name = rest[1..].bytes().take(41).position(|byte| byte == b';').and_then(|end| rest.get(1..=end));
        match name.and_then(|name| Some((name, declared.get(name)?))).filter(|_| added < GROWTH) {
            Some((name, value)) => {
                out.push_str(value);
                added += value.len();
                rest = &rest[name.len() + 2..];
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out.into()
}

/// By name, the first to declare one counts (XML 1.0, 4.2).
fn declared(text: &str) -> HashMap<&str, &str> {
    let head = &text[..text.floor_char_boundary(WITHIN)];
    let subset = head.find("<!DOCTYPE").map_or("", |at| &head[at..]);
    let mut declared = HashMap::new();
    for found in DECLARATION.captures_iter(subset).take(MOST) {
        let (Some(name), Some(value)) = (found.get(1), found.get(2).or(found.get(3))) else { continue };
        if value.len() <= LONGEST && !OWN.contains(&name.as_str()) && is_plain(value.as_str()) {
            declared.entry(name.as_str()).or_insert(value.as_str());
        }
    }
    declared
}

/// Whether a value leads to no entity but those that every document has.
fn is_plain(value: &str) -> bool {
    let is_own = |rest: &str| rest.starts_with('#') || OWN.iter().any(|own| rest.strip_prefix(own).is_some_and(|rest| rest.starts_with(';')));
    value.split('&').skip(1).all(is_own)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(declarations: &str, text: &str) -> String {
        let document = format!("<?xml version='1.0'?><!DOCTYPE rss [{declarations}]><t>{text}</t>");
        written_out(&document).split_once("<t>").unwrap().1.trim_end_matches("</t>").to_string()
    }

    #[test]
    fn what_a_document_declares_is_written_out() {
        let two = "<!ENTITY corp \"Acme &amp; Sons\"><!ENTITY  o 'K&#246;ln' ><!ENTITY corp 'another'>";
        assert_eq!(of(two, "&corp; of &o; &corp &unknown; & &amp;"), "Acme &amp; Sons of K&#246;ln &corp &unknown; & &amp;");
        assert_eq!(written_out("<t>&corp;</t>"), "<t>&corp;</t>");
    }

    #[test]
    fn what_would_grow_or_lead_elsewhere_stays_as_it_stands() {
        let odd =
            "<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;'><!ENTITY file SYSTEM 'file:///etc/passwd'><!ENTITY % p 'x'><!ENTITY lt 'y'><!ENTITY m '<b>'>";
        assert_eq!(of(odd, "&b; &file; &p; &lt; &m; &a;"), "&b; &file; &p; &lt; &m; aaaa");
        let long = "x".repeat(LONGEST);
        let grown = of(&format!("<!ENTITY a '{long}'>"), &"&a;".repeat(100_000));
        assert!(grown.len() < 300_000 + GROWTH + 2 * LONGEST, "{}", grown.len());
    }
}
