//! Makes the learnt decisions from labelled streams. A command's work, not the portal's.

mod merging;
mod network;
mod trees;

use super::features::{ALONE, FEATURES, OF_WORDS};
use super::index::{THRESHOLDS, Thresholds};
use super::labelled::{Labelled, Sample, corrected, taught};
use super::model::{Decision, Decisions};

/// A stream and how much each of its samples counts; small streams count more, so that a large one does not decide alone.
#[derive(Clone, Copy)]
pub struct Lesson<'a> {
    pub stream: &'a [Labelled],
    pub weight: f32,
    /// Among articles about other events. To join by words alone is learnt no better from such.
    pub is_crowd: bool,
}

/// Rounds in which the model learns from its own mistakes, after one in which it is shown what is right.
const ROUNDS: usize = 5;
/// Decisions that are trained apart, from other beginnings: what they say together is better than what most of them say, and no luck of one seed.
const APART: u64 = 5;

/// While decisions are taught, incidents merge sooner than those with directions do in the portal, and there are more mistakes to learn from.
const UNTAUGHT: Thresholds = Thresholds { linkage: 0.35, mean: 0.45, ..THRESHOLDS };

/// Counts against leaves of few samples.
const RESTRAINT: f32 = 5.0;

struct Weighted {
    sample: Sample,
    weight: f32,
}

impl Lesson<'_> {
    fn weighted(&self, samples: Vec<Sample>) -> impl Iterator<Item = Weighted> {
        let weight = self.weight;
        samples.into_iter().map(move |sample| Weighted { sample, weight })
    }
}

/// What a decision is to see.
#[derive(Debug, Clone, Copy)]
pub enum Sight {
    /// An article and an incident by their words. One decision for both: to compare candidates by words alone made junk of what they miss.
    Words,
    /// Directions too, and to join how far a candidate is ahead of the others.
    Directions,
}

/// Trains all decisions; same lessons and seed, same result. Merging is learnt by words alone: with directions what is set does better on other
/// events.
pub fn train(lessons: &[Lesson<'_>], sight: Sight, seed: u64) -> Decisions {
    let merge = match sight {
        Sight::Words => Some(merging::learn(lessons, seed)),
        Sight::Directions => None,
    };
    Decisions { merge, ..together(lessons, sight, APART, seed) }
}

/// The decisions on an article and an incident, by so many trained apart.
fn together(lessons: &[Lesson<'_>], sight: Sight, apart: u64, seed: u64) -> Decisions {
    let all: Vec<Decisions> = std::thread::scope(|scope| {
        let all: Vec<_> = (0..apart).map(|n| scope.spawn(move || train_one(lessons, sight, seed + n))).collect();
        all.into_iter().map(|one| one.join().expect("training does not panic")).collect()
    });
    let (join, link): (Vec<Decision>, Vec<Option<Decision>>) = all.into_iter().map(|one| (one.join, one.link)).unzip();
    let link = link.into_iter().collect::<Option<Vec<_>>>().map(|link| Decision::together(&link));
    Decisions { join: Decision::together(&join), link, merge: None }
}

fn train_one(lessons: &[Lesson<'_>], sight: Sight, seed: u64) -> Decisions {
    let fit = |samples: &[Weighted]| match sight {
        Sight::Words => Decisions { join: fit(samples, OF_WORDS, seed), link: None, merge: None },
        Sight::Directions => Decisions { join: fit(samples, FEATURES, seed), link: Some(fit(samples, ALONE, seed)), merge: None },
    };
    let lessons: Vec<&Lesson> = lessons.iter().filter(|lesson| !lesson.is_crowd || matches!(sight, Sight::Directions)).collect();
    let mut samples = vec![];
    for lesson in &lessons {
        samples.extend(lesson.weighted(taught(lesson.stream)));
    }
    let mut decisions = fit(&samples);
    for _ in 0..ROUNDS {
        for lesson in &lessons {
            samples.extend(lesson.weighted(corrected(lesson.stream, &decisions, UNTAUGHT)));
        }
        decisions = fit(&samples);
    }
    decisions
}

/// A decision by the first `inputs` features.
fn fit(samples: &[Weighted], inputs: usize, seed: u64) -> Decision {
    Decision { network: network::fit(samples, inputs, seed), trees: trees::grow(samples, inputs, RESTRAINT, seed) }
}
