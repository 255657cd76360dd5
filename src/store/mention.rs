//! Who and what public incidents name: the entities of the portal, each known by its slug.

use super::incident::{Row, columns};
use super::list::Key;
use super::{Sql, Tx};
use crate::clock::Timestamp;
use crate::id::Id;
use crate::model::entity::{EntityKind, Mention};
use crate::model::incident::Incident;
use crate::model::severity::Severity;
use crate::{Result, params};

/// The mentions of an incident, in place of those it had.
pub async fn replace(tx: &mut Tx, incident: Id<Incident>, mentions: &[Mention], newest: Timestamp) -> Result<()> {
    tx.run("DELETE FROM mention WHERE incident_id = $1", params![incident]).await?;
    for mention in mentions {
        tx.run(
            "INSERT INTO mention (incident_id, slug, kind, name, articles, newest_at) VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (incident_id, slug) DO NOTHING",
            params![incident, mention.slug(), mention.kind, &mention.name, mention.articles.len() as i64, newest],
        )
        .await?;
    }
    Ok(())
}

/// An entity as its public incidents know it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Known {
    pub slug: String,
    pub kind: EntityKind,
    pub name: String,
    pub incidents: i64,
    pub articles: i64,
    pub first_at: Timestamp,
    pub newest_at: Timestamp,
    pub severity: Severity,
}

pub async fn find(db: impl Sql, slug: &str) -> Result<Option<Known>> {
    Ok(db
        .optional(
            "SELECT mention.slug, MIN(mention.kind) AS kind, MAX(mention.name) AS name, CAST(COUNT(*) AS BIGINT) AS incidents,
                    CAST(SUM(mention.articles) AS BIGINT) AS articles, MIN(incident.first_at) AS first_at, MAX(incident.newest_at) AS newest_at,
                    MAX(incident.severity) AS severity
             FROM mention JOIN incident ON incident.id = mention.incident_id
             WHERE mention.slug = $1 AND incident.stage IN ('published', 'corrected') GROUP BY mention.slug",
            params![slug],
        )
        .await?)
}

/// The entities that incidents since `since` name most, of one kind; at most `limit`.
pub async fn list_most(db: impl Sql, kind: EntityKind, since: Timestamp, limit: i64) -> Result<Vec<Known>> {
    Ok(db
        .all(
            "SELECT mention.slug, MIN(mention.kind) AS kind, MAX(mention.name) AS name, CAST(COUNT(*) AS BIGINT) AS incidents,
                    CAST(SUM(mention.articles) AS BIGINT) AS articles, MIN(incident.first_at) AS first_at, MAX(incident.newest_at) AS newest_at,
                    MAX(incident.severity) AS severity
             FROM mention JOIN incident ON incident.id = mention.incident_id
             WHERE mention.newest_at > $1 AND mention.kind = $2 AND incident.stage IN ('published', 'corrected')
             GROUP BY mention.slug ORDER BY incidents DESC, articles DESC, mention.slug LIMIT $3",
            params![since, kind, limit],
        )
        .await?)
}

/// Entities whose slug begins with `start`, for suggestions; at most `limit`.
pub async fn list_like(db: impl Sql, start: &str, limit: i64) -> Result<Vec<Known>> {
    Ok(db
        .all(
            "SELECT mention.slug, MIN(mention.kind) AS kind, MAX(mention.name) AS name, CAST(COUNT(*) AS BIGINT) AS incidents,
                    CAST(SUM(mention.articles) AS BIGINT) AS articles, MIN(incident.first_at) AS first_at, MAX(incident.newest_at) AS newest_at,
                    MAX(incident.severity) AS severity
             FROM mention JOIN incident ON incident.id = mention.incident_id
             WHERE mention.slug >= $1 AND mention.slug < $2 AND incident.stage IN ('published', 'corrected')
             GROUP BY mention.slug ORDER BY incidents DESC, mention.slug LIMIT $3",
            params![start, format!("{start}\u{10ffff}"), limit],
        )
        .await?)
}

/// Public incidents that name an entity, newest first, after `after`; at most `limit`.
pub async fn list_incidents(db: impl Sql, slug: &str, after: Option<Key>, limit: i64) -> Result<Vec<Row>> {
    let after = after.unwrap_or(Key::START);
    Ok(db
        .all(
            concat!(
                "SELECT ",
                columns!(),
                " FROM incident JOIN (
                    SELECT incident_id, newest_at AS at FROM mention WHERE slug = $1 AND (newest_at, incident_id) < ($2, $3) AND EXISTS (
                        SELECT 1 FROM incident open WHERE open.id = mention.incident_id AND open.stage IN ('published', 'corrected'))
                    ORDER BY newest_at DESC, incident_id DESC LIMIT $4) page ON page.incident_id = incident.id
                  ORDER BY page.at DESC, id DESC"
            ),
            params![slug, after.newest_at, after.id, limit],
        )
        .await?)
}

/// What the newest 60 public incidents that name an entity name: incident, kind, name. Only `account/access.rs` may call it.
pub async fn list_around(db: impl Sql, slug: &str) -> Result<Vec<(Id<Incident>, EntityKind, String)>> {
    Ok(db
        .all(
            "SELECT other.incident_id, other.kind, other.name FROM mention other
             WHERE other.incident_id IN (
                SELECT incident_id FROM mention WHERE slug = $1 AND EXISTS (
                    SELECT 1 FROM incident WHERE incident.id = mention.incident_id AND incident.stage IN ('published', 'corrected'))
                ORDER BY newest_at DESC, incident_id DESC LIMIT 60)
             ORDER BY other.incident_id, other.articles DESC, other.slug LIMIT 3000",
            params![slug],
        )
        .await?)
}

/// When articles of public incidents that name an entity were published, since `since`; at most `limit`.
pub async fn list_times(db: impl Sql, slug: &str, since: Timestamp, limit: i64) -> Result<Vec<Timestamp>> {
    Ok(db
        .column(
            "SELECT article.published_at FROM mention JOIN article ON article.incident_id = mention.incident_id
             JOIN incident ON incident.id = mention.incident_id AND incident.stage IN ('published', 'corrected')
             WHERE mention.slug = $1 AND article.published_at > $2 ORDER BY article.published_at DESC, article.id DESC LIMIT $3",
            params![slug, since, limit],
        )
        .await?)
}

/// Public incidents that name an entity, newest first; at most `limit`.
pub async fn list_with(db: impl Sql, slug: &str, limit: i64) -> Result<Vec<Id<Incident>>> {
    Ok(db
        .column(
            "SELECT incident_id FROM mention WHERE slug = $1 AND EXISTS (
                SELECT 1 FROM incident WHERE incident.id = mention.incident_id AND incident.stage IN ('published', 'corrected'))
             ORDER BY newest_at DESC, incident_id DESC LIMIT $2",
            params![slug, limit],
        )
        .await?)
}
