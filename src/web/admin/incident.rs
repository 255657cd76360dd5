//! The editor: one incident as a form, with its preview. What anybody who writes may do is here; publishing is in `revision`, what editors
//! decide besides in `decision`, each at an address of its own, so that permission is in the handler's signature.

use crate::account::access;
use crate::clock::Timestamp;
use crate::desk::review::{self, Dossier};
use crate::desk::working::{self, Conflict};
use crate::error::Problems;
use crate::id::Id;
use crate::model::assessment::{Confidence, Likelihood, Threat};
use crate::model::category::Category;
use crate::model::checked::restored_from;
use crate::model::clash;
use crate::model::edition::Edition;
use crate::model::incident::{Incident, Stage};
use crate::model::market::{Direction, Magnitude};
use crate::model::severity::Severity;
use crate::model::source::Reliability;
use crate::model::standard::{self, Check};
use crate::model::tlp::Tlp;
use crate::model::viewer::{Member, Viewer};
use crate::model::window::Window;
use crate::model::working::Working;
use crate::web::Front;
use crate::web::form::{Fields, rearrange};
use crate::web::incident::Show;
use crate::web::page::{Again, Frame, Page, html, see_other};
use crate::web::viewer::Contributor;
use crate::{Error, Result, store};
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
    /// What came with the form besides the text, when it comes back with a mistake.
    pub sent: Fields,
    /// The revision that this text goes on from.
    pub base: i64,
    /// The window that the form is in.
    pub window: Window,
    /// Of the text that is kept: with another one in the form, something was typed since.
    pub mark: String,
    /// The revision that publishing makes.
    pub next_revision: i64,
    pub choices: Choices,
    pub now: Timestamp,
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
    pub tlps: &'static [Tlp],
}

const CHOICES: Choices = Choices {
    categories: Category::ALL,
    severities: Severity::ALL,
    directions: Direction::ALL,
    magnitudes: Magnitude::ALL,
    confidences: Confidence::ALL,
    likelihoods: Likelihood::ALL,
    threats: Threat::ALL,
    stages: &[Stage::Candidate, Stage::Draft, Stage::InReview, Stage::Scheduled, Stage::Published],
    tlps: Tlp::ALL,
};

/// Two editors changed one text: what to take of each.
#[derive(Template)]
#[template(path = "admin/conflict.html")]
pub struct Clashing {
    pub frame: Frame,
    pub dossier: Dossier,
    pub conflict: Conflict,
}

#[derive(Template)]
#[template(path = "admin/preview.html")]
pub struct Preview {
    pub show: Show,
    /// Why this is the last sound text, and not what was typed.
    pub problems: Problems,
}

impl Edit {
    pub fn new(frame: Frame, dossier: Dossier, text: Working, problems: Problems, now: Timestamp) -> Self {
        let newest = dossier.revisions.first().map_or(0, |r| r.number);
        let window = Window { name: format!("{:08x}", rand::random::<u32>()), seen: dossier.saved.unwrap_or(Timestamp(0)) };
        let (base, mark) = (dossier.base, clash::mark(&text));
        Self { base, window, mark, frame, dossier, text, problems, sent: Fields::default(), next_revision: newest + 1, choices: CHOICES, now }
    }
    /// The form has something that is not kept yet.
    pub fn is_unsaved(&self) -> bool {
        self.mark != clash::mark(&self.text)
    }
    /// Publishing is offered: not for what was taken back, or is a part of another by now.
    pub fn may_go_out(&self) -> bool {
        self.frame.may_publish() && self.dossier.row.stage != Stage::Retracted && self.dossier.row.articles > 0
    }
    /// What the problems are in the way of: the act that was asked for, or, when the form is opened, any publishing.
    pub fn problems_title(&self) -> &'static str {
        if self.sent.names().next().is_some() { "Not done; your text is kept" } else { "To mend before it can be published" }
    }
    pub fn typed(&self, name: &str) -> String {
        self.sent.text(name)
    }
    pub fn is_marked(&self, place: &i64) -> bool {
        self.sent.has(&format!("article{place}"))
    }
    /// Its articles may be moved: all but one, or all where it was taken back.
    pub fn may_move(&self) -> bool {
        let articles = self.dossier.articles.len();
        self.frame.may_publish() && (articles > 1 || articles == 1 && self.dossier.row.stage == Stage::Retracted)
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
    /// What the desk's standards ask of the text.
    pub fn checks(&self) -> Vec<Check> {
        let grades: Vec<Reliability> = self.dossier.articles.iter().map(|article| article.reliability).collect();
        let before = self.dossier.revisions.first().and_then(|revision| revision.edition.assessment.as_ref()).map(|a| a.level.word());
        standard::checks(&self.text, &grades, before)
    }
    /// Until when nobody publishes it, while that is ahead.
    pub fn embargo(&self) -> Option<Timestamp> {
        self.dossier.row.embargo_until.filter(|until| *until > self.now)
    }
    /// The stage that the status line marks: a corrected or restricted incident is a published one.
    pub fn is_at(&self, stage: &Stage) -> bool {
        match self.dossier.row.stage {
            Stage::Corrected | Stage::Restricted => *stage == Stage::Published,
            own => *stage == own,
        }
    }
}

/// The form; or, when another editor has published since this one's text was begun, what each made of it.
pub async fn edit(
    front: web::Data<Front>,
    writer: Contributor,
    id: web::Path<Id<Incident>>,
    request: HttpRequest,
) -> Result<Either<Page<Edit>, Page<Clashing>>> {
    let dossier = review::open(&front.app, &writer.0, *id).await?;
    let frame = Frame::new(&front, &request, writer.viewer(), "editing").await?;
    if let Some(conflict) = working::conflict(&front.app, &writer.0, &dossier).await? {
        return Ok(Either::Right(Page(Clashing { frame, dossier, conflict })));
    }
    let text = dossier.text.clone();
    // a draft may be kept with mistakes: who opens it sees what publishing would say
    let is_kept = dossier.saved.is_some() || dossier.handed.is_some();
    let problems = checked(&dossier, &text).err().filter(|_| is_kept).unwrap_or_default();
    Ok(Either::Left(Page(Edit::new(frame, dossier, text, problems, front.app.clock.now()))))
}

pub type Answer = Result<Either<HttpResponse, Either<Page<Edit>, Again<Edit>>>>;

/// What was typed, and what its button asks of somebody who writes: `save`, `hand-in`, `swap-N`, `say`, `restore-N`, `forget`, or a list that grows, shrinks or
/// changes its order.
pub async fn update(front: web::Data<Front>, writer: Contributor, id: web::Path<Id<Incident>>, body: web::Bytes, request: HttpRequest) -> Answer {
    let sent = Sent::read(&body);
    let (member, mut text) = (&writer.0, sent.text.clone());
    if rearrange(&mut text, &sent.act) {
        let dossier = review::open(&front.app, member, *id).await?;
        let frame = Frame::new(&front, &request, writer.viewer(), "editing").await?;
        let page = Edit::new(frame, dossier, text, Problems::default(), front.app.clock.now());
        let page = Edit { base: sent.base, window: sent.window, mark: sent.mark, ..page };
        return Ok(Either::Right(Either::Left(Page(page))));
    }
    let app = &front.app;
    if sent.act == "restore" || sent.act.starts_with("restore-") {
        keep_typed(&front, member, *id, &sent).await?;
    }
    let outcome = match sent.act.as_str() {
        "hand-in" if !sent.is_whole => Err(partial()),
        "hand-in" => hand_in(&front, member, *id, &sent).await,
        swap if swap.starts_with("swap-") => {
            let number = swap.trim_start_matches("swap-").parse().map_err(|_| Error::NotFound)?;
            keep_typed(&front, member, *id, &sent).await?;
            working::swap(app, member, *id, number).await
        }
        "say" => {
            keep_typed(&front, member, *id, &sent).await?;
            review::say(app, member, *id, &text.note).await
        }
        "forget" => working::forget(app, member, *id, &sent.window).await,
        restore if restore.starts_with("restore-") => match restore.trim_start_matches("restore-").parse() {
            Ok(number) => working::restore(app, member, *id, number).await,
            Err(_) => Err(Error::NotFound),
        },
        _ => save(&front, member, *id, &sent).await,
    };
    answer(&front, member, *id, &request, sent, outcome.map(|()| path_of(*id))).await
}

async fn save(front: &Front, member: &Member, id: Id<Incident>, sent: &Sent) -> Result<()> {
    if !sent.is_whole {
        return Err(partial());
    }
    working::save(&front.app, member, id, &sent.text, sent.base, &sent.window).await
}

/// What is handed in could be published as it is.
async fn hand_in(front: &Front, member: &Member, id: Id<Incident>, sent: &Sent) -> Result<()> {
    edition(&review::open(&front.app, member, id).await?, &sent.text)?;
    review::hand_in(&front.app, member, id, &sent.text, sent.base, &sent.window).await
}

pub fn partial() -> Error {
    Error::invalid("form", "Only a part of the form arrived: reload the page and try again")
}

/// What came with the form.
pub struct Sent {
    pub fields: Fields,
    pub act: String,
    /// The revision that the text was begun from.
    pub base: i64,
    /// Of the text that the form was made of.
    pub mark: String,
    pub window: Window,
    pub text: Working,
    /// The editor's whole form; a button elsewhere sends its act alone.
    pub is_whole: bool,
}

impl Sent {
    pub fn read(body: &[u8]) -> Self {
        let fields = Fields::read(body);
        Self {
            is_whole: fields.has("title") && fields.has("base"),
            act: fields.text("do"),
            base: fields.number("base"),
            mark: fields.text("mark"),
            window: Window::parse(&fields.text("window")),
            text: fields.working(),
            fields,
        }
    }
}

pub fn path_of(id: Id<Incident>) -> String {
    format!("/admin/incidents/{id}")
}

/// Before an act that is not about the text: what was typed meanwhile is kept, if anything was.
pub async fn keep_typed(front: &Front, member: &Member, id: Id<Incident>, sent: &Sent) -> Result<()> {
    // the rules may have drafted it anew since: what nobody typed is no text of theirs
    if !sent.is_whole || sent.mark == clash::mark(&sent.text) {
        return Ok(());
    }
    let dossier = review::open(&front.app, member, id).await?;
    if clash::is_same(&dossier.text, &sent.text) {
        return Ok(());
    }
    match working::save(&front.app, member, id, &sent.text, sent.base, &sent.window).await {
        // both are kept, and the form shows it when it is opened next
        Ok(()) | Err(Error::Stale) => Ok(()),
        Err(other) => Err(other),
    }
}

/// On to where an act leads; or the form again with its mistakes; or, when another editor was first, what each made of the text. Whatever
/// was typed is kept.
pub async fn answer(front: &Front, member: &Member, id: Id<Incident>, request: &HttpRequest, sent: Sent, outcome: Result<String>) -> Answer {
    let problems = match outcome {
        Ok(path) => return Ok(Either::Left(see_other(&path))),
        Err(Error::Invalid(problems)) => Some(problems),
        Err(Error::Stale) => None,
        Err(other) => return Err(other),
    };
    // who wanted to forget a text does not want it kept in place of a newer one
    if sent.act != "forget" {
        keep_typed(front, member, id, &sent).await?;
    }
    let dossier = review::open(&front.app, member, id).await?;
    let text = if sent.is_whole { sent.text } else { dossier.text.clone() };
    let frame = Frame::new(front, request, Viewer::Member(member.clone()), "editing").await?;
    match problems {
        Some(problems) => {
            let page = Edit::new(frame, dossier, text, problems, front.app.clock.now());
            Ok(Either::Right(Either::Right(Again(Edit { sent: sent.fields, ..page }))))
        }
        None => match working::conflict(&front.app, member, &dossier).await? {
            Some(conflict) => Ok(Either::Left(html(StatusCode::CONFLICT, &Clashing { frame, dossier, conflict }))),
            None => Err(Error::Stale),
        },
    }
}

/// `POST /admin/incidents/{id}/conflict`: `take-FIELD` is `theirs` or `mine`. When a newer revision than the one that was shown has come, nothing
/// is settled, and both are shown anew.
pub async fn settle(front: web::Data<Front>, writer: Contributor, id: web::Path<Id<Incident>>, body: web::Bytes) -> Result<HttpResponse> {
    let fields = Fields::read(&body);
    working::settle(&front.app, &writer.0, *id, fields.number("number"), |field| fields.text(&format!("take-{field}")) == "theirs").await?;
    Ok(see_other(&path_of(*id)))
}

pub fn edition(dossier: &Dossier, text: &Working) -> Result<Edition> {
    checked(dossier, text).map_err(Error::Invalid)
}

fn checked(dossier: &Dossier, text: &Working) -> std::result::Result<Edition, Problems> {
    let old = dossier.revisions.iter().find(|revision| revision.number == text.restored);
    let before = old.map_or_else(|| dossier.edition.clone(), |old| restored_from(&old.edition, &dossier.edition));
    text.edition(&before, &dossier.places)
}

/// 204, or 409 when another editor has published since this text was begun; it is kept all the same.
pub async fn autosave(front: web::Data<Front>, writer: Contributor, id: web::Path<Id<Incident>>, body: web::Bytes) -> Result<HttpResponse> {
    save(&front, &writer.0, *id, &Sent::read(&body)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// The page that the saved text would make.
pub async fn preview(front: web::Data<Front>, writer: Contributor, id: web::Path<Id<Incident>>, request: HttpRequest) -> Result<Page<Preview>> {
    let dossier = review::open(&front.app, &writer.0, *id).await?;
    let text = dossier.text.clone();
    Ok(Page(draw(&front, writer, &dossier, &text, &request).await?))
}

/// The page that what is in the form now would make.
pub async fn preview_typed(
    front: web::Data<Front>,
    writer: Contributor,
    id: web::Path<Id<Incident>>,
    body: web::Bytes,
    request: HttpRequest,
) -> Result<Page<Preview>> {
    let dossier = review::open(&front.app, &writer.0, *id).await?;
    Ok(Page(draw(&front, writer, &dossier, &Fields::read(&body).working(), &request).await?))
}

async fn draw(front: &Front, writer: Contributor, dossier: &Dossier, text: &Working, request: &HttpRequest) -> Result<Preview> {
    let (edition, problems) = match checked(dossier, text) {
        Ok(edition) => (edition, Problems::default()),
        Err(problems) => (dossier.edition.clone(), problems),
    };
    let (open, premium) = review::preview(&front.app, &writer.0, dossier, &edition);
    let frame = Frame::plain(front, request, writer.viewer(), "");
    let now: Timestamp = front.app.clock.now();
    let chapters = store::chapter::list_chapters(&front.app.db, dossier.row.number).await?;
    Ok(Preview { show: Show { chapters, ..Show::new(frame, open, access::preview(premium), now) }, problems })
}
