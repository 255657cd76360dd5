//! `evaluate articles DIR`: the text we find in real pages beside what a person marked there.
//!
//! The measure is that of scrapinghub/article-extraction-benchmark: shingles of four words, precision and recall of each page's
//! text, and their means over the pages.

use crate::ingest::extract;
use anyhow::{Context, Result, ensure};
use flate2::read::GzDecoder;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};
use std::io::Read;
use std::panic::catch_unwind;
use std::path::Path;
use std::time::Instant;
use unicode_segmentation::UnicodeSegmentation;

#[derive(Deserialize)]
struct Truth {
    #[serde(rename = "articleBody")]
    body: String,
    url: String,
}

#[derive(Serialize)]
struct Score {
    pages: usize,
    /// Percent, each the mean over the pages; F1 is of these two.
    precision: f64,
    recall: f64,
    f1: f64,
    panics: usize,
    mean_ms: f64,
    slowest_ms: f64,
}

/// Words of a shingle.
const SHINGLE: usize = 4;

pub fn run(dir: &Path, json: bool) -> Result<()> {
    let truth = std::fs::read_to_string(dir.join("ground-truth.json")).with_context(|| format!("reading ground-truth.json in {}", dir.display()))?;
    let truth: BTreeMap<String, Truth> =
        serde_json::from_str(&truth).context("ground-truth.json should map names of pages to articleBody and url")?;
    let pages = pages(&dir.join("html.tar"))?;
    let score = score(&truth, &pages)?;
    if json {
        println!("{}", serde_json::to_string(&score)?);
    } else {
        println!("{} pages: precision {:.2}, recall {:.2}, F1 {:.2}", score.pages, score.precision, score.recall, score.f1);
        println!("{:.1} ms a page, the slowest {:.1} ms; {} panics", score.mean_ms, score.slowest_ms, score.panics);
    }
    Ok(())
}

/// The pages of an archive of `NAME.html.gz`, by name.
fn pages(archive: &Path) -> Result<HashMap<String, String>> {
    let file = std::fs::File::open(archive).with_context(|| format!("opening {}", archive.display()))?;
    let mut pages = HashMap::new();
    for entry in tar::Archive::new(file).entries()? {
        let entry = entry?;
        let path = entry.path()?.to_path_buf();
        let name = path.file_name().map_or(String::new(), |name| name.to_string_lossy().into_owned());
        if let Some(name) = name.strip_suffix(".html.gz") {
            let mut bytes = vec![];
            GzDecoder::new(entry).read_to_end(&mut bytes)?;
            pages.insert(name.to_string(), String::from_utf8_lossy(&bytes).into_owned());
        }
    }
    Ok(pages)
}

fn score(truth: &BTreeMap<String, Truth>, pages: &HashMap<String, String>) -> Result<Score> {
    let (mut precision, mut recall, mut panics, mut total, mut slowest, mut count) = (0.0, 0.0, 0, 0.0, 0.0f64, 0);
    for (name, truth) in truth {
        let Some(html) = pages.get(name) else { continue };
        count += 1;
        let began = Instant::now();
        let found = catch_unwind(|| extract::text(html, &truth.url).unwrap_or_default()).unwrap_or_else(|_| {
            panics += 1;
            String::new()
        });
        let ms = began.elapsed().as_secs_f64() * 1_000.0;
        total += ms;
        slowest = slowest.max(ms);
        let (p, r) = agreement(&truth.body, &found);
        precision += p;
        recall += r;
    }
    ensure!(count > 0, "html.tar holds none of the pages that ground-truth.json names");
    let n = f64::from(count);
    let (precision, recall) = (precision / n, recall / n);
    let f1 = 2.0 * precision * recall / (precision + recall).max(1e-9);
    let percent = |share: f64| share * 100.0;
    Ok(Score {
        pages: count as usize,
        precision: percent(precision),
        recall: percent(recall),
        f1: percent(f1),
        panics,
        mean_ms: total / n,
        slowest_ms: slowest,
    })
}

/// Precision and recall of the shingles of `found`, each as often as it stands there.
fn agreement(truth: &str, found: &str) -> (f64, f64) {
    let (truth, found) = (shingles(truth), shingles(found));
    let size = |bag: &HashMap<Vec<&str>, usize>| bag.values().sum::<usize>();
    let shared: usize = truth.iter().map(|(shingle, n)| (*n).min(found.get(shingle).copied().unwrap_or(0))).sum();
    match (size(&truth), size(&found)) {
        (0, 0) => (1.0, 1.0),
        (_, 0) | (0, _) => (0.0, 0.0),
        (of_truth, of_found) => (shared as f64 / of_found as f64, shared as f64 / of_truth as f64),
    }
}

fn shingles(text: &str) -> HashMap<Vec<&str>, usize> {
    let words: Vec<&str> = text.unicode_words().collect();
    let mut bag = HashMap::new();
    // a text shorter than a shingle is one
    let windows = words.len().saturating_sub(SHINGLE - 1).max(usize::from(!words.is_empty()));
    for start in 0..windows {
        *bag.entry(words[start..(start + SHINGLE).min(words.len())].to_vec()).or_default() += 1;
    }
    bag
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shingles_count_what_two_texts_share() {
        assert_eq!(agreement("one two three four five", "one two three four five"), (1.0, 1.0));
        // two shingles of the truth, one of them found
        assert_eq!(agreement("one two three four five", "one two three four"), (1.0, 0.5));
        assert_eq!(agreement("one two", ""), (0.0, 0.0));
        assert_eq!(agreement("", ""), (1.0, 1.0));
    }
}
