//! The learnt join decision: a small network from the features to a probability. `model.json` was made by
//! `intelrift train clustering`.

use super::live::Features;
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

/// Units of the one hidden layer. A logistic regression misses how the features interact (languages, known dates).
pub const HIDDEN: usize = 24;

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Model {
    /// Mean and standard deviation of each feature in training.
    pub mean: Vec<f32>,
    pub deviation: Vec<f32>,
    /// `FEATURES` rows of `HIDDEN` weights.
    pub hidden: Vec<[f32; HIDDEN]>,
    pub hidden_bias: [f32; HIDDEN],
    pub output: [f32; HIDDEN],
    pub output_bias: f32,
}

static BUNDLED: LazyLock<Model> = LazyLock::new(|| serde_json::from_str(include_str!("model.json")).expect("the bundled model is sound"));

impl Model {
    pub fn bundled() -> &'static Self {
        &BUNDLED
    }

    /// The probability, 0 to 1, that an article with these features belongs to the incident.
    pub fn probability(&self, features: &Features) -> f32 {
        let mut hidden = self.hidden_bias;
        let inputs = features.iter().zip(&self.mean).zip(&self.deviation).map(|((feature, mean), deviation)| (feature - mean) / deviation);
        for (input, weights) in inputs.zip(&self.hidden) {
            for (unit, weight) in hidden.iter_mut().zip(weights) {
                *unit += input * weight;
            }
        }
        let sum: f32 = hidden.iter().zip(&self.output).map(|(unit, weight)| unit.max(0.0) * weight).sum();
        1.0 / (1.0 + (-(sum + self.output_bias)).exp())
    }
}
