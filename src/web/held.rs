//! A form that was sent after its session had ended is kept, and given back after signing in: nothing that somebody typed is lost.

use super::page::{Frame, Page};
use super::token::{self, Sent};
use super::viewer::SignedIn;
use super::{Front, device, limit, next};
use crate::clock::HOUR;
use crate::model::code::Ticket;
use crate::{Error, Result, store};
use actix_web::{HttpMessage, HttpRequest, web};
use askama::Template;

/// Forms that are kept at the same time, of everybody.
const MOST: i64 = 1_000;
/// Whatever changes an account is typed anew: a form that somebody else wrote must not wait there for its owner's click.
const NEVER: &[&str] = &["/account", "/admin/accounts", "/sign", "/code", "/reset", "/first"];

#[derive(Template)]
#[template(path = "account/held.html")]
pub struct Show {
    pub frame: Frame,
    pub path: String,
    pub fields: Vec<(String, String)>,
}

/// Keeps the form of a request that was turned away for want of a session, and says where it is found again: for a browser that has
/// signed in before, and for it alone. Passwords are not kept, and neither is what a script sends by itself.
pub async fn keep(front: &Front, request: &HttpRequest) -> Option<String> {
    let body = request.extensions().get::<Sent>().map(|sent| sent.0.clone())?;
    let mode = request.headers().get("sec-fetch-mode").and_then(|mode| mode.to_str().ok());
    let is_typed = !body.is_empty() && mode.is_none_or(|mode| mode == "navigate");
    let (network, now) = (limit::network(front, request), front.app.clock.now());
    let path = next::path(request.uri().path_and_query().map(|path| path.as_str()));
    if !is_typed || NEVER.iter().any(|start| path.starts_with(start)) || front.limits.check(limit::HELD, &network, now).is_err() {
        return None;
    }
    let is_kept = |name: &str| !name.contains("password") && name != token::FIELD;
    let mut kept = url::form_urlencoded::Serializer::new(String::new());
    kept.extend_pairs(url::form_urlencoded::parse(&body).filter(|(name, _)| is_kept(name)).map(|(name, value)| (name, value.replace('\0', ""))));
    let ticket = Ticket::random();
    front.limits.note(limit::HELD, &network, now);
    match write(front, request, &ticket, &path, &kept.finish()).await {
        Ok(true) => Some(format!("/held/{}", ticket.text())),
        Ok(false) => None,
        Err(cause) => {
            tracing::warn!("a form could not be kept: {cause:#}");
            None
        }
    }
}

/// Whether it is a known device, and there was room.
async fn write(front: &Front, request: &HttpRequest, ticket: &Ticket, path: &str, body: &str) -> Result<bool> {
    let Some(device) = device::known(front, request).await? else { return Ok(false) };
    if store::held::count(&front.app.db).await? >= MOST {
        return Ok(false);
    }
    store::held::add(&front.app.db, &ticket.hash(), &device, path, body, front.app.clock.now().plus(HOUR)).await?;
    Ok(true)
}

/// `GET /held/{ticket}`: the form with all that was typed, to be sent again.
pub async fn show(front: web::Data<Front>, reader: SignedIn, ticket: web::Path<String>, request: HttpRequest) -> Result<Page<Show>> {
    let ticket = Ticket::parse(&ticket).ok_or(Error::NotFound)?;
    let device = device::known(&front, &request).await?.ok_or(Error::NotFound)?;
    let (path, body) = store::held::find(&front.app.db, &ticket.hash(), &device, front.app.clock.now()).await?.ok_or(Error::NotFound)?;
    let fields = url::form_urlencoded::parse(body.as_bytes()).into_owned().collect();
    Ok(Page(Show { frame: Frame::new(&front, &request, reader.viewer(), "").await?, path, fields }))
}
