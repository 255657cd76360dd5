//! Sparse vectors: weights by the hash of what they weigh.

use rustc_hash::FxHashMap;

/// Pairs of hash and weight, ascending by hash, each hash once.
pub type Vector = Box<[(u32, f32)]>;

/// How often each hash occurs, ascending.
pub fn counted(mut hashes: Vec<u32>) -> Vector {
    hashes.sort_unstable();
    let mut counts: Vec<(u32, f32)> = vec![];
    for hash in hashes {
        match counts.last_mut() {
            Some(last) if last.0 == hash => last.1 += 1.0,
            _ => counts.push((hash, 1.0)),
        }
    }
    counts.into()
}

/// Scaled to length 1, and the length before; an empty vector stays empty.
pub fn normal(mut vector: Vec<(u32, f32)>) -> (Vec<(u32, f32)>, f32) {
    let length = vector.iter().map(|(_, w)| w * w).sum::<f32>().sqrt();
    if length > 0.0 {
        vector.iter_mut().for_each(|(_, w)| *w /= length);
    }
    (vector, length)
}

pub fn dot(a: &[(u32, f32)], b: &[(u32, f32)]) -> f32 {
    a.iter().filter_map(|(hash, here)| Some(here * weight(b, *hash)?)).sum()
}

/// A vector that is to be multiplied with many. Most of what they hold is not in it, and a bit by the first bits of a hash says so at once.
pub struct Probe<'a> {
    vector: &'a [(u32, f32)],
    bits: [u64; 1 << (BITS - 6)],
}

/// So many first bits of a hash count: of 4,096 bits a vector of fifty sets one in eighty.
const BITS: u32 = 12;

impl<'a> Probe<'a> {
    pub fn of(vector: &'a [(u32, f32)]) -> Self {
        let mut bits = [0; 1 << (BITS - 6)];
        for (hash, _) in vector {
            let (word, bit) = place(*hash);
            bits[word] |= 1 << bit;
        }
        Self { vector, bits }
    }

    /// The weights here and there of each hash that both have.
    pub fn shared(&self, other: &[(u32, f32)]) -> impl Iterator<Item = (f32, f32)> {
        let may_be_here = |hash: u32| {
            let (word, bit) = place(hash);
            self.bits[word] >> bit & 1 == 1
        };
        other.iter().filter(move |(hash, _)| may_be_here(*hash)).filter_map(|(hash, there)| Some((weight(self.vector, *hash)?, *there)))
    }

    pub fn dot(&self, other: &[(u32, f32)]) -> f32 {
        self.shared(other).map(|(here, there)| here * there).sum()
    }
}

fn place(hash: u32) -> (usize, u32) {
    let place = hash >> (u32::BITS - BITS);
    ((place >> 6) as usize, place & 63)
}

/// The sum of vectors, with its squared length kept as it grows.
#[derive(Debug, Clone, Default)]
pub struct Sum {
    weights: Weights,
    square: f32,
}

impl Sum {
    /// Adds a vector, and calls `new` for each hash that was not there before.
    pub fn add(&mut self, vector: &[(u32, f32)], mut new: impl FnMut(u32)) {
        for (hash, weight) in vector {
            let sum = self.weights.of(*hash, || new(*hash));
            self.square += (2.0 * *sum + weight) * weight;
            *sum += weight;
        }
    }

    /// Adds another sum, in the order of its hashes so that the result is the same each time.
    pub fn add_sum(&mut self, other: &Self, new: impl FnMut(u32)) {
        self.add(&other.weights.sorted(), new);
    }

    pub fn weight(&self, hash: u32) -> Option<f32> {
        match &self.weights {
            Weights::Few(list) => weight(list, hash),
            Weights::Many(table) => table.get(&hash).copied(),
        }
    }

    pub fn dot(&self, vector: &[(u32, f32)]) -> f32 {
        match &self.weights {
            Weights::Few(list) => dot(vector, list),
            Weights::Many(table) => vector.iter().filter_map(|(hash, weight)| Some(table.get(hash)? * weight)).sum(),
        }
    }

    /// 0 for a sum of nothing.
    pub fn length(&self) -> f32 {
        self.square.sqrt()
    }

    pub fn is_empty(&self) -> bool {
        matches!(&self.weights, Weights::Few(list) if list.is_empty())
    }
}

/// Most sums have few weights. A list of them, ascending by hash, takes half the memory of a table and is searched as soon.
#[derive(Debug, Clone)]
enum Weights {
    Few(Vec<(u32, f32)>),
    Many(FxHashMap<u32, f32>),
}

/// More are a table.
const FEW: usize = 24;

impl Default for Weights {
    fn default() -> Self {
        Self::Few(vec![])
    }
}

impl Weights {
    /// The weight of a hash; where it is not there yet it is 0, and `new` is called.
    fn of(&mut self, hash: u32, new: impl FnOnce()) -> &mut f32 {
        if let Self::Few(list) = self
            && list.len() == FEW
        {
            *self = Self::Many(list.iter().copied().collect());
        }
        match self {
            Self::Few(list) => {
                let at = list.binary_search_by_key(&hash, |entry| entry.0).unwrap_or_else(|at| {
                    new();
                    list.reserve_exact(1);
                    list.insert(at, (hash, 0.0));
                    at
                });
                &mut list[at].1
            }
            Self::Many(table) => table.entry(hash).or_insert_with(|| {
                new();
                0.0
            }),
        }
    }

    fn sorted(&self) -> Vec<(u32, f32)> {
        match self {
            Self::Few(list) => list.clone(),
            Self::Many(table) => {
                let mut list: Vec<(u32, f32)> = table.iter().map(|(hash, weight)| (*hash, *weight)).collect();
                list.sort_unstable_by_key(|(hash, _)| *hash);
                list
            }
        }
    }
}

/// How much something weighs in a vector, if it is there.
pub fn weight(vector: &[(u32, f32)], hash: u32) -> Option<f32> {
    vector.binary_search_by_key(&hash, |entry| entry.0).ok().map(|at| vector[at].1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sum_knows_its_direction() {
        let (a, length) = normal(vec![(1, 3.0), (2, 4.0)]);
        assert_eq!(length, 5.0);
        let mut sum = Sum::default();
        let mut new = vec![];
        sum.add(&a, |hash| new.push(hash));
        sum.add(&a, |hash| new.push(hash));
        assert_eq!(new, [1, 2]);
        assert!((sum.length() - 2.0).abs() < 1e-6);
        assert_eq!((sum.weight(1), sum.weight(3)), (Some(1.2), None));
    }

    #[test]
    fn a_sum_of_many_says_what_a_sum_of_few_says() {
        let half = |from: u32| normal((from..from + 2 * FEW as u32).map(|n| (n * 7, 1.0)).collect()).0;
        let (mut once, mut parts, mut other) = (Sum::default(), Sum::default(), Sum::default());
        let mut new = 0;
        let (a, b) = (half(0), half(20));
        once.add(&a, |_| new += 1);
        once.add(&b, |_| new += 1);
        a.chunks(5).for_each(|chunk| parts.add(chunk, |_| ()));
        b.chunks(5).for_each(|chunk| other.add(chunk, |_| ()));
        parts.add_sum(&other, |_| ());
        assert_eq!(new, 20 + 2 * FEW);
        assert!((once.length() - parts.length()).abs() < 1e-6 && (once.dot(&b) - parts.dot(&b)).abs() < 1e-6);
        assert!((0..600).all(|hash| once.weight(hash) == parts.weight(hash)));
    }

    #[test]
    fn a_probe_finds_what_two_vectors_share() {
        let hashes = |step: u32| counted((0..300u32).map(|n| n.wrapping_mul(step).rotate_left(11)).collect());
        let (a, b) = (hashes(0x9e37_79b9), hashes(0x3c6e_f372));
        let both: Vec<_> = a.iter().filter_map(|(hash, here)| Some((*here, weight(&b, *hash)?))).collect();
        assert!(both.len() >= 100);
        assert_eq!(Probe::of(&a).shared(&b).collect::<Vec<_>>(), both);
        assert_eq!((Probe::of(&a).dot(&b), Probe::of(&[]).dot(&b)), (dot(&a, &b), 0.0));
    }

    #[test]
    fn equal_hashes_are_counted_together() {
        assert_eq!(&*counted(vec![3, 1, 3]), [(1, 1.0), (3, 2.0)]);
        assert_eq!(dot(&counted(vec![1, 3]), &counted(vec![3, 3, 4])), 2.0);
    }
}
