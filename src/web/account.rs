//! Signing up, in and out, and the account's own page.

use super::form::Fields;
use super::page::{Again, Frame, Page, see_other};
use super::viewer::SignedIn;
use super::{Front, limit, next, session};
use crate::account::{mine, sign_in as check, sign_up};
use crate::clock::Timestamp;
use crate::error::Problems;
use crate::model::viewer::{Role, Viewer};
use crate::{Error, Result, store};
use actix_session::Session;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION};
use actix_web::{Either, HttpRequest, HttpResponse, web};
use askama::Template;
use serde::Deserialize;
use std::collections::HashMap;

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
    pub sessions: Vec<Device>,
    pub problems: Problems,
}

/// A browser that is signed in.
pub struct Device {
    pub words: String,
    pub began: Timestamp,
    pub mark: String,
    pub is_own: bool,
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
    let network = limit::network(&front, &request);
    front.limits.check(limit::SIGN_UP, &network, now)?;
    front.limits.note(limit::SIGN_UP, &network, now);
    let made = sign_up::create(&front.app.db, &front.hasher, &network, &email, &password, Role::Reader, now).await;
    match made {
        Ok(account) => {
            session::begin(&session, account, &request)?;
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
    let now = front.app.clock.now();
    let network = limit::network(&front, &request);
    // an account is counted with the network that tries: a stranger's guesses lock its owner out nowhere else
    let both = format!("{network} {}", email.trim().to_lowercase().chars().take(254).collect::<String>());
    front.limits.check(limit::SIGN_IN_FROM, &network, now)?;
    front.limits.check(limit::SIGN_IN, &both, now)?;
    match check::check(&front.app.db, &front.hasher, &network, &email, &password).await {
        Ok(account) => {
            front.limits.forgive(limit::SIGN_IN, &both);
            session::begin(&session, account.id, &request)?;
            tracing::info!(account.id = %account.id, "somebody signed in");
            Ok(Either::Left(see_other(&next)))
        }
        Err(Error::Invalid(problems)) => {
            front.limits.note(limit::SIGN_IN, &both, now);
            front.limits.note(limit::SIGN_IN_FROM, &network, now);
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

pub async fn show(front: web::Data<Front>, reader: SignedIn, session: Session, request: HttpRequest) -> Result<Page<Show>> {
    session::name(&session, &request)?;
    Ok(Page(draw(&front, &reader, &session, &request, Problems::default()).await?))
}

async fn draw(front: &Front, reader: &SignedIn, session: &Session, request: &HttpRequest, problems: Problems) -> Result<Show> {
    let account = store::account::find(&front.app.db, reader.0.id).await?.ok_or(Error::SignIn)?;
    let own = session::mark(session);
    let sessions = store::login::list_of(&front.app.db, account.id, front.app.clock.now()).await?;
    let sessions = sessions.into_iter().map(|(state, began)| Device::new(&state, began, &own)).collect();
    let frame = Frame::new(front, request, reader.viewer(), "account").await?;
    Ok(Show { frame, email: account.email, role: account.role, sessions, problems })
}

impl Device {
    fn new(state: &str, began: Timestamp, own: &str) -> Self {
        let state: HashMap<String, String> = serde_json::from_str(state).unwrap_or_default();
        // each value of a session is JSON itself
        let text = |name: &str| state.get(name).and_then(|json| serde_json::from_str::<String>(json).ok()).unwrap_or_default();
        let mark = text(session::MARK);
        Self { words: text(session::DEVICE), is_own: !mark.is_empty() && mark == own, mark, began }
    }
}

/// `POST /account/sessions`: ends one session by its mark, or all but this one.
pub async fn end_sessions(front: web::Data<Front>, reader: SignedIn, session: Session, body: web::Bytes) -> Result<HttpResponse> {
    let which = Fields::read(&body).text("end");
    let own = session::mark(&session);
    for (state, began) in store::login::list_of(&front.app.db, reader.0.id, front.app.clock.now()).await? {
        let device = Device::new(&state, began, &own);
        let is_meant = !which.is_empty() && device.mark == which;
        if is_meant || which == "others" && !device.is_own {
            store::login::remove_state(&front.app.db, reader.0.id, &state).await?;
        }
    }
    Ok(see_other("/account"))
}

/// `POST /account/password`: a new password; every other session ends.
pub async fn set_password(
    front: web::Data<Front>,
    reader: SignedIn,
    session: Session,
    body: web::Bytes,
    request: HttpRequest,
) -> Result<Either<HttpResponse, Again<Show>>> {
    let fields = Fields::read(&body);
    let network = limit::network(&front, &request);
    let (old, new) = (fields.text("old_password"), fields.text("password"));
    let (who, now) = (format!("{network} {}", reader.0.id), front.app.clock.now());
    front.limits.check(limit::SIGN_IN, &who, now)?;
    match mine::set_password(&front.app.db, &front.hasher, &network, reader.0.id, &old, &new).await {
        Ok(()) => {
            session::begin(&session, reader.0.id, &request)?;
            Ok(Either::Left(see_other("/account")))
        }
        Err(Error::Invalid(problems)) => {
            if problems.of("old_password").is_some() {
                front.limits.note(limit::SIGN_IN, &who, now);
            }
            Ok(Either::Right(Again(draw(&front, &reader, &session, &request, problems).await?)))
        }
        Err(other) => Err(other),
    }
}

/// `GET /account/data.json`: what is kept of the account.
pub async fn data(front: web::Data<Front>, reader: SignedIn) -> Result<HttpResponse> {
    let data = mine::export(&front.app.db, reader.0.id, front.app.clock.now()).await?;
    Ok(HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "private, no-store"))
        .insert_header((CONTENT_DISPOSITION, "attachment; filename=\"account.json\""))
        .json(data))
}

/// `POST /account/delete`: the account is gone at once.
pub async fn delete(
    front: web::Data<Front>,
    reader: SignedIn,
    session: Session,
    body: web::Bytes,
    request: HttpRequest,
) -> Result<Either<HttpResponse, Again<Show>>> {
    let password = Fields::read(&body).text("delete_password");
    let (network, now) = (limit::network(&front, &request), front.app.clock.now());
    let who = format!("{network} {}", reader.0.id);
    front.limits.check(limit::SIGN_IN, &who, now)?;
    match mine::delete(&front.app.db, &front.hasher, &network, reader.0.id, &password).await {
        Ok(()) => {
            session.purge();
            tracing::info!(account.id = %reader.0.id, "somebody deleted their account");
            Ok(Either::Left(see_other("/")))
        }
        Err(Error::Invalid(problems)) => {
            front.limits.note(limit::SIGN_IN, &who, now);
            Ok(Either::Right(Again(draw(&front, &reader, &session, &request, problems).await?)))
        }
        Err(other) => Err(other),
    }
}
