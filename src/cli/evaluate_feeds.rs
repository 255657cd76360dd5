//! `evaluate feeds DIR`: our reading of real captures and of a conformance suite, beside what an outside parser gives.

use crate::clock::Timestamp;
use crate::ingest::clean::plain;
use crate::ingest::{charset, date, feed};
use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant;
use url::Url;

/// A file that takes longer counts as a hang.
const SLOWEST_MS: u128 = 1_000;
const LONGEST: usize = 5_000;

/// One line of `captures_expected.jsonl`.
#[derive(Deserialize)]
struct Capture {
    file: String,
    oracle: String,
    #[serde(default)]
    bozo: Option<bool>,
    #[serde(default)]
    n: Option<usize>,
    #[serde(default)]
    entries: Vec<Expected>,
}

#[derive(Deserialize)]
struct Expected {
    title: Option<String>,
    link: Option<String>,
    id: Option<String>,
    published: Option<String>,
}

/// One line of `feedparser_simple.jsonl`.
#[derive(Deserialize)]
struct Simple {
    file: String,
    scope: String,
    index: Option<usize>,
    keys: Vec<Value>,
    value: String,
}

#[derive(Default, Serialize, Clone, Copy)]
struct Tally {
    right: usize,
    of: usize,
}

impl Tally {
    fn count(&mut self, right: bool) {
        self.of += 1;
        self.right += usize::from(right);
    }
    fn percent(self) -> f64 {
        100.0 * self.right as f64 / self.of.max(1) as f64
    }
}

#[derive(Serialize)]
struct Set {
    name: String,
    files: usize,
    panics: usize,
    slow: usize,
    scores: BTreeMap<String, Tally>,
    #[serde(skip)]
    wrong: Vec<String>,
}

pub fn run(dir: &Path, json: bool, show_wrong: bool) -> Result<()> {
    let mut sets = vec![];
    for (name, is_well_formed) in [("captures, well-formed", true), ("captures, ill-formed", false)] {
        sets.push(captures(dir, name, is_well_formed)?);
    }
    sets.push(suite(dir)?);
    if json {
        println!("{}", serde_json::json!({ "sets": sets }));
        return Ok(());
    }
    for set in &sets {
        println!("{}: {} files, {} panics, {} slower than 1 s", set.name, set.files, set.panics, set.slow);
        for (what, tally) in &set.scores {
            println!("  {what:<28} {:>5} of {:>5}  {:>6.2} %", tally.right, tally.of, tally.percent());
        }
        set.wrong.iter().filter(|_| show_wrong).for_each(|line| println!("    {line}"));
    }
    Ok(())
}

/// What reading one file gives, and whether it panicked or was slow.
struct Read {
    feed: Option<feed::Feed>,
    panicked: bool,
    slow: bool,
}

fn read(bytes: &[u8], content_type: Option<&str>) -> Read {
    let address = Url::parse("http://127.0.0.1:8097/").expect("a sound address");
    let began = Instant::now();
    let outcome = std::panic::catch_unwind(|| feed::read(&charset::decode(bytes, content_type), &address));
    Read { panicked: outcome.is_err(), feed: outcome.unwrap_or(None), slow: began.elapsed().as_millis() > SLOWEST_MS }
}

fn captures(dir: &Path, name: &str, is_well_formed: bool) -> Result<Set> {
    let mut set = Set { name: name.into(), files: 0, panics: 0, slow: 0, scores: BTreeMap::new(), wrong: vec![] };
    for line in std::fs::read_to_string(dir.join("captures_expected.jsonl")).context("reading captures_expected.jsonl")?.lines() {
        let capture: Capture = serde_json::from_str(line)?;
        if capture.bozo.unwrap_or(false) == is_well_formed {
            continue;
        }
        let bytes = std::fs::read(dir.join(&capture.file)).with_context(|| format!("reading {}", capture.file))?;
        let read = read(&bytes, None);
        set.files += 1;
        set.panics += usize::from(read.panicked);
        set.slow += usize::from(read.slow);
        let entries = read.feed.map(|feed| feed.entries).unwrap_or_default();
        let expected = if capture.oracle == "error" { 0 } else { capture.n.unwrap_or(0) };
        let same = entries.len() == expected;
        set.scores.entry("number of entries".into()).or_default().count(same);
        if !same {
            set.wrong.push(format!("{}: {} entries, not {expected}", capture.file, entries.len()));
        }
        for (at, expected) in capture.entries.iter().enumerate() {
            compare(&mut set, &capture.file, entries.get(at), expected);
        }
    }
    Ok(set)
}

fn compare(set: &mut Set, file: &str, entry: Option<&feed::Entry>, expected: &Expected) {
    let nothing = feed::Entry::default();
    let entry = entry.unwrap_or(&nothing);
    let published = entry.published.as_deref().or(entry.updated.as_deref()).and_then(date::parse);
    let pairs = [
        ("titles", expected.title.as_deref().map(normal), normal(&entry.title)),
        ("links", expected.link.as_deref().map(str::to_string), entry.link.clone()),
        ("ids", expected.id.as_deref().map(str::to_string), entry.id.clone()),
        ("dates", expected.published.as_deref().map(to_second), published.map_or(String::new(), |at| at.0.div_euclid(1000).to_string())),
    ];
    for (what, expected, ours) in pairs {
        let Some(expected) = expected else { continue };
        // the oracle leaves relative links as they are where it knows no base
        // the oracle resolves some ids that are no addresses
        if what == "ids" && expected.trim_start_matches('/') == ours {
            set.scores.entry(what.into()).or_default().count(true);
            continue;
        }
        // a whole address must be the same but for a slash at its end and capitals, which URLs fold in a host
        let (bare, ours_bare) = (expected.trim().trim_end_matches('/').to_lowercase(), ours.trim_end_matches('/').to_lowercase());
        let same = expected == ours || what == "links" && if bare.contains("://") { ours_bare == bare } else { ours_bare.ends_with(&bare) };
        set.scores.entry(what.into()).or_default().count(same);
        if !same {
            set.wrong.push(format!("{file}: {what} {ours:?}, not {expected:?}"));
        }
    }
}

fn to_second(iso: &str) -> String {
    Timestamp::parse(iso).map_or_else(|| iso.into(), |at| at.0.div_euclid(1000).to_string())
}

/// Text as a reader would see it, so that two ways of keeping markup compare equal.
fn normal(text: &str) -> String {
    plain(text, LONGEST)
}

/// The expectations of the suite whose key our model has.
fn suite(dir: &Path) -> Result<Set> {
    let mut set = Set { name: "conformance suite".into(), files: 0, panics: 0, slow: 0, scores: BTreeMap::new(), wrong: vec![] };
    let archive = std::fs::File::open(dir.join("feedparser_suite.tar.gz")).context("opening feedparser_suite.tar.gz")?;
    let mut files: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    for file in tar::Archive::new(flate2::read::GzDecoder::new(archive)).entries()? {
        let mut file = file?;
        let mut bytes = vec![];
        std::io::Read::read_to_end(&mut file, &mut bytes)?;
        files.insert(file.path()?.to_string_lossy().trim_start_matches("./").to_string(), bytes);
    }
    for bytes in files.values() {
        let read = read(bytes, None);
        set.files += 1;
        set.panics += usize::from(read.panicked);
        set.slow += usize::from(read.slow);
    }
    for line in std::fs::read_to_string(dir.join("feedparser_simple.jsonl")).context("reading feedparser_simple.jsonl")?.lines() {
        let simple: Simple = serde_json::from_str(line)?;
        // those assert what a sanitiser leaves; ours is tested by what it must not leave
        if simple.file.contains("/sanitize/") {
            continue;
        }
        let Some(bytes) = files.get(&simple.file) else { continue };
        let Some(ours) = ours(read(bytes, None).feed.unwrap_or_default(), &simple) else { continue };
        let bare = simple.value.trim();
        let same = ours.iter().any(|ours| normal(ours) == normal(bare) || ours.trim() == bare || normal(ours) == bare);
        let folder = simple.file.split('/').nth(if simple.file.contains("wellformed") { 2 } else { 1 }).unwrap_or("").to_string();
        set.scores.entry(folder).or_default().count(same);
        set.scores.entry("all".into()).or_default().count(same);
        if !same {
            set.wrong.push(format!("{} {}: {ours:?}, not {:?}", simple.file, simple.scope, simple.value));
        }
    }
    Ok(set)
}

/// What we have for a key of the suite, in the ways it may be meant; `None` for a key that our model has not.
fn ours(feed: feed::Feed, simple: &Simple) -> Option<Vec<String>> {
    let keys: Vec<String> = simple.keys.iter().map(|key| key.as_str().map_or_else(|| key.to_string(), str::to_string)).collect();
    let key = keys.join(".");
    if simple.scope == "feed" {
        return match key.as_str() {
            "title" | "title_detail.value" => Some(vec![feed.title]),
            "link" => Some(vec![feed.link]),
            "language" => Some(vec![feed.language.unwrap_or_default()]),
            _ => None,
        };
    }
    let entry = feed.entries.into_iter().nth(simple.index.unwrap_or(0)).unwrap_or_default();
    match key.as_str() {
        "title" | "title_detail.value" => Some(vec![entry.title]),
        "link" => Some(vec![entry.link]),
        "id" | "guid" => Some(vec![entry.id]),
        "description" | "summary" | "summary_detail.value" => Some(vec![entry.summary, entry.content]),
        "content.0.value" => Some(vec![entry.content, entry.summary]),
        "author" | "author_detail.name" => Some(vec![entry.author.unwrap_or_default()]),
        "published" => Some(vec![entry.published.unwrap_or_default()]),
        "updated" => Some(vec![entry.updated.unwrap_or_default(), entry.published.unwrap_or_default()]),
        "category" | "tags.0.term" | "tags.0.label" => Some(vec![entry.categories.first().cloned().unwrap_or_default()]),
        "tags.1.term" | "tags.1.label" => Some(vec![entry.categories.get(1).cloned().unwrap_or_default()]),
        "content.0.language" => Some(vec![entry.language.unwrap_or_default()]),
        _ => None,
    }
}
