//! The third room: an incident's articles become a drafted edition, by rules, with a citation for every sentence.
//!
//! Nothing here is invented: each sentence of the summary is taken from an article, counts something in the articles, or is a
//! rule of `library.toml` whose condition the cited articles meet. Signals, likelihoods and scenario shares are rules that
//! `/method` states, and the page says so. `draft` is pure; jobs call [`incidents`], and front doors read rules, names and prices here.

pub mod again;
pub mod bonds;
pub mod category;
pub mod draft;
pub mod entities;
pub mod event;
pub mod gather;
pub mod gazetteer;
pub mod kind;
pub mod learn;
pub mod library;
pub mod lists;
pub mod market;
pub mod narrative;
pub mod numbers;
pub mod quantity;
pub mod severity;
pub mod shape;
mod spelling;
pub mod spike;
pub mod study;
pub mod threat;
pub mod ties;
pub mod timeline;
pub mod unknowns;
pub mod when;
pub mod writer;

use crate::clock::{DAY, Timestamp};
use crate::id::Id;
use crate::model::article::Article;
use crate::model::assessment::Confidence;
use crate::model::country;
use crate::model::edition::Edition;
use crate::model::figure::{Bound, Figure};
use crate::model::incident::Incident;
use crate::model::job::Work;
use crate::model::severity::Severity;
use crate::model::source::Reliability;
use crate::text::words::stems;
use crate::{App, Result, store};
use draft::Draft;
use regex::Regex;
use std::collections::BTreeSet;
use std::sync::LazyLock;
pub use ties::Earlier;

/// Drafts incidents anew from their articles, all or nothing, and leaves the desk a job for each.
pub async fn incidents(app: &App, ids: &[Id<Incident>]) -> Result<()> {
    let now = app.clock.now();
    let (mut drafted, mut unwritten) = (vec![], vec![]);
    for id in ids {
        let articles = store::article::list_of(&app.db, *id).await?;
        if !articles.is_empty() {
            let before = store::revision::find_newest(&app.db, *id).await?.map(|r| r.edition);
            let place = entities::whereabouts(&entities::read(&articles));
            let markets = market::series_for(app, &articles, &place, category::of(&articles)).await?;
            let earlier = earlier(app, *id, &place.countries, &articles, now).await?;
            let mut draft = draft::draft(&articles, &markets, before.as_ref(), &earlier, now);
            let drafted_before = if app.llm.model().is_some() { store::incident::find_draft(&app.db, *id).await? } else { None };
            if !writer::keep(app, &mut draft.edition, &articles, drafted_before.as_ref(), now) {
                unwritten.push(*id);
            }
            let spike = spike_of(app, &draft.edition, &articles, now).await?;
            let flags = flags(&draft.edition, store::incident::looked(&app.db, *id).await?);
            drafted.push((*id, draft, spike, flags));
        }
    }
    let mut tx = app.db.begin().await?;
    store::turn::take(&mut tx).await?;
    for (id, Draft { edition, value }, spike, flags) in &drafted {
        let extra = flags.iter().map(|(_, extra)| extra).sum::<f64>() + if spike.is_some() { SPIKE_VALUE } else { 0.0 };
        let words = flags.iter().map(|(word, _)| *word).collect::<Vec<_>>().join("; ");
        let drafted = store::incident::Drafted { edition, value: (value + extra).min(100.0), flags: &words };
        store::incident::set_draft(&mut tx, *id, drafted, now).await?;
        store::incident::set_spike(&mut tx, *id, spike.as_deref()).await?;
    }
    let drafted = drafted.iter().map(|(id, ..)| Work::Publish { incident: *id });
    let unwritten = unwritten.into_iter().map(|incident| Work::Ask { incident });
    store::job::add_all(&mut tx, drafted.chain(unwritten).collect(), now, now).await?;
    Ok(tx.commit().await?)
}

/// What a spike adds to an incident's value in the queue.
const SPIKE_VALUE: f64 = 10.0;

/// Public incidents that began before this one and name the same first two countries.
async fn earlier(app: &App, id: Id<Incident>, codes: &[String], articles: &[Article], now: Timestamp) -> Result<Vec<Earlier>> {
    let [a, b, ..] = codes else { return Ok(vec![]) };
    let first = span(articles, now).0;
    let found = store::incident::list_of_pair(&app.db, [country::name(a), country::name(b)], first.minus(DAY * ties::DAYS), first, EARLIER).await?;
    Ok(found.into_iter().filter(|(other, ..)| *other != id).map(|(_, number, title)| Earlier { number, title }).collect())
}

/// Earlier incidents that are counted at most.
const EARLIER: i64 = 100;

/// Why an editor should look first, and what each reason adds to an incident's value. `looked` is the severity by rule when an editor last
/// published it.
fn flags(edition: &Edition, looked: Option<Severity>) -> Vec<(&'static str, f64)> {
    let mut flags = vec![];
    if looked.is_some_and(|looked| edition.severity > looked) {
        flags.push(("more severe than when an editor looked", 20.0));
    }
    let differs = |figure: &Figure, other: &Figure| {
        figure.measure == other.measure && figure.unit == other.unit && figure.outlet != other.outlet && figure.value != other.value
    };
    let exact: Vec<&Figure> = edition.figures.iter().filter(|figure| figure.bound == Bound::Exactly).collect();
    if exact.iter().any(|figure| exact.iter().any(|other| differs(figure, other))) {
        flags.push(("sources give different numbers", 8.0));
    }
    let judgements = edition.assessment.as_ref().map_or(&[][..], |a| a.judgements.as_slice());
    if !judgements.is_empty() && judgements.iter().all(|judgement| judgement.confidence == Confidence::Low) {
        flags.push(("low confidence", 4.0));
    }
    flags
}

/// Why an incident is a spike for its place and category, in words for an editor.
async fn spike_of(app: &App, edition: &Edition, articles: &[Article], now: Timestamp) -> Result<Option<String>> {
    let Some(country) = edition.countries.first() else { return Ok(None) };
    let until = now.minus(DAY);
    let (articles_before, since) = store::incident::usual(&app.db, country, edition.category, until.minus(spike::HISTORY), until).await?;
    let found = spike::spike(articles, spike::Usual { articles: articles_before, since }, now);
    Ok(found.map(|(today, a_day)| {
        let (category, place) = (edition.category.label().to_lowercase(), country::name(country));
        format!("{today} articles in 24 h; {a_day:.1} a day are usual for {category} in {place}")
    }))
}

/// Languages of articles that the rules' words are looked for in.
const READ: [&str; 2] = ["en", "und"];

fn is_read(article: &Article) -> bool {
    READ.contains(&article.language.as_str())
}

/// The words of an article as the rules know them; none of one in a language that they cannot read: "war" is a German verb.
fn words_read(article: &Article) -> BTreeSet<String> {
    if !is_read(article) {
        return BTreeSet::new();
    }
    stems_read(&article.text())
}

/// The stems of an English text, without its figures of speech.
fn stems_read(text: &str) -> BTreeSet<String> {
    stems(&FIGURES.replace_all(text, " "), "en").into_iter().collect()
}

/// Phrases whose words are no force: who marches against a war fights none, and a quake that strikes is no air strike.
static FIGURES: LazyLock<Regex> = LazyLock::new(|| {
    let phrases = r"(?i)\b(?:anti[- ]?war|(?:post|pre|cold|world|trade|price)[- ]war|star wars|war crimes?|war of words|(?:earthquake|quake|storm|cyclone|hurricane|lightning) strikes?|(?:hunger|general|rail) strikes?|on strike|strike action|(?:heart|panic) attacks?)\b";
    Regex::new(phrases).expect("a sound pattern")
});

/// Citation marks for articles, at most six: `[1][4]`.
fn cite<'a>(articles: impl IntoIterator<Item = &'a Article>) -> String {
    let mut places: Vec<i64> = articles.into_iter().map(|a| a.place).collect();
    places.sort_unstable();
    places.dedup();
    places.iter().take(6).map(|place| format!("[{place}]")).collect()
}

/// As a sentence begins.
fn upper_first(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or(String::new(), |first| first.to_uppercase().chain(chars).collect())
}

/// "A", "A and B", "A, B and C".
fn listed(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [all @ .., last] => format!("{} and {last}", all.join(", ")),
    }
}

/// Oldest and newest publication among articles; `now` for none.
fn span(articles: &[Article], now: Timestamp) -> (Timestamp, Timestamp) {
    let times = articles.iter().map(|a| a.published_at);
    (times.clone().min().unwrap_or(now), times.max().unwrap_or(now))
}

/// An article that says nothing, for measures and tests to fill.
pub fn blank_article() -> Article {
    Article {
        id: Id::from(1),
        place: 1,
        source: Id::from(1),
        source_name: String::new(),
        owner: String::new(),
        voice: String::new(),
        copy_of: None,
        reliability: Reliability::C,
        country: None,
        address: String::new(),
        title: String::new(),
        summary: String::new(),
        language: "en".into(),
        published_at: Timestamp(0),
        joined_at: Timestamp(0),
        reasons: None,
        score: None,
    }
}

#[cfg(test)]
pub(crate) mod sample {
    use super::*;

    /// An article as tests need it: place, hour, source, owner, title, summary.
    pub fn article(place: i64, source: &str, title: &str, summary: &str) -> Article {
        let at = Timestamp(place * 3_600_000);
        let (id, of) = (Id::from(place), Id::from(source.len() as i64));
        let (source_name, owner, voice) = (source.into(), source.into(), source.into());
        let texts = (format!("https://example.org/{place}"), title.into(), summary.into());
        let (address, title, summary) = texts;
        Article { id, place, source: of, source_name, owner, voice, address, title, summary, published_at: at, joined_at: at, ..blank_article() }
    }
}
