//! `train kinds` and `evaluate kinds`: the model of the kinds of news, on JSON lines of `date, category, text`.

use crate::analyze::kind::{KINDS, Kinds};
use crate::analyze::learn::{Labelled, judge, learn};
use anyhow::{Context, Result, ensure};
use flate2::read::GzDecoder;
use serde::Deserialize;
use std::io::Read;
use std::path::Path;

#[derive(Deserialize)]
struct Line {
    date: String,
    category: String,
    text: String,
}

/// Learns from all years but one, and says how the model does on that one. With `out` the model of all years is written there.
pub fn train(file: &Path, held_out: &str, out: Option<&Path>) -> Result<()> {
    let lines = read(file)?;
    let (held, others): (Vec<&Line>, Vec<&Line>) = lines.iter().partition(|line| line.date.starts_with(held_out));
    ensure!(!held.is_empty() && !others.is_empty(), "{} has no lines of {held_out}, or no others", file.display());
    let names = KINDS.map(|(_, name)| name).join(", ");
    ensure!(!labelled(&held).is_empty() && !labelled(&others).is_empty(), "{} has none of the categories {names}", file.display());
    table(&learn(&labelled(&others), 0), &labelled(&held), held_out);
    if let Some(out) = out {
        let model = learn(&labelled(&lines.iter().collect::<Vec<_>>()), 0);
        std::fs::write(out, model.to_bytes()).with_context(|| format!("writing {}", out.display()))?;
        println!("written to {}", out.display());
    }
    Ok(())
}

/// A model of all years but one, as it would be stored.
pub fn without(file: &Path, year: &str) -> Result<Kinds> {
    let lines = read(file)?;
    let others: Vec<&Line> = lines.iter().filter(|line| !line.date.starts_with(year)).collect();
    let model = learn(&labelled(&others), 0);
    Ok(Kinds::from_bytes(&model.to_bytes()).unwrap_or(model))
}

fn table(model: &Kinds, texts: &[Labelled], year: &str) {
    // as it will be read again
    let model = Kinds::from_bytes(&model.to_bytes()).unwrap_or_else(Kinds::blank);
    let tallies = judge(&model, texts);
    for ((_, name), (right, of)) in KINDS.iter().zip(&tallies) {
        println!("{name:<30} {right:>5} of {of:>5}  {:>5.1} %", percent(*right, *of));
    }
    let (right, of) = tallies.iter().fold((0, 0), |(right, of), tally| (right + tally.0, of + tally.1));
    println!("{:<30} {right:>5} of {of:>5}  {:>5.1} %", format!("all of {year}"), percent(right, of));
}

fn percent(right: usize, of: usize) -> f64 {
    100.0 * right as f64 / of.max(1) as f64
}

fn labelled(lines: &[&Line]) -> Vec<Labelled> {
    let kind = |line: &Line| KINDS.iter().position(|(_, name)| *name == line.category);
    lines.iter().filter_map(|line| Some(Labelled { text: line.text.clone(), kind: kind(line)? })).collect()
}

/// JSON lines, packed or not.
fn read(file: &Path) -> Result<Vec<Line>> {
    let bytes = std::fs::read(file).with_context(|| format!("reading {}", file.display()))?;
    let mut text = String::new();
    match file.extension().is_some_and(|ending| ending == "gz") {
        true => GzDecoder::new(bytes.as_slice()).read_to_string(&mut text)?,
        false => bytes.as_slice().read_to_string(&mut text)?,
    };
    let lines = text.lines().filter(|line| !line.trim().is_empty()).map(serde_json::from_str);
    lines.collect::<Result<_, _>>().context("each line should have date, category and text")
}
