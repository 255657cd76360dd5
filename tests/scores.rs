//! The figures that `/method` publishes are what the bundled model gives, on the streams that are here.

use intelrift::cluster::index::THRESHOLDS;
use intelrift::cluster::labelled::{Labelled, events, run};
use intelrift::cluster::model::Model;
use intelrift::cluster::score::b_cubed;
use intelrift::text::encoder::{ADAPTER, Encoder};
use std::io::Write;
use std::path::Path;

/// Test data that may not be shipped, beside the project.
const DATA: &str = "../shared/data/clustering";

#[test]
fn the_published_scores_of_clustering_are_true() {
    if !Path::new(DATA).exists() {
        // past what holds a passing test's words back
        std::io::stderr().write_all(format!("skipped: {DATA} is not here\n").as_bytes()).unwrap();
        return;
    }
    let scores = std::fs::read_to_string("docs/scores.tsv").unwrap();
    // the smaller streams, so that a build without optimisation is done in seconds
    for (stream, data) in [("basil", "BASIL"), ("rss2026", "11 English feeds")] {
        let text = std::fs::read_to_string(format!("{DATA}/{stream}.jsonl")).unwrap();
        let articles: Vec<Labelled> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let found = b_cubed(&events(&articles), &run(&articles, Model::bundled(), THRESHOLDS)).f1;
        let line = scores.lines().find(|line| line.contains(data)).unwrap();
        let published: f64 = line.split('\t').nth(3).unwrap().parse().unwrap();
        assert!((found - published).abs() < 0.1, "{stream}: {found:.2}, published {published}");
    }
}

#[test]
fn what_the_encoder_was_taught_brings_headlines_of_one_event_nearer_than_others_of_its_kind() {
    let Ok(file) = std::env::var("TEST_ENCODER") else {
        std::io::stderr().write_all(b"skipped: TEST_ENCODER names no encoder\n").unwrap();
        return;
    };
    let open = || Encoder::parse(std::fs::read(&file).unwrap()).unwrap();
    let (plain, adapted) = (open(), open().adapted(ADAPTER).unwrap());
    assert_ne!(plain.mark, adapted.mark, "the bundled adapter belongs to another encoder than docs/models.md names");
    // how much nearer the same event is, in other words and another language, than another one that is told alike
    let lead = |encoder: &Encoder| {
        let told = encoder.encode(&[
            "Storm floods metro stations in Porto, two people missing",
            "Porto: deux disparus après des inondations dans le métro",
            "Storm floods metro stations in Osaka, four people missing",
        ]);
        let cosine = |other: usize| told[0].iter().zip(&told[other]).map(|(a, b)| a * b).sum::<f32>();
        cosine(1) - cosine(2)
    };
    assert!(lead(&adapted) > lead(&plain), "{} before, {} after", lead(&plain), lead(&adapted));
}
