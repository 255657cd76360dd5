//! What a new incident goes on with: a public one that was closed before its first article came, and is no longer in the index.
//!
//! The search finds what shares two of the article's rarer words, and the learnt decision weighs it as if nobody knew the dates, since time
//! speaks against everything that is closed. An incident stays closed all the same: it is told where the new one comes from.

use super::document::{Document, Kind};
use super::fingerprint::Fingerprint;
use super::index::Index;
use super::model::Model;
use crate::clock::Timestamp;
use crate::id::Id;
use crate::model::incident::{CLOSED_AFTER, Incident, JOINS_AT};
use crate::model::query::Query;
use crate::store::article::Text;
use crate::store::search::{Ask, Kind as Found};
use crate::text::terms::terms;
use crate::{App, Error, Result, store};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Words of the article that are looked up, the rarest first, and so many of those that closed incidents have, two at a time.
const WORDS: usize = 12;
const KNOWN: usize = 5;
/// Articles that are found for two words, the newest, and incidents that are weighed.
const FOUND: i64 = 5;
const WEIGHED: usize = 8;
/// Articles of each that are read, the first ones: they are what it is about.
const READ: i64 = 6;

/// The closed incident that an article published at `at` tells more of, if there is one. `read` makes a document of a stored article.
pub(super) async fn of(
    app: &App,
    index: &Index,
    (print, document): (&Fingerprint, &Document),
    at: Timestamp,
    read: impl Fn(&Text) -> Arc<Document>,
) -> Result<Option<Id<Incident>>> {
    let until = at.minus(CLOSED_AFTER);
    if !store::chapter::has_closed(&app.db, until).await? {
        return Ok(None);
    }
    let undated = |document: &Document| Arc::new(Document { at: None, ..document.clone() });
    let document = undated(document);
    let mut best: Option<(f32, Id<Incident>)> = None;
    for incident in closed(app, &rarest(print, &document), until).await? {
        let texts = store::article::list_texts(&app.db, incident, READ).await?;
        let articles: Vec<Arc<Document>> = texts.iter().map(|text| undated(&read(text))).collect();
        let probability = index.together(Model::bundled(), &document, &articles);
        if probability >= JOINS_AT && best.is_none_or(|(most, _)| probability > most) {
            best = Some((probability, incident));
        }
    }
    Ok(best.map(|(_, incident)| incident))
}

/// Public incidents without an article since `until` that have an article with two of the words, the newest first.
async fn closed(app: &App, words: &[String], until: Timestamp) -> Result<Vec<Id<Incident>>> {
    let mut known: Vec<&String> = vec![];
    for word in words {
        if known.len() < KNOWN && !with(app, &[word], until, 1).await?.is_empty() {
            known.push(word);
        }
    }
    let mut slugs = BTreeSet::new();
    for (number, one) in known.iter().enumerate() {
        for other in &known[number + 1..] {
            slugs.extend(with(app, &[one, other], until, FOUND).await?);
        }
    }
    let mut rows = vec![];
    for slug in slugs {
        match store::incident::find_by_slug(&app.db, &slug).await {
            Ok(row) => rows.push(row),
            // renamed or merged since it was found
            Err(Error::NotFound | Error::Moved(_)) => {}
            Err(error) => return Err(error),
        }
    }
    rows.retain(|row| row.newest_at < until);
    rows.sort_by_key(|row| std::cmp::Reverse((row.newest_at, row.id)));
    Ok(rows.into_iter().take(WEIGHED).map(|row| row.id).collect())
}

/// Slugs of the incidents of the newest articles before `until` that have all of the words.
async fn with(app: &App, words: &[&String], until: Timestamp, limit: i64) -> Result<Vec<String>> {
    let query = Query { all: words.iter().map(|word| vec![word.to_string()]).collect(), before: Some(until), ..Query::default() };
    let ask = Ask { query, kinds: vec![Found::Article], ..Ask::default() };
    Ok(store::search::newest(&app.db, &ask, Some(store::search::key_before(until)), limit).await?.into_iter().map(|hit| hit.slug).collect())
}

/// The rarest words of an article, as the search knows them.
fn rarest(print: &Fingerprint, document: &Document) -> Vec<String> {
    let whole = document.of(Kind::Whole);
    let weight = |stem: u32| super::vector::weight(whole, stem).unwrap_or(0.0);
    let mut shown: Vec<_> = print.shown.iter().collect();
    shown.sort_by(|a, b| weight(b.stem).total_cmp(&weight(a.stem)));
    let mut words: Vec<String> = vec![];
    for term in shown.into_iter().flat_map(|shown| terms(&shown.word)).map(|term| term.term) {
        if words.len() < WORDS && !words.contains(&term) {
            words.push(term);
        }
    }
    words
}
