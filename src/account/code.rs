//! Codes by mail: six digits, ten minutes, five tries, one use, and only with the ticket of the page that asked or of the letter's link
//! (A4 of docs/security.md).

use crate::model::code::{LIFE, Purpose, TRIES, Ticket, digits, random};
use crate::store::{self, Tx, code::Row};
use crate::{App, Error, Result};

/// What somebody asks a code for.
pub struct Wish<'a> {
    pub purpose: Purpose,
    pub email: &'a str,
    pub account: Option<crate::id::Id<crate::model::account::Account>>,
    pub payload: &'a str,
    pub next: &'a str,
}

/// Makes a ticket for the browser and a code for the mail. Who gets no mail has a ticket like everybody, and never the right code.
pub async fn ask(app: &App, wish: Wish<'_>) -> Result<(Ticket, String)> {
    let (ticket, code) = (Ticket::random(), random());
    let row = Row {
        purpose: wish.purpose,
        email: wish.email.into(),
        account_id: wish.account,
        code: ticket.hash_of(&code),
        payload: wish.payload.into(),
        next: wish.next.into(),
        tries: 0,
    };
    store::code::add(&app.db, &ticket.hash(), &row, app.clock.now().plus(LIFE)).await?;
    Ok((ticket, code))
}

/// What waits for the code of this ticket, while it may be tried.
pub async fn find(app: &App, ticket: &Ticket) -> Result<Option<Row>> {
    store::code::find(&app.db, &ticket.hash(), app.clock.now()).await
}

/// Counts a try and gives what it is about; the caller compares.
pub async fn count_try(app: &App, ticket: &Ticket) -> Result<Row> {
    let mut tx = app.db.begin().await?;
    let row = store::code::count_try(&mut tx, &ticket.hash(), app.clock.now()).await?;
    tx.commit().await?;
    row.ok_or_else(run_out)
}

/// What the right code is for. `Invalid` when it is another, or has run out; a try is counted either way.
pub async fn check(app: &App, ticket: &Ticket, typed: &str) -> Result<Row> {
    let row = count_try(app, ticket).await?;
    if row.code == ticket.hash_of(&digits(typed)) {
        return Ok(row);
    }
    Err(wrong(&row))
}

/// Uses the code up, within the transaction of what it does: of two at once, one does it.
pub async fn take(tx: &mut Tx, ticket: &Ticket) -> Result<()> {
    if store::code::remove(tx, &ticket.hash()).await? { Ok(()) } else { Err(run_out()) }
}

pub fn wrong(row: &Row) -> Error {
    match TRIES - row.tries {
        0 => Error::invalid("code", "That is not the code, and it was the last try: ask for a new one"),
        left => Error::invalid("code", format!("That is not the code; {left} more tr{}", if left == 1 { "y" } else { "ies" })),
    }
}

fn run_out() -> Error {
    Error::invalid("code", "This code has run out or was used. Ask for a new one")
}
