//! Watches of accounts, and what each has told.

use super::{Sql, Tx};
use crate::clock::Timestamp;
use crate::id::Id;
use crate::model::account::Account;
use crate::model::incident::Incident;
use crate::model::severity::Severity;
use crate::model::watch::{LONGEST_WAIT, NewWatch, Pace, Watch};
use crate::{Result, params};

#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Row {
    pub id: Id<Watch>,
    pub account_id: Id<Account>,
    pub name: String,
    pub query: String,
    /// What is less severe is not told.
    pub floor: Severity,
    pub pace: Pace,
    /// The last revision that was looked at.
    pub position: i64,
    pub told_at: Option<Timestamp>,
}

/// One that looks at what is published from now on.
pub async fn add(tx: &mut Tx, account: Id<Account>, watch: &NewWatch, due_at: Timestamp, now: Timestamp) -> Result<Id<Watch>> {
    let id = Id::<Watch>::new(now);
    tx.run(
        "INSERT INTO watch (id, account_id, name, query, floor, pace, position, due_at)
         VALUES ($1, $2, $3, $4, $5, $6, (SELECT COALESCE(MAX(id), 0) FROM revision), $7)",
        params![id, account, &watch.name, &watch.query, watch.floor, watch.pace, due_at],
    )
    .await?;
    Ok(id)
}

/// Those of an account, oldest first.
pub async fn list_of(db: impl Sql, account: Id<Account>) -> Result<Vec<Row>> {
    Ok(db
        .all(
            "SELECT id, account_id, name, query, floor, pace, position, told_at FROM watch WHERE account_id = $1 ORDER BY id LIMIT 100",
            params![account],
        )
        .await?)
}

/// Those that may look now and have something to look at, published before `settled`; at most `limit`.
pub async fn list_due(db: impl Sql, now: Timestamp, settled: Timestamp, limit: i64) -> Result<Vec<Row>> {
    Ok(db
        .all(
            "SELECT id, account_id, name, query, floor, pace, position, told_at FROM watch WHERE (due_at <= $1 OR due_at > $2)
                AND EXISTS (SELECT 1 FROM revision WHERE revision.id > watch.position AND revision.published_at <= $3)
             ORDER BY due_at, id LIMIT $4",
            params![now, now.plus(LONGEST_WAIT), settled, limit],
        )
        .await?)
}

/// How severe an incident was when a watch told of it.
pub async fn told(db: impl Sql, watch: Id<Watch>, incident: Id<Incident>) -> Result<Option<Severity>> {
    let row: Option<(Severity,)> =
        db.optional("SELECT severity FROM watch_told WHERE watch_id = $1 AND incident_id = $2", params![watch, incident]).await?;
    Ok(row.map(|row| row.0))
}

pub async fn set_told(tx: &mut Tx, watch: Id<Watch>, incident: Id<Incident>, severity: Severity, now: Timestamp) -> Result<()> {
    tx.run(
        "INSERT INTO watch_told (watch_id, incident_id, severity, told_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (watch_id, incident_id) DO UPDATE SET severity = excluded.severity, told_at = excluded.told_at",
        params![watch, incident, severity, now],
    )
    .await?;
    tx.run("UPDATE watch SET told_at = $2 WHERE id = $1", params![watch, now]).await?;
    Ok(())
}

/// It has looked at all up to here, and looks again then.
pub async fn set_looked(tx: &mut Tx, watch: Id<Watch>, position: i64, due_at: Timestamp) -> Result<()> {
    tx.run("UPDATE watch SET position = $2, due_at = $3 WHERE id = $1", params![watch, position, due_at]).await?;
    Ok(())
}

/// Whether it was there and the account's.
pub async fn remove(db: impl Sql, account: Id<Account>, id: Id<Watch>) -> Result<bool> {
    Ok(db.run("DELETE FROM watch WHERE id = $1 AND account_id = $2", params![id, account]).await? == 1)
}

/// Removes it by its number, whoever's it is.
pub async fn stop(db: impl Sql, id: Id<Watch>) -> Result<()> {
    db.run("DELETE FROM watch WHERE id = $1", params![id]).await?;
    Ok(())
}

/// Forgets what was told before a moment.
pub async fn forget_told(db: impl Sql, before: Timestamp) -> Result<()> {
    db.run("DELETE FROM watch_told WHERE told_at < $1", params![before]).await?;
    Ok(())
}
