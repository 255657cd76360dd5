//! What happened on the desk since a moment: for "since your last visit".

use super::Sql;
use crate::clock::Timestamp;
use crate::id::Id;
use crate::model::account::Account;
use crate::model::incident::{CLOSED_AFTER, Incident};
use crate::model::severity::Severity;
use crate::{Result, params};

/// How many public incidents are new, have new articles, or closed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct Since {
    pub new: i64,
    pub updated: i64,
    pub closed: i64,
}

/// An incident whose severity is another than it was.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Shift {
    pub id: Id<Incident>,
    pub number: i64,
    pub slug: String,
    pub title: String,
    pub title_language: Option<String>,
    pub severity: Severity,
    pub was: Severity,
}

pub async fn count_since(db: impl Sql, since: Timestamp, now: Timestamp) -> Result<Since> {
    Ok(db
        .one(
            "SELECT CAST(COALESCE(SUM(CASE WHEN published_at > $1 THEN 1 ELSE 0 END), 0) AS BIGINT) AS new,
                    CAST(COALESCE(SUM(CASE WHEN published_at <= $1 AND newest_at > $1 THEN 1 ELSE 0 END), 0) AS BIGINT) AS updated,
                    CAST(COALESCE(SUM(CASE WHEN newest_at > $2 AND newest_at <= $3 THEN 1 ELSE 0 END), 0) AS BIGINT) AS closed
             FROM incident WHERE stage IN ('published', 'corrected') AND newest_at > $2",
            params![since, since.minus(CLOSED_AFTER), now.minus(CLOSED_AFTER)],
        )
        .await?)
}

/// Public incidents whose severity was another at `since`, the gravest first; at most `limit`.
pub async fn list_shifts(db: impl Sql, since: Timestamp, limit: i64) -> Result<Vec<Shift>> {
    Ok(db
        .all(
            "SELECT id, number, slug, title, title_language, severity, was FROM (
                SELECT incident.id, incident.number, incident.slug, incident.title, incident.title_language, incident.severity, incident.newest_at,
                       (SELECT revision.severity FROM revision WHERE revision.incident_id = incident.id AND revision.published_at <= $1
                          AND revision.open_text IS NOT NULL ORDER BY revision.number DESC LIMIT 1) AS was
                FROM incident WHERE incident.stage IN ('published', 'corrected') AND incident.newest_at > $1 AND incident.published_at <= $1) shifted
             WHERE was IS NOT NULL AND was <> severity ORDER BY severity DESC, newest_at DESC, id DESC LIMIT $2",
            params![since, limit],
        )
        .await?)
}

/// Until when a reader has seen the desk: what they marked, else when the account was made.
pub async fn find(db: impl Sql, account: Id<Account>) -> Result<Option<Timestamp>> {
    let row: Option<(Timestamp,)> = db.optional("SELECT COALESCE(seen_at, added_at) FROM account WHERE id = $1", params![account]).await?;
    Ok(row.map(|row| row.0))
}

pub async fn mark(db: impl Sql, account: Id<Account>, now: Timestamp) -> Result<()> {
    db.run("UPDATE account SET seen_at = $2 WHERE id = $1", params![account, now]).await?;
    Ok(())
}

/// Until when a reader has seen the desk, and which revision of the incident with this number was public then; `None` when none was.
pub async fn find_revision(db: impl Sql, account: Id<Account>, number: i64) -> Result<Option<(Timestamp, i64)>> {
    Ok(db
        .optional(
            "SELECT COALESCE(account.seen_at, account.added_at), MAX(revision.number)
             FROM account JOIN incident ON incident.number = $2 JOIN revision ON revision.incident_id = incident.id
             WHERE account.id = $1 AND revision.published_at <= COALESCE(account.seen_at, account.added_at)
             GROUP BY account.seen_at, account.added_at",
            params![account, number],
        )
        .await?)
}
