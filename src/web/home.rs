//! The live desk and the archive: the same list, with the lead incident above it on the desk's first page.

use super::filter::{Chosen, Since};
use super::item::{self, Item};
use super::map::{self, Dot};
use super::page::Frame;
use super::visit::Visit;
use super::{Front, cache};
use crate::Result;
use crate::account::access;
use crate::clock::Timestamp;
use crate::model::category::Category;
use crate::model::incident::is_live;
use crate::model::page::OpenPart;
use crate::model::place::Region;
use crate::model::severity::Severity;
use crate::model::signal::beginning;
use crate::model::viewer::Viewer;
use crate::store;
use crate::store::list::Counts;
use crate::text::markdown::Html;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

const ROWS: usize = 20;
const SIGNALS: usize = 5;
/// Incidents on the small map: the gravest.
const DOTS: i64 = 60;
/// Incidents that only people with an account may read.
const RESTRICTED: i64 = 30;

#[derive(Template)]
#[template(path = "home/show.html")]
pub struct Show {
    pub frame: Frame,
    pub is_archive: bool,
    pub now: Timestamp,
    pub chosen: Chosen,
    pub filters: Filters,
    pub signals: Vec<StripSignal>,
    pub lead: Option<Lead>,
    pub items: Vec<Item>,
    pub total: i64,
    pub sort_link: String,
    pub next_link: Option<String>,
    pub places: Vec<PlaceRow>,
    pub dots: Vec<Dot>,
    pub visit: Option<Visit>,
    /// The newest briefing: when its hours end, and its first sentence.
    pub briefing: Option<(Timestamp, String)>,
    /// What only people with an account may read: slug, title, newest article.
    pub restricted: Vec<(String, String, Timestamp)>,
}

/// An open signal of a newest incident, for the strip.
pub struct StripSignal {
    pub slug: String,
    pub country: Option<String>,
    pub text: Html,
}

pub struct Lead {
    pub page: OpenPart,
    /// The summary's first sentence, unless the title says the same.
    pub stand: Option<String>,
    pub live: bool,
}

/// The filter form's choices with their counts and whether they are chosen.
pub struct Filters {
    pub severities: Vec<(Severity, i64, bool)>,
    pub times: Vec<(Since, bool)>,
    pub regions: Vec<(Region, i64, bool)>,
    pub categories: Vec<(Category, i64, bool)>,
}

pub struct PlaceRow {
    pub region: Region,
    pub severity: Severity,
    pub open: i64,
}

pub async fn show(front: web::Data<Front>, viewer: Viewer, request: HttpRequest) -> Result<HttpResponse> {
    list(&front, viewer, &request, false).await
}

pub async fn archive(front: web::Data<Front>, viewer: Viewer, request: HttpRequest) -> Result<HttpResponse> {
    list(&front, viewer, &request, true).await
}

async fn list(front: &Front, viewer: Viewer, request: &HttpRequest, is_archive: bool) -> Result<HttpResponse> {
    let chosen = Chosen::read(request.query_string(), if is_archive { Since::Ever } else { Since::Day });
    cache::page(front, request, &viewer.clone(), || async move {
        let here = if is_archive { "archive" } else { "desk" };
        let visit = if is_archive { None } else { Visit::of(front, &viewer, request).await? };
        let restricted = access::restricted(&front.app.db, &viewer, RESTRICTED).await?;
        let briefing = if is_archive { None } else { newest_briefing(&front.app.db).await? };
        let frame = Frame::new(front, request, viewer, here).await?;
        Ok(Show { visit, restricted, briefing, ..draw(front, frame, chosen, is_archive).await? })
    })
    .await
}

impl Show {
    /// The same choice in one region.
    pub fn in_region(&self, region: &Region) -> String {
        Chosen { regions: vec![*region], ..self.chosen.clone() }.query(self.chosen.by_severity, None)
    }
}

async fn newest_briefing(db: &store::Db) -> Result<Option<(Timestamp, String)>> {
    let newest = store::briefing::list_before(db, super::briefing::LAST, 1).await?.pop();
    Ok(newest.map(|edition| (edition.span.until, edition.part.sentence())))
}

async fn draw(front: &Front, frame: Frame, chosen: Chosen, is_archive: bool) -> Result<Show> {
    let now = front.app.clock.now();
    let db = &front.app.db;
    let filter = chosen.filter(now);
    let mut rows = store::list::list(db, &filter, ROWS as i64 + 1).await?;
    let next = rows.get(ROWS).is_some().then(|| rows[ROWS - 1].key().to_string());
    rows.truncate(ROWS);
    let counts = store::list::count(db, &filter).await?;
    let newest =
        if is_archive { vec![] } else { store::page::list_newest(db, filter.since.unwrap_or(now.minus(super::front::OPEN_WINDOW)), 12).await? };
    // what leads the first page is in no list, also on the pages that go on from there
    let lead = lead(&Chosen { after: None, ..chosen.clone() }, &newest, now);
    rows.retain(|row| lead.as_ref().is_none_or(|l| l.page.number != row.number));
    let lead = lead.filter(|_| chosen.after.is_none());
    let items = item::list(db, &rows, now, is_archive).await?;
    let here = if is_archive { "/incidents" } else { "/" };
    Ok(Show {
        signals: signals(&newest),
        filters: filters(&chosen, &counts),
        places: places(&counts),
        dots: map::dots(&store::list::pins(db, &filter, DOTS).await?),
        sort_link: format!("{here}?{}", chosen.query(!chosen.by_severity, None)),
        next_link: next.map(|key| format!("{here}?{}", chosen.query(chosen.by_severity, Some(&key)))),
        total: counts.total,
        visit: None,
        briefing: None,
        restricted: vec![],
        frame,
        is_archive,
        now,
        chosen,
        lead,
        items,
    })
}

/// The gravest of the newest incidents; priority first, then severity, voices, time.
fn lead(chosen: &Chosen, newest: &[OpenPart], now: Timestamp) -> Option<Lead> {
    if !chosen.is_plain() {
        return None;
    }
    let gravest = newest.iter().max_by_key(|p| (p.priority, p.severity, p.voices, p.newest_at))?;
    Some(Lead { page: gravest.clone(), stand: gravest.stand(), live: is_live(gravest.newest_at, now) })
}

fn signals(newest: &[OpenPart]) -> Vec<StripSignal> {
    let mut seen: Vec<String> = vec![];
    let mut signals = vec![];
    for page in newest {
        // signals of one rule begin alike; the strip shows each once
        let start = |text: &Html| beginning(&text.to_string());
        if let Some(signal) = page.signals.iter().find(|s| !s.observed && !s.at_start && !seen.contains(&start(&s.text))) {
            seen.push(start(&signal.text));
            let country = page.country.as_ref().map(|c| c.code.clone());
            signals.push(StripSignal { slug: page.slug.clone(), country, text: signal.text.clone() });
        }
    }
    signals.truncate(SIGNALS);
    signals
}

fn filters(chosen: &Chosen, counts: &Counts) -> Filters {
    let severity_count = |s: Severity| counts.severities.iter().find(|(one, _)| *one == s).map_or(0, |(_, n)| *n);
    let region_count = |r: Region| counts.regions.iter().find(|(one, _)| one == r.word()).map_or(0, |(_, n)| *n);
    let category_count = |c: Category| counts.categories.iter().find(|(one, _)| *one == c).map_or(0, |(_, n)| *n);
    Filters {
        severities: Severity::ALL.iter().rev().map(|s| (*s, severity_count(*s), chosen.severities.contains(s))).collect(),
        times: Since::ALL.into_iter().map(|since| (since, since == chosen.since)).collect(),
        regions: Region::ALL.iter().map(|r| (*r, region_count(*r), chosen.regions.contains(r))).collect(),
        categories: Category::ALL
            .iter()
            .map(|c| (*c, category_count(*c), chosen.categories.contains(c)))
            .filter(|(_, count, chosen)| *count > 0 || *chosen)
            .collect(),
    }
}

fn places(counts: &Counts) -> Vec<PlaceRow> {
    let row = |(region, severity, open): &(String, Severity, i64)| Some(PlaceRow { region: region.parse().ok()?, severity: *severity, open: *open });
    counts.where_worst.iter().filter_map(row).collect()
}
