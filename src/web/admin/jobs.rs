//! The jobs room: what waits, runs, and was given up, with the reason.

use crate::analyze::again;
use crate::clock::words;
use crate::id::Id;
use crate::store::job::{Job, Row};
use crate::store::progress::Row as Progress;
use crate::web::Front;
use crate::web::form::Fields;
use crate::web::page::{Frame, Page, see_other};
use crate::web::viewer::Editor;
use crate::{Error, Result, store};
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

const ROWS: i64 = 200;

#[derive(Template)]
#[template(path = "admin/jobs.html")]
pub struct Show {
    pub frame: Frame,
    pub open: i64,
    pub failed: i64,
    pub jobs: Vec<Line>,
    /// How far drafting all incidents anew is, if it was ever begun.
    pub again: Option<Progress>,
}

pub struct Line {
    pub row: Row,
    /// "due now", "in 3 min".
    pub when: String,
}

pub async fn show(front: web::Data<Front>, editor: Editor, request: HttpRequest) -> Result<Page<Show>> {
    let now = front.app.clock.now();
    let (open, failed) = store::job::count(&front.app.db).await?;
    let line = |row: Row| Line { when: if row.run_at > now { format!("in {}", words(row.run_at.since(now))) } else { "due".into() }, row };
    let again = again::progress(&front.app).await?;
    let jobs = store::job::list(&front.app.db, ROWS).await?.into_iter().map(line).collect();
    Ok(Page(Show { frame: Frame::new(&front, &request, editor.viewer(), "editing").await?, open, failed, jobs, again }))
}

/// `retry` tries a job again that failed, `drop` forgets one that was given up; `again` drafts all incidents anew, or `stop`s that.
pub async fn retry(front: web::Data<Front>, editor: Editor, body: web::Bytes) -> Result<HttpResponse> {
    let fields = Fields::read(&body);
    if fields.has("again") {
        let act = if fields.text("again") == "stop" { "stop" } else { "begin" };
        let progress = again::progress(&front.app).await?;
        let is_running = progress.is_some_and(|progress| progress.done < progress.total && !progress.stopped);
        match (act, is_running) {
            ("stop", true) => again::stop(&front.app).await?,
            ("begin", false) => again::begin(&front.app).await?,
            // pressed twice, or in another window
            _ => return Ok(see_other("/admin/jobs")),
        }
        let mut tx = front.app.db.begin().await?;
        store::audit::add(&mut tx, editor.0.id, "analyze all", "job", 0, act, front.app.clock.now()).await?;
        tx.commit().await?;
        return Ok(see_other("/admin/jobs"));
    }
    let now = front.app.clock.now();
    let mut tx = front.app.db.begin().await?;
    if fields.has("drop") {
        let job: Id<Job> = fields.text("drop").parse().map_err(|_| Error::NotFound)?;
        if let Some(key) = store::job::drop(&mut tx, job).await? {
            store::audit::add(&mut tx, editor.0.id, "drop", "job", job.0, &key, now).await?;
        }
        tx.commit().await?;
        return Ok(see_other("/admin/jobs"));
    }
    let job: Id<Job> = fields.text("retry").parse().map_err(|_| Error::NotFound)?;
    if store::job::retry(&mut tx, job, now).await? {
        store::audit::add(&mut tx, editor.0.id, "retry", "job", job.0, "", now).await?;
    }
    tx.commit().await?;
    Ok(see_other("/admin/jobs"))
}
