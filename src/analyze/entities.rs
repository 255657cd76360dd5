//! Who and where: the names an incident's articles share, the countries it is about, and the point where it happens.

use super::gazetteer::{Found, Target, gazetteer, is_located};
use super::quantity::is_written_number;
use super::shape::{is_organisation, is_place};
use crate::model::article::Article;
use crate::model::entity::{EntityKind, Mention};
use crate::model::point::Point;
use crate::text::fold::fold;
use crate::text::words::name_spans;
use std::collections::{BTreeMap, BTreeSet};

/// The names of one article's text, known ones first found by the gazetteer, the others by their capital letters.
pub struct Reading<'a> {
    pub article: &'a Article,
    pub text: String,
    /// In order, none inside another.
    pub names: Vec<Named>,
    /// Places inside longer names that nobody knows: they say where, and are not what is named.
    inside: Vec<Named>,
}

/// A name by byte offsets in [`Reading::text`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// `None` for a name that only its capitals tell.
    pub target: Option<Target>,
    pub kind: EntityKind,
    pub name: String,
    pub start: usize,
    pub end: usize,
}

impl<'a> Reading<'a> {
    /// Of an article by a text of it.
    pub fn new(article: &'a Article, text: String) -> Self {
        let (names, inside) = split_names(&text);
        Reading { article, names, inside, text }
    }

    /// The countries that it names or speaks of, each with where in its text.
    pub fn countries(&self) -> Vec<(usize, String)> {
        self.names.iter().filter_map(|named| Some((named.start, country_in(self, named)?))).collect()
    }
}

pub fn read(articles: &[Article]) -> Vec<Reading<'_>> {
    articles.iter().map(|article| Reading::new(article, article.text())).collect()
}

/// All names of a text, in order.
pub fn names(text: &str) -> Vec<Named> {
    split_names(text).0
}

/// All names of a text, in order, and the places inside longer ones: Kharkiv in "Kharkiv National University".
fn split_names(text: &str) -> (Vec<Named>, Vec<Named>) {
    let known = gazetteer().find(text);
    let named = |found: &Found| Named {
        target: Some(found.target),
        kind: gazetteer().kind_of(found.target),
        name: gazetteer().name_of(found.target).to_string(),
        start: found.start,
        end: found.end,
    };
    let spans = name_spans(text);
    let (inside, mut all): (Vec<Named>, Vec<Named>) = known.iter().map(named).partition(|n| spans.iter().any(|span| is_part(text, n, *span)));
    for (start, end) in spans {
        // what the gazetteer does not know of a run of capitals: "Governor Ihor Terekhov of Kharkiv"
        let mut from = start;
        let mut rests = vec![];
        for known in all.iter().filter(|n| n.target.is_some() && n.start < end && n.end > start) {
            rests.push((from, known.start.max(from)));
            from = known.end;
        }
        rests.push((from, end.max(from)));
        all.extend(rests.into_iter().filter_map(|(s, e)| by_shape(text, s, e, (s, e) == (start, end))));
    }
    all.sort_by_key(|n| n.start);
    (all, inside)
}

/// "Moscow" in "Moscow Stock Exchange" is part of a longer name that nobody knows; it goes on with the word that says what it is.
fn is_part(text: &str, named: &Named, (start, end): (usize, usize)) -> bool {
    let is_spot = matches!(named.target, Some(Target::City(_) | Target::Town(_) | Target::Country(_) | Target::Point(_) | Target::People(_)));
    let last = text[start..end].rsplit(' ').next().unwrap_or("");
    let names_it = is_organisation(last) || is_place(last);
    is_spot && named.start == start && named.end < end && names_it && text[named.end..end].split_whitespace().count() > 1
}

/// A name that nobody knows, without the offices before it. Next to a known name one word alone is too little.
fn by_shape(text: &str, start: usize, end: usize, is_whole: bool) -> Option<Named> {
    let rest = text.get(start..end)?;
    let start = start + (rest.len() - rest.trim_start().len());
    let (kind, bare) = kind_of(rest.trim());
    // a sentence may begin with a count
    let is_enough = bare.chars().count() > 1 && (is_whole || bare.contains(' ')) && !is_written_number(&bare) && !is_of_time(&bare);
    let at = start + rest.trim().len() - bare.len();
    is_enough.then(|| Named { target: None, kind, start: at, end: at + bare.len(), name: bare })
}

/// Words of clocks and calendars, which have capitals and name nothing.
const OF_TIME: &str = "january february march april may june july august september october november december jan feb mar apr jun jul aug sep sept oct nov dec \
    monday tuesday wednesday thursday friday saturday sunday mon tue wed thu fri sat sun am pm utc gmt et est edt cet \
    hour hours day days week weeks today tomorrow yesterday update updates live breaking watch";

fn is_of_time(name: &str) -> bool {
    let is_known = |word: &str| OF_TIME.split_whitespace().any(|known| known == word);
    name.to_lowercase().split([' ', '-', '.']).filter(|word| !word.is_empty()).all(is_known)
}

/// What a country counts in an article: named in its title and in its text; its people, its cities and regions, and who belongs to
/// it; and what a word of place before it adds.
const TITLE: i64 = 2;
const TEXT: i64 = 1;
const LOCATED: i64 = 2;
/// How much more a place in a country says of where it happens than the country's own name, which is a government's too: "Russia strikes Kyiv".
const SPOT: i64 = 2;

/// What the articles say of where: countries by weight of evidence, and places in them.
pub struct Whereabouts {
    /// ISO 3166-1 alpha-2, the first being where it happens; at most 5.
    pub countries: Vec<String>,
    pub point: Option<Point>,
}

pub fn whereabouts(readings: &[Reading]) -> Whereabouts {
    let mut countries: BTreeMap<String, i64> = BTreeMap::new();
    // it happens where a place is named, and not where who does it comes from: "Russian missiles hit Kyiv"
    let mut places: BTreeMap<String, i64> = BTreeMap::new();
    // and of two with equal evidence where a country is named, and not its people
    let mut named_itself: BTreeMap<String, i64> = BTreeMap::new();
    let mut spots: BTreeMap<Target, i64> = BTreeMap::new();
    for reading in readings {
        let mut seen = BTreeSet::new();
        let title = reading.article.title.trim_end_matches(['.', '…']).len().min(reading.text.len());
        for named in reading.names.iter().chain(&reading.inside) {
            let Some(target) = named.target else { continue };
            if is_of_somebody(&reading.text, named) || is_elsewhere(reading, named) {
                continue;
            }
            let in_title = named.end <= title && reading.text.starts_with(reading.article.title.trim_end_matches(['.', '…']));
            let located = is_located(&reading.text, named.start);
            let points = (if in_title { TITLE } else { TEXT }) + (if located { LOCATED } else { 0 });
            if !seen.insert((target, in_title, located)) {
                continue;
            }
            if matches!(target, Target::City(_) | Target::Town(_) | Target::Point(_)) {
                *spots.entry(target).or_default() += points;
            }
            if let Some(code) = country_in(reading, named) {
                *places.entry(code.clone()).or_default() += match target {
                    Target::City(_) | Target::Town(_) | Target::Point(_) => SPOT * points,
                    Target::Country(_) if located => SPOT * points,
                    Target::Entity(_) if named.kind == EntityKind::Place => points,
                    _ => 0,
                };
                *named_itself.entry(code.clone()).or_default() += if matches!(target, Target::People(_)) { 0 } else { points };
                *countries.entry(code).or_default() += if matches!(target, Target::Entity(_)) { TEXT } else { points };
            }
        }
    }
    let mut ranked: Vec<_> = countries.into_iter().collect();
    let weight = |(code, weight): &(String, i64)| weight + places[code];
    ranked.sort_by(|a, b| weight(b).cmp(&weight(a)).then(named_itself[&b.0].cmp(&named_itself[&a.0])).then(a.0.cmp(&b.0)));
    // a country named in passing once, in many articles, is not what they are about
    let enough = (readings.len() as i64 / 4).max(1);
    let countries: Vec<String> = ranked.into_iter().filter(|(_, weight)| *weight >= enough).take(5).map(|(code, _)| code).collect();
    let point = point(&countries, spots);
    Whereabouts { countries, point }
}

/// "Bangladeshi-flagged", "Japan-owned", "on the border with Poland": of whom it is, and not where.
fn is_of_somebody(text: &str, named: &Named) -> bool {
    let after = text[named.end..].get(1..).unwrap_or("").split(|c: char| !c.is_alphabetic()).next().unwrap_or("");
    let owned = text[named.end..].starts_with('-') && ["flagged", "owned", "born", "made", "backed", "based", "led"].contains(&after);
    let before = text[..named.start].trim_end();
    owned || ["border with", "borders with", "ambassador to", "imports from"].iter().any(|words| before.ends_with(words))
}

/// "Punjab, Pakistan", "Burlington, Vermont": another one of the name than is known, since another country stands right behind it. A comma may
/// also end a clause: "Missiles hit Kyiv, Russia says".
fn is_elsewhere(reading: &Reading, named: &Named) -> bool {
    let is_spot = matches!(named.target, Some(Target::City(_) | Target::Town(_) | Target::Point(_)));
    let behind = reading.names.iter().find(|other| other.start == named.end + 2 && reading.text[named.end..].starts_with(", "));
    let Some(behind) = behind.filter(|other| is_spot && matches!(other.target, Some(Target::Country(_) | Target::Point(_)))) else { return false };
    let says = country_in(reading, behind);
    let is_address = reading.text[behind.end..].is_empty() || reading.text[behind.end..].starts_with([',', '.', ';', ')', '…']) || !is_city(named);
    says.is_some() && says != country_in(reading, named) && is_address
}

fn is_city(named: &Named) -> bool {
    matches!(named.target, Some(Target::City(_)))
}

/// The country that a name speaks of here. Georgia is the state when the text is about the United States.
fn country_in(reading: &Reading, named: &Named) -> Option<String> {
    let code = gazetteer().country_of(named.target?)?;
    if named.name == "Georgia" && matches!(named.target, Some(Target::Country(_))) {
        let others: BTreeSet<&str> = reading.names.iter().filter(|n| n.name != "Georgia").filter_map(|n| gazetteer().country_of(n.target?)).collect();
        if others.contains("US") && !["GE", "RU", "AM", "AZ"].iter().any(|near| others.contains(near)) {
            return Some("US".into());
        }
    }
    Some(code.to_string())
}

/// The spot of most evidence in the first country; else any spot when no country is known; else the country's middle.
fn point(countries: &[String], spots: BTreeMap<Target, i64>) -> Option<Point> {
    let home = countries.first().map(String::as_str);
    let mut ranked: Vec<(Target, i64)> = spots.into_iter().collect();
    // of equal ones a city, which is more exact than a region
    ranked.sort_by_key(|(target, weight)| (-weight, !matches!(target, Target::City(_) | Target::Town(_)), *target));
    let fits = |target: &Target| home.is_none() || gazetteer().country_of(*target) == home;
    let spot = ranked.iter().map(|(target, _)| *target).find(fits).and_then(|target| gazetteer().point_of(target));
    spot.or_else(|| Point::of_country(home?))
}

const TITLES: &[&str] = &[
    "President",
    "Prime",
    "Minister",
    "Chancellor",
    "Secretary",
    "General",
    "Senator",
    "King",
    "Queen",
    "Pope",
    "Prince",
    "Governor",
    "Mayor",
    "Foreign",
    "Defence",
    "Defense",
    "Deputy",
    "Chief",
    "Ambassador",
    "Judge",
    "Former",
    "Premier",
    "Colonel",
    "Captain",
    "Mr",
    "Mrs",
    "Dr",
    "Ms",
    "Representative",
    "Congressman",
    "Archbishop",
    "Cardinal",
    "Imam",
    "Sheikh",
    "Lieutenant",
    "Major",
    "Admiral",
    "Commissioner",
    "Justice",
    "Interior",
    "Finance",
    "Health",
    "Vice",
    "Attorney",
    "Speaker",
];

/// The names that articles share or lead with, most articles first; at most 12.
pub fn mentions(readings: &[Reading]) -> Vec<Mention> {
    let mut found: BTreeMap<String, (Mention, i64)> = BTreeMap::new();
    for reading in readings {
        let place = reading.article.place;
        for named in &reading.names {
            let new = || (Mention { kind: named.kind, name: named.name.clone(), articles: vec![] }, 0);
            let entry = found.entry(fold(&named.name)).or_insert_with(new);
            if entry.0.articles.last() != Some(&place) {
                entry.0.articles.push(place);
            }
            entry.1 += 1;
        }
    }
    let mut ranked: Vec<(Mention, i64)> = merge_surnames(found);
    ranked.sort_by(|a, b| b.0.articles.len().cmp(&a.0.articles.len()).then(b.1.cmp(&a.1)).then(a.0.name.cmp(&b.0.name)));
    ranked.into_iter().take(12).map(|(mention, _)| mention).collect()
}

/// What a name by its shape is, and the name without the office before it.
fn kind_of(name: &str) -> (EntityKind, String) {
    let parts: Vec<&str> = name.split(' ').collect();
    let offices = parts.iter().take_while(|part| TITLES.contains(part)).count();
    let bare = parts[offices..].join(" ");
    let given = parts.len() - offices > 1 && gazetteer().is_given_name(parts[offices]);
    let acronym = bare.len() > 1 && bare.chars().all(|c| c.is_uppercase() || c.is_ascii_digit());
    let kind = if given || offices > 0 && !bare.is_empty() && !is_organisation(name) {
        EntityKind::Person
    } else if is_place(name) {
        EntityKind::Place
    } else if acronym || is_organisation(name) {
        EntityKind::Organisation
    } else {
        EntityKind::Topic
    };
    (kind, bare)
}

/// "Putin" is "Vladimir Putin" when exactly one longer name ends so.
fn merge_surnames(found: BTreeMap<String, (Mention, i64)>) -> Vec<(Mention, i64)> {
    let mut merged: BTreeMap<String, (Mention, i64)> = BTreeMap::new();
    let long: Vec<String> = found.keys().filter(|k| k.contains(' ')).cloned().collect();
    for (key, (mention, count)) in found {
        let owners: Vec<&String> = long.iter().filter(|l| !key.contains(' ') && l.ends_with(&format!(" {key}"))).collect();
        let home = if let [one] = owners.as_slice() { (*one).clone() } else { key };
        match merged.get_mut(&home) {
            Some((known, times)) => {
                known.articles.extend(&mention.articles);
                known.articles.sort_unstable();
                known.articles.dedup();
                *times += count;
                if known.name.len() < mention.name.len() {
                    known.name = mention.name;
                }
                if known.kind == EntityKind::Topic {
                    known.kind = mention.kind;
                }
            }
            None => drop(merged.insert(home, (mention, count))),
        }
    }
    merged.into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::super::sample::article;
    use super::*;
    use crate::model::point::Exactness;

    #[test]
    fn the_country_is_where_it_happens() {
        let articles =
            [article(1, "a", "Russian missile hits theatre in Mariupol, Ukraine", ""), article(2, "b", "Rescue at theatre in Ukraine", "")];
        let found = whereabouts(&read(&articles));
        assert_eq!(found.countries, ["UA", "RU"]);
        let point = found.point.unwrap();
        assert_eq!((point.name.as_str(), point.exactness), ("Mariupol", Exactness::City));
        // of two with equal evidence where a place is named
        let found = whereabouts(&read(&[article(1, "a", "Russian missiles hit tower in Kyiv", "")]));
        assert_eq!((found.countries[0].as_str(), found.point.unwrap().name.as_str()), ("UA", "Kyiv"));
    }

    #[test]
    fn it_happens_where_a_place_is_named_and_not_where_who_does_it_comes_from() {
        let first = |title: &str| whereabouts(&read(&[article(1, "a", title, "")])).countries.first().cloned().unwrap_or_default();
        for (title, country) in [
            ("The Russian Armed Forces warn Kyiv residents as Russia's convoy comes near", "UA"),
            ("Ukraine evacuations stall amid Russian shelling", "UA"),
            ("The mayor of Mariupol reports mass casualties", "UA"),
            ("Thirteen students are killed at Kharkiv National University", "UA"),
            ("A missile strikes the Bangladeshi-flagged cargo ship in Mykolaiv", "UA"),
            ("An airstrike near Lviv, 20 km from the border with Poland", "UA"),
            ("A man is killed by a mob in Punjab, Pakistan", "PK"),
            ("Missiles hit Kyiv, Russia says", "UA"),
            ("Russia and Belarus hold exercises", "BY"),
        ] {
            assert_eq!(first(title), country, "{title}");
        }
    }

    #[test]
    fn a_day_or_an_hour_is_no_name() {
        assert!(["Friday", "March", "Hours", "PM", "Sunday Feb", "UTC"].into_iter().all(is_of_time));
        assert!(["March for Life", "May Day Parade", "Theresa May", "Friday Mosque"].into_iter().all(|name| !is_of_time(name)));
    }

    #[test]
    fn the_point_is_as_exact_as_the_articles_are() {
        let at = |title: &str| whereabouts(&read(&[article(1, "a", title, "")])).point.map(|p| (p.name, p.exactness));
        assert_eq!(at("Drought in Kenya"), Some(("Kenya".into(), Exactness::Country)));
        assert_eq!(at("Tanker hit in the Strait of Hormuz"), Some(("Strait of Hormuz".into(), Exactness::Region)));
        assert_eq!(at("Взрывы в Киеве"), Some(("Kyiv".into(), Exactness::City)));
        assert_eq!(at("Fire on a ship"), None);
    }

    #[test]
    fn georgia_is_a_state_when_the_news_is_american() {
        let countries = |title: &str| whereabouts(&read(&[article(1, "a", title, "")])).countries;
        assert_eq!(countries("Georgia votes as the U.S. Senate waits"), ["US"]);
        assert_eq!(countries("Russia and Georgia sign a deal"), ["GE", "RU"]);
    }

    #[test]
    fn a_surname_joins_the_full_name_and_offices_make_a_person() {
        let articles = [article(1, "a", "President Vladimir Putin met Dmitry Grigorenko", ""), article(2, "b", "Moscow says Putin called NATO", "")];
        let found = mentions(&read(&articles));
        let putin = found.iter().find(|m| m.name.contains("Putin")).unwrap();
        assert_eq!((putin.kind, putin.articles.as_slice(), putin.name.as_str()), (EntityKind::Person, &[1, 2][..], "Vladimir Putin"));
        assert!(found.iter().any(|m| m.name == "NATO" && m.kind == EntityKind::Organisation));
    }

    #[test]
    fn a_count_at_the_start_of_a_sentence_is_no_name() {
        let found = |text: &str| names(text).into_iter().map(|named| named.name).collect::<Vec<_>>();
        assert_eq!(found("Twenty-two people died near Melela Kibaoni."), ["Melela Kibaoni"]);
        assert_eq!(found("Hundreds fled. Three Thousand waited."), Vec::<String>::new());
        assert_eq!(found("The Seven Sisters inquiry began."), ["Seven Sisters"]);
    }

    #[test]
    fn no_names_no_mentions() {
        assert!(mentions(&read(&[article(1, "a", "rain expected", "")])).is_empty());
        assert!(whereabouts(&read(&[article(1, "a", "rain expected", "")])).countries.is_empty());
    }
}
