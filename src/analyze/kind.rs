//! The kind of news a text is, by a model learnt from ten years of Wikipedia's current events. English only; pure.
//!
//! A linear classifier (multinomial logistic regression) over hashed stems and pairs of neighbouring stems (feature hashing, Weinberger
//! and others 2009). `data/kinds.bin` was made by `intelrift train kinds`; docs/models.md says from what.

use crate::text::words::stems;
use std::sync::LazyLock;

/// The headings that Wikipedia's editors file events under.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Attacks,
    Culture,
    Business,
    Disasters,
    Health,
    Relations,
    Crime,
    Politics,
    Science,
    Sports,
}

pub const KINDS: [(Kind, &str); 10] = [
    (Kind::Attacks, "Armed conflicts and attacks"),
    (Kind::Culture, "Arts and culture"),
    (Kind::Business, "Business and economy"),
    (Kind::Disasters, "Disasters and accidents"),
    (Kind::Health, "Health and environment"),
    (Kind::Relations, "International relations"),
    (Kind::Crime, "Law and crime"),
    (Kind::Politics, "Politics and elections"),
    (Kind::Science, "Science and technology"),
    (Kind::Sports, "Sports"),
];

/// Buckets that features are hashed into.
pub const BUCKETS: usize = 1 << 17;

/// Weights by bucket and kind, and what is added for each kind.
#[derive(Debug, Clone, PartialEq)]
pub struct Kinds {
    pub weights: Vec<[f32; KINDS.len()]>,
    pub bias: [f32; KINDS.len()],
}

static BUNDLED: LazyLock<Kinds> = LazyLock::new(|| Kinds::from_bytes(include_bytes!("data/kinds.bin")).expect("the bundled model is sound"));

/// The shares of the kinds in what a text is about, in the order of [`KINDS`]; together 1.
pub fn shares(text: &str) -> [f32; KINDS.len()] {
    Kinds::bundled().shares(&features(text))
}

/// The buckets of a text's stems and pairs of stems, each once, ascending.
pub fn features(text: &str) -> Vec<u32> {
    let stems = stems(text, "en");
    let single = stems.iter().map(|stem| bucket(&[stem]));
    let pairs = stems.windows(2).map(|pair| bucket(&[&pair[0], &pair[1]]));
    let mut features: Vec<u32> = single.chain(pairs).collect();
    features.sort_unstable();
    features.dedup();
    features
}

/// FNV-1a, 32 bits (Fowler, Noll and Vo), written out because the bundled weights depend on it for good.
fn bucket(words: &[&str]) -> u32 {
    let bytes = words.iter().flat_map(|word| word.bytes().chain([0xff]));
    let hash = bytes.fold(0x811c_9dc5u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    (hash ^ (hash >> 16)) % BUCKETS as u32
}

/// What one step of a stored weight is worth.
const STEP: f32 = 1.0 / 24.0;

impl Kinds {
    pub fn bundled() -> &'static Self {
        &BUNDLED
    }

    pub fn blank() -> Self {
        Self { weights: vec![[0.0; KINDS.len()]; BUCKETS], bias: [0.0; KINDS.len()] }
    }

    pub fn shares(&self, features: &[u32]) -> [f32; KINDS.len()] {
        let mut sums = self.bias;
        // a long text is not surer than a short one
        let scale = 1.0 / (features.len().max(1) as f32).sqrt();
        for feature in features {
            for (sum, weight) in sums.iter_mut().zip(&self.weights[*feature as usize]) {
                *sum += weight * scale;
            }
        }
        softmax(sums)
    }

    /// A byte a weight, in steps of 1/24.
    pub fn to_bytes(&self) -> Vec<u8> {
        let byte = |weight: &f32| (weight / STEP).round().clamp(-127.0, 127.0) as i8 as u8;
        self.bias.iter().chain(self.weights.iter().flatten()).map(byte).collect()
    }

    /// As [`Kinds::to_bytes`] writes it; `None` for another size.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        if bytes.len() != (BUCKETS + 1) * KINDS.len() {
            return None;
        }
        let mut rows = bytes.chunks_exact(KINDS.len()).map(|row| std::array::from_fn(|kind| f32::from(row[kind] as i8) * STEP));
        Some(Self { bias: rows.next()?, weights: rows.collect() })
    }
}

pub fn softmax(sums: [f32; KINDS.len()]) -> [f32; KINDS.len()] {
    let most = sums.iter().copied().fold(f32::MIN, f32::max);
    let parts = sums.map(|sum| (sum - most).exp());
    let total: f32 = parts.iter().sum();
    parts.map(|part| part / total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_that_was_written_is_read_again() {
        let mut model = Kinds::blank();
        model.weights[7][3] = 2.0;
        model.bias[1] = -0.5;
        assert_eq!(Kinds::from_bytes(&model.to_bytes()).unwrap(), model);
        assert!(Kinds::from_bytes(&[0; 12]).is_none());
    }

    #[test]
    fn shares_are_of_one_whole() {
        let shares = shares("Suicide bomber kills 20 soldiers in Kabul");
        assert!((shares.iter().sum::<f32>() - 1.0).abs() < 1e-5);
        assert!(shares[0] > 0.6, "an attack: {shares:?}");
    }
}
