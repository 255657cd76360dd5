//! The read model of a public incident page: one row, written when something changes, read by every visitor.
//!
//! [`OpenPart`] is for everybody. [`PremiumPart`] is in a column of its own, which only members' pages ask for.

use super::assessment::Assessment;
use super::category::Category;
use super::edition::Signed;
use super::market::MarketMove;
use super::severity::{Reason, Severity};
use super::tlp::Tlp;
use super::topic::Topic;
use crate::clock::Timestamp;
use crate::text::markdown::Html;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct OpenPart {
    pub number: i64,
    pub slug: String,
    /// How far it may be told.
    #[serde(default = "Tlp::clear")]
    pub tlp: Tlp,
    pub title: String,
    /// ISO 639-1, when it is an article's title in another language than English.
    #[serde(default)]
    pub title_language: Option<String>,
    pub description: String,
    /// ISO 639-1, when that sentence is in another language than English.
    #[serde(default)]
    pub description_language: Option<String>,
    pub category: Category,
    pub severity: Severity,
    pub reasons: Vec<Reason>,
    pub priority: bool,
    pub country: Option<Country>,
    pub region: Option<super::place::Region>,
    /// Where on the map.
    #[serde(default)]
    pub point: Option<super::point::Point>,
    pub articles: i64,
    pub sources: i64,
    pub voices: i64,
    pub first_at: Timestamp,
    pub newest_at: Timestamp,
    /// When the desk first published it; `None` on pages of before that was kept.
    #[serde(default)]
    pub published_at: Option<Timestamp>,
    pub updated_at: Timestamp,
    pub revision: i64,
    pub signed: Signed,
    /// Articles that joined after this revision was written.
    pub articles_since: i64,
    pub summary: Vec<Part>,
    pub implications: Vec<Html>,
    pub signals: Vec<SignalLine>,
    pub topics: Vec<Topic>,
    /// What is counted, and the different numbers that articles give of it, in the order of publication; only where they differ.
    #[serde(default)]
    pub figures: Vec<FigureTable>,
    /// The event's class by CAMEO.
    #[serde(default)]
    pub event: Option<super::event::EventClass>,
    pub unknowns: Vec<Html>,
    pub cited: Vec<SourceLine>,
    /// What editors corrected: revision, when, and their sentence; newest first.
    #[serde(default)]
    pub corrections: Vec<(i64, Timestamp, String)>,
    /// Article times of the last days, newest first, for the coverage figure; at most 200.
    pub times: Vec<Timestamp>,
}

impl OpenPart {
    /// When the desk first published it.
    pub fn published(&self) -> Timestamp {
        self.published_at.unwrap_or(self.first_at)
    }
    /// Who stands behind its summary, a language model too where one drafted a part of it.
    pub fn origin(&self) -> String {
        super::edition::origin(&self.signed, self.summary.iter().find_map(|part| part.by.as_deref()))
    }
    /// The summary's first sentence, unless the title says the same.
    pub fn stand(&self) -> Option<String> {
        let is_other = !self.description.is_empty() && !self.description.contains(self.title.trim_end_matches('…'));
        is_other.then(|| self.description.clone())
    }
    /// A language model wrote some of its summary.
    pub fn is_written(&self) -> bool {
        self.summary.iter().any(|part| part.by.is_some())
    }
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Country {
    pub code: String,
    pub name: String,
}

/// One of the summary's four parts.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Part {
    pub heading: String,
    pub text: Html,
    /// Who wrote it, when that is neither the rules nor an editor.
    #[serde(default)]
    pub by: Option<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SignalLine {
    pub text: Html,
    pub observed: bool,
    #[serde(default)]
    pub at_start: bool,
    /// The first article in which it was.
    #[serde(default)]
    pub seen: Option<Seen>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Seen {
    pub at: Timestamp,
    pub outlet: String,
    pub address: String,
}

/// The numbers that articles give of one thing.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FigureTable {
    pub measure: super::figure::Measure,
    pub rows: Vec<FigureRow>,
}

/// One number, who gave it first, and the places of all articles that give it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FigureRow {
    pub shown: String,
    pub at: Timestamp,
    pub outlet: String,
    /// Who says so in that article.
    pub who: Option<String>,
    pub articles: Vec<i64>,
}

/// One article in the list of sources.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SourceLine {
    pub place: i64,
    pub title: String,
    pub address: String,
    pub language: String,
    pub language_name: String,
    pub outlet: String,
    pub owner: String,
    pub country: Option<Country>,
    pub published_at: Timestamp,
    /// Reliability letter and credibility digit, `B2`.
    pub grade: String,
    pub grade_meaning: String,
    /// Why it is here.
    pub shares: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PremiumPart {
    pub markets: Markets,
    pub threat: Option<Threat>,
    pub timeline: Vec<MomentLine>,
    pub related: Related,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Markets {
    pub caption: String,
    pub rows: Vec<MarketRow>,
}

impl Markets {
    /// At least one row rests on an event study.
    pub fn is_measured(&self) -> bool {
        self.rows.iter().any(|row| !row.tests.is_empty())
    }
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct MarketRow {
    pub row: MarketMove,
    pub note: Html,
    /// Points of the 30-day trace in an 88 × 24 box; empty without a series.
    pub points: String,
    /// Where in that box the day of the event is.
    #[serde(default)]
    pub event_x: Option<f64>,
    /// The rows of its table of method; empty for an editor's expectation.
    #[serde(default)]
    pub tests: Vec<TestLine>,
}

/// One test of a market row, in words and figures that are ready to show.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TestLine {
    pub name: String,
    /// Percent, t and p.
    pub value: String,
    pub t: String,
    pub p: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Threat {
    pub assessment: Assessment,
    /// What is other than in the revision before, and that one's number; empty when nothing is, or there is none.
    #[serde(default)]
    pub changes: Vec<String>,
    #[serde(default)]
    pub changed_from: i64,
    pub triggers: Vec<SignalLine>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct MomentLine {
    pub iso: String,
    pub shown: String,
    pub text: Html,
    pub key: bool,
    /// What it stands for, and how exact its time is when that is not the minute.
    #[serde(default)]
    pub label: Option<String>,
    /// It has not happened yet.
    #[serde(default)]
    pub is_next: bool,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Related {
    pub incidents: Vec<RelatedIncident>,
    pub network: Network,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RelatedIncident {
    /// 0 in pages that were written before it was kept.
    #[serde(default)]
    pub number: i64,
    pub slug: String,
    pub title: String,
    #[serde(default)]
    pub title_language: Option<String>,
    pub severity: Severity,
    /// What both have in common, in words.
    #[serde(alias = "shares")]
    pub why: Vec<String>,
}

/// Who appears with whom in this incident's articles, laid out in a 620 × 300 box: few on a ring, more by their ties.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Network {
    pub nodes: Vec<Node>,
    pub ties: Vec<Tie>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Node {
    pub kind: super::entity::EntityKind,
    pub name: String,
    pub articles: i64,
    pub x: f64,
    pub y: f64,
    /// Where its label's baseline is: above the ring's upper half, below the lower.
    pub label_y: f64,
}

impl Node {
    /// What its page is found by.
    pub fn slug(&self) -> String {
        crate::text::slug::any(&self.name)
    }
}

/// Two nodes (indexes into the network's nodes) and in how many articles both are named.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Tie {
    pub from: usize,
    pub to: usize,
    pub articles: i64,
    /// What the sentences that name both tell of, if any says.
    #[serde(default)]
    pub bond: Option<Bonded>,
}

/// The kind of a tie, and how many of the sentences that name both are of it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Bonded {
    pub quad: super::event::Quad,
    pub sentences: i64,
    pub of: i64,
}

impl Network {
    /// Whether any tie says more than that both are named together.
    pub fn is_bonded(&self) -> bool {
        self.ties.iter().any(|tie| tie.bond.is_some())
    }
    /// How thick a tie is drawn: the strongest 4, the others in proportion.
    pub fn stroke(&self, tie: &Tie) -> f64 {
        let most = self.ties.iter().map(|tie| tie.articles).max().unwrap_or(1).max(1);
        (6.0 + 34.0 * tie.articles as f64 / most as f64).round() / 10.0
    }
}
