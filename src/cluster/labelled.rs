//! Labelled streams: runs the engine over one as articles arrive, for scores and for training. No I/O but what a caller reads.

use super::direction::{Centers, Direction};
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
    /// What an encoder makes of the title, from the center of its language.
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
    run_seen(Index::default(), stream, model, thresholds, |_, _| ())
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
fn run_seen(mut index: Index, stream: &[Labelled], model: &Model, thresholds: Thresholds, mut see: impl FnMut(usize, &[Seen<'_>])) -> Vec<usize> {
    let mut groups = Groups::default();
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
    Model { words: decisions.clone(), directions: decisions.clone(), centers: Centers::default() }
}

/// Runs a stream with each article put where it belongs, and gives what a right decision looks like at every step.
pub fn taught(stream: &[Labelled]) -> Vec<Sample> {
    let model = only(&Decisions::blank());
    let events = events(stream);
    let mut index = Index::to_teach();
    let mut opened: HashMap<usize, i64> = HashMap::new();
    let mut event_of: HashMap<i64, usize> = HashMap::new();
    let mut samples = vec![];
    for (number, article) in stream.iter().enumerate() {
        let document = read(&mut index, article);
        let found = index.find(&model, document);
        let own = opened.get(&events[number]).copied();
        for candidate in &found.candidates {
            samples.push(Sample { features: candidate.features, belongs: event_of[&candidate.incident.0] == events[number] });
        }
        if let Some(own) = own.filter(|own| !found.candidates.iter().any(|c| c.incident.0 == *own))
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

/// Runs a stream with the model as it is, and gives what it should have decided: its own mistakes are where it learns most.
/// Candidates that are a mixture of events teach nothing and are left out.
pub fn corrected(stream: &[Labelled], decisions: &Decisions, thresholds: Thresholds) -> Vec<Sample> {
    let model = only(decisions);
    let events = events(stream);
    let mut samples = vec![];
    run_seen(Index::to_teach(), stream, &model, thresholds, |number, candidates| {
        for candidate in candidates {
            let main = Main::of(candidate.members, &events);
            let belongs = main.event == events[number];
            let has_some = candidate.members.iter().any(|member| events[*member] == events[number]);
            if !main.is_mixed && (belongs || !has_some) {
                samples.push(Sample { features: candidate.features, belongs });
            }
        }
    });
    samples
}

/// Runs a stream with the model as it is, and gives the pairs of incidents that articles voted to be one, and whether they are. Pairs with a
/// mixture of events teach nothing and are left out.
pub fn paired(stream: &[Labelled], decisions: &Decisions, thresholds: Thresholds) -> Vec<Sample> {
    let model = only(decisions);
    let events = events(stream);
    let (mut index, mut groups) = (Index::to_teach(), Groups::default());
    let mut samples = vec![];
    for (number, article) in stream.iter().enumerate() {
        let document = read(&mut index, article);
        let found = index.find(&model, document);
        let joined = groups.join(&mut index, &found, number, thresholds);
        let pairs = index.pairs(&model, &found, joined, thresholds);
        for pair in &pairs {
            let [keep, gone] = [pair.keep, pair.gone].map(|incident| Main::of(groups.members(incident), &events));
            if !keep.is_mixed && !gone.is_mixed {
                samples.push(Sample { features: pair.features, belongs: keep.event == gone.event });
            }
        }
        let merges: Vec<_> =
            pairs.iter().filter(|pair| pair.is_one(decisions.merge.as_ref(), thresholds)).map(|pair| (pair.keep, pair.gone)).collect();
        groups.merge(&mut index, &merges);
    }
    samples
}

/// The event that most articles of a group are about.
struct Main {
    event: usize,
    /// Fewer than three in five are.
    is_mixed: bool,
}

impl Main {
    fn of(members: &[usize], events: &[usize]) -> Self {
        let mut counts: HashMap<usize, usize> = HashMap::new();
        members.iter().for_each(|member| *counts.entry(events[*member]).or_default() += 1);
        let (event, of_event) = counts.into_iter().max_by_key(|(event, n)| (*n, *event)).unwrap_or((0, 0));
        Self { event, is_mixed: of_event * 10 < members.len() * 6 }
    }
}

#[cfg(test)]
mod tests {
    use super::super::index::THRESHOLDS;
    use super::*;

    fn article(number: usize, cluster: &str, title: &str) -> Labelled {
        Labelled { cluster: cluster.into(), date: format!("2026-08-01T{number:02}:00:00Z"), ..Labelled::other(number, title) }
    }

    #[test]
    fn articles_that_open_incidents_of_their_own_show_which_of_these_are_one() {
        let stream: Vec<Labelled> = [
            ("fire", "Fire breaks out at oil refinery in Lagos port"),
            ("vote", "Parliament votes on pension reform in Paris"),
            ("fire", "Lagos oil refinery fire kills three workers"),
            ("vote", "Paris parliament passes pension reform"),
            ("strike", "Strike over pension reform in Paris stops trains"),
        ]
        .into_iter()
        .enumerate()
        .map(|(number, (cluster, title))| article(number, cluster, title))
        .collect();
        // nothing joins, all that is alike at all votes
        let thresholds = Thresholds { join: 1.1, vote: 0.0, ..THRESHOLDS };
        let pairs = paired(&stream, &Model::bundled().words, thresholds);
        assert!(pairs.iter().any(|pair| pair.belongs) && pairs.iter().any(|pair| !pair.belongs), "{}", pairs.len());
    }
}
