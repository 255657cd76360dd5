//! `evaluate analysis`: the rules against labelled data, one table for each of them. The folder is the one that holds `news`, `events`,
//! `clustering` and `markets`; what is missing is left out.

use super::{entities, events};
use crate::analyze::category;
use crate::analyze::numbers;
use crate::analyze::severity;
use crate::analyze::study::{Close, study};
use crate::analyze::{blank_article, draft};
use crate::cluster::labelled::Labelled;
use crate::model::article::Article;
use crate::model::category::Category;
use anyhow::{Context, Result, ensure};
use flate2::read::GzDecoder;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;
use std::time::Instant;

/// One measure: what of, by what data, and a figure.
#[derive(Serialize)]
pub struct Line {
    pub name: &'static str,
    pub data: &'static str,
    pub measure: &'static str,
    pub value: f64,
    pub of: usize,
}

/// Prints every measure that the folder has data for.
pub fn run(dir: &Path, json: bool, wrong: bool) -> Result<()> {
    let mut lines = vec![];
    if dir.join("news/wcep_linked_2020_2023.jsonl.gz").exists() {
        lines.extend(entities::measures(dir, "2022-02-01")?);
    }
    if dir.join("events/cameo_goldstein.json").exists() {
        let (all, right, quads) = events::measure(&dir.join("events"), wrong)?;
        let line = |measure, n: usize| Line { name: "Event class", data: "the CAMEO manual’s examples", measure, value: share(n, all), of: all };
        lines.push(line("right root of 20", right));
        lines.push(line("right quad class of 4", quads));
    }
    if dir.join("news/wcep_categories_2012_2020.jsonl.gz").exists() {
        lines.extend(categories(&dir.join("news/wcep_categories_2012_2020.jsonl.gz"))?);
    }
    if dir.join("events/ucdp_ged_car_events.tsv").exists() {
        lines.extend(deaths(&dir.join("events/ucdp_ged_car_events.tsv"))?);
    }
    for (file, data) in [("clustering/ecbplus.jsonl", "ECB+"), ("clustering/basil.jsonl", "BASIL")] {
        if dir.join(file).exists() {
            lines.extend(super::narrative::measures(&dir.join(file), data)?);
        }
    }
    if dir.join("markets/daily_prices_long.csv.gz").exists() {
        lines.extend(chance(&dir.join("markets/daily_prices_long.csv.gz"))?);
    }
    if dir.join("clustering/ecbplus.jsonl").exists() {
        lines.push(speed(&dir.join("clustering/ecbplus.jsonl"))?);
    }
    ensure!(!lines.is_empty(), "{} holds none of the data that analysis is scored on: see docs/models.md", dir.display());
    if json {
        println!("{}", serde_json::json!({ "sets": lines }));
        return Ok(());
    }
    println!("{:<22} {:<36} {:<44} {:>8} {:>8}", "what", "data", "measure", "value", "of");
    for line in &lines {
        println!("{:<22} {:<36} {:<44} {:>8.3} {:>8}", line.name, line.data, line.measure, line.value, line.of);
    }
    Ok(())
}

fn share(part: usize, all: usize) -> f64 {
    part as f64 / all.max(1) as f64
}

/// A packed file's text.
pub fn unpacked(path: &Path) -> Result<String> {
    let bytes = std::fs::read(path).with_context(|| format!("reading {}", path.display()))?;
    let mut text = String::new();
    GzDecoder::new(bytes.as_slice()).read_to_string(&mut text).with_context(|| format!("unpacking {}", path.display()))?;
    Ok(text)
}

pub fn streams(path: &Path) -> Result<Vec<Labelled>> {
    let text = std::fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
    text.lines().map(|line| serde_json::from_str(line).context("each line should be a labelled article")).collect()
}

/// The articles of each event of a stream that has two or more.
pub fn incidents(stream: &[Labelled]) -> Vec<Vec<Article>> {
    let mut events: BTreeMap<&str, Vec<Article>> = BTreeMap::new();
    for labelled in stream {
        let articles = events.entry(&labelled.cluster).or_default();
        let place = articles.len() as i64 + 1;
        let outlet = format!("outlet {place}");
        articles.push(Article {
            place,
            source_name: outlet.clone(),
            owner: outlet.clone(),
            voice: outlet,
            title: labelled.title.clone(),
            summary: labelled.body.clone(),
            published_at: crate::clock::Timestamp(place * 60_000),
            ..blank_article()
        });
    }
    events.into_values().filter(|articles| articles.len() > 1).collect()
}

#[derive(Deserialize)]
struct Sentence {
    date: String,
    category: String,
    text: String,
}

/// The year that is held out: the model of kinds is learnt anew from all others.
const YEAR: &str = "2019";

/// Our categories that a heading of Wikipedia's current events holds. Some are part of two: a bomb is an attack and a crime.
const UNDER: &[(&str, &[Category])] = &[
    ("Armed conflicts and attacks", &[Category::Conflict, Category::Security, Category::Unrest]),
    ("Business and economy", &[Category::Economy, Category::Energy, Category::Trade]),
    ("Disasters and accidents", &[Category::Disaster, Category::Environment]),
    ("Health and environment", &[Category::Health, Category::Environment]),
    ("International relations", &[Category::Diplomacy, Category::Sanctions, Category::Trade, Category::Security]),
    ("Law and crime", &[Category::Crime, Category::Cyber, Category::Security]),
    ("Politics and elections", &[Category::Politics, Category::Unrest, Category::Diplomacy]),
    ("Science and technology", &[Category::Science, Category::Cyber]),
];

fn categories(path: &Path) -> Result<Vec<Line>> {
    let text = unpacked(path)?;
    let model = super::kinds::without(path, YEAR)?;
    let (mut all, mut right) = (0, 0);
    for line in text.lines() {
        let sentence: Sentence = serde_json::from_str(line).context("each line should have date, category and text")?;
        let Some((_, ours)) = UNDER.iter().find(|(heading, _)| *heading == sentence.category) else { continue };
        if sentence.date.starts_with(YEAR) {
            all += 1;
            right += usize::from(ours.contains(&category::by(&model, &[Article { summary: sentence.text, ..blank_article() }])));
        }
    }
    let measure = "one of the categories that its heading holds";
    Ok(vec![Line { name: "Category", data: "Wikipedia’s current events, 2019 held out", measure, value: share(right, all), of: all }])
}

/// Severity by rule against the dead that the Uppsala Conflict Data Program counted, for events with a headline; and how often the number
/// in the headline is one of its three estimates.
fn deaths(path: &Path) -> Result<Vec<Line>> {
    let mut reader = csv::ReaderBuilder::new().delimiter(b'\t').from_path(path).with_context(|| format!("reading {}", path.display()))?;
    let headers = reader.headers()?.clone();
    let column = |name: &str| headers.iter().position(|header| header == name).with_context(|| format!("{} has no column {name}", path.display()));
    let (headline, best, low, high) = (column("headline")?, column("best")?, column("low")?, column("high")?);
    let (mut severities, mut dead, mut told, mut right) = (vec![], vec![], 0, 0);
    for record in reader.records() {
        let record = record?;
        let number = |at: usize| record.get(at).and_then(|cell| cell.parse::<f64>().ok()).unwrap_or(0.0);
        let title = record.get(headline).unwrap_or("").trim();
        if title.is_empty() {
            continue;
        }
        let articles = [Article { title: title.into(), ..blank_article() }];
        let (severity, _) = severity::of(&articles, category::of(&articles), 1);
        severities.push(f64::from(severity.level() as i32));
        dead.push(number(best));
        if let Some(found) = numbers::highest_death_count(&articles[0]) {
            told += 1;
            right += usize::from([best, low, high].into_iter().any(|at| number(at) == found as f64));
        }
    }
    let data = "UCDP GED, Central African Republic";
    Ok(vec![
        Line { name: "Severity", data, measure: "Spearman with the dead, from headlines", value: spearman(&severities, &dead), of: dead.len() },
        Line { name: "Numbers", data, measure: "dead in a headline among UCDP’s estimates", value: share(right, told), of: told },
    ])
}

/// Spearman's rank correlation, ties at their mean rank.
fn spearman(a: &[f64], b: &[f64]) -> f64 {
    pearson(&ranks(a), &ranks(b))
}

fn ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|a, b| values[*a].total_cmp(&values[*b]));
    let mut ranks = vec![0.0; values.len()];
    let mut from = 0;
    while from < order.len() {
        let until = (from..order.len()).find(|at| values[order[*at]] != values[order[from]]).unwrap_or(order.len());
        let mean = (from + until - 1) as f64 / 2.0;
        order[from..until].iter().for_each(|at| ranks[*at] = mean);
        from = until;
    }
    ranks
}

fn pearson(a: &[f64], b: &[f64]) -> f64 {
    crate::model::correlation::pearson(a, b).unwrap_or(0.0)
}

/// Days of no particular news: how many of them the event study calls a move. By chance it should be one in twenty.
fn chance(path: &Path) -> Result<Vec<Line>> {
    let text = unpacked(path)?;
    let mut series: BTreeMap<&str, Vec<Close>> = BTreeMap::new();
    for line in text.lines().skip(1) {
        let mut cells = line.split(',');
        if let (Some(name), Some(day), Some(Ok(price))) = (cells.next(), cells.next(), cells.next().map(str::parse::<f64>)) {
            series.entry(name).or_default().push((day.into(), price));
        }
    }
    let (mut days, mut single, mut window) = (0, 0, 0);
    for closes in series.values() {
        // every eleventh day: windows of seven days do not overlap
        for day in closes.iter().skip(80).step_by(11) {
            let Some(found) = study(closes, None, &day.0) else { continue };
            days += 1;
            single += usize::from(found.mean.day.p < 0.05);
            window += usize::from(found.mean.window.p < 0.05);
        }
    }
    let data = "daily prices, every eleventh day";
    Ok(vec![
        Line { name: "Event study", data, measure: "days called a move at p < 0.05 (AR)", value: share(single, days), of: days },
        Line { name: "Event study", data, measure: "windows called a move at p < 0.05 (CAR)", value: share(window, days), of: days },
    ])
}

/// What drafting an incident of fifty articles takes, the median of twenty.
fn speed(path: &Path) -> Result<Line> {
    let stream = streams(path)?;
    let articles: Vec<Article> =
        incidents(&stream).into_iter().flatten().take(50).enumerate().map(|(n, a)| Article { place: n as i64 + 1, ..a }).collect();
    let mut times: Vec<f64> = (0..20)
        .map(|_| {
            let began = Instant::now();
            let drafted = draft::draft(&articles, &[], None, &[], articles[0].published_at);
            assert!(!drafted.edition.title.is_empty());
            began.elapsed().as_secs_f64() * 1_000.0
        })
        .collect();
    times.sort_by(f64::total_cmp);
    Ok(Line {
        name: "Speed",
        data: "ECB+",
        measure: "milliseconds for an incident of 50 articles",
        value: times[times.len() / 2],
        of: articles.len(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_of_equals_are_their_mean() {
        assert_eq!(ranks(&[3.0, 1.0, 3.0, 2.0]), [2.5, 0.0, 2.5, 1.0]);
        assert!((spearman(&[1.0, 2.0, 3.0], &[10.0, 20.0, 40.0]) - 1.0).abs() < 1e-12);
        assert!((spearman(&[1.0, 2.0, 3.0], &[3.0, 2.0, 1.0]) + 1.0).abs() < 1e-12);
    }
}
