//! The audit log: every privileged act, only ever added to.

use super::{Sql, Tx};
use crate::clock::Timestamp;
use crate::id::Id;
use crate::model::account::Account;
use crate::{Result, params};

#[derive(Debug)]
pub struct Entry;

#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Row {
    pub id: Id<Entry>,
    pub account_id: Id<Account>,
    pub act: String,
    pub noun: String,
    pub noun_id: i64,
    /// By which readers and editors know it, where it is an incident.
    pub number: Option<i64>,
    pub detail: String,
    pub happened_at: Timestamp,
}

/// Whoever may start commands on the machine; no account has this id.
pub const COMMAND_LINE: Id<Account> = Id::of(0);

pub async fn add(tx: &mut Tx, by: Id<Account>, act: &str, noun: &str, noun_id: i64, detail: &str, now: Timestamp) -> Result<()> {
    tx.run(
        "INSERT INTO audit (id, account_id, act, noun, noun_id, detail, happened_at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        params![Id::<Entry>::new(now), by, act, noun, noun_id, detail, now],
    )
    .await?;
    Ok(())
}

/// The newest entries first, of one act or all, before the entry `before` if there is one; at most `limit`.
pub async fn list(db: impl Sql, act: Option<&str>, before: Option<i64>, limit: i64) -> Result<Vec<Row>> {
    Ok(db
        .all(
            "SELECT audit.id, audit.account_id, audit.act, audit.noun, audit.noun_id, incident.number, audit.detail, audit.happened_at FROM audit
             LEFT JOIN incident ON audit.noun = 'incident' AND incident.id = audit.noun_id
             WHERE (CAST($1 AS TEXT) IS NULL OR audit.act = $1) AND audit.id < $2 ORDER BY audit.id DESC LIMIT $3",
            params![act, before.unwrap_or(i64::MAX), limit],
        )
        .await?)
}

/// The acts that were ever done.
pub async fn list_acts(db: impl Sql) -> Result<Vec<String>> {
    Ok(db.column("SELECT act FROM audit GROUP BY act ORDER BY act, MIN(id)", params![]).await?)
}

/// What one account did, oldest first.
pub async fn list_of(db: impl Sql, account: Id<Account>) -> Result<Vec<Row>> {
    Ok(db
        .all(
            "SELECT audit.id, audit.account_id, audit.act, audit.noun, audit.noun_id, incident.number, audit.detail, audit.happened_at FROM audit
             LEFT JOIN incident ON audit.noun = 'incident' AND incident.id = audit.noun_id
             WHERE audit.account_id = $1 ORDER BY audit.id LIMIT 10000",
            params![account],
        )
        .await?)
}
