//! Chapters: what goes on from what.

use super::{Sql, Tx};
use crate::clock::Timestamp;
use crate::id::Id;
use crate::model::incident::Incident;
use crate::{Result, params};
use serde::{Deserialize, Serialize};

/// Says that an incident tells more of one before it, or of none.
pub async fn set_continues(tx: &mut Tx, id: Id<Incident>, before: Option<Id<Incident>>) -> Result<()> {
    tx.run("UPDATE incident SET continues = $2 WHERE id = $1", params![id, before]).await?;
    Ok(())
}

/// Says that an incident tells more of one before it, unless that is known already.
pub async fn go_on_from(tx: &mut Tx, id: Id<Incident>, before: Id<Incident>) -> Result<()> {
    tx.run("UPDATE incident SET continues = $2 WHERE id = $1 AND id <> $2 AND continues IS NULL", params![id, before]).await?;
    Ok(())
}

/// The id, number and title of the incident that this one tells more of.
pub async fn find_continued(db: impl Sql, id: Id<Incident>) -> Result<Option<(Id<Incident>, i64, String)>> {
    Ok(db
        .optional(
            "SELECT other.id, other.number, other.title FROM incident JOIN incident other ON other.id = incident.continues WHERE incident.id = $1",
            params![id],
        )
        .await?)
}

/// A public incident that tells more of another one, or that another one tells more of.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Chapter {
    pub slug: String,
    pub title: String,
    pub title_language: Option<String>,
    /// Whether it is the one that was before.
    pub is_before: bool,
    pub first_at: Timestamp,
    pub newest_at: Timestamp,
}

/// The incident that the one with this number tells more of, and those that tell more of it, the oldest first.
pub async fn list_chapters(db: impl Sql, number: i64) -> Result<Vec<Chapter>> {
    Ok(db
        .all(
            "SELECT other.slug, other.title, other.title_language, COALESCE(incident.continues = other.id, FALSE) AS is_before, other.first_at, other.newest_at
             FROM incident JOIN incident other ON other.id = incident.continues OR other.continues = incident.id
             WHERE incident.number = $1 AND other.stage IN ('published', 'corrected') ORDER BY other.first_at, other.id LIMIT 6",
            params![number],
        )
        .await?)
}

/// Whether there is a public incident without an article since `until`.
pub async fn has_closed(db: impl Sql, until: Timestamp) -> Result<bool> {
    let row: Option<(Id<Incident>,)> = db
        .optional(
            "SELECT id FROM incident WHERE stage IN ('published', 'corrected') AND newest_at < $1 ORDER BY newest_at, id LIMIT 1",
            params![until],
        )
        .await?;
    Ok(row.is_some())
}

/// What an incident went on from before a merge, and goes on from after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    pub id: Id<Incident>,
    pub before: Option<Id<Incident>>,
    pub after: Option<Id<Incident>>,
}

/// What a merge of two incidents changes of what goes on from what, as it is now.
pub async fn list_links(tx: &mut Tx, keep: Id<Incident>, gone: Id<Incident>) -> Result<Vec<Link>> {
    let rows: Vec<(Id<Incident>, Option<Id<Incident>>)> =
        tx.all("SELECT id, continues FROM incident WHERE id = $1 OR continues = $2 ORDER BY id", params![keep, gone]).await?;
    Ok(rows.into_iter().map(|(id, continues)| Link { id, before: continues, after: continues }).collect())
}

/// Fills in what these go on from by now.
pub async fn look_again(tx: &mut Tx, links: &mut [Link]) -> Result<()> {
    for link in links {
        let row: Option<(Option<Id<Incident>>,)> = tx.optional("SELECT continues FROM incident WHERE id = $1", params![link.id]).await?;
        link.after = row.and_then(|row| row.0);
    }
    Ok(())
}

/// Lets what went on from either of two incidents go on from it again, but for what was changed since.
pub async fn give_links_back(tx: &mut Tx, links: &[Link]) -> Result<()> {
    for Link { id, before, after } in links {
        tx.run(
            "UPDATE incident SET continues = $2 WHERE id = $1 AND COALESCE(continues, 0) = COALESCE(CAST($3 AS BIGINT), 0)",
            params![*id, *before, *after],
        )
        .await?;
    }
    Ok(())
}
