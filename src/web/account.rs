//! Signing up, in and out, and the account's own page.

use super::page::{Again, Frame, Page, see_other};
use super::viewer::SignedIn;
use super::{Front, next, session};
use crate::account::{sign_in as check, sign_up};
use crate::error::Problems;
use crate::model::viewer::{Role, Viewer};
use crate::{Error, Result, store};
use actix_session::Session;
use actix_web::{Either, HttpRequest, HttpResponse, web};
use askama::Template;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "account/sign_up.html")]
pub struct SignUp {
    pub frame: Frame,
    pub next: String,
    pub email: String,
    pub problems: Problems,
}

#[derive(Template)]
#[template(path = "account/sign_in.html")]
pub struct SignIn {
    pub frame: Frame,
    pub next: String,
    pub email: String,
    pub problems: Problems,
}

#[derive(Template)]
#[template(path = "account/show.html")]
pub struct Show {
    pub frame: Frame,
    pub email: String,
    pub role: Role,
}

#[derive(Deserialize)]
pub struct Way {
    next: Option<String>,
}

#[derive(Deserialize)]
pub struct Form {
    email: String,
    password: String,
    next: Option<String>,
}

type Entered = Result<Either<HttpResponse, Again<SignUp>>>;

pub async fn new(front: web::Data<Front>, viewer: Viewer, way: web::Query<Way>, request: HttpRequest) -> Result<Either<HttpResponse, Page<SignUp>>> {
    let next = next::path(way.next.as_deref());
    if !viewer.is_anonymous() {
        return Ok(Either::Left(see_other(&next)));
    }
    let frame = Frame::new(&front, &request, viewer, "").await?;
    Ok(Either::Right(Page(SignUp { frame, next, email: String::new(), problems: Problems::default() })))
}

/// Makes the account and signs it in, then back to the panel that was clicked.
pub async fn create(front: web::Data<Front>, viewer: Viewer, session: Session, form: web::Form<Form>, request: HttpRequest) -> Entered {
    let Form { email, password, next } = form.into_inner();
    let next = next::path(next.as_deref());
    let now = front.app.clock.now();
    let made = sign_up::create(&front.app.db, &front.hasher, &lane(&request), &email, &password, Role::Reader, now).await;
    match made {
        Ok(account) => {
            session::begin(&session, account)?;
            tracing::info!(account.id = %account, "somebody signed up");
            Ok(Either::Left(see_other(&next)))
        }
        Err(Error::Invalid(problems)) => {
            let frame = Frame::new(&front, &request, viewer, "").await?;
            Ok(Either::Right(Again(SignUp { frame, next, email, problems })))
        }
        Err(other) => Err(other),
    }
}

pub async fn enter(
    front: web::Data<Front>,
    viewer: Viewer,
    way: web::Query<Way>,
    request: HttpRequest,
) -> Result<Either<HttpResponse, Page<SignIn>>> {
    let next = next::path(way.next.as_deref());
    if !viewer.is_anonymous() {
        return Ok(Either::Left(see_other(&next)));
    }
    let frame = Frame::new(&front, &request, viewer, "").await?;
    Ok(Either::Right(Page(SignIn { frame, next, email: String::new(), problems: Problems::default() })))
}

pub async fn sign_in(
    front: web::Data<Front>,
    viewer: Viewer,
    session: Session,
    form: web::Form<Form>,
    request: HttpRequest,
) -> Result<Either<HttpResponse, Again<SignIn>>> {
    let Form { email, password, next } = form.into_inner();
    let next = next::path(next.as_deref());
    match check::check(&front.app.db, &front.hasher, &lane(&request), &email, &password).await {
        Ok(account) => {
            session::begin(&session, account.id)?;
            tracing::info!(account.id = %account.id, "somebody signed in");
            Ok(Either::Left(see_other(&next)))
        }
        Err(Error::Invalid(problems)) => {
            let frame = Frame::new(&front, &request, viewer, "").await?;
            Ok(Either::Right(Again(SignIn { frame, next, email, problems })))
        }
        Err(other) => Err(other),
    }
}

/// Ends the session on the server, so that its cookie opens nothing any more.
pub async fn sign_out(session: Session) -> HttpResponse {
    session.purge();
    see_other("/")
}

pub async fn show(front: web::Data<Front>, reader: SignedIn, request: HttpRequest) -> Result<Page<Show>> {
    let account = store::account::find(&front.app.db, reader.0.id).await?.ok_or(Error::SignIn)?;
    let frame = Frame::new(&front, &request, reader.viewer(), "account").await?;
    Ok(Page(Show { frame, email: account.email, role: account.role }))
}

/// Whose turn a password takes: the address that asks.
fn lane(request: &HttpRequest) -> String {
    request.peer_addr().map_or_else(String::new, |address| address.ip().to_string())
}
