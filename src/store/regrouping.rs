//! Regroupings: what editors did to the grouping of articles, and which incidents they told apart.

use super::article::Standing;
use super::chapter::Link;
use super::{Sql, Tx};
use crate::clock::Timestamp;
use crate::id::Id;
use crate::model::account::Account;
use crate::model::article::Article;
use crate::model::incident::{Incident, Stage};
use crate::{Result, params};

/// Stands for a regrouping in ids.
#[derive(Debug)]
pub struct Regrouping;

#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Row {
    pub id: Id<Regrouping>,
    /// `merge` or `move`
    pub act: String,
    pub from_id: Id<Incident>,
    pub into_id: Id<Incident>,
    articles: String,
    standings: String,
    /// What the incident was before it was merged.
    pub stage: Stage,
    pub slug: String,
    pub happened_at: Timestamp,
    /// The two incidents had been told apart already.
    pub was_apart: bool,
    chapters: String,
}

impl Row {
    pub fn is_merge(&self) -> bool {
        self.act == "merge"
    }
    /// The articles that moved.
    pub fn articles(&self) -> Result<Vec<Id<Article>>> {
        Ok(serde_json::from_str::<Vec<i64>>(&self.articles)?.into_iter().map(Id::from).collect())
    }

    /// How they stood where they came from, as far as that was noted.
    pub fn standings(&self) -> Result<Vec<Standing>> {
        Ok(serde_json::from_str(&self.standings)?)
    }

    /// What the merge changed of what goes on from what; none for an act from before that was noted.
    pub fn chapters(&self) -> Result<Vec<Link>> {
        Ok(serde_json::from_str(&self.chapters)?)
    }
}

/// An act to note: articles that are about to move from one incident into another.
pub struct New<'a> {
    pub act: &'a str,
    pub from: &'a super::incident::Row,
    pub into: Id<Incident>,
    pub articles: &'a [Id<Article>],
    pub by: Id<Account>,
}

pub async fn add(tx: &mut Tx, new: New<'_>, now: Timestamp) -> Result<Id<Regrouping>> {
    let id = Id::<Regrouping>::new(now);
    let was_apart = are_apart(&mut *tx, new.from.id, new.into).await?;
    let articles: Vec<i64> = new.articles.iter().map(|id| id.0).collect();
    let mut standings = super::article::list_standings(tx, new.from.id).await?;
    standings.retain(|standing| new.articles.contains(&standing.id));
    tx.run(
        "INSERT INTO regrouping (id, act, from_id, into_id, articles, standings, stage, slug, account_id, happened_at, was_apart)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        params![
            id,
            new.act,
            new.from.id,
            new.into,
            serde_json::to_string(&articles)?,
            serde_json::to_string(&standings)?,
            new.from.stage,
            &new.from.slug,
            new.by,
            now,
            was_apart
        ],
    )
    .await?;
    Ok(id)
}

/// Notes what a merge changed of what goes on from what.
pub async fn note_chapters(tx: &mut Tx, act: Id<Regrouping>, chapters: &[Link]) -> Result<()> {
    tx.run("UPDATE regrouping SET chapters = $2 WHERE id = $1", params![act, serde_json::to_string(chapters)?]).await?;
    Ok(())
}

/// The acts that touched an incident and were not undone, newest first; at most `limit`.
pub async fn list_of(db: impl Sql, incident: Id<Incident>, limit: i64) -> Result<Vec<Row>> {
    Ok(db
        .all(
            "SELECT id, act, from_id, into_id, articles, standings, stage, slug, happened_at, was_apart, chapters FROM regrouping
             WHERE (from_id = $1 OR into_id = $1) AND undone_at IS NULL ORDER BY id DESC LIMIT $2",
            params![incident, limit],
        )
        .await?)
}

/// Takes an act that was not undone, to undo it; nobody else gets it a second time.
pub async fn take(tx: &mut Tx, id: Id<Regrouping>, now: Timestamp) -> Result<Option<Row>> {
    Ok(tx
        .optional(
            "UPDATE regrouping SET undone_at = $2 WHERE id = $1 AND undone_at IS NULL
             RETURNING id, act, from_id, into_id, articles, standings, stage, slug, happened_at, was_apart, chapters",
            params![id, now],
        )
        .await?)
}

/// The articles that editors moved out of an incident or into it since then, whether or not that was undone.
pub async fn list_moved(db: impl Sql, incident: Id<Incident>, since: Timestamp) -> Result<Vec<Id<Article>>> {
    let rows: Vec<(String,)> = db
        .all("SELECT articles FROM regrouping WHERE (from_id = $1 OR into_id = $1) AND happened_at >= $2 ORDER BY id", params![incident, since])
        .await?;
    let mut moved = vec![];
    for (articles,) in rows {
        moved.extend(serde_json::from_str::<Vec<i64>>(&articles)?.into_iter().map(Id::from));
    }
    Ok(moved)
}

/// Whether an editor merged an incident into another, which was not undone.
pub async fn is_merged(db: impl Sql, incident: Id<Incident>) -> Result<bool> {
    Ok(db.value("SELECT EXISTS (SELECT 1 FROM regrouping WHERE from_id = $1 AND act = 'merge' AND undone_at IS NULL)", params![incident]).await?)
}

/// After a move was undone: whether the two incidents stay apart, by another move between them, or since they were told apart before. What was so
/// before this move was so before those that came after it.
pub async fn stay_apart(tx: &mut Tx, undone: &Row) -> Result<bool> {
    let others = "UPDATE regrouping SET was_apart = was_apart AND $3 WHERE act = 'move' AND undone_at IS NULL
                  AND (from_id = $1 AND into_id = $2 OR from_id = $2 AND into_id = $1)";
    let others = tx.run(others, params![undone.from_id, undone.into_id, undone.was_apart]).await?;
    Ok(others > 0 || undone.was_apart)
}

/// Tells two incidents apart for good, or no longer.
pub async fn set_apart(tx: &mut Tx, one: Id<Incident>, other: Id<Incident>, are_apart: bool) -> Result<()> {
    let (one, other) = (one.min(other), one.max(other));
    let text = match are_apart {
        true => "INSERT INTO apart (one_id, other_id) VALUES ($1, $2) ON CONFLICT (one_id, other_id) DO UPDATE SET came_from = NULL",
        false => "DELETE FROM apart WHERE one_id = $1 AND other_id = $2",
    };
    tx.run(text, params![one, other]).await?;
    Ok(())
}

/// What was told apart from an incident that is merged stays apart from the one that it is part of now.
pub async fn hand_on(tx: &mut Tx, gone: Id<Incident>, keep: Id<Incident>) -> Result<()> {
    let others: Vec<(Id<Incident>,)> = tx
        .all(
            "SELECT CASE WHEN one_id = $1 THEN other_id ELSE one_id END AS id FROM apart WHERE one_id = $1 OR other_id = $1 ORDER BY id",
            params![gone],
        )
        .await?;
    for (other,) in others.into_iter().filter(|(other,)| *other != keep) {
        let (one, other) = (keep.min(other), keep.max(other));
        tx.run(
            "INSERT INTO apart (one_id, other_id, came_from) VALUES ($1, $2, $3) ON CONFLICT (one_id, other_id) DO NOTHING",
            params![one, other, gone],
        )
        .await?;
    }
    Ok(())
}

/// Takes back what an act that was undone had handed on to what its two incidents are part of by now.
pub async fn take_back_between(tx: &mut Tx, undone: &Row, one: Id<Incident>, other: Id<Incident>) -> Result<()> {
    tx.run(
        "DELETE FROM apart WHERE one_id = $1 AND other_id = $2 AND came_from IN ($3, $4)",
        params![one.min(other), one.max(other), undone.from_id, undone.into_id],
    )
    .await?;
    Ok(())
}

/// Takes back what a merge handed on.
pub async fn take_back(tx: &mut Tx, gone: Id<Incident>) -> Result<()> {
    tx.run("DELETE FROM apart WHERE came_from = $1", params![gone]).await?;
    Ok(())
}

pub async fn are_apart(db: impl Sql, one: Id<Incident>, other: Id<Incident>) -> Result<bool> {
    Ok(db.value("SELECT EXISTS (SELECT 1 FROM apart WHERE one_id = $1 AND other_id = $2)", params![one.min(other), one.max(other)]).await?)
}
