//! What an encoder was taught besides: which headlines are about one event, and which only about events of one kind. Low-rank changes of the matrices of its
//! upper layers (LoRA, Hu et al. 2021): a vector goes through a matrix as it was, and through a narrow one beside it.
//!
//! Little-endian, as `tools/teach_encoder.py` writes it: `E5A1`; eight bytes of the SHA-256 of the file that it belongs to; the first layer that is
//! changed, how many are, their rank, width and inner width; then for each layer and each matrix (query, key, value, attended, inner, outer) what leads
//! down to the rank and what leads up from it, row by row, as floats of 16 bits.

use super::layers::{Layers, Linear};
use anyhow::{Context, Result, ensure};
use half::f16;
use ndarray::Array2;
use ndarray::linalg::general_mat_mul;

const MARK: &[u8] = b"E5A1";
const HEAD: usize = 4 + 8 + 5 * 4;

/// A narrow matrix beside another one.
pub struct Change {
    /// As many rows as numbers come in, a column for each of the rank.
    down: Array2<f32>,
    /// A row for each of the rank, as many columns as numbers go out.
    up: Array2<f32>,
}

impl Change {
    /// Adds what it makes of the tokens.
    pub fn add(&self, tokens: &Array2<f32>, out: &mut Array2<f32>) {
        general_mat_mul(1.0, &tokens.dot(&self.down), &self.up, 1.0, out);
    }
}

/// Whether the adapter belongs to the file whose SHA-256 begins with these bytes.
///
/// # Errors
/// When it is no adapter.
pub fn belongs(adapter: &[u8], file: [u8; 8]) -> Result<bool> {
    let of = adapter.strip_prefix(MARK).context("an adapter begins with E5A1")?;
    Ok(of.starts_with(&file))
}

/// Puts its changes beside the matrices of the layers.
///
/// # Errors
/// When it ends too early or too late, or is of layers of other sizes.
pub fn apply(adapter: &[u8], layers: &mut Layers) -> Result<()> {
    let (head, numbers) = adapter.split_at_checked(HEAD).context("the adapter ends too early")?;
    let mut sizes = head[MARK.len() + 8..].chunks_exact(4).map(|four| u32::from_le_bytes(four.try_into().expect("four")) as usize);
    let mut size = || sizes.next().expect("its head has five sizes");
    let (first, count, rank, width, inner) = (size(), size(), size(), size(), size());
    ensure!(layers.width() == width && layers.layers.len() == first.saturating_add(count), "the adapter is of an encoder of other sizes");
    let mut numbers = Numbers(numbers);
    for layer in &mut layers.layers[first..] {
        let square = [&mut layer.query, &mut layer.key, &mut layer.value, &mut layer.attended];
        for linear in square {
            numbers.change(linear, width, rank, width)?;
        }
        numbers.change(&mut layer.inner, width, rank, inner)?;
        numbers.change(&mut layer.outer, inner, rank, width)?;
    }
    ensure!(numbers.0.is_empty(), "the adapter goes on after its last layer");
    Ok(())
}

/// What of the adapter is not read yet.
struct Numbers<'a>(&'a [u8]);

impl Numbers<'_> {
    fn change(&mut self, linear: &mut Linear, from: usize, rank: usize, to: usize) -> Result<()> {
        ensure!(linear.weights.columns == from && linear.bias.len() == to, "the adapter is of an encoder of other sizes");
        linear.change = Some(Change { down: self.matrix(from, rank)?, up: self.matrix(rank, to)? });
        Ok(())
    }

    fn matrix(&mut self, rows: usize, columns: usize) -> Result<Array2<f32>> {
        let length = rows.checked_mul(columns).and_then(|count| count.checked_mul(2)).context("a size in the adapter is beyond all bounds")?;
        let (own, rest) = self.0.split_at_checked(length).context("the adapter ends too early")?;
        self.0 = rest;
        let numbers = own.chunks_exact(2).map(|two| f16::from_le_bytes([two[0], two[1]]).to_f32()).collect();
        Ok(Array2::from_shape_vec((rows, columns), numbers)?)
    }
}

#[cfg(test)]
pub mod tests {
    use super::*;

    /// Changes of rank 1 of the one layer of [`super::super::file::tests::small`].
    pub fn small(file: [u8; 8]) -> Vec<u8> {
        let (width, inner) = (32usize, 64usize);
        let mut out = [MARK, &file].concat();
        [0, 1, 1, width, inner].iter().for_each(|size| out.extend((*size as u32).to_le_bytes()));
        let count = 4 * 2 * width + 2 * (width + inner);
        (0..count).for_each(|number| out.extend(f16::from_f32(number as f32 % 5.0 / 10.0).to_le_bytes()));
        out
    }

    #[test]
    fn what_goes_through_a_matrix_goes_through_the_narrow_one_beside_it() {
        let change = Change { down: ndarray::array![[1.0], [2.0]], up: ndarray::array![[10.0, -1.0]] };
        let mut out = ndarray::array![[100.0, 100.0]];
        change.add(&ndarray::array![[3.0, 4.0]], &mut out);
        assert_eq!(out, ndarray::array![[210.0, 89.0]]);
    }
}
