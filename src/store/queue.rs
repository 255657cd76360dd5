//! The editors' queue: what waits for one of them, and what they have done with it.

use super::Sql;
use super::incident::{Row, columns};
use crate::id::Id;
use crate::model::account::Account;
use crate::model::article::Reasons;
use crate::model::incident::Incident;
use crate::{Result, params};

/// Whose incidents are listed.
#[derive(Debug, Clone, Copy, Default)]
pub enum Whose {
    #[default]
    Anybodys,
    /// Nobody has claimed them.
    Nobodys,
    Theirs(Id<Account>),
}

/// Incidents that no editor has reviewed, the most valuable first, after one of them; at most `limit`. Written as a comparison, without
/// which SQLite does not see its index.
pub async fn list(db: impl Sql, whose: Whose, after: Option<Id<Incident>>, limit: i64) -> Result<Vec<Row>> {
    let (is_free, of) = match whose {
        Whose::Anybodys => (false, None),
        Whose::Nobodys => (true, None),
        Whose::Theirs(account) => (false, Some(account)),
    };
    Ok(db
        .all(
            concat!(
                "SELECT ",
                columns!(),
                " FROM incident WHERE reviewed = FALSE AND stage NOT IN ('dismissed', 'retracted')
                    AND (NOT $1 OR claimed_by IS NULL) AND (CAST($2 AS BIGINT) IS NULL OR claimed_by = $2)
                    AND (CAST($3 AS BIGINT) IS NULL OR (value, id) < (SELECT last.value, last.id FROM incident last WHERE last.id = $3))
                  ORDER BY value DESC, id DESC LIMIT $4"
            ),
            params![is_free, of, after, limit],
        )
        .await?)
}

/// Candidates that editors dismissed, those with the newest articles first, after one of them; at most `limit`.
pub async fn list_dismissed(db: impl Sql, after: Option<Id<Incident>>, limit: i64) -> Result<Vec<Row>> {
    Ok(db
        .all(
            concat!(
                "SELECT ",
                columns!(),
                " FROM incident WHERE stage = 'dismissed' AND merged_into IS NULL
                    AND (CAST($1 AS BIGINT) IS NULL OR (newest_at, id) < (SELECT last.newest_at, last.id FROM incident last WHERE last.id = $1))
                  ORDER BY newest_at DESC, id DESC LIMIT $2"
            ),
            params![after, limit],
        )
        .await?)
}

/// Incidents with words of an editor's that wait for one again: a reader doubts, or something has changed.
pub async fn list_signed(db: impl Sql) -> Result<Vec<Id<Incident>>> {
    Ok(db
        .column(
            "SELECT incident.id FROM incident JOIN revision ON revision.incident_id = incident.id AND revision.number = incident.revision
             WHERE NOT incident.reviewed AND incident.stage NOT IN ('dismissed', 'retracted') AND revision.account_id IS NOT NULL
             ORDER BY incident.value DESC, incident.id DESC LIMIT 500",
            params![],
        )
        .await?)
}

/// Incidents whose text waits for an editor's look, the longest quiet first; at most `limit`.
pub async fn list_handed(db: impl Sql, limit: i64) -> Result<Vec<Row>> {
    Ok(db.all(concat!("SELECT ", columns!(), " FROM incident WHERE handed_by IS NOT NULL ORDER BY newest_at, id LIMIT $1"), params![limit]).await?)
}

/// What the second article of each incident in the queue shares with the first: why there is an incident at all.
pub async fn list_shared(db: impl Sql) -> Result<Vec<(Id<Incident>, Reasons)>> {
    let rows: Vec<(Id<Incident>, Option<String>, Option<String>)> = db
        .all(
            "SELECT article.incident_id, article.reasons, article.shares FROM article JOIN incident ON incident.id = article.incident_id
             WHERE incident.reviewed = FALSE AND incident.stage NOT IN ('dismissed', 'retracted') AND article.place = 2
             ORDER BY incident.value DESC, incident.id DESC LIMIT 200",
            params![],
        )
        .await?;
    let told =
        |(id, reasons, shares): (_, Option<String>, Option<String>)| Some((id, super::article::reasons(reasons.as_deref(), shares.as_deref())?));
    Ok(rows.into_iter().filter_map(told).collect())
}

/// Incidents that an editor has reviewed, the newest first; at most `limit`.
pub async fn list_reviewed(db: impl Sql, limit: i64) -> Result<Vec<Row>> {
    Ok(db
        .all(concat!("SELECT ", columns!(), " FROM incident WHERE reviewed = TRUE ORDER BY newest_at DESC, id DESC LIMIT $1"), params![limit])
        .await?)
}

/// How many incidents no editor has reviewed, and how many of these are public by the automatic policy.
pub async fn count(db: impl Sql) -> Result<(i64, i64)> {
    Ok(db
        .one(
            "SELECT CAST(COUNT(*) AS BIGINT),
                    CAST(COALESCE(SUM(CASE WHEN stage IN ('published', 'corrected') AND NOT EXISTS (
                        SELECT 1 FROM revision WHERE revision.incident_id = incident.id AND revision.number = incident.revision
                            AND revision.account_id IS NOT NULL) THEN 1 ELSE 0 END), 0) AS BIGINT)
             FROM incident WHERE NOT reviewed AND stage NOT IN ('dismissed', 'retracted')",
            params![],
        )
        .await?)
}
