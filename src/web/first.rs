//! The first admin of a portal without accounts, by the link that its first start prints.

use super::form::Fields;
use super::page::{Again, Frame, Page};
use super::{Front, limit, sign};
use crate::account::{Lane, sign_up};
use crate::error::Problems;
use crate::model::code::{Purpose, Ticket};
use crate::model::viewer::Viewer;
use crate::{Error, Result, store};
use actix_session::Session;
use actix_web::{Either, HttpRequest, HttpResponse, web};
use askama::Template;

#[derive(Template)]
#[template(path = "account/first.html")]
pub struct First {
    pub frame: Frame,
    pub ticket: String,
    pub email: String,
    pub problems: Problems,
}

async fn ticket(front: &Front, typed: &str) -> Result<Ticket> {
    let ticket = Ticket::parse(typed).ok_or(Error::NotFound)?;
    let row = store::code::find(&front.app.db, &ticket.hash(), front.app.clock.now()).await?;
    row.filter(|row| row.purpose == Purpose::First).map(|_| ticket).ok_or(Error::NotFound)
}

pub async fn show(front: web::Data<Front>, viewer: Viewer, typed: web::Path<String>, request: HttpRequest) -> Result<Page<First>> {
    let ticket = ticket(&front, &typed).await?;
    let frame = Frame::new(&front, &request, viewer, "").await?;
    Ok(Page(First { frame, ticket: ticket.text().into(), email: String::new(), problems: Problems::default() }))
}

pub async fn create(
    front: web::Data<Front>,
    viewer: Viewer,
    session: Session,
    typed: web::Path<String>,
    body: web::Bytes,
    request: HttpRequest,
) -> Result<Either<HttpResponse, Again<First>>> {
    let fields = Fields::read(&body);
    let ticket = ticket(&front, &typed).await?;
    let email = fields.text("email");
    let lane = Lane::of(&limit::network(&front, &request));
    match sign_up::first(&front.app, &front.hasher, &lane, &ticket, &email, &fields.text("password")).await {
        Ok(id) => {
            let account = store::account::find(&front.app.db, id).await?.ok_or(Error::NotFound)?;
            Ok(Either::Left(sign::begin(&front, &session, &request, &account, false, "/admin/sources").await?))
        }
        Err(Error::Invalid(problems)) => {
            let frame = Frame::new(&front, &request, viewer, "").await?;
            Ok(Either::Right(Again(First { frame, ticket: ticket.text().into(), email, problems })))
        }
        Err(other) => Err(other),
    }
}
