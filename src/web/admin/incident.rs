//! The editor: one incident as a form, with its preview.

use crate::account::access;
use crate::clock::Timestamp;
use crate::desk::regroup;
use crate::desk::review::{self, Dossier};
use crate::error::Problems;
use crate::id::Id;
use crate::model::assessment::{Confidence, Likelihood, Threat};
use crate::model::category::Category;
use crate::model::edition::Edition;
use crate::model::incident::{Incident, Stage};
use crate::model::market::{Direction, Magnitude};
use crate::model::severity::Severity;
use crate::model::viewer::Member;
use crate::model::working::Working;
use crate::web::Front;
use crate::web::form::{Fields, grow_or_shrink};
use crate::web::incident::Show;
use crate::web::page::{Again, Frame, Page, html, see_other};
use crate::web::viewer::Editor;
use crate::{Error, Result, desk};
use actix_web::http::StatusCode;
use actix_web::{Either, HttpRequest, HttpResponse, web};
use askama::Template;

#[derive(Template)]
#[template(path = "admin/edit.html")]
pub struct Edit {
    pub frame: Frame,
    pub dossier: Dossier,
    pub text: Working,
    pub problems: Problems,
    /// The revision that this text goes on from.
    pub base: i64,
    /// The revision that publishing makes.
    pub next_revision: i64,
    pub choices: Choices,
}

/// What the form's menus offer.
pub struct Choices {
    pub categories: &'static [Category],
    pub severities: &'static [Severity],
    pub directions: &'static [Direction],
    pub magnitudes: &'static [Magnitude],
    pub confidences: &'static [Confidence],
    pub likelihoods: &'static [Likelihood],
    pub threats: &'static [Threat],
    pub stages: &'static [Stage],
}

const CHOICES: Choices = Choices {
    categories: Category::ALL,
    severities: Severity::ALL,
    directions: Direction::ALL,
    magnitudes: Magnitude::ALL,
    confidences: Confidence::ALL,
    likelihoods: Likelihood::ALL,
    threats: Threat::ALL,
    stages: &[Stage::Candidate, Stage::Draft, Stage::Published],
};

#[derive(Template)]
#[template(path = "admin/preview.html")]
pub struct Preview {
    pub show: Show,
}

impl Edit {
    pub fn new(frame: Frame, dossier: Dossier, text: Working, problems: Problems) -> Self {
        let newest = dossier.revisions.first().map_or(0, |r| r.number);
        Self { base: dossier.base, frame, dossier, text, problems, next_revision: newest + 1, choices: CHOICES }
    }
    /// The summary's four parts: field, label, text.
    pub fn parts(&self) -> [(&'static str, &'static str, &str); 4] {
        let text = &self.text;
        [
            ("happened", "What happened", &text.happened),
            ("geopolitics", "Geopolitics", &text.geopolitics),
            ("markets_text", "Markets", &text.markets_text),
            ("watch", "What to watch", &text.watch),
        ]
    }
    /// The stage that the status line marks: a corrected incident is a published one.
    pub fn is_at(&self, stage: &Stage) -> bool {
        match self.dossier.row.stage {
            Stage::Corrected => *stage == Stage::Published,
            Stage::Candidate if self.dossier.saved.is_some() => *stage == Stage::Draft,
            own => *stage == own,
        }
    }
}

pub async fn edit(front: web::Data<Front>, editor: Editor, id: web::Path<Id<Incident>>, request: HttpRequest) -> Result<Page<Edit>> {
    let dossier = review::open(&front.app, &editor.0, *id).await?;
    let frame = Frame::new(&front, &request, editor.viewer(), "editing").await?;
    let text = dossier.text.clone();
    Ok(Page(Edit::new(frame, dossier, text, Problems::default())))
}

/// What was typed, and what its button asks: `save`, `publish`, `dismiss`, `retract`, `merge`, `move`, `pin`, `hide`, `by-rule-N`, `take-out-N`,
/// `undo-ID`, or a list that grows or shrinks.
pub async fn update(
    front: web::Data<Front>,
    editor: Editor,
    id: web::Path<Id<Incident>>,
    body: web::Bytes,
    request: HttpRequest,
) -> Result<Either<HttpResponse, Either<Page<Edit>, Again<Edit>>>> {
    let fields = Fields::read(&body);
    let act = fields.text("do");
    let base = fields.number("base");
    let mut text = fields.working();
    let frame = Frame::new(&front, &request, editor.viewer(), "editing").await?;
    let dossier = review::open(&front.app, &editor.0, *id).await?;
    if grow_or_shrink(&mut text, &act) {
        return Ok(Either::Right(Either::Left(Page(Edit::new(frame, dossier, text, Problems::default())))));
    }
    let outcome = match act.as_str() {
        "publish" => publish(&front, &editor.0, &dossier, &text, base).await,
        out if out.starts_with("take-out-") => take_out(&front, &editor.0, &dossier, out).await,
        undo if undo.starts_with("undo-") => take_back(&front, &editor.0, undo).await,
        "move" => move_articles(&front, &editor.0, &dossier, &fields).await,
        "pin" | "hide" => relate(&front, &editor.0, &dossier, &fields.text("related"), Some(&act)).await,
        by_rule if by_rule.starts_with("by-rule-") => relate(&front, &editor.0, &dossier, by_rule.trim_start_matches("by-rule-"), None).await,
        "merge" => merge(&front, &editor.0, &dossier, &fields.text("into")).await,
        "dismiss" | "retract" => take_away(&front, &editor.0, &dossier, &act, &fields.text("reason")).await,
        _ => save(&front, &editor.0, &dossier, &text, base).await,
    };
    match outcome {
        Ok(path) => Ok(Either::Left(see_other(&path))),
        Err(Error::Invalid(problems)) => {
            // not published, but not lost either
            review::save(&front.app, &editor.0, dossier.row.id, &text, base).await?;
            Ok(Either::Right(Either::Right(Again(Edit::new(frame, dossier, text, problems)))))
        }
        Err(Error::Stale) => {
            let newest = dossier.revisions.first().map_or(0, |r| r.number);
            let mut problems = Problems::default();
            problems.add("title", format!("Another editor has published revision {newest} since you began. Your text is below: look at the public page, and publish again if yours is to take its place"));
            let page = Edit { base: newest, ..Edit::new(frame, dossier, text, problems) };
            Ok(Either::Left(html(StatusCode::CONFLICT, &page)))
        }
        Err(other) => Err(other),
    }
}

async fn publish(front: &Front, editor: &Member, dossier: &Dossier, text: &Working, base: i64) -> Result<String> {
    let edition = edition(dossier, text)?;
    let correction = Some(text.correction.trim()).filter(|sentence| !sentence.is_empty());
    desk::publish::by_editor(&front.app, editor, dossier.row.id, &edition, base, correction).await?;
    let row = crate::store::incident::find(&front.app.db, dossier.row.id).await?.ok_or(Error::NotFound)?;
    Ok(format!("/incidents/{}", row.slug))
}

async fn save(front: &Front, editor: &Member, dossier: &Dossier, text: &Working, base: i64) -> Result<String> {
    review::save(&front.app, editor, dossier.row.id, text, base).await?;
    Ok(format!("/admin/incidents/{}", dossier.row.id))
}

async fn take_away(front: &Front, editor: &Member, dossier: &Dossier, act: &str, reason: &str) -> Result<String> {
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(Error::invalid("reason", "Say why in a sentence; it is kept"));
    }
    match act {
        "retract" => review::retract(&front.app, editor, dossier.row.id, reason).await?,
        _ => review::dismiss(&front.app, editor, dossier.row.id, reason).await?,
    }
    Ok("/admin/queue".into())
}

async fn take_out(front: &Front, editor: &Member, dossier: &Dossier, act: &str) -> Result<String> {
    let place = act.trim_start_matches("take-out-").parse::<i64>().map_err(|_| Error::NotFound)?;
    regroup::move_articles(&front.app, editor, dossier.row.id, &[place], None).await?;
    Ok(back_to(dossier))
}

async fn merge(front: &Front, editor: &Member, dossier: &Dossier, into: &str) -> Result<String> {
    let number = number(into).ok_or_else(|| Error::invalid("into", "Enter the number of the other incident, as its page shows it"))?;
    let keep = regroup::merge(&front.app, editor, dossier.row.id, number).await?;
    Ok(format!("/admin/incidents/{keep}"))
}

async fn relate(front: &Front, editor: &Member, dossier: &Dossier, typed: &str, kind: Option<&str>) -> Result<String> {
    let number = number(typed).ok_or_else(|| Error::invalid("related", "Enter the number of the other incident, as its page shows it"))?;
    review::relate(&front.app, editor, dossier.row.id, number, kind).await?;
    Ok(back_to(dossier))
}

/// The number of an incident as pages write it.
fn number(typed: &str) -> Option<i64> {
    typed.trim().trim_start_matches("No.").trim().parse().ok()
}

async fn move_articles(front: &Front, editor: &Member, dossier: &Dossier, fields: &Fields) -> Result<String> {
    let places: Vec<i64> = dossier.articles.iter().map(|a| a.place).filter(|place| fields.has(&format!("article{place}"))).collect();
    let to = match fields.text("target") {
        empty if empty.trim().is_empty() => None,
        typed => Some(number(&typed).ok_or_else(|| Error::invalid("target", "Enter the number of the other incident, or nothing for a new one"))?),
    };
    regroup::move_articles(&front.app, editor, dossier.row.id, &places, to).await?;
    Ok(back_to(dossier))
}

/// The page that the editor came from: it offers to undo, and a new incident has no draft to show yet.
fn back_to(dossier: &Dossier) -> String {
    format!("/admin/incidents/{}", dossier.row.id)
}

async fn take_back(front: &Front, editor: &Member, act: &str) -> Result<String> {
    let id = act.trim_start_matches("undo-").parse().map_err(|_| Error::NotFound)?;
    let back = regroup::undo(&front.app, editor, id).await?;
    Ok(format!("/admin/incidents/{back}"))
}

fn edition(dossier: &Dossier, text: &Working) -> Result<Edition> {
    text.edition(&dossier.edition, dossier.articles.last().map_or(0, |a| a.place)).map_err(Error::Invalid)
}

/// 204, or 409 when another editor has published since this text was begun.
pub async fn autosave(front: web::Data<Front>, editor: Editor, id: web::Path<Id<Incident>>, body: web::Bytes) -> Result<HttpResponse> {
    let fields = Fields::read(&body);
    review::save(&front.app, &editor.0, *id, &fields.working(), fields.number("base")).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// The page that the saved text would make.
pub async fn preview(front: web::Data<Front>, editor: Editor, id: web::Path<Id<Incident>>, request: HttpRequest) -> Result<Page<Preview>> {
    let dossier = review::open(&front.app, &editor.0, *id).await?;
    let text = dossier.text.clone();
    Ok(Page(draw(&front, editor, &dossier, &text, &request)))
}

/// The page that what is in the form now would make.
pub async fn preview_typed(
    front: web::Data<Front>,
    editor: Editor,
    id: web::Path<Id<Incident>>,
    body: web::Bytes,
    request: HttpRequest,
) -> Result<Page<Preview>> {
    let dossier = review::open(&front.app, &editor.0, *id).await?;
    Ok(Page(draw(&front, editor, &dossier, &Fields::read(&body).working(), &request)))
}

fn draw(front: &Front, editor: Editor, dossier: &Dossier, text: &Working, request: &HttpRequest) -> Preview {
    // a text with mistakes is previewed as the last sound one; the form says what is wrong
    let edition = edition(dossier, text).unwrap_or_else(|_| dossier.edition.clone());
    let (open, premium) = review::preview(&front.app, &editor.0, dossier, &edition);
    let frame = Frame::plain(front, request, editor.viewer(), "");
    let now: Timestamp = front.app.clock.now();
    Preview { show: Show { is_preview: true, ..Show::new(frame, open, access::preview(premium), now) } }
}
