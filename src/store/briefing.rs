//! Briefings: one row a day, the parts that members read in a column of their own.

use super::{Sql, Tx};
use crate::clock::{DAY, Timestamp};
use crate::id::Id;
use crate::model::briefing::{OpenBriefing, PremiumBriefing, Span};
use crate::model::category::Category;
use crate::model::incident::Incident;
use crate::model::severity::Severity;
use crate::{Result, params};
use std::collections::BTreeSet;

/// A public incident, and how many of its articles are of some hours.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct News {
    pub id: Id<Incident>,
    pub number: i64,
    pub slug: String,
    pub title: String,
    pub title_language: Option<String>,
    pub severity: Severity,
    pub category: Category,
    pub region: Option<String>,
    pub first_at: Timestamp,
    pub count: i64,
}

/// Public incidents with articles of a briefing's hours, the gravest first; at most `limit`. An article of the day before counts when it came, or its incident was
/// published, only within these hours: no briefing could have it.
pub async fn list_news(db: impl Sql, span: Span, limit: i64) -> Result<Vec<News>> {
    Ok(db
        .all(
            "SELECT incident.id, incident.number, incident.slug, incident.title, incident.title_language, incident.severity, incident.category,
                    incident.region, incident.first_at, CAST(COUNT(*) AS BIGINT) AS count
             FROM article JOIN incident ON incident.id = article.incident_id
             WHERE article.published_at > $4 AND article.published_at <= $2 AND incident.stage IN ('published', 'corrected')
                AND (article.published_at > $1 OR (article.stored_at > $1 AND article.stored_at <= $2)
                     OR (incident.published_at > $1 AND incident.published_at <= $2))
             GROUP BY incident.id
             ORDER BY incident.severity DESC, incident.priority DESC, count DESC, incident.id LIMIT $3",
            params![span.since(), span.until, limit, span.since().minus(DAY)],
        )
        .await?)
}

/// Adds the briefing of a day, unless there is one, and says whether it did.
pub async fn add(
    tx: &mut Tx,
    span: Span,
    open: &OpenBriefing,
    premium: &PremiumBriefing,
    of: &BTreeSet<Id<Incident>>,
    now: Timestamp,
) -> Result<bool> {
    let added = tx
        .run(
            "INSERT INTO briefing (day, until_at, composed_at, open_part, premium_part) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (day) DO NOTHING",
            params![span.day(), span.until, now, serde_json::to_string(open)?, serde_json::to_string(premium)?],
        )
        .await?;
    if added == 0 {
        return Ok(false);
    }
    for incident in of {
        tx.run(
            "INSERT INTO briefing_incident (day, incident_id) VALUES ($1, $2) ON CONFLICT (day, incident_id) DO NOTHING",
            params![span.day(), *incident],
        )
        .await?;
    }
    Ok(true)
}

pub async fn exists(db: impl Sql, day: &str) -> Result<bool> {
    Ok(db.value("SELECT EXISTS (SELECT 1 FROM briefing WHERE day = $1)", params![day]).await?)
}

/// What everybody may read of a day's.
#[derive(Debug, Clone)]
pub struct Open {
    pub span: Span,
    pub composed_at: Timestamp,
    /// When something in it was last corrected, or it was composed.
    pub updated_at: Timestamp,
    pub part: OpenBriefing,
}

#[derive(sqlx::FromRow)]
struct Stored {
    until_at: Timestamp,
    composed_at: Timestamp,
    open_part: String,
}

impl Stored {
    fn read(self) -> Result<Open> {
        let composed_at = self.composed_at;
        Ok(Open { span: Span { until: self.until_at }, composed_at, updated_at: composed_at, part: serde_json::from_str(&self.open_part)? })
    }
}

/// The open part of a day's. The premium column is not asked for.
pub async fn find_open(db: impl Sql, day: &str) -> Result<Option<Open>> {
    let row: Option<Stored> = db.optional("SELECT until_at, composed_at, open_part FROM briefing WHERE day = $1", params![day]).await?;
    row.map(Stored::read).transpose()
}

/// The premium part of a day's. Only `account/access.rs` may call it.
pub async fn find_premium_of_briefing(db: impl Sql, day: &str) -> Result<Option<PremiumBriefing>> {
    let row: Option<(String,)> = db.optional("SELECT premium_part FROM briefing WHERE day = $1", params![day]).await?;
    row.map(|(premium,)| Ok(serde_json::from_str(&premium)?)).transpose()
}

/// The open parts of those before a day, newest first; at most `limit`.
pub async fn list_before(db: impl Sql, day: &str, limit: i64) -> Result<Vec<Open>> {
    let rows: Vec<Stored> =
        db.all("SELECT until_at, composed_at, open_part FROM briefing WHERE day < $1 ORDER BY day DESC LIMIT $2", params![day, limit]).await?;
    rows.into_iter().map(Stored::read).collect()
}

/// What a day's is about, as far as it is public by now.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Stands {
    pub number: i64,
    pub slug: String,
    pub title: String,
    pub title_language: Option<String>,
    /// When an editor last corrected it, since the briefing was composed.
    pub corrected_at: Option<Timestamp>,
}

pub async fn list_subjects(db: impl Sql, day: &str) -> Result<Vec<Stands>> {
    Ok(db
        .all(
            "SELECT incident.number, incident.slug, incident.title, incident.title_language,
                    (SELECT MAX(revision.published_at) FROM revision WHERE revision.incident_id = incident.id AND revision.correction IS NOT NULL
                        AND revision.tlp = 'clear' AND revision.published_at > briefing.composed_at) AS corrected_at
             FROM briefing_incident JOIN incident ON incident.id = briefing_incident.incident_id JOIN briefing ON briefing.day = briefing_incident.day
             WHERE briefing_incident.day = $1 AND incident.stage IN ('published', 'corrected') ORDER BY incident.number",
            params![day],
        )
        .await?)
}
