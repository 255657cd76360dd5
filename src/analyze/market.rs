//! Market moves around an incident: which prices it touches, and whether they moved by more than chance when it was first reported.

use super::entities::Whereabouts;
use super::study::{self, Close, study};
use super::{cite, severity, span, upper_first};
use crate::clock::{DAY, Timestamp};
use crate::model::article::Article;
use crate::model::assessment::Confidence;
use crate::model::category::Category;
use crate::model::country;
use crate::model::market::{Direction, Magnitude, MarketMove, Study};
use crate::model::severity::Severity;
use crate::text::sentence::counted;
use crate::text::words::without_owner;
use crate::{App, Result, store};
use std::collections::BTreeSet;
use std::sync::LazyLock;
use unicode_segmentation::UnicodeSegmentation;

/// A series and what makes an incident touch it.
pub struct Instrument {
    pub series: &'static str,
    pub name: &'static str,
    /// The series of the market model: what the whole market did on the same days.
    pub beside: &'static str,
    pub countries: Vec<&'static str>,
    pub categories: Vec<Category>,
    /// Words that name it, in small letters, as they stand or with an s: "franc" has the stem of France.
    words: Vec<&'static str>,
    pub source: &'static str,
}

impl Instrument {
    /// The name of the series beside it; a dash without one.
    pub fn beside_name(&self) -> &'static str {
        instruments().iter().find(|other| other.series == self.beside).map_or("–", |other| other.name)
    }
}

static INSTRUMENTS: LazyLock<Vec<Instrument>> =
    LazyLock::new(|| include_str!("data/instruments.tsv").lines().skip(1).map(|line| read(line).expect("the bundled table is sound")).collect());

/// All that we know to look at, in the order of the bundled table; whether there are prices is the operator's choice.
pub fn instruments() -> &'static [Instrument] {
    &INSTRUMENTS
}

fn read(line: &'static str) -> Option<Instrument> {
    let mut cells = line.split('\t');
    Some(Instrument {
        series: cells.next()?,
        name: cells.next()?,
        beside: cells.next()?,
        countries: cells.next()?.split_whitespace().collect(),
        categories: cells.next()?.split_whitespace().filter_map(|word| word.parse().ok()).collect(),
        words: cells.next()?.split_whitespace().collect(),
        source: cells.next()?,
    })
}

/// Series that one incident is measured on.
const MOST: usize = 5;
/// Closes that a study needs before the event, and days after it that hold its window even over holidays.
const CLOSES: i64 = 95;
const AFTER: u32 = 14;

/// Why an incident touches a series, and its closes with those of the market beside it, oldest first.
#[derive(Debug, Clone, Default)]
pub struct Series {
    pub instrument: usize,
    /// In words, with citation marks.
    pub because: String,
    pub closes: Vec<Close>,
    pub beside: Vec<Close>,
}

/// Of these kinds what happens in a country moves its prices; of others only when it is grave.
const MOVING: &[Category] = &[Category::Conflict, Category::Sanctions, Category::Energy, Category::Trade, Category::Economy];

/// The series that an incident of these articles touches: what they name first, then what its countries and its category move.
pub async fn series_for(app: &App, articles: &[Article], place: &Whereabouts, category: Category) -> Result<Vec<Series>> {
    let (first, _) = span(articles, app.clock.now());
    let until = first.plus(DAY * AFTER).date();
    let mut found = vec![];
    for (instrument, because) in touched(articles, place, category) {
        let about = &instruments()[instrument];
        let closes = closes(app, about.series, &until).await?;
        if !closes.is_empty() && found.len() < MOST {
            let beside = if about.beside.is_empty() { vec![] } else { self::closes(app, about.beside, &until).await? };
            found.push(Series { instrument, because, closes, beside });
        }
    }
    Ok(found)
}

async fn closes(app: &App, series: &str, until: &str) -> Result<Vec<Close>> {
    let mut closes = store::quote::list_until(&app.db, series, until, CLOSES).await?;
    closes.retain(|(_, price)| *price > 0.0);
    closes.reverse();
    Ok(closes)
}

fn touched(articles: &[Article], place: &Whereabouts, category: Category) -> Vec<(usize, String)> {
    let texts: Vec<(&Article, BTreeSet<String>)> = articles.iter().filter(|a| super::is_read(a)).map(|a| (a, words(a))).collect();
    let is_moving = MOVING.contains(&category) || severity::of(articles, category, place.countries.len()).0 >= Severity::Moderate;
    let mut ranked: Vec<(usize, usize, String)> = vec![];
    for (index, about) in instruments().iter().enumerate() {
        let named: Vec<&Article> = texts.iter().filter(|(_, words)| about.words.iter().any(|w| words.contains(*w))).map(|(a, _)| *a).collect();
        let home = place.countries.iter().take(2).find(|code| is_moving && about.countries.contains(&code.as_str()));
        let (rank, because) = match (named.is_empty(), home) {
            (false, _) => (0, format!("named in {} {}", counted(named.len(), "article"), cite(named))),
            (true, Some(code)) => (1, format!("moved by what happens in {} {}", country::in_sentence(code), cite(articles.iter().take(1)))),
            _ if about.categories.contains(&category) => {
                (2, format!("moved by {} {}", category.label().to_lowercase(), cite(articles.iter().take(1))))
            }
            _ => continue,
        };
        ranked.push((rank, index, because));
    }
    ranked.sort();
    ranked.into_iter().map(|(_, index, because)| (index, because)).collect()
}

/// The words of an article in small letters, and without an s at their end.
fn words(article: &Article) -> BTreeSet<String> {
    let text = article.text().to_lowercase();
    text.unicode_words().map(without_owner).flat_map(|word| [Some(word), word.strip_suffix('s')]).flatten().map(str::to_string).collect()
}

/// What the event study finds in each series; those that do not cover the days are left out.
pub fn moves(series: &[Series], articles: &[Article], now: Timestamp) -> Vec<MarketMove> {
    let (first, _) = span(articles, now);
    series.iter().filter_map(|s| measure(s, &first.date())).collect()
}

/// From these levels of p on a move is called negligible, small, moderate; below the last one large.
const LEVELS: [(f64, Magnitude); 3] = [(0.32, Magnitude::Negligible), (BEYOND, Magnitude::Small), (0.01, Magnitude::Moderate)];
/// A move that chance gives in less than one window of twenty.
pub const BEYOND: f64 = 0.05;
/// Closes in the trace.
const TRACE: usize = 30;

fn measure(series: &Series, event: &str) -> Option<MarketMove> {
    let about = &instruments()[series.instrument];
    let beside = (!series.beside.is_empty()).then_some(series.beside.as_slice());
    let study = study(&series.closes, beside, event)?;
    let (change, p) = judged(&study);
    let end = series.closes.iter().rposition(|(day, _)| *day <= study.until)?;
    let from = (end + 1).saturating_sub(TRACE);
    let zero = series.closes.iter().position(|(day, _)| *day == study.day)?;
    Some(MarketMove {
        exposure: about.name.into(),
        note: note(series, &study),
        direction: match p {
            p if p >= BEYOND => Direction::Unclear,
            _ if change > 0.0 => Direction::Up,
            _ => Direction::Down,
        },
        magnitude: LEVELS.iter().find(|(level, _)| p >= *level).map_or(Magnitude::Large, |(_, magnitude)| *magnitude),
        horizon: counted(study.length, "trading day"),
        confidence: match (p < 0.01, study.length > study::WINDOW.0 + study::WINDOW.1) {
            (true, true) => Confidence::Moderate,
            _ => Confidence::Low,
        },
        trace: series.closes[from..=end].iter().map(|(_, price)| *price).collect(),
        event: zero.checked_sub(from),
        study: Some(study),
        source: about.source.into(),
    })
}

/// The move that is judged and its p: of the window, by the market model where there is one.
fn judged(study: &Study) -> (f64, f64) {
    let found = study.market.unwrap_or(study.mean).window;
    (found.value, found.p)
}

fn note(series: &Series, study: &Study) -> String {
    let (change, p) = judged(study);
    let chance = if p < BEYOND { "more than chance gives in 19 windows of 20" } else { "no move beyond chance" };
    let percent = (change.exp() - 1.0) * 100.0;
    format!("{percent:+.1} % against what was to be expected, up to {}: {chance}. {}", study.until, upper_first(&series.because))
}

/// One sentence for the summary: how many of the prices looked at moved, and none of the figures, which are for members.
pub fn sentence(moves: &[MarketMove], articles: &[Article]) -> Option<String> {
    let beyond = moves.iter().filter(|m| m.study.as_ref().is_some_and(|s| judged(s).1 < BEYOND)).count();
    let marks = cite(articles.iter().take(1));
    match (moves.len(), beyond) {
        (1, 0) => Some(format!("The one price series that this touches did not move by more than chance when it was first reported. {marks}")),
        (1, 1) => Some(format!("The one price series that this touches moved by more than chance when it was first reported. {marks}")),
        (0, _) => None,
        (n, 0) => Some(format!("None of the {n} price series that this touches moved by more than chance when it was first reported. {marks}")),
        (n, beyond) => {
            Some(format!("Of the {n} price series that this touches, {beyond} moved by more than chance when it was first reported. {marks}"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::entities::{read, whereabouts};
    use super::super::sample::article;
    use super::*;

    /// 80 calm days around 100 up to the day before the event, then the closes given.
    fn series(after: &[f64]) -> Series {
        let day = |n: i64| Timestamp(0).plus(DAY * 100).minus(DAY * 80).plus(DAY * n as u32).date();
        let calm = (0..80).map(|n| (day(n), [100.0, 101.0, 100.5][n as usize % 3]));
        let closes = calm.chain(after.iter().enumerate().map(|(n, price)| (day(80 + n as i64), *price))).collect();
        Series { instrument: 0, because: "named in 1 article [1]".into(), closes, beside: vec![] }
    }

    fn on_day_100() -> Vec<Article> {
        let mut first = article(1, "a", "Fire at an oil refinery in Nigeria", "");
        first.published_at = Timestamp(0).plus(DAY * 100);
        vec![first]
    }

    #[test]
    fn a_jump_is_more_than_chance_and_a_wiggle_is_not() {
        let now = Timestamp(0).plus(DAY * 110);
        let jump = &moves(&[series(&[112.0, 112.0, 113.0, 112.5, 112.0, 112.0])], &on_day_100(), now)[0];
        assert_eq!((jump.direction, jump.magnitude, jump.confidence), (Direction::Up, Magnitude::Large, Confidence::Moderate));
        assert_eq!((jump.horizon.as_str(), jump.event, jump.trace.len()), ("7 trading days", Some(24), 30));
        assert!(jump.note.ends_with("more than chance gives in 19 windows of 20. Named in 1 article [1]"), "{}", jump.note);
        let wiggle = &moves(&[series(&[101.0, 100.5, 100.0])], &on_day_100(), now)[0];
        assert_eq!((wiggle.direction, wiggle.magnitude), (Direction::Unclear, Magnitude::Negligible));
        assert!(wiggle.note.contains("no move beyond chance"), "{}", wiggle.note);
        let said = sentence(&[jump.clone(), wiggle.clone()], &on_day_100()).unwrap();
        assert_eq!(said, "Of the 2 price series that this touches, 1 moved by more than chance when it was first reported. [1]");
    }

    #[test]
    fn a_series_without_enough_days_says_nothing() {
        assert!(moves(&[Series::default()], &on_day_100(), Timestamp(0)).is_empty());
        assert!(moves(&[series(&[])], &on_day_100(), Timestamp(0)).is_empty(), "the day has no close yet");
        assert_eq!(sentence(&[], &on_day_100()), None);
    }

    #[test]
    fn an_incident_touches_what_it_names_before_what_its_country_moves() {
        let articles = on_day_100();
        let place = whereabouts(&read(&articles));
        let names: Vec<(&str, String)> =
            touched(&articles, &place, Category::Energy).into_iter().map(|(i, because)| (instruments()[i].series, because)).collect();
        assert_eq!(names[0], ("brent", "named in 1 article [1]".to_string()));
        assert_eq!(names[1], ("natgas_henryhub", "moved by energy [1]".to_string()));
        assert_eq!(names.len(), 2, "{names:?}");
    }

    #[test]
    fn what_happens_in_a_country_moves_its_prices_when_it_is_of_that_kind() {
        let touched_by = |title: &str, category: Category| {
            let articles = [article(1, "a", title, "")];
            touched(&articles, &whereabouts(&read(&articles)), category).into_iter().map(|(i, _)| instruments()[i].series).collect::<Vec<_>>()
        };
        assert!(touched_by("Masks are no longer worn outdoors in the Emirates, in the United Arab Emirates", Category::Health).is_empty());
        assert_eq!(touched_by("France leaves Burkina Faso", Category::Politics), Vec::<&str>::new(), "a franc is no France");
        assert!(touched_by("The rouble’s fall goes on", Category::Economy).contains(&"eurrub"));
        assert!(touched_by("Swiss francs rise", Category::Economy).contains(&"eurchf"));
        assert!(touched_by("Sanctions on banks in Russia", Category::Sanctions).contains(&"eurrub"));
    }
}
