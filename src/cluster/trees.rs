//! Small trees whose answers are added up. They see borders where a network sees slopes, so that the two err apart, and together less than each.

use serde::{Deserialize, Serialize};

/// Questions from a tree's root to a leaf.
pub const DEPTH: usize = 3;
/// For features; a power of two, so that no number leads out of it and none is checked.
const ROOM: usize = 64;

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Trees {
    /// What is said before any tree: the logarithm of the odds.
    pub base: f32,
    pub trees: Vec<Tree>,
}

/// All of a level ask the same: whether a feature, by its number, is above a border. "No" to all leads to the first leaf, "yes" to the last.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Tree {
    pub splits: [(u8, f32); DEPTH],
    pub leaves: [f32; 1 << DEPTH],
}

impl Tree {
    fn says(&self, features: &[f32; ROOM]) -> f32 {
        let is_above = |(feature, border): &(u8, f32)| usize::from(features[usize::from(*feature) % ROOM] > *border);
        self.leaves[self.splits.iter().fold(0, |leaf, split| leaf * 2 + is_above(split))]
    }

    fn numbers(&mut self) -> impl Iterator<Item = &mut f32> {
        self.splits.iter_mut().map(|(_, border)| border).chain(&mut self.leaves)
    }

    fn scaled(&self, by: f32) -> Self {
        Self { splits: self.splits, leaves: self.leaves.map(|leaf| leaf * by) }
    }
}

impl Trees {
    /// The mean of what several say, as one.
    pub fn together(all: &[Self]) -> Self {
        let part = 1.0 / all.len() as f32;
        let trees = all.iter().flat_map(|one| &one.trees).map(|tree| tree.scaled(part)).collect();
        Self { base: all.iter().map(|one| one.base * part).sum(), trees }
    }

    /// The logarithm of the odds. Several sums side by side, since one alone would have each tree wait for the one before.
    pub fn logit(&self, features: &[f32]) -> f32 {
        let mut room = [0.0; ROOM];
        room[..features.len()].copy_from_slice(features);
        let mut sums = [0.0; 4];
        for trees in self.trees.chunks(sums.len()) {
            sums.iter_mut().zip(trees).for_each(|(sum, tree)| *sum += tree.says(&room));
        }
        self.base + sums.iter().sum::<f32>()
    }

    /// All numbers but those that say which feature.
    pub fn numbers(&mut self) -> impl Iterator<Item = &mut f32> {
        self.trees.iter_mut().flat_map(Tree::numbers).chain([&mut self.base])
    }
}
