//! `evaluate`: scores ourselves on labelled data, as a table or as JSON. `train` makes the files that this measures.

use crate::cluster::fingerprint::Fingerprint;
use crate::cluster::frequency::Frequency;
use anyhow::{Context, Result, ensure};
use std::path::{Path, PathBuf};

#[derive(clap::Subcommand)]
pub enum Subject {
    /// Reading feeds, on a folder with captures_expected.jsonl and feedparser_simple.jsonl.
    Feeds {
        dir: PathBuf,
        #[arg(long)]
        json: bool,
        /// Show each difference.
        #[arg(long)]
        wrong: bool,
    },
    /// Finding an article's text in its page, on a folder with ground-truth.json and html.tar.
    Articles {
        dir: PathBuf,
        #[arg(long)]
        json: bool,
    },
    /// Telling the language of headlines, on JSON lines of `lang, title`.
    Language {
        dir: PathBuf,
        #[arg(long)]
        json: bool,
    },
    /// The rules of analysis, on a folder with news, events, clustering and markets.
    Analysis {
        dir: PathBuf,
        #[arg(long)]
        json: bool,
        /// Show each example whose event class is wrong.
        #[arg(long)]
        wrong: bool,
    },
    /// Finding countries and names, on a folder with news/wcep_linked_2020_2023.jsonl.gz.
    Entities {
        dir: PathBuf,
        /// Sentences from this day on.
        #[arg(long, default_value = "2022-02-01")]
        from: String,
        #[arg(long)]
        json: bool,
        /// Show each sentence whose countries are wrong.
        #[arg(long)]
        wrong: bool,
    },
    /// Clustering, on JSON lines of `id, cluster, lang, date, title, body` in the order of arrival.
    Clustering {
        /// A folder of .jsonl files, each a stream.
        dir: PathBuf,
        #[command(flatten)]
        how: super::clustering::Scoring,
    },
}

#[derive(clap::Subcommand)]
pub enum Made {
    /// The table of word frequencies that a new desk starts with, from English titles, one a line.
    Frequencies {
        titles: PathBuf,
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// The table of verb patterns, from a folder with petrarch_cameo_verbs.txt.gz and cameo_goldstein.json.
    Events {
        dir: PathBuf,
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// The list of known entities, from a folder with linked sentences (news) and lists (entities).
    Entities {
        dir: PathBuf,
        /// Only sentences before this day, to measure on the others.
        #[arg(long, value_name = "DAY")]
        before: Option<String>,
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// The model of the kinds of news, from JSON lines of `date, category, text`. Prints how it does on a year that it has not seen.
    Kinds {
        file: PathBuf,
        #[arg(long, default_value = "2020")]
        held_out: String,
        /// Where the model of all years is written; nothing is written without it.
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// The model of the join decision, from the streams of a folder. Without an encoder what is decided by directions stays as it is.
    Clustering {
        dir: PathBuf,
        #[command(flatten)]
        how: super::clustering::Training,
    },
}

pub fn evaluate(subject: Subject) -> Result<()> {
    match subject {
        Subject::Feeds { dir, json, wrong } => super::evaluate_feeds::run(&dir, json, wrong),
        Subject::Articles { dir, json } => super::evaluate_articles::run(&dir, json),
        Subject::Language { dir, json } => super::evaluate_language::run(&dir, json),
        Subject::Analysis { dir, json, wrong } => super::analysis::run(&dir, json, wrong),
        Subject::Entities { dir, from, json, wrong } => super::entities::evaluate(&dir, &from, json, wrong),
        Subject::Clustering { dir, how } => super::clustering::evaluate(&dir, &how),
    }
}

pub fn make(made: Made) -> Result<()> {
    match made {
        Made::Clustering { dir, how } => super::clustering::make(&dir, &how),
        Made::Kinds { file, held_out, out } => super::kinds::train(&file, &held_out, out.as_deref()),
        Made::Events { dir, out } => super::events::train(&dir, &out),
        Made::Entities { dir, before, out } => super::entities::train(&dir, before.as_deref(), &out),
        Made::Frequencies { titles, out } => frequencies(&titles, &out),
    }
}

/// Words in fewer titles than this are as good as new.
const LEAST: u32 = 4;

fn frequencies(titles: &Path, out: &Path) -> Result<()> {
    let text = std::fs::read_to_string(titles).with_context(|| format!("reading {}", titles.display()))?;
    let mut frequency = Frequency::default();
    for title in text.lines() {
        // names, grams and numbers are counted across languages, and English alone would make all others look rare
        let Fingerprint { language, title, .. } = Fingerprint::of(title, "", "en");
        frequency.learn(&Fingerprint { language, title, ..Fingerprint::default() });
    }
    let table = frequency.to_text(LEAST);
    ensure!(table.lines().count() > 1, "{} has no word in {LEAST} titles: it should hold a title a line", titles.display());
    std::fs::write(out, table).with_context(|| format!("writing {}", out.display()))?;
    println!("written to {}", out.display());
    Ok(())
}
