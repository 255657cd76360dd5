//! A transformer encoder (Vaswani et al. 2017, as in BERT, Devlin et al. 2019) over many texts at once. Pure.
//!
//! Weights stay at 4 bits, and a matrix is written out in floats for the moment in which all texts go through it.

use super::adapter::Change;
use half::f16;
use ndarray::linalg::general_mat_mul;
use ndarray::{Array1, Array2, Axis, s};
use std::ops::Range;
use std::sync::Arc;

/// Weights that share a scale: 4 bits each after a 16-bit float (the Q4_0 blocks of ggml).
pub const BLOCK: usize = 32;
pub const BLOCK_BYTES: usize = 2 + BLOCK / 2;

/// A matrix in blocks, row by row: a part of the file, which stays in memory as it is.
pub struct Packed {
    pub file: Arc<Vec<u8>>,
    pub part: Range<usize>,
    pub columns: usize,
}

pub struct Linear {
    pub weights: Packed,
    pub bias: Array1<f32>,
    /// What it was taught besides.
    pub change: Option<Change>,
}

/// What brings each token's numbers to mean 0 and deviation 1, times a weight and plus a bias (Ba et al. 2016).
pub struct Norm {
    pub weight: Array1<f32>,
    pub bias: Array1<f32>,
}

pub struct Layer {
    pub query: Linear,
    pub key: Linear,
    pub value: Linear,
    pub attended: Linear,
    pub attended_norm: Norm,
    pub inner: Linear,
    pub outer: Linear,
    pub outer_norm: Norm,
}

pub struct Layers {
    pub words: Packed,
    pub positions: Array2<f32>,
    /// Added to every token: the model knows one kind.
    pub kind: Array1<f32>,
    pub norm: Norm,
    pub layers: Vec<Layer>,
    pub heads: usize,
    pub epsilon: f32,
}

impl Layers {
    pub fn width(&self) -> usize {
        self.kind.len()
    }

    /// For each list of tokens the mean of what the last layer makes of them, scaled to length 1.
    pub fn directions(&self, texts: &[Vec<u32>]) -> Vec<Vec<f32>> {
        let ranges: Vec<Range<usize>> = texts
            .iter()
            .scan(0, |from, text| {
                *from += text.len();
                Some(*from - text.len()..*from)
            })
            .collect();
        let mut tokens = self.embedded(texts);
        for layer in &self.layers {
            tokens = self.through(layer, tokens, &ranges);
        }
        let mean = |range: &Range<usize>| tokens.slice(s![range.clone(), ..]).mean_axis(Axis(0)).expect("a text has a begin and an end");
        ranges.iter().map(mean).map(|mean| (&mean / mean.dot(&mean).sqrt().max(1e-6)).to_vec()).collect()
    }

    fn embedded(&self, texts: &[Vec<u32>]) -> Array2<f32> {
        let mut tokens = Array2::zeros((texts.iter().map(Vec::len).sum(), self.width()));
        let placed = texts.iter().flat_map(|text| text.iter().enumerate());
        for (mut row, (position, word)) in tokens.rows_mut().into_iter().zip(placed) {
            self.words.write_row(*word as usize, row.as_slice_mut().expect("rows lie together"));
            row += &self.positions.row(position);
            row += &self.kind;
        }
        self.norm.apply(&mut tokens, self.epsilon);
        tokens
    }

    fn through(&self, layer: &Layer, mut tokens: Array2<f32>, ranges: &[Range<usize>]) -> Array2<f32> {
        let attended = self.attention(layer, &tokens, ranges);
        tokens += &layer.attended.apply(&attended);
        layer.attended_norm.apply(&mut tokens, self.epsilon);
        let mut inner = layer.inner.apply(&tokens);
        inner.mapv_inplace(gelu);
        tokens += &layer.outer.apply(&inner);
        layer.outer_norm.apply(&mut tokens, self.epsilon);
        tokens
    }

    /// Each token looks at those of its own text.
    fn attention(&self, layer: &Layer, tokens: &Array2<f32>, ranges: &[Range<usize>]) -> Array2<f32> {
        let (query, key, value) = (layer.query.apply(tokens), layer.key.apply(tokens), layer.value.apply(tokens));
        let mut out = Array2::zeros(tokens.dim());
        let size = self.width() / self.heads;
        for range in ranges {
            for head in 0..self.heads {
                let part = s![range.clone(), head * size..(head + 1) * size];
                let mut weights = query.slice(part).dot(&key.slice(part).t()) / (size as f32).sqrt();
                weights.rows_mut().into_iter().for_each(|mut row| softmax(row.as_slice_mut().expect("rows lie together")));
                out.slice_mut(part).assign(&weights.dot(&value.slice(part)));
            }
        }
        out
    }
}

impl Linear {
    fn apply(&self, tokens: &Array2<f32>) -> Array2<f32> {
        let weights = self.weights.written_out();
        let mut out = Array2::zeros((tokens.nrows(), self.bias.len()));
        out += &self.bias;
        general_mat_mul(1.0, tokens, &weights.t(), 1.0, &mut out);
        self.change.iter().for_each(|change| change.add(tokens, &mut out));
        out
    }
}

impl Norm {
    fn apply(&self, tokens: &mut Array2<f32>, epsilon: f32) {
        for mut row in tokens.rows_mut() {
            let mean = row.mean().unwrap_or(0.0);
            row -= mean;
            let variance = row.dot(&row) / row.len() as f32;
            row /= (variance + epsilon).sqrt();
            row *= &self.weight;
            row += &self.bias;
        }
    }
}

impl Packed {
    fn written_out(&self) -> Array2<f32> {
        let rows = self.part.len() / self.row_bytes();
        let mut out = vec![0.0; rows * self.columns];
        out.chunks_exact_mut(BLOCK).zip(self.bytes().chunks_exact(BLOCK_BYTES)).for_each(|(out, block)| write(block, out));
        Array2::from_shape_vec((rows, self.columns), out).expect("as many as rows times columns")
    }

    fn write_row(&self, row: usize, out: &mut [f32]) {
        let bytes = &self.bytes()[row * self.row_bytes()..(row + 1) * self.row_bytes()];
        out.chunks_exact_mut(BLOCK).zip(bytes.chunks_exact(BLOCK_BYTES)).for_each(|(out, block)| write(block, out));
    }

    fn bytes(&self) -> &[u8] {
        &self.file[self.part.clone()]
    }

    fn row_bytes(&self) -> usize {
        self.columns / BLOCK * BLOCK_BYTES
    }
}

/// The 32 weights of a block: the low halves of its 16 bytes, then the high ones, each less 8 and times the scale.
fn write(block: &[u8], out: &mut [f32]) {
    let scale = f16::from_le_bytes([block[0], block[1]]).to_f32();
    let (low, high) = out.split_at_mut(BLOCK / 2);
    for ((low, high), byte) in low.iter_mut().zip(high).zip(&block[2..]) {
        *low = (f32::from(byte & 15) - 8.0) * scale;
        *high = (f32::from(byte >> 4) - 8.0) * scale;
    }
}

/// Gaussian error linear unit (Hendrycks and Gimpel 2016).
fn gelu(x: f32) -> f32 {
    0.5 * x * (1.0 + libm::erff(x * std::f32::consts::FRAC_1_SQRT_2))
}

fn softmax(row: &mut [f32]) {
    let most = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    row.iter_mut().for_each(|x| *x = (*x - most).exp());
    let sum: f32 = row.iter().sum();
    row.iter_mut().for_each(|x| *x /= sum);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_is_written_out() {
        let mut block = f16::from_f32(0.5).to_le_bytes().to_vec();
        block.extend([0x0f; 16]);
        let packed = Packed { part: 0..block.len(), file: Arc::new(block), columns: 32 };
        let out = packed.written_out();
        assert_eq!((out[[0, 0]], out[[0, 15]], out[[0, 16]], out[[0, 31]]), (3.5, 3.5, -4.0, -4.0));
    }

    #[test]
    fn the_unit_and_the_weights_of_attention_are_as_defined() {
        // Φ(1) = 0.841345
        assert!((gelu(1.0) - 0.841_345).abs() < 1e-5 && gelu(-20.0).abs() < 1e-6);
        let mut row = [0.0, 2.0f32.ln()];
        softmax(&mut row);
        assert!((row[1] - 2.0 / 3.0).abs() < 1e-6);
    }
}
