//! Where directions lead: live incidents by the signs of their articles' directions. Pure.
//!
//! Two directions that are near have most signs alike, and so some whole bytes of signs: the nearest are found without a look at all of them
//! (locality-sensitive hashing, Charikar 2002). The axes of the encoder's own space serve as well as random ones.

use super::direction::Direction;
use super::slots::Slot;
use rustc_hash::FxHashMap;

/// Incidents kept for one byte at one place, the newest.
const KEPT: usize = 1_024;
/// Bytes that two directions have alike at least. Of those with a cosine above 0.5 nine in ten have, and of any two one in twenty (titles of
/// OG2021, 384 numbers).
const ALIKE: u16 = 2;

#[derive(Default)]
pub struct Signs {
    /// By place and byte; empty until the first direction comes.
    slots: Vec<Vec<Slot>>,
}

impl Signs {
    pub fn add(&mut self, direction: &Direction, slot: Slot) {
        for at in places(direction) {
            if at >= self.slots.len() {
                self.slots.resize_with(at + 1, Vec::new);
            }
            let slots = &mut self.slots[at];
            // an incident's articles come together and are much alike
            if slots.last() != Some(&slot) {
                slots.push(slot);
            }
            if slots.len() >= 2 * KEPT {
                slots.drain(..KEPT);
            }
        }
    }

    /// So many slots at most that a direction may be near to, those with the most signs alike first.
    pub fn near(&self, direction: &Direction, limit: usize) -> Vec<Slot> {
        // for each slot its bytes and where the last one was: several articles of one incident may have the same
        let mut counts: FxHashMap<Slot, (u16, usize)> = FxHashMap::default();
        for at in places(direction) {
            for slot in self.slots.get(at).into_iter().flat_map(|slots| slots.iter().rev().take(KEPT)) {
                let (count, last) = counts.entry(*slot).or_insert((0, usize::MAX));
                *count += u16::from(*last != at);
                *last = at;
            }
        }
        let mut near: Vec<(Slot, u16)> = counts.into_iter().map(|(slot, (count, _))| (slot, count)).filter(|(_, count)| *count >= ALIKE).collect();
        near.sort_unstable_by(|a, b| b.1.cmp(&a.1).then(b.0.cmp(&a.0)));
        near.into_iter().map(|(slot, _)| slot).take(limit).collect()
    }

    /// Forgets slots that lead nowhere.
    pub fn retain(&mut self, is_live: impl Fn(Slot) -> bool) {
        self.slots.iter_mut().for_each(|slots| slots.retain(|slot| is_live(*slot)));
    }
}

/// A number for each byte of signs and the place where it stands.
fn places(direction: &Direction) -> impl Iterator<Item = usize> {
    direction.signs().enumerate().map(|(place, byte)| place << 8 | usize::from(byte))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::rngs::StdRng;
    use rand::{RngExt, SeedableRng};

    fn random(random: &mut StdRng) -> Vec<f32> {
        (0..384).map(|_| random.random::<f32>() - 0.5).collect()
    }

    #[test]
    fn the_direction_nearby_is_found_among_many() {
        let mut chance = StdRng::seed_from_u64(0);
        let mut signs = Signs::default();
        let all: Vec<Vec<f32>> = (0..2_000).map(|_| random(&mut chance)).collect();
        all.iter().zip(0..).for_each(|(numbers, slot)| signs.add(&Direction::of(numbers).unwrap(), slot));
        // half of its own and half of another: a cosine of 0.7
        let turned: Vec<f32> = all[700].iter().zip(random(&mut chance)).map(|(own, other)| own + other).collect();
        let turned = Direction::of(&turned).unwrap();
        assert_eq!(signs.near(&turned, 8)[0], 700);
        assert!(signs.near(&turned, usize::MAX).len() < 400, "most are not looked at");
        signs.retain(|slot| slot != 700);
        assert!(!signs.near(&turned, usize::MAX).contains(&700));
    }

    #[test]
    fn one_byte_alike_is_one_however_many_articles_have_it() {
        let mut signs = Signs::default();
        let all = Direction::of(&[1.0; 16]).unwrap();
        for slot in [0, 1, 0, 1, 0] {
            signs.add(&all, slot);
        }
        let half: Vec<f32> = (0..16).map(|at| if at < 8 { 1.0 } else { -1.0 }).collect();
        assert!(signs.near(&Direction::of(&half).unwrap(), 9).is_empty());
        assert_eq!(signs.near(&all, 9), [1, 0]);
    }

    #[test]
    fn what_comes_again_and_again_takes_no_more_room() {
        let (mut signs, direction) = (Signs::default(), Direction::of(&[1.0; 384]).unwrap());
        (0..10_000).for_each(|slot| signs.add(&direction, slot / 2));
        assert!(signs.slots.iter().all(|slots| slots.len() < 2 * KEPT));
        assert_eq!(signs.near(&direction, 2), [4_999, 4_998]);
    }
}
