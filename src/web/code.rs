//! The page of what waits for a code. The link in the mail opens the same page with the code filled in, and does nothing by itself: mail
//! scanners open links too.

use super::form::Fields;
use super::page::{Again, Frame, Page, see_other};
use super::{Front, device, limit, session, sign};
use crate::account::{address, code, factor, reset, sign_in::STAY, sign_up};
use crate::error::Problems;
use crate::model::code::{Purpose, Ticket};
use crate::model::viewer::Viewer;
use crate::store::code::Row;
use crate::{Error, Result, store};
use actix_session::Session;
use actix_web::{Either, HttpRequest, HttpResponse, web};
use askama::Template;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "code/show.html")]
pub struct Show {
    pub frame: Frame,
    pub ticket: String,
    pub waits: Waits,
    /// The code as it came with the link.
    pub code: String,
    /// Letters are left in a folder, since the portal has no mail server.
    pub is_folder: bool,
    pub problems: Problems,
}

/// What waits for the code; nothing any more when it has run out.
pub struct Waits {
    pub purpose: Option<Purpose>,
    pub email: String,
}

#[derive(Deserialize)]
pub struct Link {
    code: Option<String>,
}

pub async fn show(
    front: web::Data<Front>,
    viewer: Viewer,
    ticket: web::Path<String>,
    link: web::Query<Link>,
    request: HttpRequest,
) -> Result<Page<Show>> {
    let ticket = Ticket::parse(&ticket).ok_or(Error::NotFound)?;
    let code: String = link.into_inner().code.unwrap_or_default().chars().filter(char::is_ascii_digit).take(6).collect();
    Ok(Page(draw(&front, &request, viewer, &ticket, code, Problems::default()).await?))
}

async fn draw(front: &Front, request: &HttpRequest, viewer: Viewer, ticket: &Ticket, code: String, problems: Problems) -> Result<Show> {
    let row = code::find(&front.app, ticket).await?.filter(|row| is_typed(row.purpose));
    let waits = match row {
        Some(row) => Waits { purpose: Some(row.purpose), email: row.email },
        None => Waits { purpose: None, email: String::new() },
    };
    let folder = front.app.mail.folder().is_some();
    let frame = Frame::new(front, request, viewer, "").await?;
    Ok(Show { frame, ticket: ticket.text().into(), waits, code, is_folder: folder, problems })
}

/// Whether somebody types a code for it here.
fn is_typed(purpose: Purpose) -> bool {
    !matches!(purpose, Purpose::First | Purpose::Passkey | Purpose::NewPasskey)
}

/// `POST /code`: the code, and for a forgotten password the new one.
pub async fn enter(
    front: web::Data<Front>,
    viewer: Viewer,
    session: Session,
    body: web::Bytes,
    request: HttpRequest,
) -> Result<Either<HttpResponse, Again<Show>>> {
    let fields = Fields::read(&body);
    let ticket = Ticket::parse(&fields.text("ticket")).ok_or(Error::NotFound)?;
    let now = front.app.clock.now();
    // wrong codes count for the account, whatever ticket they are tried with; a device that it knows has a count of its own
    let row = code::find(&front.app, &ticket).await?;
    let email = match &row {
        Some(row) => email_of(&front, row).await?,
        None => String::new(),
    };
    let trier = device::trier(&front, &request, &email).await?;
    let who = if trier.is_known { trier.who } else { format!("account {email}") };
    let network = limit::network(&front, &request);
    if !trier.is_known {
        front.limits.check(limit::SIGN_IN_FROM, &network, now)?;
    }
    // a code from the mail is no proof that those of the app were no guesses
    let rule = if row.is_some_and(|row| row.purpose == Purpose::Second) { limit::SECOND } else { limit::CODE };
    front.limits.take(rule, &who, now)?;
    match act(&front, &session, &request, &ticket, &fields).await {
        Ok(answer) => {
            front.limits.forgive(rule, &who);
            Ok(Either::Left(answer))
        }
        Err(Error::Invalid(problems)) => {
            if problems.of("code").is_some() && !trier.is_known {
                front.limits.note(limit::SIGN_IN_FROM, &network, now);
            }
            Ok(Either::Right(Again(draw(&front, &request, viewer, &ticket, fields.text("code"), problems).await?)))
        }
        Err(other) => Err(other),
    }
}

async fn act(front: &Front, session: &Session, request: &HttpRequest, ticket: &Ticket, fields: &Fields) -> Result<HttpResponse> {
    let typed = fields.text("code");
    let waiting = code::find(&front.app, ticket).await?.filter(|row| is_typed(row.purpose));
    let is_second = waiting.as_ref().is_some_and(|row| row.purpose == Purpose::Second);
    if let Some(row) = waiting.as_ref().filter(|row| row.purpose == Purpose::Reset) {
        reset::check(&front.app, row, &fields.text("password"))?;
    }
    let row = if is_second { second(front, ticket, &typed).await? } else { code::check(&front.app, ticket, &typed).await? };
    let base = super::base(front, request);
    let post = front.post(&base);
    let stay = row.payload == STAY;
    match row.purpose {
        Purpose::SignUp => {
            let id = sign_up::confirm(&front.app, ticket, &row, &sign::asked_by(front, request)).await?;
            let account = store::account::find(&front.app.db, id).await?.ok_or(Error::NotFound)?;
            tracing::info!(account.id = %id, "somebody signed up");
            sign::begin(front, session, request, &account, false, &row.next).await
        }
        Purpose::SignIn => {
            let account = used(front, ticket, &row).await?;
            sign::go_on(front, session, request, &account, stay, &row.next).await
        }
        Purpose::Second => {
            let account = used(front, ticket, &row).await?;
            let answer = sign::begin(front, session, request, &account, stay, &row.next).await?;
            session::prove(session)?;
            Ok(answer)
        }
        Purpose::Reset => {
            let trier = device::trier(front, request, &row.email).await?;
            reset::finish(&front.app, &front.hasher, &trier.lane, &post, ticket, &row, &fields.text("password")).await?;
            Ok(see_other("/sign-in"))
        }
        Purpose::Address => {
            address::finish(&front.app, &post, ticket, &row).await?;
            Ok(see_other("/account"))
        }
        Purpose::First | Purpose::Passkey | Purpose::NewPasskey => Err(Error::NotFound),
    }
}

/// Whose code it is.
async fn email_of(front: &Front, row: &Row) -> Result<String> {
    match row.account_id {
        Some(id) => Ok(store::account::find(&front.app.db, id).await?.map_or_else(String::new, |account| account.email)),
        None => Ok(row.email.clone()),
    }
}

/// A code of the app, or a recovery code.
async fn second(front: &Front, ticket: &Ticket, typed: &str) -> Result<Row> {
    let row = code::count_try(&front.app, ticket).await?;
    let account = row.account_id.ok_or(Error::NotFound)?;
    if factor::check(&front.app, &front.key, account, typed).await? {
        return Ok(row);
    }
    Err(code::wrong(&row))
}

/// Uses the ticket up, and gives its account.
async fn used(front: &Front, ticket: &Ticket, row: &Row) -> Result<store::account::Row> {
    let id = row.account_id.ok_or(Error::NotFound)?;
    let mut tx = front.app.db.begin().await?;
    code::take(&mut tx, ticket).await?;
    let account = store::account::find(&mut tx, id).await?.ok_or(Error::NotFound)?;
    tx.commit().await?;
    Ok(account)
}
