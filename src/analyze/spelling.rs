//! What news writes where the bundled files write otherwise: more names of countries and their people, cities as everybody calls them, and words that
//! are no names at all.

use crate::model::country::Country;

/// What articles write for a country and its own files do not.
pub(super) const MORE_NAMES: &[(&str, &[&str])] = &[
    ("US", &["US", "U.S.", "USA", "America", "United States of America", "White House", "Pentagon"]),
    ("GB", &["UK", "U.K.", "Britain", "Great Britain", "Downing Street"]),
    ("AE", &["UAE"]),
    ("CD", &["DRC", "DR Congo", "Dr Congo", "Democratic Republic of the Congo", "Democratic Republic of Congo"]),
    ("CG", &["Republic of the Congo"]),
    ("KP", &["North Korea", "DPRK"]),
    ("KR", &["South Korea"]),
    ("CN", &["People's Republic of China"]),
    ("RU", &["Kremlin", "Russian Federation"]),
    ("PS", &["Palestine", "Palestinian territories", "State of Palestine"]),
    ("IE", &["Republic of Ireland"]),
    ("TR", &["Türkiye", "Turkey"]),
    ("CZ", &["Czech Republic", "Czechia"]),
    ("MM", &["Burma", "Myanmar"]),
    ("CI", &["Ivory Coast"]),
    ("SZ", &["Swaziland"]),
    ("MK", &["Macedonia"]),
    ("CV", &["Cape Verde"]),
    ("TL", &["East Timor"]),
    ("VA", &["Vatican", "Holy See"]),
    ("BA", &["Bosnia"]),
];

/// What news writes for a city where GeoNames spells it otherwise. Without them a city is taken for an unknown place, and what happens
/// there for something in the country of whoever did it.
pub(super) const COMMON_CITIES: &[(&str, &str)] = &[
    ("Zaporizhzhya", "Zaporizhzhia"),
    ("Mykolayiv", "Mykolaiv"),
    ("Berdyansk", "Berdiansk"),
    ("Hargeysa", "Hargeisa"),
    ("Shekhupura", "Sheikhupura"),
    ("Al Khums", "Al-Khums"),
];

/// The same for their people.
pub(super) const MORE_PEOPLE: &[(&str, &[&str])] = &[
    ("US", &["American", "Americans"]),
    ("GB", &["British", "Briton", "Britons", "English", "Scottish", "Welsh"]),
    ("AE", &["Emirati"]),
    ("CD", &["Congolese"]),
    ("KP", &["North Korean", "North Koreans"]),
    ("KR", &["South Korean", "South Koreans"]),
    ("CN", &["Chinese"]),
    ("FR", &["French"]),
    ("NL", &["Dutch"]),
    ("RU", &["Russian", "Russians"]),
    ("UA", &["Ukrainian", "Ukrainians"]),
    ("PS", &["Palestinian", "Palestinians", "Gazan", "Gazans"]),
    ("IL", &["Israeli", "Israelis"]),
    ("SY", &["Syrian", "Syrians"]),
    ("TW", &["Taiwanese"]),
    ("IQ", &["Iraqi", "Iraqis"]),
    ("AF", &["Afghan", "Afghans"]),
    ("TR", &["Turkish", "Turk", "Turks"]),
    ("ES", &["Spanish"]),
    ("SA", &["Saudi", "Saudis"]),
    ("YE", &["Yemeni", "Yemenis"]),
];

/// Words of Arabic and Persian that read like a city: the floods like Seoul, the city like Medina, the province like Astana.
pub(super) const LIKE_CITIES: &[&str] = &["السيول", "مدينة", "المدينة", "استان"];

/// Names that are everyday words or somebody else's.
pub(super) const NOT_NAMES: &[&str] = &[
    "Male",
    "Bar",
    "Victoria",
    "Georgetown",
    "San José",
    "Nice",
    "Guinean",
    "Dominican",
    "Roma",
    "Rim",
    "Of",
    "Reading",
    "Mobile",
    "Split",
    "Police",
    "Union",
    "Republic",
    "Central",
    "Santa",
    "Santiago del",
    "San",
    "El",
    "Los",
    "March",
    "May",
    "Most",
    "Bath",
    "Lincoln",
    "Same",
    "Sale",
    "Mission",
    "Enterprise",
    "Independence",
    "Orange",
    "Aurora",
    "Surprise",
    "Prince",
    "George",
    "Metro",
    "Man",
    "Bo",
    "Ho",
    "Wa",
    "Une",
    "Van",
    "Don",
    "Along",
    "Lima Region",
    "Chad Region",
    "Asia",
    "Africa",
    "Europe",
    "Europa",
    "Salt",
    "Hall",
    "Bali",
    "Are",
    "Deal",
    "Rugby",
    "Sandy",
    "Star",
    "Media",
    "North",
    "South",
    "East",
    "West",
    "New",
    "Northern",
    "National",
    "Islamic",
    "Security",
    "Council",
    "Democratic",
    "People's",
    "Party",
    "Kingdom",
    "合作",
];

/// How news spells a city.
pub(super) fn common(city: &str) -> Option<&'static str> {
    COMMON_CITIES.iter().find(|(name, _)| *name == city).map(|(_, common)| *common)
}

pub(super) fn more(list: &'static [(&'static str, &'static [&'static str])], country: &Country) -> impl Iterator<Item = &'static str> {
    list.iter().filter(|(code, _)| *code == country.iso2).flat_map(|(_, names)| names.iter().copied())
}

/// Shorter names are mostly something else; in other scripts a few signs are a name.
pub(super) fn is_long_enough(name: &str) -> bool {
    name.chars().count() > if name.is_ascii() { 3 } else { 1 }
}
