//! Held forms: what was typed into a form whose session had ended, until somebody with the ticket has signed in.

use super::Sql;
use crate::clock::Timestamp;
use crate::{Result, params};

/// `body` is the form as the browser sent it, without its secrets.
pub async fn add(db: impl Sql, ticket: &str, path: &str, body: &str, ends_at: Timestamp) -> Result<()> {
    db.run("INSERT INTO held (ticket, path, body, ends_at) VALUES ($1, $2, $3, $4)", params![ticket, path, body, ends_at]).await?;
    Ok(())
}

/// Path and body.
pub async fn find(db: impl Sql, ticket: &str, now: Timestamp) -> Result<Option<(String, String)>> {
    Ok(db.optional("SELECT path, body FROM held WHERE ticket = $1 AND ends_at > $2", params![ticket, now]).await?)
}

pub async fn count(db: impl Sql) -> Result<i64> {
    let row: (i64,) = db.one("SELECT CAST(COUNT(*) AS BIGINT) FROM held", params![]).await?;
    Ok(row.0)
}

pub async fn remove_ended(db: impl Sql, now: Timestamp) -> Result<u64> {
    Ok(db.run("DELETE FROM held WHERE ends_at <= $1", params![now]).await?)
}
