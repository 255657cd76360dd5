//! From an edition and its articles to the two parts of a public page. Pure.

use super::network;
use crate::model::article::{Article, owners};
use crate::model::assessment::Assessment;
use crate::model::edition::{Edition, Signed};
use crate::model::figure::Measure;
use crate::model::market::{Found, MarketMove, Study, Test};
use crate::model::moment::{Anchor, Precision};
use crate::model::page::*;
use crate::model::signal::Signal;
use crate::model::source::credibility;
use crate::model::{country, language};
use crate::store::incident::Row;
use crate::text::agency;
use crate::text::fold::shorten;
use crate::text::markdown::{self, cited, plain};
use crate::text::sentence::sentences;
use std::collections::BTreeSet;

/// What a page is made from beside its edition.
pub struct About<'a> {
    pub row: &'a Row,
    pub slug: String,
    pub articles: &'a [Article],
    pub signed: &'a Signed,
    pub revision: i64,
    pub updated_at: crate::clock::Timestamp,
    pub related: Vec<RelatedIncident>,
    /// Number and assessment of the revision before this one.
    pub before: Option<(i64, Assessment)>,
    /// What editors corrected: revision, when, and their sentence.
    pub corrections: Vec<(i64, crate::clock::Timestamp, String)>,
}

/// The open part for everybody and the premium part for members.
pub fn build(edition: &Edition, about: About<'_>) -> (OpenPart, PremiumPart) {
    // a mark leads to a source below it: what is not listed, or has moved away, has none
    let listed: Vec<i64> = about.articles.iter().map(|article| article.place).collect();
    let edition = &edition.citing(&listed);
    (open_part(edition, &about), premium_part(edition, about.articles, about.related, about.before))
}

/// The language of the article whose title this is; none for English, which an editor's own titles are in.
fn title_language(title: &str, articles: &[Article]) -> Option<String> {
    let bare = title.trim_end_matches('…');
    let own = articles.iter().find(|article| !bare.is_empty() && article.title.starts_with(bare))?;
    (own.language != "en" && own.language != "und").then(|| own.language.clone())
}

fn open_part(edition: &Edition, about: &About<'_>) -> OpenPart {
    let row = about.row;
    let place = edition.countries.first();
    let mut times: Vec<_> = about.articles.iter().map(|a| a.published_at).collect();
    times.sort_unstable_by(|a, b| b.cmp(a));
    times.truncate(200);
    OpenPart {
        number: row.number,
        slug: about.slug.clone(),
        tlp: row.tlp,
        title: edition.title.clone(),
        title_language: title_language(&edition.title, about.articles),
        description: description(edition),
        description_language: description_language(edition, about.articles),
        category: edition.category,
        severity: edition.severity,
        reasons: edition.reasons.clone(),
        priority: edition.priority,
        country: place.map(|code| country_of(code)),
        region: place.and_then(|code| country::region(code)),
        point: edition.point.clone(),
        articles: row.articles,
        sources: row.sources,
        voices: row.voices,
        first_at: row.first_at,
        newest_at: row.newest_at,
        published_at: Some(row.published_at.unwrap_or(about.updated_at)),
        updated_at: about.updated_at,
        revision: about.revision,
        signed: about.signed.clone(),
        articles_since: about.articles.iter().filter(|a| a.joined_at > about.updated_at).count() as i64,
        summary: summary(edition, about.articles),
        implications: edition.implications.iter().map(|text| markdown::line(text)).collect(),
        signals: edition.signals.iter().map(|s| signal(s, about.articles)).collect(),
        topics: edition.topics.clone(),
        figures: figures(edition),
        event: edition.event.clone(),
        unknowns: edition.unknowns.iter().map(|text| markdown::line(text)).collect(),
        cited: sources(about.articles),
        corrections: about.corrections.clone(),
        times,
    }
}

fn description(edition: &Edition) -> String {
    let happened = plain(&edition.narrative.happened);
    shorten(sentences(&happened).first().map_or("", |s| *s), 200)
}

/// Of the first sentence, which is an article's own.
fn description_language(edition: &Edition, articles: &[Article]) -> Option<String> {
    let happened = plain(&edition.narrative.happened);
    let first = sentences(&happened).first().map(|sentence| sentence.trim().to_string())?;
    let foreign = foreign(&edition.narrative.happened, articles).into_iter();
    foreign.filter(|(text, ..)| first.trim_end_matches('.') == text.trim_end_matches('.')).map(|(_, language, _)| language.to_string()).next()
}

/// What a text says in another language than English: titles and sentences of the articles that it cites.
fn foreign<'a>(text: &str, articles: &'a [Article]) -> Vec<(&'a str, &'a str, &'static str)> {
    let places = cited(text);
    let is_foreign = |article: &&Article| places.contains(&article.place) && article.language != "en" && article.language != "und";
    let said = |article: &'a Article| {
        let own = sentences(agency::bare(&article.summary)).into_iter().take(FOREIGN).chain([article.title.trim_end_matches('.')]);
        own.map(|text| (text, article.language.as_str(), language::direction(&article.language)))
    };
    articles.iter().filter(is_foreign).flat_map(said).collect()
}

/// Sentences of an article that a summary may quote.
const FOREIGN: usize = 15;

fn summary(edition: &Edition, articles: &[Article]) -> Vec<Part> {
    let name = |heading: &str| match heading {
        "What happened" => "happened",
        "Geopolitics" => "geopolitics",
        "Markets" => "markets",
        _ => "",
    };
    let by = |heading: &str| edition.written.as_ref().filter(|w| w.parts.iter().any(|part| part == name(heading))).map(|w| w.words());
    let part = |(heading, text): (&str, &str)| Part {
        heading: heading.into(),
        text: markdown::with_topic(text).speaking(&foreign(text, articles)),
        by: by(heading),
    };
    edition.narrative.parts().into_iter().filter(|(_, text)| !text.trim().is_empty()).map(part).collect()
}

fn signal(signal: &Signal, articles: &[Article]) -> SignalLine {
    let cited = cited(&signal.text);
    let first = articles.iter().filter(|article| signal.observed && cited.contains(&article.place)).min_by_key(|article| article.published_at);
    let seen = first.map(|article| Seen { at: article.published_at, outlet: article.source_name.clone(), address: article.address.clone() });
    SignalLine { text: markdown::line(&signal.text), observed: signal.observed, at_start: signal.at_start, seen }
}

/// Rows of one table at most; more would be a story of its own.
const FIGURES: usize = 8;

/// What the sources say, for each thing that they count differently.
fn figures(edition: &Edition) -> Vec<FigureTable> {
    let table = |measure: &Measure| {
        let mut rows: Vec<FigureRow> = vec![];
        for figure in edition.figures.iter().filter(|f| f.measure == *measure) {
            let shown = figure.shown();
            match rows.iter_mut().find(|row| row.shown == shown) {
                Some(row) => row.articles.push(figure.article),
                None => {
                    let (outlet, who) = (figure.outlet.clone(), figure.who.clone());
                    rows.push(FigureRow { shown, at: figure.at, outlet, who, articles: vec![figure.article] });
                }
            }
        }
        rows.truncate(FIGURES);
        let articles: BTreeSet<i64> = rows.iter().flat_map(|row| &row.articles).copied().collect();
        // one article that gives two numbers does not disagree with anybody
        (rows.len() > 1 && articles.len() > 1).then_some(FigureTable { measure: *measure, rows })
    };
    Measure::ALL.iter().filter_map(table).collect()
}

fn sources(articles: &[Article]) -> Vec<SourceLine> {
    let credibility = credibility(&owners(articles));
    let line = |article: &Article| SourceLine {
        place: article.place,
        title: article.title.clone(),
        address: article.address.clone(),
        language: article.language.clone(),
        language_name: language::name(&article.language).into(),
        outlet: article.source_name.clone(),
        owner: article.owner.clone(),
        country: article.country.as_deref().map(country_of),
        published_at: article.published_at,
        grade: format!("{}{}", article.reliability.word(), credibility.word()),
        grade_meaning: format!("Source {}; information {}", article.reliability.label(), credibility.label()),
        shares: match (article.copy_of, article.why()) {
            (Some(place), _) => format!("a copy of article {place}, not a further source"),
            (None, Some(why)) => why,
            (None, None) if article.place == 1 => "opened this incident".into(),
            (None, None) => "came from another incident".into(),
        },
    };
    articles.iter().map(line).collect()
}

fn country_of(code: &str) -> Country {
    Country { code: code.into(), name: country::name(code).into() }
}

/// What is other in an assessment than in the one of the revision before.
fn changes(before: &Assessment, now: &Assessment) -> Vec<String> {
    let mut lines = vec![];
    if before.level != now.level {
        lines.push(format!("Level from {} to {}", before.level.label(), now.level.label()));
    }
    for factor in &now.factors {
        match before.factors.iter().find(|old| old.name == factor.name) {
            Some(old) if old.value != factor.value => {
                lines.push(format!("{} from {} to {}: {}", factor.name, old.value, factor.value, factor.reason))
            }
            _ => {}
        }
    }
    for scenario in &now.scenarios {
        match before.scenarios.iter().find(|old| old.name == scenario.name) {
            Some(old) if old.share != scenario.share => lines.push(format!("“{}” from {} to {} %", scenario.name, old.share, scenario.share)),
            None if !before.scenarios.is_empty() => lines.push(format!("“{}” is new", scenario.name)),
            _ => {}
        }
    }
    lines
}

fn premium_part(edition: &Edition, articles: &[Article], related: Vec<RelatedIncident>, before: Option<(i64, Assessment)>) -> PremiumPart {
    let moment = |moment: &crate::model::moment::Moment| MomentLine {
        iso: match moment.precision {
            Precision::Day | Precision::About => moment.at.date(),
            Precision::Minute | Precision::Hour => moment.at.iso(),
        },
        shown: moment.shown(),
        text: markdown::line(&moment.text),
        key: moment.key,
        label: moment.label(),
        is_next: moment.anchor == Some(Anchor::Expected),
    };
    PremiumPart {
        markets: Markets {
            caption: "Prices that this incident touches, from the trading day before the first report to five after it. The line is the last 30 closes; the mark is the day of the first report.".into(),
            rows: edition.markets.iter().map(market_row).collect(),
        },
        threat: edition.assessment.clone().map(|assessment| Threat {
            changes: before.as_ref().map_or(vec![], |(_, before)| changes(before, &assessment)),
            changed_from: before.as_ref().map_or(0, |(number, _)| *number),
            assessment,
            triggers: edition
                .signals
                .iter()
                .filter(|s| s.pull != 0)
                .map(|s| signal(s, articles))
                .collect(),
        }),
        timeline: edition.timeline.iter().map(moment).collect(),
        related: Related { incidents: related, network: network::of(&edition.mentions, &edition.bonds) },
    }
}

fn market_row(row: &MarketMove) -> MarketRow {
    let event_x = row.event.filter(|_| row.trace.len() > 1).map(|at| (880.0 * at as f64 / (row.trace.len() - 1) as f64).round() / 10.0);
    MarketRow {
        note: markdown::line(&row.note),
        points: points(&row.trace),
        event_x,
        tests: row.study.as_ref().map_or(vec![], tests),
        row: row.clone(),
    }
}

/// Both models' tests of day 0 and of the window.
fn tests(study: &Study) -> Vec<TestLine> {
    let line = |model: &str, window: String, test: &Test| TestLine {
        name: format!("{model}, {window}"),
        value: format!("{:+.2} %", (test.value.exp() - 1.0) * 100.0),
        t: format!("{:.2}", test.t),
        p: if test.p < 0.001 { "< 0.001".into() } else { format!("{:.3}", test.p) },
    };
    let models = [("mean return", Some(&study.mean)), ("market model", study.market.as_ref())];
    let both = |(model, found): (&str, Option<&Found>)| {
        found.map(|f| vec![line(model, format!("day of {}", study.day), &f.day), line(model, format!("window to {}", study.until), &f.window)])
    };
    models.into_iter().filter_map(both).flatten().collect()
}

/// A price trace as the points of a line in an 88 × 24 box, two units free above and below; empty for less than two prices.
fn points(trace: &[f64]) -> String {
    if trace.len() < 2 {
        return String::new();
    }
    let low = trace.iter().copied().fold(f64::INFINITY, f64::min);
    let high = trace.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let span = if high > low { high - low } else { 1.0 };
    let point =
        |(index, price): (usize, &f64)| format!("{:.1},{:.1}", 88.0 * index as f64 / (trace.len() - 1) as f64, 22.0 - 20.0 * (price - low) / span);
    trace.iter().enumerate().map(point).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::assessment::{Factor, Scenario, Threat as Level};

    #[test]
    fn what_changed_since_the_revision_before_is_told() {
        let factor = |value| Factor { name: "Trend".into(), value, reason: "more articles".into() };
        let scenario = |share| Scenario { name: "It eases".into(), text: String::new(), share };
        let assessment = |level, value, share| Assessment {
            level,
            before: None,
            factors: vec![factor(value)],
            judgements: vec![],
            horizon: String::new(),
            scenarios: vec![scenario(share)],
        };
        let (old, new) = (assessment(Level::Low, 2, 15), assessment(Level::High, 4, 25));
        assert_eq!(changes(&old, &new), ["Level from Low to High", "Trend from 2 to 4: more articles", "“It eases” from 15 to 25 %"]);
        assert!(changes(&old, &old).is_empty());
    }

    #[test]
    fn a_trace_fills_its_box() {
        assert_eq!(points(&[1.0, 3.0, 2.0]), "0.0,22.0 44.0,2.0 88.0,12.0");
        assert_eq!(points(&[5.0, 5.0]), "0.0,22.0 88.0,22.0");
        assert_eq!(points(&[5.0]), "");
    }
}
