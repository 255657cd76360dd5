//! Progress of work that goes through all incidents in steps: it can be stopped, and goes on where it was.

use super::{Sql, Tx};
use crate::clock::{DAY, Timestamp};
use crate::{Result, params};

#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub struct Row {
    pub name: String,
    /// The incident that was the last one done.
    pub after_id: i64,
    pub done: i64,
    pub total: i64,
    pub stopped: bool,
    pub began_at: Timestamp,
    pub moved_at: Timestamp,
}

/// Begins anew, or goes on where it was stopped; `total` is how many there are.
pub async fn begin(tx: &mut Tx, name: &str, total: i64, now: Timestamp) -> Result<()> {
    tx.run(
        "INSERT INTO progress (name, after_id, done, total, stopped, began_at, moved_at) VALUES ($1, 0, 0, $2, FALSE, $3, $3)
         ON CONFLICT (name) DO UPDATE SET
            began_at = CASE WHEN progress.done >= progress.total THEN excluded.began_at ELSE progress.began_at END,
            after_id = CASE WHEN progress.done >= progress.total THEN 0 ELSE progress.after_id END,
            done = CASE WHEN progress.done >= progress.total THEN 0 ELSE progress.done END,
            total = excluded.total, stopped = FALSE, moved_at = excluded.moved_at",
        params![name, total, now],
    )
    .await?;
    Ok(())
}

pub async fn find(db: impl Sql, name: &str) -> Result<Option<Row>> {
    Ok(db.optional("SELECT name, after_id, done, total, stopped, began_at, moved_at FROM progress WHERE name = $1", params![name]).await?)
}

/// A step is done.
pub async fn step(tx: &mut Tx, name: &str, after_id: i64, done: i64, now: Timestamp) -> Result<()> {
    tx.run("UPDATE progress SET after_id = $2, done = $3, moved_at = $4 WHERE name = $1", params![name, after_id, done, now]).await?;
    Ok(())
}

/// Counts one more of what may be done `most` times a day, by days of UTC and for all processes; `false` when the day's are used up.
pub async fn take(db: impl Sql, name: &str, most: i64, now: Timestamp) -> Result<bool> {
    if most < 1 {
        return Ok(false);
    }
    let day = now.floor(DAY);
    let changed = db
        .run(
            "INSERT INTO progress (name, after_id, done, total, stopped, began_at, moved_at) VALUES ($1, 0, 1, $2, FALSE, $3, $4)
             ON CONFLICT (name) DO UPDATE SET
                done = CASE WHEN progress.began_at = excluded.began_at THEN progress.done + 1 ELSE 1 END,
                total = excluded.total, began_at = excluded.began_at, moved_at = excluded.moved_at
             WHERE progress.began_at <> excluded.began_at OR progress.done < excluded.total",
            params![name, most, day, now],
        )
        .await?;
    Ok(changed == 1)
}

/// Under this name the clock of the workers tells that it goes.
const CLOCK: &str = "clock";

pub async fn beat(db: impl Sql, now: Timestamp) -> Result<()> {
    db.run(
        "INSERT INTO progress (name, after_id, done, total, stopped, began_at, moved_at) VALUES ($1, 0, 0, 0, FALSE, $2, $2)
         ON CONFLICT (name) DO UPDATE SET moved_at = excluded.moved_at",
        params![CLOCK, now],
    )
    .await?;
    Ok(())
}

/// When a worker was last there; `None` when none ever was.
pub async fn last_beat(db: impl Sql) -> Result<Option<Timestamp>> {
    Ok(find(db, CLOCK).await?.map(|row| row.moved_at))
}

pub async fn stop(tx: &mut Tx, name: &str) -> Result<()> {
    tx.run("UPDATE progress SET stopped = TRUE WHERE name = $1", params![name]).await?;
    Ok(())
}
