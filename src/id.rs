//! Ids are made by the program: 63 bits, the high 42 the millisecond of birth, so newer is larger.

use crate::clock::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::marker::PhantomData;
use std::sync::atomic::{AtomicI64, Ordering};

/// The id of a `T`; ids of different nouns do not mix.
pub struct Id<T>(pub i64, PhantomData<fn() -> T>);

/// Bits below the millisecond: 20 are random, so that two processes do not meet, and one is left for counting on.
const RANDOM_BITS: u32 = 21;
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
        let fresh = (now.0 << RANDOM_BITS) | i64::from(rand::random::<u32>() & ((1 << (RANDOM_BITS - 1)) - 1));
        let before = LAST.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |last| Some(fresh.max(last + 1)));
        Self::from(fresh.max(before.unwrap_or_else(|last| last) + 1))
    }
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
    }
}
