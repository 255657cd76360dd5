//! What an editor does to the grouping of articles: merge two incidents, move articles to another or to one of their own. `undo` takes
//! either back. Clustering keeps to it: incidents that were told apart are not merged again by themselves.

use super::review::leave;
use crate::clock::Timestamp;
use crate::id::Id;
use crate::model::article::Article;
use crate::model::incident::{Incident, Stage};
use crate::model::job::Work;
use crate::model::viewer::Member;
use crate::store::Tx;
use crate::store::article::Head;
use crate::store::incident::Row;
use crate::store::regrouping::New;
use crate::{App, Error, Result, store};

/// Makes this incident part of another, named by its number: its articles follow the other's, its addresses lead there, and the
/// other is drafted anew. Says the id of the one that stays.
pub async fn merge(app: &App, editor: &Member, gone: Id<Incident>, into: i64) -> Result<Id<Incident>> {
    let mut tx = app.db.begin().await?;
    store::turn::take(&mut tx).await?;
    let keep = merge_one(&mut tx, editor, gone, into, app.clock.now()).await?;
    tx.commit().await?;
    app.bus.raise();
    Ok(keep)
}

/// Makes several incidents part of another, all or none; each can be undone. `Invalid` names the one that cannot be.
pub async fn merge_all(app: &App, editor: &Member, gone: &[Row], into: i64) -> Result<()> {
    let mut tx = app.db.begin().await?;
    store::turn::take(&mut tx).await?;
    for row in gone {
        merge_one(&mut tx, editor, row.id, into, app.clock.now()).await.map_err(|cause| match cause {
            Error::Invalid(problems) => Error::Invalid(problems.about(&format!("No. {}", row.number))),
            other => other,
        })?;
    }
    tx.commit().await?;
    app.bus.raise();
    Ok(())
}

async fn merge_one(tx: &mut Tx, editor: &Member, gone: Id<Incident>, into: i64, now: Timestamp) -> Result<Id<Incident>> {
    let kept = other(tx, gone, into, "into").await?;
    let keep = kept.id;
    let row = lock(tx, gone, keep).await?;
    if row.articles == 0 {
        return Err(Error::invalid("into", "It is part of another incident by now, or all its articles were moved"));
    }
    if row.stage.is_public() && !kept.stage.is_public() {
        let why = format!("Readers see this one and not No. {into}: merge No. {into} into this one, or publish it first");
        return Err(Error::invalid("into", why));
    }
    if row.embargo_until.is_some_and(|until| until > now) {
        return Err(Error::invalid("into", "It is under embargo: lift that first, or its articles would be public there"));
    }
    if row.stage == Stage::Retracted {
        return Err(Error::invalid("into", "It was retracted, and its address says why: what it told does not come back with another"));
    }
    if !row.tlp.is_clear() {
        return Err(Error::invalid(
            "into",
            format!("It is marked {}: mark it TLP:CLEAR first, or what it says would be read there", row.tlp.label()),
        ));
    }
    leave(tx, &row, editor, now).await?;
    let articles = store::article::list_ids(&mut *tx, gone).await?;
    let act = store::regrouping::add(tx, New { act: "merge", from: &row, into: keep, articles: &articles, by: editor.id }, now).await?;
    store::regrouping::set_apart(tx, keep, gone, false).await?;
    let mut chapters = store::chapter::list_links(tx, keep, gone).await?;
    store::page::remove(tx, gone).await?;
    store::merging::merge(tx, keep, gone, now).await?;
    store::chapter::look_again(tx, &mut chapters).await?;
    store::regrouping::note_chapters(tx, act, &chapters).await?;
    store::following::note(tx, act, row.number, into).await?;
    store::following::follow_on(tx, row.number, into, now).await?;
    count_anew(tx, &[keep], now).await?;
    store::outbox::add(tx, "changed", gone, now).await?;
    store::audit::add(tx, editor.id, "merge", "incident", gone.0, &format!("into No. {into}"), now).await?;
    Ok(keep)
}

/// Moves the articles at these places to the incident of a number, or to a new one. Says where they are now.
///
/// The places of the others stay, since revisions cite them.
pub async fn move_articles(app: &App, editor: &Member, from: Id<Incident>, places: &[i64], to: Option<i64>) -> Result<Id<Incident>> {
    let mut tx = app.db.begin().await?;
    store::turn::take(&mut tx).await?;
    let now = app.clock.now();
    let known = match to {
        Some(number) => Some(other(&mut tx, from, number, "target").await?),
        None => None,
    };
    let row = lock(&mut tx, from, known.as_ref().map_or(from, |known| known.id)).await?;
    if let Some(known) = &known {
        stays_held(&row, known, "target", now)?;
    }
    let articles = store::article::list_heads(&mut tx, from).await?;
    let moving: Vec<&Head> = articles.iter().filter(|article| places.contains(&article.place)).collect();
    let Some(first) = moving.first() else { return Err(Error::invalid("target", "Choose the articles to move")) };
    // what was retracted is an address that says why: all of its articles may leave it
    if moving.len() == articles.len() && row.stage != Stage::Retracted {
        return Err(Error::invalid("target", "These are all of the incident’s articles: merge it into another, or dismiss it instead"));
    }
    let into = match known {
        Some(known) => known.id,
        None => open_beside(&mut tx, &row, first, now).await?,
    };
    let ids: Vec<Id<Article>> = moving.iter().map(|article| article.id).collect();
    store::doubt::settle_articles(&mut tx, &ids).await?;
    store::regrouping::add(&mut tx, New { act: "move", from: &row, into, articles: &ids, by: editor.id }, now).await?;
    store::article::transfer(&mut tx, &ids, from, into, now).await?;
    store::regrouping::set_apart(&mut tx, from, into, true).await?;
    count_anew(&mut tx, &[from, into], now).await?;
    let titles: Vec<&str> = moving.iter().map(|article| article.title.as_str()).collect();
    let detail = crate::text::fold::shorten(&titles.join("; "), 500);
    store::audit::add(&mut tx, editor.id, "move", "incident", from.0, &detail, now).await?;
    tx.commit().await?;
    Ok(into)
}

/// The places of an incident's articles that may be about other events, each event's together, the largest part first.
pub async fn parts(app: &App, incident: Id<Incident>) -> Result<Vec<Vec<i64>>> {
    let rows = store::part::list_of(&app.db, incident).await?;
    Ok(rows.chunk_by(|(one, _), (other, _)| one == other).map(|part| part.iter().map(|(_, place)| *place).collect()).collect())
}

/// Moves the part that begins with the article at a place to an incident of its own.
pub async fn part_off(app: &App, editor: &Member, from: Id<Incident>, first: i64) -> Result<Id<Incident>> {
    let parts = parts(app, from).await?;
    let part = parts.iter().find(|part| part.first() == Some(&first));
    let part = part.ok_or_else(|| Error::invalid("target", "The parts of this incident have changed meanwhile; they are below as they are now"))?;
    move_articles(app, editor, from, part, None).await
}

/// Says that an incident is one event, whatever it seems to fall into.
pub async fn keep_together(app: &App, editor: &Member, incident: Id<Incident>) -> Result<()> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    store::turn::take(&mut tx).await?;
    store::incident::find_for_change(&mut tx, incident).await?.ok_or(Error::NotFound)?;
    store::part::remove_of(&mut tx, incident).await?;
    store::audit::add(&mut tx, editor.id, "keep together", "incident", incident.0, "", now).await?;
    Ok(tx.commit().await?)
}

/// Another incident by its number, one that can take articles.
async fn other(tx: &mut Tx, not: Id<Incident>, number: i64, field: &'static str) -> Result<Row> {
    let found = store::incident::find_by_number(tx, number).await?;
    let found = found.filter(|row| row.id != not && !matches!(row.stage, Stage::Dismissed | Stage::Retracted));
    found.ok_or_else(|| Error::invalid(field, format!("There is no other incident No. {number} that can take these articles")))
}

/// Keeps others from changing two incidents; in one order, so that two editors never wait for each other. Gives the first.
pub(super) async fn lock(tx: &mut Tx, one: Id<Incident>, other: Id<Incident>) -> Result<Row> {
    for id in [one.min(other), one.max(other)] {
        store::incident::find_for_change(tx, id).await?.ok_or(Error::NotFound)?;
    }
    store::incident::find(tx, one).await?.ok_or(Error::NotFound)
}

/// What an editor holds back stays held back wherever its articles go.
pub(super) fn stays_held(from: &Row, into: &Row, field: &'static str, now: Timestamp) -> Result<()> {
    if from.tlp > into.tlp {
        let why = format!(
            "No. {} is marked {} and No. {} is not: mark it so, or what moves would be read there",
            from.number,
            from.tlp.label(),
            into.number
        );
        return Err(Error::invalid(field, why));
    }
    match from.embargo_until {
        Some(until) if until > now && into.embargo_until.is_none_or(|other| other < until) => Err(Error::invalid(
            field,
            format!("No. {} is under embargo until {} and No. {} is not: put it under one too, or lift it", from.number, until.long(), into.number),
        )),
        _ => Ok(()),
    }
}

/// A new incident for articles of another, which is told no further than that one.
async fn open_beside(tx: &mut Tx, beside: &Row, first: &Head, now: Timestamp) -> Result<Id<Incident>> {
    let id = store::incident::open(tx, &first.title, first.published_at, now).await?;
    hold_as(tx, id, beside, now).await?;
    Ok(id)
}

/// Lets an incident that nobody reads yet be told no further than another.
pub(super) async fn hold_as(tx: &mut Tx, id: Id<Incident>, other: &Row, now: Timestamp) -> Result<()> {
    store::incident::set_tlp(tx, id, other.tlp).await?;
    if let Some(until) = other.embargo_until.filter(|until| *until > now) {
        store::incident::set_embargo(tx, id, Some(until)).await?;
        store::job::add(tx, Work::Release { incident: id }, until, now).await?;
    }
    Ok(())
}

/// Counts incidents whose articles or doubts came or went, and drafts them anew.
pub(super) async fn count_anew(tx: &mut Tx, incidents: &[Id<Incident>], now: Timestamp) -> Result<()> {
    for incident in incidents {
        store::incident::count(tx, *incident).await?;
        store::doubt::count(tx, *incident).await?;
    }
    store::job::analyze(tx, incidents, now).await
}
