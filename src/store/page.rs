//! The read model: a public incident page as one row, its premium panels in a column of their own.

use super::{Sql, Tx};
use crate::clock::Timestamp;
use crate::id::Id;
use crate::model::incident::Incident;
use crate::model::page::{OpenPart, PremiumPart};
use crate::{Result, params};

/// Writes the page anew; the one before is gone. One that is marked TLP:GREEN is for members alone.
pub async fn write(tx: &mut Tx, incident: Id<Incident>, open: &OpenPart, premium: &PremiumPart, now: Timestamp) -> Result<()> {
    tx.run(
        "INSERT INTO incident_page (incident_id, slug, open_part, premium_part, written_at, members) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (incident_id) DO UPDATE
         SET slug = excluded.slug, open_part = excluded.open_part, premium_part = excluded.premium_part, written_at = excluded.written_at,
             members = excluded.members",
        params![incident, &open.slug, serde_json::to_string(open)?, serde_json::to_string(premium)?, now, !open.tlp.is_clear()],
    )
    .await?;
    Ok(())
}

/// What everybody may read. The premium column is not asked for, and a page for members alone is not found.
pub async fn find_open(db: impl Sql, slug: &str) -> Result<Option<OpenPart>> {
    let row: Option<(String,)> = db.optional("SELECT open_part FROM incident_page WHERE slug = $1 AND NOT members", params![slug]).await?;
    row.map(|(open,)| Ok(serde_json::from_str(&open)?)).transpose()
}

/// The same by the incident's id.
pub async fn find_open_of(db: impl Sql, incident: Id<Incident>) -> Result<Option<OpenPart>> {
    let row: Option<(String,)> = db.optional("SELECT open_part FROM incident_page WHERE incident_id = $1 AND NOT members", params![incident]).await?;
    row.map(|(open,)| Ok(serde_json::from_str(&open)?)).transpose()
}

/// Public incidents since `since` whose open part names another one by its number; at most `limit`, the newest. It reads all their pages.
pub async fn list_naming(db: impl Sql, number: i64, since: Timestamp, limit: i64) -> Result<Vec<Id<Incident>>> {
    Ok(db.column(
            "SELECT incident.id FROM incident JOIN incident_page ON incident_page.incident_id = incident.id
             WHERE incident.first_at >= $1 AND incident.stage IN ('published', 'corrected') AND REPLACE(incident_page.open_part, $2, '') <> incident_page.open_part
             ORDER BY incident.first_at DESC, incident.id DESC LIMIT $3",
            params![since, format!("No. {number}, “"), limit],
        )
        .await?)
}

/// Both parts, in one query. Only `account/access.rs` may call it.
pub async fn find_whole(db: impl Sql, slug: &str) -> Result<Option<(OpenPart, PremiumPart)>> {
    let row: Option<(String, String)> = db.optional("SELECT open_part, premium_part FROM incident_page WHERE slug = $1", params![slug]).await?;
    row.map(|(open, premium)| Ok((serde_json::from_str(&open)?, serde_json::from_str(&premium)?))).transpose()
}

/// Whether it is for members alone, until it is written anew.
pub async fn set_members(tx: &mut Tx, incident: Id<Incident>, members: bool) -> Result<()> {
    tx.run("UPDATE incident_page SET members = $2 WHERE incident_id = $1", params![incident, members]).await?;
    Ok(())
}

/// The open parts of public incidents with an article since `since`, the gravest first; at most `limit`.
pub async fn list_newest(db: impl Sql, since: Timestamp, limit: i64) -> Result<Vec<OpenPart>> {
    let rows: Vec<(String,)> = db
        .all(
            "SELECT incident_page.open_part FROM incident JOIN incident_page ON incident_page.incident_id = incident.id
             WHERE incident.stage IN ('published', 'corrected') AND incident.newest_at > $1
             ORDER BY incident.priority DESC, incident.severity DESC, incident.newest_at DESC, incident.id DESC LIMIT $2",
            params![since, limit],
        )
        .await?;
    rows.into_iter().map(|(open,)| Ok(serde_json::from_str(&open)?)).collect()
}

/// Takes a page away, and what leads to it.
pub async fn remove(tx: &mut Tx, incident: Id<Incident>) -> Result<()> {
    tx.run("DELETE FROM incident_page WHERE incident_id = $1", params![incident]).await?;
    super::topic::replace(tx, incident, &[], Timestamp(0)).await?;
    super::search::remove(tx, incident).await?;
    super::mention::replace(tx, incident, &[], Timestamp(0)).await?;
    Ok(())
}

/// A public page as a sitemap lists it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Listed {
    pub slug: String,
    pub title: String,
    pub written_at: Timestamp,
    pub published_at: Timestamp,
}

/// Public pages of incidents numbered after `after` and up to `until`, by number.
pub async fn list_numbers(db: impl Sql, after: i64, until: i64) -> Result<Vec<Listed>> {
    Ok(db
        .all(
            "SELECT incident_page.slug, incident.title, incident_page.written_at, COALESCE(incident.published_at, incident.first_at) AS published_at
             FROM incident JOIN incident_page ON incident_page.incident_id = incident.id
             WHERE incident.number > $1 AND incident.number <= $2 AND incident.stage IN ('published', 'corrected') ORDER BY incident.number",
            params![after, until],
        )
        .await?)
}

/// Public pages that were first published since `since`, newest first; at most `limit`.
pub async fn list_published(db: impl Sql, since: Timestamp, limit: i64) -> Result<Vec<Listed>> {
    Ok(db
        .all(
            "SELECT incident_page.slug, incident.title, incident_page.written_at, incident.published_at
             FROM incident JOIN incident_page ON incident_page.incident_id = incident.id
             WHERE incident.published_at > $1 AND incident.stage IN ('published', 'corrected')
             ORDER BY incident.published_at DESC, incident.id DESC LIMIT $2",
            params![since, limit],
        )
        .await?)
}

/// Ranges of `size` numbers that have public pages, and when the newest page of each was written.
pub async fn list_files(db: impl Sql, size: i64) -> Result<Vec<(i64, Timestamp)>> {
    Ok(db
        .all(
            "SELECT (incident.number - 1) / $1 AS number, MAX(incident_page.written_at)
             FROM incident JOIN incident_page ON incident_page.incident_id = incident.id
             WHERE incident.stage IN ('published', 'corrected') GROUP BY (incident.number - 1) / $1 ORDER BY number",
            params![size],
        )
        .await?)
}
