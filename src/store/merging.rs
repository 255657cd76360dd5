//! Merging: two incidents become one, and what was one is two again.

use super::incident::find;
use super::{Sql, Tx, article, doubt, regrouping};
use crate::clock::Timestamp;
use crate::id::Id;
use crate::model::incident::{Incident, Stage};
use crate::{Error, Result, params};

/// A merge of merges is a short chain; a circle cannot be made, and would end here.
const LONGEST: usize = 8;

/// Where articles of this incident belong: itself, or the one that it was merged into.
pub async fn heir(tx: &mut Tx, id: Id<Incident>) -> Result<Id<Incident>> {
    let mut heir = id;
    for _ in 0..LONGEST {
        let Some(next) = next(tx, heir).await? else { break };
        heir = next;
    }
    Ok(heir)
}

/// The incident that this one was merged into itself.
async fn next(tx: &mut Tx, id: Id<Incident>) -> Result<Option<Id<Incident>>> {
    let row: Option<(Option<Id<Incident>>,)> = tx.optional("SELECT merged_into FROM incident WHERE id = $1", params![id]).await?;
    Ok(row.and_then(|row| row.0))
}

/// What was told apart from an incident is apart from all that it is part of, each as long as it is.
pub async fn hand_on_apart(tx: &mut Tx, id: Id<Incident>) -> Result<()> {
    let mut part = id;
    for _ in 0..LONGEST {
        let Some(whole) = next(tx, part).await? else { break };
        regrouping::hand_on(tx, part, whole).await?;
        part = whole;
    }
    Ok(())
}

/// The id, number and title of the incident that this one is part of, if it was merged.
pub async fn find_heir(db: impl Sql, id: Id<Incident>) -> Result<Option<(Id<Incident>, i64, String)>> {
    Ok(db
        .optional(
            "WITH RECURSIVE stands (id, number, title, merged_into) AS (
                SELECT id, number, title, merged_into FROM incident WHERE id = (SELECT part.merged_into FROM incident part WHERE part.id = $1)
                UNION SELECT incident.id, incident.number, incident.title, incident.merged_into
                FROM stands JOIN incident ON incident.id = stands.merged_into)
             SELECT id, number, title FROM stands WHERE merged_into IS NULL",
            params![id],
        )
        .await?)
}

/// Makes two incidents one: the articles of `gone` follow those of `keep`, and its addresses lead there for good.
pub async fn merge(tx: &mut Tx, keep: Id<Incident>, gone: Id<Incident>, now: Timestamp) -> Result<()> {
    let row = find(&mut *tx, gone).await?.ok_or(Error::NotFound)?;
    article::keep_places(tx, gone).await?;
    article::keep_places(tx, keep).await?;
    tx.run(
        "UPDATE article SET incident_id = $1, joined_at = $3, part = NULL, place = place + (SELECT last_place FROM incident WHERE id = $1)
         WHERE incident_id = $2",
        params![keep, gone, now],
    )
    .await?;
    tx.run("UPDATE former_slug SET incident_id = $1 WHERE incident_id = $2", params![keep, gone]).await?;
    regrouping::hand_on(tx, gone, keep).await?;
    // what went on from either goes on from both, and no incident from itself
    tx.run("UPDATE incident SET continues = $1 WHERE continues = $2", params![keep, gone]).await?;
    tx.run(
        "UPDATE incident SET continues = NULLIF(COALESCE(continues, (SELECT other.continues FROM incident other WHERE other.id = $2)), $1) WHERE id = $1",
        params![keep, gone],
    )
    .await?;
    tx.run("UPDATE incident SET continues = NULL WHERE id = $1 AND continues IN (SELECT id FROM incident WHERE continues = $1)", params![keep])
        .await?;
    tx.run(
        "UPDATE incident SET slug = $2, stage = 'dismissed', merged_into = $3, articles = 0, sources = 0, voices = 0, parts = 0 WHERE id = $1",
        params![gone, format!("merged-{}", row.number), keep],
    )
    .await?;
    tx.run("INSERT INTO former_slug (slug, incident_id) VALUES ($1, $2) ON CONFLICT (slug) DO NOTHING", params![row.slug, keep]).await?;
    doubt::count(tx, keep).await
}

/// Gives an incident that is part of another, `keep`, its addresses and stage back; its articles come by themselves.
pub async fn revive(tx: &mut Tx, id: Id<Incident>, keep: Id<Incident>, slug: &str, stage: Stage) -> Result<()> {
    // what it was merged into may be part of another by now
    tx.run("UPDATE incident SET merged_into = $2 WHERE id = $1", params![id, keep]).await?;
    take_addresses_back(tx, id).await?;
    regrouping::take_back(tx, id).await?;
    // what others handed on to the same incident stays there
    let others: Vec<(Id<Incident>, Id<Incident>)> = tx
        .all(
            "SELECT other.id, other.merged_into FROM incident gone JOIN incident other ON other.merged_into = gone.merged_into AND other.id <> gone.id
             WHERE gone.id = $1 ORDER BY other.id",
            params![id],
        )
        .await?;
    for (other, keep) in others {
        regrouping::hand_on(tx, other, keep).await?;
    }
    tx.run("DELETE FROM former_slug WHERE slug = $1", params![slug]).await?;
    tx.run("UPDATE incident SET slug = $2, stage = $3, merged_into = NULL WHERE id = $1", params![id, slug, stage]).await?;
    Ok(())
}

/// The former addresses of an incident that was merged, and of what had been merged into it before.
async fn take_addresses_back(tx: &mut Tx, id: Id<Incident>) -> Result<()> {
    let own: Vec<(i64,)> = tx
        .all(
            "WITH RECURSIVE own (id, number) AS (
                SELECT incident.id, incident.number FROM incident WHERE incident.id = $1
                UNION SELECT incident.id, incident.number FROM incident JOIN own ON incident.merged_into = own.id)
             SELECT own.number FROM own ORDER BY own.number",
            params![id],
        )
        .await?;
    let former: Vec<(String,)> = tx
        .all(
            "SELECT former_slug.slug FROM incident gone JOIN former_slug ON former_slug.incident_id = gone.merged_into
             WHERE gone.id = $1 ORDER BY former_slug.slug",
            params![id],
        )
        .await?;
    // every address ends with the number of its incident
    let is_own = |slug: &str| own.iter().any(|(number,)| slug.ends_with(&format!("-{number}")));
    for (slug,) in former.into_iter().filter(|(slug,)| is_own(slug)) {
        tx.run("UPDATE former_slug SET incident_id = $1 WHERE slug = $2", params![id, slug]).await?;
    }
    Ok(())
}
