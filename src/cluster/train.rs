//! Makes the model of the join decision from labelled streams. A command's work, not the portal's.

use super::index::Thresholds;
use super::labelled::{Labelled, Sample, corrected, taught};
use super::live::FEATURES;
use super::model::{HIDDEN, Model};
use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};

/// A stream and how much each of its samples counts; small streams count more, so that a large one does not decide alone.
pub struct Lesson<'a> {
    pub stream: &'a [Labelled],
    pub weight: f32,
}

const EPOCHS: usize = 30;
const BATCH: usize = 1024;
const RATE: f32 = 3e-3;
/// Rounds in which the model learns from its own mistakes, after one in which it is shown what is right.
const ROUNDS: usize = 5;
/// Networks that are trained apart, from other beginnings: what they say together is better than what most of them say, and no luck of one seed.
const NETWORKS: u64 = 5;
/// Adam (Kingma and Ba 2015) with the constants of the paper, and a slight decay of the weights.
const MOMENTUM: f32 = 0.9;
const SQUARES: f32 = 0.999;
const DECAY: f32 = 1e-5;

struct Weighted {
    sample: Sample,
    weight: f32,
}

/// Trains a model; same lessons and seed, same model.
pub fn train(lessons: &[Lesson<'_>], thresholds: Thresholds, seed: u64) -> Model {
    let models: Vec<Model> = std::thread::scope(|scope| {
        let all: Vec<_> = (0..NETWORKS).map(|n| scope.spawn(move || train_one(lessons, thresholds, seed + n))).collect();
        all.into_iter().map(|one| one.join().expect("training does not panic")).collect()
    });
    Model::together(&models)
}

fn train_one(lessons: &[Lesson<'_>], thresholds: Thresholds, seed: u64) -> Model {
    let blank = Model {
        mean: vec![0.0; FEATURES],
        deviation: vec![1.0; FEATURES],
        hidden: vec![vec![0.0; HIDDEN]; FEATURES],
        hidden_bias: vec![0.0; HIDDEN],
        output: vec![0.0; HIDDEN],
        output_bias: 0.0,
    };
    let mut samples = vec![];
    for lesson in lessons {
        samples.extend(taught(lesson.stream, &blank).into_iter().map(|sample| Weighted { sample, weight: lesson.weight }));
    }
    let mut model = fit(&samples, seed);
    for _ in 0..ROUNDS {
        for lesson in lessons {
            samples.extend(corrected(lesson.stream, &model, thresholds).into_iter().map(|sample| Weighted { sample, weight: lesson.weight }));
        }
        model = fit(&samples, seed);
    }
    model
}

/// All weights in one list, so that one loop moves them: hidden, hidden biases, output, output bias.
const SIZE: usize = FEATURES * HIDDEN + HIDDEN + HIDDEN + 1;
const BIAS: usize = FEATURES * HIDDEN;
const OUTPUT: usize = BIAS + HIDDEN;

fn fit(samples: &[Weighted], seed: u64) -> Model {
    let (mean, deviation) = scale(samples);
    let inputs: Vec<[f32; FEATURES]> = samples.iter().map(|s| std::array::from_fn(|at| (s.sample.features[at] - mean[at]) / deviation[at])).collect();
    let mut random = StdRng::seed_from_u64(seed);
    let mut weights: Vec<f32> = (0..SIZE)
        .map(|at| match at {
            ..BIAS => normal(&mut random) * (2.0 / FEATURES as f32).sqrt(),
            OUTPUT.. if at < SIZE - 1 => normal(&mut random) * 0.05,
            _ => 0.0,
        })
        .collect();
    let (mut first, mut second) = (vec![0.0f32; SIZE], vec![0.0f32; SIZE]);
    let mut order: Vec<usize> = (0..samples.len()).collect();
    let mut step = 0;
    for epoch in 0..EPOCHS {
        order.shuffle(&mut random);
        // the rate falls along half a cosine
        let rate = RATE * 0.5 * (1.0 + (std::f32::consts::PI * epoch as f32 / EPOCHS as f32).cos()) + 1e-5;
        for batch in order.chunks(BATCH) {
            let gradient = gradient(&weights, batch, &inputs, samples);
            step += 1;
            let (unbias_first, unbias_second) = (1.0 - MOMENTUM.powi(step), 1.0 - SQUARES.powi(step));
            for at in 0..SIZE {
                first[at] = MOMENTUM * first[at] + (1.0 - MOMENTUM) * gradient[at];
                second[at] = SQUARES * second[at] + (1.0 - SQUARES) * gradient[at] * gradient[at];
                weights[at] -= rate * (first[at] / unbias_first) / ((second[at] / unbias_second).sqrt() + 1e-8);
            }
        }
    }
    Model {
        mean,
        deviation,
        hidden: (0..FEATURES).map(|at| weights[at * HIDDEN..(at + 1) * HIDDEN].to_vec()).collect(),
        hidden_bias: weights[BIAS..OUTPUT].to_vec(),
        output: weights[OUTPUT..SIZE - 1].to_vec(),
        output_bias: weights[SIZE - 1],
    }
}

/// The gradient of the weighted cross-entropy over a batch.
fn gradient(weights: &[f32], batch: &[usize], inputs: &[[f32; FEATURES]], samples: &[Weighted]) -> Vec<f32> {
    let mut gradient = vec![0.0f32; SIZE];
    let scale = 1.0 / batch.len() as f32;
    for number in batch {
        let input = &inputs[*number];
        let mut hidden: [f32; HIDDEN] = std::array::from_fn(|unit| weights[BIAS + unit]);
        for (at, value) in input.iter().enumerate().filter(|(_, value)| **value != 0.0) {
            for (unit, sum) in hidden.iter_mut().enumerate() {
                *sum += value * weights[at * HIDDEN + unit];
            }
        }
        let sum: f32 = (0..HIDDEN).map(|unit| hidden[unit].max(0.0) * weights[OUTPUT + unit]).sum::<f32>() + weights[SIZE - 1];
        let wanted = if samples[*number].sample.belongs { 1.0 } else { 0.0 };
        let error = (1.0 / (1.0 + (-sum).exp()) - wanted) * samples[*number].weight * scale;
        gradient[SIZE - 1] += error;
        for unit in (0..HIDDEN).filter(|unit| hidden[*unit] > 0.0) {
            gradient[OUTPUT + unit] += error * hidden[unit];
            let back = error * weights[OUTPUT + unit];
            gradient[BIAS + unit] += back;
            for (at, value) in input.iter().enumerate() {
                gradient[at * HIDDEN + unit] += back * value;
            }
        }
    }
    gradient.iter_mut().zip(weights).for_each(|(g, w)| *g += DECAY * w);
    gradient
}

/// Mean and standard deviation of each feature; 1 for one that never varies.
fn scale(samples: &[Weighted]) -> (Vec<f32>, Vec<f32>) {
    let n = samples.len().max(1) as f64;
    let mean: Vec<f64> = (0..FEATURES).map(|at| samples.iter().map(|s| f64::from(s.sample.features[at])).sum::<f64>() / n).collect();
    let deviation = (0..FEATURES).map(|at| {
        let variance = samples.iter().map(|s| (f64::from(s.sample.features[at]) - mean[at]).powi(2)).sum::<f64>() / n;
        if variance.sqrt() < 1e-6 { 1.0 } else { variance.sqrt() as f32 }
    });
    (mean.iter().map(|m| *m as f32).collect(), deviation.collect())
}

/// A number of the normal distribution (Box and Muller 1958).
fn normal(random: &mut StdRng) -> f32 {
    let (a, b): (f32, f32) = (random.random::<f32>().max(1e-9), random.random());
    (-2.0 * a.ln()).sqrt() * (std::f32::consts::TAU * b).cos()
}
