//! The second line behind the same-origin rule (B1 of docs/security.md): a form of somebody who is signed in carries the token of their session.

use super::page::see_other;
use super::{Front, held, next, session};
use crate::Error;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::web::Bytes;
use actix_web::{Error as WebError, HttpMessage, HttpResponse, ResponseError, web};

/// The field that carries it.
pub const FIELD: &str = "form_token";

/// C4 of docs/security.md: what anybody may send has a smaller limit.
const SMALL: usize = 64 * 1024;
const SMALL_AT: &[&str] = &["/sign-in", "/sign-up", "/sign-in/passkey", "/sign-in/passkey/question", "/code", "/reset", "/prefs/theme"];

/// Who sends these in one tab and has signed in in another is where the form would have led.
const ALREADY: &[&str] = &["/sign-in", "/sign-up", "/code"];
/// A page's colours: nothing that another site could gain by, and it may not send it (the same-origin rule).
const HARMLESS: &str = "/prefs/theme";

/// The body of a request that changes something, for whoever looks at it again later; cloning shares it.
#[derive(Clone)]
pub struct Sent(pub Bytes);

/// Reads the body once, refuses it when its token is not the session's, and gives it on.
pub async fn check(mut request: ServiceRequest, next: Next<impl MessageBody + 'static>) -> Result<ServiceResponse<BoxBody>, WebError> {
    if request.method().is_safe() {
        return Ok(next.call(request).await?.map_into_boxed_body());
    }
    let body = match request.extract::<Bytes>().await {
        Ok(body) if body.len() > SMALL && SMALL_AT.contains(&request.path()) => {
            return Ok(request.into_response(HttpResponse::PayloadTooLarge().finish()));
        }
        Ok(body) => body,
        Err(cause) => return Ok(request.into_response(cause.error_response())),
    };
    let expected = session::token(request.request());
    let is_foreign = session::account(request.request()).is_some() && !carries(&body, &expected);
    if is_foreign && ALREADY.contains(&request.path()) {
        let next = field(&body, "next");
        return Ok(request.into_response(see_other(&next::path(next.as_deref()))));
    }
    if is_foreign && request.path() != HARMLESS {
        tracing::warn!("a form without its session's token was refused");
        request.extensions_mut().insert(Sent(body));
        // the session may have begun anew in another tab while this form was typed
        let front = request.app_data::<web::Data<Front>>().expect("the server gives every request its Front").clone();
        return Ok(match held::keep(&front, request.request()).await {
            Some(path) => request.into_response(see_other(&path)),
            None => request.into_response(Error::Foreign.error_response()),
        });
    }
    request.extensions_mut().insert(Sent(body.clone()));
    request.set_payload(Payload::from(body));
    Ok(next.call(request).await?.map_into_boxed_body())
}

fn carries(body: &[u8], expected: &str) -> bool {
    !expected.is_empty() && field(body, FIELD).is_some_and(|value| value == expected)
}

fn field(body: &[u8], wanted: &str) -> Option<String> {
    url::form_urlencoded::parse(body).find(|(name, _)| name == wanted).map(|(_, value)| value.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn b1_a_token_is_found_wherever_it_stands_and_an_empty_one_opens_nothing() {
        assert!(carries(b"a=1&form_token=abc&b=2", "abc"));
        assert!(!carries(b"a=1&form_token=abd", "abc"));
        assert!(!carries(b"form_token=", ""));
        assert!(!carries(b"", "abc"));
    }
}
