//! The queue: candidates ordered by what an editor's look at them is worth.

use crate::clock::{HOUR, Timestamp, words};
use crate::error::Problems;
use crate::id::Id;
use crate::model::country;
use crate::model::incident::Incident;
use crate::store::incident::Row;
use crate::web::Front;
use crate::web::coverage::{self, Bar};
use crate::web::form::Fields;
use crate::web::page::{Again, Frame, Page, see_other};
use crate::web::viewer::Editor;
use crate::{Error, Result, desk, store};
use actix_web::{Either, HttpRequest, HttpResponse, web};
use askama::Template;
use std::collections::HashMap;

const ROWS: i64 = 50;

#[derive(Template)]
#[template(path = "admin/queue.html")]
pub struct Show {
    pub frame: Frame,
    pub waiting: i64,
    pub by_policy: i64,
    pub oldest: String,
    pub articles: i64,
    pub unclustered: i64,
    pub candidates: Vec<Candidate>,
    pub reviewed: Vec<Row>,
    pub problems: Problems,
    pub queue_js: String,
}

pub struct Candidate {
    pub row: Row,
    pub score: i64,
    pub country: Option<(String, String)>,
    pub bars: Vec<Bar>,
    pub first_seen: String,
    pub is_mine: bool,
    pub is_taken: bool,
}

pub async fn show(front: web::Data<Front>, editor: Editor, request: HttpRequest) -> Result<Page<Show>> {
    Ok(Page(draw(&front, &editor, &request, Problems::default()).await?))
}

async fn draw(front: &Front, editor: &Editor, request: &HttpRequest, problems: Problems) -> Result<Show> {
    let db = &front.app.db;
    let now = front.app.clock.now();
    let rows = store::incident::list_queue(db, ROWS).await?;
    let (waiting, by_policy) = store::incident::count_queue(db).await?;
    let (articles, unclustered) = store::article::count(db).await?;
    let mut times: HashMap<Id<Incident>, Vec<Timestamp>> = HashMap::new();
    for (incident, at) in store::article::list_times(db, now.minus(HOUR * coverage::HOURS as u32), 5_000).await? {
        times.entry(incident).or_default().push(at);
    }
    let oldest = rows.iter().map(|row| row.first_at).min();
    let candidate = |row: Row| Candidate {
        score: row.value.round() as i64,
        country: row.country.as_ref().map(|code| (code.clone(), country::name(code).to_string())),
        bars: coverage::bars(times.get(&row.id).map_or(&[][..], Vec::as_slice), now),
        first_seen: if row.first_at.date() == now.date() { row.first_at.hour() } else { row.first_at.day() },
        is_mine: row.claimed_by == Some(editor.0.id),
        is_taken: row.claimed_by.is_some_and(|by| by != editor.0.id),
        row,
    };
    Ok(Show {
        problems,
        queue_js: front.assets.address("queue.js"),
        waiting,
        by_policy,
        articles,
        unclustered,
        oldest: oldest.map_or("none".into(), |at| words(now.since(at))),
        candidates: rows.into_iter().map(candidate).collect(),
        reviewed: store::incident::list_reviewed(db, 20).await?,
        frame: Frame::new(front, request, editor.viewer(), "editing").await?,
    })
}

/// One button: `claim` or `unclaim` with the incident's id as its value, or `dismiss` for all that are marked.
pub async fn update(front: web::Data<Front>, editor: Editor, body: web::Bytes, request: HttpRequest) -> Result<Either<HttpResponse, Again<Show>>> {
    let fields = Fields::read(&body);
    let incident = |name: &str| fields.text(name).parse::<Id<Incident>>().map_err(|_| Error::NotFound);
    if fields.has("claim") {
        desk::review::claim(&front.app, &editor.0, incident("claim")?, true).await?;
    } else if fields.has("unclaim") {
        desk::review::claim(&front.app, &editor.0, incident("unclaim")?, false).await?;
    } else if fields.has("dismiss") {
        if let Err(cause) = dismiss(&front, &editor, &fields).await {
            return match cause {
                Error::Invalid(problems) => Ok(Either::Right(Again(draw(&front, &editor, &request, problems).await?))),
                other => Err(other),
            };
        }
    } else {
        return Err(Error::invalid("form", "Choose what to do with the incident"));
    }
    Ok(Either::Left(see_other("/admin/queue")))
}

/// Dismisses the marked candidates for one reason.
async fn dismiss(front: &Front, editor: &Editor, fields: &Fields) -> Result<()> {
    let marked: Vec<Id<Incident>> = fields.names().filter_map(|name| name.strip_prefix("pick-")?.parse().ok()).take(ROWS as usize).collect();
    let reason = fields.text("reason");
    let reason = reason.trim();
    if marked.is_empty() {
        return Err(Error::invalid("reason", "Mark the candidates first"));
    }
    if reason.is_empty() {
        return Err(Error::invalid("reason", "Say why in a sentence; it is kept"));
    }
    desk::review::dismiss_all(&front.app, &editor.0, &marked, reason).await
}
