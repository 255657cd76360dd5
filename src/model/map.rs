//! Where a point is on our maps: the Equal Earth projection, turned by 11 degrees so that no land is cut.
//!
//! Bojan Šavrič, Tom Patterson, Bernhard Jenny: The Equal Earth map projection, International Journal of Geographical Information
//! Science 33 (2019), equations 9 and 10.

const A: [f64; 4] = [1.340264, -0.081106, 0.000893, 0.003796];
/// The meridian in the middle, degrees east.
const MIDDLE: f64 = 11.0;

/// A sheet that the whole globe fits on; the land on it was drawn for these very sizes.
#[derive(Debug, Clone, Copy)]
pub struct Sheet {
    width: f64,
    height: f64,
}

/// The map page's, with `static/world.svg`; and that of small maps, with `templates/part/land.html`.
pub const WORLD: Sheet = Sheet { width: 3_000.0, height: 1_440.0 };
pub const SMALL: Sheet = Sheet { width: 400.0, height: 192.0 };

impl Sheet {
    /// From degrees north and east to the sheet's x and y, to a tenth.
    pub fn place(self, latitude: f64, longitude: f64) -> (f64, f64) {
        let (x, y) = equal_earth(latitude.clamp(-90.0, 90.0), longitude);
        let (_, top) = equal_earth(90.0, 0.0);
        let scale = self.height / 2.0 / top;
        (round(self.width / 2.0 + scale * x), round(self.height / 2.0 - scale * y))
    }
}

fn equal_earth(latitude: f64, longitude: f64) -> (f64, f64) {
    let turned = (longitude - MIDDLE + 180.0).rem_euclid(360.0) - 180.0;
    let root = 3f64.sqrt();
    let l = (root / 2.0 * latitude.to_radians().sin()).asin();
    let (l2, l6) = (l * l, l.powi(6));
    let slope = A[0] + 3.0 * A[1] * l2 + l6 * (7.0 * A[2] + 9.0 * A[3] * l2);
    (2.0 * root * turned.to_radians() * l.cos() / (3.0 * slope), l * (A[0] + A[1] * l2 + l6 * (A[2] + A[3] * l2)))
}

fn round(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_cities_are_where_the_land_was_drawn_for_them() {
        // the design's own points, made with d3-geo
        for ((latitude, longitude), big, small) in [
            ((55.75, 37.6), (1671.5, 157.7), (222.9, 21.0)),
            ((50.4, 30.5), (1631.8, 202.0), (217.6, 26.9)),
            ((-33.4, -70.6), (882.9, 1078.6), (117.7, 143.8)),
            ((35.7, 139.7), (2461.4, 338.5), (328.2, 45.1)),
        ] {
            assert_eq!(WORLD.place(latitude, longitude), big);
            assert_eq!(SMALL.place(latitude, longitude), small);
        }
    }

    #[test]
    fn every_point_of_the_globe_is_on_the_sheet() {
        for (latitude, longitude) in [(90.0, 0.0), (-90.0, 180.0), (0.0, -180.0), (0.0, 190.9), (12.0, -169.1)] {
            let (x, y) = WORLD.place(latitude, longitude);
            assert!((0.0..=3_000.0).contains(&x) && (0.0..=1_440.0).contains(&y), "{latitude} {longitude}: {x} {y}");
        }
    }
}
