//! Countries: ISO 3166-1 codes, names in many scripts, and the region each is in. Bundled; NOTICE says from where.

use super::place::Region;
use serde::Deserialize;
use std::collections::HashMap;
use std::sync::LazyLock;

#[derive(Debug, Deserialize)]
pub struct Country {
    /// ISO 3166-1 alpha-2
    pub iso2: String,
    /// In English.
    pub name: String,
    region: String,
    subregion: String,
    /// In other languages and scripts.
    pub names: Vec<String>,
    pub alt: Vec<String>,
    pub demonyms: Vec<String>,
    pub capital: String,
    /// Degrees north and east of its middle.
    pub at: (f64, f64),
    /// Neighbours by land, ISO 3166-1 alpha-2.
    pub borders: Vec<String>,
    /// Alliances and unions it belongs to, as a sentence names them.
    pub blocs: Vec<String>,
}

static ALL: LazyLock<Vec<Country>> = LazyLock::new(|| serde_json::from_str(include_str!("data/countries.json")).expect("the bundled file is sound"));
static BY_CODE: LazyLock<HashMap<&'static str, usize>> =
    LazyLock::new(|| ALL.iter().enumerate().map(|(index, country)| (country.iso2.as_str(), index)).collect());

/// All countries, in the order of the bundled file.
pub fn all() -> &'static [Country] {
    &ALL
}

pub fn find(iso2: &str) -> Option<&'static Country> {
    BY_CODE.get(iso2).map(|index| &ALL[*index])
}

/// The English name of a country, or its code when it is none of ours.
pub fn name(iso2: &str) -> &str {
    find(iso2).map_or(iso2, |country| country.name.as_str())
}

/// Countries whose names have an article in a sentence, but for islands, states and republics by their names.
const THE: &[&str] = &["BS", "GM", "KM", "MV", "NL", "PH", "SC", "AE", "GB", "US", "CD", "VI", "UM"];

/// A country as a sentence names it: "the United States".
pub fn in_sentence(iso2: &str) -> String {
    let name = name(iso2);
    let is_plural = [" Islands", " Territories", " Republic", " Territory"].iter().any(|end| name.ends_with(end)) || name.starts_with("Republic ");
    if THE.contains(&iso2) || is_plural { format!("the {name}") } else { name.to_string() }
}

pub fn region(iso2: &str) -> Option<Region> {
    find(iso2).and_then(|country| Region::of_m49(&country.region, &country.subregion))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_country_has_a_region_or_is_antarctic() {
        let without: Vec<_> = all().iter().filter(|c| region(&c.iso2).is_none()).map(|c| c.iso2.as_str()).collect();
        assert!(without.len() <= 12, "{without:?}");
        assert_eq!(region("SY"), Some(Region::MiddleEast));
        assert_eq!((name("SY"), name("XX")), ("Syria", "XX"));
        assert_eq!(["US", "FK", "CF", "SY"].map(in_sentence), ["the United States", "the Falkland Islands", "the Central African Republic", "Syria"]);
    }
}
