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
    Pace { Now = "now", "At once"; Daily = "daily", "Once a day" }
}

impl Pace {
    /// When a watch is looked at again. At once is within a minute, and ten minutes after a letter: what comes in one wave is one letter.
    pub fn next(self, now: Timestamp, was_told: bool, hour: u32) -> Timestamp {
        match self {
            Self::Now => now.plus(if was_told { MINUTE * 10 } else { MINUTE }),
            Self::Daily => super::briefing::Span::newest(now, hour).until.plus(DAY),
        }
    }

    /// Longer than any wait of this pace.
    pub fn longest(self) -> Duration {
        match self {
            Self::Now => MINUTE * 11,
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
}

impl NewWatch {
    /// As it is stored: without a name it is called by its words.
    ///
    /// # Errors
    /// By field, what is missing or cannot be read.
    pub fn checked(mut self) -> Result<Self, Problems> {
        let mut problems = Problems::default();
        self.name = self.name.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(LONGEST_NAME).collect();
        self.query = self.query.trim().to_string();
        let query = Query::parse(&self.query);
        if self.query.chars().count() > LONGEST_QUERY {
            problems.add("query", format!("It has more than {LONGEST_QUERY} characters"));
        }
        if query.is_empty() {
            problems.add("query", "Say what to look for: words, or a field like country:RU");
        }
        for why in &query.problems {
            problems.add("query", why.replace(" Its words were searched instead.", ""));
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

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(name: &str, query: &str) -> NewWatch {
        NewWatch { name: name.into(), query: query.into(), floor: Severity::Unassessed, pace: Pace::Now }
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
