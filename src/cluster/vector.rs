//! Sparse vectors: weights by the hash of what they weigh.

use rustc_hash::FxHashMap;
use std::sync::Arc;

/// Pairs of hash and weight, ascending by hash, each hash once. Shared, not copied, between an article and its incident.
pub type Vector = Arc<[(u32, f32)]>;

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
pub fn normal(mut vector: Vec<(u32, f32)>) -> (Vector, f32) {
    let length = vector.iter().map(|(_, w)| w * w).sum::<f32>().sqrt();
    if length > 0.0 {
        vector.iter_mut().for_each(|(_, w)| *w /= length);
    }
    (vector.into(), length)
}

/// The weights of the hashes that two vectors share.
pub fn shared<'a>(a: &'a [(u32, f32)], b: &'a [(u32, f32)]) -> impl Iterator<Item = (f32, f32)> + 'a {
    let (mut i, mut j) = (0, 0);
    std::iter::from_fn(move || {
        while i < a.len() && j < b.len() {
            match a[i].0.cmp(&b[j].0) {
                std::cmp::Ordering::Less => i += 1,
                std::cmp::Ordering::Greater => j += 1,
                std::cmp::Ordering::Equal => {
                    (i, j) = (i + 1, j + 1);
                    return Some((a[i - 1].1, b[j - 1].1));
                }
            }
        }
        None
    })
}

pub fn dot(a: &[(u32, f32)], b: &[(u32, f32)]) -> f32 {
    // branches that cannot be foretold cost more than steps that are not needed
    let (mut i, mut j, mut sum) = (0, 0, 0.0);
    while i < a.len() && j < b.len() {
        let (x, y) = (a[i], b[j]);
        sum += if x.0 == y.0 { x.1 * y.1 } else { 0.0 };
        i += usize::from(x.0 <= y.0);
        j += usize::from(y.0 <= x.0);
    }
    sum
}

/// The sum of vectors. Most incidents have one article, whose vector is the sum.
#[derive(Debug, Clone, Default)]
pub enum Sum {
    #[default]
    Empty,
    One(Vector),
    Many(Box<Grown>),
}

/// A sum with its squared length kept as it grows.
#[derive(Debug, Clone, Default)]
pub struct Grown {
    weights: FxHashMap<u32, f32>,
    square: f32,
}

impl Grown {
    fn add(&mut self, vector: &[(u32, f32)], mut new: impl FnMut(u32)) {
        for (hash, weight) in vector {
            let sum = self.weights.entry(*hash).or_insert_with(|| {
                new(*hash);
                0.0
            });
            self.square += (2.0 * *sum + weight) * weight;
            *sum += weight;
        }
    }
}

impl Sum {
    /// Adds a vector of length 1 or an empty one, and calls `new` for each hash that was not there before.
    pub fn add(&mut self, vector: &Vector, mut new: impl FnMut(u32)) {
        match self {
            _ if vector.is_empty() => {}
            Self::Empty => {
                vector.iter().for_each(|(hash, _)| new(*hash));
                *self = Self::One(Arc::clone(vector));
            }
            _ => self.grown().add(vector, new),
        }
    }

    /// Adds another sum, in the order of its hashes so that the result is the same each time.
    pub fn add_sum(&mut self, other: &Self, new: impl FnMut(u32)) {
        match other {
            Self::Empty => {}
            Self::One(vector) => self.add(vector, new),
            Self::Many(grown) => {
                let mut vector: Vec<(u32, f32)> = grown.weights.iter().map(|(hash, weight)| (*hash, *weight)).collect();
                vector.sort_unstable_by_key(|(hash, _)| *hash);
                self.grown().add(&vector, new);
            }
        }
    }

    fn grown(&mut self) -> &mut Grown {
        if !matches!(self, Self::Many(_)) {
            let mut grown = Box::<Grown>::default();
            if let Self::One(vector) = self {
                grown.add(vector, |_| ());
            }
            *self = Self::Many(grown);
        }
        let Self::Many(grown) = self else { unreachable!("it has just grown") };
        grown
    }

    fn get(&self, hash: u32) -> Option<f32> {
        match self {
            Self::Empty => None,
            Self::One(vector) => vector.binary_search_by_key(&hash, |entry| entry.0).ok().map(|at| vector[at].1),
            Self::Many(grown) => grown.weights.get(&hash).copied(),
        }
    }

    pub fn has(&self, hash: u32) -> bool {
        self.get(hash).is_some()
    }
    pub fn is_empty(&self) -> bool {
        matches!(self, Self::Empty)
    }

    /// With a vector of length 1; 0 when either is empty.
    pub fn cosine(&self, vector: &[(u32, f32)]) -> f32 {
        match self {
            Self::Empty => 0.0,
            Self::One(one) => dot(one, vector),
            Self::Many(_) if vector.is_empty() => 0.0,
            Self::Many(grown) => {
                let dot: f32 = vector.iter().filter_map(|(hash, weight)| grown.weights.get(hash).map(|sum| sum * weight)).sum();
                dot / grown.square.sqrt()
            }
        }
    }
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
        assert!((sum.cosine(&a) - 1.0).abs() < 1e-6);
        // against the first axis alone: 3/5
        assert!((sum.cosine(&[(1, 1.0)]) - 0.6).abs() < 1e-6);
        assert_eq!(sum.cosine(&[]), 0.0);
    }

    #[test]
    fn equal_hashes_are_counted_together() {
        assert_eq!(&*counted(vec![3, 1, 3]), [(1, 1.0), (3, 2.0)]);
        assert_eq!(dot(&counted(vec![1, 3]), &counted(vec![3, 3, 4])), 2.0);
    }
}
