//! Webhooks of accounts, and which revisions they have been told of.

use super::{Sql, Tx};
use crate::clock::Timestamp;
use crate::id::Id;
use crate::model::account::Account;
use crate::model::incident::Incident;
use crate::model::severity::Severity;
use crate::model::webhook::{Failing, LONGEST_WAIT, Webhook};
use crate::{Result, params};

#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Row {
    pub id: Id<Webhook>,
    pub account_id: Id<Account>,
    pub address: String,
    /// What its secret is derived with; not a secret itself.
    pub salt: String,
    /// Revisions below this severity are not told.
    pub floor: Severity,
    /// What it asks, in the words of the search; empty for everything.
    pub query: String,
    /// The last revision that it was told of, or that was not for it.
    pub position: i64,
    /// Nothing is sent before this.
    pub due_at: Timestamp,
    pub delivered_at: Option<Timestamp>,
    pub failing_since: Option<Timestamp>,
    /// In a row.
    pub failures: i64,
    /// What the last failure was.
    pub problem: Option<String>,
    pub off_at: Option<Timestamp>,
}

impl Row {
    pub fn failing(&self) -> Failing {
        Failing { failures: self.failures, since: self.failing_since }
    }
}

pub struct NewWebhook<'a> {
    pub address: &'a str,
    pub salt: &'a str,
    pub floor: Severity,
    pub query: &'a str,
}

/// One that is told of what is published from now on.
pub async fn add(tx: &mut Tx, account: Id<Account>, new: &NewWebhook<'_>, now: Timestamp) -> Result<Id<Webhook>> {
    let id = Id::<Webhook>::new(now);
    tx.run(
        "INSERT INTO webhook (id, account_id, address, salt, floor, query, position, due_at, added_at)
         VALUES ($1, $2, $3, $4, $5, $6, (SELECT COALESCE(MAX(id), 0) FROM revision), $7, $7)",
        params![id, account, new.address, new.salt, new.floor, new.query, now],
    )
    .await?;
    Ok(id)
}

pub async fn find(db: impl Sql, id: Id<Webhook>) -> Result<Option<Row>> {
    Ok(db
        .optional(
            "SELECT id, account_id, address, salt, floor, query, position, due_at, delivered_at, failing_since, failures, problem, off_at FROM webhook WHERE id = $1",
            params![id],
        )
        .await?)
}

/// The webhooks of an account, oldest first.
pub async fn list_of(db: impl Sql, account: Id<Account>) -> Result<Vec<Row>> {
    Ok(db
        .all(
            "SELECT id, account_id, address, salt, floor, query, position, due_at, delivered_at, failing_since, failures, problem, off_at FROM webhook
             WHERE account_id = $1 ORDER BY id LIMIT 100",
            params![account],
        )
        .await?)
}

/// Those that a revision waits for which was published before `settled`, or news of what they heard of; at most `limit`.
pub async fn list_due(db: impl Sql, now: Timestamp, settled: Timestamp, limit: i64) -> Result<Vec<Id<Webhook>>> {
    Ok(db
        .column(
            "SELECT id FROM webhook WHERE off_at IS NULL AND (due_at <= $1 OR due_at > $4)
                AND (EXISTS (SELECT 1 FROM revision WHERE revision.id > webhook.position AND revision.published_at <= $2)
                    OR EXISTS (SELECT 1 FROM webhook_heard WHERE webhook_heard.webhook_id = webhook.id AND webhook_heard.news > 0))
             ORDER BY due_at, id LIMIT $3",
            params![now, settled, limit, now.plus(LONGEST_WAIT)],
        )
        .await?)
}

/// The last revision of an incident that a webhook heard of; 0 where it is on its way, or passed by while only members could read it.
pub async fn heard(db: impl Sql, id: Id<Webhook>, incident: Id<Incident>) -> Result<Option<i64>> {
    let row: Option<(i64,)> =
        db.optional("SELECT revision FROM webhook_heard WHERE webhook_id = $1 AND incident_id = $2", params![id, incident]).await?;
    Ok(row.map(|row| row.0))
}

/// A webhook is about to hear of an incident, or lets it pass by: what becomes of it meanwhile is news.
pub async fn begin_to_hear(db: impl Sql, id: Id<Webhook>, incident: Id<Incident>, now: Timestamp) -> Result<()> {
    db.run(
        "INSERT INTO webhook_heard (webhook_id, incident_id, revision, heard_at) VALUES ($1, $2, 0, $3) ON CONFLICT (webhook_id, incident_id) DO NOTHING",
        params![id, incident, now],
    )
    .await?;
    Ok(())
}

/// A webhook has heard of a revision of an incident.
pub async fn set_heard(db: impl Sql, id: Id<Webhook>, incident: Id<Incident>, revision: i64, now: Timestamp) -> Result<()> {
    db.run(
        "INSERT INTO webhook_heard (webhook_id, incident_id, revision, heard_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (webhook_id, incident_id) DO UPDATE SET revision = excluded.revision, heard_at = excluded.heard_at",
        params![id, incident, revision, now],
    )
    .await?;
    Ok(())
}

/// Something has become of an incident that is no revision: who heard of it is told.
pub async fn set_news(tx: &mut Tx, incident: Id<Incident>) -> Result<()> {
    tx.run("UPDATE webhook_heard SET news = news + 1 WHERE incident_id = $1", params![incident]).await?;
    Ok(())
}

/// A webhook was told what there was to tell when the count was `seen`; what came since is news still.
pub async fn clear_news(db: impl Sql, id: Id<Webhook>, incident: Id<Incident>, seen: i64) -> Result<()> {
    db.run("UPDATE webhook_heard SET news = 0 WHERE webhook_id = $1 AND incident_id = $2 AND news = $3", params![id, incident, seen]).await?;
    Ok(())
}

/// Incidents that something has become of since a webhook heard of them, the revision that it heard of, and how often; at most `limit`.
pub async fn list_news(db: impl Sql, id: Id<Webhook>, limit: i64) -> Result<Vec<(Id<Incident>, i64, i64)>> {
    Ok(db
        .all(
            "SELECT incident_id, revision, news FROM webhook_heard WHERE webhook_id = $1 AND news > 0 ORDER BY incident_id LIMIT $2",
            params![id, limit],
        )
        .await?)
}

/// Forgets what was heard before a moment.
pub async fn forget_heard(db: impl Sql, before: Timestamp) -> Result<()> {
    db.run("DELETE FROM webhook_heard WHERE heard_at < $1", params![before]).await?;
    Ok(())
}

/// It was told of all up to here.
pub async fn set_told(db: impl Sql, id: Id<Webhook>, position: i64) -> Result<()> {
    db.run("UPDATE webhook SET position = $2 WHERE id = $1", params![id, position]).await?;
    Ok(())
}

/// A message was taken: no failure counts any more.
pub async fn set_delivered(tx: &mut Tx, id: Id<Webhook>, now: Timestamp) -> Result<()> {
    tx.run("UPDATE webhook SET delivered_at = $2, failing_since = NULL, failures = 0, problem = NULL WHERE id = $1", params![id, now]).await?;
    Ok(())
}

/// A message was not taken, and is tried again at `due_at`.
pub async fn set_failed(db: impl Sql, id: Id<Webhook>, problem: &str, now: Timestamp, due_at: Timestamp) -> Result<()> {
    db.run(
        "UPDATE webhook SET problem = $2, failures = failures + 1, failing_since = COALESCE(failing_since, $3), due_at = $4 WHERE id = $1",
        params![id, problem, now, due_at],
    )
    .await?;
    Ok(())
}

pub async fn set_off(db: impl Sql, id: Id<Webhook>, problem: &str, now: Timestamp) -> Result<()> {
    db.run("UPDATE webhook SET problem = $2, failures = failures + 1, off_at = $3 WHERE id = $1", params![id, problem, now]).await?;
    Ok(())
}

/// It works: it is told at once what waits for it; one that was off, from what is published from now on.
pub async fn set_on(tx: &mut Tx, id: Id<Webhook>, now: Timestamp) -> Result<()> {
    tx.run(
        "UPDATE webhook SET position = CASE WHEN off_at IS NULL THEN position ELSE (SELECT COALESCE(MAX(id), 0) FROM revision) END,
                off_at = NULL, due_at = $2 WHERE id = $1",
        params![id, now],
    )
    .await?;
    Ok(())
}

/// Whether it was there and the account's.
pub async fn remove(db: impl Sql, account: Id<Account>, id: Id<Webhook>) -> Result<bool> {
    Ok(db.run("DELETE FROM webhook WHERE id = $1 AND account_id = $2", params![id, account]).await? == 1)
}
