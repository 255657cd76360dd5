//! For machines: is the portal alive, and can it answer.

use super::{Front, limit};
use crate::clock::Timestamp;
use crate::store;
use actix_web::{HttpRequest, HttpResponse, web};
use std::net::IpAddr;
use std::time::Duration;

/// The process answers.
pub async fn live() -> HttpResponse {
    HttpResponse::Ok().json(serde_json::json!({ "status": "alive" }))
}

/// Longer than this without a worker's sign, and nobody works, or can write.
const SILENT: Duration = Duration::from_secs(60);

/// The database answers too: 503 when it does not. `status` is `ready`, or `nobody works` when pages are answered and nothing new is read.
///
/// What else is counted is for who asks from this machine: nobody else needs to know the engine and how busy it is.
pub async fn ready(front: web::Data<Front>, request: HttpRequest) -> HttpResponse {
    let db = &front.app.db;
    let now = front.app.clock.now();
    match tokio::try_join!(store::job::count(db), store::job::oldest_due(db, now), store::progress::last_beat(db)) {
        Ok(((open, failed), due, beat)) => {
            let ago = |at: Timestamp| now.since(at).as_secs();
            let silent = beat.map(|beat| now.since(beat));
            // a worker that starts with us has that time to be seen
            let is_new = now.since(front.began) < SILENT;
            let status = if is_new || silent.is_some_and(|silent| silent < SILENT) { "ready" } else { "nobody works" };
            if !is_here(&front, &request) {
                return HttpResponse::Ok().json(serde_json::json!({ "status": status }));
            }
            HttpResponse::Ok().json(serde_json::json!({
                "status": status, "database": db.engine(), "jobs": open, "jobs_failed": failed, "longest_due_seconds_ago": due.map(ago), "worker_seen_seconds_ago": silent.map(|s| s.as_secs()),
            }))
        }
        Err(cause) => {
            tracing::error!("the database does not answer: {cause:#}");
            HttpResponse::ServiceUnavailable().insert_header(("Retry-After", 5)).json(serde_json::json!({ "status": "database away" }))
        }
    }
}

/// Whether it is asked from this machine.
pub fn is_here(front: &Front, request: &HttpRequest) -> bool {
    limit::network(front, request).parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}
