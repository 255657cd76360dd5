//! In how many articles each word was seen: the common ones say little.

use super::document::{Document, Vectors, tag};
use super::fingerprint::Fingerprint;
use super::vector::normal;
use super::voice::Mark;
use crate::clock::Timestamp;
use crate::id::Id;
use crate::model::article::Article;
use rustc_hash::FxHashMap;
use std::sync::LazyLock;
use std::time::Duration;

/// Added to the number of articles, so that the first ones do not make every word common.
const PRIOR: f32 = 20.0;
/// No word weighs less.
const FLOOR: f32 = 0.05;
/// Texts with a body are counted apart from titles: mixing them spoils both.
const OF_BODIES: u32 = 0x9e37_79b9;

#[derive(Debug, Clone, Default)]
pub struct Frequency {
    seen: FxHashMap<u32, u32>,
    titles: FxHashMap<String, u32>,
    bodies: FxHashMap<String, u32>,
    all: u32,
    /// Since when the counts are as they are.
    since: Option<Timestamp>,
}

/// What was said a month ago says half as much about what is common now.
const HALF_LIFE: Duration = Duration::from_secs(30 * 86_400);
/// Sooner when the table has grown to so many entries, some 100 MB.
const MOST_SEEN: usize = 4_000_000;

/// Made by `intelrift train frequencies`; docs/models.md says from what.
static START: LazyLock<Frequency> = LazyLock::new(|| Frequency::parse(include_str!("frequencies.txt")).expect("the bundled table is sound"));

impl Frequency {
    /// What a new desk knows of English before its first article, so that day one is not cold.
    pub fn bundled() -> Self {
        START.clone()
    }

    /// As [`Frequency::to_text`] writes it. `None` for a line that is none.
    pub fn parse(text: &str) -> Option<Self> {
        let mut frequency = Self::default();
        for line in text.lines() {
            let (key, count) = line.split_once(' ')?;
            let count: u32 = count.parse().ok()?;
            match key.strip_prefix("titles:") {
                Some(language) => {
                    frequency.titles.insert(language.into(), count);
                }
                None => drop(frequency.seen.insert(u32::from_str_radix(key, 16).ok()?, count)),
            }
        }
        Some(frequency)
    }

    /// One line each for the number of titles in a language and for every hash that was seen in `least` titles or more.
    pub fn to_text(&self, least: u32) -> String {
        let mut lines: Vec<String> = self.titles.iter().map(|(language, count)| format!("titles:{language} {count}\n")).collect();
        lines.extend(self.seen.iter().filter(|(_, count)| **count >= least).map(|(hash, count)| format!("{hash:x} {count}\n")));
        lines.sort();
        lines.concat()
    }

    /// Halves all counts once a month, so that the table follows the news and stays bounded: what was said once is forgotten.
    pub fn age(&mut self, now: Timestamp) {
        let since = *self.since.get_or_insert(now);
        if now.since(since) >= HALF_LIFE || self.seen.len() > MOST_SEEN {
            self.since = Some(now);
            self.halve();
        }
    }

    fn halve(&mut self) {
        self.seen.retain(|_, count| {
            *count /= 2;
            *count > 0
        });
        self.seen.shrink_to_fit();
        self.titles.values_mut().chain(self.bodies.values_mut()).for_each(|count| *count /= 2);
        self.all /= 2;
    }

    /// Counts an article. Once for each, before it is weighed.
    pub fn learn(&mut self, print: &Fingerprint) {
        self.all += 1;
        *self.titles.entry(print.language.clone()).or_default() += 1;
        for (hash, _) in print.title.iter() {
            *self.seen.entry(*hash).or_default() += 1;
        }
        if !print.body.is_empty() {
            *self.bodies.entry(print.language.clone()).or_default() += 1;
            let whole = merged(&print.title, &print.body);
            for (hash, _) in whole {
                *self.seen.entry(hash ^ OF_BODIES).or_default() += 1;
            }
        }
        for (hash, _) in [&print.names, &print.grams, &print.numbers, &print.concepts].into_iter().flat_map(|list| list.iter()) {
            *self.seen.entry(*hash).or_default() += 1;
        }
    }

    pub fn weigh(&self, print: &Fingerprint, at: Option<Timestamp>, article: Option<Id<Article>>) -> Document {
        let titles = self.titles.get(&print.language).copied().unwrap_or(0);
        let bodies = self.bodies.get(&print.language).copied().unwrap_or(0);
        let titled = |hash: u32| self.rarity(hash, titles);
        let any = |hash: u32| self.rarity(hash, self.all);
        let in_body = |hash: u32| self.rarity(hash ^ OF_BODIES, bodies);
        let (title, title_scale) = weighted(&print.title, titled);
        let (names, name_scale) = weighted(&print.names, any);
        let whole = match print.body.is_empty() {
            true => vec![],
            false => weighted(&merged(&print.title, &print.body), in_body).0,
        };
        let [grams, concepts, numbers] = [&print.grams, &print.concepts, &print.numbers].map(|counts| weighted(counts, any).0);
        let body = weighted(&print.body, in_body).0;
        Document {
            language: tag(&print.language),
            at,
            article,
            vectors: Vectors::new([title, grams, concepts, names, numbers, body, whole]),
            neighbours: print.neighbours.clone(),
            anchors: print.anchors.clone(),
            runs: print.runs.clone(),
            countries: print.countries.clone(),
            home: None,
            particulars: print.particulars.clone(),
            orders: print.orders.clone(),
            direction: None,
            title_scale,
            name_scale,
            mark: Mark::of(print),
        }
    }

    /// ln((N + 20) / (n + 0.5)): inverse document frequency (Spärck Jones 1972), smoothed.
    fn rarity(&self, hash: u32, of: u32) -> f32 {
        let seen = self.seen.get(&hash).copied().unwrap_or(0) as f32;
        ((of as f32 + PRIOR) / (seen + 0.5)).ln().max(FLOOR)
    }
}

/// (1 + ln count) × rarity, scaled to length 1; and the length it had.
fn weighted(counts: &[(u32, f32)], rarity: impl Fn(u32) -> f32) -> (Vec<(u32, f32)>, f32) {
    normal(counts.iter().map(|(hash, count)| (*hash, (1.0 + count.ln()) * rarity(*hash))).collect())
}

/// Counts of a title twice and a body once.
fn merged(title: &[(u32, f32)], body: &[(u32, f32)]) -> Vec<(u32, f32)> {
    let mut merged: Vec<(u32, f32)> = title.iter().map(|(hash, count)| (*hash, 2.0 * count)).chain(body.iter().copied()).collect();
    merged.sort_unstable_by_key(|(hash, _)| *hash);
    merged.dedup_by(|later, kept| {
        let same = later.0 == kept.0;
        if same {
            kept.1 += later.1;
        }
        same
    });
    merged
}

#[cfg(test)]
mod tests {
    use super::super::document::Kind;
    use super::*;

    #[test]
    fn counts_are_halved_once_a_month() {
        let mut frequency = Frequency::default();
        let day = |day: u32| Timestamp(0).plus(HALF_LIFE / 30 * day);
        for title in ["Fire in Lagos", "Fire in Paris"] {
            frequency.learn(&Fingerprint::of(title, "", "en"));
        }
        let before = frequency.seen.len();
        frequency.age(day(0));
        frequency.age(day(29));
        assert_eq!((frequency.seen.len(), frequency.all), (before, 2));
        frequency.age(day(30));
        assert!(frequency.seen.len() < before && frequency.seen.values().all(|count| *count == 1));
        assert_eq!((frequency.all, frequency.titles["en"]), (1, 1));
        frequency.age(day(31));
        assert_eq!(frequency.all, 1);
    }

    #[test]
    fn a_rare_word_weighs_more_than_a_common_one() {
        let mut frequency = Frequency::default();
        for title in ["Fire in Lagos", "Fire in Paris", "Fire in Rome"] {
            frequency.learn(&Fingerprint::of(title, "", "en"));
        }
        let document = frequency.weigh(&Fingerprint::of("Fire in Rome", "", "en"), None, None);
        let rarities: Vec<f32> = document.of(Kind::Title).iter().map(|(_, weight)| weight * document.title_scale).collect();
        // fire: ln(23 / 3.5), rome: ln(23 / 1.5)
        assert!(rarities.iter().any(|r| (r - (23.0f32 / 3.5).ln()).abs() < 1e-5));
        assert!(rarities.iter().any(|r| (r - (23.0f32 / 1.5).ln()).abs() < 1e-5));
    }
}
