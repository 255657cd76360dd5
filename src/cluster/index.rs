//! The live incidents in memory, and the decision to join one.
//!
//! Method: cosine of TF-IDF vectors against each candidate's centroid and its last members, damped by the time between them, and a
//! test that two independent rare words or names are shared. Candidates come from postings of the article's rarest words, so the
//! cost does not grow with the number of live incidents.

use super::similar::Fingerprint;
use crate::clock::{DAY, Timestamp};
use crate::id::Id;
use crate::model::incident::{CLOSED_AFTER, Incident};
use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

/// An article as unlike as this to every live incident opens its own. Chosen on the development part of the labelled streams.
const JOIN: f32 = 0.30;
/// Words looked up for candidates, the rarest first.
const QUERY_WORDS: usize = 12;
/// Incidents kept in one word's postings, the newest; the commonest words lead everywhere and help nobody.
const POSTINGS: usize = 400;
const MEMBERS: usize = 8;
/// Incidents fade with this half-life-like constant, in days since their newest article.
const FADE_DAYS: f32 = 6.0;

type Vector = BTreeMap<u64, f32>;

struct Live {
    centroid: Vector,
    square: f32,
    members: VecDeque<Vector>,
    newest: Timestamp,
}

#[derive(Default)]
pub struct Index {
    documents: f32,
    frequency: HashMap<u64, f32>,
    live: HashMap<Id<Incident>, Live>,
    postings: HashMap<u64, VecDeque<Id<Incident>>>,
}

/// Why an article belongs to an incident.
#[derive(Debug, Clone, PartialEq)]
pub struct Match {
    pub incident: Id<Incident>,
    /// 0 to 1
    pub likeness: f32,
    /// The shared words as the article writes them, the rarest first.
    pub shared: Vec<String>,
}

impl Index {
    /// Counts an article's words, so that common ones weigh little. Once for each article, before it is matched.
    pub fn learn(&mut self, print: &Fingerprint) {
        self.documents += 1.0;
        for term in &print.terms {
            *self.frequency.entry(term.hash).or_default() += 1.0;
        }
    }

    /// The live incident that an article published at `at` belongs to, if there is one.
    pub fn find(&self, print: &Fingerprint, at: Timestamp) -> Option<Match> {
        let vector = self.vector(print);
        let best = self.candidates(print).into_iter().filter_map(|id| {
            let live = self.live.get(&id)?;
            let likeness = live.likeness(&vector) * fade(at, live.newest)?;
            Some((likeness, id))
        });
        let (likeness, incident) = best.max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)))?;
        let live = &self.live[&incident];
        let fits = likeness >= JOIN && self.has_two_anchors(print, live) && !numbers_differ(print, live);
        fits.then(|| Match { incident, likeness, shared: self.shared(print, live) })
    }

    /// Puts an article into its incident, opened or known.
    pub fn join(&mut self, incident: Id<Incident>, print: &Fingerprint, at: Timestamp) {
        let vector = self.vector(print);
        for (word, _) in self.rarest(print) {
            let list = self.postings.entry(word).or_default();
            if !list.contains(&incident) {
                list.push_back(incident);
                if list.len() > POSTINGS {
                    list.pop_front();
                }
            }
        }
        let live = self.live.entry(incident).or_insert_with(|| Live { centroid: Vector::new(), square: 0.0, members: VecDeque::new(), newest: at });
        for (word, weight) in &vector {
            let sum = live.centroid.entry(*word).or_default();
            live.square += (*sum + weight).powi(2) - sum.powi(2);
            *sum += weight;
        }
        live.members.push_back(vector);
        if live.members.len() > MEMBERS {
            live.members.pop_front();
        }
        live.newest = live.newest.max(at);
    }

    /// Forgets incidents that are closed by `now`.
    pub fn expire(&mut self, now: Timestamp) {
        let gone: BTreeSet<_> = self.live.iter().filter(|(_, l)| now.since(l.newest) > CLOSED_AFTER).map(|(id, _)| *id).collect();
        if gone.is_empty() {
            return;
        }
        self.live.retain(|id, _| !gone.contains(id));
        self.postings.retain(|_, list| {
            list.retain(|id| !gone.contains(id));
            !list.is_empty()
        });
    }

    pub fn len(&self) -> usize {
        self.live.len()
    }
    pub fn is_empty(&self) -> bool {
        self.live.is_empty()
    }

    /// Inverse document frequency: ln((N + 20) / (df + 0.5)), never below 0.05.
    fn idf(&self, word: u64) -> f32 {
        let df = self.frequency.get(&word).copied().unwrap_or(0.0);
        ((self.documents + 20.0) / (df + 0.5)).ln().max(0.05)
    }

    /// TF-IDF weights with length 1.
    fn vector(&self, print: &Fingerprint) -> Vector {
        let mut vector: Vector = print.terms.iter().map(|t| (t.hash, t.weight * self.idf(t.hash))).collect();
        let length = vector.values().map(|w| w * w).sum::<f32>().sqrt().max(f32::MIN_POSITIVE);
        vector.values_mut().for_each(|w| *w /= length);
        vector
    }

    fn rarest(&self, print: &Fingerprint) -> Vec<(u64, f32)> {
        let mut words: Vec<_> = print.terms.iter().map(|t| (t.hash, t.weight * self.idf(t.hash))).collect();
        words.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        words.truncate(QUERY_WORDS);
        words
    }

    /// The 24 incidents that share the heaviest of the article's rare words.
    fn candidates(&self, print: &Fingerprint) -> Vec<Id<Incident>> {
        let mut score: BTreeMap<Id<Incident>, f32> = BTreeMap::new();
        for (word, weight) in self.rarest(print) {
            for id in self.postings.get(&word).into_iter().flatten() {
                *score.entry(*id).or_default() += weight * weight;
            }
        }
        let mut best: Vec<_> = score.into_iter().collect();
        best.sort_by(|a, b| b.1.total_cmp(&a.1).then(b.0.cmp(&a.0)));
        best.truncate(24);
        best.into_iter().map(|(id, _)| id).collect()
    }

    /// Rare enough to speak for one event: in at most 4 % of what was read.
    fn is_anchor(&self, word: u64) -> bool {
        self.frequency.get(&word).copied().unwrap_or(0.0) <= (self.documents * 0.04).max(3.0)
    }

    fn has_two_anchors(&self, print: &Fingerprint, live: &Live) -> bool {
        let mut names = BTreeSet::new();
        let mut plain = 0;
        for term in &print.terms {
            if live.centroid.contains_key(&term.hash) && self.is_anchor(term.hash) {
                match term.name {
                    Some(name) => drop(names.insert(name)),
                    None => plain += 1,
                }
            }
        }
        names.len() + plain >= 2
    }

    fn shared(&self, print: &Fingerprint, live: &Live) -> Vec<String> {
        let mut shared: Vec<_> = print.terms.iter().filter(|t| live.centroid.contains_key(&t.hash)).collect();
        shared.sort_by(|a, b| self.idf(b.hash).total_cmp(&self.idf(a.hash)).then(a.hash.cmp(&b.hash)));
        shared.into_iter().take(6).map(|t| t.word.clone()).collect()
    }
}

impl Live {
    /// The better of the cosine with the centroid and nine tenths of the best cosine with a late member.
    fn likeness(&self, vector: &Vector) -> f32 {
        let centroid = dot(vector, &self.centroid) / self.square.sqrt().max(f32::MIN_POSITIVE);
        let member = self.members.iter().map(|m| dot(vector, m)).fold(0.0, f32::max);
        centroid.max(0.9 * member)
    }
}

fn dot(small: &Vector, large: &Vector) -> f32 {
    small.iter().filter_map(|(word, weight)| large.get(word).map(|other| weight * other)).sum()
}

/// 1 for the same moment, falling with the days between; `None` when the incident is closed.
fn fade(at: Timestamp, newest: Timestamp) -> Option<f32> {
    let gap = at.since(newest).max(newest.since(at));
    (gap < CLOSED_AFTER).then(|| (-(gap.as_secs_f32() / DAY.as_secs_f32()) / FADE_DAYS).exp())
}

/// True when both speak of numbers and of none in common: the 12th package is not the 13th.
fn numbers_differ(print: &Fingerprint, live: &Live) -> bool {
    let numbers: Vec<_> = print.terms.iter().filter(|t| t.is_number && t.weight > 1.5).collect();
    let has_any = numbers.iter().any(|t| live.centroid.contains_key(&t.hash));
    !numbers.is_empty() && !has_any && live.members.len() == 1 && {
        // only when all else agrees is the number what tells them apart
        let rest = print.terms.iter().filter(|t| !t.is_number);
        rest.clone().filter(|t| live.centroid.contains_key(&t.hash)).count() * 4 >= rest.count() * 3
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::HOUR;

    /// A stream of titles an hour apart, one a line; says which of them share an incident.
    fn stream(titles: &[&str]) -> Vec<usize> {
        let mut index = Index::default();
        let prints: Vec<_> = titles.iter().map(|t| Fingerprint::of(t, "", "en")).collect();
        prints.iter().for_each(|p| index.learn(p));
        let mut opened = 0;
        prints
            .iter()
            .enumerate()
            .map(|(hour, print)| {
                let at = Timestamp(0).plus(HOUR * hour as u32);
                let incident = index.find(print, at).map_or_else(
                    || {
                        opened += 1;
                        Id::from(opened)
                    },
                    |m| m.incident,
                );
                index.join(incident, print, at);
                incident.0 as usize
            })
            .collect()
    }

    #[test]
    fn headlines_about_one_fire_are_one_incident() {
        let found = stream(&[
            "Fire breaks out at oil refinery in Lagos port",
            "Parliament votes on pension reform in Paris",
            "Lagos refinery fire kills three workers",
            "Three dead after fire at Lagos oil refinery",
        ]);
        assert_eq!(found, [1, 2, 1, 1]);
    }

    #[test]
    fn one_common_name_joins_nothing() {
        let found = stream(&["Russia expels two diplomats", "Russia wins chess title", "Russia raises interest rate", "Russia opens arctic port"]);
        assert_eq!(found, [1, 2, 3, 4]);
    }

    #[test]
    fn the_twelfth_package_is_not_the_thirteenth() {
        let found = stream(&["EU adopts 12th sanctions package against Russia", "EU adopts 13th sanctions package against Russia"]);
        assert_eq!(found, [1, 2]);
    }

    #[test]
    fn a_closed_incident_leaves_the_index() {
        let mut index = Index::default();
        let print = Fingerprint::of("Fire at Lagos refinery", "", "en");
        index.learn(&print);
        index.join(Id::from(1), &print, Timestamp(0));
        index.expire(Timestamp(0).plus(CLOSED_AFTER * 2));
        assert!(index.is_empty() && index.postings.is_empty());
    }
}
