//! Undoing: what an editor merged or moved goes back, as far as it is still where that brought it.

use super::regroup::{count_anew, hold_as, lock, stays_held};
use super::review::leave;
use crate::clock::Timestamp;
use crate::id::Id;
use crate::model::article::Article;
use crate::model::incident::{Incident, Stage};
use crate::model::job::Work;
use crate::model::viewer::Member;
use crate::store::Tx;
use crate::store::following::Undone;
use crate::store::incident::Row;
use crate::store::regrouping::{Regrouping, Row as Act};
use crate::{App, Error, Result, store};

/// Undoes a merge or a move. Says the incident that its articles are back in.
pub async fn undo(app: &App, editor: &Member, act: Id<Regrouping>) -> Result<Id<Incident>> {
    let mut tx = app.db.begin().await?;
    store::turn::take(&mut tx).await?;
    let now = app.clock.now();
    let act = store::regrouping::take(&mut tx, act, now).await?.ok_or_else(|| refused("It was undone already"))?;
    let way = Way::back(&mut tx, &act).await?;
    let (from, into) = (way.back.id, way.holder.id);
    match act.is_merge() {
        true => revive(&mut tx, &act, &way, now).await?,
        false => stays_held(&way.holder, &way.back, "form", now)?,
    }
    put_back(&mut tx, &act, &way, now).await?;
    tell_apart(&mut tx, &act, &way).await?;
    match store::article::list_heads(&mut tx, into).await?.is_empty() {
        true => leave_empty(&mut tx, editor, &way, now).await?,
        false => count_anew(&mut tx, &[from, into], now).await?,
    }
    for changed in [from, into] {
        store::outbox::add(&mut tx, "changed", changed, now).await?;
    }
    store::audit::add(&mut tx, editor.id, "undo", "incident", from.0, &act.act, now).await?;
    tx.commit().await?;
    app.bus.raise();
    Ok(from)
}

fn refused(why: impl Into<String>) -> Error {
    Error::invalid("form", why)
}

/// The way back of what was moved.
struct Way {
    /// Where the articles are now.
    holder: Row,
    /// Where they came from.
    back: Row,
    moved: Vec<Id<Article>>,
}

impl Way {
    async fn back(tx: &mut Tx, act: &Act) -> Result<Self> {
        // clustering, or an editor, may have made either a part of another since
        let into = store::merging::heir(tx, act.into_id).await?;
        let from = if act.is_merge() { act.from_id } else { store::merging::heir(tx, act.from_id).await? };
        if from != act.from_id && store::regrouping::is_merged(&mut *tx, act.from_id).await? {
            return Err(refused("The incident that they came from has become part of another since: undo that first"));
        }
        if from == into {
            return Err(refused("The two incidents are one by now"));
        }
        let back = lock(tx, from, into).await?;
        let holder = store::incident::find(&mut *tx, into).await?.ok_or(Error::NotFound)?;
        if back.stage == Stage::Retracted {
            return Err(refused("The incident that they came from was retracted since: move them to another, or to one of their own"));
        }
        let here = store::article::list_ids(&mut *tx, into).await?;
        let moved: Vec<Id<Article>> = act.articles()?.into_iter().filter(|id| here.contains(id)).collect();
        if moved.is_empty() {
            return Err(refused("Its articles have gone elsewhere since: undo what came after it first"));
        }
        Ok(Self { holder, back, moved })
    }
}

/// Makes what was merged an incident again, told no further than the one that it was part of.
async fn revive(tx: &mut Tx, act: &Act, way: &Way, now: Timestamp) -> Result<()> {
    let Way { holder, back, .. } = way;
    let stage = if matches!(act.stage, Stage::InReview | Stage::Scheduled) { Stage::Draft } else { act.stage };
    store::merging::revive(tx, back.id, holder.id, &act.slug, stage).await?;
    store::chapter::give_links_back(tx, &act.chapters()?).await?;
    let (from, into, by_way) = (back.number, holder.number, act.into_id != holder.id);
    store::following::follow_again(tx, &Undone { act: act.id, happened_at: act.happened_at, from, into, by_way }, now).await?;
    if !stage.is_out() {
        hold_as(tx, back.id, holder, now).await?;
    } else if stays_held(holder, back, "form", now).is_err() {
        return Err(refused(format!(
            "No. {} is held back, and No. {} was public when it became part of it: what is undone would be read there. Open No. {} to everybody first",
            holder.number, back.number, holder.number
        )));
    }
    // what was part of a third meanwhile belongs there
    if act.into_id == holder.id { decide_anew(tx, act, holder.id, now).await } else { Ok(()) }
}

/// What clustering put beside a merge since is about one of the two: it decides anew, but for what an editor's text cites, or an editor moved there.
async fn decide_anew(tx: &mut Tx, act: &Act, into: Id<Incident>, now: Timestamp) -> Result<()> {
    let later = store::article::list_joined_since(tx, into, act.happened_at).await?;
    let moved = store::regrouping::list_moved(&mut *tx, into, act.happened_at).await?;
    let signed = store::revision::find_newest(&mut *tx, into).await?.filter(|newest| newest.signed.is_editor()).map(|newest| newest.edition);
    let places = store::article::list_places(&mut *tx, into).await?;
    let is_cited = |place: i64| {
        let others: Vec<i64> = places.iter().copied().filter(|other| *other != place).collect();
        signed.as_ref().is_some_and(|edition| edition.citing(&others) != edition.citing(&places))
    };
    let free: Vec<Id<Article>> = later.into_iter().filter(|(id, place)| !moved.contains(id) && !is_cited(*place)).map(|(id, _)| id).collect();
    if free.is_empty() {
        return Ok(());
    }
    store::doubt::settle_articles(tx, &free).await?;
    store::article::release(tx, &free, into).await?;
    store::job::add(tx, Work::Cluster, now, now).await
}

async fn put_back(tx: &mut Tx, act: &Act, way: &Way, now: Timestamp) -> Result<()> {
    let (from, into) = (way.back.id, way.holder.id);
    let mut standings = act.standings()?;
    standings.retain(|standing| way.moved.contains(&standing.id) && from == act.from_id);
    store::article::put_back(tx, &standings, into, from, now).await?;
    // acts from before that was noted, and what goes on to where its incident is a part
    let others: Vec<Id<Article>> = way.moved.iter().copied().filter(|id| !standings.iter().any(|standing| standing.id == *id)).collect();
    store::article::transfer(tx, &others, into, from, now).await
}

/// Who undoes a merge says that the two are two; who undoes a move, that they are not, unless something else says so. What either is part of by now
/// is kept apart as well, as long as it is part of it.
async fn tell_apart(tx: &mut Tx, act: &Act, way: &Way) -> Result<()> {
    let are_apart = act.is_merge() || store::regrouping::stay_apart(tx, act).await?;
    store::regrouping::set_apart(tx, act.from_id, act.into_id, are_apart).await?;
    if !are_apart {
        return store::regrouping::take_back_between(tx, act, way.back.id, way.holder.id).await;
    }
    store::merging::hand_on_apart(tx, act.from_id).await?;
    store::merging::hand_on_apart(tx, act.into_id).await
}

/// What has no article left is part of where they went, so that its address leads there; what was retracted says for good why at its own.
async fn leave_empty(tx: &mut Tx, editor: &Member, way: &Way, now: Timestamp) -> Result<()> {
    let Way { holder, back, .. } = way;
    if holder.stage == Stage::Retracted {
        store::incident::count(tx, holder.id).await?;
        return count_anew(tx, &[back.id], now).await;
    }
    let back_stage = store::incident::find(&mut *tx, back.id).await?.ok_or(Error::NotFound)?.stage;
    if holder.stage.is_out() && !back_stage.is_out() {
        return Err(refused(format!(
            "Readers see No. {}, and would find nothing there: merge No. {} into it, publish No. {} first, or retract No. {}",
            holder.number, back.number, back.number, holder.number
        )));
    }
    leave(tx, holder, editor, now).await?;
    store::page::remove(tx, holder.id).await?;
    store::merging::merge(tx, back.id, holder.id, now).await?;
    store::following::follow_on(tx, holder.number, back.number, now).await?;
    count_anew(tx, &[back.id], now).await
}
