//! The job queue: a piece of work for later, safe to repeat.
//!
//! A job's key is unique: adding it again while it waits changes nothing, adding it while it runs makes it run once more.

use super::{Sql, Tx};
use crate::clock::Timestamp;
use crate::id::Id;
use crate::model::incident::Incident;
use crate::model::job::Work;
use crate::{Result, params};

/// Stands for a job in ids.
#[derive(Debug)]
pub struct Job;

#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Row {
    pub id: Id<Job>,
    pub key: String,
    pub kind: String,
    pub payload: String,
    pub state: String,
    pub run_at: Timestamp,
    pub tries: i64,
    pub problem: Option<String>,
}

pub async fn add(tx: &mut Tx, work: Work, run_at: Timestamp, now: Timestamp) -> Result<()> {
    tx.run(
        "INSERT INTO job (id, key, kind, payload, state, run_at, added_at) VALUES ($1, $2, $3, $4, 'waiting', $5, $6)
         ON CONFLICT (key) DO UPDATE SET
            again = (job.state = 'running'),
            run_at = CASE WHEN job.state = 'waiting' THEN job.run_at ELSE excluded.run_at END,
            tries = CASE WHEN job.state = 'failed' THEN 0 ELSE job.tries END,
            state = CASE WHEN job.state = 'failed' THEN 'waiting' ELSE job.state END",
        params![Id::<Job>::new(now), work.key(), work.kind(), serde_json::to_string(&work)?, run_at, now],
    )
    .await?;
    Ok(())
}

/// Adds jobs in the order of their keys, in which they are finished too: so no two processes wait for each other on PostgreSQL.
pub async fn add_all(tx: &mut Tx, mut work: Vec<Work>, run_at: Timestamp, now: Timestamp) -> Result<()> {
    work.sort_by_cached_key(|work| work.key());
    for work in work {
        add(tx, work, run_at, now).await?;
    }
    Ok(())
}

/// Drafts incidents anew.
pub async fn analyze(tx: &mut Tx, incidents: &[Id<Incident>], now: Timestamp) -> Result<()> {
    add_all(tx, incidents.iter().map(|incident| Work::Analyze { incident: *incident }).collect(), now, now).await
}

/// Forgets a job that waits.
pub async fn remove_waiting(tx: &mut Tx, work: Work) -> Result<()> {
    tx.run("DELETE FROM job WHERE key = $1 AND state = 'waiting'", params![work.key()]).await?;
    Ok(())
}

/// Whether a job of this kind is due. Only reads, so that an idle worker does not take the writer's place.
pub async fn is_due(db: impl Sql, kind: &str, now: Timestamp) -> Result<bool> {
    Ok(db
        .value(
            "SELECT EXISTS (SELECT 1 FROM job WHERE kind = $1
                AND ((state = 'waiting' AND run_at <= $2) OR (state = 'running' AND locked_until <= $2)))",
            params![kind, now],
        )
        .await?)
}

/// Takes up to `limit` due jobs of one kind for `worker` until `until`. A job whose worker went silent is due again.
///
/// The condition is repeated outside the subquery: without it PostgreSQL gave one job to two workers.
pub async fn claim(db: &super::Db, kind: &str, worker: i64, now: Timestamp, until: Timestamp, limit: i64) -> Result<Vec<Row>> {
    let mut tx = db.begin().await?;
    let claimed = tx
        .all(
            "UPDATE job SET state = 'running', worker = $2, locked_until = $3, tries = tries + 1, again = FALSE
             WHERE ((state = 'waiting' AND run_at <= $1) OR (state = 'running' AND locked_until <= $1))
               AND id IN (SELECT id FROM job WHERE kind = $4
                            AND ((state = 'waiting' AND run_at <= $1) OR (state = 'running' AND locked_until <= $1))
                          ORDER BY run_at, id LIMIT $5)
             RETURNING id, key, kind, payload, state, run_at, tries, problem",
            params![now, worker, until, kind, limit],
        )
        .await?;
    tx.commit().await?;
    Ok(claimed)
}

/// Done: gone, or waiting once more when it was asked for again meanwhile. Nothing when the job is another worker's by now.
pub async fn finish(tx: &mut Tx, id: Id<Job>, worker: i64) -> Result<()> {
    tx.run("DELETE FROM job WHERE id = $1 AND worker = $2 AND state = 'running' AND NOT again", params![id, worker]).await?;
    tx.run(
        "UPDATE job SET state = 'waiting', again = FALSE, tries = 0, problem = NULL WHERE id = $1 AND worker = $2 AND state = 'running'",
        params![id, worker],
    )
    .await?;
    Ok(())
}

/// It failed: waiting again at `retry_at`, or given up and visible to the desk when that is `None`.
pub async fn fail(tx: &mut Tx, id: Id<Job>, worker: i64, problem: &str, retry_at: Option<Timestamp>) -> Result<()> {
    let state = if retry_at.is_some() { "waiting" } else { "failed" };
    tx.run(
        "UPDATE job SET state = $3, problem = $4, run_at = COALESCE($5, run_at), again = FALSE
         WHERE id = $1 AND worker = $2 AND state = 'running'",
        params![id, worker, state, problem, retry_at],
    )
    .await?;
    Ok(())
}

/// Keeps a worker's running job its own for longer. Several in the order of their keys, as they are added.
pub async fn renew(tx: &mut Tx, id: Id<Job>, worker: i64, until: Timestamp) -> Result<()> {
    tx.run("UPDATE job SET locked_until = $3 WHERE id = $1 AND worker = $2 AND state = 'running'", params![id, worker, until]).await?;
    Ok(())
}

/// Gives a worker's running jobs back, as if they had not been tried.
pub async fn release(db: impl Sql, worker: i64) -> Result<u64> {
    Ok(db.run("UPDATE job SET state = 'waiting', tries = tries - 1 WHERE worker = $1 AND state = 'running'", params![worker]).await?)
}

/// Gives all running jobs back: for a database that has one process, which has just started.
pub async fn release_all(db: impl Sql) -> Result<u64> {
    Ok(db.run("UPDATE job SET state = 'waiting' WHERE state = 'running'", params![]).await?)
}

/// Makes due what was added, or taken for longer than `longest` from now, by a clock that was ahead.
pub async fn forget_future(db: impl Sql, now: Timestamp, longest: Timestamp) -> Result<u64> {
    Ok(db
        .run(
            "UPDATE job SET run_at = $1, added_at = $1, locked_until = CASE WHEN locked_until > $2 THEN $1 ELSE locked_until END
             WHERE added_at > $1 OR locked_until > $2",
            params![now, longest],
        )
        .await?)
}

/// An editor's wish to try a job again that failed, once or for good.
pub async fn retry(db: impl Sql, id: Id<Job>, now: Timestamp) -> Result<bool> {
    let changed = db
        .run(
            "UPDATE job SET state = 'waiting', tries = 0, run_at = $2, problem = NULL
             WHERE id = $1 AND (state = 'failed' OR (state = 'waiting' AND problem IS NOT NULL))",
            params![id, now],
        )
        .await?;
    Ok(changed == 1)
}

/// An editor's wish to forget one that was given up. Says what it was.
pub async fn drop(tx: &mut Tx, id: Id<Job>) -> Result<Option<String>> {
    let row: Option<(String,)> = tx.optional("SELECT key FROM job WHERE id = $1 AND state = 'failed'", params![id]).await?;
    tx.run("DELETE FROM job WHERE id = $1 AND state = 'failed'", params![id]).await?;
    Ok(row.map(|row| row.0))
}

/// Failed jobs first, then running, then waiting by time; at most `limit`.
pub async fn list(db: impl Sql, limit: i64) -> Result<Vec<Row>> {
    Ok(db
        .all(
            "SELECT id, key, kind, payload, state, run_at, tries, problem FROM job
             ORDER BY CASE state WHEN 'failed' THEN 0 WHEN 'running' THEN 1 ELSE 2 END, run_at, id LIMIT $1",
            params![limit],
        )
        .await?)
}

/// Since when the job has been due that has waited the longest.
pub async fn oldest_due(db: impl Sql, now: Timestamp) -> Result<Option<Timestamp>> {
    Ok(db.value("SELECT MIN(run_at) FROM job WHERE state = 'waiting' AND run_at <= $1", params![now]).await?)
}

/// Jobs that wait or run, and jobs that were given up.
pub async fn count(db: impl Sql) -> Result<(i64, i64)> {
    Ok(db
        .one(
            "SELECT CAST(COALESCE(SUM(CASE WHEN state <> 'failed' THEN 1 ELSE 0 END), 0) AS BIGINT),
                    CAST(COALESCE(SUM(CASE WHEN state = 'failed' THEN 1 ELSE 0 END), 0) AS BIGINT) FROM job",
            params![],
        )
        .await?)
}
