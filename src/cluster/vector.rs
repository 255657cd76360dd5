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

/// Scaled to length 1; an empty vector stays empty.
pub fn normal(mut vector: Vec<(u32, f32)>) -> Vector {
    let length = vector.iter().map(|(_, w)| w * w).sum::<f32>().sqrt();
    if length > 0.0 {
        vector.iter_mut().for_each(|(_, w)| *w /= length);
    }
    vector.into()
}

pub fn dot(a: &[(u32, f32)], b: &[(u32, f32)]) -> f32 {
    let (mut i, mut j, mut sum) = (0, 0, 0.0);
    while i < a.len() && j < b.len() {
        match a[i].0.cmp(&b[j].0) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => {
                sum += a[i].1 * b[j].1;
                (i, j) = (i + 1, j + 1);
            }
        }
    }
    sum
}

/// The sum of vectors, with its squared length kept as it grows.
#[derive(Debug, Clone, Default)]
pub struct Sum {
    weights: FxHashMap<u32, f32>,
    square: f32,
}

impl Sum {
    /// Adds a vector and calls `new` for each hash that was not there before.
    pub fn add(&mut self, vector: &[(u32, f32)], mut new: impl FnMut(u32)) {
        for (hash, weight) in vector {
            let sum = self.weights.entry(*hash).or_insert_with(|| {
                new(*hash);
                0.0
            });
            self.square += (2.0 * *sum + weight) * weight;
            *sum += weight;
        }
    }

    /// Adds another sum, in the order of its hashes so that the result is the same each time.
    pub fn add_sum(&mut self, other: &Self, new: impl FnMut(u32)) {
        let mut vector: Vec<(u32, f32)> = other.weights.iter().map(|(hash, weight)| (*hash, *weight)).collect();
        vector.sort_unstable_by_key(|(hash, _)| *hash);
        self.add(&vector, new);
    }

    pub fn has(&self, hash: u32) -> bool {
        self.weights.contains_key(&hash)
    }
    pub fn is_empty(&self) -> bool {
        self.square <= 0.0
    }

    /// With a vector of length 1; 0 when either is empty.
    pub fn cosine(&self, vector: &[(u32, f32)]) -> f32 {
        if vector.is_empty() || self.is_empty() {
            return 0.0;
        }
        let dot: f32 = vector.iter().filter_map(|(hash, weight)| self.weights.get(hash).map(|sum| sum * weight)).sum();
        dot / self.square.sqrt()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sum_knows_its_direction() {
        let a = normal(vec![(1, 3.0), (2, 4.0)]);
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
