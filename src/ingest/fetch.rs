//! Reads one source and stores what is new.

use super::due::interval;
use super::{pace, parse, take_apart};
use crate::clock::{DAY, HOUR, Timestamp};
use crate::id::Id;
use crate::model::article::{Article, Item};
use crate::model::job::Work;
use crate::model::rule::Rules;
use crate::model::source::LONGEST_ADDRESS;
use crate::model::source::{Licence, Source};
use crate::outbound::http::{Answer, Body, Validators};
use crate::store::Tx;
use crate::store::item::Added;
use crate::store::source::{Findings, Row};
use crate::{App, Error, Result, store};
use std::collections::HashSet;
use std::time::Duration;
use tracing::{info, warn};
use url::Url;

/// Reads a source now. What is wrong with the source is kept as its health and is no failure of ours; only a broken house fails.
pub async fn source(app: &App, id: Id<Source>) -> Result<()> {
    let Some(source) = store::source::find(&app.db, id).await?.filter(|s| s.active) else { return Ok(()) };
    let _turn = match app.http.turn(&source.address).await {
        Ok(turn) => turn,
        // another feed of this host is being read, or was a moment ago
        Err(wait) => return put_off(app, &source, wait).await,
    };
    let validators = Validators { etag: source.etag.clone(), last_modified: source.last_modified.clone() };
    match read(app, &source, &validators).await {
        Ok(Reading::Unchanged(moved_to)) => unchanged(app, &source, moved_to.as_ref()).await,
        Ok(Reading::Later(wait, problem)) => failed(app, &source, &problem, wait).await,
        Ok(Reading::Items(body, items)) => keep(app, &source, &body, &items).await,
        Err(Error::Upstream(problem)) => failed(app, &source, &problem, Duration::ZERO).await,
        Err(other) => Err(other),
    }
}

/// What reading a source gave.
enum Reading {
    /// It may live elsewhere now.
    Unchanged(Option<Url>),
    Items(Box<Body>, Vec<Item>),
    /// It asks to be left alone for so long.
    Later(Duration, String),
}

async fn put_off(app: &App, source: &Row, wait: Duration) -> Result<()> {
    let mut tx = app.db.begin().await?;
    store::source::set_due(&mut tx, source.id, app.clock.now().plus(wait)).await?;
    Ok(tx.commit().await?)
}

/// Keeps what is wrong in words; the next try is backed off, and not before the source wants it. Where no source can be read it is not the
/// source's failure: it does not count, and the wait is no longer than ever between two readings, so that it is read soon after the network is back.
async fn failed(app: &App, source: &Row, problem: &str, at_least: Duration) -> Result<()> {
    warn!(source.id = %source.id, problem, "{} cannot be read", source.name);
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    if !store::source::is_at(&mut tx, source.id, &source.address).await? {
        return Ok(());
    }
    let longest = Duration::from_secs(app.config.fetch_most_seconds.max(app.config.fetch_seconds));
    let is_ours = source.worked_at.is_some() && is_cut_off(&mut tx, source, now, longest).await?;
    let wait = interval(app, source.pace, source.failures + 1);
    let (failures, wait) = if is_ours { (source.failures, wait.min(longest)) } else { (source.failures + 1, wait) };
    store::source::record_failure(&mut tx, source.id, problem, failures, now, now.plus(wait.max(at_least))).await?;
    Ok(tx.commit().await?)
}

/// Whether there are other sources that could be read once, and none could within the longest time between two readings.
async fn is_cut_off(tx: &mut Tx, source: &Row, now: Timestamp, longest: Duration) -> Result<bool> {
    let newest = store::source::newest_success(tx, source.id).await?;
    // one that has been gone for long says nothing of the way: the others must have stopped when this one did
    let stopped_together = |newest: Timestamp| source.worked_at.is_some_and(|own| newest.plus(longest) >= own);
    Ok(newest.is_some_and(|newest| now.since(newest) > longest && stopped_together(newest)))
}

async fn read(app: &App, source: &Row, validators: &Validators) -> Result<Reading> {
    let body = match app.http.get(&source.address, validators).await? {
        Answer::NotModified { .. } if validators.etag.is_none() && validators.last_modified.is_none() => {
            return Err(Error::Upstream("it answered 304 without being asked".into()));
        }
        Answer::NotModified { moved_to } => return Ok(Reading::Unchanged(moved_to)),
        Answer::Later(wait, problem) => return Ok(Reading::Later(wait, problem)),
        Answer::Body(body) => body,
    };
    let language = source.language.clone();
    let parsed = take_apart(body.bytes.len(), move || {
        parse::items(&body.bytes, body.content_type.as_deref(), &body.address, language.as_deref()).map(|items| Reading::Items(body, items))
    });
    parsed.await?
}

async fn unchanged(app: &App, source: &Row, moved_to: Option<&Url>) -> Result<()> {
    let now = app.clock.now();
    let found =
        Findings { etag: source.etag.clone(), last_modified: source.last_modified.clone(), pace: learnt(source, 0, now), ..Findings::default() };
    let mut tx = app.db.begin().await?;
    if !store::source::is_at(&mut tx, source.id, &source.address).await? {
        return Ok(());
    }
    if follow(&mut tx, source, moved_to, now).await? {
        return Ok(tx.commit().await?);
    }
    store::source::record_success(&mut tx, source.id, &found, now, now.plus(interval(app, found.pace, 0))).await?;
    Ok(tx.commit().await?)
}

/// Stores the new items, the source's health and the next room's jobs, all or nothing.
async fn keep(app: &App, source: &Row, body: &Body, items: &[Item]) -> Result<()> {
    let rules = Rules::stored(&source.rules);
    let mut found = Findings { etag: body.validators.etag.clone(), last_modified: body.validators.last_modified.clone(), ..Findings::default() };
    let mut jobs = vec![];
    let mut tx = app.db.begin().await?;
    // a merge changes the same articles in an order of its own; and changes are seen in the order of their times
    store::turn::take(&mut tx).await?;
    let now = app.clock.now();
    // an editor may have given it another address meanwhile, which is due at once
    if !store::source::is_at(&mut tx, source.id, &source.address).await? {
        return Ok(());
    }
    if follow(&mut tx, source, body.moved_to.as_ref(), now).await? {
        return Ok(tx.commit().await?);
    }
    // one id and title twice is one item that was listed twice, not two versions at each reading
    let mut seen = HashSet::new();
    for item in items.iter().filter(|item| seen.insert((&item.identity, &item.title))) {
        if !rules.keeps(item) {
            found.dropped += i64::from(is_new(source, item) && arrives(source, item, now));
            continue;
        }
        match store::item::add(&mut tx, source.id, item, published(item, now), now).await? {
            Added::New(article) => {
                found.new += 1;
                found.arrived += i64::from(arrives(source, item, now));
                jobs.extend(page_to_read(source, item, article));
                if let Some(lag) = lag(source, item, now) {
                    found.dated += 1;
                    found.lag_seconds += lag.as_secs() as i64;
                }
            }
            Added::Changed { article, incident } => {
                // what was taken from its page says what it said before
                jobs.extend(page_to_read(source, item, article));
                jobs.extend(incident.into_iter().flat_map(|incident| [Work::Analyze { incident }, Work::Cluster]));
            }
            Added::Known => {}
        }
    }
    found.pace = learnt(source, found.new, now);
    found.fresh_at = (found.new + found.dropped > 0).then(|| fresh(source, items, now));
    store::source::record_success(&mut tx, source.id, &found, now, now.plus(interval(app, found.pace, 0))).await?;
    if found.new > 0 {
        jobs.push(Work::Cluster);
    }
    store::job::add_all(&mut tx, jobs, now, now).await?;
    tx.commit().await?;
    if found.new > 0 {
        info!(source.id = %source.id, new = found.new, "read {} new articles from {}", found.new, source.name);
    }
    Ok(())
}

/// A source that has moved for good is read where it lives now. True when another source is read there already: then this one is paused, or all
/// would come twice.
async fn follow(tx: &mut Tx, source: &Row, moved_to: Option<&Url>, now: Timestamp) -> Result<bool> {
    let Some(moved_to) = moved_to.filter(|to| to.as_str().len() <= LONGEST_ADDRESS) else { return Ok(false) };
    info!(source.id = %source.id, "{} has moved for good to {moved_to}", source.name);
    if store::source::move_to(tx, source.id, moved_to.as_str()).await? {
        return Ok(false);
    }
    let other = store::source::find_name_at(tx, moved_to.as_str()).await?.unwrap_or_default();
    let problem = format!("it has moved for good to {moved_to}, where “{other}” is read already: it is paused");
    warn!(source.id = %source.id, problem, "{} is read no more", source.name);
    store::source::pause(tx, source.id, &problem, now).await?;
    Ok(true)
}

/// The job to read an article's page, where its source's licence lets us keep more than the feed gives.
fn page_to_read(source: &Row, item: &Item, article: Id<Article>) -> Option<Work> {
    // without a link its page is that of the whole feed
    (source.licence != Licence::Headline && item.has_link).then_some(Work::Page { article })
}

/// The pace after a reading; a first reading finds the whole feed new and teaches nothing.
fn learnt(source: &Row, new: i64, now: Timestamp) -> Option<f64> {
    let before = source.worked_at?;
    Some(pace::learn(source.pace, now.since(before), usize::try_from(new).unwrap_or(0)))
}

/// What is older than this when it comes was put in later, or has a wrong date: it says nothing of how fast a source is.
const LATE: Duration = DAY.saturating_mul(7);

/// Whether an item that is not kept came since the last reading, as far as its date tells: it is counted once.
fn is_new(source: &Row, item: &Item) -> bool {
    source.worked_at.is_none_or(|before| item.published_at.is_some_and(|at| at > before))
}

/// When what is new came: at a first reading when it was published, as far as that is told, since a feed that died years ago is new to us alone.
fn fresh(source: &Row, items: &[Item], now: Timestamp) -> Timestamp {
    let newest = items.iter().filter_map(|item| dated(item, now)).max();
    newest.filter(|_| source.worked_at.is_none()).unwrap_or(now)
}

/// Whether a new item says how much a source has in a day: what a first reading finds of the days before does not.
fn arrives(source: &Row, item: &Item, now: Timestamp) -> bool {
    source.worked_at.is_some() || dated(item, now).is_some_and(|at| now.since(at) <= DAY)
}

/// How long a new item of a source that is read already took from its publication to us.
fn lag(source: &Row, item: &Item, now: Timestamp) -> Option<Duration> {
    source.worked_at?;
    item.published_at.filter(|at| *at <= now).map(|at| now.since(at)).filter(|lag| *lag <= LATE)
}

/// The web's first feeds are younger; an older date is a clock that was never set.
const OLDEST: Timestamp = Timestamp(788_918_400_000);

/// When an item counts as published: as it says, but never later than now; now when it does not say or cannot be right.
fn published(item: &Item, now: Timestamp) -> Timestamp {
    dated(item, now).unwrap_or(now)
}

/// When an item says that it was published, if that can be.
fn dated(item: &Item, now: Timestamp) -> Option<Timestamp> {
    item.published_at.filter(|at| *at >= OLDEST && *at <= now.plus(HOUR)).map(|at| at.min(now))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_that_cannot_be_right_is_the_day_it_came() {
        let now = Timestamp::parse("2022-03-20T12:00:00Z").unwrap();
        let published_at = |text: &str| {
            let item = Item {
                identity: "1".into(),
                own_identity: "1".into(),
                has_link: true,
                shares_identity: false,
                address: "https://example.org/1".into(),
                title: "T".into(),
                summary: String::new(),
                author: None,
                language: "en".into(),
                categories: vec![],
                published_at: Timestamp::parse(text),
            };
            published(&item, now)
        };
        for (said, counts) in [
            ("2022-03-20T11:00:00Z", "2022-03-20T11:00:00Z"),
            ("2019-01-01T00:00:00Z", "2019-01-01T00:00:00Z"),
            ("2022-03-20T12:30:00Z", "2022-03-20T12:00:00Z"),
            ("2023-01-01T00:00:00Z", "2022-03-20T12:00:00Z"),
            ("1970-01-01T00:00:00Z", "2022-03-20T12:00:00Z"),
            ("some day", "2022-03-20T12:00:00Z"),
        ] {
            assert_eq!(published_at(said), Timestamp::parse(counts).unwrap(), "{said}");
        }
    }
}
