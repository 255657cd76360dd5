//! `evaluate language DIR`: the language we tell of headlines, on JSON lines of `lang, title`.

use crate::ingest::language::detect;
use anyhow::{Context, Result, ensure};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant;

#[derive(Deserialize)]
struct Headline {
    lang: String,
    title: String,
}

#[derive(Default, Serialize)]
struct Tally {
    headlines: usize,
    right: usize,
    /// What it was taken for, and how often.
    taken_for: BTreeMap<String, usize>,
}

pub fn run(dir: &Path, json: bool) -> Result<()> {
    let began = Instant::now();
    let mut tallies: BTreeMap<String, Tally> = BTreeMap::new();
    for headline in headlines(dir)? {
        let told = detect(&headline.title);
        let tally = tallies.entry(headline.lang.clone()).or_default();
        tally.headlines += 1;
        if told == headline.lang {
            tally.right += 1;
        } else {
            *tally.taken_for.entry(told).or_default() += 1;
        }
    }
    ensure!(!tallies.is_empty(), "{} holds no .jsonl file of headlines with their language", dir.display());
    if json {
        println!("{}", serde_json::to_string(&tallies)?);
        return Ok(());
    }
    let (right, of) = tallies.values().fold((0, 0), |(right, of), tally| (right + tally.right, of + tally.headlines));
    for (language, tally) in &tallies {
        let share = 100.0 * tally.right as f64 / tally.headlines as f64;
        println!("{language:<4} {share:>5.1} % of {:<6} otherwise {:?}", tally.headlines, tally.taken_for);
    }
    println!("all  {:>5.1} % of {of}; {:.0} ms", 100.0 * f64::from(right as u32) / f64::from(of as u32), began.elapsed().as_secs_f64() * 1_000.0);
    Ok(())
}

/// The headlines of a folder; lines that are something else are left out.
fn headlines(dir: &Path) -> Result<Vec<Headline>> {
    let mut found = vec![];
    for entry in std::fs::read_dir(dir).with_context(|| format!("reading the folder {}", dir.display()))? {
        let path = entry?.path();
        if path.extension().is_some_and(|ending| ending == "jsonl") {
            let text = std::fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
            found.extend(text.lines().filter_map(|line| serde_json::from_str(line).ok()));
        }
    }
    Ok(found)
}
