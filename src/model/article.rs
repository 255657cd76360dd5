//! An Article: one item of one Source. When its source changes its text, the article says what it says now, and what it said
//! before is kept as a version.

use crate::clock::Timestamp;
use crate::id::Id;
use crate::model::source::{Reliability, Source};
use std::collections::BTreeMap;

/// An item as a feed gave it, cleaned and bounded, before it is stored.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// What makes it the same item next time: its id, else its link, else `own_identity`.
    pub identity: String,
    /// A hash of address and title.
    pub own_identity: String,
    /// Whether another item beside it has the same `identity` and another title: then that does not say which item it is.
    pub shares_identity: bool,
    pub address: String,
    pub title: String,
    pub summary: String,
    pub author: Option<String>,
    /// ISO 639-1; "und" when nobody says and it cannot be told.
    pub language: String,
    /// What the feed files it under; for the source's rules, not stored.
    pub categories: Vec<String>,
    /// When the feed says it was published; `None` when it does not.
    pub published_at: Option<Timestamp>,
}

/// A stored article with what its page needs of its source.
#[derive(Debug, Clone)]
pub struct Article {
    pub id: Id<Article>,
    /// Its number within the incident, from 1, in the order of joining. Citations `[n]` name it; it never changes.
    pub place: i64,
    pub source: Id<Source>,
    pub source_name: String,
    pub owner: String,
    pub reliability: Reliability,
    pub country: Option<String>,
    pub address: String,
    pub title: String,
    pub summary: String,
    pub language: String,
    pub published_at: Timestamp,
    pub joined_at: Timestamp,
    /// Who speaks in it: an agency, or the owner group of its source; for a copy, its original's.
    pub voice: String,
    /// The place of the article that it is a copy of.
    pub copy_of: Option<i64>,
    /// What it shares with the rest of its incident, in words for a reader.
    pub shares: Option<String>,
}

impl Article {
    /// Title and summary as one text; the summary alone when it repeats the title.
    pub fn text(&self) -> String {
        let start: String = self.title.trim_end_matches('…').chars().take(60).collect();
        match self.summary.as_str() {
            "" => self.title.clone(),
            summary if summary.starts_with(&start) => summary.to_string(),
            summary => format!("{}. {summary}", self.title.trim_end_matches('.')),
        }
    }
}

/// The best reliability of each independent voice among articles.
pub fn owners(articles: &[Article]) -> Vec<Reliability> {
    let mut best: BTreeMap<&str, Reliability> = BTreeMap::new();
    for article in articles {
        let known = best.entry(&article.voice).or_insert(article.reliability);
        *known = (*known).min(article.reliability);
    }
    best.into_values().collect()
}
