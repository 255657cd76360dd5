//! How the coverage of a country goes together with prices that it moves: for members, on pages of countries and entities.

use super::{Front, next};
use crate::Result;
use crate::account::access;
use crate::analyze::market::instruments;
use crate::clock::{DAY, Timestamp};
use crate::model::correlation::lags;
use crate::model::market::Lagged;
use crate::model::panel::Panel;
use crate::model::viewer::Viewer;
use std::collections::BTreeMap;

/// Trading days looked at, and fewer than which nothing is said.
const DAYS: i64 = 120;
const LEAST: usize = 20;
/// Days that one may be ahead of the other.
const LAGS: usize = 5;
/// Series of one page.
const MOST: usize = 3;
/// Article times that are counted at most.
pub const TIMES: i64 = 20_000;
/// How far back they are read: the trading days with their weekends and holidays.
pub const BACK: u32 = 180;

/// The section of a page.
pub struct Volumes {
    pub rows: Panel<Vec<Volume>>,
    pub unlock: String,
}

/// One series, and the lag at which coverage and its moves go together most.
pub struct Volume {
    pub name: &'static str,
    pub source: &'static str,
    pub best: Lagged,
    pub all: Vec<Lagged>,
}

impl Volume {
    /// What the interval says in words.
    pub fn says(&self) -> String {
        let (lag, days) = (self.best.lag, if self.best.lag.abs() == 1 { "day" } else { "days" });
        let when = match lag {
            0 => "on the same day".into(),
            1.. => format!("when coverage is {lag} {days} ahead"),
            _ => format!("when the price is {} {days} ahead", -lag),
        };
        match (self.best.low > 0.0, self.best.high < 0.0) {
            (true, _) => format!("They grow together, most {when}."),
            (_, true) => format!("One grows as the other shrinks, most {when}."),
            _ => format!("No more than chance would do; most {when}."),
        }
    }
}

/// Of the series that these countries move. `times` are when the articles were published. `None` when no series has to do with them.
pub async fn of(front: &Front, viewer: &Viewer, codes: &[&str], times: &[Timestamp], path: &str) -> Result<Option<Volumes>> {
    let touched: Vec<_> = instruments().iter().filter(|about| codes.iter().any(|code| about.countries.contains(code))).take(MOST).collect();
    let Some(first) = times.iter().min().filter(|_| !touched.is_empty()) else { return Ok(None) };
    let unlock = format!("/sign-up?next={}", next::encoded(&format!("{path}#prices")));
    let today = front.app.clock.now().date();
    let mut rows = access::opened(viewer, vec![]);
    for about in touched {
        let closes = access::closes(&front.app.db, viewer, about.series, &today, DAYS).await?;
        let (Some(rows), Some(closes)) = (rows.open_mut(), closes.open()) else { break };
        let (volumes, moves) = paired(closes, times, *first);
        let all = if volumes.len() >= LEAST { lags(&volumes, &moves, LAGS) } else { vec![] };
        if let Some(best) = all.iter().copied().max_by(|a, b| a.r.abs().total_cmp(&b.r.abs()).then(b.lag.abs().cmp(&a.lag.abs()))) {
            rows.push(Volume { name: about.name, source: about.source, best, all });
        }
    }
    Ok(Some(Volumes { rows, unlock }))
}

/// For each trading day since `first`: ln(1 + articles since the trading day before), and the size of the price's log return.
/// `closes` are newest first, as the store gives them.
fn paired(closes: &[(String, f64)], times: &[Timestamp], first: Timestamp) -> (Vec<f64>, Vec<f64>) {
    let mut articles: BTreeMap<String, f64> = BTreeMap::new();
    for at in times {
        *articles.entry(at.date()).or_default() += 1.0;
    }
    let begin = first.minus(DAY).date();
    let rising: Vec<&(String, f64)> = closes.iter().rev().filter(|(day, price)| *price > 0.0 && *day >= begin).collect();
    let pair = |pair: &[&(String, f64)]| {
        let ((before, old), (day, new)) = (pair[0], pair[1]);
        let since: f64 = articles.range::<String, _>((std::ops::Bound::Excluded(before), std::ops::Bound::Included(day))).map(|(_, n)| n).sum();
        ((1.0 + since).ln(), (new / old).ln().abs())
    };
    rising.windows(2).map(pair).unzip()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn articles_of_a_weekend_count_for_the_trading_day_after_it() {
        let at = |text: &str| Timestamp::parse(text).unwrap();
        let times = [at("2022-03-18T10:00:00Z"), at("2022-03-19T10:00:00Z"), at("2022-03-20T10:00:00Z"), at("2022-03-21T10:00:00Z")];
        let closes = [("2022-03-21", 110.0), ("2022-03-18", 100.0), ("2022-03-17", 100.0), ("2022-03-01", 90.0)].map(|(d, p)| (d.to_string(), p));
        let (volumes, moves) = paired(&closes, &times, times[0]);
        assert_eq!(volumes, [2.0f64.ln(), 4.0f64.ln()], "one on Friday, three until Monday");
        assert!(moves[0].abs() < 1e-12 && (moves[1] - 1.1f64.ln()).abs() < 1e-12);
    }

    #[test]
    fn what_is_no_more_than_chance_is_said_so() {
        let lagged = |r: f64, low: f64, high: f64, lag: i64| Lagged { lag, r, low, high, pairs: 30 };
        let says = |best| Volume { name: "Brent", source: "x", best, all: vec![] }.says();
        assert_eq!(says(lagged(0.2, -0.3, 0.6, 0)), "No more than chance would do; most on the same day.");
        assert_eq!(says(lagged(0.7, 0.3, 0.9, 2)), "They grow together, most when coverage is 2 days ahead.");
        assert_eq!(says(lagged(-0.7, -0.9, -0.3, -1)), "One grows as the other shrinks, most when the price is 1 day ahead.");
    }
}
