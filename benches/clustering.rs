//! What clustering costs when much is alive. `cargo bench --bench clustering` puts 100,000 texts (`LIVE`) into the index, and measures the next ones: how
//! many a second of the processor, and what a live article takes in memory. The texts are headlines made of the first words of sentences of Wikipedia's
//! current events, from `../shared/data/news`, which is not part of this repository; without it the bench says so and ends.

use flate2::read::GzDecoder;
use intelrift::clock::{DAY, Timestamp};
use intelrift::cluster::fingerprint::Fingerprint;
use intelrift::cluster::index::{Index, THRESHOLDS};
use intelrift::cluster::model::Model;
use intelrift::id::Id;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::sync::Arc;
use std::time::Duration;

const FILES: [&str; 2] = ["wcep_categories_2012_2020.jsonl.gz", "wcep_2024_2026.jsonl.gz"];
/// Words of a headline.
const WORDS: usize = 12;
const MEASURED: usize = 20_000;
/// All of it happens within the days that an incident stays open.
const WITHIN: Duration = Duration::from_secs(10 * 86_400);

fn main() {
    let live: usize = std::env::var("LIVE").ok().and_then(|n| n.parse().ok()).unwrap_or(100_000);
    let texts = texts();
    if texts.is_empty() {
        println!("clustering: ../shared/data/news is missing, so there is nothing to measure");
        return;
    }
    let before = resident();
    let mut index = Index::default();
    let (mut took, mut incidents) = (Duration::ZERO, 0usize);
    for number in 0..live + MEASURED {
        let title = headline(&texts, number);
        let at = Timestamp(0).plus(DAY * 20_000).plus(WITHIN.mul_f64(number as f64 / (live + MEASURED) as f64));
        if number == live {
            println!(
                "clustering: {live} articles of {incidents} incidents are live, {:.0} bytes of memory each",
                (resident() - before) * 1_024.0 / live as f64
            );
            took = cpu_time();
        }
        incidents += usize::from(put(&mut index, &title, at, number));
    }
    let seconds = (cpu_time() - took).as_secs_f64();
    println!("clustering: the next {MEASURED} took {seconds:.2} s of the processor, {:.0} a second", MEASURED as f64 / seconds);
}

/// A second round tells the same events with their words in another order, a third one once more; those after them, two events at once, each time
/// other ones.
fn headline(texts: &[String], number: usize) -> String {
    let (round, at) = (number / texts.len(), number % texts.len());
    let words: Vec<&str> = texts[at].split(' ').collect();
    let half = words.len() / 2;
    match round {
        0 | 2 => texts[at].clone(),
        1 => words.into_iter().rev().collect::<Vec<_>>().join(" "),
        _ => {
            let other: Vec<&str> = texts[(at + round * 7_919) % texts.len()].split(' ').collect();
            words[..half].iter().chain(&other[other.len() / 2..]).copied().collect::<Vec<_>>().join(" ")
        }
    }
}

/// One article as the portal clusters it; whether it opened an incident.
fn put(index: &mut Index, title: &str, at: Timestamp, number: usize) -> bool {
    let model = Model::bundled();
    let print = Fingerprint::of(title, "", "en");
    index.learn(&print);
    let document = Arc::new(index.weigh(&print, Some(at), None));
    let found = index.find(model, document);
    let joined = found.joins(THRESHOLDS).map(|best| best.incident);
    let incident = joined.unwrap_or(Id::from(number as i64 + 1));
    index.join(incident, found.document.clone());
    for (keep, gone) in index.merges(model, &found, incident, THRESHOLDS) {
        index.merge(keep, gone);
    }
    joined.is_none()
}

fn texts() -> Vec<String> {
    let mut texts = vec![];
    for file in FILES {
        let Ok(file) = File::open(format!("../shared/data/news/{file}")) else { continue };
        for line in BufReader::new(GzDecoder::new(file)).lines().map_while(Result::ok) {
            let row: serde_json::Value = serde_json::from_str(&line).unwrap();
            let text = row["text"].as_str().or(row["title"].as_str()).unwrap_or_default();
            texts.push(text.split_whitespace().take(WORDS).collect::<Vec<_>>().join(" "));
        }
    }
    texts
}

/// Resident memory in KiB.
fn resident() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// Processor time of this process, which has ticks of 10 ms.
fn cpu_time() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
    Duration::from_millis((fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap()) * 10)
}
