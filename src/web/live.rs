//! The live stream: tells an open page that something changed. Numbers only, never text, so nothing can leak.
//!
//! One task a process follows the outbox, woken by this process's own writers and otherwise once a second for those of other
//! processes. Every open page listens to that task through one bounded buffer.

use super::Front;
use crate::id::Id;
use crate::{Result, store};
use actix_web::http::header::{CACHE_CONTROL, CONTENT_ENCODING};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, web};
use futures_util::stream;
use std::collections::VecDeque;
use std::time::Duration;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

const LOOK: Duration = Duration::from_secs(1);
const HEARTBEAT: Duration = Duration::from_secs(20);
/// Not a happening: the portal stops, and streams end so that it need not wait for them.
pub const END: i64 = -1;
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
                    front.happenings.send(happening.id.0).ok();
                }
                if front.app.bus.generation() == generation {
                    // written by another process: what is kept here is old now
                    front.app.bus.raise();
                }
            }
            tokio::time::timeout(LOOK, front.app.bus.changed()).await.ok();
        }
    });
}

/// Where a page that comes back left off: the header of a browser that reconnects by itself, or the address of a new stream.
fn last_seen(request: &HttpRequest) -> Option<i64> {
    let header = request.headers().get("Last-Event-ID").and_then(|id| id.to_str().ok()).and_then(|id| id.parse().ok());
    header.or_else(|| request.query_string().strip_prefix("after=")?.parse().ok())
}

struct Stream {
    news: Receiver<i64>,
    waiting: VecDeque<i64>,
    /// The newest happening when the stream began, until that is said: a tab that is hidden before anything happens goes on from there.
    here: Option<i64>,
}

/// `GET /live`: first an event `here`, then an event `fresh` for each change, its id the happening's, so that a browser that reconnects misses none.
pub async fn stream(front: web::Data<Front>, request: HttpRequest) -> Result<HttpResponse> {
    let news = front.happenings.subscribe();
    let last = last_seen(&request);
    let missed = match last {
        Some(last) => store::outbox::list_after(&front.app.db, Id::from(last), CATCH_UP).await?.into_iter().map(|h| h.id.0).collect(),
        None => VecDeque::new(),
    };
    let here = match last {
        Some(last) => last,
        None => store::outbox::newest(&front.app.db).await?.0,
    };
    let begin = Stream { news, waiting: missed, here: Some(here) };
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
    match tokio::time::timeout(HEARTBEAT, stream.news.recv()).await {
        Err(_) => Some(": still here\n\n".into()),
        Ok(Ok(END)) => None,
        Ok(Ok(id)) => Some(event(id)),
        // too slow for the buffer: one event says that there is something, and the page asks for all of it
        Ok(Err(RecvError::Lagged(_))) => Some("event: fresh\ndata: 1\n\n".into()),
        Ok(Err(RecvError::Closed)) => None,
    }
}

fn event(id: i64) -> String {
    format!("id: {id}\nevent: fresh\ndata: 1\n\n")
}
