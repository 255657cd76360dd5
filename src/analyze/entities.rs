//! Who and where: the names an incident's articles share.

use super::gazetteer::gazetteer;
use crate::model::article::Article;
use crate::model::entity::{EntityKind, Mention};
use crate::text::fold::fold;
use crate::text::words;
use std::collections::{BTreeMap, BTreeSet};

/// Countries of an incident by weight of evidence, the first being where it happens; ISO 3166-1 alpha-2, at most 5.
///
/// A name in the title counts two, in the text one; after "in", "near", "across" or "inside" two more, since that is where.
pub fn countries(articles: &[Article]) -> Vec<String> {
    let mut weight: BTreeMap<usize, i64> = BTreeMap::new();
    for article in articles {
        let mut seen = BTreeSet::new();
        for (text, points) in [(article.title.as_str(), 2), (article.summary.as_str(), 1)] {
            for found in gazetteer().find(text) {
                let where_word = text[..found.start].split_whitespace().next_back().unwrap_or("").to_lowercase();
                let place = if ["in", "near", "across", "inside", "into", "outside"].contains(&where_word.as_str()) { 2 } else { 0 };
                if seen.insert((found.country, points, place)) {
                    *weight.entry(found.country).or_default() += points + place;
                }
            }
        }
    }
    let mut ranked: Vec<_> = weight.into_iter().collect();
    ranked.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    // a country named in passing once, in many articles, is not what they are about
    let enough = (articles.len() as i64 / 4).max(1);
    ranked.into_iter().filter(|(_, w)| *w >= enough).take(5).map(|(c, _)| gazetteer().countries[c].iso2.clone()).collect()
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
];
const ORGANISATIONS: &[&str] = &[
    "ministry",
    "bank",
    "company",
    "council",
    "party",
    "army",
    "forces",
    "force",
    "organization",
    "organisation",
    "university",
    "union",
    "agency",
    "court",
    "group",
    "corp",
    "inc",
    "ltd",
    "committee",
    "commission",
    "nations",
    "association",
    "federation",
    "parliament",
    "senate",
    "congress",
    "guard",
    "navy",
    "police",
    "airlines",
    "church",
    "fund",
    "league",
    "front",
    "movement",
    "coalition",
    "department",
    "government",
    "state",
];
const PLACES: &[&str] = &[
    "sea",
    "strait",
    "river",
    "mountain",
    "province",
    "city",
    "region",
    "oblast",
    "island",
    "islands",
    "gulf",
    "ocean",
    "airport",
    "canal",
    "lake",
    "desert",
    "valley",
    "peninsula",
    "port",
    "district",
    "county",
    "square",
    "street",
    "bay",
];

/// The names that articles share or lead with, most articles first; at most 12.
pub fn mentions(articles: &[Article]) -> Vec<Mention> {
    let mut found: BTreeMap<String, (Mention, i64)> = BTreeMap::new();
    let mut note = |kind: EntityKind, name: String, place: i64| {
        let entry = found.entry(fold(&name)).or_insert_with(|| (Mention { kind, name, articles: vec![] }, 0));
        if entry.0.articles.last() != Some(&place) {
            entry.0.articles.push(place);
        }
        entry.1 += 1;
    };
    for article in articles {
        let text = article.text();
        let places = gazetteer().find(&text);
        for place in &places {
            note(EntityKind::Place, gazetteer().countries[place.country].name.clone(), article.place);
        }
        let is_country = |name: &str| places.iter().any(|p| text[p.start..p.end].contains(name) || name == &text[p.start..p.end]);
        for name in words::names(&text) {
            let (kind, name) = kind_of(&name);
            if !name.is_empty() && !is_country(&name) {
                note(kind, name, article.place);
            }
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
    let has = |list: &[&str]| parts.iter().any(|part| list.contains(&part.to_lowercase().as_str()));
    let folded = fold(&bare);
    let leader = parts.len() - offices > 1 && gazetteer().leaders.iter().any(|l| l.name.contains(&folded));
    let acronym = bare.len() > 1 && bare.chars().all(|c| c.is_uppercase() || c.is_ascii_digit());
    let kind = if has(PLACES) {
        EntityKind::Place
    } else if acronym || has(ORGANISATIONS) {
        EntityKind::Organisation
    } else if leader || offices > 0 {
        EntityKind::Person
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

    #[test]
    fn the_country_is_where_it_happens() {
        let articles =
            [article(1, "a", "Russian missile hits theatre in Mariupol, Ukraine", ""), article(2, "b", "Rescue at theatre in Ukraine", "")];
        assert_eq!(countries(&articles)[0], "UA");
    }

    #[test]
    fn a_surname_joins_the_full_name_and_offices_make_a_person() {
        let articles = [article(1, "a", "President Vladimir Putin met Dmitry Grigorenko", ""), article(2, "b", "Moscow says Putin called NATO", "")];
        let found = mentions(&articles);
        let putin = found.iter().find(|m| m.name.contains("Putin")).unwrap();
        assert_eq!((putin.kind, putin.articles.as_slice(), putin.name.as_str()), (EntityKind::Person, &[1, 2][..], "Vladimir Putin"));
        assert!(found.iter().any(|m| m.name == "NATO" && m.kind == EntityKind::Organisation));
    }

    #[test]
    fn no_names_no_mentions() {
        assert!(mentions(&[article(1, "a", "rain expected", "")]).is_empty());
        assert!(countries(&[article(1, "a", "rain expected", "")]).is_empty());
    }
}
