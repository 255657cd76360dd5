//! Watches of an account: added, tried on the last days, and looked at when something is published. What they tell is what everybody may read.

use super::Key;
use super::letter::{Alert, Post};
use super::stop::Letters;
use crate::clock::{DAY, Timestamp};
use crate::error::Problems;
use crate::id::Id;
use crate::model::account::Account;
use crate::model::incident::Incident;
use crate::model::job::Work;
use crate::model::page::OpenPart;
use crate::model::query::Query;
use crate::model::severity::Severity;
use crate::model::watch::{NewWatch, Watch};
use crate::store::search::{Ask, Hit};
use crate::store::watch::Row;
use crate::store::{self, Db};
use crate::{App, Error, Result};
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

/// Of one account.
pub const MOST: usize = 20;
/// What a test looks back at, and how many incidents it shows.
pub const TRIED_DAYS: u32 = 7;
const TRIED: i64 = 200;
/// A revision may be seen before one of a smaller number, whose transaction takes longer.
const SETTLED: Duration = Duration::from_secs(10);
/// Watches that one job looks through, and how long it takes at most: the next one goes on.
const AT_ONCE: i64 = 500;
const PATIENCE: Duration = Duration::from_secs(5);
/// Revisions that are read at a time, and how often: a daily one has a day of them.
const READ: i64 = 500;
const READS: usize = 100;
/// Incidents in one letter.
const IN_LETTER: usize = 20;
/// What was told is remembered longer than an incident lives.
pub const REMEMBERS: Duration = Duration::from_secs(90 * 86_400);

/// Adds one that looks at what is published from now on.
///
/// # Errors
/// `Invalid` when it cannot be read, is there already, or is one too many.
pub async fn add(app: &App, account: Id<Account>, watch: NewWatch) -> Result<()> {
    let watch = watch.checked().map_err(Error::Invalid)?;
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let others = store::watch::list_of(&mut tx, account).await?;
    if others.len() >= MOST {
        return Err(Error::invalid("query", format!("An account has {MOST} watches at most: remove one first")));
    }
    if others.iter().any(|other| other.query == watch.query && other.floor == watch.floor) {
        return Err(Error::invalid("query", "You have this one already"));
    }
    store::watch::add(&mut tx, account, &watch, watch.pace.next(now, false, app.config.briefing_hour), now).await?;
    Ok(tx.commit().await?)
}

pub async fn remove(db: &Db, account: Id<Account>, id: Id<Watch>) -> Result<()> {
    if store::watch::remove(db, account, id).await? { Ok(()) } else { Err(Error::NotFound) }
}

/// What it would have found in the last days, the newest first: the address, title and severity of each incident.
///
/// # Errors
/// The problems of its fields.
pub async fn try_out(app: &App, watch: NewWatch) -> Result<Result<Vec<Hit>, Problems>> {
    let watch = match watch.checked() {
        Ok(watch) => watch,
        Err(problems) => return Ok(Err(problems)),
    };
    let ask = Ask { from: Some(app.clock.now().minus(DAY * TRIED_DAYS)), ..ask(&watch.query, watch.floor) };
    let mut found: Vec<Hit> = vec![];
    for hit in store::search::newest(&app.db, &ask, None, TRIED).await? {
        if found.iter().all(|known| known.slug != hit.slug) {
            found.push(hit);
        }
    }
    Ok(Ok(found))
}

fn ask(query: &str, floor: Severity) -> Ask {
    let mut query = Query::parse(query);
    if floor > Severity::Unassessed {
        let (least, most) = query.severity.unwrap_or((floor, Severity::Critical));
        query.severity = Some((least.max(floor), most));
    }
    Ask { query, ..Ask::default() }
}

/// Where the same words are searched.
pub fn search_path(query: &str) -> String {
    format!("/search?{}", url::form_urlencoded::Serializer::new(String::new()).append_pair("q", query).finish())
}

/// Leaves the job that looks through those that something waits for.
pub async fn enqueue_due(app: &App) -> Result<()> {
    let now = app.clock.now();
    if store::watch::list_due(&app.db, now, now.minus(SETTLED), 1).await?.is_empty() {
        return Ok(());
    }
    let mut tx = app.db.begin().await?;
    store::job::add(&mut tx, Work::Look, now, now).await?;
    Ok(tx.commit().await?)
}

/// Lets each watch that is due look at what was published since it looked last, and writes a letter of what it finds.
pub async fn look(app: &App) -> Result<()> {
    let began = Instant::now();
    let settled = app.clock.now().minus(SETTLED);
    let key = Key::read(&app.config)?;
    for watch in store::watch::list_due(&app.db, app.clock.now(), settled, AT_ONCE).await? {
        if began.elapsed() > PATIENCE {
            break;
        }
        look_by(app, &key, &watch, settled).await?;
    }
    Ok(())
}

async fn look_by(app: &App, key: &Key, watch: &Row, settled: Timestamp) -> Result<()> {
    let (mut position, mut fresh) = (watch.position, BTreeSet::new());
    for _ in 0..READS {
        let page = store::revision::list_after(&app.db, position, settled, READ).await?;
        let Some(last) = page.last() else { break };
        position = last.id;
        fresh.extend(page.iter().map(|revision| revision.incident_id));
    }
    let found = find(app, watch, &fresh).await?;
    let now = app.clock.now();
    if !found.is_empty() {
        write(app, key, watch, &found).await?;
    }
    let mut tx = app.db.begin().await?;
    for (incident, open, _) in &found {
        store::watch::set_told(&mut tx, watch.id, *incident, open.severity, now).await?;
    }
    let due_at = watch.pace.next(now, !found.is_empty(), app.config.briefing_hour);
    store::watch::set_looked(&mut tx, watch.id, position, due_at).await?;
    Ok(tx.commit().await?)
}

/// An incident that a watch tells of, and how severe it was when it told of it before.
type Found = (Id<Incident>, OpenPart, Option<Severity>);

/// Of incidents with a new revision those that match, and were not told yet or are more severe by now; the gravest first.
async fn find(app: &App, watch: &Row, fresh: &BTreeSet<Id<Incident>>) -> Result<Vec<Found>> {
    let fresh: Vec<Id<Incident>> = fresh.iter().copied().collect();
    let mut found = vec![];
    for some in fresh.chunks(READ as usize) {
        let ask = Ask { incidents: some.to_vec(), ..ask(&watch.query, watch.floor) };
        for incident in store::search::incidents(&app.db, &ask).await? {
            let before = store::watch::told(&app.db, watch.id, incident).await?;
            let open = store::page::find_open_of(&app.db, incident).await?;
            found.extend(open.filter(|open| before.is_none_or(|before| open.severity > before)).map(|open| (incident, open, before)));
        }
    }
    found.sort_by_key(|(_, open, _)| (std::cmp::Reverse((open.severity, open.newest_at)), open.number));
    Ok(found)
}

async fn write(app: &App, key: &Key, watch: &Row, found: &[Found]) -> Result<()> {
    let Some(account) = store::account::find(&app.db, watch.account_id).await? else { return Ok(()) };
    let base = app.config.base();
    let alert = Alert {
        portal: &app.config.name,
        base: &base,
        watch,
        found: found.iter().take(IN_LETTER).map(|(_, open, before)| (open, *before)).collect(),
        more: found.len().saturating_sub(IN_LETTER),
        stop: &Letters::Watch(watch.id).link(key, &base),
    };
    Post { mail: &app.mail, portal: &app.config.name, base: &base }.alert(&account.email, &alert)
}
