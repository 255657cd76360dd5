//! Labelled streams: runs the engine over one as articles arrive, for scores and for training. No I/O but what a caller reads.

use super::direction::Direction;
use super::document::Document;
use super::features::Features;
use super::fingerprint::Fingerprint;
use super::groups::Groups;
use super::index::{Index, Thresholds};
use super::model::{Decisions, Model};
use crate::clock::Timestamp;
use crate::id::Id;
use serde::Deserialize;
use std::collections::HashMap;
use std::sync::Arc;

/// One line of a labelled stream.
#[derive(Debug, Clone, Deserialize)]
pub struct Labelled {
    pub id: String,
    /// The event it is about.
    pub cluster: String,
    pub lang: String,
    /// ISO 8601; empty when nobody knows.
    #[serde(default)]
    pub date: String,
    pub title: String,
    #[serde(default)]
    pub body: String,
    /// What an encoder makes of the title, from the center of all.
    #[serde(skip)]
    pub direction: Option<Direction>,
}

impl Labelled {
    /// A title of an event of its own; [`among`] gives it its date.
    pub fn other(number: usize, title: &str) -> Self {
        let (id, title) = (format!("other {number}"), title.to_string());
        Self { cluster: id.clone(), id, lang: "en".into(), date: String::new(), title, body: String::new(), direction: None }
    }

    pub fn without_direction(&self) -> Self {
        Self { direction: None, ..self.clone() }
    }

    pub fn at(&self) -> Option<Timestamp> {
        Timestamp::parse(&self.date)
    }
}

/// A stream among other articles, which are put in at even distances with the date of what comes next. Events come in a crowd in earnest, and
/// who has never met one sees likenesses everywhere.
pub fn among(stream: &[Labelled], others: &[Labelled]) -> Vec<Labelled> {
    let mut all = Vec::with_capacity(stream.len() + others.len());
    for (number, article) in stream.iter().enumerate() {
        let (from, to) = (others.len() * number / stream.len(), others.len() * (number + 1) / stream.len());
        all.extend(others[from..to].iter().map(|other| Labelled { date: article.date.clone(), ..other.clone() }));
        all.push(article.clone());
    }
    all
}

/// The events of a stream as numbers, in the order they first come.
pub fn events(stream: &[Labelled]) -> Vec<usize> {
    let mut known: HashMap<&str, usize> = HashMap::new();
    stream
        .iter()
        .map(|article| {
            let next = known.len();
            *known.entry(article.cluster.as_str()).or_insert(next)
        })
        .collect()
}

/// Clusters a stream in the order given and says each article's cluster. Same stream, same result.
pub fn run(stream: &[Labelled], model: &Model, thresholds: Thresholds) -> Vec<usize> {
    run_seen(stream, model, thresholds, |_, _| ())
}

/// An article beside a candidate, as training sees it.
pub struct Sample {
    pub features: Features,
    pub belongs: bool,
}

/// What the engine looked at for one article: each candidate's features, and the articles in it.
pub struct Seen<'a> {
    pub features: Features,
    pub members: &'a [usize],
}

/// [`run`], telling `see` of each article's number and its candidates.
pub fn run_seen(stream: &[Labelled], model: &Model, thresholds: Thresholds, mut see: impl FnMut(usize, &[Seen<'_>])) -> Vec<usize> {
    let (mut index, mut groups) = (Index::default(), Groups::default());
    for (number, article) in stream.iter().enumerate() {
        let document = read(&mut index, article);
        let found = index.find(model, document);
        let candidates: Vec<Seen> = found.candidates.iter().map(|c| Seen { features: c.features, members: groups.members(c.incident) }).collect();
        see(number, &candidates);
        groups.put(&mut index, model, &found, number, thresholds);
    }
    let mut cluster_of = vec![0; stream.len()];
    for (cluster, members) in groups.into_lists().into_iter().enumerate() {
        members.into_iter().for_each(|number| cluster_of[number] = cluster);
    }
    cluster_of
}

fn read(index: &mut Index, article: &Labelled) -> Arc<Document> {
    let print = Fingerprint::of(&article.title, &article.body, &article.lang);
    index.learn(&print);
    Arc::new(Document { direction: article.direction.clone(), ..index.weigh(&print, article.at(), None) })
}

/// A model in training, which decides alike with and without directions.
fn only(decisions: &Decisions) -> Model {
    Model { words: decisions.clone(), directions: decisions.clone(), center: vec![] }
}

/// Runs a stream with each article put where it belongs, and gives what a right decision looks like at every step.
pub fn taught(stream: &[Labelled]) -> Vec<Sample> {
    let model = only(&Decisions::blank());
    let events = events(stream);
    let mut index = Index::default();
    let mut opened: HashMap<usize, i64> = HashMap::new();
    let mut event_of: HashMap<i64, usize> = HashMap::new();
    let mut samples = vec![];
    for (number, article) in stream.iter().enumerate() {
        let document = read(&mut index, article);
        let found = index.find(&model, document);
        let own = opened.get(&events[number]).copied();
        for candidate in found.candidates.iter().take(TAUGHT) {
            samples.push(Sample { features: candidate.features, belongs: event_of[&candidate.incident.0] == events[number] });
        }
        if let Some(own) = own.filter(|own| !found.candidates.iter().take(TAUGHT).any(|c| c.incident.0 == *own))
            && let Some(features) = index.beside(Id::from(own), &found.document)
        {
            samples.push(Sample { features, belongs: true });
        }
        let joined = own.unwrap_or(number as i64);
        opened.insert(events[number], joined);
        event_of.insert(joined, events[number]);
        index.join(Id::from(joined), found.document.clone());
    }
    samples
}

/// Candidates of an article that training looks at.
const TAUGHT: usize = 16;

/// Runs a stream with the model as it is, and gives what it should have decided: its own mistakes are where it learns most.
/// Candidates that are a mixture of events teach nothing and are left out.
pub fn corrected(stream: &[Labelled], decisions: &Decisions, thresholds: Thresholds) -> Vec<Sample> {
    let model = only(decisions);
    let events = events(stream);
    let mut samples = vec![];
    run_seen(stream, &model, thresholds, |number, candidates| {
        for candidate in candidates.iter().take(TAUGHT) {
            let mut counts: HashMap<usize, usize> = HashMap::new();
            candidate.members.iter().for_each(|member| *counts.entry(events[*member]).or_default() += 1);
            let (main, of_main) = counts.iter().map(|(event, n)| (*event, *n)).max_by_key(|(event, n)| (*n, *event)).unwrap_or((0, 0));
            let belongs = main == events[number];
            let is_mixed = of_main * 10 < candidate.members.len() * 6 || !belongs && counts.contains_key(&events[number]);
            if !is_mixed {
                samples.push(Sample { features: candidate.features, belongs });
            }
        }
    });
    samples
}
