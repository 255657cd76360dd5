//! `evaluate`: scores ourselves on labelled data, as a table or as JSON. `train` makes the files that this measures.

use crate::cluster::fingerprint::Fingerprint;
use crate::cluster::frequency::Frequency;
use crate::cluster::index::THRESHOLDS;
use crate::cluster::labelled::{Labelled, events, run};
use crate::cluster::model::Model;
use crate::cluster::score::{Agreement, b_cubed, distinct, pairs, pairs_across};
use crate::cluster::train::{Lesson, train};
use anyhow::{Context, Result, ensure};
use indicatif::ProgressBar;
use serde::Serialize;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

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
        #[arg(long)]
        json: bool,
        /// Another model than the bundled one.
        #[arg(long, value_name = "FILE")]
        model: Option<PathBuf>,
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
    /// The model of the join decision, from the streams of a folder. Prints what leaving each stream out would give with --leave-one-out.
    Clustering {
        dir: PathBuf,
        /// Where the model is written; nothing is written without it.
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
        #[arg(long)]
        leave_one_out: bool,
        #[arg(long, default_value_t = 0)]
        seed: u64,
    },
}

/// The scores of one stream, or of its articles in one language.
#[derive(Serialize)]
struct Set {
    name: String,
    lang: String,
    articles: usize,
    gold_clusters: usize,
    clusters: usize,
    b3: Agreement,
    pair: Agreement,
    #[serde(skip_serializing_if = "Option::is_none")]
    cross_lingual_pair: Option<Agreement>,
    articles_per_s: f64,
    peak_rss_bytes: u64,
}

struct Stream {
    name: String,
    articles: Vec<Labelled>,
}

pub fn evaluate(subject: Subject) -> Result<()> {
    let (dir, json, model) = match subject {
        Subject::Feeds { dir, json, wrong } => return super::evaluate_feeds::run(&dir, json, wrong),
        Subject::Articles { dir, json } => return super::evaluate_articles::run(&dir, json),
        Subject::Language { dir, json } => return super::evaluate_language::run(&dir, json),
        Subject::Analysis { dir, json, wrong } => return super::analysis::run(&dir, json, wrong),
        Subject::Entities { dir, from, json, wrong } => return super::entities::evaluate(&dir, &from, json, wrong),
        Subject::Clustering { dir, json, model } => (dir, json, model),
    };
    let model = match model {
        Some(file) => serde_json::from_str(&std::fs::read_to_string(&file).with_context(|| format!("reading {}", file.display()))?)?,
        None => Model::bundled().clone(),
    };
    let mut sets = vec![];
    let streams = read(&dir)?;
    let progress = ProgressBar::new(streams.len() as u64);
    for stream in &streams {
        sets.extend(score(stream, &model));
        progress.inc(1);
    }
    progress.finish_and_clear();
    if json {
        println!("{}", serde_json::json!({ "sets": sets }));
    } else {
        table(&sets);
    }
    Ok(())
}

/// A stream as a whole, and each of its languages with 50 articles or more.
fn score(stream: &Stream, model: &Model) -> Vec<Set> {
    let (began, began_cpu) = (Instant::now(), cpu_time());
    let found = run(&stream.articles, model, THRESHOLDS);
    let seconds = cpu_time().zip(began_cpu).map_or(began.elapsed(), |(now, before)| now - before).as_secs_f64().max(1e-6);
    let gold = events(&stream.articles);
    let languages: Vec<String> = stream.articles.iter().map(|a| a.lang.clone()).collect();
    let kinds: BTreeSet<&String> = languages.iter().collect();
    let speed = stream.articles.len() as f64 / seconds;
    let set = |lang: &str, gold: &[usize], found: &[usize], across: Option<Agreement>| Set {
        name: stream.name.clone(),
        lang: lang.into(),
        articles: gold.len(),
        gold_clusters: distinct(gold),
        clusters: distinct(found),
        b3: b_cubed(gold, found),
        pair: pairs(gold, found),
        cross_lingual_pair: across,
        articles_per_s: speed.round(),
        peak_rss_bytes: peak_memory(),
    };
    let across = (kinds.len() > 1).then(|| pairs_across(&gold, &found, &languages));
    let mut sets = vec![set("all", &gold, &found, across)];
    for language in kinds.into_iter().filter(|_| across.is_some()) {
        let own: Vec<usize> = (0..gold.len()).filter(|at| languages[*at] == *language).collect();
        if own.len() >= 50 {
            let pick = |of: &[usize]| own.iter().map(|at| of[*at]).collect::<Vec<_>>();
            sets.push(set(language, &pick(&gold), &pick(&found), None));
        }
    }
    sets
}

fn table(sets: &[Set]) {
    println!(
        "{:<24} {:<4} {:>8} {:>7} {:>7}  {:>6} {:>6} {:>6}  {:>6} {:>6} {:>6}  {:>8} {:>7}",
        "stream", "lang", "articles", "gold", "found", "B³ P", "R", "F1", "pair P", "R", "F1", "art./s", "MiB"
    );
    for s in sets {
        println!(
            "{:<24} {:<4} {:>8} {:>7} {:>7}  {:>6.2} {:>6.2} {:>6.2}  {:>6.2} {:>6.2} {:>6.2}  {:>8.0} {:>7}",
            s.name,
            s.lang,
            s.articles,
            s.gold_clusters,
            s.clusters,
            s.b3.p,
            s.b3.r,
            s.b3.f1,
            s.pair.p,
            s.pair.r,
            s.pair.f1,
            s.articles_per_s,
            s.peak_rss_bytes >> 20
        );
        if let Some(across) = s.cross_lingual_pair {
            println!("{:<24} pairs across languages: P {:.2} R {:.2} F1 {:.2}", "", across.p, across.r, across.f1);
        }
    }
    let whole: Vec<f64> = sets.iter().filter(|s| s.lang == "all").map(|s| s.b3.f1).collect();
    println!("mean B³ F1 over {} streams: {:.2}", whole.len(), whole.iter().sum::<f64>() / whole.len().max(1) as f64);
}

/// The streams of a folder, by name. A file whose lines are something else is left out, and said so.
fn read(dir: &Path) -> Result<Vec<Stream>> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(dir)
        .with_context(|| format!("reading the folder {}", dir.display()))?
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.extension().is_some_and(|ending| ending == "jsonl"))
        .collect();
    files.sort();
    let mut streams = vec![];
    for file in files {
        let name = file.file_stem().map_or(String::new(), |stem| stem.to_string_lossy().into_owned());
        let text = std::fs::read_to_string(&file).with_context(|| format!("reading {}", file.display()))?;
        match text.lines().filter(|line| !line.trim().is_empty()).map(serde_json::from_str).collect::<Result<Vec<Labelled>, _>>() {
            Ok(articles) => streams.push(Stream { name, articles }),
            Err(cause) => eprintln!("{name} is left out: its lines are no labelled articles ({cause})"),
        }
    }
    ensure!(!streams.is_empty(), "{} holds no .jsonl file of labelled articles", dir.display());
    Ok(streams)
}

pub fn make(made: Made) -> Result<()> {
    let (dir, out, leave_one_out, seed) = match made {
        Made::Clustering { dir, out, leave_one_out, seed } => (dir, out, leave_one_out, seed),
        Made::Kinds { file, held_out, out } => return super::kinds::train(&file, &held_out, out.as_deref()),
        Made::Events { dir, out } => return super::events::train(&dir, &out),
        Made::Entities { dir, before, out } => return super::entities::train(&dir, before.as_deref(), &out),
        Made::Frequencies { titles, out } => return frequencies(&titles, &out),
    };
    let streams = read(&dir)?;
    if leave_one_out {
        for (held, stream) in streams.iter().enumerate() {
            let others: Vec<&Stream> = streams.iter().enumerate().filter(|(at, _)| *at != held).map(|(_, s)| s).collect();
            table(&score(stream, &train(&lessons(&others), THRESHOLDS, seed))[..1]);
        }
    }
    if let Some(out) = out {
        let model = train(&lessons(&streams.iter().collect::<Vec<_>>()), THRESHOLDS, seed);
        std::fs::write(&out, serde_json::to_string(&model)?).with_context(|| format!("writing {}", out.display()))?;
        println!("written to {}", out.display());
    }
    Ok(())
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
    std::fs::write(out, frequency.to_text(LEAST)).with_context(|| format!("writing {}", out.display()))?;
    println!("written to {}", out.display());
    Ok(())
}

/// Each stream counts for the square root of its size, so that a large one does not decide alone.
fn lessons<'a>(streams: &[&'a Stream]) -> Vec<Lesson<'a>> {
    let largest = streams.iter().map(|s| s.articles.len()).max().unwrap_or(1) as f32;
    streams.iter().map(|s| Lesson { stream: &s.articles, weight: (largest / s.articles.len() as f32).sqrt().min(4.0) }).collect()
}

/// Processor time of this process so far, where the system tells it.
fn cpu_time() -> Option<Duration> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    let fields: Vec<&str> = stat.rsplit(')').next()?.split_whitespace().collect();
    let ticks: u64 = fields.get(11)?.parse::<u64>().ok()? + fields.get(12)?.parse::<u64>().ok()?;
    // a tick is a hundredth of a second on every Linux of today
    Some(Duration::from_millis(ticks * 10))
}

fn peak_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).and_then(|rest| rest.split_whitespace().next());
    line.and_then(|kib| kib.parse::<u64>().ok()).map_or(0, |kib| kib * 1024)
}
