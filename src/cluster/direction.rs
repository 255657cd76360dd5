//! The direction that an encoder gives a title, in a byte for each number. Pure.

use std::sync::Arc;

/// Numbers of 8 bits that are `scale` times as large; of length 1 together.
#[derive(Debug, Clone, PartialEq)]
pub struct Direction {
    numbers: Arc<[i8]>,
    scale: f32,
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

    /// The direction as seen from `center`, which is the mean of many: all texts point roughly the same way, and what they have in common tells
    /// them not apart.
    pub fn from_center(&self, center: &[f32]) -> Option<Self> {
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
        let center = [1.0, 0.0];
        assert!(a.from_center(&center).unwrap().cosine(&b.from_center(&center).unwrap()) < 0.1);
        assert_eq!(a.from_center(&[1.0]), None, "a center of another encoder");
    }
}
