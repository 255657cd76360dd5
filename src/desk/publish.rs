//! Publishing: an immutable revision, and the public page of its incident as one row.

use super::page::{self, About};
use super::related;
use crate::clock::Timestamp;
use crate::error::Problems;
use crate::id::Id;
use crate::model::checked::check_citations;
use crate::model::clash;
use crate::model::country;
use crate::model::edition::{Edition, Signed};
use crate::model::incident::{Incident, Stage};
use crate::model::viewer::Member;
use crate::model::working::Working;
use crate::store::incident::Row;
use crate::store::revision::By;
use crate::store::schedule::Row as Scheduled;
use crate::store::{self, Tx};
use crate::{App, Error, Result};
use tracing::info;

/// An editor's text that is to be published.
#[derive(Clone, Copy)]
pub struct Signature<'a> {
    pub edition: &'a Edition,
    /// The revision that it was begun from.
    pub base: i64,
    /// A sentence for readers, when what was public before was wrong.
    pub correction: Option<&'a str>,
    /// Why, for the desk.
    pub why: Option<&'a str>,
    /// An editor looks at the incident as it is now: false for what was signed earlier and is published at its time.
    pub looks: bool,
}

/// Publishes an editor's text as the incident's next revision and says its number. `Stale` when another editor has published since it was
/// begun. What the rules published meanwhile does not count: the editor has the last word. `Invalid` at `when` during an embargo, and at `tlp` when it
/// is marked for the desk alone.
pub async fn by_editor(app: &App, editor: &Member, incident: Id<Incident>, text: Signature<'_>) -> Result<i64> {
    let mut tx = app.db.begin().await?;
    store::turn::take(&mut tx).await?;
    let now = app.clock.now();
    let row = store::incident::find_for_change(&mut tx, incident).await?.ok_or(Error::NotFound)?;
    let number = write_revision(&mut tx, &row, editor, text, now).await?;
    tx.commit().await?;
    app.bus.raise();
    info!(incident.id = %incident, revision = number, account.id = %editor.id, "an editor published revision {number} of No. {}", row.number);
    Ok(number)
}

/// The same within a transaction that has the incident for itself.
pub(super) async fn write_revision(tx: &mut Tx, row: &Row, editor: &Member, text: Signature<'_>, now: Timestamp) -> Result<i64> {
    alive(row)?;
    let newest = store::revision::find_newest(&mut *tx, row.id).await?;
    if newest.is_some_and(|r| r.number > text.base && r.signed.is_editor()) {
        return Err(Error::Stale);
    }
    if let Some(until) = row.embargo_until.filter(|until| *until > now) {
        return Err(Error::invalid("when", format!("It is under embargo until {}: schedule it for then, or lift the embargo", until.long())));
    }
    let stage = row.tlp.stage(row.stage.is_out())?;
    let signed = Signed::Editor { name: editor.name.clone(), at: now };
    let correction = text.correction.filter(|_| row.stage.is_out());
    let by = By { account: Some(editor.id), signed: &signed, correction, why: text.why };
    let number = store::revision::add(tx, row.id, text.edition, by, now).await?;
    if text.looks {
        look(tx, row.id).await?;
    }
    let is_seen = text.looks || row.doubts == 0 && !is_graver(tx, row.id).await?;
    store::incident::set_published(tx, row.id, stage, number, is_seen, now).await?;
    write_page(tx, row, text.edition, &signed, number, now, now).await?;
    store::working::remove(tx, row.id, editor.id).await?;
    if let Some(writer) = row.handed_by {
        let own = store::working::find(&mut *tx, row.id, writer).await?;
        // what the editor did not take over stays the writer's draft
        let published = Working::of(text.edition);
        if own.is_some_and(|own| clash::compare(&published, &published, &own.text).only_mine.is_empty()) {
            store::working::remove(tx, row.id, writer).await?;
        }
        store::incident::set_handed(tx, row.id, None).await?;
    }
    overtake(tx, row, editor, now).await?;
    if let Some(why) = text.why {
        store::note::add(tx, row.id, editor.id, "published", why, now).await?;
    }
    store::audit::add(tx, editor.id, "publish", "incident", row.id.0, &format!("revision {number}"), now).await?;
    Ok(number)
}

/// An editor sees an incident as it is now: how severe the rules find it, and what readers doubt.
pub(super) async fn look(tx: &mut Tx, incident: Id<Incident>) -> Result<()> {
    if let Some(draft) = store::incident::find_draft(&mut *tx, incident).await? {
        store::incident::set_looked(tx, incident, draft.severity).await?;
    }
    store::doubt::settle(tx, incident).await
}

/// Whether the rules find it more severe than when an editor last looked.
async fn is_graver(tx: &mut Tx, incident: Id<Incident>) -> Result<bool> {
    let looked = store::incident::looked(&mut *tx, incident).await?;
    let draft = store::incident::find_draft(&mut *tx, incident).await?;
    Ok(looked.zip(draft).is_some_and(|(looked, draft)| draft.severity > looked))
}

/// What was retracted stays so, and what was merged into another incident is a part of that one.
pub(super) fn alive(row: &Row) -> Result<()> {
    match row.stage {
        Stage::Retracted => Err(Error::invalid("when", "It was retracted: its address says so for good. A new incident can be made of its articles")),
        _ if row.articles == 0 => Err(Error::invalid("when", "It is part of another incident by now")),
        _ => Ok(()),
    }
}

/// What was scheduled is not any more; another editor's text is their draft again.
pub(super) async fn overtake(tx: &mut Tx, row: &Row, editor: &Member, now: Timestamp) -> Result<()> {
    let Some(scheduled) = store::schedule::find(&mut *tx, row.id).await? else { return Ok(()) };
    store::schedule::remove(tx, row.id).await?;
    if scheduled.account_id != editor.id {
        give_text_back(tx, row.id, &scheduled, now).await?;
        store::note::add(tx, row.id, editor.id, "came before what was scheduled; that is its editor’s draft again", "", now).await?;
    }
    Ok(())
}

/// The scheduled text as its editor's draft, unless they have a newer one.
pub(super) async fn give_text_back(tx: &mut Tx, incident: Id<Incident>, scheduled: &Scheduled, now: Timestamp) -> Result<()> {
    if store::working::find(&mut *tx, incident, scheduled.account_id).await?.is_none() {
        store::working::write(tx, incident, &scheduled.typed, scheduled.account_id, scheduled.base, now).await?;
    }
    Ok(())
}

/// Incidents that are published in one transaction: everybody else who writes waits for it.
const AT_ONCE: usize = 10;

/// The automatic policy for incidents that were drafted anew: publishes candidates with enough independent voices, renews
/// what the rules published before, and leaves an editor's words as they are beside new counts.
pub async fn by_policy(app: &App, incidents: &[Id<Incident>]) -> Result<()> {
    for some in incidents.chunks(AT_ONCE) {
        let mut tx = app.db.begin().await?;
        store::turn::take(&mut tx).await?;
        let now = app.clock.now();
        let mut published = 0;
        for incident in some {
            published += usize::from(one_by_policy(app, &mut tx, *incident, now).await?);
        }
        tx.commit().await?;
        if published > 0 {
            app.bus.raise();
        }
    }
    Ok(())
}

/// Whether a public page was written.
async fn one_by_policy(app: &App, tx: &mut Tx, incident: Id<Incident>, now: Timestamp) -> Result<bool> {
    let Some(row) = store::incident::find_for_change(tx, incident).await? else { return Ok(false) };
    let newest = store::revision::find_newest(&mut *tx, incident).await?;
    // an editor's words stay, also when a reader's doubt or a graver turn has brought the incident back to the queue
    if let Some(newest) = newest.as_ref().filter(|newest| newest.signed.is_editor() && row.stage.is_out()) {
        let mut problems = Problems::default();
        check_citations(&newest.edition, &store::article::list_places(&mut *tx, incident).await?, &mut problems);
        if !problems.is_empty() {
            store::incident::call_back(tx, incident, "its text cites an article that has moved away").await?;
        }
        write_page(tx, &row, &newest.edition, &newest.signed, newest.number, newest.published_at, now).await?;
        return Ok(true);
    }
    let Some(draft) = store::incident::find_draft(&mut *tx, incident).await? else { return Ok(false) };
    let enough = app.config.publish_sources > 0 && row.voices >= app.config.publish_sources;
    // what an editor dismissed is an editor's to publish
    let is_held = row.dismissed_articles > 0
        || row.embargo_until.is_some_and(|until| until > now)
        || !row.tlp.is_clear()
        || matches!(row.stage, Stage::InReview | Stage::Scheduled);
    if matches!(row.stage, Stage::Dismissed | Stage::Retracted) || !(row.stage.is_out() || enough && !is_held) {
        if matches!(row.stage, Stage::Candidate | Stage::Draft) {
            // nobody reads it yet, but the queue shows the title and place that the rules found
            store::incident::show_edition(tx, incident, &draft, region(&draft)).await?;
        }
        return Ok(false);
    }
    let stage = row.tlp.stage(false)?;
    let signed = Signed::Rules { at: now };
    let number = match &newest {
        Some(same) if same.edition == draft => same.number,
        _ => store::revision::add(tx, incident, &draft, By { account: None, signed: &signed, correction: None, why: None }, now).await?,
    };
    store::incident::set_published(tx, incident, stage, number, false, now).await?;
    write_page(tx, &row, &draft, &signed, number, now, now).await?;
    Ok(true)
}

/// Writes the incident's public page, its list entry and its topics, and tells open pages that something changed.
async fn write_page(tx: &mut Tx, row: &Row, edition: &Edition, signed: &Signed, revision: i64, updated: Timestamp, now: Timestamp) -> Result<()> {
    let slug = store::incident::show_edition(tx, row.id, edition, region(edition)).await?;
    store::topic::replace(tx, row.id, &edition.topics, row.newest_at).await?;
    store::mention::replace(tx, row.id, &edition.mentions, row.newest_at).await?;
    let related = related::find(tx, row, edition).await?;
    let articles = store::article::list_of(&mut *tx, row.id).await?;
    let corrections = store::revision::list_corrections_of(&mut *tx, row.id).await?;
    let before = store::revision::find(&mut *tx, row.id, revision - 1).await?.and_then(|r| Some((r.number, r.edition.assessment?)));
    let about = About { row, slug, articles: &articles, signed, revision, updated_at: updated, related, before, corrections };
    let (open, premium) = page::build(edition, about);
    store::page::write(tx, row.id, &open, &premium, now).await?;
    store::search::write(tx, row.id, &open.title, &searched(edition), revision, row.newest_at, &articles).await?;
    if !row.tlp.is_clear() {
        return Ok(());
    }
    let kind = if row.stage.is_public() { "changed" } else { "published" };
    store::outbox::add(tx, kind, row.id, now).await
}

fn region(edition: &Edition) -> Option<&'static str> {
    edition.countries.first().and_then(|code| country::region(code)).map(|region| region.word())
}

/// The open text below the title, for the search.
fn searched(edition: &Edition) -> String {
    let shown = |label: &str| !["Title", "Category", "Severity", "What is not known"].contains(&label);
    let fields = edition.open_text().fields.into_iter().filter(|(label, text)| shown(label) && !text.is_empty());
    // where it is stands last, or every snippet would begin with it
    let (places, rest): (Vec<_>, Vec<_>) = fields.partition(|(label, _)| label == "Countries");
    rest.into_iter().chain(places).map(|(_, text)| text).collect::<Vec<_>>().join("\n")
}
