//! The network of a decision.

use super::Weighted;
use crate::cluster::features::FEATURES;
use crate::cluster::model::{HIDDEN, Network};
use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};

const EPOCHS: usize = 30;
const BATCH: usize = 1024;
const RATE: f32 = 3e-3;
/// Adam (Kingma and Ba 2015) with the constants of the paper, and a slight decay of the weights.
const MOMENTUM: f32 = 0.9;
const SQUARES: f32 = 0.999;
const DECAY: f32 = 1e-5;

/// Trains one network on the first `inputs` features of each sample. All its weights are in one list, so that one loop moves them: those
/// of the hidden layer, its biases, the output's, its bias.
pub fn fit(samples: &[Weighted], inputs: usize, seed: u64) -> Network {
    let (mean, deviation) = scale(samples, inputs);
    let scaled = |s: &Weighted| std::array::from_fn(|at| if at < inputs { (s.sample.features[at] - mean[at]) / deviation[at] } else { 0.0 });
    let features: Vec<[f32; FEATURES]> = samples.iter().map(scaled).collect();
    let (bias, output, size) = (inputs * HIDDEN, (inputs + 1) * HIDDEN, (inputs + 2) * HIDDEN + 1);
    let mut random = StdRng::seed_from_u64(seed);
    let mut weights: Vec<f32> = (0..size)
        .map(|at| match at {
            _ if at < bias => normal(&mut random) * (2.0 / inputs as f32).sqrt(),
            _ if (output..size - 1).contains(&at) => normal(&mut random) * 0.05,
            _ => 0.0,
        })
        .collect();
    let (mut first, mut second) = (vec![0.0f32; size], vec![0.0f32; size]);
    let mut order: Vec<usize> = (0..samples.len()).collect();
    let mut step = 0;
    for epoch in 0..EPOCHS {
        order.shuffle(&mut random);
        // the rate falls along half a cosine
        let rate = RATE * 0.5 * (1.0 + (std::f32::consts::PI * epoch as f32 / EPOCHS as f32).cos()) + 1e-5;
        for batch in order.chunks(BATCH) {
            let gradient = gradient(&weights, inputs, batch, &features, samples);
            step += 1;
            let (unbias_first, unbias_second) = (1.0 - MOMENTUM.powi(step), 1.0 - SQUARES.powi(step));
            for at in 0..size {
                first[at] = MOMENTUM * first[at] + (1.0 - MOMENTUM) * gradient[at];
                second[at] = SQUARES * second[at] + (1.0 - SQUARES) * gradient[at] * gradient[at];
                weights[at] -= rate * (first[at] / unbias_first) / ((second[at] / unbias_second).sqrt() + 1e-8);
            }
        }
    }
    unscaled(&weights, &mean, &deviation)
}

/// The network for features as they are: their scales become part of its weights.
fn unscaled(weights: &[f32], mean: &[f32], deviation: &[f32]) -> Network {
    let inputs = mean.len();
    let (hidden, rest) = weights.split_at(inputs * HIDDEN);
    let hidden: Vec<Vec<f32>> = hidden.chunks(HIDDEN).zip(deviation).map(|(row, deviation)| row.iter().map(|w| w / deviation).collect()).collect();
    let hidden_bias = (0..HIDDEN).map(|unit| rest[unit] - (0..inputs).map(|at| hidden[at][unit] * mean[at]).sum::<f32>()).collect();
    Network { hidden, hidden_bias, output: rest[HIDDEN..2 * HIDDEN].to_vec(), output_bias: rest[2 * HIDDEN] }
}

/// The gradient of the weighted cross-entropy over a batch.
fn gradient(weights: &[f32], inputs: usize, batch: &[usize], features: &[[f32; FEATURES]], samples: &[Weighted]) -> Vec<f32> {
    let (bias, output) = (inputs * HIDDEN, (inputs + 1) * HIDDEN);
    let mut gradient = vec![0.0f32; weights.len()];
    let scale = 1.0 / batch.len() as f32;
    for number in batch {
        let input = &features[*number][..inputs];
        let mut hidden: [f32; HIDDEN] = std::array::from_fn(|unit| weights[bias + unit]);
        for (at, value) in input.iter().enumerate().filter(|(_, value)| **value != 0.0) {
            for (sum, weight) in hidden.iter_mut().zip(&weights[at * HIDDEN..]) {
                *sum += value * weight;
            }
        }
        let sum: f32 = (0..HIDDEN).map(|unit| hidden[unit].max(0.0) * weights[output + unit]).sum::<f32>() + weights[output + HIDDEN];
        let wanted = if samples[*number].sample.belongs { 1.0 } else { 0.0 };
        let error = (1.0 / (1.0 + (-sum).exp()) - wanted) * samples[*number].weight * scale;
        gradient[output + HIDDEN] += error;
        let back: [f32; HIDDEN] = std::array::from_fn(|unit| if hidden[unit] > 0.0 { error * weights[output + unit] } else { 0.0 });
        for unit in 0..HIDDEN {
            gradient[output + unit] += error * hidden[unit].max(0.0);
            gradient[bias + unit] += back[unit];
        }
        for (value, row) in input.iter().zip(gradient.chunks_exact_mut(HIDDEN)) {
            row.iter_mut().zip(&back).for_each(|(sum, back)| *sum += back * value);
        }
    }
    gradient.iter_mut().zip(weights).for_each(|(g, w)| *g += DECAY * w);
    gradient
}

/// Mean and standard deviation of each feature; 1 for one that never varies.
fn scale(samples: &[Weighted], inputs: usize) -> (Vec<f32>, Vec<f32>) {
    let n = samples.len().max(1) as f64;
    let mean: Vec<f64> = (0..inputs).map(|at| samples.iter().map(|s| f64::from(s.sample.features[at])).sum::<f64>() / n).collect();
    let deviation = (0..inputs).map(|at| {
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
