//! Makes the bundled list of entities from sentences whose names are linked, and from lists of persons and organisations.

use super::gazetteer::Entity;
use super::shape::{is_continent, is_event, is_office, is_organisation, is_place};
use super::spelling::{NOT_NAMES, common};
use crate::model::entity::EntityKind;
use crate::model::{city, country, point};
use crate::text::fold::fold;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// A sentence and its links: what is written, and the title of the page that it leads to.
pub struct Linked {
    pub text: String,
    pub links: Vec<(String, String)>,
}

/// An entity belongs to the country that this share of its sentences name, and no less than so many of them; a place is where a
/// sentence says right behind its name, "Menen, Belgium". One sentence alone names a country for many reasons.
const BELONGS: f64 = 0.7;
const SENTENCES: usize = 3;
/// Words that lead to several pages are the alias of the one that more than this share of them leads to.
const CLAIM: f64 = 0.5;

/// Entities by name, each with its kind, the country it belongs to, and what it is called; and the given names of persons.
pub fn gather(sentences: &[Linked], lists: Vec<Entity>) -> (Vec<Entity>, BTreeSet<String>) {
    let mut given: BTreeSet<String> = BTreeSet::new();
    for person in lists.iter().filter(|e| e.kind == EntityKind::Person) {
        given.extend(given_name(&person.name));
    }
    let listed: HashMap<String, (EntityKind, Option<String>)> = lists.iter().map(|e| (fold(&e.name), (e.kind, e.country.clone()))).collect();
    let places = place_names();
    let mut found: BTreeMap<String, Entity> = BTreeMap::new();
    let pages = pages(sentences);
    let ordinary = ordinary(sentences);
    let whole = claims(&pages);
    for (title, seen) in pages {
        let name = bare(&title);
        if is_event(&name) || is_office(&name) || places.contains(&fold(&name)) || !name.starts_with(char::is_uppercase) {
            continue;
        }
        let known = listed.get(&fold(&name));
        let kind = known.map_or_else(|| kind(&title, &name, &given, &ordinary, &seen), |(kind, _)| *kind);
        let owned = |(mention, times): &(String, usize)| *times as f64 > CLAIM * whole[&fold(mention)] as f64;
        let mentions = seen.mentions.into_iter().filter(owned).map(|(mention, _)| mention);
        let aliases: Vec<String> =
            mentions.filter(|m| is_alias(m, &name) && !given.contains(m) && !is_office(m) && !places.contains(&fold(m))).collect();
        let home = known.and_then(|(_, home)| home.clone()).or_else(|| home(&name, kind, &seen.countries, &seen.beside, seen.times));
        found.insert(fold(&name), Entity { kind, name, country: home, aliases });
    }
    for entity in lists {
        match found.get_mut(&first_and_last(&entity.name)) {
            Some(known) if known.kind == EntityKind::Person => known.country = entity.country,
            _ => drop(found.entry(fold(&entity.name)).or_insert(entity)),
        }
    }
    adopt_surnames(&mut found);
    (unambiguous(found), given)
}

/// Lists give all the names of a person, news the first and the last.
fn first_and_last(name: &str) -> String {
    let words: Vec<&str> = name.split(' ').collect();
    if let (Some(first), Some(last)) = (words.first(), words.last()) { fold(&format!("{first} {last}")) } else { fold(name) }
}

/// A page with a surname for its title leads on to the one person who has it.
fn adopt_surnames(found: &mut BTreeMap<String, Entity>) {
    let single: Vec<String> = found.keys().filter(|name| !name.contains(' ')).cloned().collect();
    for name in single {
        let ending = format!(" {name}");
        let owners: Vec<String> =
            found.iter().filter(|(key, e)| e.kind == EntityKind::Person && key.ends_with(&ending)).map(|(key, _)| key.clone()).collect();
        if let [one] = owners.as_slice()
            && let Some(short) = found.remove(&name)
            && let Some(owner) = found.get_mut(one)
        {
            owner.aliases.push(short.name);
        }
    }
}

/// How often words lead to any page.
fn claims(pages: &BTreeMap<String, Seen>) -> HashMap<String, usize> {
    let mut whole = HashMap::new();
    for (mention, times) in pages.values().flat_map(|seen| &seen.mentions) {
        *whole.entry(fold(mention)).or_default() += times;
    }
    whole
}

/// How a page is linked.
#[derive(Default)]
struct Seen {
    /// How often by which words.
    mentions: BTreeMap<String, usize>,
    times: usize,
    /// Countries that the same sentences link to.
    countries: BTreeMap<String, usize>,
    /// Countries that stand right behind it, after a comma.
    beside: BTreeMap<String, usize>,
    /// A place in words stands before it: "in", "near".
    located: usize,
    /// "the" stands before it, as before no person.
    articled: usize,
}

/// Words that the sentences have in lower case, more than once: no given names.
fn ordinary(sentences: &[Linked]) -> HashSet<&str> {
    let (mut seen, mut again) = (HashSet::new(), HashSet::new());
    let words = sentences.iter().flat_map(|sentence| sentence.text.split(|c: char| !c.is_alphanumeric()));
    for word in words.filter(|word| word.starts_with(char::is_lowercase)) {
        if !seen.insert(word) {
            again.insert(word);
        }
    }
    again
}

fn pages(sentences: &[Linked]) -> BTreeMap<String, Seen> {
    let codes: HashMap<&str, &str> = country::all().iter().map(|c| (c.name.as_str(), c.iso2.as_str())).collect();
    let mut pages: BTreeMap<String, Seen> = BTreeMap::new();
    for sentence in sentences {
        let countries: BTreeSet<&str> = sentence.links.iter().filter_map(|(_, title)| codes.get(title.as_str()).copied()).collect();
        for (mention, title) in sentence.links.iter().filter(|(m, _)| m.starts_with(char::is_uppercase)) {
            let seen = pages.entry(title.clone()).or_default();
            seen.times += 1;
            *seen.mentions.entry(mention.clone()).or_default() += 1;
            if let [one] = countries.iter().collect::<Vec<_>>().as_slice() {
                *seen.countries.entry((**one).to_string()).or_default() += 1;
            }
            let (before, after) = sentence.text.split_once(mention.as_str()).unwrap_or_default();
            let before = before.trim_end();
            let beside = after.strip_prefix(", ").and_then(|rest| codes.iter().find(|(name, _)| rest.starts_with(**name)));
            if let Some((_, code)) = beside {
                *seen.beside.entry((*code).to_string()).or_default() += 1;
            }
            seen.located += usize::from([" in", " near", " of", " at", "In"].iter().any(|word| before.ends_with(word)));
            seen.articled += usize::from([" the", "The"].iter().any(|word| before.ends_with(word)));
        }
    }
    pages
}

/// Without the brackets that tell pages of one name apart.
fn bare(title: &str) -> String {
    title.split(" (").next().unwrap_or(title).split(", ").next().unwrap_or(title).trim().to_string()
}

fn kind(title: &str, name: &str, given: &BTreeSet<String>, ordinary: &HashSet<&str>, seen: &Seen) -> EntityKind {
    let words: Vec<&str> = name.split(' ').collect();
    let acronym = name.len() > 1 && name.chars().all(|c| c.is_uppercase() || c.is_ascii_digit());
    let is_no_person = is_no_person(&words, given, ordinary, seen);
    let is_numbered = words.iter().skip(1).any(|word| word.len() > 1 && word.chars().all(|c| matches!(c, 'I' | 'V' | 'X')));
    if is_numbered && given.contains(words[0])
        || title.contains("politician")
        || (2..=4).contains(&words.len()) && given.contains(words[0]) && !is_no_person
    {
        EntityKind::Person
    } else if acronym || is_organisation(name) {
        EntityKind::Organisation
    } else if is_place(name) || is_continent(name) || title.contains(", ") || words.len() == 1 && seen.located * 2 > seen.times {
        EntityKind::Place
    } else if (2..=3).contains(&words.len())
        && words.iter().all(|w| w.starts_with(char::is_uppercase))
        && seen.located * 2 <= seen.times
        && !is_no_person
    {
        EntityKind::Person
    } else if is_notion(name, &words, ordinary) {
        EntityKind::Topic
    } else {
        EntityKind::Organisation
    }
}

/// What has a page and is no body: "Satellite imagery", "Copper", "Americans", "History of Spain".
fn is_notion(name: &str, words: &[&str], ordinary: &HashSet<&str>) -> bool {
    let singular = name.trim_end_matches('s');
    let is_people = || country::all().iter().any(|c| c.demonyms.iter().any(|d| d == name || d == singular));
    // "Bashar al-Assad", "Conseil d'État"
    let is_common = words.last().is_some_and(|last| last.starts_with(char::is_lowercase) && !last.contains(['-', '\'', '’']));
    is_common || name.contains(" of ") || words.len() == 1 && (ordinary.contains(name.to_lowercase().as_str()) || is_people())
}

/// Capitals that name no person: "the" stands before them, or a word among them is an ordinary one, a country's, a code or a sign. Persons
/// whose given name is known have surnames such as Rice and Brown.
fn is_no_person(words: &[&str], given: &BTreeSet<String>, ordinary: &HashSet<&str>, seen: &Seen) -> bool {
    let is_ordinary = |word: &&str| word.starts_with(char::is_uppercase) && ordinary.contains(word.to_lowercase().as_str());
    let is_numeral = |word: &str| word.chars().all(|c| matches!(c, 'I' | 'V' | 'X'));
    let is_code = |word: &&str| word.len() > 1 && word.chars().all(|c| c.is_uppercase() || c.is_ascii_digit()) && !is_numeral(word);
    let is_of_country = |word: &&str| country::all().iter().any(|c| c.name == **word || c.demonyms.iter().any(|d| d == *word));
    let is_known = given.contains(words[0]) && !is_of_country(&words[0]);
    if words[0] == "The" || words[0] == "Le" {
        return true;
    }
    // "Sharpton said": of persons alone news takes the last name alone
    let has_surname = words.last().is_some_and(|last| seen.mentions.contains_key(*last)) && seen.articled == 0;
    seen.articled * 3 > seen.times
        || words.iter().any(|word| is_code(word) || word.contains('&') || *word == "F.C.")
        || !is_known && !has_surname && words.iter().any(|word| is_ordinary(word) || is_of_country(word))
}

/// A mention that could be this entity in other sentences too: it shares a word with the name, or is an acronym.
fn is_alias(mention: &str, name: &str) -> bool {
    let words: HashSet<String> = fold(name).split(' ').map(str::to_string).collect();
    let shares = fold(mention).split(' ').any(|word| word.len() > 3 && words.contains(word));
    let acronym = (2..=6).contains(&mention.len()) && mention.chars().all(|c| c.is_uppercase());
    mention != name && (shares && mention.contains(' ') || acronym || shares && name.ends_with(mention))
}

fn given_name(name: &str) -> Option<String> {
    let mut words = name.split(' ');
    let first = words.next()?;
    let is_name = first.chars().count() > 2 && first.starts_with(char::is_uppercase) && first.chars().all(char::is_alphabetic);
    (is_name && words.next().is_some() && country::all().iter().all(|c| c.name != first)).then(|| first.to_string())
}

/// The country in its name, or of the one city in it; else the one right behind it, else the one that most of its sentences are about.
fn home(name: &str, kind: EntityKind, countries: &BTreeMap<String, usize>, beside: &BTreeMap<String, usize>, times: usize) -> Option<String> {
    let words: HashSet<&str> = name.split([' ', '–', '-']).collect();
    if kind == EntityKind::Place && (words.contains("border") || words.contains("Africa") || words.contains("Asia") || words.contains("Europe")) {
        return None;
    }
    // as a word: nobody called Malinauskas is of Mali
    let spaced = format!(" {name} ");
    let named = |c: &&country::Country| spaced.contains(&format!(" {} ", c.name)) || c.demonyms.iter().any(|d| words.contains(d.as_str()));
    let mut by_name = country::all().iter().filter(named);
    if let (Some(one), None) = (by_name.next(), by_name.next()) {
        return Some(one.iso2.clone());
    }
    let most = |countries: &BTreeMap<String, usize>| countries.iter().max_by_key(|(_, count)| **count).map(|(code, count)| (code.clone(), *count));
    if kind != EntityKind::Person {
        // "John F. Kennedy Airport" is not in Kennedy
        let ends = |city: &str| kind == EntityKind::Place && spaced.ends_with(&format!(" {city} "));
        let stands = |city: &str| spaced.starts_with(&format!(" {city} ")) || spaced.contains(&format!(" of {city} ")) || ends(city);
        let is_of = |city: &str| city.len() > 3 && !NOT_NAMES.contains(&city) && stands(city);
        let city = city::all().iter().find(|city| is_of(city.name) || common(city.name).is_some_and(is_of));
        let beside = most(beside).filter(|_| kind == EntityKind::Place).map(|(code, _)| code);
        if let Some(code) = city.map(|city| city.country.to_string()).or(beside) {
            return Some(code);
        }
    }
    let (code, count) = most(countries)?;
    let enough = if kind == EntityKind::Place { 2 } else { SENTENCES };
    (count as f64 >= BELONGS * times as f64 && count >= enough).then_some(code)
}

/// Names of places, which entities do not take.
fn place_names() -> HashSet<String> {
    let countries = country::all().iter().flat_map(|c| [&c.name, &c.capital].into_iter().chain(&c.demonyms).chain(&c.alt)).map(|name| fold(name));
    countries.chain(city::all().iter().chain(city::towns()).map(|c| fold(c.name))).chain(point::all().iter().map(|p| fold(p.name))).collect()
}

/// An alias that two entities claim is nobody's.
fn unambiguous(found: BTreeMap<String, Entity>) -> Vec<Entity> {
    let mut claims: HashMap<String, usize> = HashMap::new();
    for entity in found.values() {
        let all: BTreeSet<String> = entity.aliases.iter().map(|alias| fold(alias)).collect();
        all.into_iter().for_each(|alias| *claims.entry(alias).or_default() += 1);
    }
    let names: HashSet<String> = found.keys().cloned().collect();
    let mut entities: Vec<Entity> = found.into_values().collect();
    for entity in &mut entities {
        let own = fold(&entity.name);
        entity.aliases.retain(|alias| claims[&fold(alias)] == 1 && (fold(alias) == own || !names.contains(&fold(alias))));
    }
    entities
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capitals_alone_make_no_person() {
        let kind = |name: &str, text: &str| {
            let credit = "They asked for credit, and more credit, for titans and titans.";
            let sentences = [linked(text, &[(name, name)]), linked(credit, &[])];
            gather(&sentences, vec![]).0.into_iter().find(|e| e.name == name).unwrap().kind
        };
        assert_eq!(kind("Serhiy Haidai", "Governor Serhiy Haidai said so."), EntityKind::Person);
        assert_eq!(kind("Credit Suisse", "UBS buys Credit Suisse."), EntityKind::Organisation);
        assert_eq!(kind("Tennessee Titans", "A win of Tennessee Titans."), EntityKind::Organisation);
        assert_eq!(kind("Garda Síochána", "He told the Garda Síochána."), EntityKind::Organisation);
        assert_eq!(kind("HDMS Esbern", "Piracy ends when HDMS Esbern comes."), EntityKind::Organisation);
    }

    fn linked(text: &str, links: &[(&str, &str)]) -> Linked {
        Linked { text: text.into(), links: links.iter().map(|(m, w)| (m.to_string(), w.to_string())).collect() }
    }

    #[test]
    fn a_linked_name_becomes_an_entity_with_its_aliases_and_its_home() {
        let sentences = [
            linked("Emmanuel Macron spoke in France.", &[("Emmanuel Macron", "Emmanuel Macron"), ("France", "France")]),
            linked("Macron left France with the EDF.", &[("Macron", "Emmanuel Macron"), ("France", "France"), ("EDF", "Électricité de France")]),
            linked("Macron in France again.", &[("Macron", "Emmanuel Macron"), ("France", "France")]),
            linked("The war goes on.", &[("The war", "Russo-Ukrainian War")]),
        ];
        let (found, _) = gather(&sentences, vec![]);
        let macron = found.iter().find(|e| e.name == "Emmanuel Macron").unwrap();
        assert_eq!(
            (macron.kind, macron.country.as_deref(), macron.aliases.as_slice()),
            (EntityKind::Person, Some("FR"), &["Macron".to_string()][..])
        );
        assert!(found.iter().any(|e| e.aliases == ["EDF"]));
        assert!(found.iter().all(|e| !e.name.contains("War") && e.name != "France"));
    }

    #[test]
    fn an_alias_that_two_claim_is_nobodys() {
        let sentences = [linked("x", &[("Smith", "Ada Smith"), ("Smith", "Bob Smith")])];
        assert!(gather(&sentences, vec![]).0.iter().all(|e| e.aliases.is_empty()));
    }

    #[test]
    fn a_country_within_a_name_is_no_home() {
        let home = |name: &str| home(name, EntityKind::Person, &BTreeMap::new(), &BTreeMap::new(), 1);
        assert_eq!(home("Peter Malinauskas"), None);
        assert_eq!(home("Bank of Mali").as_deref(), Some("ML"));
    }

    #[test]
    fn a_place_is_where_its_name_says_or_what_stands_behind_it() {
        let home = |name: &str, text: &str, links: &[(&str, &str)]| {
            let found = gather(&[linked(text, links)], vec![]).0;
            found.into_iter().find(|e| e.name == name).unwrap_or_else(|| panic!("{name}")).country
        };
        let tower = ("Kyiv TV Tower", "Kyiv TV Tower");
        assert_eq!(home(tower.0, "Russia strikes the Kyiv TV Tower.", &[tower, ("Russia", "Russia")]).as_deref(), Some("UA"));
        let base = ("Yavoriv base", "Yavoriv base");
        assert_eq!(home(base.0, "Poland hears a strike on Yavoriv base.", &[base, ("Poland", "Poland")]), None);
        let village = ("Ruyen village", "Ruyen village");
        assert_eq!(home(village.0, "A fire in Ruyen village, Latvia.", &[village, ("Latvia", "Latvia")]).as_deref(), Some("LV"));
    }
}
