//! What an article is about, as weighted words: the fingerprint that incidents are compared by. Pure.

use crate::text::fold::fold;
use crate::text::words;
use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};

/// Words of a summary beyond this say little that the first ones did not.
const SUMMARY_WORDS: usize = 80;

/// One word of an article.
#[derive(Debug, Clone)]
pub struct Term {
    pub hash: u64,
    /// (1 + ln count), a title's words counted twice.
    pub weight: f32,
    /// The word as it stands in the article, for *why it is here*.
    pub word: String,
    /// Which name of the article it is part of; the words of one name are one anchor.
    pub name: Option<usize>,
    pub is_number: bool,
}

/// The words of an article, each once, in the order of their hashes.
#[derive(Debug, Clone, Default)]
pub struct Fingerprint {
    pub terms: Vec<Term>,
}

impl Fingerprint {
    /// `language` is ISO 639-1, for the stems.
    pub fn of(title: &str, summary: &str, language: &str) -> Self {
        let summary: String = summary.split_inclusive(' ').take(SUMMARY_WORDS).collect();
        // a summary that begins with its title would count it three times
        let start: String = title.trim_end_matches('…').chars().take(60).collect();
        let body = if !start.is_empty() && summary.starts_with(&start) { &summary[start.len()..] } else { &summary };
        let names = name_words(&format!("{title}. {body}"), language);
        let mut counted: BTreeMap<u64, (f32, String, String)> = BTreeMap::new();
        for (text, count) in [(title, 2.0), (body, 1.0)] {
            for word in text.split_whitespace() {
                for stem in words::stems(word, language) {
                    let shown = word.trim_matches(|c: char| !c.is_alphanumeric()).to_string();
                    counted.entry(hash(&stem)).or_insert((0.0, shown, stem)).0 += count;
                }
            }
        }
        let terms = counted.into_iter().map(|(hash, (count, word, stem))| Term {
            hash,
            weight: 1.0 + count.ln(),
            name: names.get(&stem).copied(),
            is_number: stem.starts_with(|c: char| c.is_ascii_digit()),
            word,
        });
        Self { terms: terms.collect() }
    }
}

/// The stem of each word that is part of a name, with the number of that name.
fn name_words(text: &str, language: &str) -> BTreeMap<String, usize> {
    let mut found = BTreeMap::new();
    for (number, name) in words::names(text).iter().enumerate() {
        for stem in words::stems(&fold(name), language) {
            found.entry(stem).or_insert(number);
        }
    }
    found
}

fn hash(stem: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    stem.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_of_the_title_weighs_more_and_repeats_are_one_term() {
        let print = Fingerprint::of("Fire at refinery", "The fire spread.", "en");
        let weight = |word: &str| print.terms.iter().find(|t| t.word == word).map(|t| t.weight);
        assert_eq!(print.terms.len(), 3);
        assert!(weight("Fire") > weight("refinery") && weight("refinery") > weight("spread"));
    }

    #[test]
    fn the_words_of_one_name_belong_together() {
        let print = Fingerprint::of("Court hears Dmitry Grigorenko", "", "en");
        let names: Vec<_> = print.terms.iter().filter_map(|t| t.name).collect();
        assert_eq!(names.len(), 2);
        assert_eq!(names[0], names[1]);
    }
}
