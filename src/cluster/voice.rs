//! Who speaks: copies of one text, and texts of one agency, are one voice however many outlets carry them.

use super::document::{Document, Kind};
use super::fingerprint::Fingerprint;
use super::vector::dot;

/// Titles that share this much of their neighbouring words are one text (Jaccard 1912 over shingles, Broder 1997).
const SAME_TITLE: f32 = 0.85;
/// And so must the rest be, by its words, when both have one.
const SAME_TEXT: f32 = 0.9;
/// Shorter titles are alike by chance.
const LEAST_NEIGHBOURS: usize = 4;

/// Texts of fewer different words are not known by their words alone.
const LEAST_WORDS: u32 = 15;
/// Bits of 64 that texts of [`SAME_TEXT`] differ in, which is a cosine of 0.9 (Charikar 2002: bits / 64 = angle / π) …
const SAME_BITS: u32 = 9;
/// … and those that are one text under two titles. Of 11,000 pairs of articles that outlets wrote of one event by themselves (BASIL) the nearest
/// differ in 10; Manku, Jain and Das Sarma (2007) take 3 for whole pages, and what feeds give is shorter.
const ONE_TEXT_BITS: u32 = 7;

/// By which a copy is known among all articles of its incident: a hash of the title, and a SimHash of the text. No banding is
/// needed, since clustering has found the few that it may be a copy of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Mark {
    /// 0 for a title that is alike others by chance.
    title: u32,
    /// Different words of the text; 0 without one.
    words: u32,
    text: u64,
}

impl Mark {
    pub fn of(print: &Fingerprint) -> Self {
        let is_long = print.neighbours.len() >= LEAST_NEIGHBOURS;
        let title = print.neighbours.iter().fold(0x811c_9dc5u32, |hash, pair| (hash ^ pair).wrapping_mul(0x0100_0193));
        Self { title: if is_long { title.max(1) } else { 0 }, words: print.body.len() as u32, text: simhash(&print.body) }
    }

    /// Exact and near duplicates.
    pub fn is_copy(self, other: Self) -> bool {
        let apart = (self.text ^ other.text).count_ones();
        let (has_text, is_long) = (self.words.min(other.words) > 0, self.words.min(other.words) >= LEAST_WORDS);
        let same_title = self.title != 0 && self.title == other.title;
        same_title && (!has_text || apart <= SAME_BITS) || is_long && apart <= ONE_TEXT_BITS
    }
}

/// 64 bits that differ in few places for texts of nearly the same words (Charikar 2002).
fn simhash(words: &[(u32, f32)]) -> u64 {
    let mut sums = [0.0f32; 64];
    for (word, count) in words {
        let bits = mixed(*word);
        for (bit, sum) in sums.iter_mut().enumerate() {
            *sum += if bits >> bit & 1 == 1 { *count } else { -count };
        }
    }
    sums.iter().enumerate().fold(0, |hash, (bit, sum)| hash | u64::from(*sum > 0.0) << bit)
}

/// SplitMix64 (Steele, Lea and Flood 2014): as many independent bits as a SimHash needs.
fn mixed(word: u32) -> u64 {
    let mut z = u64::from(word).wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// Whether two articles are one text: exact and near duplicates.
pub fn is_copy(a: &Document, b: &Document) -> bool {
    let shared = a.neighbours.iter().filter(|pair| b.neighbours.binary_search(pair).is_ok()).count();
    let all = a.neighbours.len() + b.neighbours.len() - shared;
    let same_title = shared >= LEAST_NEIGHBOURS && shared as f32 >= SAME_TITLE * all as f32;
    let both_have_more = a.has_body() && b.has_body();
    same_title && (!both_have_more || dot(a.of(Kind::Body), b.of(Kind::Body)) >= SAME_TEXT)
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
}
