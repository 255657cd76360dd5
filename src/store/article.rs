//! Articles: stored once, joined to an incident once.

use super::{Sql, Tx};
use crate::clock::Timestamp;
use crate::id::Id;
use crate::model::article::{Article, Reasons};
use crate::model::incident::Incident;
use crate::model::source::{Licence, Reliability, Source};
use crate::{Result, params};
use serde::{Deserialize, Serialize};

/// What is known of an article whose page is to be read: where it is, how much of it may be kept, since when we have the article, and what its feed says.
#[derive(Debug, sqlx::FromRow)]
pub struct Page {
    pub address: String,
    pub licence: Licence,
    pub stored_at: Timestamp,
    pub title: String,
    pub summary: String,
    pub language: String,
}

pub async fn find_page(db: impl Sql, id: Id<Article>) -> Result<Option<Page>> {
    Ok(db
        .optional(
            "SELECT article.address, source.licence, article.stored_at, article.title, article.summary, article.language FROM article JOIN source ON source.id = article.source_id WHERE article.id = $1",
            params![id],
        )
        .await?)
}

/// Keeps the text of an article's page, taken by a licence that its source still has; says the incident that the article is in.
pub async fn set_body(tx: &mut Tx, id: Id<Article>, body: &str, licence: Licence) -> Result<Option<Id<Incident>>> {
    // who changes the licence waits until this is kept, or this until it is changed: on PostgreSQL a question alone would let both go on
    let held = "UPDATE source SET licence = licence WHERE id = (SELECT source_id FROM article WHERE id = $1) AND licence = $2";
    if tx.run(held, params![id, licence]).await? == 0 {
        return Ok(None);
    }
    let row: Option<(Option<Id<Incident>>,)> =
        tx.optional("UPDATE article SET body = $2 WHERE id = $1 RETURNING incident_id", params![id, body]).await?;
    Ok(row.and_then(|row| row.0))
}

/// Keeps no more of the pages of a source's articles than its licence allows now, neither here nor in the search. Says the incidents that
/// have cited more.
pub async fn shorten_bodies(tx: &mut Tx, source: Id<Source>, licence: Licence) -> Result<Vec<Id<Incident>>> {
    let most = i64::try_from(licence.most_of_a_page()).unwrap_or(i64::MAX);
    let incidents: Vec<(Id<Incident>,)> = tx
        .all(
            "SELECT DISTINCT incident_id FROM article WHERE source_id = $1 AND LENGTH(body) > CAST($2 AS INTEGER) AND incident_id IS NOT NULL
             ORDER BY incident_id",
            params![source, most],
        )
        .await?;
    tx.run(
        "DELETE FROM searchable WHERE kind = 'article'
            AND noun_id IN (SELECT id FROM article WHERE source_id = $1 AND LENGTH(body) > CAST($2 AS INTEGER))",
        params![source, most],
    )
    .await?;
    tx.run(
        "UPDATE article SET body = NULLIF(SUBSTR(body, 1, CAST($2 AS INTEGER)), '') WHERE source_id = $1 AND LENGTH(body) > CAST($2 AS INTEGER)",
        params![source, most],
    )
    .await?;
    Ok(incidents.into_iter().map(|(incident,)| incident).collect())
}

/// The newest incidents with articles of a source; at most `limit`.
pub async fn list_incidents_of(db: impl Sql, source: Id<Source>, limit: i64) -> Result<Vec<Id<Incident>>> {
    Ok(db
        .column(
            "SELECT DISTINCT incident_id FROM article WHERE source_id = $1 AND incident_id IS NOT NULL ORDER BY incident_id DESC LIMIT $2",
            params![source, limit],
        )
        .await?)
}

/// What an article said before, oldest first: number, title, summary, and until when.
pub async fn list_versions(db: impl Sql, id: Id<Article>) -> Result<Vec<(i64, String, String, Timestamp)>> {
    Ok(db.all("SELECT number, title, summary, replaced_at FROM article_version WHERE article_id = $1 ORDER BY number", params![id]).await?)
}

/// What the articles of an incident were called before their sources changed them, oldest first: place, title, and until when.
pub async fn list_earlier(db: impl Sql, incident: Id<Incident>, limit: i64) -> Result<Vec<(i64, String, Timestamp)>> {
    let earlier = "SELECT article.place, article_version.title, article_version.replaced_at
         FROM article_version JOIN article ON article.id = article_version.article_id
         WHERE article.incident_id = $1 AND article.place IS NOT NULL ORDER BY article_version.replaced_at, article.id LIMIT $2";
    Ok(db.all(earlier, params![incident, limit]).await?)
}

/// What clustering needs to know of an article.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Text {
    pub id: Id<Article>,
    pub incident_id: Option<Id<Incident>>,
    pub title: String,
    pub summary: String,
    pub language: String,
    pub published_at: Timestamp,
    pub joined_at: Option<Timestamp>,
    /// Where its title points, by the encoder with this mark.
    pub direction: Option<Vec<u8>>,
    pub encoder: Option<i64>,
    pub author: Option<String>,
    /// The owner group of its source.
    pub owner: String,
    /// The country of its source, ISO 3166-1 alpha-2.
    pub home: Option<String>,
}

/// What a query of [`Text`]s begins with.
macro_rules! texts {
    () => {
        "SELECT article.id, article.incident_id, article.title, article.summary, article.language, article.published_at, article.joined_at,
                article.direction, article.encoder, article.author, source.owner, source.country AS home
         FROM article JOIN source ON source.id = article.source_id"
    };
}

/// Articles without an incident, in the order they were published; at most `limit`.
pub async fn list_waiting(db: impl Sql, limit: i64) -> Result<Vec<Text>> {
    Ok(db.all(concat!(texts!(), " WHERE article.incident_id IS NULL ORDER BY article.published_at, article.id LIMIT $1"), params![limit]).await?)
}

/// Articles that joined an incident after `(since, after)`, in that order; at most `limit`. Rebuilds the clustering index, which has none that were
/// taken back from readers.
pub async fn list_joined(db: impl Sql, since: Timestamp, after: Id<Article>, limit: i64) -> Result<Vec<Text>> {
    Ok(db
        .all(
            concat!(
                texts!(),
                " WHERE (article.joined_at > $1 OR (article.joined_at = $1 AND article.id > $2))
                    AND NOT EXISTS (SELECT 1 FROM incident WHERE incident.id = article.incident_id AND incident.stage = 'retracted')
                  ORDER BY article.joined_at, article.id LIMIT $3"
            ),
            params![since, after, limit],
        )
        .await?)
}

/// Changes of articles after `since`, in their order: when, and in which incident; at most `limit`.
pub async fn list_revised(db: impl Sql, since: Timestamp, limit: i64) -> Result<Vec<(Timestamp, Option<Id<Incident>>)>> {
    Ok(db
        .all(
            "SELECT article_version.replaced_at, article.incident_id FROM article_version JOIN article ON article.id = article_version.article_id
             WHERE article_version.replaced_at > $1 ORDER BY article_version.replaced_at, article_version.article_id, article_version.number LIMIT $2",
            params![since, limit],
        )
        .await?)
}

/// The articles of an incident in the order they were published; at most `limit`.
pub async fn list_texts(db: impl Sql, incident: Id<Incident>, limit: i64) -> Result<Vec<Text>> {
    Ok(db
        .all(concat!(texts!(), " WHERE article.incident_id = $1 ORDER BY article.published_at, article.id LIMIT $2"), params![incident, limit])
        .await?)
}

/// Articles of an incident that have no reasons, since they opened it; no copies.
pub async fn list_openers(tx: &mut Tx, incident: Id<Incident>, limit: i64) -> Result<Vec<Text>> {
    Ok(tx
        .all(
            concat!(texts!(), " WHERE article.incident_id = $1 AND article.reasons IS NULL AND article.copy_of IS NULL ORDER BY article.id LIMIT $2"),
            params![incident, limit],
        )
        .await?)
}

/// Why an article that opened an incident is in the one that takes it in.
pub async fn explain(tx: &mut Tx, article: Id<Article>, likeness: f64, reasons: &Reasons) -> Result<()> {
    tx.run("UPDATE article SET likeness = $2, reasons = $3 WHERE id = $1", params![article, likeness, serde_json::to_string(reasons)?]).await?;
    Ok(())
}

/// How an article joins its incident.
pub struct Joining {
    /// 0 to 1
    pub likeness: f64,
    /// `None` when it opens its incident.
    pub reasons: Option<Reasons>,
    /// The article that it is a copy of.
    pub original: Option<Id<Article>>,
    /// Who speaks in it, unless it is a copy: then its original's voice counts.
    pub voice: String,
    /// Where its title points, and the mark of the encoder that says so.
    pub direction: Option<(Vec<u8>, i64)>,
}

/// Joins an article to an incident as its next place. It changes nothing when the article has an incident already.
pub async fn join(tx: &mut Tx, article: Id<Article>, incident: Id<Incident>, joining: Joining, now: Timestamp) -> Result<bool> {
    let Joining { likeness, reasons, original, voice, direction } = joining;
    let reasons = reasons.map(|reasons| serde_json::to_string(&reasons)).transpose()?;
    let (direction, encoder) = direction.unzip();
    let first: Option<(Id<Article>, Option<String>)> = match original {
        // a copy of a copy is a copy of the first
        Some(original) => tx.optional("SELECT COALESCE(copy_of, id), voice FROM article WHERE id = $1", params![original]).await?,
        None => None,
    };
    let (copy_of, voice) = match first {
        Some((first, voice_of_first)) => (Some(first), voice_of_first.unwrap_or(voice)),
        None => (None, voice),
    };
    let joined = tx
        .run(
            "UPDATE article SET incident_id = $2, joined_at = $3, likeness = $4, reasons = $5, copy_of = $6, voice = $7,
                    direction = $8, encoder = $9,
                    place = (SELECT MAX(taken.place) + 1 FROM (
                        SELECT place FROM article WHERE incident_id = $2 UNION ALL SELECT last_place FROM incident WHERE id = $2) taken)
             WHERE id = $1 AND incident_id IS NULL",
            params![article, incident, now, likeness, reasons, copy_of, voice, direction, encoder],
        )
        .await?;
    Ok(joined == 1)
}

/// Remembers which places an incident has given, before articles leave it or many come: none is given a second time, since texts cite them.
pub async fn keep_places(tx: &mut Tx, incident: Id<Incident>) -> Result<()> {
    tx.run(
        "UPDATE incident SET last_place = (SELECT MAX(taken.place) FROM (
            SELECT place FROM article WHERE incident_id = $1 UNION ALL SELECT last_place FROM incident WHERE id = $1) taken)
         WHERE id = $1",
        params![incident],
    )
    .await?;
    Ok(())
}

/// Articles of an incident that came to it after a moment, each with its place.
pub async fn list_joined_since(tx: &mut Tx, incident: Id<Incident>, since: Timestamp) -> Result<Vec<(Id<Article>, i64)>> {
    Ok(tx
        .all(
            "SELECT id, place FROM article WHERE incident_id = $1 AND joined_at > $2 AND place IS NOT NULL ORDER BY place, id",
            params![incident, since],
        )
        .await?)
}

/// Takes articles out of an incident and lets them wait to be clustered, as if they had just come.
pub async fn release(tx: &mut Tx, articles: &[Id<Article>], from: Id<Incident>) -> Result<()> {
    keep_places(tx, from).await?;
    for article in articles {
        tx.run(
            "UPDATE article SET incident_id = NULL, joined_at = NULL, place = NULL, likeness = NULL, shares = NULL, reasons = NULL, copy_of = NULL,
                    voice = NULL, part = NULL WHERE id = $1 AND incident_id = $2",
            params![*article, from],
        )
        .await?;
    }
    Ok(())
}

/// Moves articles from an incident to another, as its next places.
pub async fn transfer(tx: &mut Tx, articles: &[Id<Article>], from: Id<Incident>, into: Id<Incident>, now: Timestamp) -> Result<()> {
    keep_places(tx, from).await?;
    keep_places(tx, into).await?;
    for (article, next) in articles.iter().zip(1i64..) {
        tx.run(
            "UPDATE article SET incident_id = $2, joined_at = $3, shares = NULL, reasons = NULL, likeness = NULL, part = NULL,
                    place = (SELECT last_place FROM incident WHERE id = $2) + $5
             WHERE id = $1 AND incident_id = $4",
            params![*article, into, now, from, next],
        )
        .await?;
    }
    Ok(())
}

/// Lets the articles of a source that spoke for its owner speak for another one, and counts the voices of their incidents anew.
pub async fn speak_for(tx: &mut Tx, source: Id<Source>, before: &str, owner: &str) -> Result<()> {
    let changed = tx.run("UPDATE article SET voice = $3 WHERE source_id = $1 AND voice = $2", params![source, before, owner]).await?;
    if changed == 0 {
        return Ok(());
    }
    tx.run(
        "UPDATE incident SET voices = (SELECT CAST(COUNT(DISTINCT article.voice) AS BIGINT) FROM article WHERE article.incident_id = incident.id)
         WHERE id IN (SELECT incident_id FROM article WHERE source_id = $1)",
        params![source],
    )
    .await?;
    Ok(())
}

/// How an article stands in its incident.
#[derive(Debug, Clone, Serialize, Deserialize, sqlx::FromRow)]
pub struct Standing {
    pub id: Id<Article>,
    place: i64,
    likeness: Option<f64>,
    reasons: Option<String>,
    shares: Option<String>,
}

/// How all articles of an incident stand in it, by place.
pub async fn list_standings(tx: &mut Tx, incident: Id<Incident>) -> Result<Vec<Standing>> {
    Ok(tx.all("SELECT id, place, likeness, reasons, shares FROM article WHERE incident_id = $1 ORDER BY place", params![incident]).await?)
}

/// Puts articles back from an incident into the one where they stood so.
pub async fn put_back(tx: &mut Tx, standings: &[Standing], from: Id<Incident>, into: Id<Incident>, now: Timestamp) -> Result<()> {
    keep_places(tx, from).await?;
    for Standing { id, place, likeness, reasons, shares } in standings {
        tx.run(
            "UPDATE article SET incident_id = $2, joined_at = $3, place = $5, likeness = $6, reasons = $7, shares = $8, part = NULL
             WHERE id = $1 AND incident_id = $4",
            params![*id, into, now, from, *place, *likeness, reasons.clone(), shares.clone()],
        )
        .await?;
    }
    Ok(())
}

#[derive(sqlx::FromRow)]
struct Joined {
    id: Id<Article>,
    place: i64,
    source_id: Id<Source>,
    source_name: String,
    owner: String,
    reliability: Reliability,
    country: Option<String>,
    address: String,
    title: String,
    summary: String,
    language: String,
    published_at: Timestamp,
    joined_at: Timestamp,
    shares: Option<String>,
    reasons: Option<String>,
    likeness: Option<f64>,
    voice: Option<String>,
    copy_of_place: Option<i64>,
}

/// Of an incident's articles, so many of the first and as many of the newest bound every page and analysis: how it began, and what is new.
const LISTED: i64 = 250;

/// The articles of an incident by place, with their sources; of more than 500 the first 250 and the newest.
pub async fn list_of(db: impl Sql, incident: Id<Incident>) -> Result<Vec<Article>> {
    let rows: Vec<Joined> = db
        .all(
            "SELECT article.id, article.place, article.source_id, source.name AS source_name, source.owner, source.reliability,
                    source.country, article.address, article.title, COALESCE(article.body, article.summary) AS summary, article.language, article.published_at,
                    article.joined_at, article.shares, article.reasons, article.likeness,
                    article.voice, original.place AS copy_of_place
             FROM article JOIN source ON source.id = article.source_id LEFT JOIN article original
                    ON original.id = article.copy_of AND original.incident_id = article.incident_id
             WHERE article.id IN (
                SELECT first.id FROM (SELECT id FROM article WHERE incident_id = $1 ORDER BY place LIMIT $2) first
                UNION SELECT newest.id FROM (SELECT id FROM article WHERE incident_id = $1 ORDER BY place DESC LIMIT $2) newest)
             ORDER BY article.place",
            params![incident, LISTED],
        )
        .await?;
    Ok(rows.into_iter().map(Article::from).collect())
}

impl From<Joined> for Article {
    fn from(row: Joined) -> Self {
        Self {
            id: row.id,
            place: row.place,
            source: row.source_id,
            source_name: row.source_name,
            voice: row.voice.unwrap_or_else(|| row.owner.clone()),
            copy_of: row.copy_of_place,
            owner: row.owner,
            reliability: row.reliability,
            country: row.country,
            address: row.address,
            title: row.title,
            summary: row.summary,
            language: row.language,
            published_at: row.published_at,
            joined_at: row.joined_at,
            score: row.likeness.filter(|_| row.reasons.is_some() || row.shares.is_some()),
            reasons: reasons(row.reasons.as_deref(), row.shares.as_deref()),
        }
    }
}

/// As they are kept, or the words alone of articles that joined before reasons had kinds.
pub(super) fn reasons(reasons: Option<&str>, shares: Option<&str>) -> Option<Reasons> {
    let words = |shares: &str| shares.split(", ").filter(|word| !word.is_empty()).map(str::to_string).collect();
    match reasons {
        Some(text) => serde_json::from_str(text).ok(),
        None => shares.map(|shares| Reasons { words: words(shares), ..Reasons::default() }),
    }
}

/// What tells an article from the others of its incident.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Head {
    pub id: Id<Article>,
    pub place: i64,
    pub title: String,
    pub published_at: Timestamp,
}

/// All articles of an incident by place, however many.
pub async fn list_heads(db: impl Sql, incident: Id<Incident>) -> Result<Vec<Head>> {
    Ok(db.all("SELECT id, place, title, published_at FROM article WHERE incident_id = $1 ORDER BY place", params![incident]).await?)
}

/// The places of all articles of an incident, however many.
pub async fn list_places(db: impl Sql, incident: Id<Incident>) -> Result<Vec<i64>> {
    Ok(list_heads(db, incident).await?.iter().map(|head| head.place).collect())
}

/// The ids of all articles of an incident, by place.
pub async fn list_ids(db: impl Sql, incident: Id<Incident>) -> Result<Vec<Id<Article>>> {
    Ok(db.column("SELECT id FROM article WHERE incident_id = $1 ORDER BY place", params![incident]).await?)
}

/// When articles of public interest were published, newest first, for the coverage figures; at most `limit`.
pub async fn list_times(db: impl Sql, since: Timestamp, limit: i64) -> Result<Vec<(Id<Incident>, Timestamp)>> {
    Ok(db
        .all(
            "SELECT incident_id, published_at FROM article
             WHERE published_at > $1 AND incident_id IS NOT NULL ORDER BY published_at DESC, id DESC LIMIT $2",
            params![since, limit],
        )
        .await?)
}

/// When articles of incidents in a country were published, but for what editors took away or keep for members, newest first; at most `limit`.
pub async fn list_times_in(db: impl Sql, country: &str, since: Timestamp, limit: i64) -> Result<Vec<Timestamp>> {
    Ok(db
        .column(
            "SELECT article.published_at FROM incident JOIN article ON article.incident_id = incident.id
             WHERE incident.country = $1 AND incident.newest_at > $2 AND article.published_at > $2
                AND incident.stage NOT IN ('dismissed', 'retracted', 'restricted')
             ORDER BY article.published_at DESC, article.id DESC LIMIT $3",
            params![country, since, limit],
        )
        .await?)
}

/// When the newest article was stored.
pub async fn newest_stored(db: impl Sql) -> Result<Option<Timestamp>> {
    // ids are given in the order of time
    let row: Option<(Timestamp,)> = db.optional("SELECT stored_at FROM article ORDER BY id DESC LIMIT 1", params![]).await?;
    Ok(row.map(|row| row.0))
}

/// How many articles there are, and how many of them wait for an incident.
pub async fn count(db: impl Sql) -> Result<(i64, i64)> {
    Ok(db
        .one(
            "SELECT CAST(COUNT(*) AS BIGINT), CAST(COALESCE(SUM(CASE WHEN incident_id IS NULL THEN 1 ELSE 0 END), 0) AS BIGINT) FROM article",
            params![],
        )
        .await?)
}

/// An article on its source's page, with the public incident that it is in.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Listed {
    pub title: String,
    pub address: String,
    pub language: String,
    pub published_at: Timestamp,
    pub place: i64,
    pub slug: Option<String>,
    pub incident: Option<String>,
    /// Of the incident's title, when that is not English.
    pub title_language: Option<String>,
}

impl Listed {
    pub fn incident(&self) -> &str {
        self.incident.as_deref().unwrap_or("")
    }
}

/// The newest articles of a source; at most `limit`.
pub async fn list_of_source(db: impl Sql, source: Id<Source>, limit: i64) -> Result<Vec<Listed>> {
    Ok(db
        .all(
            "SELECT article.title, article.address, article.language, article.published_at, COALESCE(article.place, 0) AS place,
                    incident.slug, incident.title AS incident, incident.title_language
             FROM article LEFT JOIN incident ON incident.id = article.incident_id AND incident.stage IN ('published', 'corrected')
             WHERE article.source_id = $1 ORDER BY article.published_at DESC, article.id DESC LIMIT $2",
            params![source, limit],
        )
        .await?)
}

pub async fn count_of_source(db: impl Sql, source: Id<Source>) -> Result<i64> {
    Ok(db.value("SELECT CAST(COUNT(*) AS BIGINT) FROM article WHERE source_id = $1", params![source]).await?)
}
