//! Incidents: one row each, with the counts and words that lists are made of.

use super::{Sql, Tx};
use crate::clock::Timestamp;
use crate::id::Id;
use crate::model::account::Account;
use crate::model::category::Category;
use crate::model::edition::Edition;
use crate::model::incident::{Incident, Stage};
use crate::model::severity::Severity;
use crate::model::source::Source;
use crate::model::tlp::Tlp;
use crate::text::slug::numbered;
use crate::{Error, Result, params};

#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Row {
    pub id: Id<Incident>,
    pub number: i64,
    pub slug: String,
    pub title: String,
    /// A code, of a title that is an article's; none for English.
    pub title_language: Option<String>,
    pub stage: Stage,
    pub category: Category,
    pub severity: Severity,
    pub priority: bool,
    pub country: Option<String>,
    pub region: Option<String>,
    pub articles: i64,
    pub sources: i64,
    pub voices: i64,
    pub value: f64,
    pub first_at: Timestamp,
    pub newest_at: Timestamp,
    pub published_at: Option<Timestamp>,
    pub revision: i64,
    pub reviewed: bool,
    pub claimed_by: Option<Id<Account>>,
    pub reason: Option<String>,
    /// Readers' doubts whether an article belongs here, since an editor last looked.
    pub doubts: i64,
    /// Why more is written about it than usual.
    pub spike: Option<String>,
    /// Whose text waits for an editor's look.
    pub handed_by: Option<Id<Account>>,
    /// Nobody publishes it before this.
    pub embargo_until: Option<Timestamp>,
    /// Why an editor should look first, with semicolons.
    pub flags: String,
    /// How far it may be told.
    pub tlp: Tlp,
    /// How many other events some of its articles may be about.
    pub parts: i64,
    /// The articles that it had when an editor dismissed it; 0 for one that none did.
    pub dismissed_articles: i64,
}

impl Row {
    /// It was dismissed, and has grown since so much that it waits for an editor again.
    pub fn is_back(&self) -> bool {
        self.dismissed_articles > 0 && !self.stage.is_out() && !matches!(self.stage, Stage::Dismissed | Stage::Retracted)
    }

    /// Where a page of a list that ends here goes on.
    pub fn key(&self) -> super::list::Key {
        super::list::Key { severity: self.severity.level(), newest_at: self.newest_at, id: self.id.0 }
    }
}

/// The columns of [`Row`], in every query that fills one.
macro_rules! columns {
    () => {
        "id, number, slug, title, title_language, stage, category, severity, priority, country, region, articles, sources, voices, value, first_at, newest_at, published_at, revision, reviewed, claimed_by, reason, doubts, spike, handed_by, embargo_until, flags, tlp, parts, dismissed_articles"
    };
}
pub(super) use columns;

/// Opens a candidate for its first article. Numbers count up from 1 and are never given twice.
pub async fn open(tx: &mut Tx, title: &str, published: Timestamp, now: Timestamp) -> Result<Id<Incident>> {
    let id = Id::new(now);
    let (number,): (i64,) = tx.one("SELECT CAST(COALESCE(MAX(number), 0) + 1 AS BIGINT) FROM incident", params![]).await?;
    tx.run(
        "INSERT INTO incident (id, number, slug, title, stage, category, first_at, newest_at, opened_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $8)",
        params![id, number, numbered(title, number), title, Stage::Candidate, Category::Politics, published, now],
    )
    .await?;
    Ok(id)
}

/// Counts the incident's articles, sources, voices and parts anew. A copy of an article that is here is an article, but no further source or
/// voice; a voice is an owner group or an agency. One that was dismissed is a candidate again when it has twice the articles, and three more:
/// it is no longer what the editor saw.
pub async fn count(tx: &mut Tx, id: Id<Incident>) -> Result<()> {
    tx.run(
        "UPDATE incident SET (articles, sources, voices, first_at, newest_at, parts) = (
            SELECT CAST(COUNT(*) AS BIGINT),
                   CAST(COUNT(DISTINCT CASE WHEN original.id IS NULL THEN article.source_id END) AS BIGINT),
                   CAST(COUNT(DISTINCT article.voice) AS BIGINT), COALESCE(MIN(article.published_at), incident.first_at),
                   COALESCE(MAX(article.published_at), incident.newest_at),
                   CAST(COUNT(DISTINCT article.part) AS BIGINT)
            FROM article LEFT JOIN article original ON original.id = article.copy_of AND original.incident_id = article.incident_id
            WHERE article.incident_id = $1)
         WHERE id = $1",
        params![id],
    )
    .await?;
    tx.run(
        "UPDATE incident SET stage = 'candidate', reviewed = FALSE
         WHERE id = $1 AND stage = 'dismissed' AND merged_into IS NULL
            AND dismissed_articles > 0 AND articles >= 2 * dismissed_articles AND articles >= dismissed_articles + 3",
        params![id],
    )
    .await?;
    Ok(())
}

/// Finds an incident and keeps others from changing it until the transaction ends. Whoever decides by what an incident is must
/// begin with this: without it PostgreSQL let the automatic policy overwrite what an editor published in between.
pub async fn find_for_change(tx: &mut Tx, id: Id<Incident>) -> Result<Option<Row>> {
    tx.run("UPDATE incident SET id = id WHERE id = $1", params![id]).await?;
    find(tx, id).await
}

pub async fn find(db: impl Sql, id: Id<Incident>) -> Result<Option<Row>> {
    Ok(db.optional(concat!("SELECT ", columns!(), " FROM incident WHERE id = $1"), params![id]).await?)
}

pub async fn find_by_number(db: impl Sql, number: i64) -> Result<Option<Row>> {
    Ok(db.optional(concat!("SELECT ", columns!(), " FROM incident WHERE number = $1"), params![number]).await?)
}

/// By its address, or by one it had before: then `Moved` says where it is now.
pub async fn find_by_slug(db: &super::Db, slug: &str) -> Result<Row> {
    let here: Option<Row> = db.optional(concat!("SELECT ", columns!(), " FROM incident WHERE slug = $1"), params![slug]).await?;
    if let Some(row) = here {
        return Ok(row);
    }
    let moved: Option<(String,)> = db
        .optional(
            "SELECT incident.slug FROM former_slug JOIN incident ON incident.id = former_slug.incident_id WHERE former_slug.slug = $1",
            params![slug],
        )
        .await?;
    Err(moved.map_or(Error::NotFound, |(slug,)| Error::Moved(format!("/incidents/{slug}"))))
}

/// Whether its page was taken back: what comes now is about something else, or needs a page of its own.
pub async fn is_retracted(db: impl Sql, id: Id<Incident>) -> Result<bool> {
    let row: Option<(Stage,)> = db.optional("SELECT stage FROM incident WHERE id = $1", params![id]).await?;
    Ok(row.is_some_and(|row| row.0 == Stage::Retracted))
}

/// What the rules drafted, and how much an editor's look at it is worth.
pub struct Drafted<'a> {
    pub edition: &'a Edition,
    pub value: f64,
    pub flags: &'a str,
}

/// Keeps what the rules drafted. An incident that has become more severe than when an editor looked is back in the queue.
pub async fn set_draft(tx: &mut Tx, id: Id<Incident>, drafted: Drafted<'_>, now: Timestamp) -> Result<()> {
    let Drafted { edition, value, flags } = drafted;
    tx.run(
        "UPDATE incident SET draft = $2, drafted_at = $3, flags = $5,
                value = $4 + CASE WHEN doubts > 0 THEN 100 ELSE 0 END,
                reviewed = CASE WHEN looked_severity IS NOT NULL AND looked_severity < $6 THEN FALSE ELSE reviewed END
         WHERE id = $1",
        params![id, serde_json::to_string(edition)?, now, value, flags, edition.severity],
    )
    .await?;
    Ok(())
}

/// Keeps a draft with other words for the same: its value and its flags stay.
pub async fn set_draft_words(tx: &mut Tx, id: Id<Incident>, edition: &Edition) -> Result<()> {
    tx.run("UPDATE incident SET draft = $2 WHERE id = $1", params![id, serde_json::to_string(edition)?]).await?;
    Ok(())
}

/// Puts an incident back in the queue with one more reason why an editor should look.
pub async fn call_back(tx: &mut Tx, id: Id<Incident>, why: &str) -> Result<()> {
    tx.run(
        "UPDATE incident SET reviewed = FALSE, flags = CASE WHEN flags = '' THEN $2 ELSE $2 || '; ' || flags END WHERE id = $1 AND REPLACE(flags, $2, '') = flags",
        params![id, why],
    )
    .await?;
    Ok(())
}

pub async fn set_spike(tx: &mut Tx, id: Id<Incident>, spike: Option<&str>) -> Result<()> {
    tx.run("UPDATE incident SET spike = $2 WHERE id = $1", params![id, spike]).await?;
    Ok(())
}

/// How many articles of a country and category were published from `since` to `until`, and when the first of them was; where there is none,
/// when the first of all was: a place of which nothing is told has a quiet history too.
pub async fn usual(db: impl Sql, country: &str, category: Category, since: Timestamp, until: Timestamp) -> Result<(i64, Option<Timestamp>)> {
    Ok(db
        .one(
            "SELECT CAST(COUNT(*) AS BIGINT), COALESCE(MIN(article.published_at), (
                SELECT MIN(any_article.published_at) FROM article any_article WHERE any_article.published_at > $3 AND any_article.published_at <= $4))
             FROM article JOIN incident ON incident.id = article.incident_id
             WHERE incident.country = $1 AND incident.category = $2 AND article.published_at > $3 AND article.published_at <= $4",
            params![country, category, since, until],
        )
        .await?)
}

/// The edition that the rules drafted last.
pub async fn find_draft(db: impl Sql, id: Id<Incident>) -> Result<Option<Edition>> {
    let row: Option<(Option<String>,)> = db.optional("SELECT draft FROM incident WHERE id = $1", params![id]).await?;
    row.and_then(|row| row.0).map(|json| Ok(serde_json::from_str(&json)?)).transpose()
}

/// Takes over the words of an edition: into the lists, and into the address when the title changed.
pub async fn show_edition(tx: &mut Tx, id: Id<Incident>, edition: &Edition, region: Option<&str>) -> Result<String> {
    let before = find(&mut *tx, id).await?.ok_or(Error::NotFound)?;
    let slug = numbered(&edition.title, before.number);
    if slug != before.slug && before.stage.is_out() {
        tx.run("INSERT INTO former_slug (slug, incident_id) VALUES ($1, $2) ON CONFLICT (slug) DO NOTHING", params![before.slug, id]).await?;
        tx.run("DELETE FROM former_slug WHERE slug = $1", params![&slug]).await?;
    }
    tx.run(
        "UPDATE incident SET slug = $2, title = $3, category = $4, severity = $5, priority = $6, country = $7, region = $8,
                latitude = $9, longitude = $10, spot = $11, exactness = $12,
                title_language = (SELECT CASE WHEN article.language IN ('en', 'und') THEN NULL ELSE article.language END FROM article
                    WHERE article.incident_id = $1 AND article.title = $3 ORDER BY article.published_at, article.id LIMIT 1)
         WHERE id = $1",
        params![
            id,
            &slug,
            &edition.title,
            edition.category,
            edition.severity,
            edition.priority,
            edition.countries.first().cloned(),
            region,
            edition.point.as_ref().map(|p| p.latitude),
            edition.point.as_ref().map(|p| p.longitude),
            edition.point.as_ref().map(|p| p.name.clone()),
            edition.point.as_ref().map(|p| p.exactness.word())
        ],
    )
    .await?;
    Ok(slug)
}

/// Marks a revision as the public one.
pub async fn set_published(tx: &mut Tx, id: Id<Incident>, stage: Stage, revision: i64, reviewed: bool, now: Timestamp) -> Result<()> {
    tx.run(
        "UPDATE incident SET stage = $2, revision = $3, reviewed = $4, published_at = COALESCE(published_at, $5) WHERE id = $1",
        params![id, stage, revision, reviewed, now],
    )
    .await?;
    Ok(())
}

/// Moves an incident to another stage for a reason that is kept.
pub async fn set_stage(tx: &mut Tx, id: Id<Incident>, stage: Stage, reason: Option<&str>) -> Result<()> {
    tx.run(
        "UPDATE incident SET stage = $2, reason = $3, dismissed_articles = CASE WHEN $2 = 'dismissed' THEN articles ELSE dismissed_articles END
         WHERE id = $1",
        params![id, stage, reason],
    )
    .await?;
    Ok(())
}

/// Hands an incident's text to the editors, or takes it back.
pub async fn set_handed(tx: &mut Tx, id: Id<Incident>, by: Option<Id<Account>>) -> Result<()> {
    tx.run("UPDATE incident SET handed_by = $2 WHERE id = $1", params![id, by]).await?;
    Ok(())
}

/// The rules' severity that an editor has seen.
pub async fn set_looked(tx: &mut Tx, id: Id<Incident>, severity: Severity) -> Result<()> {
    tx.run("UPDATE incident SET looked_severity = $2 WHERE id = $1", params![id, severity]).await?;
    Ok(())
}

/// The rules' severity that an editor last saw, if one has published.
pub async fn looked(db: impl Sql, id: Id<Incident>) -> Result<Option<Severity>> {
    let row: Option<(Option<Severity>,)> = db.optional("SELECT looked_severity FROM incident WHERE id = $1", params![id]).await?;
    Ok(row.and_then(|row| row.0))
}

pub async fn set_embargo(tx: &mut Tx, id: Id<Incident>, until: Option<Timestamp>) -> Result<()> {
    tx.run("UPDATE incident SET embargo_until = $2 WHERE id = $1", params![id, until]).await?;
    Ok(())
}

pub async fn set_tlp(tx: &mut Tx, id: Id<Incident>, tlp: Tlp) -> Result<()> {
    tx.run("UPDATE incident SET tlp = $2 WHERE id = $1", params![id, tlp]).await?;
    Ok(())
}

/// Everybody may read for the first time what members alone could: for everybody it is published now.
pub async fn set_opened(tx: &mut Tx, id: Id<Incident>, now: Timestamp) -> Result<()> {
    let sql = "UPDATE incident SET published_at = $2 WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM revision WHERE incident_id = $1 AND tlp = 'clear')";
    tx.run(sql, params![id, now]).await?;
    Ok(())
}

/// Slug, title and newest article of incidents that only people with an account may read, newest first; at most `limit`. Only
/// `account/access.rs` may call it.
pub async fn list_restricted(db: impl Sql, limit: i64) -> Result<Vec<(String, String, Timestamp)>> {
    let sql = "SELECT slug, title, newest_at FROM incident WHERE stage = 'restricted' ORDER BY newest_at DESC, id DESC LIMIT $1";
    Ok(db.all(sql, params![limit]).await?)
}

pub async fn set_retracted(tx: &mut Tx, id: Id<Incident>, now: Timestamp) -> Result<()> {
    tx.run("UPDATE incident SET retracted_at = $2 WHERE id = $1", params![id, now]).await?;
    Ok(())
}

pub async fn set_claim(tx: &mut Tx, id: Id<Incident>, by: Option<Id<Account>>) -> Result<()> {
    tx.run("UPDATE incident SET claimed_by = $2 WHERE id = $1", params![id, by]).await?;
    Ok(())
}

/// Gives back all that an account has claimed.
pub async fn unclaim_of(tx: &mut Tx, by: Id<Account>) -> Result<()> {
    tx.run("UPDATE incident SET claimed_by = NULL WHERE claimed_by = $1", params![by]).await?;
    Ok(())
}

/// What an account handed in is a draft again.
pub async fn unhand_of(tx: &mut Tx, by: Id<Account>) -> Result<()> {
    tx.run(
        "UPDATE incident SET handed_by = NULL, stage = CASE WHEN stage = 'in_review' THEN 'draft' ELSE stage END WHERE handed_by = $1",
        params![by],
    )
    .await?;
    Ok(())
}

/// All incidents that have articles, by id, after one; at most `limit`.
pub async fn list_after(db: impl Sql, after: Id<Incident>, limit: i64) -> Result<Vec<Id<Incident>>> {
    Ok(db.column("SELECT id FROM incident WHERE id > $1 AND articles > 0 ORDER BY id LIMIT $2", params![after, limit]).await?)
}

/// How many incidents have articles.
pub async fn count_all(db: impl Sql) -> Result<i64> {
    Ok(db.value("SELECT CAST(COUNT(*) AS BIGINT) FROM incident WHERE articles > 0", params![]).await?)
}

/// Public incidents from `since` until `until` that name two countries, newest first: id, number, title; at most `limit`.
pub async fn list_of_pair(
    db: impl Sql,
    names: [&str; 2],
    since: Timestamp,
    until: Timestamp,
    limit: i64,
) -> Result<Vec<(Id<Incident>, i64, String)>> {
    let [one, other] = names.map(crate::text::slug::slug);
    Ok(db
        .all(
            "SELECT incident.id, incident.number, incident.title FROM mention one
             JOIN mention other ON other.incident_id = one.incident_id AND other.slug = $2
             JOIN incident ON incident.id = one.incident_id
             WHERE one.slug = $1 AND incident.first_at >= $3 AND incident.first_at < $4 AND incident.stage IN ('published', 'corrected')
             ORDER BY incident.first_at DESC, incident.id DESC LIMIT $5",
            params![one, other, since, until, limit],
        )
        .await?)
}

/// Number and title of public incidents and candidates with an article since `since`, newest first; at most `limit`.
pub async fn list_titles(db: impl Sql, since: Timestamp, limit: i64) -> Result<Vec<(Id<Incident>, i64, String, Option<String>)>> {
    Ok(db
        .all(
            "SELECT id, number, title, country FROM incident WHERE newest_at > $1 AND stage NOT IN ('dismissed', 'retracted')
             ORDER BY newest_at DESC, id DESC LIMIT $2",
            params![since, limit],
        )
        .await?)
}

/// Public incidents with one of the newest 200 articles of a source, newest first; at most `limit`.
pub async fn list_of_source(db: impl Sql, source: Id<Source>, limit: i64) -> Result<Vec<Row>> {
    Ok(db
        .all(
            concat!(
                "SELECT ",
                columns!(),
                " FROM incident WHERE stage IN ('published', 'corrected') AND id IN
                    (SELECT incident_id FROM article WHERE source_id = $1 AND incident_id IS NOT NULL ORDER BY published_at DESC, id DESC LIMIT 200)
                  ORDER BY newest_at DESC, id DESC LIMIT $2"
            ),
            params![source, limit],
        )
        .await?)
}

/// A public incident as others name it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Named {
    pub number: i64,
    pub slug: String,
    pub title: String,
    pub title_language: Option<String>,
    pub severity: Severity,
}

/// Incidents that another one names.
pub const NAMED: usize = 5;

/// Those of some incidents, by their numbers, that are public.
pub async fn list_named(db: impl Sql, [a, b, c, d, e]: [i64; NAMED]) -> Result<Vec<Named>> {
    Ok(db
        .all(
            "SELECT number, slug, title, title_language, severity FROM incident
             WHERE number IN ($1, $2, $3, $4, $5) AND stage IN ('published', 'corrected') ORDER BY number",
            params![a, b, c, d, e],
        )
        .await?)
}

/// What relates a public incident to others: its words, kind, place and day.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Spot {
    pub number: i64,
    pub slug: String,
    pub title: String,
    pub title_language: Option<String>,
    pub severity: Severity,
    pub category: Category,
    pub first_at: Timestamp,
    /// Degrees north and east, and what the point stands for.
    pub latitude: Option<f64>,
    pub longitude: Option<f64>,
    pub exactness: Option<String>,
}

/// Of a public incident; `None` for any other.
pub async fn find_spot(db: impl Sql, id: Id<Incident>) -> Result<Option<Spot>> {
    Ok(db
        .optional(
            "SELECT number, slug, title, title_language, severity, category, first_at, latitude, longitude, exactness FROM incident
             WHERE id = $1 AND stage IN ('published', 'corrected')",
            params![id],
        )
        .await?)
}

/// How many incidents are public and have had an article since `since`.
pub async fn count_open(db: impl Sql, since: Timestamp) -> Result<i64> {
    Ok(db.value("SELECT CAST(COUNT(*) AS BIGINT) FROM incident WHERE stage IN ('published', 'corrected') AND newest_at > $1", params![since]).await?)
}

/// Incidents that opened since `since`, newest first; at most `limit`.
pub async fn list_since(db: impl Sql, since: Timestamp, limit: i64) -> Result<Vec<Id<Incident>>> {
    Ok(db
        .column(
            "SELECT id FROM incident WHERE first_at > $1 AND stage NOT IN ('dismissed', 'retracted') ORDER BY first_at DESC, id DESC LIMIT $2",
            params![since, limit],
        )
        .await?)
}
