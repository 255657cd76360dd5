//! What an editor is writing: kept without publishing, put aside when another window saves, brought together with what another editor published,
//! forgotten, begun again from an old revision.

use super::review::{Dossier, open};
use crate::id::Id;
use crate::model::clash::{self, Comparison};
use crate::model::edition::Signed;
use crate::model::incident::{Incident, Stage};
use crate::model::viewer::Member;
use crate::model::window::{Aside, Window};
use crate::model::working::Working;
use crate::{App, Error, Result, store};

/// Two editors changed one text.
pub struct Conflict {
    pub comparison: Comparison,
    /// The revision that another editor published meanwhile, and who.
    pub number: i64,
    pub theirs: String,
}

/// Keeps an editor's text without publishing it. It is kept too when another editor has published since it was begun; that is `Stale`.
/// A text that the same editor saved in another window meanwhile is put aside.
pub async fn save(app: &App, editor: &Member, incident: Id<Incident>, text: &Working, base: i64, window: &Window) -> Result<()> {
    let mut tx = app.db.begin().await?;
    let row = store::incident::find_for_change(&mut tx, incident).await?.ok_or(Error::NotFound)?;
    let newest = store::revision::find_newest(&mut tx, incident).await?;
    let kept = store::working::find(&mut tx, incident, editor.id).await?;
    let base = base.clamp(0, newest.as_ref().map_or(0, |newest| newest.number));
    store::working::write(&mut tx, incident, text, editor.id, base, app.clock.now()).await?;
    let asides = kept.as_ref().map_or(vec![], |kept| asides(kept, text, window));
    store::working::set_place(&mut tx, incident, editor.id, &window.name, &asides).await?;
    if kept.is_none() && base == 0 {
        // the rules draft it anew as articles come; another editor's text is compared with what this one was begun from
        let begun = store::incident::find_draft(&mut tx, incident).await?.map(|draft| Working::of(&draft));
        store::working::set_begun(&mut tx, incident, editor.id, begun.as_ref()).await?;
    }
    if row.stage == Stage::Candidate {
        store::incident::set_stage(&mut tx, incident, Stage::Draft, None).await?;
    }
    tx.commit().await?;
    match newest {
        Some(newest) if newest.number > base && newest.signed.is_editor() => Err(Error::Stale),
        _ => Ok(()),
    }
}

/// What is aside when a text is saved: what was, but for this text; and the one before it, if another window saved that.
fn asides(kept: &store::working::Row, text: &Working, window: &Window) -> Vec<Aside> {
    let mut asides: Vec<Aside> = kept.asides.iter().filter(|aside| !clash::is_same(&aside.text, text)).cloned().collect();
    if !window.goes_on_from(&kept.place, kept.saved_at) && !clash::is_same(&kept.text, text) {
        asides.push(Aside { text: kept.text.clone(), saved_at: kept.saved_at });
    }
    asides
}

/// Takes a text of another window, by its place in the list, in place of this one, which is put aside.
pub async fn swap(app: &App, editor: &Member, incident: Id<Incident>, number: usize) -> Result<()> {
    let mut tx = app.db.begin().await?;
    store::incident::find_for_change(&mut tx, incident).await?.ok_or(Error::NotFound)?;
    let Some(mut kept) = store::working::find(&mut tx, incident, editor.id).await? else { return Ok(()) };
    if number >= kept.asides.len() {
        return Ok(());
    }
    let taken = kept.asides.remove(number);
    kept.asides.push(Aside { text: kept.text, saved_at: kept.saved_at });
    store::working::write(&mut tx, incident, &taken.text, editor.id, kept.base, app.clock.now()).await?;
    store::working::set_place(&mut tx, incident, editor.id, "", &kept.asides).await?;
    Ok(tx.commit().await?)
}

/// The window of an act that goes on from what is saved.
async fn saved_window(app: &App, editor: &Member, incident: Id<Incident>) -> Result<Window> {
    let kept = store::working::find(&app.db, incident, editor.id).await?;
    Ok(kept.map_or_else(Window::default, |kept| Window { name: kept.place, seen: kept.saved_at }))
}

/// What this editor and another one made of the same text, when another has published since this one's was begun.
pub async fn conflict(app: &App, editor: &Member, dossier: &Dossier) -> Result<Option<Conflict>> {
    let Some(newest) = dossier.revisions.first().filter(|r| r.number > dossier.base && r.signed.is_editor() && dossier.saved.is_some()) else {
        return Ok(None);
    };
    let (before, theirs) = (before(app, dossier, editor).await?, Working::of(&newest.edition));
    let Signed::Editor { name: who, .. } = newest.signed.clone() else { return Ok(None) };
    Ok(Some(Conflict { comparison: clash::compare(&before, &theirs, &dossier.text), number: newest.number, theirs: who }))
}

/// The text that this editor's was begun from.
async fn before(app: &App, dossier: &Dossier, editor: &Member) -> Result<Working> {
    let id = dossier.row.id;
    if let Some(begun) = store::working::begun(&app.db, id, editor.id).await? {
        return Ok(begun);
    }
    if let Some(revision) = store::revision::find(&app.db, id, dossier.base).await? {
        return Ok(Working::of(&revision.edition));
    }
    // it was begun from the rules' draft
    Ok(store::incident::find_draft(&app.db, id).await?.map_or_else(Working::default, |draft| Working::of(&draft)))
}

/// Makes one text of both, when `number` is still the newest revision: `takes_theirs` says for each field that both changed whose it is. It goes on from the newest revision.
pub async fn settle(app: &App, editor: &Member, incident: Id<Incident>, number: i64, takes_theirs: impl Fn(&str) -> bool) -> Result<()> {
    let dossier = open(app, editor, incident).await?;
    let Some(newest) = dossier.revisions.first().filter(|newest| newest.number == number) else { return Ok(()) };
    let merged = clash::merge(&before(app, &dossier, editor).await?, &Working::of(&newest.edition), &dossier.text, takes_theirs);
    let window = saved_window(app, editor, incident).await?;
    save(app, editor, incident, &merged, newest.number, &window).await
}

/// Forgets this editor's draft, as the window of the form showed it.
pub async fn forget(app: &App, editor: &Member, incident: Id<Incident>, window: &Window) -> Result<()> {
    let mut tx = app.db.begin().await?;
    let row = store::incident::find_for_change(&mut tx, incident).await?.ok_or(Error::NotFound)?;
    if row.handed_by == Some(editor.id) {
        return Err(Error::invalid("note", "Your draft is with the editors: it stays until they have looked"));
    }
    let kept = store::working::find(&mut tx, incident, editor.id).await?;
    if kept.is_some_and(|kept| !window.name.is_empty() && !window.goes_on_from(&kept.place, kept.saved_at)) {
        return Err(Error::invalid("note", "You saved a newer text of this in another window: look at it first, then forget it"));
    }
    store::working::remove(&mut tx, incident, editor.id).await?;
    Ok(tx.commit().await?)
}

/// Makes an old revision this editor's draft; it goes on from the newest one. One that is there already is never written over.
pub async fn restore(app: &App, editor: &Member, incident: Id<Incident>, number: i64) -> Result<()> {
    if store::working::find(&app.db, incident, editor.id).await?.is_some() {
        return Err(Error::invalid("note", "You have a draft of your own here: publish it or forget it first"));
    }
    let old = store::revision::find(&app.db, incident, number).await?.ok_or(Error::NotFound)?;
    let newest = store::revision::find_newest(&app.db, incident).await?.map_or(0, |newest| newest.number);
    let text = Working { restored: number, ..Working::of(&old.edition) };
    save(app, editor, incident, &text, newest, &Window::default()).await
}
