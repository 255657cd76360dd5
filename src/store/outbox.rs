//! The outbox: what happened to public incidents, for open pages and other processes. Numbers only, never text.

use super::{Sql, Tx};
use crate::clock::Timestamp;
use crate::id::Id;
use crate::model::incident::Incident;
use crate::{Result, params};

#[derive(Debug)]
pub struct Happening;

#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Row {
    pub id: Id<Happening>,
    pub kind: String,
    pub incident_id: Id<Incident>,
}

/// `kind` is `published` for a new page and `changed` for a newer edition of one.
pub async fn add(tx: &mut Tx, kind: &str, incident: Id<Incident>, now: Timestamp) -> Result<()> {
    tx.run(
        "INSERT INTO outbox (id, kind, incident_id, happened_at) VALUES ($1, $2, $3, $4)",
        params![Id::<Happening>::new(now), kind, incident, now],
    )
    .await?;
    Ok(())
}

/// What happened after `after`, in order; at most `limit`.
pub async fn list_after(db: impl Sql, after: Id<Happening>, limit: i64) -> Result<Vec<Row>> {
    Ok(db.all("SELECT id, kind, incident_id FROM outbox WHERE id > $1 ORDER BY id LIMIT $2", params![after, limit]).await?)
}

/// The same of one incident.
pub async fn list_of(db: impl Sql, incident: Id<Incident>, after: Id<Happening>, limit: i64) -> Result<Vec<Row>> {
    Ok(db
        .all("SELECT id, kind, incident_id FROM outbox WHERE id > $1 AND incident_id = $2 ORDER BY id LIMIT $3", params![after, incident, limit])
        .await?)
}

/// Incidents to which something happened after `after` and before `settled`, each with the last of it; at most `limit`.
pub async fn list_incidents(db: impl Sql, after: i64, settled: Timestamp, limit: i64) -> Result<Vec<(Id<Incident>, i64)>> {
    Ok(db
        .all(
            "SELECT incident_id, MAX(id) FROM outbox WHERE id > $1 AND happened_at <= $2 AND incident_id IS NOT NULL
             GROUP BY incident_id ORDER BY MAX(id), incident_id LIMIT $3",
            params![after, settled, limit],
        )
        .await?)
}

/// The id of the newest happening; 0 when there is none.
pub async fn newest(db: impl Sql) -> Result<Id<Happening>> {
    let row: (i64,) = db.one("SELECT CAST(COALESCE(MAX(id), 0) AS BIGINT) FROM outbox", params![]).await?;
    Ok(Id::from(row.0))
}

/// Lets new ids be larger than those of happenings and revisions that are there: others read on from the id that they have met last.
pub async fn count_on(db: impl Sql) -> Result<()> {
    let newest =
        "SELECT CAST(COALESCE(MAX(id), 0) AS BIGINT) FROM (SELECT MAX(id) AS id FROM outbox UNION ALL SELECT MAX(id) FROM revision) AS newest";
    let row: (i64,) = db.one(newest, params![]).await?;
    crate::id::go_on_from(row.0);
    Ok(())
}

/// Forgets what is older than `before`; open pages have long been told.
pub async fn remove_before(db: impl Sql, before: Timestamp) -> Result<u64> {
    Ok(db.run("DELETE FROM outbox WHERE happened_at < $1", params![before]).await?)
}
