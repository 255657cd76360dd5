//! How we assess: every scale, and the rules with the constants that the program uses, as far as they are constants.

use super::page::Frame;
use super::{Front, cache};
use crate::Result;
use crate::analyze::market::{self, Instrument};
use crate::analyze::severity::{self, RULES};
use crate::analyze::study;
use crate::clock::words;
use crate::model::assessment::{Confidence, Likelihood, Threat};
use crate::model::category::Category;
use crate::model::incident::{BREAKS_AGAIN, CLOSED_AFTER, DEVELOPS, JOINS_AT, LIVE_WINDOW};
use crate::model::language;
use crate::model::severity::Severity;
use crate::model::source::{Credibility, Reliability};
use crate::model::viewer::Viewer;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

#[derive(Template)]
#[template(path = "method/show.html")]
pub struct Show {
    pub frame: Frame,
    pub severities: &'static [Severity],
    pub rules: &'static [(&'static str, &'static str, &'static str)],
    /// Points and the severity they give.
    pub levels: Vec<(i64, Severity)>,
    pub likelihoods: &'static [Likelihood],
    pub confidences: &'static [Confidence],
    pub threats: &'static [Threat],
    pub reliabilities: &'static [Reliability],
    pub credibilities: &'static [Credibility],
    pub categories: &'static [Category],
    pub live_window: String,
    pub breaks_again: usize,
    pub develops: usize,
    pub closed_after: String,
    pub publish_sources: i64,
    /// The least score with which an article joins.
    pub join: f32,
    pub scores: Vec<Score>,
    pub clustered: Vec<Clustered>,
    /// Trading days of the event study, and the p under which a move is more than chance.
    pub estimation: (usize, usize),
    pub window: (usize, usize),
    pub beyond: f64,
    pub instruments: &'static [Instrument],
}

/// How well a part did on labelled data.
pub struct Score {
    pub what: &'static str,
    pub measure: &'static str,
    pub data: &'static str,
    /// Percent; on what it was made from, and on what it had never seen. A dash where there is none.
    pub score: &'static str,
    pub unseen: &'static str,
    pub day: &'static str,
}

/// How well clustering did on one labelled stream, or on its articles in one language.
pub struct Clustered {
    pub way: &'static str,
    pub data: &'static str,
    /// The name of the language; empty for all.
    pub language: String,
    /// Articles, events, and the incidents that were made of them.
    pub counts: [&'static str; 3],
    /// B³ precision, recall and F1; those of pairs; F1 of pairs in two languages, and B³ F1 of TF-IDF tuned to the stream.
    pub percent: [&'static str; 8],
    /// Articles a second of the processor, and the most memory in MiB.
    pub cost: [&'static str; 2],
    pub day: &'static str,
}

/// Written down as `intelrift evaluate clustering --tsv` printed it.
fn clustered() -> Vec<Clustered> {
    let line = |line: &'static str| {
        let cells: Vec<&str> = line.split('\t').collect();
        let [way, data, language] = cells.get(..3)?.try_into().ok()?;
        let language = if language == "all" { String::new() } else { language::name(language).to_string() };
        let (counts, percent, cost) = (cells.get(3..6)?.try_into().ok()?, cells.get(6..14)?.try_into().ok()?, cells.get(14..16)?.try_into().ok()?);
        Some(Clustered { way, data: named(data), language, counts, percent, cost, day: cells.get(16)? })
    };
    include_str!("../../docs/clustering.tsv").lines().filter_map(line).collect()
}

/// What a stream is, by the name of its file.
fn named(stream: &'static str) -> &'static str {
    match stream {
        "basil" => "BASIL",
        "ecbplus" => "ECB+",
        "og2021" => "OG2021",
        "rss2026" => "11 English feeds, August 2026",
        "uci_news_aggregator" => "UCI news aggregator",
        other => other,
    }
}

/// Written down when the models were made; docs/models.md says how.
fn scores() -> Vec<Score> {
    let lines = include_str!("../../docs/scores.tsv").lines().skip(1).map(|line| line.split('\t').collect::<Vec<_>>());
    let score = |cells: Vec<&'static str>| match cells[..] {
        [what, measure, data, score, unseen, day] => Some(Score { what, measure, data, score, unseen, day }),
        _ => None,
    };
    lines.filter_map(score).collect()
}

impl Show {
    pub fn new(frame: Frame, publish_sources: i64) -> Self {
        Self {
            frame,
            severities: Severity::ALL,
            rules: RULES,
            levels: (1..=6).map(|points| (points, severity::level_of(points))).collect(),
            likelihoods: Likelihood::ALL,
            confidences: Confidence::ALL,
            threats: Threat::ALL,
            reliabilities: Reliability::ALL,
            credibilities: Credibility::ALL,
            categories: Category::ALL,
            live_window: words(LIVE_WINDOW),
            breaks_again: BREAKS_AGAIN,
            develops: DEVELOPS,
            closed_after: words(CLOSED_AFTER),
            publish_sources,
            join: JOINS_AT,
            scores: scores(),
            clustered: clustered(),
            estimation: study::ESTIMATION,
            window: study::WINDOW,
            beyond: market::BEYOND,
            instruments: market::instruments(),
        }
    }
}

pub async fn show(front: web::Data<Front>, viewer: Viewer, request: HttpRequest) -> Result<HttpResponse> {
    cache::page(&front, &request, &viewer.clone(), || async {
        let frame = Frame::new(&front, &request, viewer, "method").await?;
        Ok(Show::new(frame, front.app.config.publish_sources))
    })
    .await
}
