//! A Watch: a reader's standing question, in the words of the search.

use super::query::Query;
use super::severity::Severity;
use crate::clock::{DAY, HOUR, MINUTE, Timestamp};
use crate::error::Problems;
use std::time::Duration;

/// Stands for a watch in ids.
#[derive(Debug)]
pub struct Watch;

super::scale! {
    /// How soon an account hears of what its watch finds.
    Pace { Now = "now", "At once"; Hourly = "hourly", "Once an hour"; Daily = "daily", "Once a day" }
}

impl Pace {
    /// When a watch is looked at again. At once is within a minute, and ten minutes after a letter: what comes in one wave is one letter.
    pub fn next(self, now: Timestamp, was_told: bool, hour: u32) -> Timestamp {
        match self {
            Self::Now => now.plus(if was_told { MINUTE * 10 } else { MINUTE }),
            Self::Hourly => now.plus(if was_told { HOUR } else { MINUTE }),
            Self::Daily => super::briefing::Span::newest(now, hour).until.plus(DAY),
        }
    }

    /// Longer than any wait of this pace.
    pub fn longest(self) -> Duration {
        match self {
            Self::Now => MINUTE * 11,
            Self::Hourly => MINUTE * 61,
            Self::Daily => HOUR * 25,
        }
    }
}

const LONGEST_NAME: usize = 60;
const LONGEST_QUERY: usize = 400;

/// What a reader typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewWatch {
    pub name: String,
    pub query: String,
    pub floor: Severity,
    pub pace: Pace,
    /// What it finds comes by mail too.
    pub by_mail: bool,
}

impl NewWatch {
    /// One that follows the incident with this number.
    pub fn following(number: i64) -> Self {
        // its title may change, and go
        Self { name: format!("No. {number}"), query: format!("incident:{number}"), floor: Severity::Unassessed, pace: Pace::Now, by_mail: true }
    }

    /// The number of the incident that it follows, where it asks for nothing else.
    pub fn follows(&self) -> Option<i64> {
        let query = Query::parse(&self.query);
        query.incident.filter(|_| self.floor == Severity::Unassessed && query == Query { incident: query.incident, ..Query::default() })
    }

    /// As it is stored: without a name it is called by its words.
    ///
    /// # Errors
    /// By field, what is missing or cannot be read.
    pub fn checked(mut self) -> Result<Self, Problems> {
        let mut problems = Problems::default();
        self.name = self.name.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(LONGEST_NAME).collect();
        self.query = self.query.trim().to_string();
        let query = question(&self.query, "query", &mut problems);
        if query.is_empty() {
            problems.add("query", "Say what to look for: words, or a field like country:RU");
        }
        if query.severity.is_some_and(|(_, most)| most < self.floor) {
            problems.add("floor", "The words ask for less severe incidents alone: nothing is both");
        }
        if self.name.is_empty() {
            self.name = self.query.chars().take(LONGEST_NAME).collect();
        }
        if problems.is_empty() { Ok(self) } else { Err(problems) }
    }
}

/// What somebody wants to hear of, in the words of the search; what cannot be read of it is a problem of this field.
pub fn question(typed: &str, field: &'static str, problems: &mut Problems) -> Query {
    let query = Query::parse(typed);
    if typed.chars().count() > LONGEST_QUERY {
        problems.add(field, format!("It has more than {LONGEST_QUERY} characters"));
    }
    for why in &query.problems {
        problems.add(field, why.replace(" Its words were searched instead.", "").replace("; the phrase was read to the end.", ""));
    }
    query
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(name: &str, query: &str) -> NewWatch {
        NewWatch { name: name.into(), query: query.into(), floor: Severity::Unassessed, pace: Pace::Now, by_mail: true }
    }

    #[test]
    fn a_watch_asks_something_that_can_be_read() {
        assert_eq!(typed(" ", " refinery country:NG ").checked().unwrap().name, "refinery country:NG");
        assert_eq!(typed("Oil", "refinery").checked().unwrap().name, "Oil");
        for odd in ["", "  ", "country:XX", "severity>=9", &"a ".repeat(300)] {
            assert!(typed("", odd).checked().unwrap_err().of("query").is_some(), "{odd}");
        }
    }

    #[test]
    fn a_watch_that_could_never_answer_is_refused() {
        let high = |query: &str| NewWatch { floor: Severity::High, ..typed("", query) };
        assert!(high("refinery severity<3").checked().unwrap_err().of("floor").is_some());
        assert!(high("refinery severity<=4").checked().is_ok());
    }

    #[test]
    fn a_watch_of_one_incident_alone_follows_it() {
        assert_eq!(NewWatch::following(851).checked().unwrap().follows(), Some(851));
        for other in ["incident:851 refinery", "incident:851 severity>=4", "851", "incident:0", "incident:x"] {
            assert_eq!(typed("", other).follows(), None, "{other}");
        }
        assert_eq!(NewWatch { floor: Severity::High, ..NewWatch::following(851) }.follows(), None, "it asks how severe that is");
    }

    #[test]
    fn a_daily_watch_waits_for_the_next_morning() {
        let at = |text: &str| Timestamp::parse(text).unwrap();
        let next = |now: &str| Pace::Daily.next(at(now), false, 6).iso();
        assert_eq!(next("2022-03-20T05:00:00Z"), "2022-03-20T06:00Z");
        assert_eq!(next("2022-03-20T06:00:00Z"), "2022-03-21T06:00Z");
        let now = at("2022-03-20T05:00:00Z");
        assert_eq!(Pace::Now.next(now, true, 6).since(now), MINUTE * 10);
        for pace in Pace::ALL {
            assert!(pace.next(now, true, 6).since(now) < pace.longest());
        }
    }
}
