//! Makes the model of kinds from labelled sentences. A command's work, not the portal's.

use super::kind::{KINDS, Kinds, features};
use rand::SeedableRng;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;

/// A text and the place of its kind in [`KINDS`].
pub struct Labelled {
    pub text: String,
    pub kind: usize,
}

const EPOCHS: usize = 4;
/// AdaGrad (Duchi, Hazan and Singer 2011).
const RATE: f32 = 0.1;
const DECAY: f32 = 1e-5;

/// Learns from texts; same texts and seed, same model.
pub fn learn(texts: &[Labelled], seed: u64) -> Kinds {
    let samples: Vec<(Vec<u32>, usize)> = texts.iter().map(|text| (features(&text.text), text.kind)).collect();
    let mut model = Kinds::blank();
    let mut squares = vec![[1e-3f32; KINDS.len()]; model.weights.len()];
    let mut bias_squares = [1e-3f32; KINDS.len()];
    let mut order: Vec<usize> = (0..samples.len()).collect();
    let mut random = StdRng::seed_from_u64(seed);
    for _ in 0..EPOCHS {
        order.shuffle(&mut random);
        for number in &order {
            let (features, kind) = &samples[*number];
            let mut error = model.shares(features);
            error[*kind] -= 1.0;
            let scale = 1.0 / (features.len().max(1) as f32).sqrt();
            for feature in features {
                let at = *feature as usize;
                for kind in 0..KINDS.len() {
                    let slope = error[kind] * scale + DECAY * model.weights[at][kind];
                    squares[at][kind] += slope * slope;
                    model.weights[at][kind] -= RATE * slope / squares[at][kind].sqrt();
                }
            }
            for kind in 0..KINDS.len() {
                bias_squares[kind] += error[kind] * error[kind];
                model.bias[kind] -= 0.1 * error[kind] / bias_squares[kind].sqrt();
            }
        }
    }
    model
}

/// How many texts a model puts where they belong, and of each kind: right, of how many.
pub fn judge(model: &Kinds, texts: &[Labelled]) -> Vec<(usize, usize)> {
    let mut tallies = vec![(0, 0); KINDS.len()];
    for text in texts {
        let shares = model.shares(&features(&text.text));
        let best = (0..KINDS.len()).max_by(|a, b| shares[*a].total_cmp(&shares[*b]).then(b.cmp(a))).unwrap_or(0);
        tallies[text.kind].1 += 1;
        tallies[text.kind].0 += usize::from(best == text.kind);
    }
    tallies
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_taught_is_known() {
        let teach = |text: &str, kind: usize| Labelled { text: text.into(), kind };
        let texts = [
            teach("soldiers killed in airstrike", 0),
            teach("troops shell the town", 0),
            teach("team wins the final", 9),
            teach("striker scores in the cup final", 9),
        ];
        let model = learn(&texts, 0);
        assert_eq!(judge(&model, &texts)[9], (2, 2));
        assert_eq!(judge(&model, &[teach("soldiers shell a town", 0)])[0], (1, 1));
    }
}
