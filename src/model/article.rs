//! An Article: one item of one Source. When its source changes its text, the article says what it says now, and what it said
//! before is kept as a version.

use crate::clock::Timestamp;
use crate::id::Id;
use crate::model::source::{Reliability, Source};
use crate::text::sentence;
use serde::{Deserialize, Serialize};
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
    /// Its own, or where readers are led for one without a link.
    pub address: String,
    pub has_link: bool,
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
    /// Why it is in its incident; `None` for what opened it, or was moved there.
    pub reasons: Option<Reasons>,
    /// How sure clustering was, 0 to 1.
    pub score: Option<f64>,
}

/// Why clustering put an article into an incident: what it shares with that, in its own words.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Reasons {
    pub names: Vec<String>,
    pub places: Vec<String>,
    /// The rarest other words.
    pub words: Vec<String>,
    /// From the nearest of the articles that were there.
    pub minutes_apart: Option<u64>,
}

impl Reasons {
    /// All that is shared, in words for a reader: "the name Dangote, the place Lagos; 3 hours apart".
    pub fn told(&self) -> String {
        let kind = |one: &str, words: &[String]| match words {
            [] => None,
            [word] => Some(format!("the {one} {word}")),
            words => Some(format!("the {one}s {}", words.join(", "))),
        };
        let shared: Vec<String> = [kind("name", &self.names), kind("place", &self.places), kind("word", &self.words)].into_iter().flatten().collect();
        [shared.join(", "), self.apart()].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("; ")
    }

    /// True for an article in another language, of whose words none can be met.
    pub fn are_wordless(&self) -> bool {
        self.names.is_empty() && self.places.is_empty() && self.words.is_empty()
    }

    fn apart(&self) -> String {
        let counted = |number: u64, one: &str| format!("{} apart", sentence::counted(number, one));
        match self.minutes_apart {
            None => String::new(),
            Some(minutes @ 0..60) => counted(minutes, "minute"),
            Some(minutes @ 60..2_880) => counted((minutes + 30) / 60, "hour"),
            Some(minutes) => counted((minutes + 720) / 1_440, "day"),
        }
    }
}

impl Article {
    /// Why it is in its incident, in words for a reader; `None` for what opened it, or was moved there.
    pub fn why(&self) -> Option<String> {
        let reasons = self.reasons.as_ref()?;
        let told = reasons.told();
        let said = if reasons.are_wordless() { format!("tells of the same in another language; {told}") } else { format!("shares {told}") };
        let score = self.score.map(|score| format!("score {score:.2}"));
        Some([Some(said.trim_end_matches("; ").to_string()), score].into_iter().flatten().collect::<Vec<_>>().join("; "))
    }

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
