//! Cities: names in many scripts, and where they lie. Bundled; NOTICE says from where.

use std::sync::LazyLock;

#[derive(Debug)]
pub struct City {
    /// In English.
    pub name: &'static str,
    /// ISO 3166-1 alpha-2
    pub country: &'static str,
    /// Degrees north and east.
    pub latitude: f64,
    pub longitude: f64,
    pub is_capital: bool,
    /// In other languages and scripts.
    pub names: Vec<&'static str>,
}

static ALL: LazyLock<Vec<City>> = LazyLock::new(|| table(include_str!("data/cities.tsv")));
static TOWNS: LazyLock<Vec<City>> = LazyLock::new(|| table(include_str!("data/towns.tsv")));

fn table(text: &'static str) -> Vec<City> {
    text.lines().skip(1).map(|line| read(line).expect("the bundled file is sound")).collect()
}

/// Cities of 300,000 people and more, the largest of each country first.
pub fn all() -> &'static [City] {
    &ALL
}

/// Towns of 50,000 to 300,000 people, the largest first. Many are called like persons and things.
pub fn towns() -> &'static [City] {
    &TOWNS
}

fn read(line: &'static str) -> Option<City> {
    let mut fields = line.split('\t');
    Some(City {
        name: fields.next()?,
        country: fields.next()?,
        latitude: fields.next()?.parse().ok()?,
        longitude: fields.next()?.parse().ok()?,
        // its people are counted in between
        is_capital: fields.nth(1)? == "1",
        names: fields.flat_map(|list| list.split('|')).filter(|name| !name.is_empty()).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_city_has_a_country_and_a_place_on_the_globe() {
        let osaka = all().iter().find(|city| city.name == "Osaka").unwrap();
        assert_eq!((osaka.country, osaka.is_capital), ("JP", false));
        assert!((osaka.latitude - 34.7).abs() < 0.3 && (osaka.longitude - 135.5).abs() < 0.3);
        assert!(osaka.names.contains(&"Осака"));
        assert!(
            all()
                .iter()
                .chain(towns())
                .all(|city| city.latitude.abs() <= 90.0 && city.longitude.abs() <= 180.0 && crate::model::country::find(city.country).is_some())
        );
    }
}
