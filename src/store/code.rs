//! Codes that were sent and wait to be typed.

use super::{Sql, Tx};
use crate::clock::Timestamp;
use crate::id::Id;
use crate::model::account::Account;
use crate::model::code::{Purpose, TRIES};
use crate::{Result, params};

#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Row {
    pub purpose: Purpose,
    pub email: String,
    pub account_id: Option<Id<Account>>,
    /// Hash of ticket and code.
    pub code: String,
    /// What the purpose needs to know besides, such as the hash of a chosen password.
    pub payload: String,
    /// A path of our own to go on to.
    pub next: String,
    pub tries: i64,
}

/// Keeps what waits for a code under the hash of its ticket.
pub async fn add(db: impl Sql, ticket: &str, row: &Row, ends_at: Timestamp) -> Result<()> {
    db.run(
        "INSERT INTO code (ticket, purpose, email, account_id, code, payload, next, ends_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        params![ticket, row.purpose, &row.email, row.account_id, &row.code, &row.payload, &row.next, ends_at],
    )
    .await?;
    Ok(())
}

/// What waits under a ticket, as long as it may still be tried.
pub async fn find(db: impl Sql, ticket: &str, now: Timestamp) -> Result<Option<Row>> {
    Ok(db
        .optional(
            "SELECT purpose, email, account_id, code, payload, next, tries FROM code WHERE ticket = $1 AND ends_at > $2 AND tries < $3",
            params![ticket, now, TRIES],
        )
        .await?)
}

/// Counts one try, and gives what it is about if it was not one too many.
pub async fn count_try(tx: &mut Tx, ticket: &str, now: Timestamp) -> Result<Option<Row>> {
    Ok(tx
        .optional(
            "UPDATE code SET tries = tries + 1 WHERE ticket = $1 AND ends_at > $2 AND tries < $3
             RETURNING purpose, email, account_id, code, payload, next, tries",
            params![ticket, now, TRIES],
        )
        .await?)
}

/// Whether it was there: the one who removes it has used it.
pub async fn remove(tx: &mut Tx, ticket: &str) -> Result<bool> {
    Ok(tx.run("DELETE FROM code WHERE ticket = $1", params![ticket]).await? == 1)
}

/// Forgets what waits for an account's codes: after a new password or address earlier letters are worth nothing.
pub async fn remove_of(tx: &mut Tx, account: Id<Account>) -> Result<()> {
    tx.run("DELETE FROM code WHERE account_id = $1", params![account]).await?;
    Ok(())
}

/// Forgets all of one purpose.
pub async fn remove_all(db: impl Sql, purpose: Purpose) -> Result<()> {
    db.run("DELETE FROM code WHERE purpose = $1", params![purpose]).await?;
    Ok(())
}

pub async fn remove_ended(db: impl Sql, now: Timestamp) -> Result<u64> {
    Ok(db.run("DELETE FROM code WHERE ends_at <= $1", params![now]).await?)
}
