//! The rows of lists in an editor's form: markets, moments, judgements and scenarios, each as typed, from an edition and into one.

use super::assessment::{Confidence, Judgement, Likelihood, Scenario};
use super::edition::Edition;
use super::market::{Direction, Magnitude, MarketMove};
use super::moment::{Moment, Precision};
use crate::clock::Timestamp;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct MarketRow {
    pub exposure: String,
    pub note: String,
    pub direction: String,
    pub magnitude: String,
    pub horizon: String,
    pub confidence: String,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct MomentRow {
    /// `2022-03-20T08:15`, UTC; a day alone for what is known to the day.
    pub when: String,
    pub what: String,
    pub key: bool,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct JudgementRow {
    pub text: String,
    pub likelihood: String,
    pub confidence: String,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ScenarioRow {
    pub name: String,
    pub text: String,
    pub share: String,
}

/// A line that an editor left as it was keeps what the form does not show: how exact its time is, and what it stands for.
pub(super) fn as_before(typed: Moment, before: &Edition) -> Moment {
    let same = before.timeline.iter().find(|m| m.text.trim() == typed.text && MomentRow::of(m).when == MomentRow::of(&typed).when);
    same.map_or(typed.clone(), |same| Moment { key: typed.key, ..same.clone() })
}

impl MarketRow {
    pub(super) fn of(row: &MarketMove) -> Self {
        Self {
            exposure: row.exposure.clone(),
            note: row.note.clone(),
            direction: row.direction.word().into(),
            magnitude: row.magnitude.word().into(),
            horizon: row.horizon.clone(),
            confidence: row.confidence.word().into(),
        }
    }

    /// The price trace of a row whose exposure stays is kept.
    pub(super) fn read(&self, before: &Edition) -> MarketMove {
        let known = before.markets.iter().find(|m| m.exposure == self.exposure.trim());
        MarketMove {
            exposure: self.exposure.trim().into(),
            note: self.note.trim().into(),
            direction: self.direction.parse().unwrap_or(Direction::Unclear),
            magnitude: self.magnitude.parse().unwrap_or(Magnitude::Negligible),
            horizon: self.horizon.trim().into(),
            confidence: self.confidence.parse().unwrap_or(Confidence::Low),
            trace: known.map_or(vec![], |m| m.trace.clone()),
            event: known.and_then(|m| m.event),
            study: known.and_then(|m| m.study.clone()),
            source: known.map_or(String::new(), |m| m.source.clone()),
        }
    }
}

impl MomentRow {
    pub(super) fn of(moment: &Moment) -> Self {
        let when = match moment.precision {
            Precision::Minute | Precision::Hour => moment.at.iso().trim_end_matches('Z').to_string(),
            Precision::Day | Precision::About => moment.at.date(),
        };
        Self { when, what: moment.text.clone(), key: moment.key }
    }

    pub(super) fn read(&self) -> Option<Moment> {
        let when = self.when.trim();
        let (text, precision) = match when.len() {
            10 => (format!("{when}T00:00:00Z"), Precision::Day),
            16 => (format!("{}:00Z", when.replace(' ', "T")), Precision::Minute),
            _ => (format!("{}Z", when.trim_end_matches('Z')), Precision::Minute),
        };
        Some(Moment { at: Timestamp::parse(&text)?, precision, text: self.what.trim().into(), key: self.key, anchor: None })
    }
}

impl JudgementRow {
    pub(super) fn of(judgement: &Judgement) -> Self {
        Self { text: judgement.text.clone(), likelihood: judgement.likelihood.word().into(), confidence: judgement.confidence.word().into() }
    }

    pub(super) fn read(&self) -> Judgement {
        Judgement {
            text: self.text.trim().into(),
            likelihood: self.likelihood.parse().unwrap_or(Likelihood::EvenChance),
            confidence: self.confidence.parse().unwrap_or(Confidence::Low),
        }
    }
}

impl ScenarioRow {
    pub(super) fn of(scenario: &Scenario) -> Self {
        Self { name: scenario.name.clone(), text: scenario.text.clone(), share: scenario.share.to_string() }
    }

    pub(super) fn read(&self) -> Scenario {
        Scenario { name: self.name.trim().into(), text: self.text.trim().into(), share: self.share.trim().parse().unwrap_or(0) }
    }
}
