//! Webhooks on the account's page: added, tried, removed.

use super::account::{Show, answered};
use super::form::Fields;
use super::page::{Again, Frame, html, see_other};
use super::viewer::SignedIn;
use super::{Front, limit};
use crate::account::webhook::{self, Added};
use crate::model::severity::Severity;
use crate::{Error, Result};
use actix_session::Session;
use actix_web::http::StatusCode;
use actix_web::{Either, HttpRequest, HttpResponse, web};
use askama::Template;

/// Shown once, after a webhook was added.
#[derive(Template)]
#[template(path = "account/webhook.html")]
struct Secret {
    frame: Frame,
    added: Added,
}

/// `POST /account/webhooks`: `try` with a webhook's number sends it a test, `remove` removes it; else the address is a new one.
pub async fn update(
    front: web::Data<Front>,
    reader: SignedIn,
    session: Session,
    body: web::Bytes,
    request: HttpRequest,
) -> Result<Either<HttpResponse, Again<Show>>> {
    let fields = Fields::read(&body);
    let outcome = act(&front, &reader, &fields, &request).await;
    let mut answer = answered(&front, &reader, &session, &request, outcome).await?;
    if let Either::Right(Again(page)) = &mut answer {
        page.typed_webhook = fields.text("webhook");
        page.typed_query = fields.text("query");
        page.typed_floor = fields.text("floor").parse().unwrap_or(Severity::Info);
    }
    Ok(answer)
}

async fn act(front: &Front, reader: &SignedIn, fields: &Fields, request: &HttpRequest) -> Result<HttpResponse> {
    let (app, account) = (&front.app, reader.0.id);
    let number = |name| fields.text(name).parse().map_err(|_| Error::NotFound);
    if fields.has("remove") {
        webhook::remove(app, account, number("remove")?).await?;
        return Ok(see_other("/account#webhooks"));
    }
    let (who, now) = (account.to_string(), app.clock.now());
    front.limits.take(limit::WEBHOOK, &who, now)?;
    if fields.has("try") {
        webhook::try_out(app, &front.key, account, number("try")?).await?;
        return Ok(see_other("/account#webhooks"));
    }
    let floor: Severity = fields.text("floor").parse().unwrap_or(Severity::Info);
    let added = webhook::add(app, &front.key, account, &fields.text("webhook"), floor, &fields.text("query")).await?;
    let frame = Frame::new(front, request, reader.viewer(), "account").await?;
    Ok(html(StatusCode::OK, &Secret { frame, added }))
}
