//! Reads the page of one article, where its source's licence lets us keep more than the feed gives.

use super::{charset, extract};
use crate::clock::DAY;
use crate::id::Id;
use crate::model::article::Article;
use crate::model::job::Work;
use crate::model::source::Licence;
use crate::outbound::http::Answer;
use crate::{App, Error, Result, store};
use std::time::Duration;
use tracing::debug;

/// Reads an article's page now, or leaves the job for when its host is free. A page that cannot be read leaves the article as it is.
pub async fn page(app: &App, id: Id<Article>) -> Result<()> {
    let Some((address, licence, stored_at)) = store::article::find_page(&app.db, id).await?.filter(|(_, licence, _)| *licence != Licence::Headline)
    else {
        return Ok(());
    };
    let _turn = match app.http.turn(&address) {
        Ok(turn) => turn,
        Err(wait) => return put_off(app, id, wait).await,
    };
    match read(app, &address, licence).await {
        Ok(Reading::Text(text)) => keep(app, id, &text, licence).await,
        Ok(Reading::Nothing) => Ok(()),
        // a host that asks for patience every time has it for a day
        Ok(Reading::Later(wait)) if app.clock.now().since(stored_at) < DAY => {
            put_off(app, id, patience(wait, app.clock.now().since(stored_at))).await
        }
        Ok(Reading::Later(_)) => Ok(()),
        Err(Error::Upstream(problem)) => {
            debug!(article.id = %id, problem, "the page of an article cannot be read");
            Ok(())
        }
        Err(other) => Err(other),
    }
}

/// What reading a page gave.
enum Reading {
    Text(String),
    Nothing,
    /// Its host asks to be left alone for so long.
    Later(Duration),
}

/// How long to wait for a page whose host asks for `wait`: as long again as it has taken so far, so that a host that says "now" each time is not asked
/// without end.
fn patience(wait: Duration, so_far: Duration) -> Duration {
    wait.max(so_far).max(LEAST_PATIENCE)
}

const LEAST_PATIENCE: Duration = Duration::from_secs(5 * 60);

async fn put_off(app: &App, id: Id<Article>, wait: Duration) -> Result<()> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    store::job::add(&mut tx, Work::Page { article: id }, now.plus(wait), now).await?;
    Ok(tx.commit().await?)
}

async fn read(app: &App, address: &str, licence: Licence) -> Result<Reading> {
    let body = match app.http.get_page(address, app.clock.now()).await? {
        Answer::Body(body) => body,
        Answer::Later(wait, _) => return Ok(Reading::Later(wait)),
        Answer::NotModified { .. } => return Ok(Reading::Nothing),
    };
    // up to 50 ms of work: not on a thread that answers readers
    let taken = tokio::task::spawn_blocking(move || {
        let html = charset::decode(&body.bytes, body.content_type.as_deref());
        extract::kept(&html, body.address.as_str(), licence).map_or(Reading::Nothing, Reading::Text)
    });
    taken.await.map_err(|cause| Error::Broken(anyhow::anyhow!(cause).context("taking a page apart")))
}

async fn keep(app: &App, id: Id<Article>, text: &str, licence: Licence) -> Result<()> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    if let Some(incident) = store::article::set_body(&mut tx, id, text, licence).await? {
        store::job::add(&mut tx, Work::Analyze { incident }, now, now).await?;
    }
    Ok(tx.commit().await?)
}
