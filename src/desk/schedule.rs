//! Time at the desk: editions that publish themselves at a moment, and embargoes before which nothing may be published.
//!
//! A schedule is a row and a job that is due at its moment, so it survives a restart and is performed once.

use super::publish::{Signature, alive, give_text_back, look, overtake, write_revision};
use crate::clock::{DAY, Timestamp};
use crate::error::Problems;
use crate::id::Id;
use crate::model::checked::check_citations;
use crate::model::clash;
use crate::model::edition::Edition;
use crate::model::incident::{Incident, Stage};
use crate::model::job::Work;
use crate::model::viewer::{Member, Role};
use crate::model::working::Working;
use crate::store::schedule::Row as Scheduled;
use crate::store::{self, Tx, incident::Row};
use crate::{App, Error, Result};
use tracing::info;

/// Nobody plans further ahead by intention.
const FURTHEST_DAYS: u32 = 366;

/// Signs an edition that publishes itself at a moment. `typed` is its text as it stood in the form. In place of an earlier schedule.
pub async fn add(app: &App, editor: &Member, incident: Id<Incident>, edition: &Edition, typed: &Working, base: i64, at: Timestamp) -> Result<()> {
    let now = app.clock.now();
    check_ahead(at, now)?;
    let mut tx = app.db.begin().await?;
    let row = store::incident::find_for_change(&mut tx, incident).await?.ok_or(Error::NotFound)?;
    alive(&row)?;
    row.tlp.stage(row.stage.is_out())?;
    if row.embargo_until.is_some_and(|until| at < until) {
        return Err(Error::invalid("when", "That is before the embargo ends"));
    }
    let newest = store::revision::find_newest(&mut tx, incident).await?;
    if newest.is_some_and(|r| r.number > base && r.signed.is_editor()) {
        return Err(Error::Stale);
    }
    overtake(&mut tx, &row, editor, now).await?;
    look(&mut tx, incident).await?;
    store::working::write(&mut tx, incident, typed, editor.id, base, now).await?;
    let scheduled = Scheduled { account_id: editor.id, edition: edition.clone(), typed: typed.clone(), base, publish_at: at };
    store::schedule::write(&mut tx, incident, &scheduled, now).await?;
    if !row.stage.is_out() {
        store::incident::set_stage(&mut tx, incident, Stage::Scheduled, None).await?;
    }
    store::job::remove_waiting(&mut tx, Work::Release { incident }).await?;
    store::job::add(&mut tx, Work::Release { incident }, at, now).await?;
    note(&mut tx, incident, editor, &format!("scheduled for {}", at.long()), &typed.note, now).await?;
    store::audit::add(&mut tx, editor.id, "schedule", "incident", incident.0, &at.iso(), now).await?;
    Ok(tx.commit().await?)
}

/// Takes a schedule back; the text stays as its editor's draft.
pub async fn remove(app: &App, editor: &Member, incident: Id<Incident>) -> Result<()> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let row = store::incident::find_for_change(&mut tx, incident).await?.ok_or(Error::NotFound)?;
    let scheduled = store::schedule::find(&mut tx, incident).await?.ok_or(Error::NotFound)?;
    store::schedule::remove(&mut tx, incident).await?;
    give_text_back(&mut tx, incident, &scheduled, now).await?;
    back_to_draft(&mut tx, &row).await?;
    store::job::remove_waiting(&mut tx, Work::Release { incident }).await?;
    if let Some(until) = row.embargo_until {
        store::job::add(&mut tx, Work::Release { incident }, until, now).await?;
    }
    store::audit::add(&mut tx, editor.id, "unschedule", "incident", incident.0, "", now).await?;
    Ok(tx.commit().await?)
}

/// Publishes what is due. What cannot be published goes back to its editor as a draft, with a note that says why.
pub async fn release(app: &App, incident: Id<Incident>) -> Result<()> {
    let mut tx = app.db.begin().await?;
    store::turn::take(&mut tx).await?;
    let now = app.clock.now();
    let Some(row) = store::incident::find_for_change(&mut tx, incident).await? else { return Ok(()) };
    let Some(scheduled) = store::schedule::find(&mut tx, incident).await? else {
        // an embargo is over: the automatic policy looks again
        store::job::add(&mut tx, Work::Publish { incident }, now, now).await?;
        return Ok(tx.commit().await?);
    };
    if scheduled.publish_at > now {
        store::job::add(&mut tx, Work::Release { incident }, scheduled.publish_at, now).await?;
        return Ok(tx.commit().await?);
    }
    let account = store::account::find(&mut tx, scheduled.account_id).await?;
    let editor = account.filter(|account| account.role >= Role::Editor).map(|a| Member { id: a.id, name: a.name, role: a.role });
    let why = Some(scheduled.typed.note.trim()).filter(|note| !note.is_empty());
    let correction = Some(scheduled.typed.correction.trim()).filter(|sentence| !sentence.is_empty());
    let text = Signature { edition: &scheduled.edition, base: scheduled.base, correction, why, looks: false };
    let own = store::working::find(&mut tx, incident, scheduled.account_id).await?;
    let newer = own.filter(|own| !clash::is_same(&own.text, &scheduled.typed));
    // an article that it cites may have moved away since it was scheduled
    let mut problems = Problems::default();
    check_citations(&scheduled.edition, &store::article::list_places(&mut tx, incident).await?, &mut problems);
    let outcome = match &editor {
        Some(_) if !problems.is_empty() => Err(Error::Invalid(problems)),
        Some(editor) => write_revision(&mut tx, &row, editor, text, now).await,
        None => Err(Error::Forbidden),
    };
    match outcome {
        Ok(number) => {
            // what its editor typed since it was scheduled goes on from here
            if let Some(newer) = newer {
                store::working::write(&mut tx, incident, &newer.text, scheduled.account_id, number, now).await?;
                store::working::set_place(&mut tx, incident, scheduled.account_id, &newer.place, &newer.asides).await?;
            }
            tx.commit().await?;
            app.bus.raise();
            info!(incident.id = %incident, revision = number, "revision {number} of No. {} was published at its time", row.number);
            Ok(())
        }
        Err(cause @ (Error::Stale | Error::Forbidden | Error::Invalid(_))) => {
            drop(tx);
            give_back(app, incident, &scheduled, &cause, now).await
        }
        Err(other) => Err(other),
    }
}

async fn give_back(app: &App, incident: Id<Incident>, scheduled: &Scheduled, cause: &Error, now: Timestamp) -> Result<()> {
    let why = match cause {
        Error::Stale => "not published at its time: another editor has published since it was scheduled",
        Error::Forbidden => "not published at its time: who scheduled it is no editor any more",
        _ => {
            "not published at its time: it is under embargo, marked for the desk alone, retracted, or part of another incident, or cites an article that has moved away"
        }
    };
    let mut tx = app.db.begin().await?;
    let Some(row) = store::incident::find_for_change(&mut tx, incident).await? else { return Ok(()) };
    if store::schedule::find(&mut tx, incident).await?.is_none_or(|now| now.publish_at != scheduled.publish_at) {
        // somebody has planned anew meanwhile
        return Ok(());
    }
    store::schedule::remove(&mut tx, incident).await?;
    give_text_back(&mut tx, incident, scheduled, now).await?;
    back_to_draft(&mut tx, &row).await?;
    store::note::add(&mut tx, incident, scheduled.account_id, why, "", now).await?;
    tracing::warn!(incident.id = %incident, "No. {} was {why}", row.number);
    Ok(tx.commit().await?)
}

async fn back_to_draft(tx: &mut Tx, row: &Row) -> Result<()> {
    if row.stage == Stage::Scheduled {
        // a contributor's text may wait for an editor still
        let stage = if row.handed_by.is_some() { Stage::InReview } else { Stage::Draft };
        store::incident::set_stage(tx, row.id, stage, None).await?;
    }
    Ok(())
}

/// Until this moment nobody, and no policy, publishes the incident; `None` lifts an embargo. One that readers can see is too late.
pub async fn embargo(app: &App, editor: &Member, incident: Id<Incident>, until: Option<Timestamp>) -> Result<()> {
    let now = app.clock.now();
    if let Some(until) = until {
        check_ahead(until, now)?;
    }
    let mut tx = app.db.begin().await?;
    let row = store::incident::find_for_change(&mut tx, incident).await?.ok_or(Error::NotFound)?;
    if until.is_some() && row.stage.is_out() {
        return Err(Error::invalid("when", "It is public already"));
    }
    if let (Some(until), Some(scheduled)) = (until, store::schedule::find(&mut tx, incident).await?)
        && scheduled.publish_at < until
    {
        return Err(Error::invalid("when", "It is scheduled for before that: take the schedule back first"));
    }
    alive(&row)?;
    store::incident::set_embargo(&mut tx, incident, until).await?;
    let scheduled = store::schedule::find(&mut tx, incident).await?.map(|scheduled| scheduled.publish_at);
    store::job::remove_waiting(&mut tx, Work::Release { incident }).await?;
    store::job::add(&mut tx, Work::Release { incident }, scheduled.or(until).unwrap_or(now), now).await?;
    let detail = until.map_or("lifted".into(), Timestamp::iso);
    store::audit::add(&mut tx, editor.id, "embargo", "incident", incident.0, &detail, now).await?;
    Ok(tx.commit().await?)
}

fn check_ahead(at: Timestamp, now: Timestamp) -> Result<()> {
    if at <= now {
        return Err(Error::invalid("when", format!("That is not ahead: it is {} now", now.long())));
    }
    if at > now.plus(DAY * FURTHEST_DAYS) {
        return Err(Error::invalid("when", "That is more than a year ahead"));
    }
    Ok(())
}

/// Keeps what an editor says with an act.
pub(super) async fn note(tx: &mut Tx, incident: Id<Incident>, by: &Member, act: &str, text: &str, now: Timestamp) -> Result<()> {
    let text: String = text.trim().chars().take(2_000).collect();
    store::note::add(tx, incident, by.id, act, &text, now).await
}
