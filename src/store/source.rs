//! Sources: what we read, when next, and how they are doing.

use super::{Sql, Tx};
use crate::clock::Timestamp;
use crate::id::Id;
use crate::model::source::{NewSource, Reliability, Source};
use crate::text::slug::slug;
use crate::{Result, params};

#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Row {
    pub id: Id<Source>,
    pub slug: String,
    pub name: String,
    pub address: String,
    pub outlet: String,
    pub owner: String,
    pub country: Option<String>,
    pub language: Option<String>,
    pub reliability: Reliability,
    pub licence: String,
    pub active: bool,
    pub etag: Option<String>,
    pub last_modified: Option<String>,
    pub tried_at: Option<Timestamp>,
    pub worked_at: Option<Timestamp>,
    pub failures: i64,
    pub problem: Option<String>,
}

/// Adds a source that is due at once. `Taken` when its address or its name is known.
pub async fn add(db: impl Sql, source: &NewSource, now: Timestamp) -> Result<Id<Source>> {
    let id = Id::new(now);
    let slug = match slug(&source.name) {
        empty if empty.is_empty() => format!("source-{id}"),
        slug => slug,
    };
    db.run(
        "INSERT INTO source (id, slug, name, address, outlet, owner, country, language, reliability, licence, due_at, added_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11)",
        params![
            id,
            slug,
            &source.name,
            &source.address,
            &source.outlet,
            &source.owner,
            source.country.clone(),
            source.language.clone(),
            source.reliability,
            &source.licence,
            now
        ],
    )
    .await?;
    Ok(id)
}

/// All sources, the failing ones first, then by name.
pub async fn list(db: impl Sql) -> Result<Vec<Row>> {
    Ok(db
        .all(
            "SELECT id, slug, name, address, outlet, owner, country, language, reliability, licence, active, etag, last_modified,
                    tried_at, worked_at, failures, problem
             FROM source ORDER BY failures DESC, name, id",
            params![],
        )
        .await?)
}

pub async fn find(db: impl Sql, id: Id<Source>) -> Result<Option<Row>> {
    Ok(db
        .optional(
            "SELECT id, slug, name, address, outlet, owner, country, language, reliability, licence, active, etag, last_modified,
                    tried_at, worked_at, failures, problem
             FROM source WHERE id = $1",
            params![id],
        )
        .await?)
}

/// Active sources whose time has come, the longest waiting first; at most `limit`.
pub async fn list_due(db: impl Sql, now: Timestamp, limit: i64) -> Result<Vec<Id<Source>>> {
    let rows: Vec<(Id<Source>,)> =
        db.all("SELECT id FROM source WHERE active AND due_at <= $1 ORDER BY due_at, id LIMIT $2", params![now, limit]).await?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}

/// Moves a source to another address; it is due at once.
pub async fn set_address(tx: &mut Tx, id: Id<Source>, address: &str) -> Result<()> {
    tx.run("UPDATE source SET address = $2, due_at = 0 WHERE id = $1", params![id, address]).await?;
    Ok(())
}

/// A source has moved for good. It stays where it was when another source is read there already.
pub async fn move_to(tx: &mut Tx, id: Id<Source>, address: &str) -> Result<()> {
    tx.run("UPDATE source SET address = $2 WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM source other WHERE other.address = $2)", params![id, address])
        .await?;
    Ok(())
}

/// Puts the next reading off, so that a source which is being read is not due again.
pub async fn set_due(tx: &mut Tx, id: Id<Source>, due: Timestamp) -> Result<()> {
    tx.run("UPDATE source SET due_at = $2 WHERE id = $1", params![id, due]).await?;
    Ok(())
}

/// A reading that worked: health is clean again, validators are kept for the next conditional request.
pub async fn record_success(
    tx: &mut Tx,
    id: Id<Source>,
    etag: Option<String>,
    last_modified: Option<String>,
    now: Timestamp,
    due: Timestamp,
) -> Result<()> {
    tx.run(
        "UPDATE source SET etag = $2, last_modified = $3, tried_at = $4, worked_at = $4, failures = 0, problem = NULL, due_at = $5
         WHERE id = $1",
        params![id, etag, last_modified, now, due],
    )
    .await?;
    Ok(())
}

/// A reading that failed, with the reason in words.
pub async fn record_failure(db: impl Sql, id: Id<Source>, problem: &str, now: Timestamp, due: Timestamp) -> Result<()> {
    db.run("UPDATE source SET tried_at = $2, failures = failures + 1, problem = $3, due_at = $4 WHERE id = $1", params![id, now, problem, due])
        .await?;
    Ok(())
}

/// How many sources are active, and how many of them worked when last tried.
pub async fn count_reporting(db: impl Sql) -> Result<(i64, i64)> {
    Ok(db
        .one(
            "SELECT CAST(COUNT(*) AS BIGINT), CAST(COALESCE(SUM(CASE WHEN failures = 0 AND worked_at IS NOT NULL THEN 1 ELSE 0 END), 0) AS BIGINT)
             FROM source WHERE active",
            params![],
        )
        .await?)
}
