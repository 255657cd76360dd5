//! Publishing, for editors: a revision now, or at its time; and what each revision changed, for everybody who writes.

use super::incident::{Answer, Sent, answer, edition, keep_typed, partial, path_of};
use crate::desk::publish::{Signature, by_editor};
use crate::desk::{review, schedule, working};
use crate::id::Id;
use crate::model::clash;
use crate::model::edition::Signed;
use crate::model::incident::Incident;
use crate::model::viewer::Member;
use crate::model::window::Window;
use crate::model::working::Working;
use crate::store::incident::Row;
use crate::store::revision;
use crate::web::Front;
use crate::web::page::{Frame, Page, see_other};
use crate::web::revision::{Change, changes_between};
use crate::web::viewer::{Contributor, Editor};
use crate::{Error, Result, store};
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

/// What one revision changed, premium panels included.
#[derive(Template)]
#[template(path = "admin/revision.html")]
pub struct Show {
    pub frame: Frame,
    pub row: Row,
    pub revision: revision::Row,
    /// The revision that it is compared with; 0 for none.
    pub before: i64,
    pub changes: Vec<Change>,
}

/// `POST /admin/incidents/{id}/revisions`: `publish` now, `schedule` for the time that is typed, or `unschedule`.
pub async fn create(front: web::Data<Front>, editor: Editor, id: web::Path<Id<Incident>>, body: web::Bytes, request: HttpRequest) -> Answer {
    let sent = Sent::read(&body);
    let outcome = match sent.act.as_str() {
        "publish" | "schedule" if !sent.is_whole => Err(partial()),
        "schedule" => plan(&front, &editor.0, *id, &sent).await,
        "unschedule" => {
            keep_typed(&front, &editor.0, *id, &sent).await?;
            schedule::remove(&front.app, &editor.0, *id).await.map(|()| path_of(*id))
        }
        "publish" => publish(&front, &editor.0, *id, &sent).await,
        _ => Err(Error::invalid("form", "Choose what to do with the text")),
    };
    answer(&front, &editor.0, *id, &request, sent, outcome).await
}

async fn publish(front: &Front, editor: &Member, id: Id<Incident>, sent: &Sent) -> Result<String> {
    let correction = Some(sent.text.correction.trim()).filter(|sentence| !sentence.is_empty());
    let why = Some(sent.text.note.trim()).filter(|note| !note.is_empty());
    let dossier = review::open(&front.app, editor, id).await?;
    let edition = edition(&dossier, &sent.text)?;
    let text = Signature { edition: &edition, base: sent.base, correction, why, looks: true };
    // the button was pressed twice: it is out, and no draft
    if !is_out(front, editor, id, text).await? {
        // a text of another window is put aside before this one goes out
        keep_typed(front, editor, id, sent).await?;
        match by_editor(&front.app, editor, id, text).await {
            Err(Error::Stale) if is_out(front, editor, id, text).await? => working::forget(&front.app, editor, id, &Window::default()).await?,
            other => drop(other?),
        }
    }
    let row = store::incident::find(&front.app.db, id).await?.ok_or(Error::NotFound)?;
    Ok(format!("/incidents/{}", row.slug))
}

/// Whether what readers see is this editor's, and this, and newer than what it was begun from.
async fn is_out(front: &Front, editor: &Member, id: Id<Incident>, text: Signature<'_>) -> Result<bool> {
    let Some(newest) = store::revision::find_newest(&front.app.db, id).await?.filter(|newest| newest.number > text.base) else { return Ok(false) };
    let is_theirs = matches!(&newest.signed, Signed::Editor { name, .. } if *name == editor.name);
    Ok(is_theirs && newest.edition == *text.edition && newest.correction.as_deref() == text.correction && newest.why.as_deref() == text.why)
}

async fn plan(front: &Front, editor: &Member, id: Id<Incident>, sent: &Sent) -> Result<String> {
    keep_typed(front, editor, id, sent).await?;
    let dossier = review::open(&front.app, editor, id).await?;
    let edition = edition(&dossier, &sent.text)?;
    let at = sent.text.moment().map_err(Error::Invalid)?;
    schedule::add(&front.app, editor, id, &edition, &sent.text, sent.base, at).await?;
    Ok(path_of(id))
}

/// The address of an act that is over leads back to the form.
pub async fn back(_: Contributor, id: web::Path<Id<Incident>>) -> HttpResponse {
    see_other(&path_of(*id))
}

pub async fn show(front: web::Data<Front>, writer: Contributor, at: web::Path<(Id<Incident>, i64)>, request: HttpRequest) -> Result<Page<Show>> {
    let (id, number) = at.into_inner();
    let row = store::incident::find(&front.app.db, id).await?.ok_or(Error::NotFound)?;
    let revision = store::revision::find(&front.app.db, id, number).await?.ok_or(Error::NotFound)?;
    let before = store::revision::find(&front.app.db, id, number - 1).await?;
    let parts = |row: &revision::Row| clash::parts(&Working::of(&row.edition));
    let old = before.as_ref().map(parts).unwrap_or_default();
    let changes = changes_between(&old, &parts(&revision));
    let frame = Frame::new(&front, &request, writer.viewer(), "editing").await?;
    Ok(Page(Show { frame, row, before: before.map_or(0, |b| b.number), revision, changes }))
}
