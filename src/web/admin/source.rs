//! One source: how it is doing, what is known of it, and its rules with a trial.

use super::sources::{Line, WEEK};
use crate::config::hidden;
use crate::error::Problems;
use crate::id::Id;
use crate::ingest::preview::preview;
use crate::ingest::source::Owners;
use crate::model::health::Condition;
use crate::model::rule::Rules;
use crate::model::source::{Licence, NO_ADDRESS, Reliability, Source, Typed};
use crate::store::source::{Change, Row};
use crate::text::fold::shorten;
use crate::web::Front;
use crate::web::form::Fields;
use crate::web::page::{Again, Frame, Page, html, see_other};
use crate::web::viewer::Editor;
use crate::{Error, Result, store};
use actix_web::http::StatusCode;
use actix_web::{Either, HttpRequest, HttpResponse, web};
use askama::Template;
use rustc_hash::FxBuildHasher;
use std::hash::BuildHasher;

/// The newest incidents with its articles that are drawn anew when a source has another name, grade or country.
const REDRAWN: i64 = 1_000;

#[derive(Template)]
#[template(path = "admin/source.html")]
pub struct Show {
    pub frame: Frame,
    pub line: Line,
    pub typed: Typed,
    /// What the source was when the form was made: who saves an older one is told.
    pub seen: String,
    pub trial: Option<Trial>,
    pub problems: Problems,
    pub reliabilities: &'static [Reliability],
    pub licences: &'static [Licence],
}

/// What the typed rules would do to the feed as it is now.
pub struct Trial {
    pub items: usize,
    /// Titles of the items that would be dropped.
    pub dropped: Vec<String>,
}

pub async fn show(front: web::Data<Front>, editor: Editor, id: web::Path<Id<Source>>, request: HttpRequest) -> Result<Page<Show>> {
    let row = store::source::find(&front.app.db, *id).await?.ok_or(Error::NotFound)?;
    let typed = Typed::of(&row);
    Ok(Page(draw(&front, &editor, &request, row, typed, None, Problems::default()).await?))
}

async fn draw(
    front: &Front,
    editor: &Editor,
    request: &HttpRequest,
    row: Row,
    typed: Typed,
    trial: Option<Trial>,
    problems: Problems,
) -> Result<Show> {
    let now = front.app.clock.now();
    let hours = store::source::list_hours_of(&front.app.db, row.id, now.minus(WEEK)).await?;
    let frame = Frame::new(front, request, editor.viewer(), "editing").await?;
    let line = Line::new(front, row, &hours, now);
    let seen = seen(&line.row);
    Ok(Show { frame, line, typed, seen, trial, problems, reliabilities: Reliability::ALL, licences: Licence::ALL })
}

pub async fn update(
    front: web::Data<Front>,
    editor: Editor,
    id: web::Path<Id<Source>>,
    body: web::Bytes,
    request: HttpRequest,
) -> Result<Either<HttpResponse, Again<Show>>> {
    let row = store::source::find(&front.app.db, *id).await?.ok_or(Error::NotFound)?;
    let fields = Fields::read(&body);
    let mut typed = Typed::of_known(&fields, &row);
    let outcome = match fields.text("do").as_str() {
        "try" => attempt(&front, &row, &mut typed).await.map(Some),
        _ => save(&front, &editor, *id, fields.has("seen").then(|| fields.text("seen")), &typed).await.map(|()| None),
    };
    let (trial, problems) = match outcome {
        Ok(None) => return Ok(Either::Left(see_other(&format!("/admin/sources/{id}")))),
        Ok(trial) => (trial, Problems::default()),
        Err(Error::Invalid(problems)) => (None, problems),
        Err(Error::Taken) => (None, Problems(vec![("address", "Another source is read at this address".into())])),
        Err(other) => return Err(other),
    };
    let is_fine = problems.is_empty();
    // a form that was tried or has a mistake is as old as it was; who was told of another's change may save over it
    let is_told = problems.of("seen").is_some();
    let mut page = draw(&front, &editor, &request, row, typed, trial, problems).await?;
    if fields.has("seen") && !is_told {
        page.seen = fields.text("seen");
    }
    Ok(if is_fine { Either::Left(html(StatusCode::OK, &page)) } else { Either::Right(Again(page)) })
}

/// Tries the rules on the feed as it is at the typed address, which becomes the feed's own where that is a page that names one.
async fn attempt(front: &Front, row: &Row, typed: &mut Typed) -> Result<Trial> {
    let rules = Rules::parse(&typed.rules).map_err(|problem| Error::invalid("rules", problem))?;
    typed.feed().ok_or_else(|| Error::invalid("address", NO_ADDRESS))?;
    let address = typed.address_after(&row.address);
    let preview = preview(&front.app, &address, Some(typed.language.trim()).filter(|language| !language.is_empty())).await;
    let preview = preview.map_err(|cause| match cause {
        Error::Upstream(reason) if address == row.address => {
            Error::invalid("rules", format!("The rules cannot be tried, since the feed cannot be read now: {reason}"))
        }
        Error::Upstream(reason) => Error::invalid("address", format!("It cannot be read: {reason}")),
        other => other,
    })?;
    typed.address.clone_from(&preview.address);
    Ok(Trial { items: preview.items.len(), dropped: preview.dropped(&rules).into_iter().map(|item| item.title.clone()).collect() })
}

/// What a change changes, for the audit log.
fn changes(row: &Row, change: &Change) -> String {
    let state = match (row.active, change.active) {
        (true, false) => Some("paused".to_string()),
        (false, true) => Some("resumed".into()),
        _ => None,
    };
    let moved = (change.address != row.address).then(|| format!("read at {} from now on", hidden(change.address)));
    let none = |text: Option<&str>| text.filter(|text| !text.is_empty()).unwrap_or("none").to_string();
    let fields = [
        ("name", row.name.clone(), change.name.to_string()),
        ("grade", row.reliability.word().to_string(), change.reliability.word().to_string()),
        ("licence", row.licence.word().to_string(), change.licence.word().to_string()),
        ("owner", none(Some(&row.owner)), none(Some(change.owner))),
        ("folder", none(Some(&row.folder)), none(Some(change.folder))),
        ("country", none(row.country.as_deref()), none(change.country.as_deref())),
        ("language", none(row.language.as_deref()), none(change.language.as_deref())),
    ];
    let changed =
        fields.into_iter().filter(|(_, before, after)| before != after).map(|(field, before, after)| format!("{field}: {before} → {after}"));
    let in_one_line = |rules: &str| if rules.trim().is_empty() { "none".into() } else { rules.lines().collect::<Vec<_>>().join("; ") };
    let rules = (change.rules != row.rules).then(|| shorten(&format!("rules: {} → {}", in_one_line(&row.rules), in_one_line(change.rules)), 400));
    state.into_iter().chain(moved).chain(changed).chain(rules).collect::<Vec<_>>().join(", ")
}

/// All that the form changes, as one short text.
fn seen(row: &Row) -> String {
    let (active, language, country) = (row.active, row.language.as_deref(), row.country.as_deref());
    let all = (&row.name, &row.address, &row.owner, &row.folder, &row.rules, active, language, country, row.reliability.word(), row.licence.word());
    format!("{:016x}", FxBuildHasher.hash_one(all))
}

async fn save(front: &Front, editor: &Editor, id: Id<Source>, known: Option<String>, typed: &Typed) -> Result<()> {
    let now = front.app.clock.now();
    let mut tx = front.app.db.begin().await?;
    // what another owner says is another voice, in many incidents
    store::turn::take(&mut tx).await?;
    store::source::lock(&mut tx, id).await?;
    let row = &store::source::find(&mut tx, id).await?.ok_or(Error::NotFound)?;
    if known.is_some_and(|known| known != seen(row)) {
        return Err(Error::invalid(
            "seen",
            "Somebody changed this source since you opened it. What you typed is below, and what it is now at the top of a new window: save again to keep yours",
        ));
    }
    let address = typed.address_after(&row.address);
    let owner = match typed.new_source() {
        Ok(source) => Owners::known(&mut tx).await?.of(&source),
        Err(problems) => return Err(Error::Invalid(problems)),
    };
    let change = typed.change(&address, &owner).map_err(Error::Invalid)?;
    if change.name != row.name && store::source::is_named(&mut tx, change.name).await? {
        return Err(Error::invalid("name", "Another source has this name: give this one its own"));
    }
    if change.owner != row.owner {
        store::article::speak_for(&mut tx, row.id, &row.owner, change.owner).await?;
    }
    store::source::change(&mut tx, row.id, &change, now).await?;
    if change.licence != row.licence {
        let cited = store::article::shorten_bodies(&mut tx, row.id, change.licence).await?;
        store::job::analyze(&mut tx, &cited, now).await?;
    }
    let shown = |name: &str, country: Option<&str>, reliability: &str| format!("{name} {} {reliability}", country.unwrap_or(""));
    if shown(change.name, change.country.as_deref(), change.reliability.word()) != shown(&row.name, row.country.as_deref(), row.reliability.word()) {
        // pages name it with its grade and country
        let citing = store::article::list_incidents_of(&mut tx, row.id, REDRAWN).await?;
        store::job::analyze(&mut tx, &citing, now).await?;
    }
    let changes = changes(row, &change);
    if !changes.is_empty() {
        store::audit::add(&mut tx, editor.0.id, "change", "source", row.id.0, &changes, now).await?;
    }
    tx.commit().await?;
    // pages that are kept may show what is not allowed any more
    front.app.bus.raise();
    Ok(())
}
