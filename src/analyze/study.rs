//! The event study: did a price move more around an event than it does anyway? Pure arithmetic on daily closes.
//!
//! Log returns; the usual behaviour is estimated on trading days −70 … −11, the event window is −1 … +5, day 0 is the first trading
//! day at or after the event. Two models say what would have been: the mean return, and a line on a market series.
//! Source: MacKinlay (1997), "Event Studies in Economics and Finance", Journal of Economic Literature 35, equations 3 to 12, with the
//! variance of a prediction (its estimated parameters add to it), and Student's t in place of the normal distribution.

use crate::model::market::{Found, Study, Test};
use statrs::distribution::{ContinuousCDF, StudentsT};

/// Trading days of estimation before day 0, and of the event window around it.
pub const ESTIMATION: (usize, usize) = (70, 11);
pub const WINDOW: (usize, usize) = (1, 5);
/// With fewer estimated returns nothing is said.
const LEAST: usize = 30;

/// A day, `yyyy-mm-dd`, and its closing value.
pub type Close = (String, f64);

/// The study of an event on a day. Closes are in ascending order; days that a series has no close for are left out, those of the market too,
/// and so are closes of zero or less, of which there is no logarithm (oil, in April 2020). `None` when day 0 has no close yet, or too few came before it.
pub fn study(closes: &[Close], market: Option<&[Close]>, event: &str) -> Option<Study> {
    let returns = returns(closes);
    let zero = returns.iter().position(|(day, _)| day.as_str() >= event)?;
    let (window, estimation) = windows(zero, returns.len())?;
    let of = |range: std::ops::Range<usize>| returns[range].iter().map(|(_, r)| *r).collect::<Vec<f64>>();
    let day = zero - window.start;
    let mean = mean_adjusted(&of(estimation.clone()), &of(window.clone()), day)?;
    let beside = market.and_then(|market| {
        let pairs = paired(closes, market);
        let zero = pairs.iter().position(|(day, _, _)| day.as_str() >= event).filter(|at| pairs[*at].0 == returns[zero].0)?;
        let (window, estimation) = windows(zero, pairs.len())?;
        let of = |range: std::ops::Range<usize>| pairs[range].iter().map(|(_, x, y)| (*x, *y)).collect::<Vec<_>>();
        market_model(&of(estimation), &of(window.clone()), zero - window.start)
    });
    Some(Study { day: returns[zero].0.clone(), until: returns[window.end - 1].0.clone(), length: window.len(), mean, market: beside })
}

/// Event window and estimation window by index of returns around day 0.
fn windows(zero: usize, length: usize) -> Option<(std::ops::Range<usize>, std::ops::Range<usize>)> {
    let estimation = zero.saturating_sub(ESTIMATION.0)..(zero + 1).checked_sub(ESTIMATION.1)?;
    let window = zero.checked_sub(WINDOW.0)?..(zero + WINDOW.1 + 1).min(length);
    (estimation.len() >= LEAST).then_some((window, estimation))
}

/// The day of each return and the return since the close before.
fn returns(closes: &[Close]) -> Vec<(String, f64)> {
    let closes: Vec<&Close> = closes.iter().filter(|close| close.1 > 0.0).collect();
    closes.windows(2).map(|pair| (pair[1].0.clone(), (pair[1].1 / pair[0].1).ln())).collect()
}

/// Returns of two series over the days that both have: day, the market's, the series' own.
fn paired(closes: &[Close], market: &[Close]) -> Vec<(String, f64, f64)> {
    let both: Vec<(&String, f64, f64)> = closes
        .iter()
        .filter_map(|(day, own)| market.binary_search_by(|(other, _)| other.cmp(day)).ok().map(|at| (day, market[at].1, *own)))
        .filter(|(_, market, own)| *market > 0.0 && *own > 0.0)
        .collect();
    both.windows(2).map(|pair| (pair[1].0.clone(), (pair[1].1 / pair[0].1).ln(), (pair[1].2 / pair[0].2).ln())).collect()
}

fn mean_adjusted(estimation: &[f64], window: &[f64], day: usize) -> Option<Found> {
    let n = estimation.len() as f64;
    let mean = estimation.iter().sum::<f64>() / n;
    let variance = estimation.iter().map(|r| (r - mean).powi(2)).sum::<f64>() / (n - 1.0);
    let length = window.len() as f64;
    let freedom = estimation.len() - 1;
    let sum = window.iter().map(|r| r - mean).sum();
    Some(Found {
        day: test(window[day] - mean, variance * (1.0 + 1.0 / n), freedom)?,
        window: test(sum, variance * (length + length * length / n), freedom)?,
    })
}

/// Ordinary least squares of the series' returns (second) on the market's (first).
fn market_model(estimation: &[(f64, f64)], window: &[(f64, f64)], day: usize) -> Option<Found> {
    let n = estimation.len() as f64;
    let (x_mean, y_mean) = (estimation.iter().map(|p| p.0).sum::<f64>() / n, estimation.iter().map(|p| p.1).sum::<f64>() / n);
    let spread = estimation.iter().map(|(x, _)| (x - x_mean).powi(2)).sum::<f64>();
    if spread <= 0.0 {
        return None;
    }
    let beta = estimation.iter().map(|(x, y)| (x - x_mean) * (y - y_mean)).sum::<f64>() / spread;
    let alpha = y_mean - beta * x_mean;
    let freedom = estimation.len() - 2;
    let variance = estimation.iter().map(|(x, y)| (y - alpha - beta * x).powi(2)).sum::<f64>() / freedom as f64;
    let abnormal = |(x, y): &(f64, f64)| y - alpha - beta * x;
    let length = window.len() as f64;
    let away: f64 = window.iter().map(|(x, _)| x - x_mean).sum();
    Some(Found {
        day: test(abnormal(&window[day]), variance * (1.0 + 1.0 / n + (window[day].0 - x_mean).powi(2) / spread), freedom)?,
        window: test(window.iter().map(abnormal).sum(), variance * (length + length * length / n + away * away / spread), freedom)?,
    })
}

/// `None` for a price that never moved before: everything would be beyond chance.
fn test(value: f64, variance: f64, freedom: usize) -> Option<Test> {
    let distribution = StudentsT::new(0.0, 1.0, freedom as f64).ok()?;
    let t = (variance > 0.0).then(|| value / variance.sqrt()).filter(|t| t.is_finite())?;
    Some(Test { value, t, p: 2.0 * distribution.cdf(-t.abs()) })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Trading days from 1 January on, one close a day, the returns given.
    fn closes(returns: &[f64]) -> Vec<Close> {
        let mut price = 100.0;
        let mut all = vec![("2022-000".to_string(), price)];
        for (index, r) in returns.iter().enumerate() {
            price *= r.exp();
            all.push((format!("2022-{:03}", index + 1), price));
        }
        all
    }

    /// 70 calm returns of ±1 %, which have mean 0, then those of the event's window.
    fn calm(window: &[f64]) -> Vec<f64> {
        (0..70).map(|n| if n % 2 == 0 { 0.01 } else { -0.01 }).chain(window.iter().copied()).collect()
    }

    #[test]
    fn a_jump_is_beyond_chance_and_a_calm_week_is_not() {
        let jump = study(&closes(&calm(&[0.1, 0.0, 0.0, 0.0, 0.0, 0.0])), None, "2022-071").unwrap();
        assert_eq!((jump.day.as_str(), jump.length), ("2022-071", 7));
        // day 0: 0.1 / (0.01 √(60/59) √(61/60)) = 9.84
        assert!((jump.mean.day.t - 9.8347).abs() < 1e-3, "{}", jump.mean.day.t);
        assert!(jump.mean.day.p < 1e-12 && jump.market.is_none());
        let quiet = study(&closes(&calm(&[0.01, -0.01, 0.01, -0.01, 0.01, -0.01])), None, "2022-071").unwrap();
        assert!(quiet.mean.window.p > 0.5, "{quiet:?}");
    }

    #[test]
    fn what_the_market_explains_is_not_abnormal() {
        let market = calm(&[0.1, 0.0, 0.0, 0.0, 0.0, 0.0]);
        let own: Vec<f64> = market.iter().enumerate().map(|(n, r)| 2.0 * r + if n % 3 == 0 { 0.001 } else { -0.0005 }).collect();
        let found = study(&closes(&own), Some(&closes(&market)), "2022-071").unwrap();
        assert!(found.mean.day.p < 0.001 && found.market.unwrap().day.p > 0.05, "{found:?}");
    }

    #[test]
    fn day_zero_is_the_next_trading_day_and_the_window_ends_with_the_closes() {
        let found = study(&closes(&calm(&[0.0, 0.02])), None, "2022-0705").unwrap();
        assert_eq!((found.day.as_str(), found.until.as_str(), found.length), ("2022-071", "2022-072", 3));
    }

    #[test]
    fn too_little_is_no_study() {
        assert!(study(&closes(&calm(&[0.1])), None, "2022-099").is_none(), "no close since");
        assert!(study(&closes(&[0.01; 20]), None, "2022-015").is_none(), "too few before");
        assert!(study(&closes(&[0.0; 90]), None, "2022-080").is_none(), "it never moved");
        assert!(study(&[], None, "2022-001").is_none());
    }

    /// Computed with NumPy and SciPy by `tests/golden/event_study.py` on the replay's prices.
    #[test]
    fn it_agrees_with_another_statistics_package() {
        let table = include_str!("../../demo/markets.csv");
        let series = |name: &str| {
            let at = table.lines().next().unwrap().split(',').position(|column| column == name).unwrap();
            let close = |line: &str| {
                let fields: Vec<&str> = line.split(',').collect();
                Some((fields[0].to_string(), fields[at].parse::<f64>().ok()?))
            };
            table.lines().skip(1).filter_map(close).collect::<Vec<_>>()
        };
        let golden: Vec<Vec<String>> =
            include_str!("../../tests/golden/event_study.tsv").lines().skip(1).map(|l| l.split('\t').map(str::to_string).collect()).collect();
        assert!(golden.len() >= 12);
        for line in golden {
            let found = study(&series(&line[0]), Some(&series(&line[1])), &line[2]).unwrap();
            let market = found.market.unwrap();
            let ours = [found.mean.day, found.mean.window, market.day, market.window].map(|t| [t.value, t.t, t.p]).concat();
            for (ours, golden) in ours.iter().zip(&line[3..]) {
                let golden: f64 = golden.parse().unwrap();
                assert!((ours - golden).abs() < 1e-9, "{line:?}: {ours} and {golden}");
            }
        }
    }

    #[test]
    fn a_price_below_zero_is_a_day_without_one() {
        let mut series = closes(&[0.01, -0.02].repeat(60));
        series[70].1 = -37.63;
        let found = study(&series, None, "2022-100").expect("the other days are enough");
        assert!(found.mean.day.t.is_finite() && found.mean.window.p.is_finite(), "{found:?}");
        assert!(study(&series, Some(&series.clone()), "2022-070").is_some());
    }
}
