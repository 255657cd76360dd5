//! What editors decide about an incident besides publishing it.

use super::incident::{Answer, Sent, answer, keep_typed, path_of};
use crate::desk::{regroup, review, schedule, undo};
use crate::id::Id;
use crate::model::incident::Incident;
use crate::model::viewer::Member;
use crate::web::Front;
use crate::web::viewer::Editor;
use crate::{Error, Result, store};
use actix_web::{HttpRequest, web};

/// `POST /admin/incidents/{id}/decisions`: `hand-back`, `mark`, `embargo`, `lift`, `dismiss`, `retract`, `merge`, `move`, `pin`, `hide`, `by-rule-N`,
/// `continue`, `stand-alone`, `take-out-N`, `part-off-N`, `keep-together` or `undo-ID`.
pub async fn create(front: web::Data<Front>, editor: Editor, id: web::Path<Id<Incident>>, body: web::Bytes, request: HttpRequest) -> Answer {
    let sent = Sent::read(&body);
    keep_typed(&front, &editor.0, *id, &sent).await?;
    let outcome = decide(&front, &editor.0, *id, &sent).await;
    answer(&front, &editor.0, *id, &request, sent, outcome).await
}

/// Where it leads.
async fn decide(front: &Front, editor: &Member, id: Id<Incident>, sent: &Sent) -> Result<String> {
    let app = &front.app;
    let here = path_of(id);
    let (act, rest) = sent.act.rsplit_once('-').filter(|(_, n)| n.parse::<i64>().is_ok()).unwrap_or((&sent.act, ""));
    match act {
        "hand-back" => review::hand_back(app, editor, id, &sent.text.note).await.map(|()| here),
        "embargo" => schedule::embargo(app, editor, id, Some(sent.text.moment().map_err(Error::Invalid)?)).await.map(|()| here),
        "lift" => schedule::embargo(app, editor, id, None).await.map(|()| here),
        "mark" => mark(front, editor, id, &sent.fields.text("tlp")).await.map(|()| here),
        "take-out" => regroup::move_articles(app, editor, id, &[place(rest)?], None).await.map(|_| here),
        "part-off" => regroup::part_off(app, editor, id, place(rest)?).await.map(|_| here),
        "keep-together" => regroup::keep_together(app, editor, id).await.map(|()| here),
        "move" => move_articles(front, editor, id, sent).await.map(|()| here),
        "undo" => undo::undo(app, editor, place(rest)?.into()).await.map(path_of),
        "merge" => merge(front, editor, id, &sent.fields.text("into")).await,
        "pin" | "hide" => relate(front, editor, id, &sent.fields.text("related"), Some(act)).await.map(|()| here),
        "continue" => {
            let number = number(&sent.fields.text("continues"));
            let number = number.ok_or_else(|| Error::invalid("continues", "Enter the number of the incident before it, as its page shows it"))?;
            review::go_on_from(app, editor, id, Some(number)).await.map(|()| here)
        }
        "stand-alone" => review::go_on_from(app, editor, id, None).await.map(|()| here),
        "by-rule" => relate(front, editor, id, rest, None).await.map(|()| here),
        "dismiss" | "retract" => take_away(front, editor, id, act, &sent.fields.text("reason")).await,
        _ => Err(Error::invalid("form", "Choose what to do with the incident")),
    }
}

async fn mark(front: &Front, editor: &Member, id: Id<Incident>, word: &str) -> Result<()> {
    let tlp = word.parse().map_err(|()| Error::invalid("tlp", "Choose one of the marks"))?;
    review::mark(&front.app, editor, id, tlp).await
}

fn place(digits: &str) -> Result<i64> {
    digits.parse().map_err(|_| Error::NotFound)
}

async fn take_away(front: &Front, editor: &Member, id: Id<Incident>, act: &str, reason: &str) -> Result<String> {
    match act {
        "retract" => review::retract(&front.app, editor, id, reason).await?,
        _ => review::dismiss(&front.app, editor, id, reason).await?,
    }
    Ok("/admin/queue".into())
}

async fn merge(front: &Front, editor: &Member, id: Id<Incident>, into: &str) -> Result<String> {
    let number = number(into).ok_or_else(|| Error::invalid("into", "Enter the number of the other incident, as its page shows it"))?;
    let keep = regroup::merge(&front.app, editor, id, number).await?;
    Ok(path_of(keep))
}

async fn relate(front: &Front, editor: &Member, id: Id<Incident>, typed: &str, kind: Option<&str>) -> Result<()> {
    let number = number(typed).ok_or_else(|| Error::invalid("related", "Enter the number of the other incident, as its page shows it"))?;
    review::relate(&front.app, editor, id, number, kind).await
}

/// The number of an incident as pages write it.
pub(super) fn number(typed: &str) -> Option<i64> {
    typed.trim().trim_start_matches("No.").trim().parse().ok()
}

async fn move_articles(front: &Front, editor: &Member, id: Id<Incident>, sent: &Sent) -> Result<()> {
    let articles = store::article::list_heads(&front.app.db, id).await?;
    let places: Vec<i64> = articles.iter().map(|a| a.place).filter(|place| sent.fields.has(&format!("article{place}"))).collect();
    let to = match sent.fields.text("target") {
        empty if empty.trim().is_empty() => None,
        typed => Some(number(&typed).ok_or_else(|| Error::invalid("target", "Enter the number of the other incident, or nothing for a new one"))?),
    };
    // the page that the editor came from: it offers to undo, and a new incident has no draft to show yet
    regroup::move_articles(&front.app, editor, id, &places, to).await.map(|_| ())
}
