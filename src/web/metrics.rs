//! `/metrics`: what a monitor on this machine draws, in the text format of Prometheus
//! (<https://prometheus.io/docs/instrumenting/exposition_formats/>, version 0.0.4).

use super::{Front, health};
use crate::{Error, Result, store};
use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

#[derive(Template)]
#[template(path = "metrics.txt")]
struct Show {
    figures: Vec<Figure>,
}

struct Figure {
    name: &'static str,
    meaning: &'static str,
    value: i64,
}

/// Not found for who asks from another machine: nobody else needs to know how busy it is.
pub async fn show(front: web::Data<Front>, request: HttpRequest) -> Result<HttpResponse> {
    if !health::is_here(&front, &request) {
        return Err(Error::NotFound);
    }
    let body = Show { figures: figures(&front).await? }.render().map_err(|cause| Error::Broken(cause.into()))?;
    Ok(HttpResponse::Ok().content_type("text/plain; version=0.0.4; charset=utf-8").insert_header((CACHE_CONTROL, "no-store")).body(body))
}

async fn figures(front: &Front) -> Result<Vec<Figure>> {
    let (db, now) = (&front.app.db, front.app.clock.now());
    let (jobs, failed) = store::job::count(db).await?;
    let due = store::job::oldest_due(db, now).await?;
    let beat = store::progress::last_beat(db).await?;
    let status = front.status().await?;
    let figure = |name, meaning, value| Figure { name, meaning, value };
    let mut figures = vec![
        figure("jobs", "Jobs that wait or run.", jobs),
        figure("jobs_failed", "Jobs that were given up; /admin/jobs says why.", failed),
        figure("longest_due_seconds", "How long the oldest job has been due.", due.map_or(0, |at| now.since(at).as_secs() as i64)),
        figure("sources", "Sources that are read.", status.sources),
        figure("sources_reporting", "Sources whose last reading went well.", status.reporting),
        figure("incidents_open", "Public incidents with an article in the last 24 hours.", status.open),
        figure("letters_waiting", "Letters of this process that are on their way.", front.app.mail.waiting() as i64),
        figure("streams_open", "Pages that listen to what happens in this process.", front.seats.taken() as i64),
    ];
    // what has never been is no 0
    figures.extend(beat.map(|at| figure("worker_seen_seconds", "Since a worker gave a sign.", now.since(at).as_secs() as i64)));
    figures.extend(status.newest.map(|age| figure("newest_article_seconds", "Since the newest article was stored.", age.as_secs() as i64)));
    Ok(figures)
}
