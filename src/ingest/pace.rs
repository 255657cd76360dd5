//! How often a source is read: learnt from how often it has something new. Pure.

use crate::clock::DAY;
use crate::config::Config;
use std::time::Duration;

/// What was new half a day ago counts a third of what is new now, so that a feed that sleeps at night is read less by the morning.
const MEMORY_HOURS: f64 = 12.0;
/// A reading aims at so many new items: less often finds them late, more often finds nothing.
const WANTED: f64 = 0.5;
/// Shorter times between two readings say little.
const LEAST_HOURS: f64 = 0.01;

/// The new items an hour of a source, by what it was and what a reading found after some time: an exponential moving average.
pub fn learn(pace: Option<f64>, elapsed: Duration, new: usize) -> f64 {
    let hours = (elapsed.as_secs_f64() / 3_600.0).max(LEAST_HOURS);
    let seen = new as f64 / hours;
    let weight = 1.0 - (-hours / MEMORY_HOURS).exp();
    pace.map_or(seen, |pace| pace + weight * (seen - pace))
}

/// The time between two readings for a pace; the setting's start while nothing is known.
pub fn interval(config: &Config, pace: Option<f64>) -> Duration {
    let (least, most) = (config.fetch_least_seconds, config.fetch_most_seconds);
    match pace {
        None => Duration::from_secs(config.fetch_seconds),
        Some(pace) => Duration::from_secs_f64((3_600.0 * WANTED / pace.max(1e-6)).clamp(least as f64, most as f64)),
    }
}

/// When a source that can be read is read again: a tenth more or less than `interval`, and still within what the settings allow. `chance` is 0 to 1.
pub fn next(config: &Config, pace: Option<f64>, chance: f64) -> Duration {
    let (least, most) = (Duration::from_secs(config.fetch_least_seconds), Duration::from_secs(config.fetch_most_seconds));
    let interval = interval(config, pace);
    match jittered(interval, chance) {
        // what would be too late is as much too early
        late if late > most => interval.saturating_sub(late.abs_diff(interval)).max(least),
        early if early < least => (interval + early.abs_diff(interval)).min(most),
        next => next,
    }
}

/// Doubled for each failure in a row, up to a day.
pub fn backed_off(interval: Duration, failures: i64) -> Duration {
    interval.saturating_mul(1 << failures.clamp(0, 10)).min(DAY).max(interval)
}

/// No source waits longer than this for its next reading: twice what is ever asked for, backed off and asked for patience.
pub fn longest(config: &Config) -> Duration {
    DAY.max(Duration::from_secs(config.fetch_most_seconds.max(config.fetch_seconds))) * 2
}

/// A tenth more or less, so that sources do not come due together. `chance` is 0 to 1.
pub fn jittered(interval: Duration, chance: f64) -> Duration {
    interval.mul_f64(0.9 + 0.2 * chance)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEN_MINUTES: Duration = Duration::from_secs(600);

    #[test]
    fn a_feed_with_much_news_is_read_often_and_a_quiet_one_once_an_hour() {
        let config = Config::default();
        let after = |new: usize| (0..60).fold(None, |pace, _| Some(learn(pace, TEN_MINUTES, new)));
        // 30 items an hour would be one reading a minute: two minutes are the least
        assert_eq!(interval(&config, after(5)), Duration::from_secs(120));
        assert_eq!(interval(&config, after(0)), Duration::from_secs(3_600));
        assert_eq!(interval(&config, None), TEN_MINUTES);
        // one item an hour: half an item a reading is every half hour
        assert_eq!(interval(&config, Some(1.0)), Duration::from_secs(1_800));
    }

    #[test]
    fn a_quiet_hour_does_not_make_a_busy_feed_forgotten() {
        let busy = (0..60).fold(None, |pace, _| Some(learn(pace, TEN_MINUTES, 2)));
        let quiet = (0..6).fold(busy, |pace, _| Some(learn(pace, TEN_MINUTES, 0)));
        assert!(quiet.unwrap() > 0.9 * busy.unwrap());
    }

    #[test]
    fn failures_double_the_wait_up_to_a_day() {
        assert_eq!([0, 1, 3, 40].map(|failures| backed_off(TEN_MINUTES, failures).as_secs()), [600, 1_200, 4_800, 86_400]);
        assert_eq!([0.0, 0.5, 1.0].map(|chance| jittered(TEN_MINUTES, chance).as_secs()), [540, 600, 660]);
    }

    #[test]
    fn no_reading_is_sooner_or_later_than_the_settings_allow() {
        let next = |pace: f64| [0.0, 0.5, 1.0].map(|chance| next(&Config::default(), Some(pace), chance).as_secs());
        assert_eq!(next(3.0), [540, 600, 660]);
        assert_eq!(next(100.0), [132, 120, 132]);
        assert_eq!(next(0.0), [3_240, 3_600, 3_240]);
        assert_eq!(pace_with_one_interval(1.0), 600);
    }

    fn pace_with_one_interval(chance: f64) -> u64 {
        let config = Config { fetch_least_seconds: 600, fetch_most_seconds: 600, ..Config::default() };
        super::next(&config, Some(3.0), chance).as_secs()
    }
}
