//! The queue: candidates ordered by what an editor's look at them is worth.

use super::decision::number;
use super::incident::path_of;
use crate::clock::{DAY, HOUR, Timestamp, words};
use crate::error::Problems;
use crate::id::Id;
use crate::model::country;
use crate::model::incident::Incident;
use crate::model::viewer::{Member, Viewer};
use crate::store::incident::Row;
use crate::store::queue::Whose;
use crate::web::Front;
use crate::web::coverage::{self, Bar};
use crate::web::form::Fields;
use crate::web::page::{Again, Frame, Page, see_other};
use crate::web::viewer::{Contributor, Editor};
use crate::{Error, Result, desk, store};
use actix_web::{Either, HttpRequest, HttpResponse, web};
use askama::Template;
use std::collections::{HashMap, HashSet};

const ROWS: i64 = 50;
/// A candidate may read like an incident with an article in so many days, among so many.
const ALIKE_DAYS: u32 = 5;
const ALIKE_AMONG: i64 = 400;

/// Which candidates are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Shown {
    #[default]
    All,
    Unclaimed,
    Mine,
    /// Handed in by somebody, for an editor to look at.
    Handed,
    /// Not worth a page, an editor said.
    Dismissed,
}

impl Shown {
    fn word(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Unclaimed => "unclaimed",
            Self::Mine => "mine",
            Self::Handed => "handed",
            Self::Dismissed => "dismissed",
        }
    }
}

/// A part of the queue, as its address and its forms say it.
#[derive(Debug, Clone, Copy, Default, serde::Deserialize)]
#[serde(default)]
pub struct Place {
    pub show: Shown,
    /// The last incident of the page before; 0 for none.
    pub after: i64,
}

impl Place {
    fn of(fields: &Fields) -> Self {
        let show = serde_json::from_value(fields.text("show").into()).unwrap_or_default();
        Self { show, after: fields.number("after") }
    }
    fn after(self) -> Option<Id<Incident>> {
        (self.after != 0).then(|| self.after.into())
    }
    pub fn path(&self) -> String {
        match (self.show, self.after) {
            (Shown::All, 0) => "/admin/queue".into(),
            (show, 0) => format!("/admin/queue?show={}", show.word()),
            (show, after) => format!("/admin/queue?show={}&after={after}", show.word()),
        }
    }
    pub fn begins(&self) -> Self {
        Self { after: 0, ..*self }
    }
    pub fn word(&self) -> &'static str {
        self.show.word()
    }
}

#[derive(serde::Deserialize)]
pub struct Wanted {
    /// The number of an incident, as its page shows it.
    #[serde(default)]
    no: String,
}

#[derive(Template)]
#[template(path = "admin/queue.html")]
pub struct Show {
    pub shown: Shown,
    pub place: Place,
    /// Where there are more.
    pub next: Option<Place>,
    pub handed: usize,
    pub frame: Frame,
    pub waiting: i64,
    pub by_policy: i64,
    pub oldest: String,
    pub articles: i64,
    pub unclustered: i64,
    pub candidates: Vec<Candidate>,
    pub reviewed: Vec<Row>,
    pub problems: Problems,
    /// What came with the form, when it comes back with a mistake.
    pub typed: Fields,
    pub queue_js: String,
}

impl Show {
    pub fn is_marked(&self, incident: &Id<Incident>) -> bool {
        self.typed.has(&format!("pick-{incident}"))
    }
    pub fn problems_title(&self) -> &'static str {
        if self.problems.of("no").is_some() { "Not found" } else { "Nothing was changed" }
    }
    pub fn wanted(&self) -> String {
        self.typed.text("no")
    }
    pub fn reason(&self) -> String {
        self.typed.text("reason")
    }
}

pub struct Candidate {
    pub row: Row,
    pub score: i64,
    pub country: Option<(String, String)>,
    pub bars: Vec<Bar>,
    pub first_seen: String,
    pub is_mine: bool,
    pub is_taken: bool,
    /// An editor has signed what readers see of it.
    pub is_signed: bool,
    /// What its first two articles share.
    pub shares: Option<String>,
    /// Number of another incident that reads like it, and how much in percent.
    pub alike: Option<(i64, i64)>,
}

/// The queue; with a number, on to that incident's form.
pub async fn show(
    front: web::Data<Front>,
    writer: Contributor,
    place: web::Query<Place>,
    wanted: web::Query<Wanted>,
    request: HttpRequest,
) -> Result<Either<HttpResponse, Page<Show>>> {
    let mut problems = Problems::default();
    match number(&wanted.no) {
        Some(number) => match store::incident::find_by_number(&front.app.db, number).await? {
            Some(row) => return Ok(Either::Left(see_other(&path_of(row.id)))),
            None => problems.add("no", format!("There is no incident No. {number}")),
        },
        None if wanted.no.trim().is_empty() => {}
        None => problems.add("no", "Enter the number of an incident, as its page shows it"),
    }
    Ok(Either::Right(Page(draw(&front, &writer.0, *place, &request, problems, Fields::read(request.query_string().as_bytes())).await?)))
}

async fn draw(front: &Front, member: &Member, place: Place, request: &HttpRequest, problems: Problems, typed: Fields) -> Result<Show> {
    let db = &front.app.db;
    let (now, shown) = (front.app.clock.now(), place.show);
    let handed = store::queue::list_handed(db, ROWS).await?;
    let waiting_for_editors = handed.len();
    let (after, more) = (place.after(), ROWS + 1);
    let mut rows: Vec<Row> = match shown {
        Shown::Handed => handed,
        Shown::All => store::queue::list(db, Whose::Anybodys, after, more).await?,
        Shown::Unclaimed => store::queue::list(db, Whose::Nobodys, after, more).await?,
        Shown::Mine => store::queue::list(db, Whose::Theirs(member.id), after, more).await?,
        Shown::Dismissed => store::queue::list_dismissed(db, after, more).await?,
    };
    let has_more = rows.len() > ROWS as usize;
    rows.truncate(ROWS as usize);
    let next = rows.last().filter(|_| has_more).map(|last| Place { after: last.id.0, ..place });
    let taken = taken(front, member, &rows).await?;
    // a spike is of the last day: without an article since then it is over, though nothing has analysed the incident again
    rows.iter_mut().filter(|row| now.since(row.newest_at) > DAY).for_each(|row| row.spike = None);
    let (waiting, by_policy) = store::queue::count(db).await?;
    let (articles, unclustered) = store::article::count(db).await?;
    let mut times: HashMap<Id<Incident>, Vec<Timestamp>> = HashMap::new();
    for (incident, at) in store::article::list_times(db, now.minus(HOUR * coverage::HOURS as u32), 5_000).await? {
        times.entry(incident).or_default().push(at);
    }
    let oldest = rows.iter().map(|row| row.first_at).min();
    let reasons = store::queue::list_shared(db).await?.into_iter().filter(|(_, reasons)| !reasons.are_wordless());
    let shares: HashMap<Id<Incident>, String> = reasons.map(|(id, reasons)| (id, reasons.told())).collect();
    let titles = store::incident::list_titles(db, now.minus(DAY * ALIKE_DAYS), ALIKE_AMONG).await?;
    let alike = desk::alike::hints(rows.iter().map(|row| (row.id, row.title.as_str(), row.country.as_deref())), &titles);
    let signed: HashSet<Id<Incident>> = store::queue::list_signed(db).await?.into_iter().collect();
    let candidate = |row: Row| Candidate {
        is_signed: signed.contains(&row.id),
        score: row.value.round() as i64,
        country: row.country.as_ref().map(|code| (code.clone(), country::name(code).to_string())),
        bars: coverage::bars(times.get(&row.id).map_or(&[][..], Vec::as_slice), now),
        first_seen: if row.first_at.date() == now.date() { row.first_at.hour() } else { row.first_at.day() },
        is_mine: row.claimed_by == Some(member.id),
        is_taken: taken.contains(&row.id),
        shares: shares.get(&row.id).cloned(),
        alike: alike.get(&row.id).copied(),
        row,
    };
    Ok(Show {
        shown,
        place,
        next,
        handed: waiting_for_editors,
        problems,
        typed,
        queue_js: front.assets.address("queue.js"),
        waiting,
        by_policy,
        articles,
        unclustered,
        oldest: oldest.map_or("none".into(), |at| words(now.since(at))),
        candidates: rows.into_iter().map(candidate).collect(),
        reviewed: store::queue::list_reviewed(db, 20).await?,
        frame: Frame::new(front, request, Viewer::Member(member.clone()), "editing").await?,
    })
}

/// The rows that somebody else has claimed, whom this member does not take the place of.
async fn taken(front: &Front, member: &Member, rows: &[Row]) -> Result<HashSet<Id<Incident>>> {
    let mut taken = HashSet::new();
    for row in rows {
        if desk::review::is_taken(&front.app.db, row, member).await? {
            taken.insert(row.id);
        }
    }
    Ok(taken)
}

/// One button: `claim` or `unclaim` with the incident's id as its value. It leads back to where it stands.
pub async fn update(front: web::Data<Front>, writer: Contributor, body: web::Bytes) -> Result<HttpResponse> {
    let fields = Fields::read(&body);
    let incident = |name: &str| fields.text(name).parse::<Id<Incident>>().map_err(|_| Error::NotFound);
    let (id, is_claim) = match fields.has("claim") {
        true => (incident("claim")?, true),
        false if fields.has("unclaim") => (incident("unclaim")?, false),
        false => return Err(Error::invalid("form", "Choose what to do with the incident")),
    };
    desk::review::claim(&front.app, &writer.0, id, is_claim).await?;
    Ok(see_other(&format!("{}#r{id}", Place::of(&fields).path())))
}

/// `POST /admin/queue/decisions`: `dismiss` or `merge` all that are marked.
pub async fn decide(front: web::Data<Front>, editor: Editor, body: web::Bytes, request: HttpRequest) -> Result<Either<HttpResponse, Again<Show>>> {
    let fields = Fields::read(&body);
    let outcome = match fields.text("do").as_str() {
        "merge" => merge(&front, &editor, &fields).await,
        _ => dismiss(&front, &editor, &fields).await,
    };
    match outcome {
        Ok(()) => Ok(Either::Left(see_other(&Place::of(&fields).path()))),
        Err(Error::Invalid(problems)) => Ok(Either::Right(Again(draw(&front, &editor.0, Place::of(&fields), &request, problems, fields).await?))),
        Err(other) => Err(other),
    }
}

/// The address of what was decided leads back to the queue.
pub async fn back(_: Contributor) -> HttpResponse {
    see_other("/admin/queue")
}

fn marked(fields: &Fields) -> Vec<Id<Incident>> {
    fields.names().filter_map(|name| name.strip_prefix("pick-")?.parse().ok()).take(ROWS as usize).collect()
}

/// Merges the marked incidents into the oldest of them, one after the other; each can be undone.
async fn merge(front: &Front, editor: &Editor, fields: &Fields) -> Result<()> {
    let mut rows = vec![];
    for id in marked(fields) {
        rows.push(store::incident::find(&front.app.db, id).await?.ok_or(Error::NotFound)?);
    }
    rows.sort_by_key(|row| row.number);
    let [keep, rest @ ..] = rows.as_slice() else { return Err(Error::invalid("reason", "Mark the incidents first")) };
    if rest.is_empty() {
        return Err(Error::invalid("reason", "Mark two incidents or more to make one of them"));
    }
    let taken = taken(front, &editor.0, &rows).await?;
    if let Some(taken) = rows.iter().find(|row| taken.contains(&row.id)) {
        return Err(Error::invalid("reason", format!("Another editor has claimed No. {}", taken.number)));
    }
    desk::regroup::merge_all(&front.app, &editor.0, rest, keep.number).await
}

/// Dismisses the marked candidates for one reason.
async fn dismiss(front: &Front, editor: &Editor, fields: &Fields) -> Result<()> {
    let marked = marked(fields);
    if marked.is_empty() {
        return Err(Error::invalid("reason", "Mark the candidates first"));
    }
    desk::review::dismiss_all(&front.app, &editor.0, &marked, &fields.text("reason")).await
}
