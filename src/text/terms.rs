//! Words as the search knows them: folded stems in plain letters, the same when a text is written and when a reader asks.
//!
//! A reader does not say which language a word is in, so its script decides how it is stemmed. A term is written in ASCII letters and
//! digits and begins with a letter: then no engine has an opinion of its own about where words end.

use super::fold::{fold, in_one_spelling};
use super::words::{Stems, without_elision, without_owner};
use std::fmt::Write;
use std::sync::LazyLock;
use unicode_segmentation::UnicodeSegmentation;

/// Every text ends in this term, for a question that only says what a text must not have.
pub const ANY: &str = "any";

static LATIN: LazyLock<Stems> = LazyLock::new(|| Stems::of("en"));
static CYRILLIC: LazyLock<Stems> = LazyLock::new(|| Stems::of("ru"));
static ARABIC: LazyLock<Stems> = LazyLock::new(|| Stems::of("ar"));

/// A term and where its word stands, by byte offsets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    pub term: String,
    pub start: usize,
    pub end: usize,
}

/// The terms of a text, in order. A sign of Chinese or Japanese is a term of its own.
pub fn terms(text: &str) -> Vec<Term> {
    let of = |(start, word): (usize, &str)| {
        let bare = without_elision(word);
        Term { term: term(bare), start: start + word.len() - bare.len(), end: start + word.len() }
    };
    text.unicode_word_indices().map(of).collect()
}

/// The terms of a text with spaces between, as an engine keeps them.
pub fn joined(text: &str) -> String {
    terms(text).into_iter().map(|term| term.term).collect::<Vec<_>>().join(" ")
}

fn term(word: &str) -> String {
    let bare = in_one_spelling(without_owner(word));
    let is_latin = bare.starts_with(|c| matches!(c, 'a'..='z' | '\u{c0}'..='\u{24f}'));
    // English stems know no marks, and who types none finds the same
    let bare = if is_latin { fold(&bare) } else { bare };
    let stems = match bare.chars().next() {
        Some('a'..='z') => Some(&LATIN),
        Some('\u{400}'..='\u{52f}') => Some(&CYRILLIC),
        Some('\u{600}'..='\u{6ff}') => Some(&ARABIC),
        _ => None,
    };
    let folded = fold(&stems.and_then(|stems| stems.stem(&bare)).unwrap_or(bare));
    let plain: String = folded.chars().filter(|c| c.is_alphanumeric()).collect();
    if plain.is_ascii() {
        return format!("w{plain}");
    }
    plain.bytes().fold("x".to_string(), |mut hex, byte| {
        write!(hex, "{byte:02x}").expect("a String takes all");
        hex
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_a_word_meet_whatever_marks_they_have() {
        for (a, b) in [
            ("Sanctions", "sanction"),
            ("Erdoğan’s", "erdogan"),
            ("санкции", "санкций"),
            ("مدينة", "المدينة"),
            ("CAFÉ", "cafe"),
            ("1,000", "1000"),
            ("l’hôtel", "hotel"),
            ("ایران", "ايران"),
            ("Fußball", "FUSSBALL"),
            ("создаёт", "создает"),
            ("Börse", "Borse"),
            ("Régime", "regime"),
            ("۱۴۰۳", "1403"),
            ("١٢٫٥", "12٫5"),
        ] {
            assert_eq!(joined(a), joined(b), "{a} {b}");
        }
        assert_ne!(joined("sanctions"), joined("sanctuary"));
    }

    #[test]
    fn a_term_is_plain_letters_and_begins_with_one() {
        for term in terms("12e3 U.S. пожар 火災 🔥 e-mail \"quoted\" a*b :x NEAR(1)") {
            assert!(term.term.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()), "{term:?}");
            assert!(term.term.starts_with(['w', 'x']), "{term:?}");
        }
        assert_eq!(terms("火災").len(), 2);
        assert!(terms("🔥 — !").is_empty());
    }
}
