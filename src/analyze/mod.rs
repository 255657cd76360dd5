//! The third room: an incident's articles become a drafted edition, by rules, with a citation for every sentence.
//!
//! Nothing here is invented: each sentence of the summary is taken from an article, counts something in the articles, or is a
//! rule of `library.toml` whose condition the cited articles meet. Signals, likelihoods and scenario shares are rules that
//! `/method` states, and the page says so. `draft` is pure; the rest of the house only calls [`incidents`].

pub mod category;
pub mod draft;
pub mod entities;
pub mod gazetteer;
pub mod kind;
pub mod learn;
pub mod library;
pub mod market;
pub mod narrative;
pub mod severity;
pub mod threat;
pub mod timeline;
pub mod unknowns;

use crate::clock::Timestamp;
use crate::id::Id;
use crate::model::article::Article;
use crate::model::incident::{Incident, Phase};
use crate::model::job::Work;
use crate::{App, Result, store};
use draft::Draft;

/// Drafts incidents anew from their articles, all or nothing, and leaves the desk a job for each.
pub async fn incidents(app: &App, ids: &[Id<Incident>]) -> Result<()> {
    let now = app.clock.now();
    let mut drafted = vec![];
    for id in ids {
        let articles = store::article::list_of(&app.db, *id).await?;
        if !articles.is_empty() {
            let before = store::revision::find_newest(&app.db, *id).await?.map(|r| r.edition);
            let markets = market::series_for(app, &articles).await?;
            drafted.push((*id, draft::draft(&articles, &markets, before.as_ref(), now)));
        }
    }
    let mut tx = app.db.begin().await?;
    for (id, Draft { edition, value, first, newest }) in &drafted {
        store::incident::set_draft(&mut tx, *id, edition, *value, Phase::of(*first, *newest, now), now).await?;
        store::job::add(&mut tx, Work::Publish { incident: *id }, now, now).await?;
    }
    Ok(tx.commit().await?)
}

/// Languages of articles that the rules' words are looked for in.
const READ: [&str; 2] = ["en", "und"];

/// Citation marks for articles, at most six: `[1][4]`.
fn cite<'a>(articles: impl IntoIterator<Item = &'a Article>) -> String {
    let mut places: Vec<i64> = articles.into_iter().map(|a| a.place).collect();
    places.sort_unstable();
    places.dedup();
    places.iter().take(6).map(|place| format!("[{place}]")).collect()
}

/// `one`, `two` … as a count with its noun: "3 articles", "1 article".
fn counted(n: usize, noun: &str) -> String {
    if n == 1 { format!("1 {noun}") } else { format!("{n} {noun}s") }
}

/// "A", "A and B", "A, B and C".
fn listed(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [all @ .., last] => format!("{} and {last}", all.join(", ")),
    }
}

/// Oldest and newest publication among articles; `now` for none.
fn span(articles: &[Article], now: Timestamp) -> (Timestamp, Timestamp) {
    let times = articles.iter().map(|a| a.published_at);
    (times.clone().min().unwrap_or(now), times.max().unwrap_or(now))
}

#[cfg(test)]
pub(crate) mod sample {
    use super::*;
    use crate::model::source::Reliability;

    /// An article as tests need it: place, hour, source, owner, title, summary.
    pub fn article(place: i64, source: &str, title: &str, summary: &str) -> Article {
        Article {
            id: Id::from(place),
            place,
            source: Id::from(source.len() as i64),
            source_name: source.into(),
            owner: source.into(),
            voice: source.into(),
            copy_of: None,
            reliability: Reliability::C,
            country: None,
            address: format!("https://example.org/{place}"),
            title: title.into(),
            summary: summary.into(),
            language: "en".into(),
            published_at: Timestamp(place * 3_600_000),
            joined_at: Timestamp(place * 3_600_000),
            shares: None,
        }
    }
}
