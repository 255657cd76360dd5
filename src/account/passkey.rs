//! Passkeys (WebAuthn): a key pair that a device keeps for this portal and opens with a finger, a face or a PIN. It signs in by itself.
//! Only a portal with a name can have them: browsers give none to an IP address.

use super::letter::Post;
use crate::id::Id;
use crate::model::account::Account;
use crate::model::code::{LIFE, Purpose, Ticket};
use crate::model::factor::{Factor, FactorKind};
use crate::store::{self, code::Row};
use crate::{App, Error, Result};
use anyhow::anyhow;
use url::{Host, Url};
use webauthn_rs::prelude::{
    DiscoverableAuthentication, DiscoverableKey, Passkey, PasskeyRegistration, PublicKeyCredential, RegisterPublicKeyCredential, Uuid, Webauthn,
    WebauthnBuilder,
};
use webauthn_rs_proto::ResidentKeyRequirement;

/// Of one account.
const MOST: usize = 20;
const LABEL: usize = 60;

/// What a browser is asked, as JSON, and the ticket that its answer comes back with.
pub struct Question {
    pub ticket: Ticket,
    pub json: String,
}

/// Whether this portal can have passkeys: it has an address, and that is a name.
pub fn are_possible(base: &str) -> bool {
    Url::parse(base).is_ok_and(|url| matches!(url.host(), Some(Host::Domain(_))))
}

fn party(base: &str, portal: &str) -> Result<Webauthn> {
    let url = Url::parse(base).map_err(|cause| anyhow!("the public address: {cause}"))?;
    let name = url.domain().ok_or(Error::NotFound)?;
    let built = WebauthnBuilder::new(name, &url).and_then(|builder| builder.rp_name(portal).build());
    Ok(built.map_err(|cause| anyhow!("passkeys: {cause}"))?)
}

/// What a device knows an account by.
fn handle(account: Id<Account>) -> Uuid {
    Uuid::from_u128(account.0.cast_unsigned().into())
}

/// Asks a browser to make a passkey for an account.
pub async fn offer(app: &App, post: &Post<'_>, account: &store::account::Row) -> Result<Question> {
    let factors = store::factor::list_of(&app.db, account.id).await?;
    let known: Vec<Passkey> =
        factors.iter().filter(|f| f.kind == FactorKind::Passkey).map(|f| serde_json::from_str(&f.secret)).collect::<Result<_, _>>()?;
    if known.len() >= MOST {
        return Err(Error::invalid("passkey", format!("An account has at most {MOST} passkeys")));
    }
    let known = known.iter().map(|key| key.cred_id().clone()).collect();
    let party = party(post.base, post.portal)?;
    let started = party.start_passkey_registration(handle(account.id), &account.email, &account.name, Some(known));
    let (mut question, state) = started.map_err(|cause| anyhow!("offering a passkey: {cause}"))?;
    // the device keeps the account's handle too, so that signing in needs no address, which would tell who has an account
    if let Some(wanted) = &mut question.public_key.authenticator_selection {
        wanted.resident_key = Some(ResidentKeyRequirement::Required);
        wanted.require_resident_key = true;
    }
    ask(app, Purpose::NewPasskey, Some(account.id), &serde_json::to_string(&state)?, &serde_json::to_string(&question)?).await
}

/// Keeps the passkey that the browser made.
pub async fn add(app: &App, post: &Post<'_>, account: &store::account::Row, ticket: &Ticket, answer: &str, label: &str) -> Result<()> {
    let row = take(app, Purpose::NewPasskey, ticket).await?;
    if row.account_id != Some(account.id) {
        return Err(Error::NotFound);
    }
    let answer: RegisterPublicKeyCredential = serde_json::from_str(answer).map_err(|_| refused())?;
    let state: PasskeyRegistration = serde_json::from_str(&row.payload)?;
    let made = party(post.base, post.portal)?.finish_passkey_registration(&answer, &state).map_err(|_| refused())?;
    let label: String = label.trim().chars().filter(|c| !c.is_control()).take(LABEL).collect();
    let label = if label.is_empty() { "A passkey".to_string() } else { label };
    let mut tx = app.db.begin().await?;
    store::factor::add(&mut tx, account.id, FactorKind::Passkey, &label, &serde_json::to_string(&made)?, app.clock.now()).await?;
    super::factor::told(&mut tx, account, "passkey added", app.clock.now()).await?;
    tx.commit().await?;
    post.factor(&account.email, &format!("A passkey was added: {label}."));
    Ok(())
}

/// Takes a passkey from an account.
pub async fn remove(app: &App, post: &Post<'_>, account: &store::account::Row, id: Id<Factor>) -> Result<()> {
    let factors = store::factor::list_of(&app.db, account.id).await?;
    if !factors.iter().any(|factor| factor.id == id && factor.kind == FactorKind::Passkey) {
        return Err(Error::NotFound);
    }
    let mut tx = app.db.begin().await?;
    store::factor::remove(&mut tx, account.id, id).await?;
    super::factor::told(&mut tx, account, "passkey removed", app.clock.now()).await?;
    tx.commit().await?;
    post.factor(&account.email, "A passkey was removed.");
    Ok(())
}

/// Asks a browser for any passkey it has for this portal.
pub async fn challenge(app: &App, post: &Post<'_>) -> Result<Question> {
    let started = party(post.base, post.portal)?.start_discoverable_authentication();
    let (mut question, state) = started.map_err(|cause| anyhow!("asking for a passkey: {cause}"))?;
    // asked for by a button, not beside the address field
    question.mediation = None;
    ask(app, Purpose::Passkey, None, &serde_json::to_string(&state)?, &serde_json::to_string(&question)?).await
}

/// The account whose passkey answered.
pub async fn check(app: &App, post: &Post<'_>, ticket: &Ticket, answer: &str) -> Result<store::account::Row> {
    let row = take(app, Purpose::Passkey, ticket).await?;
    let answer: PublicKeyCredential = serde_json::from_str(answer).map_err(|_| refused())?;
    let party = party(post.base, post.portal)?;
    let (handle, credential) = party.identify_discoverable_authentication(&answer).map_err(|_| refused())?;
    let account: Id<Account> = i64::try_from(handle.as_u128()).map_err(|_| refused())?.into();
    let factors = store::factor::list_of(&app.db, account).await?;
    let keys = factors.iter().filter(|f| f.kind == FactorKind::Passkey);
    let mut keys = keys.filter_map(|f| Some((f.id, serde_json::from_str::<Passkey>(&f.secret).ok()?)));
    let (factor, mut key) = keys.find(|(_, key)| key.cred_id().as_slice() == credential).ok_or_else(refused)?;
    let state: DiscoverableAuthentication = serde_json::from_str(&row.payload)?;
    let outcome = party.finish_discoverable_authentication_v2(&answer, state, DiscoverableKey::from(&key)).map_err(|_| refused())?;
    if key.update_credential(&outcome) == Some(true) {
        store::factor::set_secret(&app.db, factor, &serde_json::to_string(&key)?).await?;
    }
    store::account::find(&app.db, account).await?.ok_or_else(refused)
}

async fn ask(app: &App, purpose: Purpose, account: Option<Id<Account>>, state: &str, question: &str) -> Result<Question> {
    let ticket = Ticket::random();
    let row = Row { purpose, email: String::new(), account_id: account, code: String::new(), payload: state.into(), next: String::new(), tries: 0 };
    store::code::add(&app.db, &ticket.hash(), &row, app.clock.now().plus(LIFE)).await?;
    Ok(Question { ticket, json: question.into() })
}

/// What the question was; it is answered once.
async fn take(app: &App, purpose: Purpose, ticket: &Ticket) -> Result<Row> {
    let row = store::code::find(&app.db, &ticket.hash(), app.clock.now()).await?.filter(|row| row.purpose == purpose).ok_or_else(refused)?;
    let mut tx = app.db.begin().await?;
    super::code::take(&mut tx, ticket).await?;
    tx.commit().await?;
    Ok(row)
}

fn refused() -> Error {
    Error::invalid("passkey", "That passkey was not accepted. Please try again")
}
