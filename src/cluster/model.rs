//! The learnt decisions: whether an article joins an incident, and whether two incidents are one. Small networks and trees from features to a
//! probability, each of which is several trained apart put side by side. `model.json` was made by `intelrift train clustering`.

use super::direction::Centers;
use super::document::Document;
use super::trees::Trees;
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;
use std::sync::LazyLock;

/// Units of the one hidden layer of each. A logistic regression misses how the features interact (languages, known dates).
pub const HIDDEN: usize = 24;
/// Room for the units of the five that decide together, which needs no memory to be asked for.
const TOGETHER: usize = 128;

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Model {
    /// For articles of which words alone are known.
    pub words: Decisions,
    /// For those with a direction.
    pub directions: Decisions,
    pub centers: Centers,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Decisions {
    /// An article and an incident that is one of several candidates.
    pub join: Decision,
    /// An article and an incident alone, where `join` goes by what others there are as well.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<Decision>,
    /// Two incidents that may be one; `None` where that is not learnt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merge: Option<Trees>,
}

/// A probability by what a network and trees say, who count alike.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Decision {
    pub network: Network,
    pub trees: Trees,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Network {
    /// For each feature a weight for each unit.
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

    /// With numbers of five digits, which decide alike and take half the room.
    pub fn rounded(mut self) -> Self {
        for decisions in [&mut self.words, &mut self.directions] {
            let all = [&mut decisions.join].into_iter().chain(&mut decisions.link);
            all.for_each(|decision| decision.network.numbers().chain(decision.trees.numbers()).for_each(|number| *number = five_digits(*number)));
            decisions.merge.iter_mut().flat_map(Trees::numbers).for_each(|number| *number = five_digits(*number));
        }
        self.centers.of.values_mut().chain([&mut self.centers.all]).flatten().for_each(|number| *number = five_digits(*number));
        self
    }

    pub fn of(&self, document: &Document) -> &Decisions {
        if document.direction.is_some() { &self.directions } else { &self.words }
    }
}

impl Decisions {
    /// What joins nothing: where training begins.
    pub fn blank() -> Self {
        let network = Network { hidden: vec![], hidden_bias: vec![], output: vec![], output_bias: 0.0 };
        Self { join: Decision { network, trees: Trees::default() }, link: None, merge: None }
    }

    /// What decides on an article and an incident alone.
    pub fn alone(&self) -> &Decision {
        self.link.as_ref().unwrap_or(&self.join)
    }
}

/// Of a logarithm of odds.
pub fn probability(logit: f32) -> f32 {
    1.0 / (1.0 + (-logit).exp())
}

fn five_digits(number: f32) -> f32 {
    format!("{number:.4e}").parse().expect("it was a number")
}

/// Where the network says less than this (a probability of 5 %), trees are not asked. That is so for half of what is compared, and moves no score.
const HOPELESS: f32 = -3.0;

impl Decision {
    /// One decision that says the mean of what several say.
    pub fn together(decisions: &[Self]) -> Self {
        let (networks, trees): (Vec<_>, Vec<_>) = decisions.iter().map(|one| (one.network.clone(), one.trees.clone())).unzip();
        Self { network: Network::together(&networks), trees: Trees::together(&trees) }
    }

    /// From 0 to 1; features beyond those that it knows don't count.
    pub fn probability(&self, features: &[f32]) -> f32 {
        let network = self.network.logit(features);
        let logit = if network < HOPELESS { network } else { (network + self.trees.logit(features)) / 2.0 };
        probability(logit)
    }
}

impl Network {
    /// One network that says the mean of what several say before the sigmoid: their hidden units side by side.
    pub fn together(networks: &[Self]) -> Self {
        let inputs = networks.first().map_or(0, |network| network.hidden.len());
        let part = 1.0 / networks.len() as f32;
        Self {
            hidden: (0..inputs).map(|at| networks.iter().flat_map(|network| network.hidden[at].iter().copied()).collect()).collect(),
            hidden_bias: networks.iter().flat_map(|network| network.hidden_bias.iter().copied()).collect(),
            output: networks.iter().flat_map(|network| network.output.iter().map(|weight| weight * part)).collect(),
            output_bias: networks.iter().map(|network| network.output_bias * part).sum(),
        }
    }

    /// The logarithm of the odds.
    fn logit(&self, features: &[f32]) -> f32 {
        let mut hidden: SmallVec<[f32; TOGETHER]> = SmallVec::from_slice(&self.hidden_bias);
        for (input, weights) in features.iter().zip(&self.hidden).filter(|(input, _)| **input != 0.0) {
            for (unit, weight) in hidden.iter_mut().zip(weights) {
                *unit += input * weight;
            }
        }
        hidden.iter().zip(&self.output).map(|(unit, weight)| unit.max(0.0) * weight).sum::<f32>() + self.output_bias
    }

    fn numbers(&mut self) -> impl Iterator<Item = &mut f32> {
        self.hidden.iter_mut().chain([&mut self.hidden_bias, &mut self.output]).flatten().chain([&mut self.output_bias])
    }
}
