//! Coverage as twelve bars: articles an hour over the last twelve hours.

use crate::clock::{HOUR, Timestamp};

pub const HOURS: usize = 12;

/// The bars' geometry in an 82 × 24 box, oldest first; the last is the running hour.
#[derive(Debug, Clone, PartialEq)]
pub struct Bar {
    pub x: usize,
    pub y: f64,
    pub height: f64,
    pub is_now: bool,
}

/// Bars for the article times that fall into the last twelve hours.
pub fn bars(times: &[Timestamp], now: Timestamp) -> Vec<Bar> {
    let mut counts = [0usize; HOURS];
    for age in times.iter().map(|at| (now.since(*at).as_secs() / HOUR.as_secs()) as usize).filter(|age| *age < HOURS) {
        counts[HOURS - 1 - age] += 1;
    }
    of_counts(&counts)
}

/// Bars for twelve counts, the oldest first; the last is the running one.
pub fn of_counts(counts: &[usize; HOURS]) -> Vec<Bar> {
    let most = counts.iter().copied().max().unwrap_or(0).max(4) as f64;
    let bar = |(index, count): (usize, &usize)| {
        let height = (22.0 * *count as f64 / most * 10.0).round() / 10.0;
        let height = if *count == 0 { 1.0 } else { height.max(3.0) };
        Bar { x: index * 7, y: 24.0 - height, height, is_now: index == HOURS - 1 }
    };
    counts.iter().enumerate().map(bar).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_hour_has_a_bar_and_the_last_is_now() {
        let now = Timestamp(0).plus(HOUR * 100);
        let bars = bars(&[now, now, now.minus(HOUR * 11), now.minus(HOUR * 12)], now);
        assert_eq!(bars.len(), 12);
        assert!(bars[11].is_now && bars[11].height > bars[0].height && bars[0].height > bars[5].height);
    }
}
