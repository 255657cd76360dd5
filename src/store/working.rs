//! Working copies: what an editor is writing about an incident and has not published. One an editor and incident.

use super::{Sql, Tx};
use crate::clock::Timestamp;
use crate::id::Id;
use crate::model::account::Account;
use crate::model::incident::Incident;
use crate::model::window::Aside;
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
    /// The texts of other windows that it took the place of, oldest first.
    pub asides: Vec<Aside>,
}

#[derive(sqlx::FromRow)]
struct Stored {
    text: String,
    base: i64,
    saved_at: Timestamp,
    place: String,
    aside: String,
}

impl Stored {
    fn row(self) -> Result<Row> {
        let asides = serde_json::from_str(&self.aside)?;
        Ok(Row { text: serde_json::from_str(&self.text)?, base: self.base, saved_at: self.saved_at, place: self.place, asides })
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
        .optional("SELECT text, base, saved_at, place, aside FROM working WHERE incident_id = $1 AND account_id = $2", params![incident, by])
        .await?;
    row.map(Stored::row).transpose()
}

/// Says which window a text was saved in, and what it took the place of.
pub async fn set_place(tx: &mut Tx, incident: Id<Incident>, by: Id<Account>, place: &str, asides: &[Aside]) -> Result<()> {
    tx.run(
        "UPDATE working SET place = $3, aside = $4 WHERE incident_id = $1 AND account_id = $2",
        params![incident, by, place, serde_json::to_string(asides)?],
    )
    .await?;
    Ok(())
}

/// An editor has done with a text. The newest of other windows that it took the place of is the draft again.
pub async fn remove(tx: &mut Tx, incident: Id<Incident>, by: Id<Account>) -> Result<()> {
    let Some(kept) = find(&mut *tx, incident, by).await? else { return Ok(()) };
    let Some((newest, older)) = kept.asides.split_last() else {
        tx.run("DELETE FROM working WHERE incident_id = $1 AND account_id = $2", params![incident, by]).await?;
        return Ok(());
    };
    write(&mut *tx, incident, &newest.text, by, kept.base, newest.saved_at).await?;
    set_place(tx, incident, by, "", older).await
}

/// The incidents that an account has an unpublished text of, the text as JSON, when it was saved, and the texts that were put aside, as JSON.
pub async fn list_of(db: impl Sql, account: Id<Account>) -> Result<Vec<(Id<Incident>, String, Timestamp, String)>> {
    Ok(db
        .all(
            "SELECT incident_id, text, saved_at, aside FROM working WHERE account_id = $1 ORDER BY saved_at, incident_id LIMIT 1000",
            params![account],
        )
        .await?)
}

pub async fn remove_of(db: impl Sql, account: Id<Account>) -> Result<()> {
    db.run("DELETE FROM working WHERE account_id = $1", params![account]).await?;
    Ok(())
}
