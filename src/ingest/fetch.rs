//! Reads one source and stores what is new.

use super::due::interval;
use super::parse;
use crate::clock::{HOUR, Timestamp};
use crate::id::Id;
use crate::model::article::Item;
use crate::model::job::Work;
use crate::model::source::Source;
use crate::outbound::http::{Answer, Body, Validators};
use crate::store::source::Row;
use crate::{App, Error, Result, store};
use std::time::Duration;
use tracing::{info, warn};

/// Reads a source now. What is wrong with the source is kept as its health and is no failure of ours; only a broken house fails.
pub async fn source(app: &App, id: Id<Source>) -> Result<()> {
    let Some(source) = store::source::find(&app.db, id).await?.filter(|s| s.active) else { return Ok(()) };
    let validators = Validators { etag: source.etag.clone(), last_modified: source.last_modified.clone() };
    match read(app, &source, &validators).await {
        Ok(Reading::Unchanged) => unchanged(app, &source).await,
        Ok(Reading::Later(wait, problem)) => failed(app, &source, &problem, wait).await,
        Ok(Reading::Items(body, items)) => {
            let new = keep(app, &source, &body, &items).await?;
            if new > 0 {
                info!(source.id = %id, new, "read {new} new articles from {}", source.name);
            }
            Ok(())
        }
        Err(Error::Upstream(problem)) => failed(app, &source, &problem, Duration::ZERO).await,
        Err(other) => Err(other),
    }
}

/// What reading a source gave.
enum Reading {
    Unchanged,
    Items(Box<Body>, Vec<Item>),
    /// It asks to be left alone for so long.
    Later(Duration, String),
}

/// Keeps what is wrong in words; the next try is backed off, and not before the source wants it.
async fn failed(app: &App, source: &Row, problem: &str, at_least: Duration) -> Result<()> {
    warn!(source.id = %source.id, problem, "{} cannot be read", source.name);
    let now = app.clock.now();
    let due = now.plus(interval(app, source.failures + 1).max(at_least));
    store::source::record_failure(&app.db, source.id, problem, now, due).await
}

async fn read(app: &App, source: &Row, validators: &Validators) -> Result<Reading> {
    let body = match app.http.get(&source.address, validators).await? {
        Answer::NotModified => return Ok(Reading::Unchanged),
        Answer::Later(wait, problem) => return Ok(Reading::Later(wait, problem)),
        Answer::Body(body) => body,
    };
    let language = source.language.clone();
    // parsing is pure work on up to 10 MB: not on a thread that answers readers
    let parsed = tokio::task::spawn_blocking(move || {
        parse::items(&body.bytes, body.content_type.as_deref(), &body.address, language.as_deref()).map(|items| Reading::Items(body, items))
    });
    parsed.await.map_err(|cause| Error::Broken(anyhow::anyhow!(cause).context("parsing a feed")))?
}

async fn unchanged(app: &App, source: &Row) -> Result<()> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let (etag, modified) = (source.etag.clone(), source.last_modified.clone());
    store::source::record_success(&mut tx, source.id, etag, modified, now, now.plus(interval(app, 0))).await?;
    Ok(tx.commit().await?)
}

/// Stores the new items, the source's health and the next room's job, all or nothing.
async fn keep(app: &App, source: &Row, body: &Body, items: &[Item]) -> Result<usize> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let mut new = 0;
    for item in items {
        new += usize::from(store::article::add(&mut tx, source.id, item, published(item, now), now).await?);
    }
    if let Some(moved_to) = &body.moved_to {
        info!(source.id = %source.id, "{} has moved for good to {moved_to}", source.name);
        store::source::move_to(&mut tx, source.id, moved_to.as_str()).await?;
    }
    let Validators { etag, last_modified } = body.validators.clone();
    store::source::record_success(&mut tx, source.id, etag, last_modified, now, now.plus(interval(app, 0))).await?;
    if new > 0 {
        store::job::add(&mut tx, Work::Cluster, now, now).await?;
    }
    tx.commit().await?;
    Ok(new)
}

/// When an item counts as published: as it says, but never later than now; now when it does not say.
fn published(item: &Item, now: Timestamp) -> Timestamp {
    item.published_at.filter(|at| *at <= now.plus(HOUR)).map_or(now, |at| at.min(now))
}
