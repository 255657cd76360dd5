//! Who speaks: copies of one text, and texts of one agency, are one voice however many outlets carry them.

use super::frequency::Document;
use super::vector::dot;

/// Titles that share this much of their neighbouring words are one text (Jaccard 1912 over shingles, Broder 1997).
const SAME_TITLE: f32 = 0.85;
/// And so must the rest be, by its words, when both have one.
const SAME_TEXT: f32 = 0.9;
/// Shorter titles are alike by chance.
const LEAST_NEIGHBOURS: usize = 4;

/// Agencies by the lines that their texts carry.
const AGENCIES: &[(&str, &[&str])] = &[
    ("Reuters", &["(reuters)", "reuters -", "reuters —", "reuters –"]),
    ("The Associated Press", &["(ap)", "ap -", "ap —", "ap –"]),
    ("Agence France-Presse", &["(afp)", "afp -", "afp —", "afp –"]),
    ("Deutsche Presse-Agentur", &["(dpa)"]),
    ("TASS", &["/tass/", "(tass)"]),
    ("Interfax", &["(interfax)", "interfax -"]),
    ("Xinhua", &["(xinhua)"]),
    ("ANSA", &["(ansa)"]),
    ("EFE", &["(efe)"]),
    ("PTI", &["(pti)"]),
    ("UPI", &["(upi)"]),
    ("Kyodo", &["(kyodo)"]),
    ("Yonhap", &["(yonhap)"]),
];

/// The agency whose line begins a text, such as "LAGOS (Reuters) - …".
pub fn agency(summary: &str) -> Option<&'static str> {
    let start: String = summary.chars().take(80).collect::<String>().to_lowercase();
    let line = |mark: &str| match mark.starts_with(['(', '/']) {
        true => start.contains(mark),
        // "AP - " only at the very start, or it is part of a word
        false => start.starts_with(mark),
    };
    AGENCIES.iter().find(|(_, marks)| marks.iter().any(|mark| line(mark))).map(|(name, _)| *name)
}

/// Whether two articles are one text: exact and near duplicates.
pub fn is_copy(a: &Document, b: &Document) -> bool {
    let shared = a.neighbours.iter().filter(|pair| b.neighbours.binary_search(pair).is_ok()).count();
    let all = a.neighbours.len() + b.neighbours.len() - shared;
    let same_title = shared >= LEAST_NEIGHBOURS && shared as f32 >= SAME_TITLE * all as f32;
    let both_have_more = !a.body.is_empty() && !b.body.is_empty();
    same_title && (!both_have_more || dot(&a.body, &b.body) >= SAME_TEXT)
}

#[cfg(test)]
mod tests {
    use super::super::fingerprint::Fingerprint;
    use super::super::frequency::Frequency;
    use super::*;

    fn document(title: &str, body: &str) -> Document {
        Frequency::bundled().weigh(&Fingerprint::of(title, body, "en"), None, None)
    }

    #[test]
    fn the_same_words_are_a_copy_and_other_words_are_not() {
        let first = document("Fire at Lagos oil refinery kills three workers", "");
        assert!(is_copy(&first, &document("Fire at Lagos oil refinery kills three workers", "")));
        assert!(is_copy(&first, &document("FIRE at Lagos oil refinery kills three workers!", "Some text of its own.")));
        assert!(!is_copy(&first, &document("Three workers killed by fire at oil refinery in Lagos", "")), "another order is another hand");
        assert!(!is_copy(&document("War in Ukraine", ""), &document("War in Ukraine", "")), "short titles are alike by chance");
    }

    #[test]
    fn other_texts_under_one_title_are_two_voices() {
        let (a, b) = ("Police in Lagos arrested two managers on Sunday.", "The owner of the plant said that production had stopped.");
        let title = "Fire at Lagos oil refinery kills three workers";
        assert!(!is_copy(&document(title, a), &document(title, b)));
    }

    #[test]
    fn an_agency_is_known_by_its_line() {
        assert_eq!(agency("LAGOS, March 20 (Reuters) - A fire broke out"), Some("Reuters"));
        assert_eq!(agency("AP — A fire broke out"), Some("The Associated Press"));
        assert_eq!(agency("A map — and more"), None);
        assert_eq!(agency("The firm (Reuters Holdings) said"), None);
    }
}
