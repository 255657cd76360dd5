//! The learnt join decision: a small network from the features to a probability, which is several trained apart put side by side. `model.json` was made by
//! `intelrift train clustering`.

use super::live::{FEATURES, Features};
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

/// Units of the one hidden layer of each. A logistic regression misses how the features interact (languages, known dates).
pub const HIDDEN: usize = 24;

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Model {
    /// Mean and standard deviation of each feature in training.
    pub mean: Vec<f32>,
    pub deviation: Vec<f32>,
    /// `FEATURES` rows of a weight for each unit.
    pub hidden: Vec<Vec<f32>>,
    pub hidden_bias: Vec<f32>,
    pub output: Vec<f32>,
    pub output_bias: f32,
}

static BUNDLED: LazyLock<Model> = LazyLock::new(|| serde_json::from_str(include_str!("model.json")).expect("the bundled model is sound"));

impl Model {
    pub fn bundled() -> &'static Self {
        &BUNDLED
    }

    /// One network that says the mean of what several say before the sigmoid: their hidden units side by side.
    pub fn together(models: &[Self]) -> Self {
        let mut all = Self {
            mean: vec![0.0; FEATURES],
            deviation: vec![1.0; FEATURES],
            hidden: vec![vec![]; FEATURES],
            hidden_bias: vec![],
            output: vec![],
            output_bias: 0.0,
        };
        let part = 1.0 / models.len() as f32;
        for model in models {
            let mut bias = model.hidden_bias.clone();
            for (at, weights) in model.hidden.iter().enumerate() {
                for (unit, weight) in weights.iter().enumerate() {
                    bias[unit] -= weight * model.mean[at] / model.deviation[at];
                    all.hidden[at].push(weight / model.deviation[at]);
                }
            }
            all.hidden_bias.extend(bias);
            all.output.extend(model.output.iter().map(|weight| weight * part));
            all.output_bias += model.output_bias * part;
        }
        all
    }

    /// The probability, 0 to 1, that an article with these features belongs to the incident.
    pub fn probability(&self, features: &Features) -> f32 {
        let mut hidden = self.hidden_bias.clone();
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
