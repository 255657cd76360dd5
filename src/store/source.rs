//! Sources: what we read, when next, and how they are doing.

use super::{Sql, Tx};
use crate::clock::{HOUR, Timestamp};
use crate::id::Id;
use crate::model::health::{Facts, Hour};
use crate::model::source::{Licence, NewSource, Reliability, Source};
use crate::text::slug::slug;
use crate::{Result, params};
use std::collections::HashMap;

#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Row {
    pub id: Id<Source>,
    pub slug: String,
    pub name: String,
    pub address: String,
    pub owner: String,
    pub country: Option<String>,
    pub language: Option<String>,
    pub reliability: Reliability,
    pub licence: Licence,
    pub active: bool,
    /// One rule a line; see [`crate::model::rule`].
    pub rules: String,
    pub folder: String,
    /// New items an hour, once that is known.
    pub pace: Option<f64>,
    pub etag: Option<String>,
    pub last_modified: Option<String>,
    pub tried_at: Option<Timestamp>,
    pub worked_at: Option<Timestamp>,
    /// When it last gave something new, whether its rules kept that or not.
    pub fresh_at: Option<Timestamp>,
    pub added_at: Timestamp,
    pub failures: i64,
    pub problem: Option<String>,
    /// When it failed last, and how, however well it is now.
    pub failed_at: Option<Timestamp>,
    pub last_problem: Option<String>,
}

impl Row {
    pub fn facts(&self) -> Facts<'_> {
        Facts {
            active: self.active,
            failures: self.failures,
            problem: self.problem.as_deref(),
            worked_at: self.worked_at,
            fresh_at: self.fresh_at,
            added_at: self.added_at,
        }
    }
}

/// The columns of [`Row`], in every query that fills one.
macro_rules! columns {
    () => {
        "id, slug, name, address, owner, country, language, reliability, licence, active, rules, folder, pace, etag, last_modified, tried_at, worked_at, fresh_at, added_at, failures, problem, failed_at, last_problem"
    };
}

/// Adds a source that is due at once. `Taken` when its address or its name is known.
pub async fn add(db: impl Sql, source: &NewSource, now: Timestamp) -> Result<Id<Source>> {
    let id = Id::new(now);
    let slug = match slug(&source.name) {
        empty if empty.is_empty() => format!("source-{id}"),
        slug => slug,
    };
    db.run(
        "INSERT INTO source (id, slug, name, address, outlet, owner, country, language, reliability, licence, folder, due_at, added_at)
         VALUES ($1, $2, $3, $4, $3, $5, $6, $7, $8, $9, $10, $11, $11)",
        params![
            id,
            slug,
            &source.name,
            &source.address,
            &source.owner,
            source.country.clone(),
            source.language.clone(),
            source.reliability,
            source.licence,
            &source.folder,
            now
        ],
    )
    .await?;
    Ok(id)
}

/// Adds the sources of a list, and says how many were added and how many left out: known ones, and those without a web address. One whose name
/// is another's gets a number.
pub async fn add_list(tx: &mut Tx, list: &[NewSource], now: Timestamp) -> Result<(usize, usize)> {
    let (mut added, mut left) = (0, 0);
    for source in list {
        let is_web = source.address.starts_with("http://") || source.address.starts_with("https://");
        let name = if is_web && source.address.len() <= crate::model::source::LONGEST_ADDRESS { free_name(tx, source).await? } else { None };
        let Some(name) = name else {
            left += 1;
            continue;
        };
        add(&mut *tx, &NewSource { name, ..source.clone() }, now).await?;
        added += 1;
    }
    Ok((added, left))
}

/// So many feeds may go by one name.
const MOST_OF_A_NAME: u32 = 50;

/// The name that a new source can have; `None` for one that is known by its address.
async fn free_name(tx: &mut Tx, source: &NewSource) -> Result<Option<String>> {
    let known: (bool,) = tx.one("SELECT EXISTS (SELECT 1 FROM source WHERE address = $1)", params![&source.address]).await?;
    if known.0 {
        return Ok(None);
    }
    for number in 1..=MOST_OF_A_NAME {
        // numbered before its end, which an address has no room for
        let start: String = source.name.chars().take(50).collect();
        let name = if number == 1 { source.name.clone() } else { format!("{} {number}", start.trim_end()) };
        // a name without Latin letters has no slug of its own
        let taken: (bool,) = tx.one("SELECT EXISTS (SELECT 1 FROM source WHERE slug = $1 OR name = $2)", params![slug(&name), &name]).await?;
        if !taken.0 {
            return Ok(Some(name));
        }
    }
    Ok(None)
}

/// All sources, the failing ones first, then by name.
pub async fn list(db: impl Sql) -> Result<Vec<Row>> {
    Ok(db.all(concat!("SELECT ", columns!(), " FROM source ORDER BY failures DESC, name, id"), params![]).await?)
}

pub async fn find(db: impl Sql, id: Id<Source>) -> Result<Option<Row>> {
    Ok(db.optional(concat!("SELECT ", columns!(), " FROM source WHERE id = $1"), params![id]).await?)
}

pub async fn find_by_slug(db: impl Sql, slug: &str) -> Result<Option<Row>> {
    Ok(db.optional(concat!("SELECT ", columns!(), " FROM source WHERE slug = $1"), params![slug]).await?)
}

/// Active sources whose time has come, the longest waiting first; at most `limit`.
pub async fn list_due(db: impl Sql, now: Timestamp, limit: i64) -> Result<Vec<Id<Source>>> {
    Ok(db.column("SELECT id FROM source WHERE active AND due_at <= $1 ORDER BY due_at, id LIMIT $2", params![now, limit]).await?)
}

/// Makes due what was put off by a clock that was ahead: what was tried later than now.
///
/// So is what waits until after `latest`, when no setting of today would let it wait so long.
pub async fn forget_future(db: impl Sql, now: Timestamp, latest: Timestamp) -> Result<u64> {
    Ok(db
        .run(
            "UPDATE source SET due_at = $1, tried_at = CASE WHEN tried_at > $1 THEN $1 ELSE tried_at END WHERE tried_at > $1 OR due_at > $2",
            params![now, latest],
        )
        .await?)
}

/// Moves a source to another address; it is due at once.
pub async fn set_address(tx: &mut Tx, id: Id<Source>, address: &str) -> Result<()> {
    tx.run("UPDATE source SET address = $2, due_at = 0 WHERE id = $1", params![id, address]).await?;
    Ok(())
}

/// A source has moved for good. `false` when another source is read there already: it stays where it was.
pub async fn move_to(tx: &mut Tx, id: Id<Source>, address: &str) -> Result<bool> {
    let moved =
        "UPDATE source SET address = $2 WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM source other WHERE other.address = $2 AND other.id <> $1)";
    Ok(tx.run(moved, params![id, address]).await? == 1)
}

/// Whether a source has this name.
pub async fn is_named(db: impl Sql, name: &str) -> Result<bool> {
    Ok(db.value("SELECT EXISTS (SELECT 1 FROM source WHERE name = $1)", params![name]).await?)
}

/// The name of the source that is read at an address.
pub async fn find_name_at(tx: &mut Tx, address: &str) -> Result<Option<String>> {
    let row: Option<(String,)> = tx.optional("SELECT name FROM source WHERE address = $1", params![address]).await?;
    Ok(row.map(|row| row.0))
}

/// Reads a source no more, and says why.
pub async fn pause(tx: &mut Tx, id: Id<Source>, problem: &str, now: Timestamp) -> Result<()> {
    tx.run(
        "UPDATE source SET active = FALSE, tried_at = $3, problem = $2, failed_at = $3, last_problem = $2 WHERE id = $1",
        params![id, problem, now],
    )
    .await?;
    Ok(())
}

/// Keeps other transactions from changing it until this one ends.
pub async fn lock(tx: &mut Tx, id: Id<Source>) -> Result<()> {
    tx.run("UPDATE source SET id = id WHERE id = $1", params![id]).await?;
    Ok(())
}

/// Puts the next reading off, so that a source which is being read is not due again.
pub async fn set_due(tx: &mut Tx, id: Id<Source>, due: Timestamp) -> Result<()> {
    tx.run("UPDATE source SET due_at = $2 WHERE id = $1", params![id, due]).await?;
    Ok(())
}

/// Whether a source is still read at this address; it is until the transaction ends. What was read at another one is not of it any more.
pub async fn is_at(tx: &mut Tx, id: Id<Source>, address: &str) -> Result<bool> {
    Ok(tx.run("UPDATE source SET licence = licence WHERE id = $1 AND address = $2", params![id, address]).await? == 1)
}

/// Keeps a source as it is until the transaction ends. Who changes articles of a source and then the source holds it first, as who keeps an article's
/// page does: on PostgreSQL two that go opposite ways wait for each other.
pub async fn hold(tx: &mut Tx, id: Id<Source>) -> Result<()> {
    tx.run("UPDATE source SET licence = licence WHERE id = $1", params![id]).await?;
    Ok(())
}

/// What a reading that worked found.
#[derive(Debug, Default)]
pub struct Findings {
    pub etag: Option<String>,
    pub last_modified: Option<String>,
    /// New items an hour.
    pub pace: Option<f64>,
    pub new: i64,
    /// When the newest of what is new came; `None` when nothing is.
    pub fresh_at: Option<Timestamp>,
    /// New items that count for how many it has in a day: all, but for a first reading's of the days before.
    pub arrived: i64,
    /// Items that the source's rules do not want.
    pub dropped: i64,
    /// New items whose date is known, and the sum of their times from publication to us.
    pub dated: i64,
    pub lag_seconds: i64,
}

/// A reading that worked: health is clean again, validators are kept for the next conditional request.
pub async fn record_success(tx: &mut Tx, id: Id<Source>, found: &Findings, now: Timestamp, due: Timestamp) -> Result<()> {
    tx.run(
        "UPDATE source SET etag = $2, last_modified = $3, tried_at = $4, worked_at = $4, failures = 0, problem = NULL, due_at = $5, pace = $6,
                fresh_at = COALESCE($7, fresh_at)
         WHERE id = $1",
        params![id, found.etag.clone(), found.last_modified.clone(), now, due, found.pace, found.fresh_at],
    )
    .await?;
    count_hour(tx, id, now, 0, found).await
}

/// A reading that failed, with the reason in words.
pub async fn record_failure(tx: &mut Tx, id: Id<Source>, problem: &str, failures: i64, now: Timestamp, due: Timestamp) -> Result<()> {
    tx.run(
        "UPDATE source SET tried_at = $2, failures = $5, problem = $3, failed_at = $2, last_problem = $3, due_at = $4 WHERE id = $1",
        params![id, now, problem, due, failures],
    )
    .await?;
    count_hour(tx, id, now, 1, &Findings::default()).await
}

/// When another one that is read was last read with success; `None` when none ever was.
pub async fn newest_success(tx: &mut Tx, besides: Id<Source>) -> Result<Option<Timestamp>> {
    let (newest,): (Option<Timestamp>,) = tx.one("SELECT MAX(worked_at) FROM source WHERE id <> $1 AND active", params![besides]).await?;
    Ok(newest)
}

async fn count_hour(tx: &mut Tx, id: Id<Source>, now: Timestamp, failures: i64, found: &Findings) -> Result<()> {
    tx.run(
        "INSERT INTO source_hour (source_id, hour_at, tries, failures, items, dropped, dated, lag_seconds) VALUES ($1, $2, 1, $3, $4, $5, $6, $7)
         ON CONFLICT (source_id, hour_at) DO UPDATE SET
            tries = source_hour.tries + 1, failures = source_hour.failures + excluded.failures, items = source_hour.items + excluded.items,
            dropped = source_hour.dropped + excluded.dropped, dated = source_hour.dated + excluded.dated,
            lag_seconds = source_hour.lag_seconds + excluded.lag_seconds",
        params![id, now.floor(HOUR), failures, found.arrived, found.dropped, found.dated, found.lag_seconds],
    )
    .await?;
    Ok(())
}

type HourRow = (Id<Source>, Timestamp, i64, i64, i64, i64, i64, i64);

fn hour((source, at, tries, failures, items, dropped, dated, lag_seconds): HourRow) -> (Id<Source>, Hour) {
    (source, Hour { at, tries, failures, items, dropped, dated, lag_seconds })
}

/// The hours of each source from `since` on, the oldest first.
pub async fn list_hours(db: impl Sql, since: Timestamp) -> Result<HashMap<Id<Source>, Vec<Hour>>> {
    let rows: Vec<HourRow> = db
        .all(
            "SELECT source_id, hour_at, tries, failures, items, dropped, dated, lag_seconds FROM source_hour
             WHERE hour_at >= $1 ORDER BY source_id, hour_at",
            params![since],
        )
        .await?;
    let mut hours: HashMap<Id<Source>, Vec<Hour>> = HashMap::new();
    rows.into_iter().map(hour).for_each(|(source, hour)| hours.entry(source).or_default().push(hour));
    Ok(hours)
}

/// The hours of one source from `since` on, the oldest first.
pub async fn list_hours_of(db: impl Sql, source: Id<Source>, since: Timestamp) -> Result<Vec<Hour>> {
    let rows: Vec<HourRow> = db
        .all(
            "SELECT source_id, hour_at, tries, failures, items, dropped, dated, lag_seconds FROM source_hour
             WHERE source_id = $1 AND hour_at >= $2 ORDER BY hour_at, source_id",
            params![source, since],
        )
        .await?;
    Ok(rows.into_iter().map(|row| hour(row).1).collect())
}

pub async fn remove_hours_before(db: impl Sql, before: Timestamp) -> Result<()> {
    db.run("DELETE FROM source_hour WHERE hour_at < $1", params![before]).await?;
    Ok(())
}

/// What an editor may change of a source.
#[derive(Debug, Clone)]
pub struct Change<'a> {
    pub name: &'a str,
    pub address: &'a str,
    pub owner: &'a str,
    pub country: Option<String>,
    pub language: Option<String>,
    pub reliability: Reliability,
    pub licence: Licence,
    pub folder: &'a str,
    pub rules: &'a str,
    pub active: bool,
}

/// Changes a source; one that is read again, or elsewhere, is due at once, and what was known of another address counts no more. With
/// other rules, or another language, what it gave before is asked for again. `Taken` when
/// another source is read at its address.
pub async fn change(tx: &mut Tx, id: Id<Source>, change: &Change<'_>, now: Timestamp) -> Result<()> {
    tx.run(
        "UPDATE source SET name = $2, owner = $3, country = $4, language = $5, reliability = $6, licence = $7, folder = $8, rules = $9,
                due_at = CASE WHEN $10 AND NOT active OR address <> $12 THEN $11 ELSE due_at END, active = $10, address = $12,
                etag = CASE WHEN address = $12 AND rules = $9 AND COALESCE(language, '') = COALESCE($5, '') THEN etag END,
                last_modified = CASE WHEN address = $12 AND rules = $9 AND COALESCE(language, '') = COALESCE($5, '') THEN last_modified END,
                failures = CASE WHEN address = $12 THEN failures ELSE 0 END, problem = CASE WHEN address = $12 THEN problem END,
                pace = CASE WHEN address = $12 THEN pace END, worked_at = CASE WHEN address = $12 THEN worked_at END
         WHERE id = $1",
        params![
            id,
            change.name,
            change.owner,
            change.country.clone(),
            change.language.clone(),
            change.reliability,
            change.licence,
            change.folder,
            change.rules,
            change.active,
            now,
            change.address
        ],
    )
    .await?;
    Ok(())
}

/// How many sources are active, and how many of them worked when last tried.
pub async fn count_reporting(db: impl Sql) -> Result<(i64, i64)> {
    Ok(db
        .one(
            "SELECT CAST(COUNT(*) AS BIGINT), CAST(COALESCE(SUM(CASE WHEN problem IS NULL AND worked_at IS NOT NULL THEN 1 ELSE 0 END), 0) AS BIGINT)
             FROM source WHERE active",
            params![],
        )
        .await?)
}
