//! The direction that an encoder gives a title, in a byte for each number. Pure.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Numbers of 8 bits that are `scale` times as large; of length 1 together.
#[derive(Debug, Clone, PartialEq)]
pub struct Direction {
    numbers: Arc<[i8]>,
    scale: f32,
}

/// Where titles point whatever they say: what all have in common tells them not apart, and what all of one language have in common holds two languages
/// apart.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Centers {
    /// Of the languages that have none of their own; empty for a model that knows no directions.
    pub all: Vec<f32>,
    /// By language, ISO 639-1.
    pub of: BTreeMap<String, Vec<f32>>,
}

impl Centers {
    /// Numbers of a direction.
    pub fn width(&self) -> usize {
        self.all.len()
    }

    /// A direction as seen from the center of its language.
    pub fn seen(&self, direction: &Direction, language: &str) -> Option<Direction> {
        direction.seen_from(self.of.get(language).unwrap_or(&self.all))
    }
}

impl Direction {
    /// `None` for a direction of nothing.
    pub fn of(numbers: &[f32]) -> Option<Self> {
        let length = numbers.iter().map(|x| x * x).sum::<f32>().sqrt();
        let largest = numbers.iter().map(|x| x.abs()).fold(0.0, f32::max);
        if !length.is_finite() || length < 1e-6 {
            return None;
        }
        let numbers = numbers.iter().map(|x| (x / largest * 127.0).round() as i8).collect();
        Some(Self { numbers, scale: largest / 127.0 / length })
    }

    /// The direction as seen from `center`.
    fn seen_from(&self, center: &[f32]) -> Option<Self> {
        let numbers: Vec<f32> = self.numbers().zip(center).map(|(number, center)| number - center).collect();
        if numbers.len() == self.numbers.len() { Self::of(&numbers) } else { None }
    }

    /// As it is stored: four bytes for the scale, and a byte for each number.
    pub fn to_bytes(&self) -> Vec<u8> {
        let numbers = self.numbers.iter().flat_map(|number| number.to_le_bytes());
        self.scale.to_le_bytes().into_iter().chain(numbers).collect()
    }

    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (scale, numbers) = bytes.split_first_chunk()?;
        Some(Self { scale: f32::from_le_bytes(*scale), numbers: numbers.iter().map(|byte| i8::from_le_bytes([*byte])).collect() })
    }

    fn numbers(&self) -> impl Iterator<Item = f32> {
        self.numbers.iter().map(|number| f32::from(*number) * self.scale)
    }

    /// Whether each number is above 0: a byte for eight numbers, the first one in its highest bit.
    pub fn signs(&self) -> impl Iterator<Item = u8> {
        self.numbers.chunks_exact(8).map(|eight| eight.iter().fold(0, |byte, number| byte << 1 | u8::from(*number > 0)))
    }

    /// The cosine of the angle between two.
    pub fn cosine(&self, other: &Self) -> f32 {
        let dot: i32 = self.numbers.iter().zip(&*other.numbers).map(|(a, b)| i32::from(*a) * i32::from(*b)).sum();
        dot as f32 * self.scale * other.scale
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(numbers: &[f32]) -> Direction {
        Direction::of(numbers).unwrap()
    }

    #[test]
    fn a_direction_outlives_its_bytes() {
        let direction = of(&[3.0, -4.0, 0.5]);
        assert_eq!(Direction::from_bytes(&direction.to_bytes()), Some(direction.clone()));
        assert!((direction.cosine(&direction) - 1.0).abs() < 0.01);
        assert_eq!((Direction::from_bytes(b"ab"), Direction::of(&[0.0, 0.0])), (None, None));
    }

    #[test]
    fn from_the_center_of_all_what_looked_alike_is_told_apart() {
        let (a, b) = (of(&[10.0, 1.0]), of(&[10.0, -1.0]));
        assert!(a.cosine(&b) > 0.9);
        let centers = Centers { all: vec![1.0, 0.0], of: BTreeMap::new() };
        assert!(centers.seen(&a, "en").unwrap().cosine(&centers.seen(&b, "en").unwrap()) < 0.1);
        let other = Centers { all: vec![1.0], of: BTreeMap::new() };
        assert_eq!(other.seen(&a, "en"), None, "a center of another encoder");
    }

    #[test]
    fn what_all_texts_of_a_language_have_in_common_holds_it_from_no_other() {
        // the third number tells the language
        let (fire, feu, vote) = (of(&[1.0, 0.0, 0.0]), of(&[1.0, 0.0, 3.0]), of(&[0.0, 1.0, 3.0]));
        let one = Centers { all: vec![0.0; 3], of: BTreeMap::new() };
        let each = Centers { of: BTreeMap::from([("fr".into(), vec![0.0, 0.0, 0.95])]), ..one.clone() };
        let likeness = |centers: &Centers, other: &Direction| centers.seen(&fire, "en").unwrap().cosine(&centers.seen(other, "fr").unwrap());
        assert!(likeness(&one, &feu) < 0.4 && likeness(&each, &feu) > 0.9);
        assert!(likeness(&each, &vote) < 0.1);
    }
}
