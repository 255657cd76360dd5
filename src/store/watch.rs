//! Watches of accounts, and what each has told.

use super::{Db, Sql, Tx};
use crate::clock::Timestamp;
use crate::id::Id;
use crate::model::account::Account;
use crate::model::incident::Incident;
use crate::model::severity::Severity;
use crate::model::watch::{NewWatch, Pace, Watch};
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
    /// The last happening that was looked at.
    pub position: i64,
    pub told_at: Option<Timestamp>,
}

/// One that looks at what is published from now on.
pub async fn add(tx: &mut Tx, account: Id<Account>, watch: &NewWatch, due_at: Timestamp, now: Timestamp) -> Result<Id<Watch>> {
    let id = Id::<Watch>::new(now);
    tx.run(
        "INSERT INTO watch (id, account_id, name, query, floor, pace, position, due_at)
         VALUES ($1, $2, $3, $4, $5, $6, $1, $7)",
        // ids are given in the order of time: what happened before has a smaller one
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

/// Those that may look now and have something to look at, which happened before `settled`; at most `limit`. One that was put off further than its pace does
/// was so by a clock that was ahead.
pub async fn list_due(db: impl Sql, now: Timestamp, settled: Timestamp, limit: i64) -> Result<Vec<Row>> {
    Ok(db
        .all(
            "SELECT id, account_id, name, query, floor, pace, position, told_at FROM watch
             WHERE (due_at <= $1 OR due_at > $2 OR (due_at > $3 AND pace = 'now'))
                AND EXISTS (SELECT 1 FROM outbox WHERE outbox.id > watch.position AND outbox.happened_at <= $4)
             ORDER BY due_at, id LIMIT $5",
            params![now, now.plus(Pace::Daily.longest()), now.plus(Pace::Now.longest()), settled, limit],
        )
        .await?)
}

/// Daily ones that have nothing to look at wait for the next morning: what comes later in the day is of that one.
pub async fn put_off(db: &Db, now: Timestamp, settled: Timestamp, morning: Timestamp) -> Result<()> {
    // only reads when there is none, so that it does not take the writer's place
    let row: (bool,) = db
        .one(
            "SELECT EXISTS (SELECT 1 FROM watch WHERE pace = 'daily' AND due_at <= $1
                AND NOT EXISTS (SELECT 1 FROM outbox WHERE outbox.id > watch.position AND outbox.happened_at <= $2))",
            params![now, settled],
        )
        .await?;
    if row.0 {
        db.run(
            "UPDATE watch SET due_at = $3 WHERE pace = 'daily' AND due_at <= $1
                AND NOT EXISTS (SELECT 1 FROM outbox WHERE outbox.id > watch.position AND outbox.happened_at <= $2)",
            params![now, settled, morning],
        )
        .await?;
    }
    Ok(())
}

/// It looks again then, at the same.
pub async fn set_due(db: impl Sql, watch: Id<Watch>, due_at: Timestamp) -> Result<()> {
    db.run("UPDATE watch SET due_at = $2 WHERE id = $1", params![watch, due_at]).await?;
    Ok(())
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
