//! A Point: where something happens, and how exactly that is known. The bundled ones are regions, seas and sites that news names.

use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

super::scale! {
    /// What a point stands for, the most exact first.
    Exactness { Site = "site", "a site"; City = "city", "a city"; Region = "region", "a region"; Country = "country", "a country" }
}

/// A place on the map.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Point {
    pub name: String,
    /// Degrees north and east.
    pub latitude: f64,
    pub longitude: f64,
    pub exactness: Exactness,
}

impl Point {
    /// The middle of a country, ISO 3166-1 alpha-2.
    pub fn of_country(code: &str) -> Option<Self> {
        let country = super::country::find(code)?;
        let (latitude, longitude) = country.at;
        Some(Self { name: country.name.clone(), latitude, longitude, exactness: Exactness::Country })
    }
}

/// A region, sea, strait or site with a name of its own.
#[derive(Debug)]
pub struct Known {
    pub name: &'static str,
    pub exactness: Exactness,
    pub latitude: f64,
    pub longitude: f64,
    /// ISO 3166-1 alpha-2; none for the high seas, several for what they share.
    pub countries: Vec<&'static str>,
    /// In other languages and scripts.
    pub names: Vec<&'static str>,
}

static ALL: LazyLock<Vec<Known>> =
    LazyLock::new(|| include_str!("data/points.tsv").lines().skip(1).map(|line| read(line).expect("the bundled file is sound")).collect());

/// All of them, in the order of the bundled file.
pub fn all() -> &'static [Known] {
    &ALL
}

fn read(line: &'static str) -> Option<Known> {
    let mut fields = line.split('\t');
    Some(Known {
        name: fields.next()?,
        exactness: if fields.next()? == "nuclear" { Exactness::Site } else { Exactness::Region },
        latitude: fields.next()?.parse().ok()?,
        longitude: fields.next()?.parse().ok()?,
        countries: list(fields.next()?, ','),
        names: list(fields.next()?, '|'),
    })
}

fn list(field: &'static str, between: char) -> Vec<&'static str> {
    field.split(between).filter(|one| !one.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_point_is_on_the_globe_and_in_known_countries() {
        for point in all() {
            assert!(point.latitude.abs() <= 90.0 && point.longitude.abs() <= 180.0, "{point:?}");
            assert!(point.countries.iter().all(|code| crate::model::country::find(code).is_some()), "{point:?}");
        }
        assert!(all().iter().any(|p| p.name == "Strait of Hormuz" && p.countries == ["IR", "OM"]));
    }
}
