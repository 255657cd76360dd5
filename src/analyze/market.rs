//! Market moves around an incident, measured on the daily closing prices that the operator loaded.

use super::{entities, span};
use crate::clock::{DAY, Timestamp};
use crate::model::article::Article;
use crate::model::assessment::Confidence;
use crate::model::category::Category;
use crate::model::market::{Direction, Magnitude, MarketMove};
use crate::{App, Result, store};

/// A series and for whom it is looked at.
struct Instrument {
    series: &'static str,
    name: &'static str,
    countries: &'static [&'static str],
    categories: &'static [Category],
}

const INSTRUMENTS: &[Instrument] = &[
    Instrument {
        series: "brent",
        name: "Brent crude oil, US dollars a barrel",
        countries: &["RU", "SA", "IR", "IQ", "YE", "AE", "KW", "LY", "NG", "VE"],
        categories: &[Category::Energy, Category::Trade],
    },
    Instrument {
        series: "natgas_henryhub",
        name: "Natural gas, Henry Hub, US dollars",
        countries: &["RU", "QA", "DZ", "NO"],
        categories: &[Category::Energy],
    },
    Instrument {
        series: "eurusd",
        name: "US dollars for a euro",
        countries: &["US", "DE", "FR", "IT"],
        categories: &[Category::Economy, Category::Sanctions],
    },
    Instrument { series: "eurrub", name: "Roubles for a euro", countries: &["RU"], categories: &[] },
    Instrument { series: "eurpln", name: "Polish zloty for a euro", countries: &["PL", "UA"], categories: &[] },
    Instrument { series: "eurczk", name: "Czech koruna for a euro", countries: &["CZ", "SK"], categories: &[] },
    Instrument { series: "eurhuf", name: "Hungarian forint for a euro", countries: &["HU"], categories: &[] },
    Instrument { series: "eurchf", name: "Swiss francs for a euro", countries: &["CH"], categories: &[] },
    Instrument { series: "eurtry", name: "Turkish lira for a euro", countries: &["TR"], categories: &[] },
    Instrument { series: "eurcny", name: "Chinese yuan for a euro", countries: &["CN", "TW", "HK"], categories: &[] },
];

/// Closing prices up to the end of the event window, oldest first.
#[derive(Debug, Clone, Default)]
pub struct Series {
    pub instrument: usize,
    pub closes: Vec<(String, f64)>,
}

/// The series that an incident of these articles touches, with the 60 closes before its window's end; at most 5.
pub async fn series_for(app: &App, articles: &[Article]) -> Result<Vec<Series>> {
    let countries = entities::whereabouts(&entities::read(articles)).countries;
    let category = super::category::of(articles);
    let (_, newest) = span(articles, app.clock.now());
    let mut found = vec![];
    for (instrument, about) in INSTRUMENTS.iter().enumerate() {
        let touched = countries.iter().any(|c| about.countries.contains(&c.as_str())) || about.categories.contains(&category);
        if touched && found.len() < 5 {
            let mut closes = store::quote::list_until(&app.db, about.series, &newest.date(), 61).await?;
            closes.reverse();
            found.push(Series { instrument, closes });
        }
    }
    Ok(found)
}

/// How each series moved from the last close before the first article to the last close of the window, and whether such a
/// move is more than chance.
///
/// z = move / (σ √n): σ the standard deviation of daily log returns before the window, n the trading days in it. Returns of
/// unrelated days are taken as independent, which makes calm series look calmer than they are; so the words stay careful.
pub fn moves(series: &[Series], articles: &[Article], now: Timestamp) -> Vec<MarketMove> {
    let (first, newest) = span(articles, now);
    series.iter().filter_map(|s| measure(s, first, newest)).collect()
}

fn measure(series: &Series, first: Timestamp, newest: Timestamp) -> Option<MarketMove> {
    let split = series.closes.iter().position(|(day, _)| *day >= first.date())?;
    let (before, window) = series.closes.split_at(split);
    let ((start_day, start), (end_day, end)) = (before.last()?, window.last()?);
    // a series that ended long before the window says nothing about it
    let age = newest.since(Timestamp::parse(&format!("{end_day}T00:00:00Z"))?);
    let returns: Vec<f64> = before.windows(2).map(|w| (w[1].1 / w[0].1).ln()).collect();
    if returns.len() < 20 || age > DAY * 5 || *start <= 0.0 || *end <= 0.0 {
        return None;
    }
    let mean = returns.iter().sum::<f64>() / returns.len() as f64;
    let variance = returns.iter().map(|r| (r - mean).powi(2)).sum::<f64>() / (returns.len() - 1) as f64;
    let typical = variance.sqrt() * (window.len() as f64).sqrt();
    let change = (end / start).ln();
    let z = if typical > 0.0 { (change / typical).abs() } else { 0.0 };
    let chance = if z >= 1.96 { "more than chance alone gives in 19 windows of 20" } else { "within what chance gives" };
    Some(MarketMove {
        exposure: INSTRUMENTS[series.instrument].name.into(),
        note: format!(
            "{:+.1} % from the close of {start_day} ({start:.2}) to {end_day} ({end:.2}); ±{:.1} % is usual over that time: {chance}. Source: the desk’s price series {}.",
            (end / start - 1.0) * 100.0,
            (typical.exp() - 1.0) * 100.0,
            INSTRUMENTS[series.instrument].series.replace('_', " ")
        ),
        direction: if z < 1.0 {
            Direction::Unclear
        } else if change > 0.0 {
            Direction::Up
        } else {
            Direction::Down
        },
        magnitude: match z {
            ..1.0 => Magnitude::Negligible,
            ..1.96 => Magnitude::Small,
            ..2.58 => Magnitude::Moderate,
            _ => Magnitude::Large,
        },
        horizon: format!("{} trading days", window.len()),
        confidence: if z >= 2.58 { Confidence::Moderate } else { Confidence::Low },
        trace: series.closes.iter().rev().take(30).rev().map(|(_, price)| *price).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::super::sample::article;
    use super::*;

    /// 40 quiet days around 100, then a close of `last` on the day of the event.
    fn series(last: f64) -> Series {
        let quiet = (0..40).map(|day| {
            let at = Timestamp(0).minus(DAY * (40 - day));
            (at.date(), if day % 2 == 0 { 100.0 } else { 101.0 })
        });
        Series { instrument: 0, closes: quiet.chain([("1970-01-01".to_string(), last)]).collect() }
    }

    #[test]
    fn a_jump_is_more_than_chance_and_a_wiggle_is_not() {
        let articles = [article(1, "a", "Fire", "")];
        let jump = &moves(&[series(110.0)], &articles, Timestamp(0))[0];
        assert_eq!((jump.direction, jump.magnitude), (Direction::Up, Magnitude::Large));
        assert!(jump.note.starts_with("+8.9 % from the close of 1969-12-31 (101.00) to 1970-01-01 (110.00)"), "{}", jump.note);
        let wiggle = &moves(&[series(101.2)], &articles, Timestamp(0))[0];
        assert_eq!((wiggle.direction, wiggle.magnitude), (Direction::Unclear, Magnitude::Negligible));
    }

    #[test]
    fn a_series_without_enough_days_says_nothing() {
        assert!(moves(&[Series::default()], &[article(1, "a", "Fire", "")], Timestamp(0)).is_empty());
    }
}
