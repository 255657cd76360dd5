//! Watches of accounts. What each has told is in `alert.rs`, and those that follow one incident in `following.rs`.

use super::{Db, Sql, Tx};
use crate::clock::Timestamp;
use crate::id::Id;
use crate::model::account::Account;
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
    /// The number of the incident that it follows.
    pub follows: Option<i64>,
    /// What it finds comes by mail too.
    pub by_mail: bool,
    /// It looks at nothing since.
    pub paused_at: Option<Timestamp>,
    /// When it was added, or began to ask something else.
    pub added_at: Timestamp,
    /// The last happening that was looked at.
    pub position: i64,
    pub told_at: Option<Timestamp>,
}

/// One that looks at what is published from now on.
pub async fn add(tx: &mut Tx, account: Id<Account>, watch: &NewWatch, due_at: Timestamp, now: Timestamp) -> Result<Id<Watch>> {
    let id = Id::<Watch>::new(now);
    tx.run(
        "INSERT INTO watch (id, account_id, name, query, floor, pace, follows, by_mail, position, due_at, added_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $1, $9, $10)",
        // ids are given in the order of time: what happened before has a smaller one
        params![id, account, &watch.name, &watch.query, watch.floor, watch.pace, watch.follows(), watch.by_mail, due_at, now],
    )
    .await?;
    Ok(id)
}

/// Those of an account, oldest first.
pub async fn list_of(db: impl Sql, account: Id<Account>) -> Result<Vec<Row>> {
    Ok(db
        .all(
            "SELECT id, account_id, name, query, floor, pace, follows, by_mail, paused_at, added_at, position, told_at FROM watch WHERE account_id = $1 ORDER BY id LIMIT 100",
            params![account],
        )
        .await?)
}

/// Those that may look now and have something to look at, which happened before `settled`; at most `limit`. One that was put off further than its pace does
/// was so by a clock that was ahead.
pub async fn list_due(db: impl Sql, now: Timestamp, settled: Timestamp, limit: i64) -> Result<Vec<Row>> {
    Ok(db
        .all(
            "SELECT id, account_id, name, query, floor, pace, follows, by_mail, paused_at, added_at, position, told_at FROM watch
             WHERE paused_at IS NULL AND (due_at <= $1 OR due_at > $2 OR (due_at > $3 AND pace = 'now') OR (due_at > $4 AND pace = 'hourly'))
                AND EXISTS (SELECT 1 FROM outbox WHERE outbox.id > watch.position AND outbox.happened_at <= $5)
             ORDER BY due_at, id LIMIT $6",
            params![now, now.plus(Pace::Daily.longest()), now.plus(Pace::Now.longest()), now.plus(Pace::Hourly.longest()), settled, limit],
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

/// It has looked at all up to here, and looks again then.
pub async fn set_looked(tx: &mut Tx, watch: Id<Watch>, position: i64, due_at: Timestamp) -> Result<()> {
    tx.run("UPDATE watch SET position = $2, due_at = $3 WHERE id = $1", params![watch, position, due_at]).await?;
    Ok(())
}

/// Whether it was there and the account's.
pub async fn remove(db: impl Sql, account: Id<Account>, id: Id<Watch>) -> Result<bool> {
    Ok(db.run("DELETE FROM watch WHERE id = $1 AND account_id = $2", params![id, account]).await? == 1)
}

/// What a watch is called, whoever's it is.
pub async fn find_name(db: impl Sql, id: Id<Watch>) -> Result<Option<String>> {
    let row: Option<(String,)> = db.optional("SELECT name FROM watch WHERE id = $1", params![id]).await?;
    Ok(row.map(|row| row.0))
}

/// What it finds comes by mail no more, whoever's it is.
pub async fn stop_mail(db: impl Sql, id: Id<Watch>) -> Result<()> {
    db.run("UPDATE watch SET by_mail = FALSE WHERE id = $1", params![id]).await?;
    Ok(())
}

/// As it was typed anew. One that asks something else looks at what is published from now on.
pub async fn change(tx: &mut Tx, id: Id<Watch>, watch: &NewWatch, due_at: Timestamp, now: Timestamp) -> Result<()> {
    tx.run(
        "UPDATE watch SET name = $2, pace = $5, by_mail = $6, due_at = $7,
            position = CASE WHEN query <> $3 OR floor <> $4 THEN $8 ELSE position END,
            added_at = CASE WHEN query <> $3 THEN $10 ELSE added_at END,
            paused_at = CASE WHEN CAST($9 AS BIGINT) IS NULL THEN paused_at END, follows = $9, query = $3, floor = $4
         WHERE id = $1",
        params![id, &watch.name, &watch.query, watch.floor, watch.pace, watch.by_mail, due_at, Id::<Watch>::new(now), watch.follows(), now],
    )
    .await?;
    Ok(())
}

/// It rests, or goes on with what is published from now on.
pub async fn set_paused(db: impl Sql, account: Id<Account>, id: Id<Watch>, paused: bool, now: Timestamp) -> Result<()> {
    db.run(
        "UPDATE watch SET paused_at = $3, position = CASE WHEN paused_at IS NULL THEN position ELSE $4 END WHERE id = $1 AND account_id = $2",
        params![id, account, Some(now).filter(|_| paused), Id::<Watch>::new(now)],
    )
    .await?;
    Ok(())
}
