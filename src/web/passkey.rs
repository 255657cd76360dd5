//! Passkeys on the account's page. The browser's part is in `static/js/passkey.js`; without it the section says what is missing.

use super::account::{Show, answered};
use super::form::Fields;
use super::page::{Again, see_other};
use super::sign::{guarded, proof};
use super::viewer::SignedIn;
use super::{Front, session};
use crate::account::mine;
use crate::account::passkey::{self, Question};
use crate::model::code::Ticket;
use crate::{Error, Result, store};
use actix_session::Session;
use actix_web::http::header::CACHE_CONTROL;
use actix_web::{Either, HttpRequest, HttpResponse, web};

/// A question as the script reads it.
pub fn asked(question: &Question) -> HttpResponse {
    HttpResponse::Ok().content_type("application/json").insert_header((CACHE_CONTROL, "private, no-store")).body(format!(
        "{{\"ticket\":\"{}\",\"question\":{}}}",
        question.ticket.text(),
        question.json
    ))
}

/// `POST /account/passkeys/question`: asks the browser to make a passkey, with the owner's proof.
pub async fn question(front: web::Data<Front>, reader: SignedIn, session: Session, body: web::Bytes, request: HttpRequest) -> Result<HttpResponse> {
    let password = Fields::read(&body).text("passkey_password");
    let (proof, base) = (proof(&front, &session, &password), super::base(&front, &request));
    guarded(&front, &request, &reader, "passkey_password", async |lane| {
        let account = mine::confirm(&front.app.db, &front.hasher, lane, reader.0.id, proof, "passkey_password").await?;
        Ok(asked(&passkey::offer(&front.app, &front.post(&base), &account).await?))
    })
    .await
}

/// `POST /account/passkeys`: the passkey that the browser made.
pub async fn create(
    front: web::Data<Front>,
    reader: SignedIn,
    session: Session,
    body: web::Bytes,
    request: HttpRequest,
) -> Result<Either<HttpResponse, Again<Show>>> {
    let fields = Fields::read(&body);
    let base = super::base(&front, &request);
    let outcome = async {
        let account = store::account::find(&front.app.db, reader.0.id).await?.ok_or(Error::SignIn)?;
        let ticket = Ticket::parse(&fields.text("ticket")).ok_or_else(|| Error::invalid("passkey", "Ask your device with the button first"))?;
        passkey::add(&front.app, &front.post(&base), &account, &ticket, &fields.text("credential"), &fields.text("label")).await?;
        session::prove(&session)?;
        Ok(see_other("/account"))
    };
    let outcome = outcome.await;
    answered(&front, &reader, &session, &request, outcome).await
}
