//! What an editor does with a candidate besides publishing it: open, write, claim, dismiss, retract.

use super::page::{self, About};
use super::publish::{alive, overtake};
use super::{regroup, schedule, working};
use crate::clock::Timestamp;
use crate::id::Id;
use crate::model::account::Account;
use crate::model::article::Article;
use crate::model::clash;
use crate::model::edition::{Edition, Signed};
use crate::model::incident::{Incident, Stage};
use crate::model::job::Work;
use crate::model::page::{OpenPart, PremiumPart};
use crate::model::tlp::Tlp;
use crate::model::viewer::{Member, Role};
use crate::model::window::{Aside, Window};
use crate::model::working::Working;
use crate::store::incident::Row;
use crate::store::{Sql, Tx, regrouping, relation, revision};
use crate::{App, Error, Result, store};

/// Regroupings that the page offers to undo.
const REGROUPINGS: i64 = 50;
/// Articles that tell what a part is about.
const TOLD: usize = 3;
/// Incidents that may name another one and are written anew without it; the newest ones.
const NAMED_IN: i64 = 200;
/// Notes that the page shows.
const NOTES: i64 = 50;
/// Changes of articles that the page shows.
const EARLIER: i64 = 200;

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
    pub saved: Option<Timestamp>,
    /// Texts of this editor's in other windows, which this one took the place of: when each was saved, and the parts that differ.
    pub asides: Vec<(Timestamp, Vec<&'static str>)>,
    pub articles: Vec<Article>,
    /// What articles were called before their sources changed them: place, title, and until when.
    pub earlier: Vec<(i64, String, Timestamp)>,
    /// The places of all articles, which a text may cite.
    pub places: Vec<i64>,
    pub revisions: Vec<revision::Row>,
    /// Place of an article and how many readers doubt that it belongs here.
    pub doubts: Vec<(i64, i64)>,
    /// The places of articles that may be about another event, each event's together.
    pub parts: Vec<Vec<i64>>,
    /// What editors did to its articles and may undo, newest first.
    pub regroupings: Vec<regrouping::Row>,
    /// What editors said of it and other incidents.
    pub relations: Vec<relation::Row>,
    /// Id, number and title of the incident that it tells more of.
    pub continues: Option<(Id<Incident>, i64, String)>,
    /// Id, number and title of the incident that it was merged into.
    pub part_of: Option<(Id<Incident>, i64, String)>,
    /// Whose text this is, when it was handed in by somebody else.
    pub handed: Option<String>,
    /// What waits for its time, and who signed it.
    pub scheduled: Option<(store::schedule::Row, String)>,
    /// What editors said to each other, newest first.
    pub notes: Vec<store::note::Row>,
}

impl Dossier {
    /// How many readers doubt that the article at this place belongs here.
    pub fn doubts_of(&self, place: &i64) -> i64 {
        self.doubts.iter().find(|(at, _)| at == place).map_or(0, |(_, readers)| *readers)
    }

    /// What an article was called before, and until when; no title where its text alone has changed.
    pub fn earlier_of(&self, article: &Article) -> Vec<(Option<&str>, Timestamp)> {
        let of_it = self.earlier.iter().filter(|(place, ..)| *place == article.place);
        of_it.map(|(_, title, until)| (Some(title.as_str()).filter(|title| *title != article.title), *until)).collect()
    }

    /// The first articles of a part with titles of their own, to tell what it is about.
    pub fn first_of(&self, part: &[i64]) -> Vec<&Article> {
        let mut first: Vec<&Article> = vec![];
        for article in self.articles.iter().filter(|article| part.contains(&article.place)) {
            if first.len() < TOLD && first.iter().all(|known| known.title != article.title) {
                first.push(article);
            }
        }
        first
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
    // what was handed in is for editors to see
    let handed_in = match row.handed_by.filter(|by| *by != editor.id && editor.role >= Role::Editor) {
        Some(by) => store::working::find(&app.db, incident, by).await?,
        None => None,
    };
    let own = store::working::find(&app.db, incident, editor.id).await?;
    let differ = |own: &store::working::Row, aside: &Aside| clash::compare(&own.text, &own.text, &aside.text).only_mine;
    let asides = own.as_ref().map_or(vec![], |own| own.asides.iter().map(|aside| (aside.saved_at, differ(own, aside))).collect());
    let is_theirs = own.is_none() && handed_in.is_some();
    let (text, base, saved) = match own.or(handed_in) {
        Some(working) => (working.text, working.base, (!is_theirs).then_some(working.saved_at)),
        None => (Working::of(&edition), newest, None),
    };
    let handed = match row.handed_by {
        Some(by) => Some(name_of(app, by).await?),
        None => None,
    };
    let scheduled = match store::schedule::find(&app.db, incident).await? {
        Some(scheduled) => {
            let name = name_of(app, scheduled.account_id).await?;
            Some((scheduled, name))
        }
        None => None,
    };
    let notes = store::note::list_of(&app.db, incident, NOTES).await?;
    let articles = store::article::list_of(&app.db, incident).await?;
    let earlier = store::article::list_earlier(&app.db, incident, EARLIER).await?;
    let places = store::article::list_places(&app.db, incident).await?;
    let doubts = store::doubt::count_of(&app.db, incident).await?;
    let parts = regroup::parts(app, incident).await?;
    let regroupings = store::regrouping::list_of(&app.db, incident, REGROUPINGS).await?;
    let relations = relation::list_of(&app.db, incident).await?;
    let continues = store::chapter::find_continued(&app.db, incident).await?;
    let part_of = store::merging::find_heir(&app.db, incident).await?;
    Ok(Dossier {
        row,
        edition,
        text,
        base,
        saved,
        asides,
        articles,
        earlier,
        places,
        revisions,
        doubts,
        parts,
        regroupings,
        relations,
        continues,
        part_of,
        handed,
        scheduled,
        notes,
    })
}

async fn name_of(app: &App, account: Id<Account>) -> Result<String> {
    Ok(store::account::find(&app.db, account).await?.map_or("a deleted account".into(), |account| account.name))
}

/// Gives a text to the editors to look at. `note` says what they should know.
pub async fn hand_in(app: &App, writer: &Member, incident: Id<Incident>, text: &Working, base: i64, window: &Window) -> Result<()> {
    working::save(app, writer, incident, &Working { note: String::new(), ..text.clone() }, base, window).await?;
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let row = store::incident::find_for_change(&mut tx, incident).await?.ok_or(Error::NotFound)?;
    alive(&row)?;
    if row.handed_by.is_some_and(|by| by != writer.id) {
        return Err(Error::invalid("note", "Somebody else’s text is with the editors already"));
    }
    store::incident::set_handed(&mut tx, incident, Some(writer.id)).await?;
    if matches!(row.stage, Stage::Candidate | Stage::Draft) {
        store::incident::set_stage(&mut tx, incident, Stage::InReview, None).await?;
    }
    schedule::note(&mut tx, incident, writer, "handed in", &text.note, now).await?;
    store::audit::add(&mut tx, writer.id, "hand in", "incident", incident.0, "", now).await?;
    Ok(tx.commit().await?)
}

/// Gives a text back to who handed it in, with a word on what is missing.
pub async fn hand_back(app: &App, editor: &Member, incident: Id<Incident>, note: &str) -> Result<()> {
    if note.trim().is_empty() {
        return Err(Error::invalid("note", "Say what is missing; the writer reads it"));
    }
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let row = store::incident::find_for_change(&mut tx, incident).await?.ok_or(Error::NotFound)?;
    if row.handed_by.is_none() {
        return Err(Error::invalid("note", "Nobody has handed it in"));
    }
    store::incident::set_handed(&mut tx, incident, None).await?;
    if row.stage == Stage::InReview {
        store::incident::set_stage(&mut tx, incident, Stage::Draft, None).await?;
    }
    schedule::note(&mut tx, incident, editor, "handed back", note, now).await?;
    store::audit::add(&mut tx, editor.id, "hand back", "incident", incident.0, "", now).await?;
    Ok(tx.commit().await?)
}

/// A word to the others; nothing else changes.
pub async fn say(app: &App, who: &Member, incident: Id<Incident>, text: &str) -> Result<()> {
    if text.trim().is_empty() {
        return Err(Error::invalid("note", "Write the note first"));
    }
    let mut tx = app.db.begin().await?;
    store::incident::find(&mut tx, incident).await?.ok_or(Error::NotFound)?;
    schedule::note(&mut tx, incident, who, "said", text, app.clock.now()).await?;
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
        revision: dossier.base.saturating_add(1),
        updated_at: now,
        related: vec![],
        before: None,
        corrections: vec![],
    };
    page::build(edition, about)
}

/// Marks a candidate as this editor's own, or gives it back.
pub async fn claim(app: &App, editor: &Member, incident: Id<Incident>, mine: bool) -> Result<()> {
    let mut tx = app.db.begin().await?;
    let row = store::incident::find_for_change(&mut tx, incident).await?.ok_or(Error::NotFound)?;
    if is_taken(&mut tx, &row, editor).await? {
        return Err(Error::Taken);
    }
    store::incident::set_claim(&mut tx, incident, mine.then_some(editor.id)).await?;
    let act = if mine { "claim" } else { "give back" };
    store::audit::add(&mut tx, editor.id, act, "incident", incident.0, "", app.clock.now()).await?;
    Ok(tx.commit().await?)
}

/// Characters of a reason, which readers of a retracted incident and of the corrections see.
const LONGEST_REASON: usize = 500;

/// A reason as typed, if it says something.
fn checked(reason: &str) -> Result<&str> {
    let reason = reason.trim();
    if reason.is_empty() || reason.chars().count() > LONGEST_REASON {
        return Err(Error::invalid("reason", format!("Say why in a sentence of at most {LONGEST_REASON} characters; it is kept")));
    }
    Ok(reason)
}

/// Takes a candidate out of the queue for a reason. One that readers can see must be retracted instead.
pub async fn dismiss(app: &App, editor: &Member, incident: Id<Incident>, reason: &str) -> Result<()> {
    dismiss_all(app, editor, &[incident], reason).await
}

/// Takes candidates out of the queue for one reason, all or none; none that another editor has claimed.
pub async fn dismiss_all(app: &App, editor: &Member, incidents: &[Id<Incident>], reason: &str) -> Result<()> {
    let reason = checked(reason)?;
    let mut tx = app.db.begin().await?;
    store::turn::take(&mut tx).await?;
    let now = app.clock.now();
    for incident in incidents.iter().copied() {
        let row = store::incident::find_for_change(&mut tx, incident).await?.ok_or(Error::NotFound)?;
        if row.stage == Stage::Retracted {
            return Err(Error::invalid("reason", format!("No. {} was retracted: its address says why for good", row.number)));
        }
        if row.stage.is_out() {
            return Err(Error::invalid("reason", format!("No. {} is public: retract it instead of dismissing it", row.number)));
        }
        if is_taken(&mut tx, &row, editor).await? {
            return Err(Error::invalid("reason", format!("Another editor has claimed No. {}", row.number)));
        }
        store::incident::set_stage(&mut tx, incident, Stage::Dismissed, Some(reason)).await?;
        leave(&mut tx, &row, editor, now).await?;
        store::audit::add(&mut tx, editor.id, "dismiss", "incident", incident.0, reason, now).await?;
    }
    Ok(tx.commit().await?)
}

/// What was handed in or scheduled is not any more.
pub(super) async fn leave(tx: &mut Tx, row: &Row, editor: &Member, now: Timestamp) -> Result<()> {
    store::incident::set_handed(tx, row.id, None).await?;
    overtake(tx, row, editor, now).await?;
    store::job::remove_waiting(tx, Work::Release { incident: row.id }).await
}

/// Whether somebody else has claimed it. What a contributor claims gives way to an editor.
pub async fn is_taken(db: impl Sql, row: &Row, editor: &Member) -> Result<bool> {
    let Some(by) = row.claimed_by.filter(|by| *by != editor.id) else { return Ok(false) };
    let role = store::account::find(db, by).await?.map_or(Role::Reader, |account| account.role);
    Ok(role >= Role::Editor || editor.role < Role::Editor)
}

/// Takes a public incident back for a reason that its address answers from now on (410).
pub async fn retract(app: &App, editor: &Member, incident: Id<Incident>, reason: &str) -> Result<()> {
    let reason = checked(reason)?;
    let now = app.clock.now();
    let naming = naming(app, incident).await?;
    let mut tx = app.db.begin().await?;
    let row = store::incident::find_for_change(&mut tx, incident).await?.ok_or(Error::NotFound)?;
    if !row.stage.is_out() {
        return Err(Error::invalid("reason", "Only an incident that readers can see can be retracted"));
    }
    store::incident::set_stage(&mut tx, incident, Stage::Retracted, Some(reason)).await?;
    store::incident::set_retracted(&mut tx, incident, now).await?;
    store::webhook::set_news(&mut tx, incident).await?;
    leave(&mut tx, &row, editor, now).await?;
    store::page::remove(&mut tx, incident).await?;
    store::job::analyze(&mut tx, &naming, now).await?;
    store::outbox::add(&mut tx, "changed", incident, now).await?;
    store::audit::add(&mut tx, editor.id, "retract", "incident", incident.0, reason, now).await?;
    tx.commit().await?;
    app.bus.raise();
    unname(app, incident, &naming, now).await;
    Ok(())
}

/// Later incidents name those before them: what the rules wrote is written anew without one that not everybody may read. The search through their pages
/// takes long, so that it goes before the transaction, while nobody waits, …
async fn naming(app: &App, incident: Id<Incident>) -> Result<Vec<Id<Incident>>> {
    let row = store::incident::find(&app.db, incident).await?.ok_or(Error::NotFound)?;
    store::page::list_naming(&app.db, row.number, row.first_at, NAMED_IN).await
}

/// … and what was written meanwhile is asked for again after it. The act is done by then, whatever becomes of this.
async fn unname(app: &App, incident: Id<Incident>, known: &[Id<Incident>], now: Timestamp) {
    if let Err(cause) = unname_late(app, incident, known, now).await {
        tracing::warn!(incident.id = %incident, "what named it meanwhile could not be drafted anew: {cause:#}");
    }
}

async fn unname_late(app: &App, incident: Id<Incident>, known: &[Id<Incident>], now: Timestamp) -> Result<()> {
    let late: Vec<Id<Incident>> = naming(app, incident).await?.into_iter().filter(|other| !known.contains(other)).collect();
    if late.is_empty() {
        return Ok(());
    }
    let mut tx = app.db.begin().await?;
    store::job::analyze(&mut tx, &late, now).await?;
    Ok(tx.commit().await?)
}

/// Marks how far an incident may be told. What readers see already goes to members alone at once, or back to everybody.
pub async fn mark(app: &App, editor: &Member, incident: Id<Incident>, tlp: Tlp) -> Result<()> {
    let now = app.clock.now();
    let naming = naming(app, incident).await?;
    let mut tx = app.db.begin().await?;
    let row = store::incident::find_for_change(&mut tx, incident).await?.ok_or(Error::NotFound)?;
    alive(&row)?;
    store::incident::set_tlp(&mut tx, incident, tlp).await?;
    if row.stage.is_out() && tlp.is_clear() {
        store::incident::set_opened(&mut tx, incident, now).await?;
    }
    store::revision::tell_newest(&mut tx, incident).await?;
    store::webhook::set_news(&mut tx, incident).await?;
    if row.stage.is_out() {
        let stage = tlp
            .stage(row.revision > 1)
            .map_err(|_| Error::invalid("tlp", format!("Readers see it already: retract it before it is marked {}", tlp.label())))?;
        store::incident::set_stage(&mut tx, incident, stage, None).await?;
        store::page::set_members(&mut tx, incident, !tlp.is_clear()).await?;
        store::job::analyze(&mut tx, &naming, now).await?;
        store::outbox::add(&mut tx, "changed", incident, now).await?;
    }
    // what was held back for members may have enough voices for everybody
    store::job::add(&mut tx, Work::Publish { incident }, now, now).await?;
    store::audit::add(&mut tx, editor.id, "mark", "incident", incident.0, tlp.label(), now).await?;
    tx.commit().await?;
    app.bus.raise();
    if row.stage.is_out() {
        unname(app, incident, &naming, now).await;
    }
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

/// Says which incident this one tells more of, by its number, or that it tells more of none.
pub async fn go_on_from(app: &App, editor: &Member, incident: Id<Incident>, number: Option<i64>) -> Result<()> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let row = store::incident::find_for_change(&mut tx, incident).await?.ok_or(Error::NotFound)?;
    let before = match number {
        Some(number) => {
            let found = store::incident::find_by_number(&mut tx, number).await?.filter(|other| other.id != incident && other.articles > 0);
            let found = found.ok_or_else(|| Error::invalid("continues", "There is no other incident with this number"))?;
            if found.first_at >= row.first_at {
                return Err(Error::invalid("continues", "That incident did not begin before this one"));
            }
            Some(found.id)
        }
        None => None,
    };
    store::chapter::set_continues(&mut tx, incident, before).await?;
    let detail = number.map_or("none".into(), |number| format!("No. {number}"));
    store::audit::add(&mut tx, editor.id, "continue", "incident", incident.0, &detail, now).await?;
    if row.stage.is_public() {
        // the other's page names it too
        store::outbox::add(&mut tx, "changed", incident, now).await?;
    }
    tx.commit().await?;
    app.bus.raise();
    Ok(())
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
    if row.stage.is_out() {
        store::job::add(&mut tx, Work::Publish { incident }, now, now).await?;
    }
    Ok(tx.commit().await?)
}
