//! Webhooks of an account: added, tried, and told of what is published. What is told is what everybody may read.

use super::letter::Post;
use super::{Key, SETTLED, watch};
use crate::clock::Timestamp;
use crate::error::Problems;
use crate::id::Id;
use crate::model::account::Account;
use crate::model::incident::{Incident, Stage};
use crate::model::job::Work;
use crate::model::page::OpenPart;
use crate::model::severity::Severity;
use crate::model::watch::question;
use crate::model::webhook::{LONGEST_WAIT, Next, Webhook};
use crate::outbound::webhook::{Answer, Message, shown};
use crate::store::search::Ask;
use crate::store::webhook::{NewWebhook, Row};
use crate::store::{self, Db};
use crate::{App, Error, Result};
use serde_json::json;
use std::time::{Duration, Instant};

/// Of one account.
pub const MOST: usize = 5;
/// Characters of an address.
const LONGEST: usize = 500;
const PURPOSE: &str = "webhook";
/// Revisions that one job tells of.
const AT_ONCE: i64 = 20;
/// After so long a job ends, and the next one goes on: the programs of others wait meanwhile.
const PATIENCE: Duration = Duration::from_secs(3);
/// Webhooks that get a job at a time.
const DUE: i64 = 100;

/// A new webhook and its secret, which is shown once.
pub struct Added {
    pub address: String,
    pub secret: String,
}

/// Adds one that is told of what answers a question from a severity on; of everything where the question is empty.
///
/// # Errors
/// `Invalid` at `webhook` when its address may not be told or is there already, or it is one too many; at `query` when the question cannot be read.
pub async fn add(app: &App, key: &Key, account: Id<Account>, address: &str, floor: Severity, query: &str) -> Result<Added> {
    let mut problems = Problems::default();
    let asked = question(query, "query", &mut problems);
    if !query.trim().is_empty() && asked.is_empty() {
        problems.add("query", "Say what to look for: words, or a field like country:RU");
    }
    if asked.severity.is_some_and(|(_, most)| most < floor) {
        problems.add("query", "The words ask for less severe incidents alone: nothing is both");
    }
    if !problems.is_empty() {
        return Err(Error::Invalid(problems));
    }
    let mut address = address.trim().to_string();
    if let Some((before, _)) = address.split_once('#') {
        address = before.to_string();
    }
    if address.len() > LONGEST {
        return Err(Error::invalid("webhook", format!("The address has more than {LONGEST} characters")));
    }
    app.http.may_tell(&address).map_err(at_field)?;
    let salt = format!("{:032x}", rand::random::<u128>());
    let mut tx = app.db.begin().await?;
    let others = store::webhook::list_of(&mut tx, account).await?;
    if others.len() >= MOST {
        return Err(Error::invalid("webhook", format!("An account has {MOST} webhooks at most: remove one first")));
    }
    if others.iter().any(|other| other.address == address) {
        return Err(Error::invalid("webhook", "You have this one already"));
    }
    let new = NewWebhook { address: &address, salt: &salt, floor, query: query.trim() };
    store::webhook::add(&mut tx, account, &new, app.clock.now()).await?;
    tx.commit().await?;
    Ok(Added { address, secret: shown(&key.derive(PURPOSE, &salt)) })
}

fn at_field(cause: Error) -> Error {
    match cause {
        Error::Upstream(why) => Error::invalid("webhook", why),
        other => other,
    }
}

async fn own(db: &Db, account: Id<Account>, id: Id<Webhook>) -> Result<Row> {
    store::webhook::find(db, id).await?.filter(|hook| hook.account_id == account).ok_or(Error::NotFound)
}

pub async fn remove(app: &App, account: Id<Account>, id: Id<Webhook>) -> Result<()> {
    if store::webhook::remove(&app.db, account, id).await? { Ok(()) } else { Err(Error::NotFound) }
}

/// Sends a test at once. One that is taken turns the webhook on again, from what is published from now on.
pub async fn try_out(app: &App, key: &Key, account: Id<Account>, id: Id<Webhook>) -> Result<()> {
    let hook = own(&app.db, account, id).await?;
    let at = app.clock.now();
    let body = json!({ "type": "test", "timestamp": at.rfc3339(), "data": { "portal": app.config.name, "address": app.config.base() } });
    let message = Message { id: format!("test_{:032x}", rand::random::<u128>()), at: app.clock.outside(), body: body.to_string() };
    match app.http.tell(&hook.address, &key.derive(PURPOSE, &hook.salt), &message).await {
        Answer::Taken => {
            let mut tx = app.db.begin().await?;
            store::webhook::set_delivered(&mut tx, id, at).await?;
            store::webhook::set_on(&mut tx, id, at).await?;
            Ok(tx.commit().await?)
        }
        Answer::Gone => Err(Error::invalid("webhook", format!("{} answered that it wants no more messages (410)", hook.address))),
        Answer::Refused(why, _) => Err(Error::invalid("webhook", format!("The test did not arrive at {}: {why}", hook.address))),
    }
}

/// Leaves a job for each webhook that something waits for.
pub async fn enqueue_due(app: &App) -> Result<()> {
    let now = app.clock.now();
    let due = store::webhook::list_due(&app.db, now, now.minus(SETTLED), DUE).await?;
    if due.is_empty() {
        return Ok(());
    }
    let mut tx = app.db.begin().await?;
    store::job::add_all(&mut tx, due.into_iter().map(|webhook| Work::Tell { webhook }).collect(), now, now).await?;
    Ok(tx.commit().await?)
}

/// So long what a webhook has heard of an incident is remembered: longer than an incident lives.
pub const REMEMBERS: Duration = Duration::from_secs(90 * 86_400);

/// Tells a webhook of the revisions that it has not heard of, in order, and of what else has become of what it has heard of, until one is not taken.
pub async fn tell(app: &App, id: Id<Webhook>) -> Result<()> {
    let Some(hook) = store::webhook::find(&app.db, id).await?.filter(|hook| hook.off_at.is_none()) else { return Ok(()) };
    // the job was asked for once more while it failed: the pause counts all the same
    let now = app.clock.now();
    if hook.due_at > now && hook.due_at <= now.plus(LONGEST_WAIT) {
        return Ok(());
    }
    let secret = Key::read(&app.config)?.derive(PURPOSE, &hook.salt);
    let fresh = store::revision::list_after(&app.db, hook.position, app.clock.now().minus(SETTLED), AT_ONCE).await?;
    let began = Instant::now();
    for revision in fresh {
        if began.elapsed() > PATIENCE {
            return Ok(());
        }
        let known = store::page::find_open_of(&app.db, revision.incident_id).await?;
        if known.is_none() {
            pass(app, id, revision.incident_id).await?;
        }
        let heard = store::webhook::heard(&app.db, id, revision.incident_id).await?;
        // an older edition is not told when there is a newer one, nor what is public no more, or was told as news
        let told =
            known.filter(|open| open.revision == revision.number && open.severity >= hook.floor && heard.is_none_or(|heard| heard < revision.number));
        let is_asked = told.is_some() && is_asked(app, &hook, heard, revision.incident_id).await?;
        if let Some(open) = told.filter(|_| is_asked) {
            store::webhook::begin_to_hear(&app.db, id, revision.incident_id, app.clock.now()).await?;
            let body = body(&app.config.base(), revision.published_at, heard, &open);
            let message = Message { id: format!("revision_{}", revision.id), at: app.clock.outside(), body };
            match app.http.tell(&hook.address, &secret, &message).await {
                Answer::Taken => taken(app, id, revision.incident_id, revision.number).await?,
                refused => return failed(app, id, refused).await,
            }
        }
        store::webhook::set_told(&app.db, id, revision.id).await?;
    }
    for (incident, heard, seen) in store::webhook::list_news(&app.db, id, AT_ONCE).await? {
        if began.elapsed() > PATIENCE {
            return Ok(());
        }
        let news = news(app, incident, heard, hook.floor).await?;
        let is_asked = news.is_some() && is_asked(app, &hook, Some(heard), incident).await?;
        if let Some(News { kind, revision, body }) = news.filter(|_| is_asked) {
            let message = Message { id: format!("{kind}_{incident}_{revision}"), at: app.clock.outside(), body };
            match app.http.tell(&hook.address, &secret, &message).await {
                Answer::Taken => taken(app, id, incident, revision).await?,
                refused => return failed(app, id, refused).await,
            }
        }
        store::webhook::clear_news(&app.db, id, incident, seen).await?;
    }
    Ok(())
}

/// An incident that members alone can read is told when everybody can.
async fn pass(app: &App, id: Id<Webhook>, incident: Id<Incident>) -> Result<()> {
    let row = store::incident::find(&app.db, incident).await?;
    if row.is_some_and(|row| row.stage == Stage::Restricted) {
        store::webhook::begin_to_hear(&app.db, id, incident, app.clock.now()).await?;
    }
    Ok(())
}

/// Whether an incident answers what a webhook asks. One that it was told of stays its business.
async fn is_asked(app: &App, hook: &Row, heard: Option<i64>, incident: Id<Incident>) -> Result<bool> {
    if hook.query.is_empty() || heard.is_some_and(|heard| heard > 0) {
        return Ok(true);
    }
    let ask = Ask { incidents: vec![incident], ..watch::ask(&hook.query, Severity::Unassessed) };
    Ok(!watch::matching(&app.db, &ask).await?.is_empty())
}

/// What has become of an incident, which is no revision that waits.
struct News {
    kind: &'static str,
    revision: i64,
    body: String,
}

/// What is to be told of an incident whose revision `heard` was told; `None` for nothing.
async fn news(app: &App, incident: Id<Incident>, heard: i64, floor: Severity) -> Result<Option<News>> {
    let base = app.config.base();
    let Some(row) = store::incident::find(&app.db, incident).await? else { return Ok(None) };
    if row.stage == Stage::Retracted && heard > 0 {
        return Ok(Some(News { kind: "retraction", revision: heard, body: retraction(&base, app.clock.now(), &row) }));
    }
    let open = store::page::find_open_of(&app.db, incident).await?.filter(|open| open.revision > heard && open.severity >= floor);
    Ok(open.map(|open| News { kind: "release", revision: open.revision, body: body(&base, open.updated_at, Some(heard), &open) }))
}

async fn taken(app: &App, id: Id<Webhook>, incident: Id<Incident>, revision: i64) -> Result<()> {
    let mut tx = app.db.begin().await?;
    store::webhook::set_delivered(&mut tx, id, app.clock.now()).await?;
    store::webhook::set_heard(&mut tx, id, incident, revision, app.clock.now()).await?;
    Ok(tx.commit().await?)
}

/// A failure that is not the tenth of a bad hour is tried again later; the others wait behind it, so that order is kept.
async fn failed(app: &App, id: Id<Webhook>, answer: Answer) -> Result<()> {
    let Some(hook) = store::webhook::find(&app.db, id).await? else { return Ok(()) };
    let now = app.clock.now();
    let (why, next) = match answer {
        Answer::Refused(why, asked) => (why, hook.failing().next(now, asked)),
        _ => ("it answered that it wants no more messages (410)".into(), Next::Off),
    };
    match next {
        Next::Again(due) => store::webhook::set_failed(&app.db, id, &why, now, due).await,
        Next::Off => turn_off(app, &hook, &why, now).await,
    }
}

async fn turn_off(app: &App, hook: &Row, why: &str, now: Timestamp) -> Result<()> {
    store::webhook::set_off(&app.db, hook.id, why, now).await?;
    if let Some(owner) = store::account::find(&app.db, hook.account_id).await? {
        let base = app.config.base();
        let post = Post { mail: &app.mail, portal: &app.config.name, base: &base };
        post.webhook(&owner.email, &hook.address, why);
    }
    Ok(())
}

/// What a program is told of a revision: the open part of the incident's page, in short. `heard` is the last revision that it was told of; corrections since then
/// are told with this one.
fn body(base: &str, at: Timestamp, heard: Option<i64>, open: &OpenPart) -> String {
    let since = heard.filter(|heard| *heard > 0).unwrap_or(open.revision - 1);
    let corrected: Vec<&str> = open.corrections.iter().filter(|(number, ..)| *number > since).map(|(_, _, sentence)| sentence.as_str()).collect();
    // what was heard of long ago is forgotten
    let is_first = heard.map_or(at.since(open.published()) < REMEMBERS, |heard| heard == 0);
    let kind = match (is_first, corrected.first()) {
        (true, _) => "incident.published",
        (_, Some(_)) => "incident.corrected",
        _ => "incident.changed",
    };
    json!({
        "type": kind,
        "timestamp": at.rfc3339(),
        "data": {
            "incident": open.number,
            "revision": open.revision,
            "address": format!("{base}/incidents/{}", open.slug),
            "title": open.title,
            "description": open.description,
            "category": open.category.word(),
            "severity": { "level": open.severity.level(), "word": open.severity.word() },
            "country": open.country.as_ref().map(|country| &country.code),
            "articles": open.articles,
            "sources": open.sources,
            "signed": open.origin(),
            "correction": corrected.first(),
            "corrections": corrected,
        },
    })
    .to_string()
}

/// Taken back: its reason goes with it where everybody may read that.
fn retraction(base: &str, at: Timestamp, row: &store::incident::Row) -> String {
    json!({
        "type": "incident.retracted",
        "timestamp": at.rfc3339(),
        "data": {
            "incident": row.number,
            "address": format!("{base}/incidents/{}", row.slug),
            "reason": row.reason.as_ref().filter(|_| row.tlp.is_clear()),
        },
    })
    .to_string()
}
