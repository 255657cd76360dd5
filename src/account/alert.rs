//! Alerts: what the watches of accounts find when something happens, on their owner's page and by mail. What they tell is what everybody may read.

use super::letter::{Alert, Line, Post};
use super::stop::Letters;
use super::watch::{ask, matching};
use super::{Key, SETTLED};
use crate::id::Id;
use crate::model::alert::News;
use crate::model::edition::OpenText;
use crate::model::incident::{Incident, Stage};
use crate::model::job::Work;
use crate::model::page::OpenPart;
use crate::model::severity::Severity;
use crate::model::tlp::Tlp;
use crate::model::watch::Pace;
use crate::store::alert::{Fresh, Told};
use crate::store::search::Ask;
use crate::store::watch::Row;
use crate::store::{self, Db};
use crate::text::sentence::counted;
use crate::{App, Result};
use std::time::{Duration, Instant};

/// Watches that one job looks through, and how long it takes at most: the next one goes on.
const AT_ONCE: i64 = 500;
const PATIENCE: Duration = Duration::from_secs(5);
/// Incidents that one look is at, and how many of them a search is asked for at a time.
const READ: i64 = 20_000;
const ASKED: usize = 50;
/// What could not be told is tried again after this.
const AGAIN: Duration = Duration::from_secs(300);
/// Incidents in one letter.
const IN_LETTER: usize = 20;
/// What was told is remembered, and listed, as long as this: longer than an incident lives.
pub const REMEMBERS: Duration = Duration::from_secs(90 * 86_400);

/// Leaves the job that looks through those that something waits for.
pub async fn enqueue_due(app: &App) -> Result<()> {
    let now = app.clock.now();
    let morning = Pace::Daily.next(now, false, app.config.briefing_hour);
    store::watch::put_off(&app.db, now, now.minus(SETTLED), morning).await?;
    if store::watch::list_due(&app.db, now, now.minus(SETTLED), 1).await?.is_empty() {
        return Ok(());
    }
    let mut tx = app.db.begin().await?;
    store::job::add(&mut tx, Work::Look, now, now).await?;
    Ok(tx.commit().await?)
}

/// Lets each watch that is due look at what happened since it looked last, and tell what it finds. One whose letter is not taken looks again later, and holds
/// up no other.
pub async fn look(app: &App) -> Result<()> {
    let began = Instant::now();
    let now = app.clock.now();
    let key = Key::read(&app.config)?;
    for watch in store::watch::list_due(&app.db, now, now.minus(SETTLED), AT_ONCE).await? {
        if began.elapsed() > PATIENCE {
            break;
        }
        if let Err(cause) = look_by(app, &key, &watch).await {
            tracing::warn!(watch.id = %watch.id, "a watch could not tell what it found, and tries again: {cause:#}");
            store::watch::set_due(&app.db, watch.id, now.plus(AGAIN)).await?;
        }
    }
    Ok(())
}

async fn look_by(app: &App, key: &Key, watch: &Row) -> Result<()> {
    let now = app.clock.now();
    let happened = store::outbox::list_incidents(&app.db, watch.position, now.minus(SETTLED), READ).await?;
    let Found { alerts, letters } = find(&app.db, watch, &happened).await?;
    if !alerts.is_empty() {
        // they stand on the owner's page also when no letter goes out
        let mut tx = app.db.begin().await?;
        // what took long to find is told now: open pages are called for what is new
        let told_at = app.clock.now();
        for fresh in &alerts {
            store::alert::add(&mut tx, watch.id, fresh, told_at).await?;
        }
        tx.commit().await?;
    }
    let was_told = write(app, key, watch, &letters).await?;
    let mut tx = app.db.begin().await?;
    for fresh in letters.iter().filter(|_| was_told) {
        store::alert::set_mailed(&mut tx, watch.account_id, fresh, now).await?;
    }
    let position = happened.iter().map(|(_, last)| *last).max().unwrap_or(watch.position);
    // without letters an hourly one rests after what it found
    let rests = was_told || watch.pace == Pace::Hourly && !alerts.is_empty();
    store::watch::set_looked(&mut tx, watch.id, position, watch.pace.next(now, rests, app.config.briefing_hour)).await?;
    Ok(tx.commit().await?)
}

/// What a watch has to tell: on its owner's page, and by mail; the gravest first.
#[derive(Default)]
struct Found {
    alerts: Vec<Fresh>,
    letters: Vec<Fresh>,
}

async fn find(db: &Db, watch: &Row, happened: &[(Id<Incident>, i64)]) -> Result<Found> {
    let mut found = Found::default();
    for (incident, severity) in about(db, watch, happened).await? {
        let told = store::alert::told(db, watch.id, incident).await?;
        found.alerts.extend(fresh(db, watch, incident, severity, told).await?);
        if watch.by_mail {
            // what a letter of another watch has said already is not said again
            let mailed = store::alert::mailed(db, watch.account_id, incident).await?;
            found.letters.extend(fresh(db, watch, incident, severity, mailed).await?);
        }
    }
    for list in [&mut found.alerts, &mut found.letters] {
        list.sort_by_key(|fresh| std::cmp::Reverse((fresh.severity, fresh.incident)));
    }
    Ok(found)
}

/// Of incidents to which something happened those that a watch asks for, and how severe they are.
async fn about(db: &Db, watch: &Row, happened: &[(Id<Incident>, i64)]) -> Result<Vec<(Id<Incident>, Severity)>> {
    if let Some(number) = watch.follows {
        let row = store::incident::find_by_number(db, number).await?;
        let row = row.filter(|row| happened.iter().any(|(incident, _)| *incident == row.id));
        return Ok(row.into_iter().map(|row| (row.id, row.severity)).collect());
    }
    let mut all = vec![];
    for some in happened.chunks(ASKED) {
        let incidents = some.iter().map(|(incident, _)| *incident).collect();
        all.extend(matching(db, &Ask { incidents, ..ask(&watch.query, watch.floor) }).await?);
    }
    Ok(all)
}

/// What there is to tell of an incident that was told of before or never was.
async fn fresh(db: &Db, watch: &Row, incident: Id<Incident>, severity: Severity, before: Option<Told>) -> Result<Option<Fresh>> {
    let was = before.map(|told| told.severity);
    if watch.follows.is_some() {
        let begun = store::revision::find_open_at(db, incident, watch.added_at).await?.map_or(0, |then| then.number);
        return changed(db, incident, begun.max(before.map_or(0, |told| told.revision))).await;
    }
    let news = match was {
        None => News::First,
        Some(was) if severity > was => News::Severity,
        Some(_) => return Ok(None),
    };
    let revision = store::incident::find(db, incident).await?.map_or(0, |row| row.revision);
    Ok(Some(Fresh { incident, severity, was, news: vec![news], revision, since: before.map_or(0, |told| told.revision) }))
}

/// What became of an incident since a revision, where readers were told more than that another article joined.
async fn changed(db: &Db, incident: Id<Incident>, since: i64) -> Result<Option<Fresh>> {
    let Some(now) = store::page::find_open_of(db, incident).await? else { return retracted(db, incident, since).await };
    if since == 0 {
        // nobody could read it when it was followed
        let fresh = Fresh { incident, severity: now.severity, was: None, news: vec![News::First], revision: now.revision, since };
        return Ok(Some(fresh));
    }
    let old = store::revision::find_open(db, incident, Tlp::Clear, since).await?.and_then(|revision| revision.text);
    let new = store::revision::find_open(db, incident, Tlp::Clear, now.revision).await?.and_then(|revision| revision.text);
    let (Some(old), Some(new)) = (old, new) else { return Ok(None) };
    let mut news = differ(&old, &new);
    if now.corrections.iter().any(|(number, ..)| *number > since) {
        news.push(News::Correction);
    }
    let fresh = Fresh { incident, severity: now.severity, was: old.severity(), news, revision: now.revision, since };
    Ok(Some(fresh).filter(|fresh| !fresh.news.is_empty()))
}

/// That everybody could read it, and the desk took it back after that revision.
async fn retracted(db: &Db, incident: Id<Incident>, since: i64) -> Result<Option<Fresh>> {
    let row = store::incident::find(db, incident).await?.filter(|row| row.stage == Stage::Retracted && row.tlp.is_clear());
    let row = row.filter(|row| (1..=row.revision).contains(&since));
    Ok(row.map(|row| Fresh { incident, severity: row.severity, was: None, news: vec![News::Retracted], revision: row.revision + 1, since: 0 }))
}

/// What two editions say differently that who follows an incident wants to know.
fn differ(old: &OpenText, new: &OpenText) -> Vec<News> {
    let mut news = vec![];
    news.extend(Some(News::Severity).filter(|_| old.severity() != new.severity()));
    news.extend(Some(News::Title).filter(|_| old.of("Title") != new.of("Title")));
    news.extend(Some(News::Signal).filter(|_| !observed_since(old, new).is_empty()));
    news
}

/// The signals that the one edition has as observed and the other had not.
fn observed_since(old: &OpenText, new: &OpenText) -> Vec<String> {
    let known: Vec<&str> = old.observed().collect();
    new.observed().filter(|signal| !known.contains(signal)).map(str::to_string).collect()
}

/// One letter of what was found. Says whether there was one to write.
async fn write(app: &App, key: &Key, watch: &Row, letters: &[Fresh]) -> Result<bool> {
    let base = app.config.base();
    let mut lines = vec![];
    for fresh in letters.iter().take(IN_LETTER) {
        lines.extend(line(&app.db, &base, fresh).await?);
    }
    let account = store::account::find(&app.db, watch.account_id).await?.filter(|_| !lines.is_empty());
    let Some(account) = account else { return Ok(false) };
    let stop = Letters::Watch(watch.id).link(key, &base);
    let more = letters.len().saturating_sub(IN_LETTER);
    let alert = Alert { portal: &app.config.name, base: &base, watch, lines, more, stop: &stop };
    Post { mail: &app.mail, portal: &app.config.name, base: &base }.alert(&account.email, &alert).await?;
    Ok(true)
}

/// What a letter says of an incident; nothing of one that not everybody may read by now.
async fn line(db: &Db, base: &str, fresh: &Fresh) -> Result<Option<Line>> {
    let Some(row) = store::incident::find(db, fresh.incident).await? else { return Ok(None) };
    let page = format!("{base}/incidents/{}", row.slug);
    if row.stage == Stage::Retracted && row.tlp.is_clear() && fresh.news == [News::Retracted] {
        // its title is taken back with it
        let (title, facts) = (format!("No. {}", row.number), "Taken back by the desk".into());
        return Ok(Some(Line {
            fresh: fresh.clone(),
            title,
            facts,
            sentence: row.reason,
            corrected: vec![],
            observed: vec![],
            watch_for: None,
            page,
        }));
    }
    let Some(open) = store::page::find_open_of(db, fresh.incident).await? else { return Ok(None) };
    let text = store::revision::find_open(db, fresh.incident, Tlp::Clear, open.revision).await?.and_then(|revision| revision.text);
    let before = store::revision::find_open(db, fresh.incident, Tlp::Clear, fresh.since).await?.and_then(|revision| revision.text);
    let observed = match (&before, &text) {
        (Some(before), Some(text)) if fresh.news.contains(&News::Signal) => observed_since(before, text),
        _ => vec![],
    };
    let since = open.corrections.iter().filter(|(number, ..)| *number > fresh.since && fresh.news.contains(&News::Correction));
    let corrected = since.map(|(_, _, sentence)| sentence.clone()).collect();
    let watch_for = text.as_ref().and_then(|text| text.awaited().next().map(str::to_string));
    Ok(Some(Line {
        fresh: fresh.clone(),
        facts: facts(&open, fresh.was),
        sentence: open.stand(),
        title: open.title,
        corrected,
        observed,
        watch_for,
        page,
    }))
}

fn facts(open: &OpenPart, was: Option<Severity>) -> String {
    let severity = match was.filter(|was| *was != open.severity) {
        Some(was) => format!("Severity {}, it was {}", open.severity.label(), was.label()),
        None => format!("Severity {}", open.severity.label()),
    };
    let country = open.country.as_ref().map(|country| country.name.clone());
    let priority = Some("Priority".to_string()).filter(|_| open.priority);
    let counts = format!("{}, {}", counted(open.articles, "article"), counted(open.sources, "source"));
    priority.into_iter().chain([severity, open.category.label().into()]).chain(country).chain([counts]).collect::<Vec<_>>().join(" / ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(title: &str, severity: &str, signals: &str) -> OpenText {
        let fields = [("Title", title), ("Severity", severity), ("Key signals", signals)];
        OpenText { fields: fields.map(|(label, text)| (label.to_string(), text.to_string())).into(), by: None }
    }

    #[test]
    fn who_follows_an_incident_hears_of_what_matters() {
        let before = text("Fire in Lagos", "High", "Exports stop\nObserved: Workers are arrested");
        assert!(differ(&before, &before).is_empty());
        // more articles change words, and these three lines stay
        assert!(differ(&before, &text("Fire in Lagos", "High", "Observed: Workers are arrested\nExports stop")).is_empty());
        assert_eq!(differ(&before, &text("Fire in Lagos", "Moderate", "")), [News::Severity]);
        let after = text("Fire in Lagos is out", "High", "Observed: Exports stop\nObserved: Workers are arrested");
        assert_eq!(differ(&before, &after), [News::Title, News::Signal]);
        assert_eq!((before.severity(), before.awaited().collect::<Vec<_>>()), (Some(Severity::High), vec!["Exports stop"]));
    }
}
