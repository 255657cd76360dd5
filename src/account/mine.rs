//! What belongs to an account: taken along as JSON, or gone for good.

use super::letter::Post;
use super::{Hasher, Lane};
use crate::clock::Timestamp;
use crate::error::Problems;
use crate::id::Id;
use crate::model::account::{Account, Email, check_password};
use crate::model::viewer::Role;
use crate::store::{self, Db};
use crate::text::fold::fold;
use crate::text::words::is_unseen;
use crate::{App, Error, Result};
use serde_json::{Value, json};

/// What is kept of an account by its number, except hashes of its password and codes: at most 10,000 entries of a kind.
pub async fn export(db: &Db, account: Id<Account>, now: Timestamp) -> Result<Value> {
    let row = store::account::find(db, account).await?.ok_or(Error::SignIn)?;
    let sessions = store::login::list_of(db, account, now, 1_000).await?;
    // each value of a session is JSON itself
    let text =
        |row: &store::login::Row, name: &str| serde_json::from_str::<Value>(serde_json::from_str::<Value>(&row.state).ok()?[name].as_str()?).ok();
    let factors = store::factor::list_of(db, account).await?;
    let doubts = store::doubt::list_of(db, account).await?;
    let acts = store::audit::list_of(db, account).await?;
    let notes = store::note::list_by(db, account).await?;
    let webhooks = store::webhook::list_of(db, account).await?;
    let drafts = store::working::list_of(db, account).await?;
    Ok(json!({
        "account": { "email": row.email, "name": row.name, "role": row.role.word(), "made": account.born().rfc3339() },
        "seen_until": store::visit::find(db, account).await?.map(Timestamp::rfc3339),
        "sessions": sessions.iter().map(|s| json!({ "device": text(s, "device"), "network": text(s, "network"), "began": s.began_at.rfc3339(), "seen": s.seen_at.rfc3339() })).collect::<Vec<_>>(),
        "factors": factors.iter().map(|f| json!({ "kind": f.kind.word(), "label": f.label, "added": f.added_at.rfc3339() })).collect::<Vec<_>>(),
        "webhooks": webhooks.iter().map(|w| json!({ "address": w.address, "severity": w.floor.word(), "question": w.query, "delivered": w.delivered_at.map(Timestamp::rfc3339), "off": w.off_at.map(Timestamp::rfc3339) })).collect::<Vec<_>>(),
        "watches": store::watch::list_of(db, account).await?.iter().map(|w| json!({ "name": w.name, "question": w.query, "severity": w.floor.word(), "pace": w.pace.word(), "by_mail": w.by_mail, "paused": w.paused_at.map(Timestamp::rfc3339), "told": w.told_at.map(Timestamp::rfc3339) })).collect::<Vec<_>>(),
        "alerts": store::alert::list_of(db, account, 10_000).await?.iter().map(|a| json!({ "watch": a.watch, "incident": a.number, "told": a.told_at.rfc3339() })).collect::<Vec<_>>(),
        "briefing_by_mail": store::account::wants_briefing(db, account).await?,
        "known_devices": store::device::count_of(db, account).await?,
        "not_the_same_event": doubts.iter().map(|(article, said)| json!({ "article": article.0, "said": said.rfc3339() })).collect::<Vec<_>>(),
        "drafts": drafts.iter().map(|(incident, text, saved, asides)| json!({ "incident": incident.0, "saved": saved.rfc3339(), "text": serde_json::from_str::<Value>(text).ok(), "other_windows": serde_json::from_str::<Value>(asides).ok() })).collect::<Vec<_>>(),
        "notes": notes.iter().map(|(incident, act, text, said)| json!({ "incident": incident.0, "act": act, "text": text, "said": said.rfc3339() })).collect::<Vec<_>>(),
        "acts": acts.iter().map(|act| json!({ "act": act.act, "noun": act.noun, "id": act.noun_id, "detail": act.detail, "at": act.happened_at.rfc3339() })).collect::<Vec<_>>(),
    }))
}

/// What shows that it is really the owner who asks for something grave: the password, or, for an account that has none, that the session
/// has only just begun.
#[derive(Clone, Copy)]
pub struct Proof<'a> {
    pub password: &'a str,
    pub is_fresh: bool,
}

/// Deletes an account, its sessions, marks and drafts. The audit log keeps its number and no name. The last admin stays.
pub async fn delete(db: &Db, hasher: &Hasher, lane: &Lane, account: Id<Account>, proof: Proof<'_>, now: Timestamp) -> Result<()> {
    let row = confirm(db, hasher, lane, account, proof, "delete_password").await?;
    let mut tx = db.begin().await?;
    // what it claimed and doubted is in many incidents
    store::turn::take(&mut tx).await?;
    store::account::lock_admins(&mut tx).await?;
    if super::role::is_last_admin(&mut tx, &row).await? {
        return Err(Error::invalid("delete_password", "You are the last admin: give somebody else the role first"));
    }
    if store::schedule::is_any_of(&mut tx, account).await? {
        return Err(Error::invalid("delete_password", "A text of yours is scheduled: take it back first, or let it be published"));
    }
    store::incident::unclaim_of(&mut tx, account).await?;
    store::incident::unhand_of(&mut tx, account).await?;
    for incident in store::doubt::remove_of(&mut tx, account).await? {
        store::doubt::count(&mut tx, incident).await?;
    }
    store::working::remove_of(&mut tx, account).await?;
    store::login::remove_of(&mut tx, account).await?;
    super::factor::told(&mut tx, &row, "delete", now).await?;
    store::account::remove(&mut tx, account).await?;
    Ok(tx.commit().await?)
}

/// Characters of a name.
pub const LONGEST_NAME: usize = 60;

/// What an account is called from now on: in the masthead, and where an editor signs. Nobody takes the name of another who works at the desk.
///
/// # Errors
/// `Invalid` at `name` when it is empty, too long, or somebody else's at the desk.
pub async fn set_name(app: &App, account: Id<Account>, typed: &str) -> Result<()> {
    let name = typed.chars().filter(|c| !is_unseen(*c)).collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ");
    if name.is_empty() || name.chars().count() > LONGEST_NAME {
        return Err(Error::invalid("name", format!("Write a name of at most {LONGEST_NAME} characters")));
    }
    let mut tx = app.db.begin().await?;
    // two at once do not take one name
    store::account::lock_admins(&mut tx).await?;
    let row = store::account::find(&mut tx, account).await?.ok_or(Error::SignIn)?;
    let is_of_another = |other: &store::account::Row| other.id != account && other.role >= Role::Contributor && fold(&other.name) == fold(&name);
    if store::account::list(&mut tx).await?.iter().any(is_of_another) {
        return Err(Error::invalid("name", "Somebody at the desk is called so: add something that tells you apart"));
    }
    store::account::set_name(&mut tx, account, &name).await?;
    if row.role >= Role::Contributor && row.name != name {
        store::audit::add(&mut tx, account, "name", "account", account.0, &format!("{} → {name}", row.name), app.clock.now()).await?;
    }
    Ok(tx.commit().await?)
}

/// Changes the password and signs all sessions out; the caller begins a new one (A5 of docs/security.md).
pub async fn set_password(app: &App, hasher: &Hasher, lane: &Lane, post: &Post<'_>, account: Id<Account>, proof: Proof<'_>, new: &str) -> Result<()> {
    let row = confirm(&app.db, hasher, lane, account, proof, "old_password").await?;
    let mut problems = Problems::default();
    check_password(new, Email::parse(&row.email).as_ref(), row.role, &app.config.names(), &mut problems);
    if !problems.is_empty() {
        return Err(Error::Invalid(problems));
    }
    let hash = hasher.hash(lane, new.to_string()).await?;
    let mut tx = app.db.begin().await?;
    store::account::set_password(&mut tx, account, &hash).await?;
    store::login::remove_of(&mut tx, account).await?;
    store::device::remove_of(&mut tx, account).await?;
    store::code::remove_of(&mut tx, account).await?;
    super::factor::told(&mut tx, &row, "password", app.clock.now()).await?;
    tx.commit().await?;
    post.password(&row.email);
    Ok(())
}

/// The account, when it is really its owner who asks; else `Invalid` at `field`.
pub async fn confirm(
    db: &Db,
    hasher: &Hasher,
    lane: &Lane,
    account: Id<Account>,
    proof: Proof<'_>,
    field: &'static str,
) -> Result<store::account::Row> {
    let row = store::account::find(db, account).await?.ok_or(Error::SignIn)?;
    if !row.has_password() {
        return match proof.is_fresh {
            true => Ok(row),
            false => Err(Error::invalid(field, "Sign out and in again first: your account has no password, and you signed in some time ago")),
        };
    }
    match hasher.verify(lane, proof.password.to_string(), row.password.clone()).await? {
        true => Ok(row),
        false => Err(Error::invalid(field, "That is not your password")),
    }
}
