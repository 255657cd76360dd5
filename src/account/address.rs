//! Another e-mail address for an account: confirmed by a code to the new one, told to the old one.

use super::code::{self, Wish};
use super::letter::Post;
use super::mine::{self, Proof};
use super::{Hasher, Lane};
use crate::id::Id;
use crate::model::account::{Account, Email};
use crate::model::code::{Purpose, Ticket};
use crate::store::{self, code::Row};
use crate::{App, Error, Result};

/// Sends a code to the new address. One that has an account of its own gets no letter, and who asks sees no difference.
pub async fn ask(app: &App, hasher: &Hasher, lane: &Lane, post: &Post<'_>, account: Id<Account>, proof: Proof<'_>, email: &str) -> Result<Ticket> {
    let address =
        Email::parse(email).ok_or_else(|| Error::invalid("email", "Enter an email address with an @ and a domain, like name@example.org"))?;
    mine::confirm(&app.db, hasher, lane, account, proof, "address_password").await?;
    let wish = Wish { purpose: Purpose::Address, email: &address.0, account: Some(account), payload: "", next: "/account" };
    let (ticket, code) = code::ask(app, wish).await?;
    if store::account::find_by_email(&app.db, &address).await?.is_none() {
        post.code(&address.0, Purpose::Address, &ticket, &code)?;
    }
    Ok(ticket)
}

/// The account has the address that the code went to from now on.
pub async fn finish(app: &App, post: &Post<'_>, ticket: &Ticket, row: &Row) -> Result<()> {
    let account = match row.account_id {
        Some(account) => store::account::find(&app.db, account).await?.ok_or(Error::NotFound)?,
        None => return Err(Error::NotFound),
    };
    let mut tx = app.db.begin().await?;
    code::take(&mut tx, ticket).await?;
    match store::account::set_email(&mut tx, account.id, &Email(account.email.clone()), &Email(row.email.clone())).await {
        Err(Error::Taken) => return Err(Error::invalid("code", "This address has an account of its own by now")),
        other => other?,
    }
    store::audit::add(&mut tx, account.id, "address", "account", account.id.0, "", app.clock.now()).await?;
    store::code::remove_of(&mut tx, account.id).await?;
    tx.commit().await?;
    post.moved(&account.email, &row.email);
    Ok(())
}
