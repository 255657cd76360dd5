//! A forgotten password: a code by mail, and a new one. It never goes around a second factor: afterwards one signs in as always.

use super::letter::Post;
use super::{Hasher, Lane, code};
use crate::error::Problems;
use crate::model::account::{Email, check_password};
use crate::model::code::Ticket;
use crate::model::viewer::Role;
use crate::store::{self, code::Row};
use crate::{App, Error, Result};

/// Whether a password may be one at all, before its code is tried: who is told to choose another has lost no try.
pub fn check(app: &App, row: &Row, password: &str) -> Result<()> {
    let mut problems = Problems::default();
    // what more an account asks of it is said to who has the code
    check_password(password, Email::parse(&row.email).as_ref(), Role::Reader, &app.config.names(), &mut problems);
    if problems.is_empty() { Ok(()) } else { Err(Error::Invalid(problems)) }
}

/// Sets the new password and signs the account out everywhere. `row` is what the right code was for.
pub async fn finish(app: &App, hasher: &Hasher, lane: &Lane, post: &Post<'_>, ticket: &Ticket, row: &Row, password: &str) -> Result<()> {
    let account = match row.account_id {
        Some(account) => store::account::find(&app.db, account).await?.ok_or(Error::NotFound)?,
        None => return Err(Error::NotFound),
    };
    let mut problems = Problems::default();
    check_password(password, Email::parse(&account.email).as_ref(), account.role, &app.config.names(), &mut problems);
    if !problems.is_empty() {
        return Err(Error::Invalid(problems));
    }
    let hash = hasher.hash(lane, password.to_string()).await?;
    let mut tx = app.db.begin().await?;
    code::take(&mut tx, ticket).await?;
    store::account::set_password(&mut tx, account.id, &hash).await?;
    store::login::remove_of(&mut tx, account.id).await?;
    store::device::remove_of(&mut tx, account.id).await?;
    store::code::remove_of(&mut tx, account.id).await?;
    super::factor::told(&mut tx, &account, "password", app.clock.now()).await?;
    tx.commit().await?;
    post.password(&account.email);
    Ok(())
}
