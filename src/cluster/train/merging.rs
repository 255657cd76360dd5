//! Learns when two incidents are one. From events that the decision on articles has not learnt from: beside those it has, everything fits too well.

use super::trees::grow;
use super::{APART, Lesson, Sight, UNTAUGHT, Weighted, together};
use crate::cluster::index::{THRESHOLDS, Thresholds};
use crate::cluster::labelled::{Labelled, events, paired};
use crate::cluster::model::Decisions;
use crate::cluster::pair::PAIR;
use crate::cluster::trees::Trees;

/// Of each half of the events; five say little more of the other half.
const DECISIONS: u64 = 2;
/// In all but the first one, what was learnt before merges.
const ROUNDS: usize = 3;
/// Beside that of the portal, stricter ones leave more pairs that should be one.
const JOIN: [f32; 3] = [THRESHOLDS.join, 0.70, 0.85];
/// There are few pairs.
const RESTRAINT: f32 = 20.0;

/// Each half of the events teaches what merging learns from the other one.
pub fn learn(lessons: &[Lesson<'_>], seed: u64) -> Trees {
    let streams: [Vec<Vec<Labelled>>; 2] = [0, 1].map(|half| lessons.iter().map(|lesson| lesson.half(half)).collect());
    let halves: [Vec<Lesson>; 2] =
        streams.each_ref().map(|half| half.iter().zip(lessons).map(|(stream, lesson)| Lesson { stream, ..*lesson }).collect());
    let mut taught: [Decisions; 2] = halves.each_ref().map(|half| together(half, Sight::Words, DECISIONS, seed));
    let mut samples = vec![];
    for _ in 0..ROUNDS {
        for (decisions, other) in taught.iter().zip(halves.iter().rev()) {
            samples.extend(pairs(other, decisions));
        }
        let grown: Vec<Trees> = (0..APART).map(|n| grow(&samples, PAIR, RESTRAINT, seed + n)).collect();
        taught.iter_mut().for_each(|decisions| decisions.merge = Some(Trees::together(&grown)));
    }
    taught[0].merge.take().unwrap_or_default()
}

/// The pairs of all lessons, each lesson's on a thread of its own.
fn pairs(lessons: &[Lesson<'_>], decisions: &Decisions) -> Vec<Weighted> {
    std::thread::scope(|scope| {
        let all: Vec<_> = lessons.iter().map(|lesson| scope.spawn(move || lesson.pairs(decisions))).collect();
        all.into_iter().flat_map(|one| one.join().expect("training does not panic")).collect()
    })
}

impl Lesson<'_> {
    /// The articles of every other event.
    fn half(&self, half: usize) -> Vec<Labelled> {
        self.stream.iter().zip(events(self.stream)).filter(|(_, event)| event % 2 == half).map(|(article, _)| article.clone()).collect()
    }

    fn pairs(&self, decisions: &Decisions) -> Vec<Weighted> {
        let paired = |join| paired(self.stream, decisions, Thresholds { join, ..UNTAUGHT });
        JOIN.into_iter().flat_map(|join| self.weighted(paired(join))).collect()
    }
}
