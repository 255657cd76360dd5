//! Revisions: numbered, immutable editions of an incident's text.

use super::{Sql, Tx};
use crate::clock::Timestamp;
use crate::id::Id;
use crate::model::account::Account;
use crate::model::edition::{Edition, OpenText, Revision, Signed, origin};
use crate::model::incident::Incident;
use crate::model::tlp::Tlp;
use crate::{Result, params};

#[derive(Debug, Clone)]
pub struct Row {
    pub number: i64,
    pub edition: Edition,
    pub signed: Signed,
    pub correction: Option<String>,
    /// What the editor said to the desk.
    pub why: Option<String>,
    pub published_at: Timestamp,
}

/// Who writes a revision, and what an editor says that it corrects.
pub struct By<'a> {
    pub account: Option<Id<Account>>,
    pub signed: &'a Signed,
    pub correction: Option<&'a str>,
    /// What the editor says to the desk.
    pub why: Option<&'a str>,
}

/// Adds the incident's next revision and says its number, from 1.
pub async fn add(tx: &mut Tx, incident: Id<Incident>, edition: &Edition, by: By<'_>, now: Timestamp) -> Result<i64> {
    let (number,): (i64,) =
        tx.one("SELECT CAST(COALESCE(MAX(number), 0) + 1 AS BIGINT) FROM revision WHERE incident_id = $1", params![incident]).await?;
    tx.run(
        "INSERT INTO revision (id, incident_id, number, edition, open_text, severity, account_id, signed, correction, why, published_at, tlp)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, (SELECT incident.tlp FROM incident WHERE incident.id = $2))",
        params![
            Id::<Revision>::new(now),
            incident,
            number,
            serde_json::to_string(edition)?,
            serde_json::to_string(&edition.open_text())?,
            edition.severity,
            by.account,
            serde_json::to_string(by.signed)?,
            by.correction,
            by.why,
            now
        ],
    )
    .await?;
    Ok(number)
}

#[derive(sqlx::FromRow)]
struct Stored {
    number: i64,
    edition: String,
    signed: String,
    correction: Option<String>,
    why: Option<String>,
    published_at: Timestamp,
}

impl Stored {
    fn read(self) -> Result<Row> {
        Ok(Row {
            number: self.number,
            edition: serde_json::from_str(&self.edition)?,
            signed: serde_json::from_str(&self.signed)?,
            correction: self.correction,
            why: self.why,
            published_at: self.published_at,
        })
    }
}

/// The newest revision of an incident.
pub async fn find_newest(db: impl Sql, incident: Id<Incident>) -> Result<Option<Row>> {
    let row: Option<Stored> = db
        .optional(
            "SELECT number, edition, signed, correction, why, published_at FROM revision WHERE incident_id = $1 ORDER BY number DESC LIMIT 1",
            params![incident],
        )
        .await?;
    row.map(Stored::read).transpose()
}

/// One revision of an incident.
pub async fn find(db: impl Sql, incident: Id<Incident>, number: i64) -> Result<Option<Row>> {
    let row: Option<Stored> = db
        .optional(
            "SELECT number, edition, signed, correction, why, published_at FROM revision WHERE incident_id = $1 AND number = $2",
            params![incident, number],
        )
        .await?;
    row.map(Stored::read).transpose()
}

/// The revisions of an incident, newest first; at most 50.
pub async fn list(db: impl Sql, incident: Id<Incident>) -> Result<Vec<Row>> {
    let rows: Vec<Stored> = db
        .all(
            "SELECT number, edition, signed, correction, why, published_at FROM revision WHERE incident_id = $1 ORDER BY number DESC LIMIT 50",
            params![incident],
        )
        .await?;
    rows.into_iter().map(Stored::read).collect()
}

/// A revision as everybody may read it.
#[derive(Debug, Clone)]
pub struct Open {
    pub number: i64,
    /// `None` for revisions from before it was kept.
    pub text: Option<OpenText>,
    pub signed: Signed,
    pub correction: Option<String>,
    pub published_at: Timestamp,
}

impl Open {
    /// Who stands behind it, a language model too where one drafted a part of it.
    pub fn origin(&self) -> String {
        origin(&self.signed, self.text.as_ref().and_then(|text| text.by.as_deref()))
    }
}

#[derive(sqlx::FromRow)]
struct StoredOpen {
    number: i64,
    open_text: Option<String>,
    signed: String,
    correction: Option<String>,
    published_at: Timestamp,
}

impl StoredOpen {
    fn read(self) -> Result<Open> {
        Ok(Open {
            number: self.number,
            text: self.open_text.map(|text| serde_json::from_str(&text)).transpose()?,
            signed: serde_json::from_str(&self.signed)?,
            correction: self.correction,
            published_at: self.published_at,
        })
    }
}

/// One revision of an incident as everybody may read it, if it was told as far as this.
pub async fn find_open(db: impl Sql, incident: Id<Incident>, reach: Tlp, number: i64) -> Result<Option<Open>> {
    let row: Option<StoredOpen> = db
        .optional(
            "SELECT number, open_text, signed, correction, published_at FROM revision WHERE incident_id = $1 AND number = $2 AND tlp IN ('clear', $3)",
            params![incident, number, reach],
        )
        .await?;
    row.map(StoredOpen::read).transpose()
}

/// The revision that everybody could read at a moment.
pub async fn find_open_at(db: impl Sql, incident: Id<Incident>, at: Timestamp) -> Result<Option<Open>> {
    let row: Option<StoredOpen> = db
        .optional(
            "SELECT number, open_text, signed, correction, published_at FROM revision WHERE incident_id = $1 AND published_at <= $2 AND tlp = 'clear'
             ORDER BY number DESC LIMIT 1",
            params![incident, at],
        )
        .await?;
    row.map(StoredOpen::read).transpose()
}

/// The revisions of an incident as everybody may read them, of those that were told as far as this, newest first; at most `limit`.
pub async fn list_open(db: impl Sql, incident: Id<Incident>, reach: Tlp, limit: i64) -> Result<Vec<Open>> {
    let rows: Vec<StoredOpen> = db
        .all(
            "SELECT number, open_text, signed, correction, published_at FROM revision WHERE incident_id = $1 AND tlp IN ('clear', $3)
             ORDER BY number DESC LIMIT $2",
            params![incident, limit, reach],
        )
        .await?;
    rows.into_iter().map(StoredOpen::read).collect()
}

/// Lets the newest text of an incident be told as far as the incident is by now; those before it stay as they were.
pub async fn tell_newest(tx: &mut Tx, incident: Id<Incident>) -> Result<()> {
    tx.run(
        "UPDATE revision SET tlp = 'clear' WHERE incident_id = $1
            AND number = (SELECT incident.revision FROM incident WHERE incident.id = $1 AND incident.tlp = 'clear')",
        params![incident],
    )
    .await?;
    Ok(())
}

/// A revision that others may be told of.
#[derive(Debug, sqlx::FromRow)]
pub struct Fresh {
    pub id: i64,
    pub incident_id: Id<Incident>,
    pub number: i64,
    pub published_at: Timestamp,
}

/// Revisions after `position` that were published before `settled`, in order; at most `limit`.
pub async fn list_after(db: impl Sql, position: i64, settled: Timestamp, limit: i64) -> Result<Vec<Fresh>> {
    Ok(db
        .all(
            "SELECT id, incident_id, number, published_at FROM revision WHERE id > $1 AND published_at <= $2 ORDER BY id LIMIT $3",
            params![position, settled, limit],
        )
        .await?)
}

/// What editors corrected in one incident, newest first: the revision, when, and their sentence.
pub async fn list_corrections_of(db: impl Sql, incident: Id<Incident>) -> Result<Vec<(i64, Timestamp, String)>> {
    Ok(db
        .all(
            "SELECT number, published_at, correction FROM revision WHERE incident_id = $1 AND correction IS NOT NULL
                AND tlp IN ('clear', (SELECT incident.tlp FROM incident WHERE incident.id = $1)) ORDER BY number DESC LIMIT 20",
            params![incident],
        )
        .await?)
}

/// What editors corrected or took back, in public incidents, those that were, and those that are part of one.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Correction {
    pub at: Timestamp,
    pub slug: String,
    pub title: String,
    pub title_language: Option<String>,
    /// The revision at this address that was corrected; 0 for one of another incident, and for a retraction.
    pub number: i64,
    pub sentence: String,
}

/// The newest corrections; at most `limit`. What is part of another incident by now is at that one's address.
pub async fn list_corrections(db: impl Sql, limit: i64) -> Result<Vec<Correction>> {
    Ok(db
        .all(
            "WITH RECURSIVE stands (first_id, title, title_language, id, merged_into) AS (
                SELECT incident.id, incident.title, incident.title_language, incident.id, incident.merged_into FROM incident
                WHERE incident.id IN (SELECT revision.incident_id FROM revision WHERE revision.correction IS NOT NULL)
                UNION SELECT stands.first_id, stands.title, stands.title_language, incident.id, incident.merged_into
                FROM stands JOIN incident ON incident.id = stands.merged_into)
             SELECT revision.published_at AS at, incident.slug, stands.title, stands.title_language,
                    CASE WHEN stands.id = stands.first_id THEN revision.number ELSE 0 END AS number, revision.correction AS sentence
             FROM revision JOIN stands ON stands.first_id = revision.incident_id JOIN incident ON incident.id = stands.id
             WHERE revision.correction IS NOT NULL AND revision.tlp = 'clear' AND incident.stage IN ('published', 'corrected')
             ORDER BY revision.published_at DESC, revision.id DESC LIMIT $1",
            params![limit],
        )
        .await?)
}

/// The newest retractions of what everybody could read; at most `limit`. Their `number` is 0.
pub async fn list_retractions(db: impl Sql, limit: i64) -> Result<Vec<Correction>> {
    Ok(db
        .all(
            "SELECT retracted_at AS at, slug, title, title_language, CAST(0 AS BIGINT) AS number, COALESCE(reason, '') AS sentence
             FROM incident WHERE stage = 'retracted' AND tlp = 'clear' ORDER BY retracted_at DESC, id DESC LIMIT $1",
            params![limit],
        )
        .await?)
}
