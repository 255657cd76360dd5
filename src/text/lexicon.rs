//! What a word means, in 14 languages: kinds of events, and the people of countries (`lexicon.tsv`). What is one thing has one name in all of them, so
//! "Erdbeben" and "землетрясение" are both `earthquake`. Pure.

use super::transliterate::romanize;
use super::words::{is_cjk, without_elision, without_owner};
use aho_corasick::{AhoCorasick, MatchKind};
use rustc_hash::FxHashMap;
use std::sync::LazyLock;
use unicode_segmentation::UnicodeSegmentation;

/// Beginnings of words have so many letters.
const BEGINNINGS: std::ops::RangeInclusive<usize> = 3..=12;
/// An Arabic word with its article, "and" and prepositions of one letter, in Latin letters: what may stand before the noun.
const BEFORE_NOUNS: [&str; 12] = ["wal", "bal", "fal", "kal", "wll", "al", "ll", "b", "l", "w", "k", "f"];

pub struct Lexicon {
    /// What is named: `earthquake`, `prime_minister`, or the people of a country, `g:JP`.
    names: Vec<&'static str>,
    /// Places in `names` by language: of whole words, and of beginnings of words, in Latin letters.
    words: FxHashMap<&'static str, FxHashMap<String, usize>>,
    beginnings: FxHashMap<&'static str, FxHashMap<String, usize>>,
    /// Words of scripts without spaces.
    unspaced: Vec<(&'static str, usize)>,
}

static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::read(include_str!("lexicon.tsv")));

static UNSPACED: LazyLock<AhoCorasick> = LazyLock::new(|| {
    let words = lexicon().unspaced.iter().map(|(word, _)| word);
    AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(words).expect("the words are few and short")
});

pub fn lexicon() -> &'static Lexicon {
    &LEXICON
}

/// What the words of a text mean, as often as they say it. `language` is ISO 639-1.
pub fn meant(text: &str, language: &str) -> Vec<&'static str> {
    let lexicon = lexicon();
    let unspaced = UNSPACED.find_iter(text).map(|found| lexicon.unspaced[found.pattern().as_usize()].1);
    let words = text.unicode_words().filter(|word| !word.starts_with(is_cjk)).map(|word| without_elision(without_owner(word)));
    unspaced.chain(words.filter_map(|word| lexicon.of(word, language))).map(|at| lexicon.names[at]).collect()
}

impl Lexicon {
    /// Lines of a name and its words in each language of the first line; `*` stands for the rest of a word. The first name to have a word keeps it.
    fn read(table: &'static str) -> Self {
        let mut lexicon = Self { names: vec![], words: FxHashMap::default(), beginnings: FxHashMap::default(), unspaced: vec![] };
        let mut lines = table.lines();
        let languages: Vec<&str> = lines.next().unwrap_or("").split('\t').skip(1).collect();
        for line in lines {
            let mut cells = line.split('\t');
            lexicon.names.push(cells.next().unwrap_or(""));
            for (language, cell) in languages.iter().zip(cells) {
                cell.split(',').map(str::trim).filter(|word| !word.is_empty()).for_each(|word| lexicon.add(word, language));
            }
        }
        lexicon
    }

    fn add(&mut self, word: &'static str, language: &'static str) {
        let at = self.names.len() - 1;
        if word.starts_with(is_cjk) {
            return self.unspaced.push((word.trim_end_matches('*'), at));
        }
        match word.strip_suffix('*') {
            Some(beginning) => self.beginnings.entry(language).or_default().entry(romanize(beginning)).or_insert(at),
            None => self.words.entry(language).or_default().entry(romanize(word)).or_insert(at),
        };
    }

    /// All that it knows, each once.
    pub fn names(&self) -> &[&'static str] {
        &self.names
    }

    /// Words of scripts without spaces, each with the place of its meaning in `names`.
    pub fn unspaced(&self) -> &[(&'static str, usize)] {
        &self.unspaced
    }

    /// The place in `names` of what a word means; the longest beginning counts.
    pub fn of(&self, word: &str, language: &str) -> Option<usize> {
        let roman = romanize(word);
        let words = self.words.get(language);
        if let Some(at) = words.and_then(|words| nouns(&roman, language).find_map(|noun| words.get(noun).copied())) {
            return Some(at);
        }
        let beginnings = self.beginnings.get(language)?;
        let ends: Vec<usize> = roman.char_indices().map(|(at, c)| at + c.len_utf8()).collect();
        ends.iter().enumerate().rev().filter(|(at, _)| BEGINNINGS.contains(&(at + 1))).find_map(|(_, end)| beginnings.get(&roman[..*end]).copied())
    }
}

/// A romanized word as it stands, and in Arabic what may be its noun: a lexicon says which of them is a word.
fn nouns<'a>(roman: &'a str, language: &str) -> impl Iterator<Item = &'a str> {
    let before: &[&str] = if language == "ar" { &BEFORE_NOUNS } else { &[] };
    let bare = before.iter().filter_map(|before| roman.strip_prefix(before)).filter(|noun| noun.len() >= 3);
    [roman].into_iter().chain(bare)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_one_thing_has_one_name_in_every_language() {
        for (text, language) in [
            ("Starkes Erdbeben", "de"),
            ("Un séisme", "fr"),
            ("Землетрясения", "ru"),
            ("والزلازل", "ar"),
            ("地震、津波", "ja"),
            ("L’earthquake", "en"),
        ] {
            assert_eq!(meant(text, language).first(), Some(&"earthquake"), "{text}");
        }
        assert!(meant("Erdbeben", "fr").is_empty(), "a word means nothing in another language");
    }
}
