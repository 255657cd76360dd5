//! Other public incidents that have much in common with one, each with its reasons; computed when it is published, since that is when it
//! changes. What editors pinned or hid counts before what the rules find.

use crate::Result;
use crate::clock::{DAY, Timestamp};
use crate::id::Id;
use crate::model::country;
use crate::model::edition::Edition;
use crate::model::incident::Incident;
use crate::model::page::RelatedIncident;
use crate::model::topic::Topic;
use crate::store::incident::{Row, Spot};
use crate::store::{self, Tx};
use crate::text::words::stems;
use std::collections::{BTreeMap, BTreeSet};

/// Incidents looked at for one name or topic: the commonest are in nearly all of them.
const NEIGHBOURS: i64 = 60;
/// Incidents that are weighed in full.
const WEIGHED: usize = 40;
const SHOWN: usize = crate::store::incident::NAMED;
/// What counts besides names and topics, which count the more the rarer they are (up to 1.4 each).
const SAME_KIND: f64 = 0.25;
const NEAR: f64 = 0.6;
const WORDS: f64 = 0.5;
const SOON: f64 = 0.3;
/// Less in common than this is chance.
const ENOUGH: f64 = 0.8;
const NEAR_KM: f64 = 80.0;
const SOON_DAYS: u64 = 7;
/// Words of both titles.
const SHARED_WORDS: usize = 2;
/// A country says no more than this, however seldom it is named: by itself it relates nothing.
const COUNTRY: f64 = 0.2;
/// Kilometres of a degree of latitude: the meridian of 40,008 km in 360 parts.
const DEGREE_KM: f64 = 111.13;

/// What two incidents share, with its weight.
#[derive(Default)]
struct Shared {
    /// Of names and topics, and of those among them that are countries.
    weight: f64,
    of_countries: f64,
    names: Vec<String>,
    topics: Vec<String>,
}

impl Shared {
    fn add(&mut self, is_country: bool, weight: f64) {
        let weight = if is_country { weight.min(COUNTRY) } else { weight };
        self.weight += weight;
        self.of_countries += if is_country { weight } else { 0.0 };
    }
}

/// The incidents that share the most with an edition of one.
pub async fn find(tx: &mut Tx, row: &Row, edition: &Edition) -> Result<Vec<RelatedIncident>> {
    let said = store::relation::list_of(&mut *tx, row.id).await?;
    let hidden: BTreeSet<Id<Incident>> = said.iter().filter(|r| r.kind == "hide").map(|r| r.other_id).collect();
    let pinned: Vec<Id<Incident>> = said.iter().filter(|r| r.kind == "pin").map(|r| r.other_id).collect();
    let mut shared = candidates(tx, row.id, edition).await?;
    shared.retain(|id, _| !hidden.contains(id) && !pinned.contains(id));
    let mut ranked: Vec<(Id<Incident>, Shared)> = shared.into_iter().collect();
    ranked.sort_by(|a, b| b.1.weight.total_cmp(&a.1.weight).then(b.0.cmp(&a.0)));
    ranked.truncate(WEIGHED);
    let mut found = vec![];
    for id in pinned {
        if let Some(other) = store::incident::find_spot(&mut *tx, id).await? {
            found.push((f64::INFINITY, related(other, vec!["chosen by an editor".into()])));
        }
    }
    for (id, shared) in ranked {
        let Some(other) = store::incident::find_spot(&mut *tx, id).await? else { continue };
        let (weight, why) = weigh(row, edition, &other, &shared);
        if weight >= ENOUGH {
            found.push((weight, related(other, why)));
        }
    }
    found.sort_by(|a, b| b.0.total_cmp(&a.0));
    Ok(found.into_iter().take(SHOWN).map(|(_, related)| related).collect())
}

/// Incidents that share a name or a topic.
async fn candidates(tx: &mut Tx, incident: Id<Incident>, edition: &Edition) -> Result<BTreeMap<Id<Incident>, Shared>> {
    let mut shared: BTreeMap<Id<Incident>, Shared> = BTreeMap::new();
    let is_one = |name: &str| country::all().iter().any(|country| country.name == name);
    for mention in &edition.mentions {
        let is_country = is_one(&mention.name);
        let others = store::mention::list_with(&mut *tx, &mention.slug(), NEIGHBOURS).await?;
        let weight = rarity(others.len());
        for other in others.into_iter().filter(|other| *other != incident) {
            let entry = shared.entry(other).or_default();
            entry.add(is_country, weight);
            entry.names.push(mention.name.clone());
        }
    }
    // the category is a topic too; it counts as what kind of news it is, and by itself leads nowhere
    let category = Topic::new(edition.category.label(), "en").key;
    for topic in edition.topics.iter().filter(|topic| topic.key != category) {
        let is_country = is_one(&topic.label);
        let others = store::topic::list_with(&mut *tx, &topic.key, NEIGHBOURS).await?;
        let weight = rarity(others.len());
        for other in others.into_iter().filter(|other| *other != incident) {
            let entry = shared.entry(other).or_default();
            // a name that is a topic too counts once
            if !entry.names.contains(&topic.label) {
                entry.add(is_country, weight);
                entry.topics.push(topic.label.clone());
            }
        }
    }
    Ok(shared)
}

/// What one of so many incidents with the same name says: 1.4 for two, 0.24 for sixty.
fn rarity(incidents: usize) -> f64 {
    1.0 / (1.0 + incidents.max(1) as f64).ln()
}

/// How much two incidents have in common, and why, in words.
fn weigh(row: &Row, edition: &Edition, other: &Spot, shared: &Shared) -> (f64, Vec<String>) {
    let mut weight = shared.weight;
    let mut is_related = shared.weight > shared.of_countries;
    let mut why = vec![];
    let listed = |names: &[String]| names.iter().take(4).cloned().collect::<Vec<_>>().join(", ");
    if !shared.names.is_empty() {
        why.push(format!("both name {}", listed(&shared.names)));
    }
    if !shared.topics.is_empty() {
        why.push(format!("topics {}", listed(&shared.topics)));
    }
    if let Some(km) = distance(edition, other).filter(|km| *km < NEAR_KM) {
        (weight, is_related) = (weight + NEAR, true);
        why.push(if km < 1.0 { "at the same place".into() } else { format!("{km:.0} km away") });
    }
    if other.category == edition.category {
        weight += SAME_KIND;
        why.push(format!("both {}", edition.category.label().to_lowercase()));
    }
    let words = |title: &str| stems(title, "en").into_iter().collect::<BTreeSet<_>>();
    let common = words(&edition.title).intersection(&words(&other.title)).count();
    if common >= SHARED_WORDS {
        (weight, is_related) = (weight + WORDS, true);
        why.push(format!("{common} words of the titles"));
    }
    let days = days_apart(row.first_at, other.first_at);
    if days <= SOON_DAYS {
        weight += SOON;
        why.push(match days {
            0 => "first reported on the same day".into(),
            1 => "a day apart".into(),
            days => format!("{days} days apart"),
        });
    }
    // one country, one week and one kind of news are no relation by themselves
    (if is_related { weight } else { 0.0 }, why)
}

fn days_apart(one: Timestamp, other: Timestamp) -> u64 {
    let apart = one.max(other).floor(DAY).since(one.min(other).floor(DAY));
    apart.as_secs() / DAY.as_secs()
}

/// Kilometres between the points of two incidents, on a plane that fits near them; places that are only a country are too rough.
fn distance(edition: &Edition, other: &Spot) -> Option<f64> {
    let point = edition.point.as_ref().filter(|point| point.exactness != crate::model::point::Exactness::Country)?;
    let (latitude, longitude) = (other.latitude?, other.longitude?);
    if other.exactness.as_deref() == Some("country") {
        return None;
    }
    let east = ((point.longitude - longitude + 180.0).rem_euclid(360.0) - 180.0) * latitude.to_radians().cos();
    Some(DEGREE_KM * east.hypot(point.latitude - latitude))
}

fn related(other: Spot, why: Vec<String>) -> RelatedIncident {
    let Spot { number, slug, title, title_language, severity, .. } = other;
    RelatedIncident { number, slug, title, title_language, severity, why }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rare_name_says_more_than_a_common_one() {
        assert!(rarity(2) > 3.0 * rarity(60) && rarity(1) > rarity(2));
    }

    #[test]
    fn days_are_counted_by_the_calendar_in_both_directions() {
        let noon = Timestamp::parse("2022-03-20T12:00:00Z").unwrap();
        assert_eq!(days_apart(noon, noon.plus(DAY * 3)), 3);
        assert_eq!(days_apart(noon.plus(DAY), noon), 1);
        assert_eq!(days_apart(noon, noon), 0);
    }
}
