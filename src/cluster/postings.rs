//! Where words and names lead: live incidents by what their articles say. Pure.

use super::document::{Document, Kind};
use super::slots::Slot;
use rustc_hash::FxHashMap;
use smallvec::SmallVec;

/// Words, names and concepts that are looked up, the heaviest first.
const QUERY_WORDS: usize = 10;
const QUERY_NAMES: usize = 8;
const QUERY_CONCEPTS: usize = 6;
/// A name finds less surely than a word, and a kind of event or a place less surely than a name.
const NAME_WEIGHT: f32 = 0.8;
const CONCEPT_WEIGHT: f32 = 0.6;
/// Incidents kept in one posting, the newest: the commonest words lead everywhere and help nobody.
const KEPT: usize = 256;
/// What an incident must share with an article beside the one that shares the most. With a quarter what was not learnt from scores as well
/// (docs/models.md).
const NEAREST_SHARE: f32 = 0.30;

/// Most words lead to few incidents, and those have room in the table itself.
type Posting = SmallVec<[Slot; 4]>;

#[derive(Default)]
pub struct Postings {
    of: FxHashMap<u32, Posting>,
    /// By slot; all zero between two questions.
    score: Vec<f32>,
}

impl Postings {
    pub fn add(&mut self, hash: u32, slot: Slot) {
        self.of.entry(hash).or_default().push(slot);
    }

    /// The slots, of so many given out, that may hold an article and share the heaviest of its words and names, with how much they share; in no order.
    pub fn sharing(
        &mut self,
        document: &Document,
        slots: usize,
        is_live: impl Fn(Slot) -> bool,
        may_hold: impl Fn(Slot) -> bool,
    ) -> Vec<(Slot, f32)> {
        self.score.resize(slots, 0.0);
        let looked_up = looked_up(document);
        let mut to_come: f32 = looked_up.iter().map(|(_, weight)| weight * weight).sum();
        let (mut met, mut most): (Vec<Slot>, f32) = (vec![], 0.0);
        for (hash, weight) in looked_up {
            // what is not met by now can't share enough any more
            let is_late = to_come < most * NEAREST_SHARE;
            to_come -= weight * weight;
            let Some(posting) = self.of.get_mut(&hash) else { continue };
            // what leads nowhere any more is dropped now and then: looking each up at each question would cost more than all the rest
            if posting.len() >= 2 * KEPT {
                posting.retain(|slot| is_live(*slot));
                drop(posting.drain(..posting.len().saturating_sub(KEPT)));
            }
            for slot in posting.iter().rev().take(KEPT) {
                let score = &mut self.score[*slot as usize];
                if *score == 0.0 {
                    if is_late || !may_hold(*slot) {
                        continue;
                    }
                    met.push(*slot);
                }
                *score += weight * weight;
                most = most.max(*score);
            }
        }
        let least = most * NEAREST_SHARE;
        let scored = met.into_iter().map(|slot| (slot, std::mem::take(&mut self.score[slot as usize])));
        scored.filter(|(_, shared)| *shared >= least).collect()
    }

    /// Forgets slots that lead nowhere, and words that lead to none.
    pub fn retain(&mut self, is_live: impl Fn(Slot) -> bool) {
        self.of.retain(|_, posting| {
            posting.retain(|slot| is_live(*slot));
            !posting.is_empty()
        });
    }

    pub fn is_empty(&self) -> bool {
        self.of.is_empty()
    }
}

/// The words and names that find an article's candidates, the heaviest first.
fn looked_up(document: &Document) -> Vec<(u32, f32)> {
    let words = heaviest(document.of(Kind::Whole), QUERY_WORDS).into_iter();
    let names = heaviest(document.of(Kind::Names), QUERY_NAMES).into_iter().map(|(hash, weight)| (hash, weight * NAME_WEIGHT));
    let concepts = heaviest(document.of(Kind::Concepts), QUERY_CONCEPTS).into_iter().map(|(hash, weight)| (hash, weight * CONCEPT_WEIGHT));
    let all: Vec<(u32, f32)> = words.chain(names).chain(concepts).collect();
    heaviest(&all, all.len())
}

fn heaviest(vector: &[(u32, f32)], limit: usize) -> Vec<(u32, f32)> {
    let mut heaviest = vector.to_vec();
    heaviest.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    heaviest.truncate(limit);
    heaviest
}

#[cfg(test)]
mod tests {
    use super::super::fingerprint::Fingerprint;
    use super::super::frequency::Frequency;
    use super::*;

    fn document(title: &str) -> Document {
        Frequency::bundled().weigh(&Fingerprint::of(title, "", "en"), None, None)
    }

    /// Leads from all that a title says to a slot.
    fn put(postings: &mut Postings, title: &str, slot: Slot) {
        looked_up(&document(title)).into_iter().for_each(|(hash, _)| postings.add(hash, slot));
    }

    fn found(postings: &mut Postings, title: &str, slots: usize, is_live: impl Fn(Slot) -> bool) -> Vec<Slot> {
        let mut found = postings.sharing(&document(title), slots, is_live, |_| true);
        found.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        found.into_iter().map(|(slot, _)| slot).collect()
    }

    #[test]
    fn who_shares_most_is_found_and_who_shares_far_less_is_not() {
        let mut postings = Postings::default();
        put(&mut postings, "Refinery fire near Lagos kills three", 0);
        put(&mut postings, "Refinery fire near Lagos", 1);
        put(&mut postings, "Parliament in Lisbon votes on a refinery", 2);
        for _ in 0..2 {
            assert_eq!(
                found(&mut postings, "Refinery fire near Lagos kills three", 3, |_| true),
                [0, 1],
                "twice alike: nothing is left of a question"
            );
        }
        postings.retain(|slot| slot == 2);
        assert_eq!(found(&mut postings, "Refinery fire near Lagos kills three", 3, |_| true), [2], "it shares the most of those that are left");
        postings.retain(|_| false);
        assert!(postings.is_empty());
    }

    #[test]
    fn a_word_that_leads_everywhere_leads_to_the_newest_that_live() {
        let mut postings = Postings::default();
        (0..2 * KEPT as Slot).for_each(|slot| put(&mut postings, "Lagos", slot));
        let even = found(&mut postings, "Lagos", 2 * KEPT, |slot| slot % 2 == 0);
        assert_eq!(even.len(), KEPT);
        assert!(even.iter().all(|slot| slot % 2 == 0), "those that are gone made room");
        (0..3 * KEPT as Slot).for_each(|slot| put(&mut postings, "Lagos", slot));
        let newest = found(&mut postings, "Lagos", 3 * KEPT, |_| true);
        assert_eq!(newest, (2 * KEPT as Slot..3 * KEPT as Slot).collect::<Vec<_>>());
    }
}
