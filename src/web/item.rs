//! One incident as a row of a list: on the desk, in the archive, on the page of a category, country, topic or entity.

use super::coverage::{self, Bar};
use crate::clock::{HOUR, Timestamp};
use crate::id::Id;
use crate::model::category::Category;
use crate::model::country;
use crate::model::incident::{Incident, is_live};
use crate::model::place::Region;
use crate::model::severity::Severity;
use crate::store::incident::Row;
use crate::{Result, store};
use std::collections::HashMap;

/// Articles that the coverage bars of a list count at most.
const TIMES: i64 = 5_000;

/// One row of the list, ready to show.
pub struct Item {
    pub slug: String,
    pub title: String,
    pub title_language: Option<String>,
    pub severity: Severity,
    pub category: Category,
    pub country: Option<(String, String)>,
    pub region: Option<&'static str>,
    pub articles: i64,
    pub sources: i64,
    pub newest_at: Timestamp,
    /// `19:52` on the desk, its day in the archive.
    pub shown_at: String,
    pub live: bool,
    pub flag: Option<&'static str>,
    pub bars: Vec<Bar>,
}

/// Rows ready to show; `with_day` shows the day also of what came today.
pub async fn list(db: &store::Db, rows: &[Row], now: Timestamp, with_day: bool) -> Result<Vec<Item>> {
    let times = times(db, now).await?;
    Ok(rows.iter().map(|row| item(row, &times, now, with_day)).collect())
}

async fn times(db: &store::Db, now: Timestamp) -> Result<HashMap<Id<Incident>, Vec<Timestamp>>> {
    let since = now.minus(HOUR * coverage::HOURS as u32);
    let mut times: HashMap<Id<Incident>, Vec<Timestamp>> = HashMap::new();
    for (incident, at) in store::article::list_times(db, since, TIMES).await? {
        times.entry(incident).or_default().push(at);
    }
    Ok(times)
}

fn item(row: &Row, times: &HashMap<Id<Incident>, Vec<Timestamp>>, now: Timestamp, with_day: bool) -> Item {
    let same_day = row.newest_at.date() == now.date();
    Item {
        slug: row.slug.clone(),
        title: row.title.clone(),
        title_language: row.title_language.clone(),
        severity: row.severity,
        category: row.category,
        country: row.country.as_ref().map(|code| (code.clone(), country::name(code).to_string())),
        region: row.region.as_deref().and_then(|r| r.parse::<Region>().ok()).map(Region::label),
        articles: row.articles,
        sources: row.sources,
        newest_at: row.newest_at,
        shown_at: if same_day && !with_day { row.newest_at.hour() } else { row.newest_at.day() },
        live: is_live(row.newest_at, now),
        flag: flag(row, now),
        bars: coverage::bars(times.get(&row.id).map_or(&[][..], Vec::as_slice), now),
    }
}

/// New in its first hour after it opened, Updated when an article came in the last hour.
fn flag(row: &Row, now: Timestamp) -> Option<&'static str> {
    match (now.since(row.first_at) < HOUR, now.since(row.newest_at) < HOUR) {
        (true, _) => Some("New"),
        (_, true) => Some("Updated"),
        _ => None,
    }
}
