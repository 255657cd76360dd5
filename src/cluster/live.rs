//! A live incident as clustering sees it: sums of its articles' vectors, and the last articles whole.

use super::frequency::{Document, Tag};
use super::vector::{Sum, dot, shared};
use crate::clock::{DAY, Timestamp};
use crate::id::Id;
use crate::model::incident::Incident;
use rustc_hash::FxHashMap;
use std::collections::VecDeque;
use std::sync::Arc;

/// Articles that an arriving one is compared with one by one.
const RECENT: usize = 8;

/// What is known of an article beside an incident: the input of the join decision, in the order of `model.json`.
pub const FEATURES: usize = 28;
pub type Features = [f32; FEATURES];

#[derive(Debug, Clone, Default)]
pub struct Live {
    pub articles: u32,
    /// `None` when an article's time is not known.
    pub newest: Option<Timestamp>,
    pub oldest: Option<Timestamp>,
    pub title: Sum,
    body: Sum,
    whole: Sum,
    pub names: Sum,
    grams: Sum,
    numbers: Sum,
    concepts: Sum,
    /// Articles by language; most incidents have one language or two.
    languages: Vec<(Tag, u32)>,
    pub recent: VecDeque<Arc<Document>>,
    /// How often an article that joined here would have fitted another incident.
    pub votes: FxHashMap<Id<Incident>, u32>,
}

impl Live {
    /// Puts an article in, and calls `new` for each word and name that leads here from now on.
    pub fn add(&mut self, document: Arc<Document>, mut new: impl FnMut(u32)) {
        let at = document.at;
        let is_first = self.articles == 0;
        self.articles += 1;
        self.newest = if is_first { at } else { self.newest.zip(at).map(|(a, b)| a.max(b)).or(at) };
        self.oldest = if is_first { at } else { self.oldest.zip(at).map(|(a, b)| a.min(b)).or(at) };
        self.whole.add(&document.whole, &mut new);
        self.names.add(&document.names, &mut new);
        self.title.add(&document.title, |_| ());
        self.body.add(&document.body, |_| ());
        self.grams.add(&document.grams, |_| ());
        self.numbers.add(&document.numbers, |_| ());
        self.concepts.add(&document.concepts, &mut new);
        self.count_language(document.language, 1);
        self.recent.push_back(document);
        if self.recent.len() > RECENT {
            self.recent.pop_front();
        }
    }

    pub fn has_word(&self, stem: u32) -> bool {
        self.whole.has(stem)
    }

    /// Takes in all of another incident.
    pub fn absorb(&mut self, other: Self, mut new: impl FnMut(u32)) {
        self.articles += other.articles;
        self.newest = self.newest.max(other.newest);
        self.oldest = match (self.oldest, other.oldest) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        self.whole.add_sum(&other.whole, &mut new);
        self.names.add_sum(&other.names, &mut new);
        self.title.add_sum(&other.title, |_| ());
        self.body.add_sum(&other.body, |_| ());
        self.grams.add_sum(&other.grams, |_| ());
        self.numbers.add_sum(&other.numbers, |_| ());
        self.concepts.add_sum(&other.concepts, &mut new);
        for (language, count) in other.languages {
            self.count_language(language, count);
        }
        self.recent.extend(other.recent);
        while self.recent.len() > RECENT {
            self.recent.pop_front();
        }
        for (incident, votes) in other.votes {
            *self.votes.entry(incident).or_default() += votes;
        }
    }

    /// The features of an article beside this incident.
    pub fn features(&self, document: &Document) -> Features {
        let at = document.at;
        let mut f = [0.0; FEATURES];
        f[0] = self.whole.cosine(&document.whole);
        f[1] = self.title.cosine(&document.title);
        f[2] = self.body.cosine(&document.body);
        f[3] = self.names.cosine(&document.names);
        f[4] = self.grams.cosine(&document.grams);
        let best = self.best_of_recent(document);
        f[5] = best.whole;
        f[6] = best.grams;
        f[7] = self.concepts.cosine(&document.concepts);
        f[8] = best.concepts;
        if let (Some(at), Some(newest), Some(oldest)) = (at, self.newest, self.oldest) {
            let days = |from: Timestamp| at.since(from).max(from.since(at)).as_secs_f32() / DAY.as_secs_f32();
            f[9] = (-days(newest)).exp();
            f[10] = (-days(newest) / 4.0).exp();
            f[11] = (-days(oldest) / 5.0).exp();
            f[17] = 1.0;
        }
        f[12] = (1.0 + self.articles as f32).ln();
        let same_language = self.in_language(document.language);
        f[13] = if same_language > 0 { 1.0 } else { 0.0 };
        let shared_names = document.names.iter().filter(|(hash, _)| self.names.has(*hash)).map(|(_, weight)| weight * document.name_scale);
        f[14] = (shared_names.clone().sum::<f32>() / 20.0).min(2.0);
        f[15] = self.numbers.cosine(&document.numbers);
        f[16] = same_language as f32 / self.articles.max(1) as f32;
        f[18] = best.title;
        f[19] = shared_names.fold(0.0, f32::max) / 10.0;
        f[20] = if document.numbers.is_empty() || self.numbers.is_empty() { 0.0 } else { 1.0 };
        f[21] = if document.body.is_empty() || self.body.is_empty() { 0.0 } else { 1.0 };
        f[22] = f[13] * f[0];
        f[23] = (1.0 - f[13]) * f[3];
        f[24] = best.covered;
        f[25] = best.second_rarest / 8.0;
        f[26] = best.shared_words / 5.0;
        f[27] = (best.shared_rarity / 30.0).min(1.5);
        f
    }

    fn count_language(&mut self, language: Tag, articles: u32) {
        match self.languages.iter_mut().find(|(known, _)| *known == language) {
            Some((_, count)) => *count += articles,
            None => self.languages.push((language, articles)),
        }
    }

    fn in_language(&self, language: Tag) -> u32 {
        self.languages.iter().find(|(known, _)| *known == language).map_or(0, |(_, count)| *count)
    }

    /// How many independent things an article shares with this incident: words within a language; across languages names, places,
    /// kinds of event and numbers. One ubiquitous name alone is one, and joins nothing.
    pub fn anchors(&self, document: &Document) -> usize {
        if self.in_language(document.language) > 0 {
            return document.whole.iter().filter(|(hash, _)| self.whole.has(*hash)).count();
        }
        let is_shared = |hash: &&u32| self.names.has(**hash) || self.concepts.has(**hash) || self.numbers.has(**hash);
        document.anchors.iter().filter(is_shared).count()
    }

    /// True when the title of one of the last articles is this article's but for what makes it another event: a number, since the
    /// 12th package is not the 13th, or the country, since a record of cases here is not one there.
    pub fn differs(&self, document: &Document) -> bool {
        self.recent.iter().any(|other| differs_in_number(document, other) || differs_in_country(document, other))
    }

    fn best_of_recent(&self, document: &Document) -> Best {
        let rarity = |weight: f32| weight * document.title_scale;
        let total = document.title.iter().map(|(_, weight)| rarity(*weight)).sum::<f32>().max(1e-3);
        let mut best = Best::default();
        for other in &self.recent {
            let (mut same, mut sum, mut first, mut second, mut words) = (0.0f32, 0.0, 0.0f32, 0.0, 0.0);
            for (weight, of_other) in shared(&document.title, &other.title) {
                let rarity = rarity(weight);
                same += weight * of_other;
                sum += rarity;
                words += 1.0;
                if rarity > first {
                    (first, second) = (rarity, first);
                } else if rarity > second {
                    second = rarity;
                }
            }
            // without bodies the title is the whole
            let have_no_more = document.body.is_empty() && other.body.is_empty();
            best.whole = best.whole.max(if have_no_more { same } else { dot(&document.whole, &other.whole) });
            best.title = best.title.max(same);
            best.grams = best.grams.max(dot(&document.grams, &other.grams));
            best.concepts = best.concepts.max(dot(&document.concepts, &other.concepts));
            if sum > best.shared_rarity {
                best = Best { covered: sum / total, second_rarest: second, shared_words: words, shared_rarity: sum, ..best };
            }
        }
        best
    }
}

fn differs_in_number(one: &Document, other: &Document) -> bool {
    let both = !one.numbers.is_empty() && !other.numbers.is_empty() && dot(&one.numbers, &other.numbers) == 0.0;
    let same_words = shared(&one.title, &other.title).count();
    both && same_words >= 3 && same_words + 1 >= one.title.len().max(other.title.len())
}

/// Words that two titles of one pattern share at least.
const PATTERN: usize = 4;

fn differs_in_country(one: &Document, other: &Document) -> bool {
    let both = !one.countries.is_empty() && !other.countries.is_empty();
    let same_words = || shared(&one.title, &other.title).count();
    let is_pattern = |same: usize| same >= PATTERN && same * 5 >= one.title.len().min(other.title.len()) * 3;
    both && !one.countries.iter().any(|country| other.countries.contains(country)) && is_pattern(same_words())
}

/// The most that any of the last articles shares with an arriving one.
#[derive(Default)]
struct Best {
    whole: f32,
    title: f32,
    grams: f32,
    concepts: f32,
    /// Of the one that shares the most: the shared part of the title's rarity …
    covered: f32,
    /// … the rarity of the second-rarest shared word, which no single ubiquitous name can give (the two-anchor test) …
    second_rarest: f32,
    shared_words: f32,
    shared_rarity: f32,
}
