//! New accounts: asked for by anybody, made when a code from the mail shows that the address is theirs.

use super::code::{self, Wish};
use super::letter::Post;
use super::{Hasher, Lane};
use crate::clock::{HOUR, Timestamp};
use crate::error::Problems;
use crate::id::Id;
use crate::model::account::{Account, Email, check_password};
use crate::model::code::{Purpose, Ticket};
use crate::model::viewer::Role;
use crate::store::{self, code::Row};
use crate::{App, Error, Result};

/// An account that somebody asks for.
#[derive(Clone, Copy)]
pub struct Wanted<'a> {
    pub email: &'a str,
    /// Without one the account is signed in to by code each time.
    pub password: &'a str,
    /// The hash of a secret of the browser that asks.
    pub browser: &'a str,
    /// A path of our own to go on to.
    pub next: &'a str,
}

/// Sends a code to the address; its owner makes the account with it. An address that has an account gets a letter that says so, and who
/// asks sees no difference (A2 of docs/security.md).
pub async fn ask(app: &App, hasher: &Hasher, lane: &Lane, post: &Post<'_>, wanted: Wanted<'_>) -> Result<Ticket> {
    let address = checked(app, wanted.email, Some(wanted.password).filter(|p| !p.is_empty()), Role::Reader)?;
    let hash = if wanted.password.is_empty() { String::new() } else { hasher.hash(lane, wanted.password.to_string()).await? };
    let known = store::account::find_by_email(&app.db, &address).await?;
    let payload = format!("{} {hash}", wanted.browser);
    let wish = Wish { purpose: Purpose::SignUp, email: &address.0, account: None, payload: &payload, next: wanted.next };
    let (ticket, code) = code::ask(app, wish).await?;
    match known {
        Some(_) => post.known(&address.0),
        None => post.code(&address.0, Purpose::SignUp, &ticket, &code)?,
    }
    Ok(ticket)
}

/// Makes the account that the code was for. Its password is the one that was typed in the browser with this hash; in another one the
/// account has none, since somebody else may have chosen it.
pub async fn confirm(app: &App, ticket: &Ticket, row: &Row, browser: &str) -> Result<Id<Account>> {
    let now = app.clock.now();
    let (asked, hash) = row.payload.split_once(' ').unwrap_or(("", ""));
    let hash = if asked == browser { hash } else { "" };
    let mut tx = app.db.begin().await?;
    code::take(&mut tx, ticket).await?;
    let account = add(&mut tx, &Email(row.email.clone()), Role::Reader, hash, now).await?;
    tx.commit().await?;
    Ok(account)
}

/// Makes an account at once, for whoever may vouch for the address: the command line, the replay. `Invalid` names each field that needs
/// another look; an address that has an account is one of these.
///
/// The database decides whether an address is free, so two at once make one account.
pub async fn create(app: &App, hasher: &Hasher, lane: &Lane, email: &str, password: &str, role: Role, now: Timestamp) -> Result<Id<Account>> {
    let address = checked(app, email, Some(password), role)?;
    let hash = hasher.hash(lane, password.to_string()).await?;
    add(&app.db, &address, role, &hash, now).await
}

/// A ticket for the first admin, good for an hour, when there is none yet; earlier ones are void.
pub async fn invite_first(app: &App) -> Result<Option<Ticket>> {
    if store::account::is_any_admin(&app.db).await? {
        return Ok(None);
    }
    store::code::remove_all(&app.db, Purpose::First).await?;
    let ticket = Ticket::random();
    let row = Row {
        purpose: Purpose::First,
        email: String::new(),
        account_id: None,
        code: String::new(),
        payload: String::new(),
        next: String::new(),
        tries: 0,
    };
    store::code::add(&app.db, &ticket.hash(), &row, app.clock.now().plus(HOUR)).await?;
    Ok(Some(ticket))
}

/// Makes the first admin, as long as there is none; uses up the ticket that was printed at the start.
pub async fn first(app: &App, hasher: &Hasher, lane: &Lane, ticket: &Ticket, email: &str, password: &str) -> Result<Id<Account>> {
    let address = checked(app, email, Some(password), Role::Admin)?;
    let hash = hasher.hash(lane, password.to_string()).await?;
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    code::take(&mut tx, ticket).await?;
    if store::account::is_any_admin(&mut tx).await? {
        return Err(Error::NotFound);
    }
    let account = add(&mut tx, &address, Role::Admin, &hash, now).await?;
    store::audit::add(&mut tx, account, "first admin", "account", account.0, "", now).await?;
    tx.commit().await?;
    Ok(account)
}

fn checked(app: &App, email: &str, password: Option<&str>, role: Role) -> Result<Email> {
    let mut problems = Problems::default();
    let address = Email::parse(email);
    if address.is_none() {
        problems.add("email", "Enter an email address with an @ and a domain, like name@example.org");
    }
    if let Some(password) = password {
        check_password(password, address.as_ref(), role, &app.config.names(), &mut problems);
    }
    address.filter(|_| problems.is_empty()).ok_or(Error::Invalid(problems))
}

async fn add(db: impl store::Sql, address: &Email, role: Role, hash: &str, now: Timestamp) -> Result<Id<Account>> {
    match store::account::add(db, address, role, hash, now).await {
        Err(Error::Taken) => Err(Error::invalid("email", "This address has an account already: sign in instead")),
        other => other,
    }
}
