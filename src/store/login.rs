//! Logins: the sessions of browsers. A row's id is the hash of the session's id, so the table opens nothing.

use super::Sql;
use crate::clock::Timestamp;
use crate::id::Id;
use crate::model::account::Account;
use crate::{Result, params};

/// A session that has not ended.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Row {
    pub state: String,
    pub began_at: Timestamp,
    pub seen_at: Timestamp,
}

/// Writes a session's state (JSON), new or anew. It ends at `ends_at`, and `life` milliseconds after it began at the latest.
pub async fn write(db: impl Sql, id: &str, account: Option<Id<Account>>, state: &str, now: Timestamp, ends_at: Timestamp, life: i64) -> Result<()> {
    db.run(
        "INSERT INTO login (id, account_id, state, began_at, seen_at, ends_at) VALUES ($1, $2, $3, $4, $4, $5)
         ON CONFLICT (id) DO UPDATE SET account_id = excluded.account_id, state = excluded.state, seen_at = excluded.seen_at,
            ends_at = CASE WHEN login.began_at + $6 < excluded.ends_at THEN login.began_at + $6 ELSE excluded.ends_at END",
        params![id, account, state, now, ends_at, life],
    )
    .await?;
    Ok(())
}

/// A session that has not ended.
pub async fn find(db: impl Sql, id: &str, now: Timestamp) -> Result<Option<Row>> {
    Ok(db.optional("SELECT state, began_at, seen_at FROM login WHERE id = $1 AND ends_at > $2", params![id, now]).await?)
}

/// Notes that a session was seen; it lasts until `ends_at` from now on.
pub async fn touch(db: impl Sql, id: &str, now: Timestamp, ends_at: Timestamp) -> Result<()> {
    db.run("UPDATE login SET seen_at = $2, ends_at = $3 WHERE id = $1 AND ends_at > $2", params![id, now, ends_at]).await?;
    Ok(())
}

pub async fn remove(db: impl Sql, id: &str) -> Result<()> {
    db.run("DELETE FROM login WHERE id = $1", params![id]).await?;
    Ok(())
}

/// Signs an account out everywhere.
pub async fn remove_of(db: impl Sql, account: Id<Account>) -> Result<u64> {
    Ok(db.run("DELETE FROM login WHERE account_id = $1", params![account]).await?)
}

/// Forgets sessions that have ended.
pub async fn remove_ended(db: impl Sql, now: Timestamp) -> Result<u64> {
    Ok(db.run("DELETE FROM login WHERE ends_at <= $1", params![now]).await?)
}

/// The sessions of an account that have not ended, newest first; at most `limit`.
pub async fn list_of(db: impl Sql, account: Id<Account>, now: Timestamp, limit: i64) -> Result<Vec<Row>> {
    Ok(db
        .all(
            "SELECT state, began_at, seen_at FROM login WHERE account_id = $1 AND ends_at > $2 ORDER BY began_at DESC, id LIMIT $3",
            params![account, now, limit],
        )
        .await?)
}

/// Ends all sessions of an account but those whose state is exactly this.
pub async fn remove_others(db: impl Sql, account: Id<Account>, state: &str) -> Result<u64> {
    Ok(db.run("DELETE FROM login WHERE account_id = $1 AND state <> $2", params![account, state]).await?)
}

/// Ends the sessions of an account whose state is exactly this.
pub async fn remove_state(db: impl Sql, account: Id<Account>, state: &str) -> Result<u64> {
    Ok(db.run("DELETE FROM login WHERE account_id = $1 AND state = $2", params![account, state]).await?)
}

/// How many sessions that have not ended each account has.
pub async fn count_each(db: impl Sql, now: Timestamp) -> Result<Vec<(Id<Account>, i64)>> {
    Ok(db
        .all(
            "SELECT account_id, CAST(COUNT(*) AS BIGINT) FROM login WHERE account_id IS NOT NULL AND ends_at > $1 GROUP BY account_id ORDER BY account_id",
            params![now],
        )
        .await?)
}
