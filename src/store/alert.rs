//! Alerts: what the watches of accounts have told, one row a watch and incident.

use super::{Db, Sql, Tx};
use crate::clock::Timestamp;
use crate::id::Id;
use crate::model::account::Account;
use crate::model::alert::{News, joined};
use crate::model::incident::{Incident, Stage};
use crate::model::severity::Severity;
use crate::model::watch::Watch;
use crate::{Result, params};
use std::collections::HashMap;

/// How severe an incident was when an account was told of it, and the revision that was public then.
#[derive(Debug, Clone, Copy, sqlx::FromRow)]
pub struct Told {
    pub severity: Severity,
    pub revision: i64,
}

/// What a watch told of an incident last.
pub async fn told(db: impl Sql, watch: Id<Watch>, incident: Id<Incident>) -> Result<Option<Told>> {
    Ok(db.optional("SELECT severity, revision FROM watch_told WHERE watch_id = $1 AND incident_id = $2", params![watch, incident]).await?)
}

/// What the last letter to an account about an incident said, whichever of its watches wrote it.
pub async fn mailed(db: impl Sql, account: Id<Account>, incident: Id<Incident>) -> Result<Option<Told>> {
    Ok(db.optional("SELECT severity, revision FROM mailed_alert WHERE account_id = $1 AND incident_id = $2", params![account, incident]).await?)
}

/// What a watch has to tell of an incident.
#[derive(Debug, Clone)]
pub struct Fresh {
    pub incident: Id<Incident>,
    pub severity: Severity,
    /// How severe it was when the watch told of it before.
    pub was: Option<Severity>,
    pub news: Vec<News>,
    /// The revision that is public, and the one that was when the watch told of it before; 0 for none. A retraction counts as one more.
    pub revision: i64,
    pub since: i64,
}

/// Stands on the owner's page from now on.
pub async fn add(tx: &mut Tx, watch: Id<Watch>, fresh: &Fresh, now: Timestamp) -> Result<()> {
    tx.run(
        "INSERT INTO watch_told (watch_id, incident_id, severity, was, news, revision, since, told_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (watch_id, incident_id) DO UPDATE SET severity = excluded.severity, was = excluded.was, news = excluded.news,
            revision = excluded.revision, since = excluded.since, told_at = excluded.told_at",
        params![watch, fresh.incident, fresh.severity, fresh.was.map(Severity::level), joined(&fresh.news), fresh.revision, fresh.since, now],
    )
    .await?;
    tx.run("UPDATE watch SET told_at = $2 WHERE id = $1", params![watch, now]).await?;
    Ok(())
}

/// A letter to the account said it.
pub async fn set_mailed(tx: &mut Tx, account: Id<Account>, fresh: &Fresh, now: Timestamp) -> Result<()> {
    tx.run(
        "INSERT INTO mailed_alert (account_id, incident_id, severity, revision, mailed_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (account_id, incident_id) DO UPDATE SET severity = excluded.severity, revision = excluded.revision, mailed_at = excluded.mailed_at",
        params![account, fresh.incident, fresh.severity, fresh.revision, now],
    )
    .await?;
    Ok(())
}

/// An alert as its owner's page lists it; what its incident is by now beside it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Row {
    pub watch_id: Id<Watch>,
    pub watch: String,
    /// The number of the incident that the watch follows.
    pub follows: Option<i64>,
    pub incident_id: Id<Incident>,
    pub severity: Severity,
    pub was: Option<Severity>,
    /// Words with commas.
    pub news: String,
    pub revision: i64,
    pub since: i64,
    pub told_at: Timestamp,
    pub number: i64,
    pub slug: String,
    pub title: String,
    pub title_language: Option<String>,
    pub stage: Stage,
}

/// The alerts of an account, newest first; at most `limit`.
pub async fn list_of(db: impl Sql, account: Id<Account>, limit: i64) -> Result<Vec<Row>> {
    Ok(db
        .all(
            "SELECT watch_told.watch_id, watch.name AS watch, watch.follows, watch_told.incident_id, watch_told.severity, watch_told.was, watch_told.news,
                    watch_told.revision, watch_told.since, watch_told.told_at, incident.number, incident.slug, incident.title,
                    incident.title_language, incident.stage
             FROM watch JOIN watch_told ON watch_told.watch_id = watch.id JOIN incident ON incident.id = watch_told.incident_id
             WHERE watch.account_id = $1 ORDER BY watch_told.told_at DESC, watch_told.incident_id DESC, watch_told.watch_id LIMIT $2",
            params![account, limit],
        )
        .await?)
}

/// How many incidents each watch of an account has told of since a moment.
pub async fn count_of(db: impl Sql, account: Id<Account>, since: Timestamp) -> Result<HashMap<Id<Watch>, i64>> {
    let rows: Vec<(Id<Watch>, i64)> = db
        .all(
            "SELECT watch_told.watch_id, COUNT(*) FROM watch JOIN watch_told ON watch_told.watch_id = watch.id
             WHERE watch.account_id = $1 AND watch_told.told_at > $2 GROUP BY watch_told.watch_id",
            params![account, since],
        )
        .await?;
    Ok(rows.into_iter().collect())
}

/// Incidents that an account was told of since it looked at its alerts last, but for what is part of another by now.
pub async fn count_unseen(db: impl Sql, account: Id<Account>) -> Result<i64> {
    Ok(db
        .value(
            "SELECT COUNT(DISTINCT watch_told.incident_id) FROM watch JOIN watch_told ON watch_told.watch_id = watch.id
             JOIN incident ON incident.id = watch_told.incident_id AND incident.stage IN ('published', 'corrected', 'restricted', 'retracted')
             WHERE watch.account_id = $1 AND watch_told.told_at > (SELECT account.alerted_at FROM account WHERE account.id = $1)",
            params![account],
        )
        .await?)
}

/// Until when an account has seen its alerts.
pub async fn seen_until(db: impl Sql, account: Id<Account>) -> Result<Timestamp> {
    let row: Option<(Timestamp,)> = db.optional("SELECT alerted_at FROM account WHERE id = $1", params![account]).await?;
    Ok(row.map_or(Timestamp(0), |row| row.0))
}

/// All up to a moment are seen.
pub async fn set_seen(db: &Db, account: Id<Account>, until: Timestamp) -> Result<()> {
    db.run("UPDATE account SET alerted_at = $2 WHERE id = $1 AND alerted_at < $2", params![account, until]).await?;
    Ok(())
}

/// Accounts that were told of something since a moment; at most `limit`.
pub async fn list_accounts(db: impl Sql, since: Timestamp, limit: i64) -> Result<Vec<Id<Account>>> {
    Ok(db
        .column(
            "SELECT DISTINCT watch.account_id FROM watch_told JOIN watch ON watch.id = watch_told.watch_id
             WHERE watch_told.told_at > $1 ORDER BY watch.account_id LIMIT $2",
            params![since, limit],
        )
        .await?)
}

/// Forgets what was told before a moment, but for what is followed still.
pub async fn forget(db: impl Sql + Copy, before: Timestamp) -> Result<()> {
    db.run(
        "DELETE FROM watch_told WHERE told_at < $1
            AND NOT EXISTS (SELECT 1 FROM watch WHERE watch.id = watch_told.watch_id AND watch.follows IS NOT NULL)",
        params![before],
    )
    .await?;
    db.run(
        "DELETE FROM mailed_alert WHERE mailed_at < $1
            AND NOT EXISTS (SELECT 1 FROM watch JOIN incident ON incident.number = watch.follows
                            WHERE watch.account_id = mailed_alert.account_id AND incident.id = mailed_alert.incident_id)",
        params![before],
    )
    .await?;
    Ok(())
}

/// What a clock that was ahead has dated counts as of now, or nothing would be new until then.
pub async fn forget_future(db: &Db, now: Timestamp, soon: Timestamp) -> Result<()> {
    for sql in [
        "UPDATE account SET alerted_at = $1 WHERE alerted_at > $2",
        "UPDATE watch SET told_at = $1 WHERE told_at > $2",
        "UPDATE watch SET added_at = $1 WHERE added_at > $2",
        "UPDATE watch_told SET told_at = $1 WHERE told_at > $2",
    ] {
        db.run(sql, params![now, soon]).await?;
    }
    Ok(())
}
