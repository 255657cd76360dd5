//! Signing up, in and out.

use super::form::Fields;
use super::page::{Again, Frame, Page, see_other};
use super::viewer::SignedIn;
use super::{Front, device, limit, next, session};
use crate::account::{Lane, Post, factor, passkey, sign_in as check, sign_up};
use crate::error::Problems;
use crate::model::code::{LIFE, Purpose, Ticket, digest};
use crate::model::viewer::Viewer;
use crate::store::account::Row;
use crate::{Error, Result, account};
use actix_session::Session;
use actix_web::cookie::{Cookie, SameSite, time::Duration as CookieDuration};
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
    pub stay: bool,
    pub problems: Problems,
    /// The script for passkeys, where the portal can have them.
    pub passkey_js: Option<String>,
}

/// A forgotten password.
#[derive(Template)]
#[template(path = "account/reset.html")]
pub struct Reset {
    pub frame: Frame,
    pub email: String,
    pub problems: Problems,
}

#[derive(Deserialize)]
pub struct Way {
    next: Option<String>,
}

type Entered<T> = Result<Either<HttpResponse, Again<T>>>;

impl Front {
    /// What sends letters in this portal's name.
    pub fn post<'a>(&'a self, base: &'a str) -> Post<'a> {
        Post { mail: &self.app.mail, portal: &self.app.config.name, base }
    }
}

/// With TLS no other host, not even one below ours, can set a cookie of this name.
fn asked_name(front: &Front) -> &'static str {
    if front.app.config.tls { "__Host-asked" } else { "asked" }
}

/// The browser that asked for an account, for as long as its code works.
fn asked_cookie(front: &Front, browser: String) -> Cookie<'static> {
    let life = CookieDuration::seconds(LIFE.as_secs().cast_signed());
    Cookie::build(asked_name(front), browser).path("/").http_only(true).same_site(SameSite::Lax).secure(front.app.config.tls).max_age(life).finish()
}

/// The hash of the browser that asked, if it is this one that asks now.
pub fn asked_by(front: &Front, request: &HttpRequest) -> String {
    request.cookie(asked_name(front)).map_or_else(String::new, |cookie| digest(cookie.value()))
}

/// The page of what waits for a code.
fn code_page(ticket: &Ticket) -> HttpResponse {
    see_other(&format!("/code/{}", ticket.text()))
}

pub async fn new(front: web::Data<Front>, viewer: Viewer, way: web::Query<Way>, request: HttpRequest) -> Result<Either<HttpResponse, Page<SignUp>>> {
    let next = next::path(way.next.as_deref());
    if !viewer.is_anonymous() {
        return Ok(Either::Left(see_other(&next)));
    }
    let frame = Frame::new(&front, &request, viewer, "").await?;
    Ok(Either::Right(Page(SignUp { frame, next, email: String::new(), problems: Problems::default() })))
}

/// Sends a code to the address; the account is made with it, and then it goes back to the panel that was clicked.
pub async fn create(front: web::Data<Front>, viewer: Viewer, body: web::Bytes, request: HttpRequest) -> Entered<SignUp> {
    let fields = Fields::read(&body);
    let (email, next) = (fields.text("email"), next::path(Some(&fields.text("next"))));
    let network = limit::network(&front, &request);
    limit::letter(&front, &request, &email).await?;
    let base = super::base(&front, &request);
    // the password counts only in the browser that it was typed in: who opens the letter elsewhere makes an account without one
    let browser = format!("{:032x}", rand::random::<u128>());
    let wanted = sign_up::Wanted { email: &email, password: &fields.text("password"), browser: &digest(&browser), next: &next };
    match sign_up::ask(&front.app, &front.hasher, &Lane::of(&network), &front.post(&base), wanted).await {
        Ok(ticket) => {
            let mut answer = code_page(&ticket);
            answer.add_cookie(&asked_cookie(&front, browser)).ok();
            Ok(Either::Left(answer))
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
    Ok(Either::Right(Page(SignIn::draw(&front, &request, viewer, next, String::new(), Problems::default()).await?)))
}

impl SignIn {
    pub async fn draw(front: &Front, request: &HttpRequest, viewer: Viewer, next: String, email: String, problems: Problems) -> Result<Self> {
        let frame = Frame::new(front, request, viewer, "").await?;
        let passkey_js = passkey::are_possible(&frame.base).then(|| front.assets.address("passkey.js"));
        Ok(Self { frame, next, email, stay: false, problems, passkey_js })
    }
}

/// By password, or with `by=code` by a code from the mail.
pub async fn sign_in(front: web::Data<Front>, viewer: Viewer, session: Session, body: web::Bytes, request: HttpRequest) -> Entered<SignIn> {
    let fields = Fields::read(&body);
    let (email, next, stay) = (fields.text("email"), next::path(Some(&fields.text("next"))), fields.has("stay"));
    let outcome = if fields.text("by") == "code" {
        send(&front, &request, Purpose::SignIn, &email, stay, &next).await
    } else {
        by_password(&front, &session, &request, &email, &fields.text("password"), stay, &next).await
    };
    match outcome {
        Ok(answer) => Ok(Either::Left(answer)),
        Err(Error::Invalid(problems)) => {
            let page = SignIn::draw(&front, &request, viewer, next, email, problems).await?;
            Ok(Either::Right(Again(SignIn { stay, ..page })))
        }
        Err(other) => Err(other),
    }
}

async fn send(front: &Front, request: &HttpRequest, purpose: Purpose, email: &str, stay: bool, next: &str) -> Result<HttpResponse> {
    limit::letter(front, request, email).await?;
    let base = super::base(front, request);
    Ok(code_page(&check::ask(&front.app, &front.post(&base), purpose, email, stay, next).await?))
}

async fn by_password(
    front: &Front,
    session: &Session,
    request: &HttpRequest,
    email: &str,
    password: &str,
    stay: bool,
    next: &str,
) -> Result<HttpResponse> {
    let now = front.app.clock.now();
    let network = limit::network(front, request);
    let trier = device::trier(front, request, email).await?;
    if !trier.is_known {
        front.limits.check(limit::SIGN_IN_FROM, &network, now)?;
    }
    front.limits.check(limit::SIGN_IN, &trier.who, now)?;
    front.limits.take(limit::SIGN_INS, &trier.who, now)?;
    match check::check(&front.app.db, &front.hasher, &trier.lane, email, password).await {
        Ok(account) => {
            front.limits.forgive(limit::SIGN_IN, &trier.who);
            go_on(front, session, request, &account, stay, next).await
        }
        Err(cause) => {
            if matches!(cause, Error::Invalid(_)) {
                // the address stays out of the log; its hash says whether one is tried or many are
                let whose = &digest(&email.trim().to_lowercase())[..12];
                tracing::warn!(network, whose, "a sign-in was refused");
                front.limits.note(limit::SIGN_IN, &trier.who, now);
                if !trier.is_known {
                    front.limits.note(limit::SIGN_IN_FROM, &network, now);
                }
            }
            Err(cause)
        }
    }
}

/// After the first proof: on to the second one if the account asks for it, else in.
pub async fn go_on(front: &Front, session: &Session, request: &HttpRequest, account: &Row, stay: bool, next: &str) -> Result<HttpResponse> {
    if !factor::is_on(&front.app.db, account.id).await? {
        return begin(front, session, request, account, stay, next).await;
    }
    let payload = if stay { check::STAY } else { "" };
    let wish = account::code::Wish { purpose: Purpose::Second, email: "", account: Some(account.id), payload, next };
    let (ticket, _) = account::code::ask(&front.app, wish).await?;
    Ok(code_page(&ticket))
}

/// After the last proof: begins the session, and tells the owner when the device is new.
pub async fn begin(front: &Front, session: &Session, request: &HttpRequest, account: &Row, stay: bool, next: &str) -> Result<HttpResponse> {
    session::begin(session, front, account.id, stay, request)?;
    let mut answer = see_other(&next::path(Some(next)));
    let base = super::base(front, request);
    device::remember(front, request, &front.post(&base), account, &mut answer).await?;
    tracing::info!(account.id = %account.id, "somebody signed in");
    Ok(answer)
}

/// Ends the session on the server, so that its cookie opens nothing any more.
pub async fn sign_out(session: Session) -> HttpResponse {
    session.purge();
    let mut answer = see_other("/");
    let clear = actix_web::http::header::HeaderValue::from_static("\"cache\", \"storage\"");
    answer.headers_mut().insert(actix_web::http::header::HeaderName::from_static("clear-site-data"), clear);
    answer
}

pub async fn forgotten(front: web::Data<Front>, viewer: Viewer, request: HttpRequest) -> Result<Page<Reset>> {
    let frame = Frame::new(&front, &request, viewer, "").await?;
    Ok(Page(Reset { frame, email: String::new(), problems: Problems::default() }))
}

/// Sends a code that a new password can be chosen with.
pub async fn reset(front: web::Data<Front>, viewer: Viewer, body: web::Bytes, request: HttpRequest) -> Entered<Reset> {
    let email = Fields::read(&body).text("email");
    match send(&front, &request, Purpose::Reset, &email, false, "/sign-in").await {
        Ok(answer) => Ok(Either::Left(answer)),
        Err(Error::Invalid(problems)) => {
            let frame = Frame::new(&front, &request, viewer, "").await?;
            Ok(Either::Right(Again(Reset { frame, email, problems })))
        }
        Err(other) => Err(other),
    }
}

/// `POST /sign-in/passkey/question`: what the browser is to ask its devices, as JSON with the ticket of the answer.
pub async fn question(front: web::Data<Front>, request: HttpRequest) -> Result<HttpResponse> {
    let (network, now) = (limit::network(&front, &request), front.app.clock.now());
    front.limits.take(limit::PASSKEY_FROM, &network, now)?;
    let base = super::base(&front, &request);
    Ok(super::passkey::asked(&passkey::challenge(&front.app, &front.post(&base)).await?))
}

/// `POST /sign-in/passkey`: the device's answer. A passkey is two factors in one, so nothing further is asked.
pub async fn by_passkey(front: web::Data<Front>, viewer: Viewer, session: Session, body: web::Bytes, request: HttpRequest) -> Entered<SignIn> {
    let fields = Fields::read(&body);
    let next = next::path(Some(&fields.text("next")));
    let (network, now) = (limit::network(&front, &request), front.app.clock.now());
    if device::known(&front, &request).await?.is_none() {
        front.limits.check(limit::SIGN_IN_FROM, &network, now)?;
    }
    let base = super::base(&front, &request);
    let found = match Ticket::parse(&fields.text("ticket")) {
        Some(ticket) => passkey::check(&front.app, &front.post(&base), &ticket, &fields.text("credential")).await,
        None => Err(Error::invalid("passkey", "Ask your device with the button first")),
    };
    match found {
        Ok(account) => {
            let answer = begin(&front, &session, &request, &account, fields.has("stay"), &next).await?;
            session::prove(&session)?;
            Ok(Either::Left(answer))
        }
        Err(Error::Invalid(problems)) => {
            front.limits.note(limit::SIGN_IN_FROM, &network, now);
            Ok(Either::Right(Again(SignIn::draw(&front, &request, viewer, next, String::new(), problems).await?)))
        }
        Err(other) => Err(other),
    }
}

/// The password or, for an account without one, the fresh session that shows that its owner asks.
pub fn proof<'a>(front: &Front, session: &Session, password: &'a str) -> account::mine::Proof<'a> {
    account::mine::Proof { password, is_fresh: session::is_fresh(session, front.app.clock.now()) }
}

/// Runs something that asks for the owner's proof: tries are counted, and wrong ones noted.
pub async fn guarded<T>(
    front: &Front,
    request: &HttpRequest,
    reader: &SignedIn,
    field: &str,
    act: impl AsyncFnOnce(&Lane) -> Result<T>,
) -> Result<T> {
    let (network, now) = (limit::network(front, request), front.app.clock.now());
    let who = format!("{network} {}", reader.0.id);
    front.limits.check(limit::SIGN_IN, &who, now)?;
    let outcome = act(&Lane::of(&network)).await;
    if let Err(Error::Invalid(problems)) = &outcome
        && problems.of(field).is_some()
    {
        front.limits.note(limit::SIGN_IN, &who, now);
    }
    outcome
}
