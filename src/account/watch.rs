//! Watches of an account: added, changed, resting, and tried on the last days. What they find is in `alert.rs`.

use crate::clock::{DAY, Timestamp};
use crate::id::Id;
use crate::model::account::Account;
use crate::model::incident::Incident;
use crate::model::query::Query;
use crate::model::severity::Severity;
use crate::model::watch::{NewWatch, Watch};
use crate::store::search::{Ask, Hit};
use crate::store::watch::Row;
use crate::store::{self, Db, Tx};
use crate::{App, Error, Result};
use std::time::Duration;

/// Of one account: questions, and incidents that it follows.
pub const MOST: usize = 20;
pub const MOST_FOLLOWED: usize = 50;
/// An incident without an article for so long is followed no more.
pub const FOLLOWED_FOR: Duration = Duration::from_secs(90 * 86_400);
/// What a test looks back at; how many incidents it shows, of how many of the newest, by how many texts.
pub const TRIED_DAYS: u32 = 7;
const SHOWN: usize = 5;
const NEWEST: usize = 50;
const READ_HITS: i64 = 500;
/// Incidents that a search finds at most.
const FOUND: i64 = 5_000;
/// Incidents that a search is asked for at a time.
const ASKED: usize = 50;

/// Adds one that looks at what is published from now on, or changes the one with this number.
///
/// # Errors
/// `Invalid` when it cannot be read, is there already, or is one too many; `NotFound` when the one to change is gone.
pub async fn save(app: &App, account: Id<Account>, id: Option<Id<Watch>>, watch: NewWatch) -> Result<()> {
    let watch = watch.checked().map_err(Error::Invalid)?;
    let now = app.clock.now();
    let due_at = watch.pace.next(now, false, app.config.briefing_hour);
    let mut tx = app.db.begin().await?;
    let (own, others) = others(&mut tx, account, id).await?;
    if let Some(number) = watch.follows().filter(|_| own.is_none_or(|own| own.query != watch.query)) {
        // its title is nobody's to read before it is public
        let is_public = store::incident::find_by_number(&mut tx, number).await?.is_some_and(|row| row.stage.is_public());
        if !is_public {
            return Err(Error::invalid("query", format!("There is no public incident No. {number}")));
        }
    }
    has_room(&others, watch.follows().is_some())?;
    if others.iter().any(|other| other.query == watch.query && other.floor == watch.floor) {
        return Err(Error::invalid("query", "You have this one already"));
    }
    match id {
        Some(id) => store::watch::change(&mut tx, id, &watch, due_at, now).await?,
        None => drop(store::watch::add(&mut tx, account, &watch, due_at, now).await?),
    }
    Ok(tx.commit().await?)
}

/// Follows an incident that everybody may read, or that has been: a letter and an alert say what becomes of it. Twice is once.
pub async fn follow(app: &App, account: Id<Account>, number: i64) -> Result<store::incident::Row> {
    let row = store::incident::find_by_number(&app.db, number).await?.filter(|row| row.stage.is_public()).ok_or(Error::NotFound)?;
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let (_, others) = others(&mut tx, account, None).await?;
    if others.iter().all(|other| other.follows != Some(number)) {
        has_room(&others, true)?;
        let watch = NewWatch::following(number).checked().map_err(Error::Invalid)?;
        store::watch::add(&mut tx, account, &watch, now, now).await?;
        tx.commit().await?;
    }
    Ok(row)
}

/// One watch of an account, and its others.
async fn others(tx: &mut Tx, account: Id<Account>, own: Option<Id<Watch>>) -> Result<(Option<Row>, Vec<Row>)> {
    // pressed twice is one watch
    store::account::lock(tx, account).await?;
    let mut all = store::watch::list_of(tx, account).await?;
    let Some(own) = own else { return Ok((None, all)) };
    let at = all.iter().position(|one| one.id == own).ok_or(Error::NotFound)?;
    Ok((Some(all.remove(at)), all))
}

fn has_room(others: &[Row], is_following: bool) -> Result<()> {
    let alike = others.iter().filter(|other| other.follows.is_some() == is_following).count();
    match is_following {
        true if alike >= MOST_FOLLOWED => {
            Err(Error::invalid("query", format!("An account follows {MOST_FOLLOWED} incidents at most: remove one first")))
        }
        false if alike >= MOST => Err(Error::invalid("query", format!("An account has {MOST} watches at most: remove one first"))),
        _ => Ok(()),
    }
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
pub(super) async fn matching(db: &Db, ask: &Ask) -> Result<Vec<(Id<Incident>, Severity)>> {
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

pub(super) fn ask(query: &str, floor: Severity) -> Ask {
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
