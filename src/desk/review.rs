//! What an editor does with a candidate besides publishing it: open, write, claim, dismiss, retract.

use super::page::{self, About};
use crate::id::Id;
use crate::model::article::Article;
use crate::model::edition::{Edition, Signed};
use crate::model::incident::{Incident, Stage};
use crate::model::page::{OpenPart, PremiumPart};
use crate::model::viewer::Member;
use crate::model::working::Working;
use crate::store::incident::Row;
use crate::store::{regrouping, relation, revision};
use crate::{App, Error, Result, store};

/// Regroupings that the page offers to undo.
const REGROUPINGS: i64 = 5;

/// All that the editor's page shows of one incident.
pub struct Dossier {
    pub row: Row,
    /// The newest revision, else the rules' draft.
    pub edition: Edition,
    /// This editor's working copy, else the edition as it stands.
    pub text: Working,
    /// The revision that this text goes on from.
    pub base: i64,
    /// When the working copy was saved, if there is one.
    pub saved: Option<crate::clock::Timestamp>,
    pub articles: Vec<Article>,
    pub revisions: Vec<revision::Row>,
    /// Place of an article and how many readers doubt that it belongs here.
    pub doubts: Vec<(i64, i64)>,
    /// What editors did to its articles and may undo, newest first.
    pub regroupings: Vec<regrouping::Row>,
    /// What editors said of it and other incidents.
    pub relations: Vec<relation::Row>,
}

impl Dossier {
    /// How many readers doubt that the article at this place belongs here.
    pub fn doubts_of(&self, place: &i64) -> i64 {
        self.doubts.iter().find(|(at, _)| at == place).map_or(0, |(_, readers)| *readers)
    }
}

/// The incident as `editor` left it.
pub async fn open(app: &App, editor: &Member, incident: Id<Incident>) -> Result<Dossier> {
    let row = store::incident::find(&app.db, incident).await?.ok_or(Error::NotFound)?;
    let revisions = store::revision::list(&app.db, incident).await?;
    let newest = revisions.first().map_or(0, |r| r.number);
    let edition = match revisions.first() {
        Some(revision) => revision.edition.clone(),
        // it was opened a moment ago and is drafted next
        None => store::incident::find_draft(&app.db, incident).await?.ok_or(Error::Busy(2))?,
    };
    let (text, base, saved) = match store::working::find(&app.db, incident, editor.id).await? {
        Some(working) => (working.text, working.base, Some(working.saved_at)),
        None => (Working::of(&edition), newest, None),
    };
    let articles = store::article::list_of(&app.db, incident).await?;
    let doubts = store::doubt::count_of(&app.db, incident).await?;
    let regroupings = store::regrouping::list_of(&app.db, incident, REGROUPINGS).await?;
    let relations = relation::list_of(&app.db, incident).await?;
    Ok(Dossier { row, edition, text, base, saved, articles, revisions, doubts, regroupings, relations })
}

/// Keeps an editor's text without publishing it. `Stale` when another editor has published since it was begun.
pub async fn save(app: &App, editor: &Member, incident: Id<Incident>, text: &Working, base: i64) -> Result<()> {
    let mut tx = app.db.begin().await?;
    store::incident::find_for_change(&mut tx, incident).await?.ok_or(Error::NotFound)?;
    let newest = store::revision::find_newest(&mut tx, incident).await?;
    if newest.is_some_and(|r| r.number > base && r.signed.is_editor()) {
        return Err(Error::Stale);
    }
    store::working::write(&mut tx, incident, text, editor.id, base, app.clock.now()).await?;
    Ok(tx.commit().await?)
}

/// The page that an edition would make.
pub fn preview(app: &App, editor: &Member, dossier: &Dossier, edition: &Edition) -> (OpenPart, PremiumPart) {
    let now = app.clock.now();
    let about = About {
        row: &dossier.row,
        slug: dossier.row.slug.clone(),
        articles: &dossier.articles,
        signed: &Signed::Editor { name: editor.name.clone(), at: now },
        revision: dossier.base + 1,
        updated_at: now,
        related: vec![],
        corrections: vec![],
    };
    page::build(edition, about)
}

/// Marks a candidate as this editor's own, or gives it back.
pub async fn claim(app: &App, editor: &Member, incident: Id<Incident>, mine: bool) -> Result<()> {
    let mut tx = app.db.begin().await?;
    let row = store::incident::find_for_change(&mut tx, incident).await?.ok_or(Error::NotFound)?;
    if row.claimed_by.is_some_and(|by| by != editor.id) {
        return Err(Error::Taken);
    }
    store::incident::set_claim(&mut tx, incident, mine.then_some(editor.id)).await?;
    let act = if mine { "claim" } else { "give back" };
    store::audit::add(&mut tx, editor.id, act, "incident", incident.0, "", app.clock.now()).await?;
    Ok(tx.commit().await?)
}

/// Takes a candidate out of the queue for a reason. One that readers can see must be retracted instead.
pub async fn dismiss(app: &App, editor: &Member, incident: Id<Incident>, reason: &str) -> Result<()> {
    dismiss_all(app, editor, &[incident], reason).await
}

/// Takes candidates out of the queue for one reason, all or none; none that another editor has claimed.
pub async fn dismiss_all(app: &App, editor: &Member, incidents: &[Id<Incident>], reason: &str) -> Result<()> {
    let now = app.clock.now();
    let mut incidents = incidents.to_vec();
    // in one order, so that two editors never wait for each other
    incidents.sort_unstable();
    let mut tx = app.db.begin().await?;
    for incident in incidents {
        let row = store::incident::find_for_change(&mut tx, incident).await?.ok_or(Error::NotFound)?;
        if row.stage.is_public() {
            return Err(Error::invalid("reason", format!("No. {} is public: retract it instead of dismissing it", row.number)));
        }
        if row.claimed_by.is_some_and(|by| by != editor.id) {
            return Err(Error::invalid("reason", format!("Another editor has claimed No. {}", row.number)));
        }
        store::incident::set_stage(&mut tx, incident, Stage::Dismissed, Some(reason)).await?;
        store::audit::add(&mut tx, editor.id, "dismiss", "incident", incident.0, reason, now).await?;
    }
    Ok(tx.commit().await?)
}

/// Takes a public incident back for a reason that its address answers from now on (410).
pub async fn retract(app: &App, editor: &Member, incident: Id<Incident>, reason: &str) -> Result<()> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let row = store::incident::find_for_change(&mut tx, incident).await?.ok_or(Error::NotFound)?;
    if !row.stage.is_public() {
        return Err(Error::invalid("reason", "Only a public incident can be retracted"));
    }
    store::incident::set_stage(&mut tx, incident, Stage::Retracted, Some(reason)).await?;
    store::incident::set_retracted(&mut tx, incident, now).await?;
    store::page::remove(&mut tx, incident).await?;
    store::outbox::add(&mut tx, "changed", incident, now).await?;
    store::audit::add(&mut tx, editor.id, "retract", "incident", incident.0, reason, now).await?;
    tx.commit().await?;
    app.bus.raise();
    Ok(())
}

/// A reader says that an article is not about the event of this incident.
pub async fn doubt(app: &App, reader: &Member, incident: Id<Incident>, place: i64) -> Result<()> {
    let mut tx = app.db.begin().await?;
    store::incident::find_for_change(&mut tx, incident).await?.ok_or(Error::NotFound)?;
    if !store::doubt::add(&mut tx, incident, place, reader.id, app.clock.now()).await? {
        return Err(Error::NotFound);
    }
    Ok(tx.commit().await?)
}

/// Says that another incident belongs beside this one (`pin`) or does not (`hide`); `None` takes it back. The public page follows.
pub async fn relate(app: &App, editor: &Member, incident: Id<Incident>, number: i64, kind: Option<&str>) -> Result<()> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let row = store::incident::find_for_change(&mut tx, incident).await?.ok_or(Error::NotFound)?;
    let other = store::incident::find_by_number(&mut tx, number).await?;
    let other = other.filter(|other| other.id != incident).ok_or_else(|| Error::invalid("related", "There is no other incident with this number"))?;
    match kind {
        Some(kind) => relation::write(&mut tx, incident, other.id, kind, editor.id, now).await?,
        None => relation::remove(&mut tx, incident, other.id).await?,
    }
    store::audit::add(&mut tx, editor.id, kind.unwrap_or("relate by rule"), "incident", incident.0, &format!("No. {number}"), now).await?;
    if row.stage.is_public() {
        store::job::add(&mut tx, crate::model::job::Work::Publish { incident }, now, now).await?;
    }
    Ok(tx.commit().await?)
}
