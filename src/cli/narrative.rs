//! The summary's *what happened* against two plain ways to choose sentences, at the same length: the first three sentences of one article
//! (lead-3), and the most central sentences of all (TextRank, Mihalcea and Tarau 2004).
//!
//! Coverage is the share of the cluster's content that the summary has: each stem weighs its idf over the whole stream times the number
//! of the cluster's articles that have it. Redundancy is the mean overlap (Jaccard) of each pair of its sentences.

use super::analysis::{Line, incidents, streams};
use crate::analyze::narrative;
use crate::model::article::Article;
use crate::text::markdown::without_citations;
use crate::text::sentence::sentences;
use crate::text::words::stems;
use anyhow::Result;
use std::collections::{BTreeSet, HashMap};
use std::path::Path;

type Stems = BTreeSet<String>;

/// Coverage and redundancy of ours, of lead-3 and of TextRank, as means over the events of a stream.
pub fn measures(path: &Path, data: &'static str) -> Result<Vec<Line>> {
    let incidents = incidents(&streams(path)?);
    let idf = idf(&incidents);
    let mut sums = [[0.0; 2]; 3];
    for articles in &incidents {
        let ours: Vec<String> = sentences(&narrative::what_happened(articles)).iter().map(|s| without_citations(s)).collect();
        let room: usize = ours.iter().map(|s| s.split_whitespace().count()).sum();
        for (sum, chosen) in sums.iter_mut().zip([ours.clone(), lead(articles, room), rank(articles, room)]) {
            let sets: Vec<Stems> = chosen.iter().map(|s| stems(s, "en").into_iter().collect()).collect();
            sum[0] += coverage(articles, &sets, &idf);
            sum[1] += redundancy(&sets);
        }
    }
    let n = incidents.len();
    let line = |measure, value: f64| Line { name: "Narrative", data, measure, value: value / n.max(1) as f64, of: n };
    let [ours, lead, rank] = sums;
    Ok(vec![
        line("content covered, ours", ours[0]),
        line("content covered, lead-3", lead[0]),
        line("content covered, TextRank", rank[0]),
        line("redundancy, ours", ours[1]),
        line("redundancy, lead-3", lead[1]),
        line("redundancy, TextRank", rank[1]),
    ])
}

/// ln(N / n) of each stem over the articles of all events.
fn idf(incidents: &[Vec<Article>]) -> HashMap<String, f64> {
    let mut seen: HashMap<String, f64> = HashMap::new();
    let all: Vec<&Article> = incidents.iter().flatten().collect();
    for article in &all {
        for stem in own_stems(article) {
            *seen.entry(stem).or_default() += 1.0;
        }
    }
    seen.into_iter().map(|(stem, n)| (stem, (all.len() as f64 / n).ln())).collect()
}

fn own_stems(article: &Article) -> Stems {
    stems(&format!("{} {}", article.title, article.summary), "en").into_iter().collect()
}

fn coverage(articles: &[Article], chosen: &[Stems], idf: &HashMap<String, f64>) -> f64 {
    let mut weights: HashMap<String, f64> = HashMap::new();
    for article in articles {
        for stem in own_stems(article) {
            let weight = idf.get(&stem).copied().unwrap_or(0.0);
            *weights.entry(stem).or_default() += weight;
        }
    }
    let all: f64 = weights.values().sum();
    let had: f64 = weights.iter().filter(|(stem, _)| chosen.iter().any(|set| set.contains(*stem))).map(|(_, weight)| weight).sum();
    if all > 0.0 { had / all } else { 0.0 }
}

fn redundancy(chosen: &[Stems]) -> f64 {
    let mut overlaps = vec![];
    for (index, a) in chosen.iter().enumerate() {
        for b in &chosen[index + 1..] {
            overlaps.push(a.intersection(b).count() as f64 / a.union(b).count().max(1) as f64);
        }
    }
    if overlaps.is_empty() { 0.0 } else { overlaps.iter().sum::<f64>() / overlaps.len() as f64 }
}

/// Sentences in order until there is room for no more.
fn filled(texts: impl Iterator<Item = String>, room: usize) -> Vec<String> {
    let mut words = 0;
    let mut chosen = vec![];
    for text in texts {
        let length = text.split_whitespace().count();
        if words + length > room && !chosen.is_empty() {
            break;
        }
        words += length;
        chosen.push(text);
    }
    chosen
}

fn whole(article: &Article) -> Vec<String> {
    sentences(&article.summary).into_iter().map(str::to_string).collect()
}

/// The first three sentences of the first article, then of the next, as long as there is room.
fn lead(articles: &[Article], room: usize) -> Vec<String> {
    filled(articles.iter().flat_map(|article| whole(article).into_iter().take(3)), room)
}

/// Sentences by PageRank over their overlap, damping 0.85.
fn rank(articles: &[Article], room: usize) -> Vec<String> {
    let texts: Vec<String> = articles.iter().flat_map(whole).take(400).collect();
    let sets: Vec<Stems> = texts.iter().map(|s| stems(s, "en").into_iter().collect()).collect();
    let weight = |a: &Stems, b: &Stems| {
        let scale = (a.len().max(2) as f64).ln() + (b.len().max(2) as f64).ln();
        a.intersection(b).count() as f64 / scale
    };
    let n = texts.len();
    let edges: Vec<Vec<f64>> = (0..n).map(|i| (0..n).map(|j| if i == j { 0.0 } else { weight(&sets[i], &sets[j]) }).collect()).collect();
    let sums: Vec<f64> = edges.iter().map(|row| row.iter().sum()).collect();
    let mut ranks = vec![1.0; n];
    for _ in 0..30 {
        ranks = (0..n).map(|i| 0.15 + 0.85 * (0..n).filter(|j| sums[*j] > 0.0).map(|j| edges[j][i] / sums[j] * ranks[j]).sum::<f64>()).collect();
    }
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by(|a, b| ranks[*b].total_cmp(&ranks[*a]).then(a.cmp(b)));
    filled(order.into_iter().map(|at| texts[at].clone()), room)
}
