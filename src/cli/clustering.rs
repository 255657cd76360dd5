//! `evaluate clustering` and `train clustering`.

use super::streams::{self, Half, Stream, With};
use crate::clock::Timestamp;
use crate::cluster::baseline;
use crate::cluster::direction::Centers;
use crate::cluster::index::THRESHOLDS;
use crate::cluster::labelled::{Labelled, among, events, run};
use crate::cluster::model::{Decisions, Model};
use crate::cluster::score::{Agreement, b_cubed, distinct, pairs, pairs_across};
use crate::cluster::train::{Lesson, Sight, train};
use crate::text::encoder::Encoder;
use anyhow::{Context, Result, ensure};
use indicatif::ProgressBar;
use serde::Serialize;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

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
    /// The most while this stream was clustered.
    peak_rss_bytes: u64,
    /// What one pass over TF-IDF vectors gives with the best threshold for this stream.
    #[serde(skip_serializing_if = "Option::is_none")]
    tuned_tf_idf: Option<Agreement>,
}

#[derive(clap::Args)]
pub struct Scoring {
    #[arg(long)]
    json: bool,
    /// As lines of docs/clustering.tsv, which the page of the method shows.
    #[arg(long, conflicts_with = "json")]
    tsv: bool,
    /// Another model than the bundled one.
    #[arg(long, value_name = "FILE")]
    model: Option<PathBuf>,
    #[command(flatten)]
    with: With,
}

#[derive(clap::Args)]
pub struct Training {
    /// Where the model is written; nothing is written without it.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Prints what each stream scores when it is left out of the training.
    #[arg(long)]
    leave_one_out: bool,
    /// Prints what the second half of each stream's events scores when the first half is trained on.
    #[arg(long)]
    halves: bool,
    #[arg(long, default_value_t = 0)]
    seed: u64,
    #[command(flatten)]
    with: With,
}

/// Titles of other events among which a stream is scored.
const OTHERS: usize = 10_000;

pub fn evaluate(dir: &Path, how: &Scoring) -> Result<()> {
    let with = &how.with;
    let model = match &how.model {
        Some(file) => serde_json::from_str(&std::fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))?)?,
        None => Model::bundled().clone(),
    };
    let mut all = streams::read(dir)?;
    let mut others = with.among.as_deref().map_or(Ok(vec![]), |file| streams::others(file, Half::Second, OTHERS))?;
    if let Some(encoder) = with.encoder()? {
        let known = model.centers.width();
        ensure!(encoder.width() == known, "this encoder gives {} numbers a title, and the model has learnt from {known}", encoder.width());
        let progress = ProgressBar::new((all.iter().map(|stream| stream.articles.len()).sum::<usize>() + others.len()) as u64);
        for articles in all.iter_mut().map(|stream| &mut stream.articles).chain([&mut others]) {
            let directions = streams::directions(&encoder, articles, &progress);
            streams::turn(articles, &directions, &model.centers);
        }
        progress.finish_and_clear();
    }
    let progress = ProgressBar::new(all.len() as u64);
    let mut sets = vec![];
    for stream in &all {
        let mut scored = score(stream, &others, &model, |_| true);
        scored[0].tuned_tf_idf = Some(baseline::tuned(&stream.articles, |_| true).1);
        sets.extend(scored);
        progress.inc(1);
    }
    progress.finish_and_clear();
    if how.json {
        println!("{}", serde_json::json!({ "sets": sets }));
    } else if how.tsv {
        let way = if with.encoder.is_some() { "words and encoder" } else { "words" };
        let day = Timestamp(jiff::Timestamp::now().as_millisecond()).date();
        sets.iter().for_each(|set| println!("{}", set.line(way, &day)));
    } else {
        table(sets.iter());
    }
    Ok(())
}

impl Set {
    /// A line of docs/clustering.tsv.
    fn line(&self, way: &str, day: &str) -> String {
        let f1 = |agreement: Option<Agreement>| agreement.map_or("–".into(), |agreement| format!("{:.1}", agreement.f1));
        let Self { b3, pair, .. } = self;
        let scores = [b3.p, b3.r, b3.f1, pair.p, pair.r, pair.f1].map(|score| format!("{score:.1}")).join("\t");
        let (across, tuned) = (f1(self.cross_lingual_pair), f1(self.tuned_tf_idf));
        let (speed, memory) = (self.articles_per_s, self.peak_rss_bytes >> 20);
        let counts = format!("{}\t{}\t{}", self.articles, self.gold_clusters, self.clusters);
        format!("{way}\t{}\t{}\t{counts}\t{scores}\t{across}\t{tuned}\t{speed:.0}\t{memory}\t{day}", self.name, self.lang)
    }
}

/// A stream as a whole, and each of its languages with 50 articles or more; of its articles those that `counts` picks by their number. The
/// others only stand between them.
fn score(stream: &Stream, others: &[Labelled], model: &Model, counts: impl Fn(usize) -> bool) -> Vec<Set> {
    let all = among(&stream.articles, others);
    forget_peak();
    let (began, began_cpu) = (Instant::now(), cpu_time());
    let found = run(&all, model, THRESHOLDS);
    let seconds = cpu_time().zip(began_cpu).map_or(began.elapsed(), |(now, before)| now - before).as_secs_f64().max(1e-6);
    let (speed, peak) = (all.len() as f64 / seconds, peak_memory());
    let own: BTreeSet<&str> = stream.articles.iter().map(|article| article.cluster.as_str()).collect();
    let kept: Vec<usize> = (0..all.len())
        .filter(|at| own.contains(all[*at].cluster.as_str()))
        .enumerate()
        .filter(|(number, _)| counts(*number))
        .map(|(_, at)| at)
        .collect();
    let gold = events(&all);
    let (gold, found): (Vec<usize>, Vec<usize>) = kept.iter().map(|at| (gold[*at], found[*at])).unzip();
    let languages: Vec<String> = kept.iter().map(|at| all[*at].lang.clone()).collect();
    let kinds: BTreeSet<&String> = languages.iter().collect();
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
        peak_rss_bytes: peak,
        tuned_tf_idf: None,
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

fn table<'a>(sets: impl Iterator<Item = &'a Set>) {
    println!(
        "{:<24} {:<4} {:>8} {:>7} {:>7}  {:>6} {:>6} {:>6}  {:>6} {:>6} {:>6}  {:>8} {:>7}",
        "stream", "lang", "articles", "gold", "found", "B³ P", "R", "F1", "pair P", "R", "F1", "art./s", "MiB"
    );
    let mut whole = vec![];
    for s in sets {
        whole.extend((s.lang == "all").then_some(s.b3.f1));
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
        if let Some(tuned) = s.tuned_tf_idf {
            println!("{:<24} TF-IDF, tuned to this stream: B³ P {:.2} R {:.2} F1 {:.2}", "", tuned.p, tuned.r, tuned.f1);
        }
        if let Some(across) = s.cross_lingual_pair {
            println!("{:<24} pairs across languages: P {:.2} R {:.2} F1 {:.2}", "", across.p, across.r, across.f1);
        }
    }
    println!("mean B³ F1 over {} streams: {:.2}", whole.len(), whole.iter().sum::<f64>() / whole.len().max(1) as f64);
}

/// Titles of other events, which are English, among which the larger streams in English are taught once more, and how much those lessons count
/// beside the plain ones.
const TAUGHT_AMONG: usize = 2_000;
const AMONG_WEIGHT: f32 = 0.15;
/// Streams of fewer articles are too thin for that.
const LARGE: usize = 1_000;

/// Events that a model is to be learnt from at least.
const LEAST: usize = 20;

pub fn make(dir: &Path, how: &Training) -> Result<()> {
    let mut all = streams::read(dir)?;
    let events: usize = all.iter().map(|stream| events(&stream.articles).into_iter().max().map_or(0, |last| last + 1)).sum();
    ensure!(events >= LEAST, "{} holds {events} events: nothing is learnt from fewer than {LEAST}", dir.display());
    let mut others = how.with.among.as_deref().map_or(Ok(vec![]), |file| streams::others(file, Half::First, TAUGHT_AMONG))?;
    let read = how.with.encoder()?.map(|encoder| Directions::read(&encoder, &all, &others));
    // where titles point is learnt as well: from what is taught alone
    let turned = |all: &mut [Stream], others: &mut [Labelled], is_taught: &dyn Fn(usize, usize) -> bool| {
        read.as_ref().map_or(Centers::default(), |read| read.turn(all, others, is_taught))
    };
    if how.leave_one_out {
        let mut unseen = vec![];
        for held in 0..all.len() {
            let centers = turned(&mut all, &mut others, &|stream, _| stream != held);
            let rest: Vec<Stream> = all.iter().enumerate().filter(|(at, _)| *at != held).map(|(_, stream)| stream.clone()).collect();
            unseen.push(Unseen::of(&all[held], &learnt(&rest, &others, centers, how.seed), |_| true));
        }
        show(&unseen);
    }
    if how.halves {
        let halves: Vec<Vec<bool>> = all.iter().map(first_half).collect();
        let centers = turned(&mut all, &mut others, &|stream, number| halves[stream][number]);
        let firsts: Vec<Stream> = all.iter().zip(&halves).map(|(stream, first)| stream.only(first)).collect();
        let model = learnt(&firsts, &others, centers, how.seed);
        let unseen: Vec<Unseen> = all.iter().zip(&halves).map(|(stream, first)| Unseen::of(stream, &model, |number| !first[number])).collect();
        show(&unseen);
    }
    if let Some(out) = &how.out {
        let centers = turned(&mut all, &mut others, &|_, _| true);
        let model = learnt(&all, &others, centers, how.seed);
        std::fs::write(out, serde_json::to_string(&model.rounded())?).with_context(|| format!("writing {}", out.display()))?;
        println!("written to {}", out.display());
    }
    Ok(())
}

/// What an encoder makes of the titles of streams, and of others, as it says it.
struct Directions {
    streams: Vec<Vec<Vec<f32>>>,
    others: Vec<Vec<f32>>,
}

impl Directions {
    fn read(encoder: &Encoder, streams: &[Stream], others: &[Labelled]) -> Self {
        let progress = ProgressBar::new((streams.iter().map(|stream| stream.articles.len()).sum::<usize>() + others.len()) as u64);
        let read = |articles: &[Labelled]| streams::directions(encoder, articles, &progress);
        let all = Self { streams: streams.iter().map(|stream| read(&stream.articles)).collect(), others: read(others) };
        progress.finish_and_clear();
        all
    }

    /// Gives all articles their directions, from centers of those that are taught, by the numbers of a stream and an article in it.
    fn turn(&self, streams: &mut [Stream], others: &mut [Labelled], is_taught: &dyn Fn(usize, usize) -> bool) -> Centers {
        let told = |(at, stream): (usize, &Stream)| -> Vec<(String, &[f32])> {
            let pairs = stream.articles.iter().zip(&self.streams[at]).enumerate().filter(|(number, _)| is_taught(at, *number));
            pairs.map(|(_, (article, direction))| (article.lang.clone(), direction.as_slice())).collect()
        };
        let told: Vec<Vec<(String, &[f32])>> = streams.iter().enumerate().map(told).collect();
        let centers = streams::centers(&told);
        streams.iter_mut().zip(&self.streams).for_each(|(stream, directions)| streams::turn(&mut stream.articles, directions, &centers));
        streams::turn(others, &self.others, &centers);
        centers
    }
}

/// What a stream scores that a model has not learnt from.
struct Unseen {
    words: Set,
    /// `None` when the stream was not read by an encoder.
    directions: Option<Set>,
}

impl Unseen {
    fn of(stream: &Stream, model: &Model, counts: impl Fn(usize) -> bool) -> Self {
        let whole = |stream: &Stream| score(stream, &[], model, &counts).swap_remove(0);
        let has_directions = stream.articles.iter().any(|article| article.direction.is_some());
        let words = Set { tuned_tf_idf: Some(baseline::tuned(&stream.articles, &counts).1), ..whole(&stream.without_directions()) };
        Self { words, directions: has_directions.then(|| whole(stream)) }
    }
}

fn show(unseen: &[Unseen]) {
    println!("by words");
    table(unseen.iter().map(|stream| &stream.words));
    if unseen.iter().any(|stream| stream.directions.is_some()) {
        println!("with directions");
        table(unseen.iter().filter_map(|stream| stream.directions.as_ref()));
    }
}

fn learnt(streams: &[Stream], others: &[Labelled], centers: Centers, seed: u64) -> Model {
    let bare: Vec<Stream> = streams.iter().map(Stream::without_directions).collect();
    let bare_others: Vec<Labelled> = others.iter().map(Labelled::without_direction).collect();
    let words = decisions(&bare, &bare_others, Sight::Words, seed);
    if centers.width() == 0 {
        return Model { words, ..Model::bundled().clone() };
    }
    Model { words, directions: decisions(streams, others, Sight::Directions, seed), centers }
}

fn decisions(streams: &[Stream], others: &[Labelled], sight: Sight, seed: u64) -> Decisions {
    let largest = streams.iter().map(|s| s.articles.len()).max().unwrap_or(1) as f32;
    // each stream counts for the square root of its size, so that a large one does not decide alone
    let weight = |stream: &Stream| (largest / stream.articles.len() as f32).sqrt().min(4.0);
    let crowds: Vec<(Vec<Labelled>, f32)> = streams
        .iter()
        .filter(|stream| !others.is_empty() && stream.articles.len() > LARGE && stream.articles.iter().all(|article| article.lang == "en"))
        .map(|stream| (among(&stream.articles, others), weight(stream) * AMONG_WEIGHT))
        .collect();
    let plain = streams.iter().map(|stream| Lesson { stream: &stream.articles, weight: weight(stream), is_crowd: false });
    let lessons: Vec<Lesson> = plain.chain(crowds.iter().map(|(stream, weight)| Lesson { stream, weight: *weight, is_crowd: true })).collect();
    train(&lessons, sight, seed)
}

/// For each article whether its event is among the first half to begin.
fn first_half(stream: &Stream) -> Vec<bool> {
    let events = events(&stream.articles);
    let half = events.iter().max().map_or(0, |last| last + 1) / 2;
    events.iter().map(|event| *event < half).collect()
}

/// Processor time of this process so far, where the system tells it.
fn cpu_time() -> Option<Duration> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    let fields: Vec<&str> = stat.rsplit(')').next()?.split_whitespace().collect();
    let ticks: u64 = fields.get(11)?.parse::<u64>().ok()? + fields.get(12)?.parse::<u64>().ok()?;
    // a tick is a hundredth of a second on every Linux of today
    Some(Duration::from_millis(ticks * 10))
}

/// Counts the peak from here on (proc(5), clear_refs); elsewhere it stays the process's own.
fn forget_peak() {
    std::fs::write("/proc/self/clear_refs", "5").ok();
}

fn peak_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).and_then(|rest| rest.split_whitespace().next());
    line.and_then(|kib| kib.parse::<u64>().ok()).map_or(0, |kib| kib * 1024)
}
