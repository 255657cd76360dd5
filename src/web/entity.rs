//! Entities: who and what the incidents name, each with its incidents over time and, for members, whom it appears with.

use super::collection::{Collection, Part};
use super::page::Frame;
use super::volume::{self, Volumes};
use super::{Front, cache, next};
use crate::account::access::{self, Around};
use crate::analyze::gazetteer::{Target, gazetteer};
use crate::clock::{DAY, Timestamp};
use crate::model::entity::{EntityKind, Mention};
use crate::model::page::Network;
use crate::model::panel::Panel;
use crate::model::viewer::Viewer;
use crate::store::mention::Known;
use crate::text::slug;
use crate::{Error, Result, desk, store};
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use std::collections::BTreeMap;

/// How far back the list of entities looks.
const RECENT_DAYS: u32 = 30;
const LISTED: i64 = 30;
const WEEKS: usize = 12;
const ALIASES: usize = 8;

#[derive(Template)]
#[template(path = "entity/list.html")]
pub struct List {
    pub frame: Frame,
    pub kinds: Vec<(EntityKind, Vec<Known>)>,
    pub days: u32,
}

#[derive(Template)]
#[template(path = "entity/show.html")]
pub struct Show {
    pub frame: Frame,
    pub known: Known,
    pub path: String,
    /// What a watch of the same asks, as the query of its form.
    pub question: Option<String>,
    pub sentence: String,
    pub aliases: Vec<String>,
    pub country: Option<(String, String)>,
    pub weeks: Vec<Week>,
    /// Articles of the highest bar.
    pub most: usize,
    pub part: Part,
    pub network: Panel<Network>,
    pub unlock: String,
    /// How its coverage goes together with prices that its country moves.
    pub volumes: Option<Volumes>,
}

/// One bar of the chart: articles in seven days, in a 620 × 130 box.
pub struct Week {
    pub from: Timestamp,
    pub articles: usize,
    pub x: usize,
    pub y: f64,
    pub height: f64,
}

/// `/entities`: those that the incidents of the last weeks name most.
pub async fn list(front: web::Data<Front>, viewer: Viewer, request: HttpRequest) -> Result<HttpResponse> {
    cache::page(&front, &request, &viewer.clone(), || async {
        let since = front.app.clock.now().minus(DAY * RECENT_DAYS);
        let mut kinds = vec![];
        for kind in [EntityKind::Person, EntityKind::Organisation, EntityKind::Place, EntityKind::Asset] {
            let found = store::mention::list_most(&front.app.db, kind, since, LISTED).await?;
            kinds.extend(Some((kind, found)).filter(|(_, found)| !found.is_empty()));
        }
        Ok(List { frame: Frame::new(&front, &request, viewer, "entities").await?, kinds, days: RECENT_DAYS })
    })
    .await
}

pub async fn show(front: web::Data<Front>, viewer: Viewer, slug: web::Path<String>, request: HttpRequest) -> Result<HttpResponse> {
    cache::page(&front, &request, &viewer.clone(), || async {
        let collection = Collection::find(&front.app.db, "entities", &slug).await?;
        let part = Part::read(&front, &request, &collection).await?;
        let (path, sentence, question) = (collection.path(), collection.sentence(), collection.question());
        let Collection::Entity(known) = collection else { return Err(Error::NotFound) };
        let now = front.app.clock.now();
        let target = gazetteer().known(&known.name);
        let country = target.and_then(|t| gazetteer().country_of(t));
        let since = now.minus(DAY * volume::BACK);
        let long = store::mention::list_times(&front.app.db, &slug, since, volume::TIMES).await?;
        let in_weeks: Vec<Timestamp> = long.iter().copied().filter(|at| *at > now.minus(DAY * 7 * WEEKS as u32)).collect();
        let weeks = weeks(&in_weeks, now);
        let volumes = volume::of(&front, &viewer, country.as_slice(), &long, &path).await?;
        Ok(Show {
            network: access::around(&front.app.db, &viewer, &slug).await?.map(|named| network(named, &slug)),
            unlock: format!("/sign-up?next={}", next::encoded(&format!("{path}#network"))),
            frame: Frame::new(&front, &request, viewer, "entities").await?,
            aliases: aliases(target, &known.name),
            country: country.map(|code| (code.to_string(), crate::model::country::name(code).to_string())),
            volumes,
            most: weeks.iter().map(|week| week.articles).max().unwrap_or(0),
            known: *known,
            weeks,
            part,
            path,
            question,
            sentence,
        })
    })
    .await
}

fn aliases(target: Option<Target>, name: &str) -> Vec<String> {
    let all = target.map_or(&[][..], |target| gazetteer().aliases_of(target));
    all.iter().filter(|alias| *alias != name).take(ALIASES).cloned().collect()
}

/// Articles a week over the last twelve, the running one last.
fn weeks(times: &[Timestamp], now: Timestamp) -> Vec<Week> {
    let mut counts = [0; WEEKS];
    for at in times {
        let ago = (now.since(*at).as_secs() / (7 * DAY.as_secs())) as usize;
        if let Some(week) = (WEEKS - 1).checked_sub(ago) {
            counts[week] += 1;
        }
    }
    let most = counts.iter().copied().max().unwrap_or(0).max(1) as f64;
    let week = |(index, articles): (usize, &usize)| {
        let height = (80.0 * *articles as f64 / most * 10.0).round() / 10.0;
        let from = now.minus(DAY * 7 * (WEEKS - index) as u32);
        Week { from, articles: *articles, x: 6 + 50 * index, y: 100.5 - height, height }
    };
    counts.iter().enumerate().map(week).collect()
}

/// Its network: a line counts incidents that name both.
fn network(named: Vec<Around>, of: &str) -> Network {
    let mut together: BTreeMap<String, Mention> = BTreeMap::new();
    for (incident, kind, name) in named {
        let entry = together.entry(slug::any(&name)).or_insert_with(|| Mention { kind, name, articles: vec![] });
        entry.articles.push(incident.0);
    }
    let mut mentions: Vec<(String, Mention)> = together.into_iter().collect();
    mentions.sort_by_key(|(slug, mention)| (slug != of, std::cmp::Reverse(mention.articles.len()), slug.clone()));
    desk::network::of(&mentions.into_iter().map(|(_, mention)| mention).collect::<Vec<_>>(), &[])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::Id;

    #[test]
    fn each_week_has_a_bar_and_the_running_one_is_last() {
        let now = Timestamp(0).plus(DAY * 400);
        let weeks = weeks(&[now, now.minus(DAY), now.minus(DAY * 8), now.minus(DAY * 90)], now);
        assert_eq!(weeks.len(), WEEKS);
        assert_eq!((weeks[11].articles, weeks[10].articles, weeks[0].articles), (2, 1, 0));
        assert_eq!(weeks[11].height, 80.0);
    }

    #[test]
    fn the_entity_itself_is_in_the_middle_and_ties_count_incidents() {
        let named = |incident, name: &str| (Id::of(incident), EntityKind::Person, name.to_string());
        let network = network(vec![named(1, "Ada"), named(1, "Bo"), named(2, "Ada"), named(2, "Bo"), named(2, "Cy"), named(3, "Bo")], "ada");
        assert_eq!(network.nodes[0].name, "Ada");
        assert_eq!(network.ties.iter().map(|tie| tie.articles).max(), Some(2));
    }
}
