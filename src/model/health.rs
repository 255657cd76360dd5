//! How a source is doing, in words and numbers, by its hours. Pure.

use crate::clock::{DAY, HOUR, Timestamp, words};
use std::time::Duration;

super::scale! {
    /// What an editor should know first.
    Condition {
        Failing = "failing", "Failing";
        Silent = "silent", "Silent";
        Unread = "unread", "Not read yet";
        Reporting = "reporting", "Reporting";
        Paused = "paused", "Paused";
    }
}

/// A feed that answers but has had nothing new for so long is probably dead.
pub const SILENT_AFTER: Duration = Duration::from_secs(14 * 86_400);
/// Bars of the last day, each of two hours.
pub const BARS: usize = 12;

/// One hour of a source.
#[derive(Debug, Clone, Copy, Default)]
pub struct Hour {
    pub at: Timestamp,
    pub tries: i64,
    pub failures: i64,
    /// New items, those that its rules dropped, and those whose publication is known.
    pub items: i64,
    pub dropped: i64,
    pub dated: i64,
    /// The sum of the times from publication to arrival of the dated ones.
    pub lag_seconds: i64,
}

/// What is known of a source besides its hours.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    pub active: bool,
    pub failures: i64,
    pub problem: Option<&'a str>,
    pub worked_at: Option<Timestamp>,
    /// When it last gave something new.
    pub fresh_at: Option<Timestamp>,
    pub added_at: Timestamp,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Health {
    pub condition: Condition,
    /// A sentence that says more; empty when there is no more to say.
    pub says: String,
    /// New items of the last 24 hours by two hours each, the oldest first.
    pub bars: [i64; BARS],
    /// New items a day, by the last seven days or as many as it has been read.
    pub items_a_day: f64,
    /// Mean time from publication to arrival.
    pub lag: Option<Duration>,
    /// Items of the last seven days that its rules dropped.
    pub dropped: i64,
}

/// The health of a source by its hours of the last seven days.
pub fn health(facts: &Facts<'_>, hours: &[Hour], now: Timestamp) -> Health {
    let (condition, says) = condition(facts, now);
    let sum = |of: fn(&Hour) -> i64| hours.iter().map(of).sum::<i64>();
    let days = (now.since(facts.added_at).as_secs_f64() / DAY.as_secs_f64()).clamp(1.0, 7.0);
    let mut bars = [0; BARS];
    for hour in hours {
        let age = now.floor(HOUR).since(hour.at).as_secs() as usize / 7_200;
        if age < BARS {
            bars[BARS - 1 - age] += hour.items;
        }
    }
    let dated = sum(|h| h.dated);
    Health {
        condition,
        says,
        bars,
        items_a_day: sum(|h| h.items) as f64 / days,
        lag: (dated > 0).then(|| Duration::from_secs((sum(|h| h.lag_seconds) / dated.max(1)).max(0) as u64)),
        dropped: sum(|h| h.dropped),
    }
}

fn condition(facts: &Facts<'_>, now: Timestamp) -> (Condition, String) {
    let quiet = now.since(facts.fresh_at.unwrap_or(facts.added_at));
    match facts {
        Facts { active: false, .. } => (Condition::Paused, String::new()),
        Facts { problem: Some(problem), failures, worked_at, .. } => {
            let since = worked_at.map_or("it has never worked".into(), |at| format!("last success {} ago", words(now.since(at))));
            let times = if *failures == 1 { "1 failure in a row".into() } else { format!("{failures} failures in a row") };
            (Condition::Failing, format!("{problem}; {times}, {since}"))
        }
        Facts { worked_at: None, .. } => (Condition::Unread, String::new()),
        _ if quiet > SILENT_AFTER => {
            (Condition::Silent, format!("it answers, but has had nothing new for {}: perhaps the feed is dead", words(quiet)))
        }
        _ => (Condition::Reporting, String::new()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_000 * 3_600_000);

    fn facts() -> Facts<'static> {
        let long_ago = NOW.minus(DAY * 30);
        Facts { active: true, failures: 0, problem: None, worked_at: Some(NOW), fresh_at: Some(NOW.minus(HOUR)), added_at: long_ago }
    }

    #[test]
    fn what_an_editor_should_know_comes_first() {
        let of = |facts: Facts<'static>| {
            let health = health(&facts, &[], NOW);
            (health.condition, health.says)
        };
        assert_eq!(of(facts()).0, Condition::Reporting);
        assert_eq!(of(Facts { worked_at: None, ..facts() }).0, Condition::Unread);
        let (condition, says) = of(Facts { problem: Some("it answered 503"), failures: 3, worked_at: Some(NOW.minus(HOUR * 22)), ..facts() });
        assert_eq!((condition, says.as_str()), (Condition::Failing, "it answered 503; 3 failures in a row, last success 22 h ago"));
        let (condition, says) = of(Facts { fresh_at: Some(NOW.minus(DAY * 20)), ..facts() });
        assert_eq!((condition, says.contains("20 days")), (Condition::Silent, true));
        assert_eq!(of(Facts { active: false, problem: Some("x"), ..facts() }).0, Condition::Paused);
    }

    #[test]
    fn hours_become_bars_and_means() {
        let hour = |ago: u32, items: i64| Hour { at: NOW.minus(HOUR * ago), items, dated: items, lag_seconds: items * 600, ..Hour::default() };
        let health = health(&facts(), &[hour(0, 4), hour(1, 2), hour(23, 1), hour(24, 7)], NOW);
        assert_eq!((health.bars[11], health.bars[0]), (6, 1));
        assert_eq!(health.lag, Some(Duration::from_secs(600)));
        assert!((health.items_a_day - 2.0).abs() < 1e-9, "14 items in seven days");
    }
}
