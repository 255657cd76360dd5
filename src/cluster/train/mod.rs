//! Makes the learnt decisions from labelled streams. A command's work, not the portal's.

mod network;
mod trees;

use super::features::{ALONE, FEATURES, OF_WORDS};
use super::index::Thresholds;
use super::labelled::{Labelled, Sample, corrected, taught};
use super::model::{Decision, Decisions};

/// A stream and how much each of its samples counts; small streams count more, so that a large one does not decide alone.
pub struct Lesson<'a> {
    pub stream: &'a [Labelled],
    pub weight: f32,
}

/// Rounds in which the model learns from its own mistakes, after one in which it is shown what is right.
const ROUNDS: usize = 5;
/// Decisions that are trained apart, from other beginnings: what they say together is better than what most of them say, and no luck of one seed.
const APART: u64 = 5;

struct Weighted {
    sample: Sample,
    weight: f32,
}

/// What a decision is to see.
#[derive(Debug, Clone, Copy)]
pub enum Sight {
    /// An article and an incident by their words. One decision for both: to compare candidates by words alone made junk of what they miss.
    Words,
    /// Directions too, and to join how far a candidate is ahead of the others.
    Directions,
}

/// Trains both decisions; same lessons and seed, same result.
pub fn train(lessons: &[Lesson<'_>], sight: Sight, thresholds: Thresholds, seed: u64) -> Decisions {
    let all: Vec<Decisions> = std::thread::scope(|scope| {
        let all: Vec<_> = (0..APART).map(|n| scope.spawn(move || train_one(lessons, sight, thresholds, seed + n))).collect();
        all.into_iter().map(|one| one.join().expect("training does not panic")).collect()
    });
    let (join, link): (Vec<Decision>, Vec<Option<Decision>>) = all.into_iter().map(|one| (one.join, one.link)).unzip();
    Decisions { join: Decision::together(&join), link: link.into_iter().collect::<Option<Vec<_>>>().map(|link| Decision::together(&link)) }
}

fn train_one(lessons: &[Lesson<'_>], sight: Sight, thresholds: Thresholds, seed: u64) -> Decisions {
    let fit = |samples: &[Weighted]| match sight {
        Sight::Words => Decisions { join: fit(samples, OF_WORDS, seed), link: None },
        Sight::Directions => Decisions { join: fit(samples, FEATURES, seed), link: Some(fit(samples, ALONE, seed)) },
    };
    let mut samples = vec![];
    for lesson in lessons {
        samples.extend(taught(lesson.stream).into_iter().map(|sample| Weighted { sample, weight: lesson.weight }));
    }
    let mut decisions = fit(&samples);
    for _ in 0..ROUNDS {
        for lesson in lessons {
            samples.extend(corrected(lesson.stream, &decisions, thresholds).into_iter().map(|sample| Weighted { sample, weight: lesson.weight }));
        }
        decisions = fit(&samples);
    }
    decisions
}

/// A decision by the first `inputs` features.
fn fit(samples: &[Weighted], inputs: usize, seed: u64) -> Decision {
    Decision { network: network::fit(samples, inputs, seed), trees: trees::grow(samples, inputs, seed) }
}
