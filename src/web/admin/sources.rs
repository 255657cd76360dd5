//! The sources room: health first, a form for a new one that can be tried before it is added, and lists in and out.

use crate::clock::{Timestamp, words};
use crate::config::hidden;
use crate::error::Problems;
use crate::id::Id;
use crate::ingest::opml::{self, Outline};
use crate::ingest::pace;
use crate::ingest::parse::NOT_A_FEED;
use crate::ingest::preview::{Preview, preview};
use crate::model::article::Item;
use crate::model::health::{Condition, Health, Hour, health};
use crate::model::source::{Licence, NO_ADDRESS, NewSource, Reliability, Source, Typed};
use crate::outbound::http::NOT_PUBLIC;
use crate::store::source::Row;
use crate::text::fold::fold;
use crate::web::Front;
use crate::web::coverage::{Bar, of_counts};
use crate::web::form::Fields;
use crate::web::next;
use crate::web::page::{Again, Frame, Page, html, see_other};
use crate::web::viewer::Editor;
use crate::{Error, Result, ingest, store};
use actix_web::http::StatusCode;
use actix_web::{Either, HttpRequest, HttpResponse, web};
use askama::Template;

#[derive(Template)]
#[template(path = "admin/sources.html")]
pub struct Show {
    pub frame: Frame,
    pub tallies: Vec<(&'static str, usize)>,
    pub order: &'static str,
    /// Of those that were asked for, one page.
    pub sources: Vec<Line>,
    /// What their names, addresses or folders have in them; empty for all.
    pub words: String,
    pub found: usize,
    /// Where the list goes on, and begins.
    pub next_link: Option<String>,
    pub is_continued: bool,
    pub typed: Typed,
    pub tried: Option<Tried>,
    /// What an act has done, in a sentence.
    pub done: String,
    pub opml: String,
    pub problems: Problems,
    pub reliabilities: &'static [Reliability],
    pub licences: &'static [Licence],
}

impl Show {
    /// What an address of another order takes along.
    fn kept(&self) -> String {
        if self.words.is_empty() { String::new() } else { format!("&q={}", next::encoded(&self.words)) }
    }
}

/// A source in the list.
pub struct Line {
    pub row: Row,
    pub health: Health,
    pub bars: Vec<Bar>,
    /// "every 10 min"
    pub every: String,
    /// "12 min ago", or "never"
    pub fresh: String,
    pub worked: String,
    pub failed: String,
    pub lag: String,
}

/// A feed that was looked at and not kept.
pub struct Tried {
    pub preview: Preview,
    /// The newest of its items: when, and title.
    pub first: Vec<(String, String)>,
}

impl Line {
    /// Whether its name, address or folder has these words in it, in any spelling of small and capital letters.
    fn has(&self, words: &str) -> bool {
        let words = fold(words);
        [&self.row.name, &self.row.folder, &hidden(&self.row.address)].iter().any(|text| fold(text).contains(&words))
    }

    pub fn new(front: &Front, row: Row, hours: &[Hour], now: Timestamp) -> Self {
        let health = health(&row.facts(), hours, now);
        let ago = |at: Option<Timestamp>| at.map_or("never".into(), |at| format!("{} ago", words(now.since(at))));
        let interval = pace::backed_off(pace::interval(&front.app.config, row.pace), row.failures);
        Self {
            bars: of_counts(&health.bars.map(|items| usize::try_from(items).unwrap_or(0))),
            every: words(interval),
            fresh: ago(row.fresh_at),
            worked: ago(row.worked_at),
            failed: ago(row.failed_at),
            lag: health.lag.map_or(String::new(), words),
            health,
            row,
        }
    }
}

/// Sources on a page of the list.
const LISTED: usize = 100;

/// What the hours of a week say.
pub const WEEK: std::time::Duration = std::time::Duration::from_secs(7 * 86_400);

pub async fn show(front: web::Data<Front>, editor: Editor, request: HttpRequest) -> Result<Page<Show>> {
    Ok(Page(draw(&front, &editor, &request, Form::default()).await?))
}

/// What a page says besides its list.
#[derive(Default)]
struct Form {
    typed: Typed,
    tried: Option<Tried>,
    done: String,
    /// A list that was refused, to be mended.
    opml: String,
    problems: Problems,
}

async fn draw(front: &Front, editor: &Editor, request: &HttpRequest, form: Form) -> Result<Show> {
    let now = front.app.clock.now();
    let hours = store::source::list_hours(&front.app.db, now.minus(WEEK)).await?;
    let rows = store::source::list(&front.app.db).await?;
    let line = |row: Row| {
        let hours = hours.get(&row.id).cloned().unwrap_or_default();
        Line::new(front, row, &hours, now)
    };
    let mut sources: Vec<Line> = rows.into_iter().map(line).collect();
    let count = |condition: Condition| (condition.label(), sources.iter().filter(|line| line.health.condition == condition).count());
    let tallies = [Condition::Reporting, Condition::Failing, Condition::Silent, Condition::Unread, Condition::Paused].map(count).to_vec();
    let asked = Fields::read(request.query_string().as_bytes());
    let words = asked.text("q").trim().to_string();
    sources.retain(|line| line.has(&words));
    let order = match asked.text("order").as_str() {
        "name" => "name",
        "grade" => "grade",
        _ => "health",
    };
    match order {
        "name" => sources.sort_by_key(|line| line.row.name.to_lowercase()),
        "grade" => sources.sort_by_key(|line| (line.row.reliability, line.row.name.to_lowercase())),
        _ => sources.sort_by_key(|line| (line.health.condition, line.row.name.to_lowercase())),
    }
    let found = sources.len();
    let page = usize::try_from(asked.number("page")).unwrap_or(0).min(found.saturating_sub(1) / LISTED);
    let sources: Vec<Line> = sources.into_iter().skip(page * LISTED).take(LISTED).collect();
    let next = (found > (page + 1) * LISTED).then(|| {
        let query = [("order", order), ("q", &words), ("page", &(page + 1).to_string())];
        format!("/admin/sources?{}", url::form_urlencoded::Serializer::new(String::new()).extend_pairs(query).finish())
    });
    let frame = Frame::new(front, request, editor.viewer(), "editing").await?;
    let Form { typed, tried, done, opml, problems } = form;
    let (reliabilities, licences) = (Reliability::ALL, Licence::ALL);
    let shown = Show {
        frame,
        tallies,
        order,
        sources,
        words,
        found,
        next_link: next,
        is_continued: page > 0,
        typed,
        tried,
        done,
        opml,
        problems,
        reliabilities,
        licences,
    };
    Ok(shown)
}

pub async fn update(front: web::Data<Front>, editor: Editor, body: web::Bytes, request: HttpRequest) -> Result<Either<HttpResponse, Again<Show>>> {
    let fields = Fields::read(&body);
    let form = match (fields.text("do").as_str(), fields.text("fetch").parse()) {
        (_, Ok(source)) => match fetch_now(&front, &editor, source).await {
            Err(Error::Invalid(problems)) => Form { problems, ..Form::default() },
            outcome => return outcome.map(Either::Left),
        },
        ("import", _) => import(&front, &editor, &fields).await?,
        ("try", _) => attempt(&front, Typed::read(&fields)).await?,
        _ => match create(&front, &editor, Typed::read(&fields)).await? {
            None => return Ok(Either::Left(see_other("/admin/sources"))),
            Some(form) => form,
        },
    };
    let is_fine = form.problems.is_empty();
    let page = draw(&front, &editor, &request, form).await?;
    Ok(if is_fine { Either::Left(html(StatusCode::OK, &page)) } else { Either::Right(Again(page)) })
}

async fn fetch_now(front: &Front, editor: &Editor, source: Id<Source>) -> Result<HttpResponse> {
    let now = front.app.clock.now();
    let mut tx = front.app.db.begin().await?;
    let row = store::source::find(&mut tx, source).await?.ok_or(Error::NotFound)?;
    if !row.active {
        return Err(Error::invalid("fetch", format!("{} is paused: resume it first, in its own form", row.name)));
    }
    store::source::set_due(&mut tx, source, now).await?;
    store::audit::add(&mut tx, editor.0.id, "fetch", "source", source.0, "", now).await?;
    tx.commit().await?;
    Ok(see_other("/admin/sources"))
}

/// The form again when the source was not added.
async fn create(front: &Front, editor: &Editor, typed: Typed) -> Result<Option<Form>> {
    let outcome = match typed.new_source() {
        Ok(source) => match found(front, source).await {
            Ok(source) => add(front, editor, &source).await,
            Err(cause) => Err(cause),
        },
        Err(problems) => Err(Error::Invalid(problems)),
    };
    let problems = match outcome {
        Ok(()) => return Ok(None),
        Err(Error::Taken) => Problems(vec![("address", "A source with this address or this name is here already".into())]),
        Err(Error::Invalid(problems)) => problems,
        Err(other) => return Err(other),
    };
    Ok(Some(Form { typed, problems, ..Form::default() }))
}

/// The source where its feed is, which the typed page may name. What cannot be read just now may be read later; what is no feed, and what this portal
/// may not read, never will.
async fn found(front: &Front, source: NewSource) -> Result<NewSource> {
    match preview(&front.app, &source.address, source.language.as_deref()).await {
        Ok(preview) => Ok(NewSource { address: preview.address, ..source }),
        Err(Error::Upstream(reason)) if reason.starts_with(NOT_A_FEED) || reason.ends_with(NOT_PUBLIC) => {
            Err(Error::invalid("address", format!("It cannot be read: {reason}")))
        }
        Err(Error::Upstream(_)) => Ok(source),
        Err(other) => Err(other),
    }
}

async fn add(front: &Front, editor: &Editor, source: &NewSource) -> Result<()> {
    let now = front.app.clock.now();
    let mut tx = front.app.db.begin().await?;
    ingest::source::add(&mut tx, editor.0.id, source, now).await?;
    Ok(tx.commit().await?)
}

/// Items of a feed that a trial shows.
const TRIED: usize = 5;

/// Looks at the feed that was typed, and fills in what it says of itself.
async fn attempt(front: &Front, mut typed: Typed) -> Result<Form> {
    let problem = |sentence: String| Problems(vec![("address", sentence)]);
    let Some(address) = typed.feed() else {
        return Ok(Form { typed, problems: problem(NO_ADDRESS.into()), ..Form::default() });
    };
    match preview(&front.app, address.as_str(), Some(typed.language.trim()).filter(|tag| !tag.is_empty())).await {
        Ok(preview) => {
            typed.address.clone_from(&preview.address);
            if typed.name.trim().is_empty() {
                typed.name.clone_from(&preview.title);
            }
            if typed.language.trim().is_empty() {
                typed.language = preview.language.clone().filter(|tag| tag.len() == 2).unwrap_or_default();
            }
            let mut newest: Vec<_> = preview.items.iter().collect();
            newest.sort_by_key(|item| std::cmp::Reverse(item.published_at));
            let line = |item: &Item| (item.published_at.map_or("no date".into(), Timestamp::short), item.title.clone());
            let first = newest.into_iter().take(TRIED).map(line).collect();
            Ok(Form { tried: Some(Tried { first, preview }), typed, ..Form::default() })
        }
        Err(Error::Upstream(reason)) => Ok(Form { typed, problems: problem(format!("It cannot be read: {reason}")), ..Form::default() }),
        Err(other) => Err(other),
    }
}

/// Adds the feeds of an OPML list that are not here yet.
async fn import(front: &Front, editor: &Editor, fields: &Fields) -> Result<Form> {
    let opml = fields.text("opml");
    let Some(list) = opml::read(&opml).filter(|list| !list.feeds.is_empty()) else {
        let problems = Problems(vec![("opml", "This is no OPML list with feeds in it: paste the whole file that your feed reader exports".into())]);
        return Ok(Form { problems, opml, ..Form::default() });
    };
    let now = front.app.clock.now();
    let mut tx = front.app.db.begin().await?;
    let outcome = ingest::source::add_list(&mut tx, editor.0.id, &list, now).await?;
    tx.commit().await?;
    Ok(Form { done: opml::imported(outcome, &list), ..Form::default() })
}

pub async fn export(front: web::Data<Front>, _: Editor) -> Result<HttpResponse> {
    let sources = store::source::list(&front.app.db).await?;
    let feeds: Vec<Outline> = sources.into_iter().map(|row| Outline { name: row.name, address: row.address, folder: row.folder }).collect();
    Ok(HttpResponse::Ok()
        .content_type("text/x-opml; charset=utf-8")
        .insert_header(("Content-Disposition", "attachment; filename=\"sources.opml\""))
        .insert_header(("Cache-Control", "private, no-store"))
        .body(opml::write(&front.app.config.name, &feeds)))
}
