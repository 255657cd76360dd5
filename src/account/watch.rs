//! Watches of an account: added, tried on the last days, and looking when something happens. What they tell is what everybody may read.

use super::letter::{Alert, Post};
use super::stop::Letters;
use super::{Key, SETTLED};
use crate::clock::{DAY, Timestamp};
use crate::id::Id;
use crate::model::account::Account;
use crate::model::incident::Incident;
use crate::model::job::Work;
use crate::model::query::Query;
use crate::model::severity::Severity;
use crate::model::watch::{NewWatch, Pace};
use crate::store::search::{Ask, Hit};
use crate::store::watch::Row;
use crate::store::{self, Db};
use crate::{App, Error, Result};
use std::time::{Duration, Instant};

/// Of one account.
pub const MOST: usize = 20;
/// What a test looks back at; how many incidents it shows, of how many of the newest, by how many texts.
pub const TRIED_DAYS: u32 = 7;
const SHOWN: usize = 5;
const NEWEST: usize = 50;
const READ_HITS: i64 = 500;
/// Incidents that a search finds at most.
const FOUND: i64 = 5_000;
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
    // pressed twice is one watch
    store::account::lock(&mut tx, account).await?;
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

/// What a watch would have found in the last days: how many incidents, and some of the newest.
pub struct Tried {
    pub total: usize,
    pub newest: Vec<Hit>,
    /// Where all of them are.
    pub path: String,
}

/// Looks at the last days as a watch would have.
///
/// # Errors
/// `Invalid` when it cannot be read.
pub async fn try_out(app: &App, watch: NewWatch) -> Result<Tried> {
    let watch = watch.checked().map_err(Error::Invalid)?;
    let since = app.clock.now().minus(DAY * TRIED_DAYS);
    let ask = Ask { from: Some(since), ..ask(&watch.query, watch.floor) };
    let all = matching(&app.db, &ask).await?;
    let some = Ask { incidents: all.iter().rev().take(NEWEST).map(|(incident, _)| *incident).collect(), ..ask };
    let mut newest: Vec<Hit> = vec![];
    for hit in store::search::newest(&app.db, &some, None, READ_HITS).await? {
        if newest.iter().all(|known| known.slug != hit.slug) {
            newest.push(hit);
        }
    }
    newest.truncate(SHOWN);
    Ok(Tried { total: all.len(), newest, path: search_path(&watch.query, watch.floor, Some(since)) })
}

/// The incidents that a search finds, but for those another text of which has what the words exclude: a search looks at each text by itself.
async fn matching(db: &Db, ask: &Ask) -> Result<Vec<(Id<Incident>, Severity)>> {
    let mut found = store::search::incidents(db, ask, FOUND).await?;
    for phrase in &ask.query.none {
        for some in found.clone().chunks(ASKED) {
            let query = Query { all: vec![phrase.clone()], ..Query::default() };
            let incidents = some.iter().map(|(incident, _)| *incident).collect();
            let excluded = store::search::incidents(db, &Ask { query, incidents, ..Ask::default() }, FOUND).await?;
            found.retain(|one| !excluded.contains(one));
        }
    }
    Ok(found)
}

fn ask(query: &str, floor: Severity) -> Ask {
    let mut query = Query::parse(query);
    if floor > Severity::Unassessed {
        let (least, most) = query.severity.unwrap_or((floor, Severity::Critical));
        query.severity = Some((least.max(floor), most));
    }
    Ask { query, ..Ask::default() }
}

/// Where the same is searched: the words, and from which severity and day.
pub fn search_path(query: &str, floor: Severity, since: Option<Timestamp>) -> String {
    let mut words = query.to_string();
    if floor > Severity::Unassessed {
        words += &format!(" severity>={}", floor.level());
    }
    if let Some(since) = since {
        words += &format!(" after:{}", since.date());
    }
    format!("/search?{}", url::form_urlencoded::Serializer::new(String::new()).append_pair("q", &words).finish())
}

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

/// Lets each watch that is due look at what happened since it looked last, and writes a letter of what it finds. One whose letter is not taken looks again
/// later, and holds up no other.
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
    let found = find(&app.db, watch, &happened).await?;
    let was_told = write(app, key, watch, &found).await?;
    let mut tx = app.db.begin().await?;
    for (incident, severity, _) in found.iter().filter(|_| was_told) {
        store::watch::set_told(&mut tx, watch.id, *incident, *severity, now).await?;
    }
    let position = happened.iter().map(|(_, last)| *last).max().unwrap_or(watch.position);
    store::watch::set_looked(&mut tx, watch.id, position, watch.pace.next(now, was_told, app.config.briefing_hour)).await?;
    Ok(tx.commit().await?)
}

/// An incident that a watch tells of, how severe it is, and how severe it was when it told of it before.
type Found = (Id<Incident>, Severity, Option<Severity>);

/// Of incidents to which something happened those that match, and were not told yet or are more severe by now; the gravest first.
async fn find(db: &Db, watch: &Row, happened: &[(Id<Incident>, i64)]) -> Result<Vec<Found>> {
    let mut found = vec![];
    for some in happened.chunks(ASKED) {
        let ask = Ask { incidents: some.iter().map(|(incident, _)| *incident).collect(), ..ask(&watch.query, watch.floor) };
        for (incident, severity) in matching(db, &ask).await? {
            let before = store::watch::told(db, watch.id, incident).await?;
            if before.is_none_or(|before| severity > before) {
                found.push((incident, severity, before));
            }
        }
    }
    found.sort_by_key(|(incident, severity, _)| std::cmp::Reverse((*severity, *incident)));
    Ok(found)
}

/// One letter of what was found. Says whether there was one to write.
async fn write(app: &App, key: &Key, watch: &Row, found: &[Found]) -> Result<bool> {
    let mut pages = vec![];
    for (incident, _, before) in found.iter().take(IN_LETTER) {
        pages.extend(store::page::find_open_of(&app.db, *incident).await?.map(|open| (open, *before)));
    }
    let account = store::account::find(&app.db, watch.account_id).await?.filter(|_| !pages.is_empty());
    let Some(account) = account else { return Ok(false) };
    let base = app.config.base();
    let alert = Alert {
        portal: &app.config.name,
        base: &base,
        watch,
        found: pages.iter().map(|(open, before)| (open, *before)).collect(),
        more: found.len().saturating_sub(IN_LETTER),
        stop: &Letters::Watch(watch.id).link(key, &base),
    };
    Post { mail: &app.mail, portal: &app.config.name, base: &base }.alert(&account.email, &alert).await?;
    Ok(true)
}
