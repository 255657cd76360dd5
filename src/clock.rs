//! What time it is, for the whole house. Time is an argument everywhere else, so tests and the replay can set it.

use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

/// Milliseconds since 1970-01-01 UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

pub const MINUTE: Duration = Duration::from_secs(60);
pub const HOUR: Duration = Duration::from_secs(3_600);
pub const DAY: Duration = Duration::from_secs(86_400);

impl Timestamp {
    pub fn parse(text: &str) -> Option<Self> {
        text.parse::<jiff::Timestamp>().ok().map(|t| Self(t.as_millisecond()))
    }
    pub fn plus(self, time: Duration) -> Self {
        Self(self.0.saturating_add(i64::try_from(time.as_millis()).unwrap_or(i64::MAX)))
    }
    pub fn minus(self, time: Duration) -> Self {
        Self(self.0.saturating_sub(i64::try_from(time.as_millis()).unwrap_or(i64::MAX)))
    }
    /// The time from `earlier` to here; zero when `earlier` is later.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0 - earlier.0).unwrap_or(0))
    }
    /// The last full `unit` at or before: `floor(HOUR)` of 08:15 is 08:00.
    pub fn floor(self, unit: Duration) -> Self {
        let unit = i64::try_from(unit.as_millis()).unwrap_or(i64::MAX).max(1);
        Self(self.0.div_euclid(unit) * unit)
    }
    fn utc(self) -> jiff::Zoned {
        jiff::Timestamp::from_millisecond(self.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH).to_zoned(TimeZone::UTC)
    }
    /// Whole seconds since 1970.
    pub fn seconds(self) -> i64 {
        self.0.div_euclid(1_000)
    }
    /// `2022-03-20T08:15Z`, for `<time datetime>`.
    pub fn iso(self) -> String {
        self.utc().strftime("%Y-%m-%dT%H:%MZ").to_string()
    }
    /// `2022-03-20T08:15:00Z`, for feeds and sitemaps.
    pub fn rfc3339(self) -> String {
        self.utc().strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
    }
    /// `Sun, 20 Mar 2022 08:15:00 GMT`, for RSS and headers.
    pub fn rfc2822(self) -> String {
        self.utc().strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
    }
    /// Its midnight, UTC.
    pub fn start_of_day(self) -> Self {
        Self(self.0 - self.0.rem_euclid(DAY.as_millis() as i64))
    }
    /// `20 March 2022`
    pub fn full_day(self) -> String {
        self.utc().strftime("%-d %B %Y").to_string()
    }
    /// `Sunday 20 March 2022`
    pub fn weekday(self) -> String {
        self.utc().strftime("%A %-d %B %Y").to_string()
    }
    /// `2022-03-20`
    pub fn date(self) -> String {
        self.utc().strftime("%Y-%m-%d").to_string()
    }
    /// `08:15`
    pub fn hour(self) -> String {
        self.utc().strftime("%H:%M").to_string()
    }
    /// `20 Mar`
    pub fn day(self) -> String {
        self.utc().strftime("%-d %b").to_string()
    }
    /// `20 Mar, 08:15`
    pub fn short(self) -> String {
        self.utc().strftime("%-d %b, %H:%M").to_string()
    }
    /// `Sunday, 20 March 2022, 08:15 UTC`
    pub fn long(self) -> String {
        self.utc().strftime("%A, %-d %B %Y, %H:%M UTC").to_string()
    }
    /// `Sun 20 Mar 2022, 08:15 UTC`
    pub fn medium(self) -> String {
        self.utc().strftime("%a %-d %b %Y, %H:%M UTC").to_string()
    }
}

/// A length of time in the largest unit that keeps it readable: `40 s`, `3 h`, `2 days`.
pub fn words(time: Duration) -> String {
    match time.as_secs() {
        s @ 0..60 => format!("{s} s"),
        s @ 60..3_600 => format!("{} min", s / 60),
        s @ 3_600..172_800 => format!("{} h", s / 3_600),
        s => format!("{} days", s / 86_400),
    }
}

/// Where the time comes from.
#[derive(Debug, Clone)]
pub enum Clock {
    Real,
    /// The real time and a constant number of milliseconds: the replay's desk.
    Offset(i64),
    /// Stands still until a test moves it.
    Fixed(Arc<AtomicI64>),
}

impl Clock {
    pub fn fixed(at: Timestamp) -> Self {
        Self::Fixed(Arc::new(AtomicI64::new(at.0)))
    }
    /// A clock that shows `then` now, and goes on from there.
    pub fn starting_at(then: Timestamp) -> Self {
        Self::Offset(then.0 - Self::Real.now().0)
    }
    pub fn now(&self) -> Timestamp {
        match self {
            Self::Real => Timestamp(jiff::Timestamp::now().as_millisecond()),
            Self::Offset(ms) => Timestamp(jiff::Timestamp::now().as_millisecond() + ms),
            Self::Fixed(at) => Timestamp(at.load(Ordering::SeqCst)),
        }
    }
    /// What clocks outside of the house show: in the replay too the real time.
    pub fn outside(&self) -> Timestamp {
        match self {
            Self::Offset(_) => Self::Real.now(),
            own => own.now(),
        }
    }
    /// Sets a fixed clock back, as a machine's clock may be set.
    pub fn back(&self, time: Duration) {
        if let Self::Fixed(at) = self {
            at.fetch_sub(time.as_millis() as i64, Ordering::SeqCst);
        }
    }
    /// Moves a fixed clock; the others go by themselves.
    pub fn forward(&self, time: Duration) {
        if let Self::Fixed(at) = self {
            at.fetch_add(time.as_millis() as i64, Ordering::SeqCst);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_shown_with_its_day_and_zone() {
        let at = Timestamp::parse("2022-03-20T08:05:00Z").unwrap();
        assert_eq!(at.long(), "Sunday, 20 March 2022, 08:05 UTC");
        assert_eq!((at.iso().as_str(), at.short().as_str()), ("2022-03-20T08:05Z", "20 Mar, 08:05"));
    }

    #[test]
    fn a_length_of_time_uses_its_largest_unit() {
        assert_eq!([39, 61, 7_300, 200_000].map(|s| words(Duration::from_secs(s))), ["39 s", "1 min", "2 h", "2 days"]);
    }

    #[test]
    fn time_since_something_later_is_nothing() {
        assert_eq!(Timestamp(5).since(Timestamp(9)), Duration::ZERO);
    }
}
