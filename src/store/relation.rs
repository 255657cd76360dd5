//! What editors say of two incidents: that they belong together, or that they do not.

use super::{Sql, Tx};
use crate::clock::Timestamp;
use crate::id::Id;
use crate::model::account::Account;
use crate::model::incident::Incident;
use crate::{Result, params};

#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Row {
    pub other_id: Id<Incident>,
    /// `pin` or `hide`
    pub kind: String,
    pub number: i64,
    pub title: String,
}

/// Says it of an incident, in place of what was said of the same two before.
pub async fn write(tx: &mut Tx, incident: Id<Incident>, other: Id<Incident>, kind: &str, by: Id<Account>, now: Timestamp) -> Result<()> {
    remove(tx, incident, other).await?;
    tx.run(
        "INSERT INTO relation (incident_id, other_id, kind, account_id, said_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (incident_id, other_id) DO UPDATE SET kind = excluded.kind, account_id = excluded.account_id, said_at = excluded.said_at",
        params![incident, other, kind, by, now],
    )
    .await?;
    Ok(())
}

/// Takes back what was said of an incident and another, or what is part of that one by now.
pub async fn remove(tx: &mut Tx, incident: Id<Incident>, other: Id<Incident>) -> Result<()> {
    tx.run(
        "WITH RECURSIVE part (id) AS (
            SELECT id FROM incident WHERE id = $2 UNION SELECT incident.id FROM incident JOIN part ON incident.merged_into = part.id)
         DELETE FROM relation WHERE incident_id = $1 AND other_id IN (SELECT id FROM part)",
        params![incident, other],
    )
    .await?;
    Ok(())
}

/// What editors said of an incident and others, each as the incident that it is part of by now; at most 50.
pub async fn list_of(db: impl Sql, incident: Id<Incident>) -> Result<Vec<Row>> {
    Ok(db
        .all(
            "WITH RECURSIVE stands (first_id, id, merged_into) AS (
                SELECT incident.id, incident.id, incident.merged_into FROM relation JOIN incident ON incident.id = relation.other_id
                WHERE relation.incident_id = $1
                UNION SELECT stands.first_id, incident.id, incident.merged_into FROM stands JOIN incident ON incident.id = stands.merged_into)
             SELECT incident.id AS other_id, relation.kind, incident.number, incident.title
             FROM relation JOIN stands ON stands.first_id = relation.other_id AND stands.merged_into IS NULL JOIN incident ON incident.id = stands.id
             WHERE relation.incident_id = $1 AND incident.id <> $1 ORDER BY relation.said_at DESC, relation.other_id LIMIT 50",
            params![incident],
        )
        .await?)
}
