//! Notes: what editors say to each other about an incident.

use super::{Sql, Tx};
use crate::clock::Timestamp;
use crate::id::Id;
use crate::model::account::Account;
use crate::model::incident::Incident;
use crate::{Result, params};

#[derive(Debug)]
pub struct Note;

#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Row {
    /// `None` for an account that is gone.
    pub name: Option<String>,
    /// What was done with it, such as "handed in".
    pub act: String,
    pub text: String,
    pub said_at: Timestamp,
}

pub async fn add(tx: &mut Tx, incident: Id<Incident>, by: Id<Account>, act: &str, text: &str, now: Timestamp) -> Result<()> {
    tx.run(
        "INSERT INTO note (id, incident_id, account_id, act, text, said_at) VALUES ($1, $2, $3, $4, $5, $6)",
        params![Id::<Note>::new(now), incident, by, act, text, now],
    )
    .await?;
    Ok(())
}

/// What one account said, oldest first: incident, act, text, when.
pub async fn list_by(db: impl Sql, account: Id<Account>) -> Result<Vec<(Id<Incident>, String, String, Timestamp)>> {
    Ok(db.all("SELECT incident_id, act, text, said_at FROM note WHERE account_id = $1 ORDER BY id LIMIT 10000", params![account]).await?)
}

/// The notes of an incident, newest first; at most `limit`.
pub async fn list_of(db: impl Sql, incident: Id<Incident>, limit: i64) -> Result<Vec<Row>> {
    Ok(db
        .all(
            "SELECT account.name, note.act, note.text, note.said_at FROM note LEFT JOIN account ON account.id = note.account_id
             WHERE note.incident_id = $1 ORDER BY note.id DESC LIMIT $2",
            params![incident, limit],
        )
        .await?)
}
