//! Texts as directions: what says the same points the same way, in any of a hundred languages.
//!
//! A small transformer (multilingual E5, Wang et al. 2024) that reads whole headlines on the processor, from one file that an
//! operator puts in place: docs/models.md says which. What it was taught besides is bundled, nothing of itself, and without the file the portal
//! works as well, but for the points that `/method` shows.

mod adapter;
mod file;
mod layers;
mod pieces;

use anyhow::Result;
use layers::Layers;
use pieces::Pieces;
use sha2::{Digest, Sha256};

/// Pieces of one text that are read; headlines have about twenty.
const LONGEST: usize = 96;
/// E5 was trained with a word before each text that says what it is for; this one is for texts that are compared with their like.
const PURPOSE: &str = "query: ";

/// What the encoder of docs/models.md was taught besides.
pub const ADAPTER: &[u8] = include_bytes!("adapter.bin");

pub struct Encoder {
    pieces: Pieces,
    layers: Layers,
    /// Tells directions of this file from those of another.
    pub mark: i64,
}

impl Encoder {
    /// Reads the bytes of its file.
    ///
    /// # Errors
    /// When they are no such file from beginning to end.
    pub fn parse(bytes: Vec<u8>) -> Result<Self> {
        let mark = begin(&Sha256::digest(&bytes));
        let (pieces, layers) = file::read(bytes)?;
        Ok(Self { pieces, layers, mark })
    }

    /// With what it was taught besides. An adapter that belongs to the file of another encoder changes nothing.
    ///
    /// # Errors
    /// When it is no adapter from beginning to end.
    pub fn adapted(mut self, adapter: &[u8]) -> Result<Self> {
        if adapter::belongs(adapter, self.mark.to_le_bytes())? {
            adapter::apply(adapter, &mut self.layers)?;
            self.mark = begin(&Sha256::digest([&self.mark.to_le_bytes(), adapter].concat()));
        }
        Ok(self)
    }

    /// Numbers in one direction.
    pub fn width(&self) -> usize {
        self.layers.width()
    }

    /// The direction of each text, of length 1. Some 30 ms a headline: call it where nothing waits.
    pub fn encode(&self, texts: &[&str]) -> Vec<Vec<f32>> {
        let read: Vec<Vec<u32>> = texts.iter().map(|text| self.pieces.read(&format!("{PURPOSE}{text}"), LONGEST)).collect();
        self.layers.directions(&read)
    }
}

/// The first eight bytes of a digest as a number.
fn begin(digest: &[u8]) -> i64 {
    i64::from_le_bytes(digest[..8].try_into().expect("it has 32 bytes"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(bytes: Vec<u8>) -> String {
        format!("{:#}", Encoder::parse(bytes).err().unwrap())
    }

    #[test]
    fn a_file_that_is_none_is_refused_with_a_reason() {
        assert!(error(b"PNG".to_vec()).contains("begins with E5S1"));
        let whole = file::tests::small();
        assert!(Encoder::parse(whole.clone()).is_ok());
        for length in (8..whole.len()).step_by(7) {
            assert!(error(whole[..length].to_vec()).contains("ends too early"), "{length} of {}", whole.len());
        }
    }

    #[test]
    fn equal_texts_have_equal_directions_alone_and_among_others() {
        let encoder = Encoder::parse(file::tests::small()).unwrap();
        let alone = encoder.encode(&["ab ba"]).remove(0);
        let among = encoder.encode(&["b", "ab ba", "", "a"]);
        assert_eq!(alone.len(), encoder.width());
        assert!((alone.iter().map(|x| x * x).sum::<f32>() - 1.0).abs() < 1e-5);
        assert!(alone.iter().zip(&among[1]).all(|(a, b)| (a - b).abs() < 1e-5));
        assert!(alone.iter().zip(&among[3]).any(|(a, b)| (a - b).abs() > 1e-3), "other texts have others");
    }
    #[test]
    fn what_an_encoder_was_taught_turns_its_directions_and_no_other_encoder() {
        let plain = || Encoder::parse(file::tests::small()).unwrap();
        let own = adapter::tests::small(plain().mark.to_le_bytes());
        let (before, after) = (plain(), plain().adapted(&own).unwrap());
        assert_ne!(before.mark, after.mark, "stored directions of one are none of the other");
        assert_ne!(before.encode(&["ab"]), after.encode(&["ab"]));
        let foreign = plain().adapted(&adapter::tests::small([7; 8])).unwrap();
        assert_eq!((foreign.mark, foreign.encode(&["ab"])), (before.mark, before.encode(&["ab"])));
        for length in (12..own.len()).step_by(13) {
            assert!(plain().adapted(&own[..length]).is_err(), "{length} of {}", own.len());
        }
        assert!(plain().adapted(&[own, vec![0; 2]].concat()).is_err(), "it goes on after its end");
        assert!(plain().adapted(b"PK\x03\x04 is something else").is_err());
    }
}
