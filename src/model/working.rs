//! A working copy: what an editor is typing, kept exactly as typed, also while it is not yet an edition.

use super::edition::Edition;
use super::row::{JudgementRow, MarketRow, MomentRow, ScenarioRow};
use super::topic::Topic;
use crate::text::fold::shorten;
use crate::text::sentence::sentences;
use serde::{Deserialize, Serialize};

/// Rows of one kind that a form may have.
pub const ROWS: usize = 40;

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Working {
    pub title: String,
    pub category: String,
    pub severity: String,
    /// Why the severity is another than the rules gave.
    pub severity_why: String,
    pub countries: String,
    pub priority: bool,
    pub happened: String,
    pub geopolitics: String,
    pub markets_text: String,
    pub watch: String,
    /// One a line.
    pub implications: String,
    /// One a line; a line that begins with `[x]` has been observed.
    pub signals: String,
    /// With semicolons; `ru:` before one that is Russian.
    pub topics: String,
    /// One a line.
    pub unknowns: String,
    pub markets: Vec<MarketRow>,
    pub moments: Vec<MomentRow>,
    pub level: String,
    pub horizon: String,
    pub judgements: Vec<JudgementRow>,
    pub scenarios: Vec<ScenarioRow>,
    /// What was wrong before, for readers; empty when nothing was.
    pub correction: String,
    /// A word to the desk, kept with what is done next.
    pub note: String,
    /// `2022-03-20T08:15`, UTC: when it should be published, or until when it is under embargo.
    pub when: String,
    /// The revision that it was restored from, which has what the form does not show; 0 for none.
    pub restored: i64,
}

impl Working {
    /// An edition as an editor sees it.
    pub fn of(edition: &Edition) -> Self {
        let n = &edition.narrative;
        let assessment = edition.assessment.as_ref();
        Self {
            title: edition.title.clone(),
            category: edition.category.word().into(),
            severity: edition.severity.word().into(),
            severity_why: String::new(),
            correction: String::new(),
            note: String::new(),
            when: String::new(),
            restored: 0,
            countries: edition.countries.join(" "),
            priority: edition.priority,
            happened: n.happened.clone(),
            geopolitics: n.geopolitics.clone(),
            markets_text: n.markets.clone(),
            watch: n.watch.clone(),
            implications: edition.implications.join("\n"),
            signals: edition
                .signals
                .iter()
                .map(|s| if s.observed { format!("[x] {}", s.text) } else { s.text.clone() })
                .collect::<Vec<_>>()
                .join("\n"),
            topics: edition.topics.iter().map(Topic::typed).collect::<Vec<_>>().join("; "),
            unknowns: edition.unknowns.join("\n"),
            markets: edition.markets.iter().map(MarketRow::of).collect(),
            moments: edition.timeline.iter().map(MomentRow::of).collect(),
            level: assessment.map_or(String::new(), |a| a.level.word().into()),
            horizon: assessment.map_or(String::new(), |a| a.horizon.clone()),
            judgements: assessment.map_or(vec![], |a| a.judgements.iter().map(JudgementRow::of).collect()),
            scenarios: assessment.map_or(vec![], |a| a.scenarios.iter().map(ScenarioRow::of).collect()),
        }
    }

    /// The sum of the named scenarios' shares as far as they are numbers.
    pub fn share_sum(&self) -> i64 {
        self.scenarios.iter().filter(|s| !s.name.trim().is_empty()).filter_map(|s| s.share.trim().parse::<u8>().ok()).map(i64::from).sum()
    }

    /// Sentences whose wording is not the desk's, and why; they can be published all the same.
    pub fn wording(&self) -> Vec<(String, &'static str)> {
        let own = ["happened", "geopolitics", "markets_text", "watch", "implications", "unknowns", "scenarios"];
        own.into_iter().flat_map(|field| self.wording_in(field)).take(ROWS).collect()
    }

    /// The same within one field of the form; judgements stand with the scenarios.
    pub fn wording_in(&self, field: &str) -> Vec<(String, &'static str)> {
        let judged = self.judgements.iter().map(|row| &row.text).chain(self.scenarios.iter().map(|row| &row.text));
        let texts: Vec<&String> = match field {
            "happened" => vec![&self.happened],
            "geopolitics" => vec![&self.geopolitics],
            "markets_text" => vec![&self.markets_text],
            "watch" => vec![&self.watch],
            "implications" => vec![&self.implications],
            "unknowns" => vec![&self.unknowns],
            "scenarios" => judged.collect(),
            _ => vec![],
        };
        let odd = |sentence: &str| super::wording::problem(sentence).map(|why| (shorten(sentence, 120), why));
        texts.into_iter().flat_map(|text| sentences(text)).filter_map(odd).collect()
    }
}
