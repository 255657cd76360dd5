//! A Figure: a number that an article gives, of what, and who says so.

use crate::clock::Timestamp;
use serde::{Deserialize, Serialize};

super::scale! {
    /// What is counted.
    Measure {
        Killed = "killed", "Killed";
        Injured = "injured", "Injured";
        Missing = "missing", "Missing";
        Arrested = "arrested", "Arrested";
        Displaced = "displaced", "Displaced";
        Amount = "amount", "Amount of money";
    }
}

super::scale! {
    /// How a number is meant.
    Bound { Exactly = "exactly", ""; AtLeast = "at_least", "at least "; About = "about", "about "; UpTo = "up_to", "up to " }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Figure {
    pub measure: Measure,
    pub bound: Bound,
    pub value: i64,
    /// `US$`, `€` …; empty for people.
    pub unit: String,
    /// Who says so in the article, when it tells; else its outlet does.
    pub who: Option<String>,
    /// The article's place in the incident, when it was published, and its outlet.
    pub article: i64,
    pub at: Timestamp,
    pub outlet: String,
}

impl Figure {
    /// `at least 1,200`, `about US$13.6 billion`.
    pub fn shown(&self) -> String {
        let number = match self.value {
            value @ 1_000_000.. if !self.unit.is_empty() => {
                let (unit, word) = if value >= 1_000_000_000 { (1e9, "billion") } else { (1e6, "million") };
                format!("{} {word}", (value as f64 / unit * 10.0).round() / 10.0)
            }
            value => grouped(value),
        };
        format!("{}{}{number}", self.bound.label(), self.unit)
    }
}

/// A number with a comma before each thousand.
fn grouped(value: i64) -> String {
    let digits = value.to_string();
    let mut shown = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_is_shown_as_it_is_meant() {
        let figure = |value, unit: &str, bound| Figure {
            measure: Measure::Killed,
            bound,
            value,
            unit: unit.into(),
            who: None,
            article: 1,
            at: Timestamp(0),
            outlet: String::new(),
        };
        assert_eq!(figure(1_200, "", Bound::AtLeast).shown(), "at least 1,200");
        assert_eq!(figure(13_600_000_000, "US$", Bound::About).shown(), "about US$13.6 billion");
        assert_eq!(figure(7, "", Bound::Exactly).shown(), "7");
    }
}
