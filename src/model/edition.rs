//! The text of a Revision: all that the rules draft or an editor writes. Citations are marks like `[2]` in the text.

use super::assessment::Assessment;
use super::category::Category;
use super::country;
use super::entity::Mention;
use super::event::{Bond, EventClass};
use super::figure::Figure;
use super::market::MarketMove;
use super::moment::Moment;
use super::point::Point;
use super::severity::{Reason, Severity};
use super::signal::Signal;
use super::topic::Topic;
use crate::clock::Timestamp;
use crate::text::markdown::{citing, without_citations};
use serde::{Deserialize, Serialize};

/// The four parts of the summary, each Markdown whose first sentence carries the point.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Narrative {
    pub happened: String,
    pub geopolitics: String,
    pub markets: String,
    pub watch: String,
}

impl Narrative {
    /// The parts in reading order with their headings.
    pub fn parts(&self) -> [(&'static str, &str); 4] {
        [("What happened", &self.happened), ("Geopolitics", &self.geopolitics), ("Markets", &self.markets), ("What to watch", &self.watch)]
    }
}

/// Who wrote parts of a narrative, when, and from how many articles.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Written {
    pub model: String,
    /// The version of the prompt.
    pub prompt: String,
    pub at: Timestamp,
    pub articles: usize,
    /// Characters of their texts: a source that allows less than before leaves fewer.
    #[serde(default)]
    pub characters: usize,
    /// A digest of what the articles said that it cites; empty where it cites none, and in what was written before this was kept.
    #[serde(default)]
    pub sources: String,
    /// `happened`, `geopolitics`, `markets`: those it wrote.
    pub parts: Vec<String>,
    /// Sentences that its articles support, and those that were dropped.
    pub kept: usize,
    pub dropped: usize,
}

impl Written {
    pub fn words(&self) -> String {
        format!("drafted by {}, {}, each sentence checked against the articles it cites", self.model, self.at.short())
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Edition {
    pub title: String,
    pub category: Category,
    pub severity: Severity,
    pub reasons: Vec<Reason>,
    pub priority: bool,
    /// ISO 3166-1 alpha-2, the first is where it happens.
    pub countries: Vec<String>,
    /// Where on the map, if the articles say.
    #[serde(default)]
    pub point: Option<Point>,
    pub narrative: Narrative,
    /// Numbered consequences, one sentence each.
    pub implications: Vec<String>,
    pub signals: Vec<Signal>,
    pub topics: Vec<Topic>,
    pub mentions: Vec<Mention>,
    pub markets: Vec<MarketMove>,
    pub assessment: Option<Assessment>,
    pub timeline: Vec<Moment>,
    /// The numbers that articles give.
    #[serde(default)]
    pub figures: Vec<Figure>,
    /// What a language model wrote of the narrative, if one did.
    #[serde(default)]
    pub written: Option<Written>,
    /// The CAMEO class that most of its sentences tell of.
    #[serde(default)]
    pub event: Option<EventClass>,
    /// How the named stand to each other, where sentences say.
    #[serde(default)]
    pub bonds: Vec<Bond>,
    /// What is not known, and what would change the assessment. Never empty once published.
    pub unknowns: Vec<String>,
}

/// What everybody may read of an edition, as plain text: nothing of a premium panel.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct OpenText {
    /// A label and what stands there, in the page's order; a list has a line an entry.
    pub fields: Vec<(String, String)>,
    /// Who else drafted a part of it: a language model, in words.
    #[serde(default)]
    pub by: Option<String>,
}

impl OpenText {
    /// What stands at a label.
    pub fn of(&self, label: &str) -> &str {
        self.fields.iter().find(|(known, _)| known == label).map_or("", |(_, text)| text)
    }
    pub fn severity(&self) -> Option<Severity> {
        Severity::ALL.iter().copied().find(|severity| severity.label() == self.of("Severity"))
    }
    /// The key signals that were observed, …
    pub fn observed(&self) -> impl Iterator<Item = &str> {
        self.of("Key signals").lines().filter_map(|line| line.strip_prefix(OBSERVED))
    }
    /// … and those that were not.
    pub fn awaited(&self) -> impl Iterator<Item = &str> {
        self.of("Key signals").lines().filter(|line| !line.is_empty() && !line.starts_with(OBSERVED))
    }
}

/// How the line of a signal begins that was observed.
const OBSERVED: &str = "Observed: ";

impl Edition {
    /// Who stands behind it, a language model too where one drafted a part of it.
    pub fn origin(&self, signed: &Signed) -> String {
        origin(signed, self.drafted_by().as_deref())
    }

    fn drafted_by(&self) -> Option<String> {
        self.written.as_ref().filter(|written| !written.parts.is_empty()).map(Written::words)
    }

    /// The same text without the marks of articles that are not at these places: one may have moved to another incident since.
    pub fn citing(&self, places: &[i64]) -> Self {
        let mut edition = self.clone();
        let narrative = &mut edition.narrative;
        let parts = [&mut narrative.happened, &mut narrative.geopolitics, &mut narrative.markets, &mut narrative.watch];
        let lists = edition.implications.iter_mut().chain(&mut edition.unknowns);
        let entries = edition.signals.iter_mut().map(|signal| &mut signal.text).chain(edition.timeline.iter_mut().map(|moment| &mut moment.text));
        let notes = edition.markets.iter_mut().map(|market| &mut market.note);
        for text in parts.into_iter().chain(lists).chain(entries).chain(notes) {
            *text = citing(text, places);
        }
        edition
    }

    pub fn open_text(&self) -> OpenText {
        let signal = |signal: &Signal| format!("{}{}", if signal.observed { OBSERVED } else { "" }, without_citations(&signal.text));
        let lines = |list: &[String]| list.iter().map(|line| without_citations(line)).collect::<Vec<_>>().join("\n");
        let mut fields = vec![
            ("Title".to_string(), self.title.clone()),
            ("Category".into(), self.category.label().into()),
            ("Severity".into(), self.severity.label().into()),
            ("Countries".into(), self.countries.iter().map(|code| country::name(code)).collect::<Vec<_>>().join(", ")),
        ];
        fields.extend(self.narrative.parts().map(|(heading, text)| (heading.to_string(), without_citations(text))));
        fields.push(("Geopolitical implications".into(), lines(&self.implications)));
        fields.push(("Key signals".into(), self.signals.iter().map(signal).collect::<Vec<_>>().join("\n")));
        fields.push(("Topics".into(), self.topics.iter().map(|topic| topic.label.as_str()).collect::<Vec<_>>().join(", ")));
        fields.push(("What is not known".into(), lines(&self.unknowns)));
        OpenText { fields, by: self.drafted_by() }
    }
}

/// Who stands behind a revision; shown beside everything it says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Signed {
    /// Drafted by rules and published by the automatic policy.
    Rules { at: Timestamp },
    /// Reviewed, and perhaps rewritten, by an editor.
    Editor { name: String, at: Timestamp },
}

impl Signed {
    pub fn words(&self) -> String {
        match self {
            Self::Rules { at } => format!("drafted by rules, {}", at.short()),
            Self::Editor { name, at } => format!("reviewed by an editor ({name}) at {}", at.short()),
        }
    }
    pub fn is_editor(&self) -> bool {
        matches!(self, Self::Editor { .. })
    }
}

/// Who stands behind a text: who signed it, and who else drafted parts of it.
pub fn origin(signed: &Signed, by: Option<&str>) -> String {
    by.map_or(signed.words(), |by| format!("{}; in parts {by}", signed.words()))
}

/// Stands for a revision in ids.
#[derive(Debug)]
pub struct Revision;
