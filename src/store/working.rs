//! Working copies: what an editor is writing about an incident and has not published. One an editor and incident.

use super::{Sql, Tx};
use crate::clock::Timestamp;
use crate::id::Id;
use crate::model::account::Account;
use crate::model::incident::Incident;
use crate::model::working::Working;
use crate::{Result, params};

#[derive(Debug, Clone)]
pub struct Row {
    pub text: Working,
    /// The revision it was begun from; 0 when there was none.
    pub base: i64,
    pub saved_at: Timestamp,
    /// The window that it was saved in.
    pub place: String,
    /// The text of another window that it took the place of, and when that was saved.
    pub aside: Option<(Working, Timestamp)>,
}

#[derive(sqlx::FromRow)]
struct Stored {
    text: String,
    base: i64,
    saved_at: Timestamp,
    place: String,
    aside: Option<String>,
    aside_at: Option<Timestamp>,
}

impl Stored {
    fn row(self) -> Result<Row> {
        let aside = self.aside.zip(self.aside_at).map(|(text, at)| serde_json::from_str(&text).map(|text| (text, at))).transpose()?;
        Ok(Row { text: serde_json::from_str(&self.text)?, base: self.base, saved_at: self.saved_at, place: self.place, aside })
    }
}

/// Keeps an editor's text in place of what was kept before.
pub async fn write(db: impl Sql, incident: Id<Incident>, text: &Working, by: Id<Account>, base: i64, now: Timestamp) -> Result<()> {
    db.run(
        "INSERT INTO working (incident_id, text, account_id, base, saved_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (incident_id, account_id) DO UPDATE
         SET text = excluded.text, base = excluded.base, saved_at = excluded.saved_at",
        params![incident, serde_json::to_string(text)?, by, base, now],
    )
    .await?;
    Ok(())
}

/// Keeps the text that a working copy was begun from.
pub async fn set_begun(tx: &mut Tx, incident: Id<Incident>, by: Id<Account>, begun: Option<&Working>) -> Result<()> {
    let begun = begun.map(serde_json::to_string).transpose()?;
    tx.run("UPDATE working SET begun = $3 WHERE incident_id = $1 AND account_id = $2", params![incident, by, begun]).await?;
    Ok(())
}

/// The text that a working copy was begun from, as long as that was no revision.
pub async fn begun(db: impl Sql, incident: Id<Incident>, by: Id<Account>) -> Result<Option<Working>> {
    let row: Option<(Option<String>,)> =
        db.optional("SELECT begun FROM working WHERE incident_id = $1 AND account_id = $2 AND base = 0", params![incident, by]).await?;
    row.and_then(|row| row.0).map(|json| Ok(serde_json::from_str(&json)?)).transpose()
}

pub async fn find(db: impl Sql, incident: Id<Incident>, by: Id<Account>) -> Result<Option<Row>> {
    let row: Option<Stored> = db
        .optional(
            "SELECT text, base, saved_at, place, aside, aside_at FROM working WHERE incident_id = $1 AND account_id = $2",
            params![incident, by],
        )
        .await?;
    row.map(Stored::row).transpose()
}

/// Says which window a text was saved in, and what it took the place of.
pub async fn set_place(tx: &mut Tx, incident: Id<Incident>, by: Id<Account>, place: &str, aside: Option<(&Working, Timestamp)>) -> Result<()> {
    let (text, at) = aside.map(|(text, at)| (serde_json::to_string(text), at)).unzip();
    tx.run(
        "UPDATE working SET place = $3, aside = $4, aside_at = $5 WHERE incident_id = $1 AND account_id = $2",
        params![incident, by, place, text.transpose()?, at],
    )
    .await?;
    Ok(())
}

/// An editor has done with a text. One of another window that it took the place of is the draft again.
pub async fn remove(tx: &mut Tx, incident: Id<Incident>, by: Id<Account>) -> Result<()> {
    tx.run("DELETE FROM working WHERE incident_id = $1 AND account_id = $2 AND aside IS NULL", params![incident, by]).await?;
    tx.run(
        "UPDATE working SET text = aside, saved_at = aside_at, place = '', aside = NULL, aside_at = NULL WHERE incident_id = $1 AND account_id = $2",
        params![incident, by],
    )
    .await?;
    Ok(())
}

/// The incidents that an account has an unpublished text of, the text as JSON, and when it was saved.
pub async fn list_of(db: impl Sql, account: Id<Account>) -> Result<Vec<(Id<Incident>, String, Timestamp)>> {
    Ok(db
        .all("SELECT incident_id, text, saved_at FROM working WHERE account_id = $1 ORDER BY saved_at, incident_id LIMIT 1000", params![account])
        .await?)
}

pub async fn remove_of(db: impl Sql, account: Id<Account>) -> Result<()> {
    db.run("DELETE FROM working WHERE account_id = $1", params![account]).await?;
    Ok(())
}
