//! The daily briefing: composed by rules, once a day, from what is public at its hour. It adds no judgement of its own: each line is one of an
//! incident, whose page has the sources.

use crate::clock::{DAY, HOUR, Timestamp};
use crate::id::Id;
use crate::model::assessment::{Confidence, STARTS};
use crate::model::briefing::{Chapter, Expected, Exposure, Judged, Line, OpenBriefing, PremiumBriefing, Shift, Span, Subject, Unseen};
use crate::model::edition::Edition;
use crate::model::incident::Incident;
use crate::model::job::Work;
use crate::model::market::Direction;
use crate::model::moment::{Anchor, Moment};
use crate::model::place::Region;
use crate::model::severity::Severity;
use crate::model::signal::beginning;
use crate::store::briefing::News;
use crate::store::revision::Row as Revision;
use crate::text::markdown::without_citations;
use crate::{App, Result, store};
use std::collections::BTreeSet;
use std::time::Duration;
use tracing::info;

/// Incidents that are counted at most.
const COUNTED: i64 = 20_000;
/// Incidents whose assessment, markets and timeline it looks at, the gravest.
const LOOKED_AT: usize = 16;
// a full day prints on three pages of A4
const LINES: usize = 3;
const SHIFTS: i64 = 6;
const JUDGEMENTS: usize = 5;
/// What is less severe than this has no judgement of rules in a briefing.
const JUDGED: Severity = Severity::Moderate;
const EXPOSURES: usize = 6;
const EXPECTED: usize = 6;
const SIGNALS: usize = 4;
/// Letters of one briefing.
const LETTERS: i64 = 100_000;
/// How far ahead it looks for what is announced.
const AHEAD_DAYS: u32 = 7;
/// A briefing that is later than this, as a portal's first, waits until what came in is published.
const LATE: Duration = HOUR;
const BEHIND: Duration = Duration::from_secs(30);

/// Leaves the job for the newest briefing, unless there is one.
pub async fn enqueue_due(app: &App) -> Result<()> {
    let now = app.clock.now();
    let span = Span::newest(now, app.config.briefing_hour);
    if store::briefing::exists(&app.db, &span.day()).await? || now.since(span.until) > LATE && is_behind(app, now).await? {
        return Ok(());
    }
    let mut tx = app.db.begin().await?;
    store::job::add(&mut tx, Work::Brief { until: span.until }, now, now).await?;
    Ok(tx.commit().await?)
}

/// Whether a job has been due for some time: what came in is not published yet.
async fn is_behind(app: &App, now: Timestamp) -> Result<bool> {
    Ok(store::job::oldest_due(&app.db, now).await?.is_some_and(|due| now.since(due) > BEHIND))
}

/// Composes the briefing of these hours. Nothing is kept where nothing public has an article of them, or there is one already.
pub async fn compose(app: &App, until: Timestamp) -> Result<()> {
    let (db, span) = (&app.db, Span { until });
    if store::briefing::exists(db, &span.day()).await? {
        return Ok(());
    }
    let news = store::briefing::list_news(db, span, COUNTED).await?;
    if news.is_empty() {
        return Ok(());
    }
    let mut chapters = chapters_of(&news, span.since());
    for line in chapters.iter_mut().flat_map(|chapter| &mut chapter.lines) {
        let page = store::page::find_open(db, &line.subject.slug).await?;
        line.sentence = page.as_ref().and_then(|page| page.stand());
        line.sentence_language = page.and_then(|page| page.description_language);
    }
    let mut looked_at = vec![];
    for one in news.iter().take(LOOKED_AT) {
        looked_at.extend(store::revision::find_newest(db, one.id).await?.map(|revision| (subject(one), revision)));
    }
    let shifts = store::visit::list_shifts(db, span.since(), SHIFTS).await?;
    let of = subjects(&news, &chapters, &shifts);
    let open = OpenBriefing {
        incidents: news.len() as i64,
        opened: news.iter().filter(|one| one.first_at > span.since()).count() as i64,
        articles: news.iter().map(|one| one.count).sum(),
        chapters,
        shifts: shifts.into_iter().map(shift).collect(),
    };
    keep(app, span, &open, &looked_at, &of).await
}

/// What its lines may be about, in one order, so that no two transactions wait for each other.
fn subjects(news: &[News], chapters: &[Chapter], shifts: &[store::visit::Shift]) -> BTreeSet<Id<Incident>> {
    let shown: BTreeSet<i64> = chapters.iter().flat_map(|chapter| &chapter.lines).map(|line| line.subject.number).collect();
    let of_news = news.iter().enumerate().filter(|(n, one)| *n < LOOKED_AT || shown.contains(&one.number)).map(|(_, one)| one.id);
    of_news.chain(shifts.iter().map(|shift| shift.id)).collect()
}

/// Keeps it with the letters that bring it, unless another worker was first.
async fn keep(app: &App, span: Span, open: &OpenBriefing, looked_at: &[(Subject, Revision)], of: &BTreeSet<Id<Incident>>) -> Result<()> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let added = store::briefing::add(&mut tx, span, open, &premium(looked_at, span, now), of, now).await?;
    if added && now.since(span.until) < DAY {
        let letters = store::account::list_briefed(&mut tx, LETTERS).await?.into_iter();
        store::job::add_all(&mut tx, letters.map(|account| Work::Letter { account, until: span.until }).collect(), now, now).await?;
    }
    tx.commit().await?;
    if added {
        app.bus.raise();
        info!(day = span.day(), incidents = open.incidents, "the briefing of {} is composed", span.day());
    }
    Ok(())
}

fn subject(one: &News) -> Subject {
    Subject { number: one.number, slug: one.slug.clone(), title: one.title.clone(), title_language: one.title_language.clone(), is_corrected: false }
}

fn shift(shift: store::visit::Shift) -> Shift {
    let subject = Subject { number: shift.number, slug: shift.slug, title: shift.title, title_language: shift.title_language, is_corrected: false };
    Shift { subject, was: shift.was, severity: shift.severity }
}

/// Regions in their own order, then what is in none; the gravest of each, without their sentences.
fn chapters_of(news: &[News], since: Timestamp) -> Vec<Chapter> {
    let regions = Region::ALL.iter().copied().map(Some).chain([None]);
    let chapter = |region: Option<Region>| {
        let here: Vec<&News> = news.iter().filter(|one| one.region.as_deref().and_then(|r| r.parse().ok()) == region).collect();
        let lines: Vec<Line> = here.iter().take(LINES).map(|one| line(one, since)).collect();
        Chapter { region, more: (here.len() - lines.len()) as i64, lines }
    };
    regions.map(chapter).filter(|chapter| !chapter.lines.is_empty()).collect()
}

fn line(one: &News, since: Timestamp) -> Line {
    let (sentence, sentence_language) = (None, None);
    Line {
        subject: subject(one),
        severity: one.severity,
        category: one.category,
        sentence,
        sentence_language,
        articles: one.count,
        is_new: one.first_at > since,
    }
}

fn premium(looked_at: &[(Subject, Revision)], span: Span, now: Timestamp) -> PremiumBriefing {
    PremiumBriefing {
        judgements: judgements(looked_at),
        exposures: exposures(looked_at),
        expected: expected(looked_at, span, now),
        signals: signals(looked_at),
    }
}

/// One of each incident; rules say the same of many of a kind, and it is said once.
fn judgements(looked_at: &[(Subject, Revision)]) -> Vec<Judged> {
    let mut found: Vec<Judged> = vec![];
    for judged in looked_at.iter().filter_map(|(subject, row)| judged(subject, row)) {
        if found.iter().all(|known| known.text != judged.text) {
            found.push(judged);
        }
    }
    found.truncate(JUDGEMENTS);
    found
}

/// An editor's first judgement; of what rules assess, the change that is likelier, where something that was reported made it likelier than it is of
/// any incident: that it goes on as it does tells little, and so does what holds for all.
fn judged(subject: &Subject, row: &Revision) -> Option<Judged> {
    let assessment = row.edition.assessment.as_ref()?;
    let first = assessment.judgements.first()?;
    if row.signed.is_editor() {
        return Some(Judged { subject: subject.clone(), text: first.text.clone(), likelihood: first.likelihood, confidence: first.confidence });
    }
    if row.edition.severity < JUDGED {
        return None;
    }
    let moved = assessment.scenarios.iter().zip(STARTS).skip(1).filter(|(scenario, start)| scenario.share > *start && !scenario.text.is_empty());
    let (change, _) = moved.max_by_key(|(scenario, _)| scenario.share)?;
    Some(Judged {
        subject: subject.clone(),
        text: format!("{}: {}", change.name, change.text),
        likelihood: change.likelihood(),
        confidence: first.confidence,
    })
}

/// Moves that are more than chance, or that an editor expects, with some confidence: each exposure once, of the gravest incident.
fn exposures(looked_at: &[(Subject, Revision)]) -> Vec<Exposure> {
    let mut found: Vec<Exposure> = vec![];
    for (subject, row) in looked_at {
        for market in &row.edition.markets {
            let is_known = found.iter().any(|one| one.exposure == market.exposure);
            if market.direction != Direction::Unclear && market.confidence > Confidence::Low && !is_known {
                found.push(Exposure {
                    subject: subject.clone(),
                    exposure: market.exposure.clone(),
                    direction: market.direction,
                    horizon: market.horizon.clone(),
                    confidence: market.confidence,
                });
            }
        }
    }
    found.truncate(EXPOSURES);
    found
}

/// What is announced for the week after its hours, the soonest first, and once. What has happened by now is no news of what will.
fn expected(looked_at: &[(Subject, Revision)], span: Span, now: Timestamp) -> Vec<Expected> {
    let last = span.until.plus(DAY * AHEAD_DAYS);
    let mut found: Vec<Expected> = vec![];
    for (subject, row) in looked_at {
        let is_announced = |moment: &&Moment| row.signed.is_editor() || moment.anchor == Some(Anchor::Expected);
        for moment in row.edition.timeline.iter().filter(is_announced).filter(|moment| moment.at > now && moment.at <= last) {
            let text = without_citations(&moment.text);
            if found.iter().all(|known| known.text != text) {
                found.push(Expected { subject: subject.clone(), at: moment.at, shown: moment.shown(), text });
            }
        }
    }
    found.sort_by_key(|one| (one.at, one.subject.number));
    found.truncate(EXPECTED);
    found
}

/// The first open signal of each; signals of one rule begin alike, and are one.
fn signals(looked_at: &[(Subject, Revision)]) -> Vec<Unseen> {
    let mut found: Vec<Unseen> = vec![];
    for (subject, row) in looked_at {
        found.extend(open_signal(&row.edition, &found).map(|text| Unseen { subject: subject.clone(), text }));
    }
    found.truncate(SIGNALS);
    found
}

fn open_signal(edition: &Edition, found: &[Unseen]) -> Option<String> {
    let mut open = edition.signals.iter().filter(|signal| signal.is_open()).map(|signal| without_citations(&signal.text));
    open.find(|text| found.iter().all(|one| beginning(&one.text) != beginning(text)))
}
