//! The live stream: tells an open page that something changed. Numbers only, never text, so nothing can leak.
//!
//! One task a process follows the outbox, woken by this process's own writers and otherwise once a second for those of other
//! processes. Every open page listens to that task through one bounded buffer.

use super::form::Fields;
use super::{Front, limit};
use crate::id::Id;
use crate::model::account::Account;
use crate::model::incident::Incident;
use crate::model::viewer::Viewer;
use crate::{Error, Result, store};
use actix_web::http::header::{CACHE_CONTROL, CONTENT_ENCODING};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, web};
use futures_util::stream;
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

const LOOK: Duration = Duration::from_secs(1);
const HEARTBEAT: Duration = Duration::from_secs(20);
/// The id of a happening, and the incident that it is about.
pub type News = (i64, Id<Incident>);
/// Not a happening: the portal stops, and streams end so that it need not wait for them.
pub const END: News = (-1, Id::of(-1));
/// Happenings that a page which comes back is told of at most.
const CATCH_UP: i64 = 200;

/// Starts the task that follows the outbox, for as long as the process runs.
pub fn follow(front: Front) {
    tokio::spawn(async move {
        let mut seen = store::outbox::newest(&front.app.db).await.unwrap_or_else(|_| Id::from(0));
        loop {
            let generation = front.app.bus.generation();
            if let Ok(new) = store::outbox::list_after(&front.app.db, seen, CATCH_UP).await
                && let Some(last) = new.last()
            {
                seen = last.id;
                for happening in &new {
                    // nobody listening is no failure
                    front.happenings.send((happening.id.0, happening.incident_id)).ok();
                }
                if front.app.bus.generation() == generation {
                    // written by another process: what is kept here is old now
                    front.app.bus.raise();
                }
            }
            call_alerted(&front).await.ok();
            tokio::time::timeout(LOOK, front.app.bus.changed()).await.ok();
        }
    });
}

/// So long it is said again that an account was told of something: another process may have written that a while after the moment that it says. A page that
/// knows already hears nothing new.
const SAID_AGAIN: Duration = Duration::from_secs(10);
/// Accounts that are called at a time by their ids; where there are more, all are.
const CALLED: i64 = 200;
const EVERYBODY: Id<Account> = Id::of(0);

async fn call_alerted(front: &Front) -> Result<()> {
    if front.alerted.receiver_count() > 0 {
        let mut accounts = store::alert::list_accounts(&front.app.db, front.app.clock.now().minus(SAID_AGAIN), CALLED + 1).await?;
        if accounts.len() > CALLED as usize {
            accounts = vec![EVERYBODY];
        }
        for account in accounts {
            front.alerted.send(account).ok();
        }
    }
    Ok(())
}

/// Where a page that comes back left off: the header of a browser that reconnects by itself, or the address of a new stream.
fn last_seen(request: &HttpRequest, asked: &Fields) -> Option<i64> {
    let header = request.headers().get("Last-Event-ID").and_then(|id| id.to_str().ok()).and_then(|id| id.parse().ok());
    header.or_else(|| asked.text("after").parse().ok())
}

/// What is never the incident of a happening: a page of what is not public hears nothing.
const NONE: Id<Incident> = Id::of(-2);

/// The incident that a page asks about by its number (`of=851`); without one it hears of all, and nobody hears of one that is not public.
async fn asked_for(front: &Front, asked: &Fields) -> Result<Option<Id<Incident>>> {
    if !asked.has("of") {
        return Ok(None);
    }
    let row = match asked.text("of").parse() {
        Ok(number) => store::incident::find_by_number(&front.app.db, number).await?,
        Err(_) => None,
    };
    Ok(Some(row.filter(|row| row.stage.is_public()).map_or(NONE, |row| row.id)))
}

/// Streams that one network may hold open: an office has as many tabs, and one visitor does not have them all.
const OF_ONE_NETWORK: usize = 100;
/// Streams of everybody; at most half of the files that the process may open, so that pages have theirs.
const OF_ALL: usize = 10_000;
/// A page that found no seat asks again after this, in seconds.
const LATER: u64 = 60;

/// The seats of open streams.
pub struct Seats {
    most: usize,
    taken: Mutex<HashMap<String, usize>>,
}

impl Default for Seats {
    fn default() -> Self {
        // the soft limit is often 1,024, and a program may raise it as far as the hard one
        let files = rlimit::increase_nofile_limit(u64::MAX).unwrap_or(1_024);
        Self { most: OF_ALL.min(usize::try_from(files / 2).unwrap_or(OF_ALL)), taken: Mutex::default() }
    }
}

impl Seats {
    /// Open streams.
    pub fn taken(&self) -> usize {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner).values().sum()
    }
    fn take(self: &Arc<Self>, network: String) -> Result<Seat> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if taken.values().sum::<usize>() >= self.most || taken.get(&network).is_some_and(|of_it| *of_it >= OF_ONE_NETWORK) {
            return Err(Error::TooOften(LATER));
        }
        *taken.entry(network.clone()).or_default() += 1;
        Ok(Seat { seats: self.clone(), network })
    }
}

/// One open stream's; given back when the stream ends.
struct Seat {
    seats: Arc<Seats>,
    network: String,
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut taken = self.seats.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(of_it) = taken.get_mut(&self.network) {
            *of_it -= 1;
            if *of_it == 0 {
                taken.remove(&self.network);
            }
        }
    }
}

struct Stream {
    _seat: Seat,
    news: Receiver<News>,
    /// The one incident that the page shows; the desk listens to all.
    of: Option<Id<Incident>>,
    waiting: VecDeque<i64>,
    /// The newest happening when the stream began, until that is said: a tab that is hidden before anything happens goes on from there.
    here: Option<i64>,
    alerts: Option<Alerts>,
}

/// A member's, who hears how many alerts are new.
struct Alerts {
    front: Front,
    account: Id<Account>,
    called: Receiver<Id<Account>>,
    /// As the page has it; none before it was said: the page may be older than the stream.
    known: Option<i64>,
}

impl Alerts {
    async fn of(front: &Front, viewer: &Viewer) -> Result<Option<Self>> {
        let Some(member) = viewer.member() else { return Ok(None) };
        let called = front.alerted.subscribe();
        Ok(Some(Self { front: front.clone(), account: member.id, called, known: None }))
    }

    /// Waits until there are more or fewer than the page knows, and says how many; at once for the first time. Who is left waiting loses nothing: accounts are
    /// called again.
    async fn changed(&mut self) -> i64 {
        loop {
            if self.known.is_some() {
                match self.called.recv().await {
                    Ok(account) if account != self.account && account != EVERYBODY => continue,
                    Err(RecvError::Closed) => std::future::pending().await,
                    // one that was missed may have been this one's
                    Ok(_) | Err(RecvError::Lagged(_)) => {}
                }
            }
            match store::alert::count_unseen(&self.front.app.db, self.account).await {
                Ok(count) if self.known != Some(count) => {
                    self.known = Some(count);
                    return count;
                }
                Ok(_) => {}
                // the database is away: a stream does not ask it all the time
                Err(_) => tokio::time::sleep(LOOK).await,
            }
        }
    }
}

/// `GET /live`: first an event `here`, then an event `fresh` for each change, its id the happening's, so that a browser that reconnects misses none. Members
/// hear `alert` too, with how many they have not seen.
pub async fn stream(front: web::Data<Front>, viewer: Viewer, request: HttpRequest) -> Result<HttpResponse> {
    let seat = front.seats.take(limit::network(&front, &request))?;
    let asked = Fields::read(request.query_string().as_bytes());
    let of = asked_for(&front, &asked).await?;
    let news = front.happenings.subscribe();
    let last = last_seen(&request, &asked);
    let db = &front.app.db;
    let missed = match (last, of) {
        (Some(_), Some(of)) if of == NONE => vec![],
        (Some(last), Some(of)) => store::outbox::list_of(db, of, Id::from(last), CATCH_UP).await?,
        (Some(last), None) => store::outbox::list_after(db, Id::from(last), CATCH_UP).await?,
        (None, _) => vec![],
    };
    let here = match last {
        Some(last) => last,
        None => store::outbox::newest(&front.app.db).await?.0,
    };
    let alerts = Alerts::of(&front, &viewer).await?;
    let waiting = missed.into_iter().map(|happening| happening.id.0).collect();
    let begin = Stream { _seat: seat, news, of, waiting, here: Some(here), alerts };
    let events = stream::unfold(begin, |mut stream| async move {
        let chunk = next(&mut stream).await?;
        Some((Ok::<_, actix_web::Error>(Bytes::from(chunk)), stream))
    });
    Ok(HttpResponse::Ok()
        .content_type("text/event-stream")
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((CONTENT_ENCODING, "identity"))
        .streaming(events))
}

async fn next(stream: &mut Stream) -> Option<String> {
    if let Some(here) = stream.here.take() {
        return Some(format!("retry: 5000\nid: {here}\nevent: here\ndata: 0\n\n"));
    }
    if let Some(id) = stream.waiting.pop_front() {
        return Some(event(id));
    }
    // what is of other incidents must not hold back the sign of life
    let until = tokio::time::Instant::now() + HEARTBEAT;
    let heard = loop {
        let alerted = async {
            match &mut stream.alerts {
                Some(alerts) => alerts.changed().await,
                None => std::future::pending().await,
            }
        };
        let heard = tokio::select! {
            heard = tokio::time::timeout_at(until, stream.news.recv()) => heard,
            count = alerted => return Some(format!("event: alert\ndata: {count}\n\n")),
        };
        match heard {
            Ok(Ok((id, incident))) if id != END.0 && stream.of.is_some_and(|of| of != incident) => {}
            heard => break heard,
        }
    };
    match heard {
        Err(_) => Some(": still here\n\n".into()),
        Ok(Ok((id, _))) if id == END.0 => None,
        Ok(Ok((id, _))) => Some(event(id)),
        // too slow for the buffer: one event says that there is something, and the page asks for all of it
        Ok(Err(RecvError::Lagged(_))) => Some("event: fresh\ndata: 1\n\n".into()),
        Ok(Err(RecvError::Closed)) => None,
    }
}

fn event(id: i64) -> String {
    format!("id: {id}\nevent: fresh\ndata: 1\n\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c4_one_network_does_not_hold_all_streams() {
        let seats = Arc::new(Seats { most: OF_ONE_NETWORK + 1, taken: Mutex::default() });
        let mut held: Vec<Seat> = (0..OF_ONE_NETWORK).map(|_| seats.take("a".into()).unwrap()).collect();
        assert!(matches!(seats.take("a".into()), Err(Error::TooOften(LATER))));
        let other = seats.take("b".into()).unwrap();
        assert!(seats.take("c".into()).is_err(), "pages need files too");
        drop(other);
        held.pop();
        assert!(seats.take("a".into()).is_ok());
        assert_eq!(seats.taken.lock().unwrap().len(), 1, "who left is forgotten");
    }
}
