//! Revisions: numbered, immutable editions of an incident's text.

use super::{Sql, Tx};
use crate::clock::Timestamp;
use crate::id::Id;
use crate::model::account::Account;
use crate::model::edition::{Edition, Revision, Signed};
use crate::model::incident::Incident;
use crate::{Result, params};

#[derive(Debug, Clone)]
pub struct Row {
    pub number: i64,
    pub edition: Edition,
    pub signed: Signed,
    pub published_at: Timestamp,
}

/// Adds the incident's next revision and says its number, from 1.
pub async fn add(tx: &mut Tx, incident: Id<Incident>, edition: &Edition, by: Option<Id<Account>>, signed: &Signed, now: Timestamp) -> Result<i64> {
    let (number,): (i64,) =
        tx.one("SELECT CAST(COALESCE(MAX(number), 0) + 1 AS BIGINT) FROM revision WHERE incident_id = $1", params![incident]).await?;
    tx.run(
        "INSERT INTO revision (id, incident_id, number, edition, account_id, signed, published_at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        params![Id::<Revision>::new(now), incident, number, serde_json::to_string(edition)?, by, serde_json::to_string(signed)?, now],
    )
    .await?;
    Ok(number)
}

#[derive(sqlx::FromRow)]
struct Stored {
    number: i64,
    edition: String,
    signed: String,
    published_at: Timestamp,
}

impl Stored {
    fn read(self) -> Result<Row> {
        Ok(Row {
            number: self.number,
            edition: serde_json::from_str(&self.edition)?,
            signed: serde_json::from_str(&self.signed)?,
            published_at: self.published_at,
        })
    }
}

/// The newest revision of an incident.
pub async fn find_newest(db: impl Sql, incident: Id<Incident>) -> Result<Option<Row>> {
    let row: Option<Stored> = db
        .optional("SELECT number, edition, signed, published_at FROM revision WHERE incident_id = $1 ORDER BY number DESC LIMIT 1", params![incident])
        .await?;
    row.map(Stored::read).transpose()
}

/// The revisions of an incident, newest first; at most 50.
pub async fn list(db: impl Sql, incident: Id<Incident>) -> Result<Vec<Row>> {
    let rows: Vec<Stored> = db
        .all("SELECT number, edition, signed, published_at FROM revision WHERE incident_id = $1 ORDER BY number DESC LIMIT 50", params![incident])
        .await?;
    rows.into_iter().map(Stored::read).collect()
}
