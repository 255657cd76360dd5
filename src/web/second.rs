//! The second factor on the account's page: codes of an app on and off, recovery codes shown once.

use super::account::{Show as Account, answered};
use super::form::Fields;
use super::page::{Again, Frame, Page, html, see_other};
use super::sign::{guarded, proof};
use super::viewer::SignedIn;
use super::{Front, session};
use crate::account::factor::{self, Setup};
use crate::account::{mine, passkey};
use crate::error::Problems;
use crate::model::factor::FactorKind;
use crate::{Error, Result, store};
use actix_session::{Session, SessionExt};
use actix_web::http::StatusCode;
use actix_web::{Either, HttpRequest, HttpResponse, web};
use askama::Template;

#[derive(Template)]
#[template(path = "account/second.html")]
pub struct Second {
    pub frame: Frame,
    pub setup: Setup,
    pub has_password: bool,
    /// The desk waits for a second factor, and the account has a passkey that would be one.
    pub has_passkey: bool,
    pub problems: Problems,
}

/// Shown once, after codes of an app were turned on.
#[derive(Template)]
#[template(path = "account/recovery.html")]
pub struct Recovery {
    pub frame: Frame,
    pub codes: Vec<String>,
}

/// `GET /account/second`: a new secret for an app, as a picture and typed.
pub async fn show(front: web::Data<Front>, reader: SignedIn, request: HttpRequest) -> Result<Page<Second>> {
    Ok(Page(draw(&front, &reader, &request, None, Problems::default()).await?))
}

async fn draw(front: &Front, reader: &SignedIn, request: &HttpRequest, salt: Option<String>, problems: Problems) -> Result<Second> {
    let account = store::account::find(&front.app.db, reader.0.id).await?.ok_or(Error::SignIn)?;
    let setup = factor::setup(&front.key, &front.app.config.name, account.id, &account.email, salt)?;
    let frame = Frame::new(front, request, reader.viewer(), "account").await?;
    let is_passkey = |factor: &store::factor::Row| factor.kind == FactorKind::Passkey;
    let has_passkey = front.app.config.desk_second_factor
        && !session::is_proven(&request.get_session())
        && store::factor::list_of(&front.app.db, account.id).await?.iter().any(is_passkey);
    Ok(Second { frame, setup, has_password: account.has_password(), has_passkey, problems })
}

/// `POST /account/second`: turns them on, with the owner's proof and a first code of the app.
pub async fn create(
    front: web::Data<Front>,
    reader: SignedIn,
    session: Session,
    body: web::Bytes,
    request: HttpRequest,
) -> Result<Either<HttpResponse, Again<Second>>> {
    let fields = Fields::read(&body);
    let (password, salt, code, base) = (fields.text("password"), fields.text("salt"), fields.text("code"), super::base(&front, &request));
    let proof = proof(&front, &session, &password);
    let outcome = guarded(&front, &request, &reader, "password", async |lane| {
        let account = mine::confirm(&front.app.db, &front.hasher, lane, reader.0.id, proof, "password").await?;
        factor::enable(&front.app, &front.key, &front.post(&base), &account, &salt, &code).await
    });
    match outcome.await {
        Ok(codes) => {
            session::prove(&session)?;
            let frame = Frame::new(&front, &request, reader.viewer(), "account").await?;
            Ok(Either::Left(html(StatusCode::OK, &Recovery { frame, codes })))
        }
        Err(Error::Invalid(problems)) => Ok(Either::Right(Again(draw(&front, &reader, &request, Some(salt), problems).await?))),
        Err(other) => Err(other),
    }
}

/// `POST /account/factors`: `off` turns the app's codes off, `remove` with a passkey's number removes it.
pub async fn remove(
    front: web::Data<Front>,
    reader: SignedIn,
    session: Session,
    body: web::Bytes,
    request: HttpRequest,
) -> Result<Either<HttpResponse, Again<Account>>> {
    let fields = Fields::read(&body);
    let (password, base) = (fields.text("factor_password"), super::base(&front, &request));
    let proof = proof(&front, &session, &password);
    let outcome = guarded(&front, &request, &reader, "factor_password", async |lane| {
        let account = mine::confirm(&front.app.db, &front.hasher, lane, reader.0.id, proof, "factor_password").await?;
        let post = front.post(&base);
        if fields.has("off") {
            factor::disable(&front.app, &post, &account).await?;
        } else {
            let id = fields.text("remove").parse().map_err(|_| Error::NotFound)?;
            passkey::remove(&front.app, &post, &account, id).await?;
        }
        Ok(see_other("/account"))
    });
    let outcome = outcome.await;
    answered(&front, &reader, &session, &request, outcome).await
}
