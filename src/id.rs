//! Ids are made by the program: 63 bits, the high 42 the millisecond of birth, so newer is larger.

use crate::clock::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::marker::PhantomData;
use std::sync::atomic::{AtomicI64, Ordering};

/// The id of a `T`; ids of different nouns do not mix.
pub struct Id<T>(pub i64, PhantomData<fn() -> T>);

/// Bits below the millisecond: 20 are random, so that two processes do not meet, and one is left for counting on.
const RANDOM_BITS: u32 = 21;
/// Milliseconds that the last id is ahead of the clock when the clock has been put back.
const FAR_MS: i64 = 1_000;
static LAST: AtomicI64 = AtomicI64::new(0);

impl<T> Id<T> {
    /// The id with this number.
    pub const fn of(number: i64) -> Self {
        Self(number, PhantomData)
    }
    /// When it was made, to the millisecond.
    pub fn born(self) -> Timestamp {
        Timestamp(self.0 >> RANDOM_BITS)
    }
    /// A new id. Always larger than the one before it in this process, also when the clock jumps back.
    pub fn new(now: Timestamp) -> Self {
        let chance = i64::from(rand::random::<u32>() & ((1 << (RANDOM_BITS - 1)) - 1));
        let fresh = (now.0 << RANDOM_BITS) | chance;
        // two processes that count on from ids of a clock that was ahead do not meet either
        let after = |last: i64| if last >> RANDOM_BITS > now.0 + FAR_MS { last.saturating_add(1 + chance) } else { last.saturating_add(1) };
        let before = LAST.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |last| Some(fresh.max(after(last))));
        Self::from(fresh.max(after(before.unwrap_or_else(|last| last))))
    }
}

/// New ids are larger than this one, which an earlier process may have made by a clock that was ahead: what is read from an id on would not be met.
pub fn go_on_from(last: i64) {
    LAST.fetch_max(last, Ordering::SeqCst);
}

impl<T> From<i64> for Id<T> {
    fn from(id: i64) -> Self {
        Self(id, PhantomData)
    }
}
impl<T> Clone for Id<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Id<T> {}
impl<T> PartialEq for Id<T> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}
impl<T> Eq for Id<T> {}
impl<T> PartialOrd for Id<T> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl<T> Ord for Id<T> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.cmp(&other.0)
    }
}
impl<T> std::hash::Hash for Id<T> {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}
impl<T> std::fmt::Debug for Id<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0)
    }
}
impl<T> std::fmt::Display for Id<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0)
    }
}
impl<T> std::str::FromStr for Id<T> {
    type Err = std::num::ParseIntError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse::<i64>().map(Self::from)
    }
}
impl<T> Serialize for Id<T> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(to)
    }
}
impl<'de, T> Deserialize<'de> for Id<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        i64::deserialize(from).map(Self::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_grow_even_when_the_clock_jumps_back() {
        // later than any other test's: they count on from one another
        let late = Timestamp(4_000_000_000_000);
        let first = Id::<()>::new(late);
        let second = Id::<()>::new(Timestamp(1_000));
        assert!(second > first);
        assert_eq!(first.born(), late);
        // what an earlier process made by a clock that was ahead
        go_on_from(first.0 + (1 << 40));
        let ids: Vec<i64> = (0..50).map(|_| Id::<()>::new(Timestamp(1_000)).0).collect();
        assert!(ids[0] > first.0 + (1 << 40));
        assert!(ids.windows(2).all(|pair| pair[0] < pair[1]));
        assert!(ids.windows(2).any(|pair| pair[1] - pair[0] > 1_000), "two processes that count on do not meet");
    }
}
