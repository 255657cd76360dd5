//! Reads the page of one article, where its source's licence lets us keep more than the feed gives.

use super::{charset, extract, take_apart};
use crate::clock::DAY;
use crate::id::Id;
use crate::model::article::Article;
use crate::model::job::Work;
use crate::model::source::Licence;
use crate::outbound::http::Answer;
use crate::store::article::Page;
use crate::text::words::stems;
use crate::{App, Error, Result, store};
use std::collections::BTreeSet;
use std::time::Duration;
use tracing::debug;

/// Reads an article's page now, or leaves the job for when its host is free. A page that cannot be read leaves the article as it is.
pub async fn page(app: &App, id: Id<Article>) -> Result<()> {
    let Some(wanted) = store::article::find_page(&app.db, id).await?.filter(|page| page.licence != Licence::Headline) else { return Ok(()) };
    let (address, licence, stored_at) = (wanted.address.clone(), wanted.licence, wanted.stored_at);
    let _turn = match app.http.turn(&address).await {
        Ok(turn) => turn,
        Err(wait) => return put_off(app, id, wait).await,
    };
    match read(app, &address, licence).await {
        Ok(Reading::Text(text)) if !is_of_article(&text, &wanted) => {
            debug!(article.id = %id, "the page of an article tells of something else: perhaps it asks for consent");
            Ok(())
        }
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

/// Words that a page shares with what its feed says, at least; a title of fewer shares all but one.
const SHARED: usize = 3;

/// Whether a text tells what an article's title and summary tell, or asks the reader to accept something, to sign in, to prove that he is none.
fn is_of_article(text: &str, wanted: &Page) -> bool {
    let said: BTreeSet<String> = stems(&format!("{} {}", wanted.title, wanted.summary), &wanted.language).into_iter().collect();
    let there: BTreeSet<String> = stems(text, &wanted.language).into_iter().collect();
    said.intersection(&there).count() >= SHARED.min(said.len().saturating_sub(1)).max(1)
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
    let taken = take_apart(body.bytes.len(), move || {
        let html = charset::decode(&body.bytes, body.content_type.as_deref());
        extract::kept(&html, body.address.as_str(), licence).map_or(Reading::Nothing, Reading::Text)
    });
    taken.await
}

async fn keep(app: &App, id: Id<Article>, text: &str, licence: Licence) -> Result<()> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    if let Some(incident) = store::article::set_body(&mut tx, id, text, licence).await? {
        store::job::add(&mut tx, Work::Analyze { incident }, now, now).await?;
    }
    Ok(tx.commit().await?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Timestamp;

    #[test]
    fn a_page_that_asks_for_consent_is_no_article() {
        let page = |title: &str| Page {
            address: "https://example.org/1".into(),
            licence: Licence::Open,
            stored_at: Timestamp(0),
            title: title.into(),
            summary: "Rescuers search for those aboard.".into(),
            language: "en".into(),
        };
        let consent = "Before you continue to Outlet. We and our 842 partners store and access personal data, like browsing data, on your device.";
        let story = "A ferry with 60 people aboard sank off Zanzibar on Saturday. Rescuers were searching the channel, the port authority said.";
        let ferry = page("Ferry sinks off Zanzibar with 60 aboard");
        assert!(is_of_article(story, &ferry) && !is_of_article(consent, &ferry));
        assert!(is_of_article("الحكومة تعلن خطة", &Page { language: "ar".into(), summary: String::new(), ..page("الحكومة تعلن") }));
    }
}
