//! Places and leaders by name, in the names and scripts that articles use.

use crate::model::country::{self, Country};
use crate::text::fold::fold;
use crate::text::words::is_cjk;
use aho_corasick::{AhoCorasick, MatchKind};
use std::sync::LazyLock;

/// One name of a country in a text, by byte offsets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found {
    pub country: usize,
    pub start: usize,
    pub end: usize,
}

pub struct Gazetteer {
    pub countries: &'static [Country],
    names: AhoCorasick,
    country_of_name: Vec<usize>,
    pub leaders: Vec<Leader>,
}

pub struct Leader {
    pub country: String,
    /// Folded, to be compared with folded names.
    pub name: String,
}

/// What articles write for a country and its own files do not.
const MORE_NAMES: &[(&str, &[&str])] = &[
    ("US", &["US", "U.S.", "USA", "America", "White House", "Pentagon", "Washington"]),
    ("GB", &["UK", "U.K.", "Britain", "England", "Scotland", "Wales"]),
    ("AE", &["UAE", "Emirati"]),
    ("CD", &["DRC", "DR Congo", "Congolese"]),
    ("KP", &["North Korea", "North Korean", "DPRK", "Pyongyang"]),
    ("KR", &["South Korea", "South Korean", "Seoul"]),
    ("CN", &["Chinese", "Beijing"]),
    ("RU", &["Kremlin", "Russians", "Russian"]),
    ("UA", &["Kiev", "Kyiv", "Kharkiv", "Mariupol", "Odesa", "Odessa", "Lviv", "Kherson", "Donetsk", "Luhansk", "Donbas", "Chernihiv", "Ukrainian"]),
    ("PS", &["Gaza", "West Bank", "Palestinian", "Palestinians", "Palestine"]),
    ("IL", &["Israeli", "Israelis", "Jerusalem", "Tel Aviv"]),
    ("SY", &["Syrian"]),
    ("TR", &["Türkiye", "Istanbul"]),
    ("CZ", &["Czech Republic"]),
    ("MM", &["Burma"]),
    ("TW", &["Taiwanese"]),
    ("HK", &["Hong Kong"]),
];

/// Names that are everyday words or somebody else's.
const NOT_NAMES: &[&str] = &["Male", "Mali ", "Bar", "Victoria", "Georgetown", "San José", "Nice", "Guinean", "Dominican", "Dutch ", "Roma", "Rim"];

static GAZETTEER: LazyLock<Gazetteer> = LazyLock::new(Gazetteer::read);

/// The bundled gazetteer, read once.
pub fn gazetteer() -> &'static Gazetteer {
    &GAZETTEER
}

impl Gazetteer {
    fn read() -> Self {
        let countries = country::all();
        let mut country_of_name = vec![];
        let mut patterns: Vec<&str> = vec![];
        for (index, country) in countries.iter().enumerate() {
            let own = [&country.name, &country.capital].into_iter().chain(&country.names).chain(&country.alt).chain(&country.demonyms);
            let more = MORE_NAMES.iter().find(|(code, _)| *code == country.iso2).map_or(&[][..], |(_, names)| names);
            for name in own.map(String::as_str).filter(|name| is_long_enough(name)).chain(more.iter().copied()) {
                if !NOT_NAMES.contains(&name) {
                    patterns.push(name);
                    country_of_name.push(index);
                }
            }
        }
        let names = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(&patterns).expect("the names are few and short");
        let leaders = include_str!("data/leaders.tsv").lines().skip(1).filter_map(|line| {
            let mut fields = line.split('\t');
            Some(Leader { country: fields.next()?.into(), name: fold(fields.nth(1)?) })
        });
        Self { leaders: leaders.collect(), countries, names, country_of_name }
    }

    /// Every whole-word name of a country in a text, in order.
    pub fn find(&self, text: &str) -> Vec<Found> {
        let found = self.names.find_iter(text).filter(|m| {
            let before = text[..m.start()].chars().next_back();
            let after = text[m.end()..].chars().next();
            // scripts without spaces have no whole words to speak of
            let is_whole = !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric);
            is_whole || text[m.start()..m.end()].chars().all(is_cjk)
        });
        found.map(|m| Found { country: self.country_of_name[m.pattern().as_usize()], start: m.start(), end: m.end() }).collect()
    }
}

/// Shorter names are mostly something else; in Chinese and Japanese two characters are a name.
fn is_long_enough(name: &str) -> bool {
    name.chars().count() > if name.chars().all(is_cjk) { 1 } else { 3 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(text: &str) -> Vec<&str> {
        gazetteer().find(text).into_iter().map(|f| gazetteer().countries[f.country].iso2.as_str()).collect()
    }

    #[test]
    fn countries_are_found_by_name_capital_people_and_in_other_scripts() {
        assert_eq!(codes("Russian forces near Kyiv; U.S. aid, Германия und 日本"), ["RU", "UA", "US", "DE", "JP"]);
    }

    #[test]
    fn part_of_a_word_is_no_country() {
        assert!(codes("Omani-less Somaliland-like malices").iter().all(|c| *c == "OM" || *c == "SO"));
        assert!(codes("Chadwick and Jordanes in Nigera").is_empty());
    }
}
