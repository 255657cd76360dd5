//! Checks who somebody says they are: by password, or by a code from the mail.

use super::code::{self, Wish};
use super::letter::Post;
use super::{Hasher, Lane};
use crate::model::account::{Email, shortest};
use crate::model::code::{Purpose, Ticket};
use crate::store::account::Row;
use crate::store::{self, Db};
use crate::{App, Error, Result};

/// The account of an address and its password. An unknown address, an account without a password and a wrong password are the same answer
/// in the same time (A2 of docs/security.md).
pub async fn check(db: &Db, hasher: &Hasher, lane: &Lane, email: &str, password: &str) -> Result<Row> {
    let account = match Email::parse(email) {
        Some(email) => store::account::find_by_email(db, &email).await?.filter(Row::has_password),
        None => None,
    };
    let hash = account.as_ref().map_or_else(|| hasher.dummy.to_string(), |a| a.password.clone());
    let fits = hasher.verify(lane, password.to_string(), hash).await?;
    let account = account.filter(|_| fits).ok_or_else(|| Error::invalid("email", "This address and password do not belong together"))?;
    let shortest = shortest(account.role);
    if password.chars().count() < shortest {
        // it was chosen when the account might do less
        let sentence =
            format!("Your account may do more now, and needs a password of {shortest} characters or more: choose one by “Forgotten password”");
        return Err(Error::invalid("password", sentence));
    }
    if hasher.is_outdated(&account.password) {
        let hash = hasher.hash(lane, password.to_string()).await?;
        store::account::set_password(db, account.id, &hash).await?;
    }
    Ok(account)
}

/// Sends a code to an account's address. Who asks with an unknown address sees the same page, and no letter goes out. `stay` is kept for
/// the session that the code begins.
pub async fn ask(app: &App, post: &Post<'_>, purpose: Purpose, email: &str, stay: bool, next: &str) -> Result<Ticket> {
    let address =
        Email::parse(email).ok_or_else(|| Error::invalid("email", "Enter an email address with an @ and a domain, like name@example.org"))?;
    let account = store::account::find_by_email(&app.db, &address).await?;
    let payload = if stay { STAY } else { "" };
    let wish = Wish { purpose, email: &address.0, account: account.as_ref().map(|a| a.id), payload, next };
    let (ticket, code) = code::ask(app, wish).await?;
    if account.is_some() {
        post.code(&address.0, purpose, &ticket, &code)?;
    }
    Ok(ticket)
}

/// The payload of a code for somebody who wished to stay signed in.
pub const STAY: &str = "stay";
