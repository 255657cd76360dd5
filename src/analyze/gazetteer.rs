//! Everything that has a name: countries and their people, cities, regions and sites, and known persons and organisations, in the
//! names and scripts that articles use. Built once from the bundled files, and from lists that an operator adds.

use super::spelling::{LIKE_CITIES, MORE_NAMES, MORE_PEOPLE, NOT_NAMES, common, is_long_enough, more};
use super::upper_first;
use crate::model::city::{self, City};
use crate::model::country::{self, Country};
use crate::model::entity::EntityKind;
use crate::model::point::{self, Exactness, Known, Point};
use crate::text::fold::fold;
use crate::text::names::{Names, is_arabic};
use std::collections::{HashMap, HashSet};
use std::sync::{LazyLock, OnceLock};

/// What a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Target {
    Country(usize),
    /// "Russian", "Ukrainians": of a country, and seldom where something happens.
    People(usize),
    City(usize),
    Town(usize),
    Point(usize),
    Entity(usize),
}

/// A known person, organisation, place or asset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entity {
    pub kind: EntityKind,
    pub name: String,
    /// ISO 3166-1 alpha-2 of where it belongs, if that is known.
    pub country: Option<String>,
    pub aliases: Vec<String>,
}

/// One name in a text, by byte offsets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found {
    pub target: Target,
    pub start: usize,
    pub end: usize,
}

pub struct Gazetteer {
    names: Names,
    targets: Vec<Target>,
    pub entities: Vec<Entity>,
    given: HashSet<&'static str>,
    /// Persons by their folded last names.
    by_last_name: HashMap<String, Vec<usize>>,
}

/// Before these a name says where something happens.
const WHERE: &[&str] =
    &["in", "near", "across", "inside", "outside", "at", "off", "throughout", "around", "northern", "southern", "eastern", "western", "central"];

/// What a town has, before "of" its name or right behind it: "the mayor of Mariupol", "Sumy residents".
const TOWNS_HAVE: &[&str] = &[
    "mayor",
    "city",
    "town",
    "port",
    "battle",
    "siege",
    "streets",
    "outskirts",
    "residents",
    "people",
    "suburb",
    "suburbs",
    "region",
    "governor",
    "hospital",
    "theatre",
    "theater",
    "airport",
    "oblast",
    "bombing",
    "shelling",
    "district",
    "university",
    "council",
];

/// Persons of one last name that somebody who asks for it may mean.
const MOST_OF_A_NAME: usize = 4;

/// What an operator's list adds; set before the gazetteer is first asked.
static OWN: OnceLock<Vec<Entity>> = OnceLock::new();
static GAZETTEER: LazyLock<Gazetteer> = LazyLock::new(|| {
    // an operator's own entry keeps its name before a bundled one
    let own = OWN.get().cloned().unwrap_or_default();
    Gazetteer::with(own.into_iter().chain(parse(include_str!("data/entities.tsv"))).collect())
});

/// Adds an operator's list to the bundled gazetteer, once and at the start.
pub fn add(own: Vec<Entity>) {
    OWN.set(own).ok();
}

/// The bundled gazetteer, read once.
pub fn gazetteer() -> &'static Gazetteer {
    &GAZETTEER
}

/// Lines of kind, name, country and aliases (with `|`), tab-separated, after a line of headings. What is no such line is left out.
pub fn parse(table: &str) -> Vec<Entity> {
    let read = |line: &str| {
        let mut fields = line.split('\t');
        let kind = fields.next()?.parse().ok()?;
        let name = fields.next()?.trim();
        let country = fields.next().filter(|code| country::find(code).is_some()).map(str::to_string);
        let aliases = fields.next().unwrap_or("").split('|').map(str::trim).filter(|alias| !alias.is_empty()).map(str::to_string).collect();
        (!name.is_empty()).then(|| Entity { kind, name: name.to_string(), country, aliases })
    };
    table.lines().skip(1).filter_map(read).collect()
}

impl Gazetteer {
    /// With these entities beside the places. A place keeps its name before an entity, a region before a country (the West Bank), a country before a city.
    pub fn with(entities: Vec<Entity>) -> Self {
        let mut targets = vec![];
        let mut names: Vec<(&str, u32)> = vec![];
        let mut add = |target: Target, of: &mut dyn Iterator<Item = &'static str>| {
            targets.push(target);
            names.extend(of.filter(|name| !NOT_NAMES.contains(name)).map(|name| (name, targets.len() as u32 - 1)));
        };
        let own = |list: &'static [String]| list.iter().map(String::as_str);
        for (index, point) in point::all().iter().enumerate() {
            add(Target::Point(index), &mut std::iter::once(point.name).chain(point.names.iter().copied()));
        }
        for (index, country) in country::all().iter().enumerate() {
            let names = std::iter::once(country.name.as_str()).chain(own(&country.names)).chain(own(&country.alt));
            add(Target::Country(index), &mut names.filter(|name| is_long_enough(name)).chain(more(MORE_NAMES, country)));
        }
        for (index, country) in country::all().iter().enumerate() {
            // first, since the Dutch of Aruba are fewer
            add(Target::People(index), &mut more(MORE_PEOPLE, country));
        }
        for (index, country) in country::all().iter().enumerate() {
            let mut people = own(&country.demonyms).filter(|name| is_long_enough(name));
            add(Target::People(index), &mut people);
        }
        for (index, city) in city::all().iter().enumerate() {
            let short = city.name.strip_suffix(" City");
            let names = std::iter::once(city.name).chain(short).chain(city.names.iter().copied());
            add(Target::City(index), &mut names.filter(|name| is_long_enough(name)).chain(common(city.name)));
        }
        for (index, town) in city::towns().iter().enumerate() {
            let names = std::iter::once(town.name).chain(town.names.iter().copied());
            add(Target::Town(index), &mut names.filter(|name| is_long_enough(name)).chain(common(town.name)));
        }
        let capitals: HashSet<&str> = city::all().iter().chain(city::towns()).filter(|city| city.is_capital).map(|city| city.name).collect();
        for (index, country) in country::all().iter().enumerate() {
            // small capitals are no cities of ours
            add(Target::Country(index), &mut [country.capital.as_str()].into_iter().filter(|name| is_long_enough(name) && !capitals.contains(name)));
        }
        for (index, entity) in entities.iter().enumerate() {
            targets.push(Target::Entity(index));
            let all = std::iter::once(&entity.name).chain(&entity.aliases);
            names.extend(all.map(|name| (name.as_str(), targets.len() as u32 - 1)));
        }
        let given = include_str!("data/given_names.txt").lines().collect();
        let mut by_last_name: HashMap<String, Vec<usize>> = HashMap::new();
        for (index, person) in entities.iter().enumerate().filter(|(_, entity)| entity.kind == EntityKind::Person) {
            by_last_name.entry(fold(person.name.rsplit(' ').next().unwrap_or(""))).or_default().push(index);
        }
        Self { names: Names::new(names), targets, entities, given, by_last_name }
    }

    /// Every name of a text, in order, none inside another.
    ///
    /// "Paris" in "Paris Hilton" and "Jordan" in "Michael Jordan" are persons, not places: a place beside a given name, or between
    /// other names that nobody knows, is left out. Most towns are called like somebody, and short Arabic names like a word: one counts after a word of
    /// place, or when its country is named too.
    pub fn find(&self, text: &str) -> Vec<Found> {
        let mut all: Vec<Found> =
            self.names.find(text).into_iter().map(|f| Found { target: self.targets[f.key as usize], start: f.start, end: f.end }).collect();
        all.retain(|found| !(found.target.is_spot() && self.is_person(text, found)));
        let is_word = |f: &Found| LIKE_CITIES.contains(&&text[f.start..f.end]);
        let is_short = |f: &Found| matches!(f.target, Target::City(_)) && is_short_arabic(&text[f.start..f.end]);
        let is_weak = |f: &&Found| matches!(f.target, Target::Town(_)) || is_short(f) || is_word(f);
        let others: HashSet<&str> = all.iter().filter(|f| !is_weak(f)).filter_map(|f| self.country_of(f.target)).collect();
        // "in the city" is no Medina yet
        let stands_as_place = |f: &Found| !is_word(f) && (is_located(text, f.start) || is_spoken_of_as_town(text, f));
        let is_borne_out = |f: &Found| stands_as_place(f) || self.country_of(f.target).is_some_and(|c| others.contains(c));
        let kept = all.iter().filter(|f| !is_weak(f) || is_borne_out(f));
        kept.copied().collect()
    }

    /// What a whole name stands for.
    pub fn known(&self, name: &str) -> Option<Target> {
        self.names.find(name).into_iter().find(|f| f.start == 0 && f.end == name.len()).map(|f| self.targets[f.key as usize])
    }

    /// The names that readers see for what somebody asks for: by a name of it in any script, in small letters too, and persons by their last name alone.
    pub fn named(&self, asked: &str) -> Vec<&str> {
        let with_capitals: Vec<String> = asked.split(' ').map(upper_first).collect();
        let known = self.known(asked).or_else(|| self.known(&with_capitals.join(" ")));
        let mut named: Vec<&str> = known.map(|target| self.name_of(target.country_for_people())).into_iter().collect();
        let of_last_name = self.by_last_name.get(&fold(asked)).into_iter().flatten();
        named.extend(of_last_name.map(|index| self.entities[*index].name.as_str()).take(MOST_OF_A_NAME));
        named
    }

    /// Other names of it, in any script.
    pub fn aliases_of(&self, target: Target) -> &[String] {
        match target {
            Target::Country(index) => &country::all()[index].names,
            Target::Entity(index) => &self.entities[index].aliases,
            _ => &[],
        }
    }

    pub fn is_given_name(&self, word: &str) -> bool {
        self.given.contains(word)
    }

    /// A given name stands right before it, or it is a given name and a surname follows.
    fn is_person(&self, text: &str, found: &Found) -> bool {
        let before = text[..found.start].strip_suffix(' ').and_then(|t| t.split(|c: char| !c.is_alphabetic()).next_back()).unwrap_or("");
        let after = text[found.end..].strip_prefix(' ').and_then(|t| t.split(|c: char| !c.is_alphabetic()).next()).unwrap_or("");
        self.is_given_name(before) || self.is_given_name(&text[found.start..found.end]) && after.starts_with(char::is_uppercase)
    }

    /// ISO 3166-1 alpha-2 of the country that a name speaks of, if it is one alone.
    pub fn country_of(&self, target: Target) -> Option<&str> {
        match target {
            Target::Country(index) | Target::People(index) => Some(country::all()[index].iso2.as_str()),
            Target::City(index) => Some(city::all()[index].country),
            Target::Town(index) => Some(city::towns()[index].country),
            Target::Point(index) => match point::all()[index].countries.as_slice() {
                [one] => Some(one),
                _ => None,
            },
            Target::Entity(index) => self.entities[index].country.as_deref(),
        }
    }

    /// The name that readers see.
    pub fn name_of(&self, target: Target) -> &str {
        match target {
            Target::Country(index) | Target::People(index) => country::all()[index].name.as_str(),
            Target::City(index) => common(city::all()[index].name).unwrap_or(city::all()[index].name),
            Target::Town(index) => common(city::towns()[index].name).unwrap_or(city::towns()[index].name),
            Target::Point(index) => point::all()[index].name,
            Target::Entity(index) => self.entities[index].name.as_str(),
        }
    }

    pub fn kind_of(&self, target: Target) -> EntityKind {
        if let Target::Entity(index) = target { self.entities[index].kind } else { EntityKind::Place }
    }

    /// Where it lies, for what has a place on the map.
    pub fn point_of(&self, target: Target) -> Option<Point> {
        let point = |name: &str, (latitude, longitude): (f64, f64), exactness| Some(Point { name: name.to_string(), latitude, longitude, exactness });
        match target {
            Target::Country(index) | Target::People(index) => {
                let Country { name, at, .. } = &country::all()[index];
                point(name, *at, Exactness::Country)
            }
            Target::City(index) => city_point(&city::all()[index]),
            Target::Town(index) => city_point(&city::towns()[index]),
            Target::Point(index) => {
                let Known { name, latitude, longitude, exactness, .. } = &point::all()[index];
                point(name, (*latitude, *longitude), *exactness)
            }
            Target::Entity(_) => None,
        }
    }
}

fn city_point(city: &City) -> Option<Point> {
    let City { latitude, longitude, .. } = city;
    let name = common(city.name).unwrap_or(city.name);
    Some(Point { name: name.to_string(), latitude: *latitude, longitude: *longitude, exactness: Exactness::City })
}

impl Target {
    /// "Russian" as Russia; everything else as it is.
    pub fn country_for_people(self) -> Self {
        if let Self::People(index) = self { Self::Country(index) } else { self }
    }

    /// A place smaller than a country, whose name a person may have too.
    fn is_spot(self) -> bool {
        matches!(self, Self::City(_) | Self::Town(_) | Self::Point(_) | Self::Country(_))
    }
}

/// A word of place stands before it: "in the Donbas", "in Mariupol, Ukraine".
pub fn is_located(text: &str, start: usize) -> bool {
    let mut before = text[..start].split_whitespace().rev();
    let (last, earlier) = (before.next().unwrap_or(""), before.next().unwrap_or(""));
    let is_where = |word: &str| WHERE.contains(&word.to_lowercase().as_str());
    is_where(last) || last == "the" && is_where(earlier) || last.ends_with(',') && is_where(earlier)
}

fn is_spoken_of_as_town(text: &str, found: &Found) -> bool {
    let is_had = |word: &str| TOWNS_HAVE.contains(&word.to_lowercase().as_str());
    let mut before = text[..found.start].split_whitespace().rev();
    let after = text[found.end..].split(|c: char| !c.is_alphabetic()).find(|word| !word.is_empty()).filter(|_| text[found.end..].starts_with(' '));
    before.next() == Some("of") && before.next().is_some_and(is_had) || after.is_some_and(is_had)
}

/// Without vowels and capitals a name of four letters is soon a word too.
fn is_short_arabic(name: &str) -> bool {
    name.chars().all(is_arabic) && name.chars().count() < 5
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(text: &str) -> Vec<&'static str> {
        gazetteer().find(text).into_iter().filter_map(|f| gazetteer().country_of(f.target)).collect()
    }

    #[test]
    fn who_asks_need_not_know_how_a_name_is_written_here() {
        let asked = [
            ("putin", "Vladimir Putin"),
            ("Macron", "Emmanuel Macron"),
            ("киев", "Kyiv"),
            ("Kiev", "Kyiv"),
            ("россия", "Russia"),
            ("俄罗斯", "Russia"),
        ];
        for (asked, name) in asked {
            assert!(gazetteer().named(asked).contains(&name), "{asked}: {:?}", gazetteer().named(asked));
        }
        assert!(gazetteer().named("fire").is_empty() && gazetteer().named("").is_empty());
    }

    #[test]
    fn a_short_arabic_word_is_a_place_only_where_something_bears_it_out() {
        let cities = |text: &str| gazetteer().find(text).into_iter().filter(|f| matches!(f.target, Target::City(_) | Target::Town(_))).count();
        for (word, found) in [("السيول تجتاح قرى في الجبال", 0), ("حريق في مدينة صغيرة", 0), ("حریق در استان", 0), ("أمطار على المدينة المنورة", 1)]
        {
            assert_eq!(cities(word), found, "{word}");
        }
        assert_eq!(cities("قال الرئيس الأوكراني إن ميناء أوديسا أغلق في سال ١٤٠٣"), 1, "Odesa, and neither Cali nor Salé nor Minna");
    }

    #[test]
    fn countries_are_found_by_name_capital_people_and_in_other_scripts() {
        assert_eq!(codes("Russian forces near Kyiv; U.S. aid, Германия und 日本"), ["RU", "UA", "US", "DE", "JP"]);
    }

    #[test]
    fn part_of_a_word_is_no_country() {
        assert!(codes("Chadwick and Jordanes in Nigera").is_empty());
    }

    #[test]
    fn a_person_with_the_name_of_a_place_is_no_place() {
        let places = |text: &str| gazetteer().find(text).into_iter().filter(|f| f.target.is_spot()).count();
        assert_eq!(places("Michael Jordan sells a house"), 0);
        assert_eq!(places("Flooding in Jordan"), 1);
    }

    #[test]
    fn lines_that_are_no_entities_are_left_out() {
        let found = parse("kind\tname\tcountry\taliases\nperson\tIda Example\tXX\tI. Example| \nnothing\tx\nperson\t\tUS\t\n");
        assert_eq!(found, [Entity { kind: EntityKind::Person, name: "Ida Example".into(), country: None, aliases: vec!["I. Example".into()] }]);
    }
}
