//! Devices that an account has signed in with before: a cookie of its own, so that they keep their own lane when strangers guess, and so
//! that a sign-in from a new one can be told to the owner.

use super::{Front, limit, session};
use crate::account::{Lane, Post};
use crate::clock::{DAY, HOUR};
use crate::model::account::Email;
use crate::model::code::digest;
use crate::store::account::Row;
use crate::{Result, store};
use actix_web::cookie::{Cookie, SameSite, time::Duration};
use actix_web::{HttpRequest, HttpResponse};

/// Browsers keep a cookie no longer.
pub const KEPT_DAYS: u32 = crate::model::code::DEVICE_DAYS;

fn cookie_name(front: &Front) -> &'static str {
    if front.app.config.tls { "__Host-device" } else { "device" }
}

fn mark(front: &Front, request: &HttpRequest) -> Option<String> {
    request.cookie(cookie_name(front)).map(|cookie| cookie.value().to_string()).filter(|value| value.len() == 32)
}

/// The hash of this browser's device, if any account has signed in with it.
pub async fn known(front: &Front, request: &HttpRequest) -> Result<Option<String>> {
    let Some(device) = mark(front, request).map(|device| digest(&device)) else { return Ok(None) };
    let since = front.app.clock.now().minus(DAY * KEPT_DAYS);
    Ok(store::device::is_any(&front.app.db, &device, since).await?.then_some(device))
}

/// Whose tries are counted, and whose turn a password takes: the device, when the account of this address knows it, else the network.
pub struct Trier {
    pub lane: Lane,
    pub who: String,
    pub is_known: bool,
}

pub async fn trier(front: &Front, request: &HttpRequest, email: &str) -> Result<Trier> {
    let network = limit::network(front, request);
    if let (Some(device), Some(address)) = (mark(front, request), Email::parse(email)) {
        let since = front.app.clock.now().minus(DAY * KEPT_DAYS);
        if store::device::is_known(&front.app.db, &address, &digest(&device), since).await? {
            return Ok(Trier { lane: Lane::known(&digest(&device)), who: format!("device {} {}", digest(&device), address.0), is_known: true });
        }
    }
    // an account is counted with the network that tries: a stranger's guesses lock its owner out nowhere else
    let account: String = email.trim().to_lowercase().chars().take(254).collect();
    Ok(Trier { lane: Lane::of(&network), who: format!("{network} {account}"), is_known: false })
}

/// Remembers the device that has signed in. Its account's owner is told when it is new, except at the first sign-in of all.
pub async fn remember(front: &Front, request: &HttpRequest, post: &Post<'_>, account: &Row, answer: &mut HttpResponse) -> Result<()> {
    let now = front.app.clock.now();
    let is_known = match mark(front, request) {
        Some(device) => {
            let since = now.minus(DAY * KEPT_DAYS);
            store::device::is_known(&front.app.db, &Email(account.email.clone()), &digest(&device), since).await?
        }
        None => false,
    };
    let is_first = now.since(account.id.born()) < HOUR && store::device::count_of(&front.app.db, account.id).await? == 0;
    keep(front, request, account, answer).await?;
    if !is_known && !is_first {
        post.device(&account.email, &session::device(request), &session::place(&limit::network(front, request)), now);
    }
    Ok(())
}

/// Gives the browser its cookie, and the account its device.
pub async fn keep(front: &Front, request: &HttpRequest, account: &Row, answer: &mut HttpResponse) -> Result<()> {
    let device = mark(front, request).unwrap_or_else(|| format!("{:032x}", rand::random::<u128>()));
    store::device::mark(&front.app.db, account.id, &digest(&device), front.app.clock.now()).await?;
    let cookie = Cookie::build(cookie_name(front), device)
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(front.app.config.tls)
        .max_age(Duration::days(KEPT_DAYS.into()))
        .finish();
    answer.add_cookie(&cookie).ok();
    Ok(())
}
