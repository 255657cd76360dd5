//! An Incident: the Articles about one thing that happens.

use crate::clock::{DAY, Timestamp};
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

/// So many articles within [`LIVE_WINDOW`] make an older incident break again, if the rest of that day had fewer.
pub const BREAKS_AGAIN: usize = 5;
/// An incident with fewer articles in a day doesn't develop any more.
pub const DEVELOPS: usize = 2;

impl Phase {
    /// By age and rate, from when its articles were published (in any order; of very many the newest are enough). Breaking in its first
    /// 6 hours, and again when as many as [`BREAKS_AGAIN`] came within 6 hours and fewer in the 18 before; developing in its first day
    /// and with [`DEVELOPS`] a day; closed after 14 days without any; sustained between.
    pub fn of(first: Timestamp, times: &[Timestamp], now: Timestamp) -> Self {
        let age = now.since(first);
        let within = |window| times.iter().filter(|at| now.since(**at) < window).count();
        let (lately, today) = (within(LIVE_WINDOW), within(DAY));
        if age >= CLOSED_AFTER && within(CLOSED_AFTER) == 0 {
            Self::Closed
        } else if age < LIVE_WINDOW || lately >= BREAKS_AGAIN && lately > today - lately {
            Self::Breaking
        } else if age < DAY || today >= DEVELOPS {
            Self::Developing
        } else {
            Self::Sustained
        }
    }
    /// The rule that gives it, for readers.
    pub fn rule(self) -> &'static str {
        match self {
            Self::Breaking => "in its first 6 hours, or when much comes at once",
            Self::Developing => "in its first day, or with two articles a day",
            Self::Sustained => "with fewer than two articles a day",
            Self::Closed => "after 14 days without an article",
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
    use crate::clock::HOUR;

    #[test]
    fn a_phase_follows_age_and_rate() {
        let start = Timestamp(0);
        let hour = |h: u32| start.plus(HOUR * h);
        let phase = |hours: &[u32], now: u32| Phase::of(start, &hours.iter().map(|h| hour(*h)).collect::<Vec<_>>(), hour(now));
        assert_eq!(phase(&[0], 5), Phase::Breaking);
        assert_eq!(phase(&[0], 7), Phase::Developing, "in its first day");
        assert_eq!(phase(&[0, 26, 28], 30), Phase::Developing, "two a day");
        assert_eq!(phase(&[0, 28], 30), Phase::Sustained, "one a day");
        assert_eq!(phase(&[0, 1, 2, 3, 4], 60), Phase::Sustained);
        assert_eq!(phase(&[0, 60, 61, 62, 63, 64], 65), Phase::Breaking, "it breaks again");
        assert_eq!(phase(&[0, 48, 50, 52, 54, 56, 60, 61, 62, 63, 64], 65), Phase::Developing, "it is as it was all day");
        assert_eq!(phase(&[0, 5], 14 * 24), Phase::Sustained);
        assert_eq!(phase(&[0, 5], 14 * 24 + 5), Phase::Closed);
    }
}
