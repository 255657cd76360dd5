//! Parts: articles of one incident that may be another event, for an editor to decide.

use super::{Sql, Tx};
use crate::id::Id;
use crate::model::article::Article;
use crate::model::incident::Incident;
use crate::{Result, params};

/// Whether an incident has so many articles, and twice as many as when it was last looked through.
pub async fn are_due(db: impl Sql, incident: Id<Incident>, least: u32) -> Result<bool> {
    Ok(db
        .value(
            "SELECT EXISTS (SELECT 1 FROM incident WHERE id = $1 AND articles >= $2 AND articles >= 2 * looked_through
                            AND stage NOT IN ('dismissed', 'retracted'))",
            params![incident, i64::from(least)],
        )
        .await?)
}

/// Notes what an incident with its articles of now seems to fall into, besides its largest part, in place of what was noted before.
pub async fn replace(tx: &mut Tx, incident: Id<Incident>, parts: &[Vec<Id<Article>>]) -> Result<()> {
    remove_of(tx, incident).await?;
    for (part, ids) in (1i64..).zip(parts) {
        for id in ids {
            tx.run("UPDATE article SET part = $3 WHERE id = $1 AND incident_id = $2", params![*id, incident, part]).await?;
        }
    }
    tx.run("UPDATE incident SET looked_through = articles WHERE id = $1", params![incident]).await?;
    super::incident::count(tx, incident).await
}

/// Forgets the parts of an incident; it is looked through again when it has grown to twice what it was.
pub async fn remove_of(tx: &mut Tx, incident: Id<Incident>) -> Result<()> {
    tx.run("UPDATE article SET part = NULL WHERE incident_id = $1 AND part IS NOT NULL", params![incident]).await?;
    super::incident::count(tx, incident).await
}

/// The parts of an incident and the places of their articles, in order.
pub async fn list_of(db: impl Sql, incident: Id<Incident>) -> Result<Vec<(i64, i64)>> {
    Ok(db.all("SELECT part, place FROM article WHERE incident_id = $1 AND part IS NOT NULL ORDER BY part, place", params![incident]).await?)
}
