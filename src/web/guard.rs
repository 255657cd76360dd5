//! What stands before every handler: a reference for the log, security headers, the same-origin rule, a limit in time.

use super::error::dress;
use super::{Front, limit};
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::error::InternalError;
use actix_web::http::StatusCode;
use actix_web::http::header::{HOST, HeaderMap, HeaderName, HeaderValue, ORIGIN};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpResponse, web};
use std::time::{Duration, Instant};
use tracing::{Instrument, info, info_span};
use url::Url;

/// What a visitor may quote, and the log knows.
#[derive(Clone)]
pub struct Reference(pub String);

/// How long a handler may take, its request's body included; live streams answer at once and go on.
const LIMIT: Duration = Duration::from_secs(20);

const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; \
form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'";
/// The editor holds the preview in a frame.
const EDITOR_POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; \
frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'";
const PREVIEW_POLICY: &str =
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'none'; base-uri 'none'; frame-ancestors 'self'; sandbox";

/// Outermost: every answer passes here, so every answer has the headers and, when a handler gave an error, a page.
pub async fn outermost(request: ServiceRequest, next: Next<impl MessageBody + 'static>) -> Result<ServiceResponse<BoxBody>, Error> {
    let front = request.app_data::<web::Data<Front>>().expect("the server gives every request its Front").clone();
    let reference = format!("{:08x}", rand::random::<u32>());
    request.extensions_mut().insert(Reference(reference.clone()));
    let (method, path) = (request.method().clone(), request.path().to_string());
    let network = limit::network(&front, request.request());
    let secret = is_secret(&path);
    let began = Instant::now();
    let span = info_span!("request", id = %reference);
    async move {
        let mut answer = match next.call(request).await {
            Ok(answer) => dress(&front, answer.map_into_boxed_body()).await,
            // a middleware gave up; the request is gone with it, so this answer has headers and a plain sentence, but no page
            Err(cause) => return Err(with_headers(&front, &path, cause)),
        };
        add_headers(&front, &path, answer.headers_mut());
        let ms = began.elapsed().as_millis() as u64;
        let path = secret.unwrap_or(&path);
        match answer.status() {
            status if status.is_server_error() => tracing::error!(%method, path, status = status.as_u16(), ms, "answered"),
            // whoever asks for what is not theirs, or too often, is for the log
            status if matches!(status.as_u16(), 403 | 429) => tracing::warn!(%method, path, network, status = status.as_u16(), ms, "refused"),
            status if !method.is_safe() => info!(%method, path, status = status.as_u16(), ms, "answered"),
            status => tracing::debug!(%method, path, status = status.as_u16(), ms, "answered"),
        }
        Ok(answer)
    }
    .instrument(span)
    .await
}

/// A link that works once is not for the log, and not for other addresses to hear of.
pub fn is_secret(path: &str) -> Option<&'static str> {
    ["/code/", "/first/", "/held/"].into_iter().find(|start| path.starts_with(start))
}

/// An error of a middleware, its answer with the headers that every answer has.
fn with_headers(front: &Front, path: &str, cause: Error) -> Error {
    let mut answer = cause.error_response();
    add_headers(front, path, answer.headers_mut());
    InternalError::from_response(cause, answer).into()
}

fn add_headers(front: &Front, path: &str, headers: &mut HeaderMap) {
    let policy = match path {
        p if p.starts_with("/admin/") && p.ends_with("/preview") => PREVIEW_POLICY,
        p if p.starts_with("/admin/") => EDITOR_POLICY,
        _ => POLICY,
    };
    let pairs = [
        ("content-security-policy", policy),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", if is_secret(path).is_some() { "no-referrer" } else { "strict-origin-when-cross-origin" }),
        ("permissions-policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
        ("cross-origin-opener-policy", "same-origin"),
        // the sandboxed preview has an origin of its own, and needs the style sheet all the same
        ("cross-origin-resource-policy", if path.starts_with("/static/") || is_for_others(path) { "cross-origin" } else { "same-origin" }),
    ];
    for (name, value) in pairs {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    if is_for_others(path) {
        headers.insert(HeaderName::from_static("access-control-allow-origin"), HeaderValue::from_static("*"));
    }
    if front.app.config.tls {
        headers.insert(HeaderName::from_static("strict-transport-security"), HeaderValue::from_static("max-age=63072000; includeSubDomains"));
    }
}

/// What is made to be shown elsewhere: pictures for links, feeds, the map's points. Without anybody's cookies, so as everybody sees them.
fn is_for_others(path: &str) -> bool {
    let last = path.rsplit('/').next().unwrap_or("");
    !path.starts_with("/admin/") && !path.starts_with("/account/") && (last == "card.png" || last == "incidents.geojson" || last.starts_with("feed."))
}

/// B1: a request that changes something must come from one of our own pages. Old browsers send Origin, new ones
/// Sec-Fetch-Site; programs that send neither carry no cookie of somebody else's browser either.
pub async fn same_origin(request: ServiceRequest, next: Next<impl MessageBody + 'static>) -> Result<ServiceResponse<BoxBody>, Error> {
    if !request.method().is_safe() && !is_same_origin(request.headers()) {
        let path = request.path().split('/').take(2).collect::<Vec<_>>().join("/");
        tracing::warn!(path, "a form from another site was refused");
        return Ok(request.into_response(crate::Error::Foreign.into_answer()));
    }
    Ok(next.call(request).await?.map_into_boxed_body())
}

fn is_same_origin(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|v| v.to_str().ok());
    match (text("sec-fetch-site"), text(ORIGIN.as_str())) {
        (Some(site), _) => matches!(site, "same-origin" | "none"),
        (None, Some(origin)) => {
            let origin = Url::parse(origin).ok();
            let origin = origin.as_ref().and_then(|o| Some((o.host_str()?, o.port_or_known_default()?)));
            let host = text(HOST.as_str()).and_then(|h| Url::parse(&format!("http://{h}")).ok());
            let host = host.as_ref().and_then(|h| Some((h.host_str()?, h.port())));
            match (origin, host) {
                (Some((o, port)), Some((h, Some(p)))) => o == h && port == p,
                // behind TLS the default port is not in Host, and it is 443 in Origin
                (Some((o, port)), Some((h, None))) => o == h && matches!(port, 80 | 443),
                _ => false,
            }
        }
        (None, None) => true,
    }
}

/// Slow bodies: a handler that waits for one is ended. Without it a prototype held 500 of 500 slow connections.
pub async fn in_time(request: ServiceRequest, next: Next<impl MessageBody + 'static>) -> Result<ServiceResponse<BoxBody>, Error> {
    // a clone of the request must not be held here: the router needs it for itself alone
    match tokio::time::timeout(LIMIT, next.call(request)).await {
        Ok(answer) => Ok(answer?.map_into_boxed_body()),
        Err(_) => {
            let mut answer =
                HttpResponse::build(StatusCode::REQUEST_TIMEOUT).body("The connection was too slow to carry the request. Please try again.");
            answer.head_mut().set_connection_type(actix_web::http::ConnectionType::Close);
            Err(InternalError::from_response("a request was too slow", answer).into())
        }
    }
}

impl crate::Error {
    fn into_answer(self) -> HttpResponse {
        actix_web::ResponseError::error_response(&self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(n, v)| (HeaderName::from_static(n), HeaderValue::from_static(v))).collect()
    }

    #[test]
    fn b1_forms_of_other_sites_are_told_apart() {
        for (pairs, ours) in [
            (&[("sec-fetch-site", "same-origin")][..], true),
            (&[("sec-fetch-site", "cross-site"), ("origin", "https://desk.example"), ("host", "desk.example")], false),
            (&[("sec-fetch-site", "same-site")], false),
            (&[("origin", "http://127.0.0.1:8080"), ("host", "127.0.0.1:8080")], true),
            (&[("origin", "https://desk.example"), ("host", "desk.example")], true),
            (&[("origin", "https://evil.example"), ("host", "desk.example")], false),
            (&[("origin", "null"), ("host", "desk.example")], false),
            (&[("host", "desk.example")], true),
        ] {
            assert_eq!(is_same_origin(&headers(pairs)), ours, "{pairs:?}");
        }
    }
}
