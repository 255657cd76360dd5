//! An Incident: the Articles about one thing that happens.

use crate::clock::{HOUR, Timestamp};
use std::time::Duration;

super::scale! {
    /// An incident's life. `corrected` has an editor's newer revision after publication; `restricted` is published
    /// for people with an account alone (TLP:GREEN); `retracted` answers 410.
    Stage {
        Candidate = "candidate", "Candidate";
        Draft = "draft", "Draft";
        InReview = "in_review", "In review";
        Scheduled = "scheduled", "Scheduled";
        Published = "published", "Published";
        Corrected = "corrected", "Corrected";
        Restricted = "restricted", "For accounts";
        Retracted = "retracted", "Retracted";
        Dismissed = "dismissed", "Dismissed";
    }
}

impl Stage {
    /// Everybody may read it. Lists, feeds, search, map and every other channel show nothing else.
    pub fn is_public(self) -> bool {
        matches!(self, Self::Published | Self::Corrected)
    }
    /// Readers may read it: everybody, or those with an account.
    pub fn is_out(self) -> bool {
        self.is_public() || self == Self::Restricted
    }
}

super::scale! {
    /// How fast it moves, by [`Phase::of`].
    Phase {
        Breaking = "breaking", "Breaking";
        Developing = "developing", "Developing";
        Sustained = "sustained", "Sustained";
        Closed = "closed", "Closed";
    }
}

/// LIVE is on while the newest article is younger than this.
pub const LIVE_WINDOW: Duration = Duration::from_secs(6 * 3_600);
/// An incident without a new article for this long is closed, and later articles open a new one.
pub const CLOSED_AFTER: Duration = Duration::from_secs(14 * 86_400);

/// The least score, 0 to 1, with which clustering puts an article into an incident.
pub const JOINS_AT: f32 = 0.55;

impl Phase {
    /// Breaking in its first 6 hours; developing while the newest article is younger than 24 hours; closed after 14 quiet
    /// days; sustained between.
    pub fn of(first: Timestamp, newest: Timestamp, now: Timestamp) -> Self {
        let quiet = now.since(newest);
        if quiet >= CLOSED_AFTER {
            Self::Closed
        } else if now.since(first) < LIVE_WINDOW {
            Self::Breaking
        } else if quiet < HOUR * 24 {
            Self::Developing
        } else {
            Self::Sustained
        }
    }
}

pub fn is_live(newest: Timestamp, now: Timestamp) -> bool {
    now.since(newest) < LIVE_WINDOW
}

/// Stands for an incident in ids; its columns are read as rows of `store/incident.rs`.
#[derive(Debug)]
pub struct Incident;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::DAY;

    #[test]
    fn a_phase_follows_age_and_quiet() {
        let start = Timestamp(0);
        let hour = |h: u32| start.plus(HOUR * h);
        assert_eq!(Phase::of(start, start, hour(5)), Phase::Breaking);
        assert_eq!(Phase::of(start, hour(10), hour(30)), Phase::Developing);
        assert_eq!(Phase::of(start, hour(10), hour(60)), Phase::Sustained);
        assert_eq!(Phase::of(start, start, start.plus(DAY * 14)), Phase::Closed);
    }
}
