//! Topics of public incidents, and which incidents share them.

use super::incident::{Row, columns};
use super::list::Key;
use super::{Sql, Tx};
use crate::clock::Timestamp;
use crate::id::Id;
use crate::model::incident::Incident;
use crate::model::topic::Topic;
use crate::{Result, params};

/// The topics of an incident, in place of those it had.
pub async fn replace(tx: &mut Tx, incident: Id<Incident>, topics: &[Topic], newest: Timestamp) -> Result<()> {
    tx.run("DELETE FROM topic WHERE incident_id = $1", params![incident]).await?;
    for topic in topics {
        tx.run(
            "INSERT INTO topic (incident_id, key, label, language, newest_at, slug) VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (incident_id, key) DO NOTHING",
            params![incident, &topic.key, &topic.label, &topic.language, newest, topic.slug()],
        )
        .await?;
    }
    Ok(())
}

/// Public incidents with this topic, newest first; at most `limit`. Bounded, since the commonest topics are in nearly all incidents.
pub async fn list_with(db: impl Sql, key: &str, limit: i64) -> Result<Vec<Id<Incident>>> {
    Ok(db.column("SELECT incident_id FROM topic WHERE key = $1 ORDER BY newest_at DESC, incident_id DESC LIMIT $2", params![key, limit]).await?)
}

/// The label and language of the topic at a slug, and how many public incidents have it.
pub async fn find(db: impl Sql, slug: &str) -> Result<Option<(String, String, i64)>> {
    Ok(db
        .optional(
            "SELECT MAX(topic.label), MIN(topic.language), CAST(COUNT(*) AS BIGINT) FROM topic JOIN incident ON incident.id = topic.incident_id
             WHERE topic.slug = $1 AND incident.stage IN ('published', 'corrected') GROUP BY topic.slug",
            params![slug],
        )
        .await?)
}

/// Public incidents with the topic at a slug, newest first, after `after`; at most `limit`.
pub async fn list_incidents(db: impl Sql, slug: &str, after: Option<Key>, limit: i64) -> Result<Vec<Row>> {
    let after = after.unwrap_or(Key::START);
    Ok(db
        .all(
            concat!(
                "SELECT ",
                columns!(),
                " FROM incident JOIN (
                    SELECT incident_id, newest_at AS at FROM topic WHERE slug = $1 AND (newest_at, incident_id) < ($2, $3) AND EXISTS (
                        SELECT 1 FROM incident open WHERE open.id = topic.incident_id AND open.stage IN ('published', 'corrected'))
                    ORDER BY newest_at DESC, incident_id DESC LIMIT $4) page ON page.incident_id = incident.id
                  ORDER BY page.at DESC, id DESC"
            ),
            params![slug, after.newest_at, after.id, limit],
        )
        .await?)
}
