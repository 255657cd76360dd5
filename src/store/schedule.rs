//! Schedules: editions that editors have signed and that wait for their time.

use super::{Sql, Tx};
use crate::clock::Timestamp;
use crate::id::Id;
use crate::model::account::Account;
use crate::model::edition::Edition;
use crate::model::incident::Incident;
use crate::model::working::Working;
use crate::{Result, params};

#[derive(Debug, Clone)]
pub struct Row {
    pub account_id: Id<Account>,
    pub edition: Edition,
    /// The text as it was typed, to be given back should it not be published.
    pub typed: Working,
    /// The revision that it goes on from.
    pub base: i64,
    pub publish_at: Timestamp,
}

#[derive(sqlx::FromRow)]
struct Stored {
    account_id: Id<Account>,
    edition: String,
    typed: String,
    base: i64,
    publish_at: Timestamp,
}

/// In place of what was scheduled before.
pub async fn write(tx: &mut Tx, incident: Id<Incident>, row: &Row, now: Timestamp) -> Result<()> {
    tx.run(
        "INSERT INTO schedule (incident_id, account_id, edition, typed, base, publish_at, made_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (incident_id) DO UPDATE SET account_id = excluded.account_id, edition = excluded.edition, typed = excluded.typed,
            base = excluded.base, publish_at = excluded.publish_at, made_at = excluded.made_at",
        params![incident, row.account_id, serde_json::to_string(&row.edition)?, serde_json::to_string(&row.typed)?, row.base, row.publish_at, now],
    )
    .await?;
    Ok(())
}

pub async fn find(db: impl Sql, incident: Id<Incident>) -> Result<Option<Row>> {
    let row: Option<Stored> =
        db.optional("SELECT account_id, edition, typed, base, publish_at FROM schedule WHERE incident_id = $1", params![incident]).await?;
    row.map(|row| {
        Ok(Row {
            account_id: row.account_id,
            edition: serde_json::from_str(&row.edition)?,
            typed: serde_json::from_str(&row.typed)?,
            base: row.base,
            publish_at: row.publish_at,
        })
    })
    .transpose()
}

/// Whether anything that this account signed waits for its time.
pub async fn is_any_of(db: impl Sql, account: Id<Account>) -> Result<bool> {
    Ok(db.value("SELECT EXISTS (SELECT 1 FROM schedule WHERE account_id = $1)", params![account]).await?)
}

/// Whether there was one.
pub async fn remove(tx: &mut Tx, incident: Id<Incident>) -> Result<bool> {
    Ok(tx.run("DELETE FROM schedule WHERE incident_id = $1", params![incident]).await? == 1)
}
