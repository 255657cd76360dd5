//! The account's own page, and what its owner changes there.

use super::form::Fields;
use super::page::{Again, Frame, Page, see_other};
use super::session::Device;
use super::sign::{guarded, proof};
use super::viewer::SignedIn;
use super::{Front, device, limit, session};
use crate::account::{address, mine, passkey, webhook};
use crate::error::Problems;
use crate::model::factor::FactorKind;
use crate::model::severity::Severity;
use crate::model::viewer::Role;
use crate::{Error, Result, store};
use actix_session::Session;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION};
use actix_web::{Either, HttpRequest, HttpResponse, web};
use askama::Template;

#[derive(Template)]
#[template(path = "account/show.html")]
pub struct Show {
    pub frame: Frame,
    pub email: String,
    pub name: String,
    pub role: Role,
    pub has_password: bool,
    pub sessions: Vec<Device>,
    /// Whether codes of an app are asked for, and how many recovery codes are left.
    pub app: bool,
    pub recovery: usize,
    pub passkeys: Vec<store::factor::Row>,
    /// The script for passkeys, where the portal can have them.
    pub passkey_js: Option<String>,
    /// The briefing comes by mail.
    pub briefing: bool,
    /// Its own programs, the severities that they may begin at, and whether another can be added.
    pub webhooks: Vec<store::webhook::Row>,
    pub floors: &'static [Severity],
    pub may_add_webhook: bool,
    /// What was typed for another webhook and another address, and not taken.
    pub typed_webhook: String,
    pub typed_query: String,
    pub typed_floor: Severity,
    pub typed_address: String,
    pub problems: Problems,
}

type Outcome = Result<Either<HttpResponse, Again<Show>>>;

pub async fn show(front: web::Data<Front>, reader: SignedIn, session: Session, request: HttpRequest) -> Result<Page<Show>> {
    Ok(Page(draw(&front, &reader, &session, &request, Problems::default()).await?))
}

/// Sessions that the page shows, the newest.
const SHOWN: i64 = 100;
/// Sessions that are ended at once; nobody signs in so often in the days that one lasts.
const ENDED: i64 = 100_000;

async fn draw(front: &Front, reader: &SignedIn, session: &Session, request: &HttpRequest, problems: Problems) -> Result<Show> {
    let account = store::account::find(&front.app.db, reader.0.id).await?.ok_or(Error::SignIn)?;
    let own = session::mark(session);
    let sessions = store::login::list_of(&front.app.db, account.id, front.app.clock.now(), SHOWN).await?;
    let factors = store::factor::list_of(&front.app.db, account.id).await?;
    let webhooks = store::webhook::list_of(&front.app.db, account.id).await?;
    let frame = Frame::new(front, request, reader.viewer(), "account").await?;
    Ok(Show {
        passkey_js: passkey::are_possible(&frame.base).then(|| front.assets.address("passkey.js")),
        frame,
        has_password: account.has_password(),
        email: account.email,
        name: account.name,
        role: account.role,
        sessions: sessions.iter().map(|row| Device::new(row, &own)).collect(),
        app: factors.iter().any(|f| f.kind == FactorKind::App),
        recovery: factors.iter().filter(|f| f.kind == FactorKind::Recovery).count(),
        may_add_webhook: webhooks.len() < webhook::MOST,
        webhooks,
        briefing: store::account::wants_briefing(&front.app.db, account.id).await?,
        typed_webhook: String::new(),
        typed_query: String::new(),
        typed_floor: Severity::Info,
        typed_address: String::new(),
        floors: &Severity::ALL[1..],
        passkeys: factors.into_iter().filter(|f| f.kind == FactorKind::Passkey).collect(),
        problems,
    })
}

/// A form's outcome: on to a page, or the account's page again with what was wrong.
pub async fn answered(front: &Front, reader: &SignedIn, session: &Session, request: &HttpRequest, outcome: Result<HttpResponse>) -> Outcome {
    match outcome {
        Ok(answer) => Ok(Either::Left(answer)),
        Err(Error::Invalid(problems)) => Ok(Either::Right(Again(draw(front, reader, session, request, problems).await?))),
        Err(other) => Err(other),
    }
}

/// `POST /account/sessions`: ends one session by its mark, or all but this one.
pub async fn end_sessions(front: web::Data<Front>, reader: SignedIn, session: Session, body: web::Bytes) -> Result<HttpResponse> {
    let which = Fields::read(&body).text("end");
    let own = session::mark(&session);
    for row in store::login::list_of(&front.app.db, reader.0.id, front.app.clock.now(), ENDED).await? {
        let device = Device::new(&row, &own);
        if which == "others" && device.is_own {
            store::login::remove_others(&front.app.db, reader.0.id, &row.state).await?;
        } else if !which.is_empty() && device.mark == which {
            store::login::remove_state(&front.app.db, reader.0.id, &row.state).await?;
        }
    }
    Ok(see_other("/account"))
}

/// `POST /account/password`: a new password; every other session ends.
pub async fn set_password(front: web::Data<Front>, reader: SignedIn, session: Session, body: web::Bytes, request: HttpRequest) -> Outcome {
    let fields = Fields::read(&body);
    let (old, new, base) = (fields.text("old_password"), fields.text("password"), super::base(&front, &request));
    let (proof, post) = (proof(&front, &session, &old), front.post(&base));
    let outcome = guarded(&front, &request, &reader, "old_password", async |lane| {
        mine::set_password(&front.app, &front.hasher, lane, &post, reader.0.id, proof, &new).await?;
        let account = store::account::find(&front.app.db, reader.0.id).await?.ok_or(Error::SignIn)?;
        let is_proven = session::is_proven(&session);
        session::begin(&session, &front, account.id, session::stays(&session), &request)?;
        if is_proven {
            session::prove(&session)?;
        }
        let mut answer = see_other("/account");
        // this device is known on, without a letter to oneself
        device::keep(&front, &request, &account, &mut answer).await?;
        Ok(answer)
    });
    let outcome = outcome.await;
    answered(&front, &reader, &session, &request, outcome).await
}

/// `POST /account/name`: what the account is called.
pub async fn set_name(front: web::Data<Front>, reader: SignedIn, session: Session, body: web::Bytes, request: HttpRequest) -> Outcome {
    let name = Fields::read(&body).text("name");
    let outcome = mine::set_name(&front.app, reader.0.id, &name).await.map(|()| see_other("/account"));
    let mut answer = answered(&front, &reader, &session, &request, outcome).await?;
    if let Either::Right(Again(page)) = &mut answer {
        page.name = name;
    }
    Ok(answer)
}

/// `POST /account/address`: a code to another address, which takes this one's place when it is entered.
pub async fn set_address(front: web::Data<Front>, reader: SignedIn, session: Session, body: web::Bytes, request: HttpRequest) -> Outcome {
    let fields = Fields::read(&body);
    let (email, password, base) = (fields.text("email"), fields.text("address_password"), super::base(&front, &request));
    let (proof, post) = (proof(&front, &session, &password), front.post(&base));
    limit::letter(&front, &request, &email).await?;
    let outcome = guarded(&front, &request, &reader, "address_password", async |lane| {
        let ticket = address::ask(&front.app, &front.hasher, lane, &post, reader.0.id, proof, &email).await?;
        Ok(see_other(&format!("/code/{}", ticket.text())))
    });
    let outcome = outcome.await;
    let mut answer = answered(&front, &reader, &session, &request, outcome).await?;
    if let Either::Right(Again(page)) = &mut answer {
        page.typed_address = email;
    }
    Ok(answer)
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
pub async fn delete(front: web::Data<Front>, reader: SignedIn, session: Session, body: web::Bytes, request: HttpRequest) -> Outcome {
    let password = Fields::read(&body).text("delete_password");
    let proof = proof(&front, &session, &password);
    let outcome = guarded(&front, &request, &reader, "delete_password", async |lane| {
        mine::delete(&front.app.db, &front.hasher, lane, reader.0.id, proof, front.app.clock.now()).await?;
        session.purge();
        tracing::info!(account.id = %reader.0.id, "somebody deleted their account");
        Ok(see_other("/"))
    });
    let outcome = outcome.await;
    answered(&front, &reader, &session, &request, outcome).await
}
