//! Reads the page of one article, where its source's licence lets us keep more than the feed gives.

use super::{charset, extract};
use crate::id::Id;
use crate::model::article::Article;
use crate::model::job::Work;
use crate::model::source::Licence;
use crate::outbound::http::{Answer, Validators};
use crate::{App, Error, Result, store};
use tracing::debug;

/// Reads an article's page now, or leaves the job for when its host is free. A page that cannot be read leaves the article as it is.
pub async fn page(app: &App, id: Id<Article>) -> Result<()> {
    let Some((address, licence)) = store::article::find_page(&app.db, id).await?.filter(|(_, licence)| *licence != Licence::Headline) else {
        return Ok(());
    };
    let _turn = match app.http.turn(&address) {
        Ok(turn) => turn,
        Err(wait) => {
            let now = app.clock.now();
            let mut tx = app.db.begin().await?;
            store::job::add(&mut tx, Work::Page { article: id }, now.plus(wait), now).await?;
            return Ok(tx.commit().await?);
        }
    };
    match read(app, &address, licence).await {
        Ok(Some(text)) => keep(app, id, &text).await,
        Ok(None) => Ok(()),
        Err(Error::Upstream(problem)) => {
            debug!(article.id = %id, problem, "the page of an article cannot be read");
            Ok(())
        }
        Err(other) => Err(other),
    }
}

async fn read(app: &App, address: &str, licence: Licence) -> Result<Option<String>> {
    if !app.http.may_read(address, app.clock.now()).await? {
        return Err(Error::Upstream("its host does not want it read (robots.txt)".into()));
    }
    let Answer::Body(body) = app.http.get(address, &Validators::default()).await? else { return Ok(None) };
    // up to 50 ms of work: not on a thread that answers readers
    let taken = tokio::task::spawn_blocking(move || {
        let html = charset::decode(&body.bytes, body.content_type.as_deref());
        extract::kept(&html, body.address.as_str(), licence)
    });
    taken.await.map_err(|cause| Error::Broken(anyhow::anyhow!(cause).context("taking a page apart")))
}

async fn keep(app: &App, id: Id<Article>, text: &str) -> Result<()> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    if let Some(incident) = store::article::set_body(&mut tx, id, text).await? {
        store::job::add(&mut tx, Work::Analyze { incident }, now, now).await?;
    }
    Ok(tx.commit().await?)
}
