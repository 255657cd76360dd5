//! Labelled streams from files, as `evaluate clustering` and `train clustering` read them: with directions from an encoder, and among others.

use crate::cluster::direction::{Centers, Direction};
use crate::cluster::labelled::Labelled;
use crate::text::encoder::{ADAPTER, Encoder};
use anyhow::{Context, Result, ensure};
use indicatif::ProgressBar;
use rand::SeedableRng;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// What else the streams are read with.
#[derive(clap::Args)]
pub struct With {
    /// The file of an encoder; the titles are then read by it too, some 50 a second on each processor.
    #[arg(long, value_name = "FILE")]
    pub encoder: Option<PathBuf>,
    /// What the encoder was taught besides, instead of what is bundled.
    #[arg(long, value_name = "FILE", requires = "encoder")]
    pub adapter: Option<PathBuf>,
    /// Titles, one a line: other events that happen meanwhile. Training takes from the first half of the file, scoring from the second.
    #[arg(long, value_name = "TITLES")]
    pub among: Option<PathBuf>,
}

#[derive(Clone)]
pub struct Stream {
    pub name: String,
    pub articles: Vec<Labelled>,
}

impl Stream {
    /// The articles that are picked.
    pub fn only(&self, picked: &[bool]) -> Self {
        let articles = self.articles.iter().zip(picked).filter(|(_, is_picked)| **is_picked).map(|(article, _)| article.clone()).collect();
        Self { name: self.name.clone(), articles }
    }

    pub fn without_directions(&self) -> Self {
        Self { name: self.name.clone(), articles: self.articles.iter().map(Labelled::without_direction).collect() }
    }
}

/// The streams of a folder, by name. A file whose lines are something else is left out, and said so.
pub fn read(dir: &Path) -> Result<Vec<Stream>> {
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

#[derive(Clone, Copy)]
pub enum Half {
    First,
    Second,
}

/// At most `limit` titles out of one half of a file, at even distances and mixed, each as an article of its own event.
pub fn others(file: &Path, half: Half, limit: usize) -> Result<Vec<Labelled>> {
    let text = std::fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))?;
    let titles: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    let (first, second) = titles.split_at(titles.len() / 2);
    let titles = match half {
        Half::First => first,
        Half::Second => second,
    };
    ensure!(!titles.is_empty(), "{} holds no titles", file.display());
    let count = limit.min(titles.len());
    let mut others: Vec<Labelled> = (0..count).map(|number| Labelled::other(number, titles[number * titles.len() / count])).collect();
    others.shuffle(&mut StdRng::seed_from_u64(0));
    Ok(others)
}

impl With {
    /// The encoder that is asked for, with what it was taught.
    pub fn encoder(&self) -> Result<Option<Encoder>> {
        let Some(file) = &self.encoder else { return Ok(None) };
        let encoder = Encoder::parse(bytes(file)?).with_context(|| format!("{} is no encoder", file.display()))?;
        let Some(adapter) = &self.adapter else { return Ok(Some(encoder.adapted(ADAPTER)?)) };
        let mark = encoder.mark;
        let adapted = encoder.adapted(&bytes(adapter)?).with_context(|| format!("{} is no adapter", adapter.display()))?;
        ensure!(adapted.mark != mark, "{} belongs to another encoder than {}", adapter.display(), file.display());
        Ok(Some(adapted))
    }
}

fn bytes(file: &Path) -> Result<Vec<u8>> {
    std::fs::read(file).with_context(|| format!("reading {}", file.display()))
}

/// Titles that are read at once.
const BATCH: usize = 32;

/// The directions of all titles as the encoder says them, with no center yet; on all processors.
pub fn directions(encoder: &Encoder, articles: &[Labelled], progress: &ProgressBar) -> Vec<Vec<f32>> {
    let read = |articles: &[Labelled]| -> Vec<Vec<f32>> {
        let batches = articles.chunks(BATCH).flat_map(|batch| {
            let titles: Vec<&str> = batch.iter().map(|article| article.title.as_str()).collect();
            progress.inc(batch.len() as u64);
            encoder.encode(&titles)
        });
        batches.collect()
    };
    let share = articles.len().div_ceil(std::thread::available_parallelism().map_or(1, usize::from)).max(1);
    std::thread::scope(|scope| {
        let readers: Vec<_> = articles.chunks(share).map(|share| scope.spawn(|| read(share))).collect();
        readers.into_iter().flat_map(|reader| reader.join().expect("an encoder does not panic")).collect()
    })
}

/// The direction of a title, and in which language it is.
pub type Told<'a> = (String, &'a [f32]);

/// Where the titles of streams point: English ones at the mean of the streams' means, those of another language as far from it as they are from the
/// English ones of their own stream, so that what a stream is about is in none of it.
pub fn centers(streams: &[Vec<Told>]) -> Centers {
    let of_english: Vec<(&Vec<Told>, Vec<f32>)> = streams.iter().filter_map(|stream| Some((stream, mean(stream, "en")?))).collect();
    let all = middle(of_english.iter().map(|(_, english)| english.as_slice())).unwrap_or_default();
    let languages: BTreeSet<&str> = streams.iter().flatten().map(|(language, _)| language.as_str()).filter(|language| *language != "en").collect();
    let center = |language: &str| {
        let away = of_english.iter().filter_map(|(stream, english)| Some(sum(&mean(stream, language)?, english, -1.0)));
        let away: Vec<Vec<f32>> = away.collect();
        Some((language.to_string(), sum(&all, &middle(away.iter().map(Vec::as_slice))?, 1.0)))
    };
    Centers { of: languages.into_iter().filter_map(center).collect(), all }
}

/// Titles of a language that say where it points.
const ENOUGH: usize = 25;

/// Of the titles of one language, if there are enough.
fn mean(stream: &[Told], language: &str) -> Option<Vec<f32>> {
    let own = || stream.iter().filter(|(of, _)| of == language).map(|(_, direction)| *direction);
    if own().count() < ENOUGH { None } else { middle(own()) }
}

fn middle<'a>(directions: impl Iterator<Item = &'a [f32]>) -> Option<Vec<f32>> {
    let mut count = 0.0;
    let total = directions.inspect(|_| count += 1.0).map(<[f32]>::to_vec).reduce(|total, direction| sum(&total, &direction, 1.0))?;
    Some(total.into_iter().map(|number| number / count).collect())
}

fn sum(one: &[f32], other: &[f32], times: f32) -> Vec<f32> {
    one.iter().zip(other).map(|(one, other)| one + other * times).collect()
}

/// Gives each article its direction from the center of its language.
pub fn turn(articles: &mut [Labelled], directions: &[Vec<f32>], centers: &Centers) {
    for (article, direction) in articles.iter_mut().zip(directions) {
        article.direction = Direction::of(direction).and_then(|direction| centers.seen(&direction, &article.lang));
    }
}
