//! A Webhook: an account's own program, which is told of new revisions.

use crate::clock::{HOUR, Timestamp};
use std::time::Duration;

/// Stands for a webhook in ids.
#[derive(Debug)]
pub struct Webhook;

/// After so many failures in a row, over at least an hour, it is off.
pub const FAILURES: i64 = 10;
const FIRST_PAUSE: Duration = Duration::from_secs(5);
const LONGEST_PAUSE: Duration = Duration::from_secs(600);
/// And what the other side may ask for: one that waits longer was put off by a clock that was ahead.
pub const LONGEST_WAIT: Duration = Duration::from_secs(86_400);

/// How often it failed in a row, and since when.
#[derive(Debug, Clone, Copy, Default)]
pub struct Failing {
    pub failures: i64,
    pub since: Option<Timestamp>,
}

/// What becomes of a webhook after a failure.
#[derive(Debug, PartialEq, Eq)]
pub enum Next {
    Again(Timestamp),
    Off,
}

impl Failing {
    /// After one more: 5 s, then twice as long each time, at most 10 minutes; or what the other side asks for, if that is longer.
    pub fn next(self, now: Timestamp, asked: Option<Duration>) -> Next {
        let failures = self.failures + 1;
        if failures >= FAILURES && self.since.is_some_and(|since| now.since(since) >= HOUR) {
            return Next::Off;
        }
        let pause = FIRST_PAUSE * 2u32.saturating_pow(u32::try_from(failures - 1).unwrap_or(0).min(10));
        Next::Again(now.plus(pause.min(LONGEST_PAUSE).max(asked.unwrap_or_default().min(LONGEST_WAIT))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c5_pauses_grow_and_an_hour_of_failures_turns_it_off() {
        let (start, mut now, mut failing, mut pauses) = (Timestamp(1_000_000), Timestamp(1_000_000), Failing::default(), vec![]);
        while let Next::Again(at) = failing.next(now, None) {
            failing = Failing { failures: failing.failures + 1, since: failing.since.or(Some(now)) };
            pauses.push(at.since(now).as_secs());
            now = at;
        }
        assert_eq!(pauses[..9], [5, 10, 20, 40, 80, 160, 320, 600, 600]);
        assert!(pauses.len() as i64 + 1 >= FAILURES && now.since(start) >= HOUR, "{pauses:?}");
        assert_eq!(Failing::default().next(start, Some(HOUR)), Next::Again(start.plus(HOUR)), "who asks for patience gets it");
    }
}
