//! Held forms: what was typed into a form whose session had ended, until somebody with the ticket has signed in.

use super::Sql;
use crate::clock::Timestamp;
use crate::{Result, params};

/// `body` is the form as the browser sent it, without its secrets; only the same device gets it back.
pub async fn add(db: impl Sql, ticket: &str, device: &str, path: &str, body: &str, ends_at: Timestamp) -> Result<()> {
    db.run("INSERT INTO held (ticket, device, path, body, ends_at) VALUES ($1, $2, $3, $4, $5)", params![ticket, device, path, body, ends_at])
        .await?;
    Ok(())
}

/// Path and body.
pub async fn find(db: impl Sql, ticket: &str, device: &str, now: Timestamp) -> Result<Option<(String, String)>> {
    Ok(db.optional("SELECT path, body FROM held WHERE ticket = $1 AND device = $2 AND ends_at > $3", params![ticket, device, now]).await?)
}

pub async fn count(db: impl Sql) -> Result<i64> {
    Ok(db.value("SELECT CAST(COUNT(*) AS BIGINT) FROM held", params![]).await?)
}

pub async fn remove_ended(db: impl Sql, now: Timestamp) -> Result<u64> {
    Ok(db.run("DELETE FROM held WHERE ends_at <= $1", params![now]).await?)
}
