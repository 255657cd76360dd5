//! What a viewer may see: the one policy of the house.
//!
//! A locked panel was never loaded: only this file builds [`Panel::Open`] and calls the queries that read premium data. Whoever tells many of an incident at
//! once (feeds, cards, webhooks, letters of watches, live events) reads open parts alone.

use crate::Result;
use crate::clock::Timestamp;
use crate::id::Id;
use crate::model::briefing::{PremiumBriefing, Subject};
use crate::model::entity::EntityKind;
use crate::model::incident::{Incident, Stage};
use crate::model::page::{OpenPart, PremiumPart, RelatedIncident};
use crate::model::panel::Panel;
use crate::model::tlp::Tlp;
use crate::model::viewer::Viewer;
use crate::store::briefing::{Open as Briefing, Stands};
use crate::store::incident::Named;
use crate::store::{self, Db, Sql};
use std::collections::HashMap;

/// An entity that an incident names.
pub type Around = (Id<Incident>, EntityKind, String);

/// A free account opens the premium panels; anonymous readers get the open part alone.
pub fn opens_premium(viewer: &Viewer) -> bool {
    !viewer.is_anonymous()
}

/// Whether the viewer may read incidents of a stage: what is restricted needs an account.
pub fn may_read(viewer: &Viewer, stage: Stage) -> bool {
    stage.is_public() || stage.is_out() && !viewer.is_anonymous()
}

/// How far a text may have been told for this viewer to read it, whatever its incident is by now.
pub fn reach(viewer: &Viewer) -> Tlp {
    if viewer.is_anonymous() { Tlp::Clear } else { Tlp::Green }
}

/// Slug, title and newest article of what only people with an account may read, newest first.
pub async fn restricted(db: impl Sql, viewer: &Viewer, limit: i64) -> Result<Vec<(String, String, Timestamp)>> {
    if may_read(viewer, Stage::Restricted) { store::incident::list_restricted(db, limit).await } else { Ok(vec![]) }
}

/// A public incident page as this viewer may read it. `None` when there is no public page at this slug.
pub async fn incident(db: &Db, viewer: &Viewer, slug: &str) -> Result<Option<(OpenPart, Panel<PremiumPart>)>> {
    if opens_premium(viewer) {
        let Some((open, mut premium)) = store::page::find_whole(db, slug).await? else { return Ok(None) };
        as_they_stand(db, &mut premium.related.incidents).await?;
        return Ok(Some((open, Panel::Open(premium))));
    }
    let open = store::page::find_open(db, slug).await?;
    Ok(open.map(|open| (open, Panel::Locked)))
}

/// Related incidents were found when the page was written: what was taken back since goes, and what has another title by now has that.
async fn as_they_stand(db: &Db, related: &mut Vec<RelatedIncident>) -> Result<()> {
    let mut numbers = [0; store::incident::NAMED];
    numbers.iter_mut().zip(related.iter()).for_each(|(number, other)| *number = other.number);
    let known: HashMap<i64, Named> = store::incident::list_named(db, numbers).await?.into_iter().map(|named| (named.number, named)).collect();
    // a page of before numbers were kept shows what it was written with
    related.retain(|other| other.number == 0 || known.contains_key(&other.number));
    for other in related {
        if let Some(Named { slug, title, title_language, severity, .. }) = known.get(&other.number).cloned() {
            *other = RelatedIncident { slug, title, title_language, severity, number: other.number, why: std::mem::take(&mut other.why) };
        }
    }
    Ok(())
}

/// The briefing of a day as this viewer may read it, and how many of its lines went, for what they were about is public no more. `None`
/// when there is none of that day.
pub async fn briefing(db: &Db, viewer: &Viewer, day: &str) -> Result<Option<(Briefing, Panel<PremiumBriefing>, usize)>> {
    let Some(mut briefing) = store::briefing::find_open(db, day).await? else { return Ok(None) };
    let mut known = HashMap::new();
    for Stands { number, slug, title, title_language, corrected_at } in store::briefing::list_subjects(db, day).await? {
        briefing.updated_at = briefing.updated_at.max(corrected_at.unwrap_or_default());
        known.insert(number, Subject { number, slug, title, title_language, is_corrected: corrected_at.is_some() });
    }
    let now = |number: i64| known.get(&number).cloned();
    let gone = briefing.part.stand_by(&now);
    if !opens_premium(viewer) {
        return Ok(Some((briefing, Panel::Locked, gone)));
    }
    let mut premium = store::briefing::find_premium_of_briefing(db, day).await?.unwrap_or_default();
    premium.stand_by(&now);
    Ok(Some((briefing, Panel::Open(premium), gone)))
}

/// What the incidents that name an entity name together, for its network: a part of related intelligence, so for members.
pub async fn around(db: impl Sql, viewer: &Viewer, slug: &str) -> Result<Panel<Vec<Around>>> {
    Ok(if opens_premium(viewer) { Panel::Open(store::mention::list_around(db, slug).await?) } else { Panel::Locked })
}

/// A panel that members have open, to be filled.
pub fn opened<T>(viewer: &Viewer, inside: T) -> Panel<T> {
    if opens_premium(viewer) { Panel::Open(inside) } else { Panel::Locked }
}

/// The last closing values of a series up to a day, newest first: what market panels are made of, so for members.
pub async fn closes(db: impl Sql, viewer: &Viewer, series: &str, day: &str, limit: i64) -> Result<Panel<Vec<(String, f64)>>> {
    Ok(if opens_premium(viewer) { Panel::Open(store::quote::list_until(db, series, day, limit).await?) } else { Panel::Locked })
}

/// What an editor's unpublished text would open: editors see all of what they write.
pub fn preview(premium: PremiumPart) -> Panel<PremiumPart> {
    Panel::Open(premium)
}
