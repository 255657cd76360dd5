//! The trees of a decision: gradient boosting (Friedman 2001) by first and second derivatives of the cross-entropy (Chen and Guestrin 2016), of
//! trees that ask one question a level (as CatBoost's, Prokhorenkova et al. 2018).

use super::Weighted;
use crate::cluster::features::FEATURES;
use crate::cluster::trees::{DEPTH, Tree, Trees};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

// Twice the trees at half the rate, a level more, or a third of the samples and features score within what seeds are apart.
const TREES: usize = 60;
const RATE: f32 = 0.2;
/// Of the samples and of the features that a tree sees, so that no two are alike.
const SHARE_OF_SAMPLES: f32 = 0.7;
const SHARE_OF_FEATURES: f32 = 0.5;
/// Parts of equally many samples into which each feature is cut.
const BINS: usize = 64;

/// Derivatives of the loss of one sample or of several.
#[derive(Clone, Copy, Default)]
struct Slope {
    first: f32,
    second: f32,
}

impl Slope {
    fn add(&mut self, other: Self) {
        self.first += other.first;
        self.second += other.second;
    }

    fn without(self, other: Self) -> Self {
        Self { first: self.first - other.first, second: self.second - other.second }
    }

    /// What a leaf of these takes from the loss, doubled.
    fn gain(self, restraint: f32) -> f32 {
        self.first * self.first / (self.second + restraint)
    }

    fn step(self, restraint: f32) -> f32 {
        -RATE * self.first / (self.second + restraint)
    }
}

/// The samples with each feature cut into bins.
struct Table<'a> {
    samples: &'a [Weighted],
    /// For each feature where its bins end; none for one that never varies.
    borders: Vec<Vec<f32>>,
    bins: Vec<[u8; FEATURES]>,
    /// By which weights come to 1 in the mean.
    scale: f32,
    restraint: f32,
}

/// Grows trees on the first `inputs` features of the samples, one after the other, each where those before are wrong. `restraint` counts against
/// leaves of few samples.
pub fn grow(samples: &[Weighted], inputs: usize, restraint: f32, seed: u64) -> Trees {
    let table = Table::of(samples, inputs, restraint);
    let mut random = StdRng::seed_from_u64(seed);
    let base = table.base();
    let mut scores = vec![base; samples.len()];
    let trees = (0..TREES).map(|_| {
        let slopes = table.slopes(&scores);
        let seen: Vec<usize> = (0..samples.len()).filter(|_| random.random::<f32>() < SHARE_OF_SAMPLES).collect();
        let features: Vec<usize> = (0..inputs).filter(|_| random.random::<f32>() < SHARE_OF_FEATURES).collect();
        let (tree, leaves) = table.tree(&slopes, &seen, &features);
        scores.iter_mut().zip(leaves).for_each(|(score, leaf)| *score += tree.leaves[leaf]);
        tree
    });
    let trees = trees.collect();
    Trees { base, trees }
}

impl<'a> Table<'a> {
    fn of(samples: &'a [Weighted], inputs: usize, restraint: f32) -> Self {
        let borders: Vec<Vec<f32>> = (0..inputs).map(|feature| borders(samples, feature)).collect();
        let bin = |s: &Weighted, feature: usize| borders[feature].partition_point(|border| *border < s.sample.features[feature]) as u8;
        let bins = samples.iter().map(|s| std::array::from_fn(|feature| if feature < inputs { bin(s, feature) } else { 0 })).collect();
        let scale = samples.len() as f32 / samples.iter().map(|s| s.weight).sum::<f32>();
        Self { samples, borders, bins, scale, restraint }
    }

    /// The logarithm of the odds that a sample belongs.
    fn base(&self) -> f32 {
        let weight = |belongs: bool| self.samples.iter().filter(|s| s.sample.belongs == belongs).map(|s| s.weight).sum::<f32>().max(1e-3);
        (weight(true) / weight(false)).ln()
    }

    fn slopes(&self, scores: &[f32]) -> Vec<Slope> {
        let slope = |(s, score): (&Weighted, &f32)| {
            let (weight, p) = (s.weight * self.scale, 1.0 / (1.0 + (-score).exp()));
            Slope { first: weight * (p - if s.sample.belongs { 1.0 } else { 0.0 }), second: weight * p * (1.0 - p) }
        };
        self.samples.iter().zip(scores).map(slope).collect()
    }

    /// A tree by what some samples say of some features, and the leaf that each sample comes to.
    fn tree(&self, slopes: &[Slope], seen: &[usize], features: &[usize]) -> (Tree, Vec<usize>) {
        let mut leaf_of = vec![0; self.samples.len()];
        // where no feature varies it asks nothing, and all come to its first leaf
        let mut tree = Tree { splits: [(0, f32::MAX); DEPTH], leaves: [0.0; 1 << DEPTH] };
        for level in 0..DEPTH {
            let Some((feature, border)) = self.question(slopes, seen, features, &leaf_of, 1 << level) else { break };
            tree.splits[level] = (feature as u8, self.borders[feature][border]);
            leaf_of.iter_mut().zip(&self.bins).for_each(|(leaf, bins)| *leaf = *leaf * 2 + usize::from(usize::from(bins[feature]) > border));
        }
        let mut sums = [Slope::default(); 1 << DEPTH];
        seen.iter().for_each(|at| sums[leaf_of[*at]].add(slopes[*at]));
        tree.leaves = sums.map(|sum| sum.step(self.restraint));
        (tree, leaf_of)
    }

    /// The feature and its border that part the samples of all leaves best.
    fn question(&self, slopes: &[Slope], seen: &[usize], features: &[usize], leaf_of: &[usize], leaves: usize) -> Option<(usize, usize)> {
        let mut best: Option<(f32, usize, usize)> = None;
        for feature in features {
            let bins = self.borders[*feature].len() + 1;
            let mut sums = vec![Slope::default(); leaves * bins];
            seen.iter().for_each(|at| sums[leaf_of[*at] * bins + usize::from(self.bins[*at][*feature])].add(slopes[*at]));
            for (border, gain) in gains(&sums, bins, self.restraint).into_iter().enumerate() {
                if best.is_none_or(|(most, ..)| gain > most) {
                    best = Some((gain, *feature, border));
                }
            }
        }
        best.map(|(_, feature, border)| (feature, border))
    }
}

/// For each border what it gains over all leaves, of which `sums` has the bins one leaf after the other.
fn gains(sums: &[Slope], bins: usize, restraint: f32) -> Vec<f32> {
    let mut gains = vec![0.0; bins - 1];
    for leaf in sums.chunks(bins) {
        let (mut all, mut left) = (Slope::default(), Slope::default());
        leaf.iter().for_each(|bin| all.add(*bin));
        for (gain, bin) in gains.iter_mut().zip(leaf) {
            left.add(*bin);
            *gain += left.gain(restraint) + all.without(left).gain(restraint);
        }
    }
    gains
}

fn borders(samples: &[Weighted], feature: usize) -> Vec<f32> {
    let mut values: Vec<f32> = samples.iter().map(|s| s.sample.features[feature]).collect();
    values.sort_by(f32::total_cmp);
    let mut borders: Vec<f32> = (1..BINS).filter_map(|bin| values.get(values.len() * bin / BINS).copied()).collect();
    borders.dedup();
    // nothing lies beyond the highest value
    borders.pop_if(|border| Some(*border) == values.last().copied());
    borders
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cluster::labelled::Sample;

    /// Samples of which those belong where exactly one of two features is high, which no single question tells.
    fn either() -> Vec<Weighted> {
        let sample = |n: usize| {
            let (a, b) = (n % 10, n / 10 % 10);
            let mut features = [0.0; FEATURES];
            (features[0], features[1]) = (a as f32 / 10.0, b as f32 / 10.0);
            Weighted { sample: Sample { features, belongs: (a < 5) != (b < 4) }, weight: 1.0 }
        };
        (0..2_000).map(sample).collect()
    }

    #[test]
    fn trees_learn_what_two_features_say_together() {
        let samples = either();
        let trees = grow(&samples, 2, 5.0, 7);
        let right = samples.iter().filter(|s| (trees.logit(&s.sample.features) > 0.0) == s.sample.belongs).count();
        assert_eq!(right, samples.len());
    }

    #[test]
    fn the_same_samples_and_seed_grow_the_same_trees() {
        let samples = either();
        let grown = |seed: u64| serde_json::to_string(&grow(&samples, 2, 5.0, seed)).unwrap();
        assert_eq!(grown(7), grown(7));
        assert_ne!(grown(7), grown(8));
    }

    #[test]
    fn features_that_never_vary_and_no_samples_grow_nothing_wrong() {
        let same: Vec<Weighted> = either().into_iter().map(|s| Weighted { sample: Sample { features: [1.0; FEATURES], ..s.sample }, ..s }).collect();
        let trees = grow(&same, FEATURES, 5.0, 0);
        let share = same.iter().filter(|s| s.sample.belongs).count() as f32 / same.len() as f32;
        let p = 1.0 / (1.0 + (-trees.logit(&[1.0; FEATURES])).exp());
        assert!((p - share).abs() < 0.01, "{p} of {share}");
        let of_nothing = grow(&[], FEATURES, 5.0, 0).logit(&[1.0; FEATURES]);
        assert!(of_nothing.abs() < 1e-3, "{of_nothing}");
    }
}
