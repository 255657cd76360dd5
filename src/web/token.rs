//! The second line behind the same-origin rule (SECURITY B1): a form of somebody who is signed in carries the token of their session.

use super::session;
use crate::Error;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::web::Bytes;
use actix_web::{Error as WebError, HttpMessage, ResponseError};

/// The field that carries it.
pub const FIELD: &str = "form_token";

/// The body of a request that changes something, for whoever looks at it again later; cloning shares it.
#[derive(Clone)]
pub struct Sent(pub Bytes);

/// Reads the body once, refuses it when its token is not the session's, and gives it on.
pub async fn check(mut request: ServiceRequest, next: Next<impl MessageBody + 'static>) -> Result<ServiceResponse<BoxBody>, WebError> {
    if request.method().is_safe() {
        return Ok(next.call(request).await?.map_into_boxed_body());
    }
    let body = match request.extract::<Bytes>().await {
        Ok(body) => body,
        Err(cause) => return Ok(request.into_response(cause.error_response())),
    };
    let expected = session::token(request.request());
    if session::account(request.request()).is_some() && !carries(&body, &expected) {
        tracing::warn!(path = request.path(), "a form without its session's token was refused");
        return Ok(request.into_response(Error::Foreign.error_response()));
    }
    request.extensions_mut().insert(Sent(body.clone()));
    request.set_payload(Payload::from(body));
    Ok(next.call(request).await?.map_into_boxed_body())
}

fn carries(body: &[u8], expected: &str) -> bool {
    !expected.is_empty() && url::form_urlencoded::parse(body).any(|(name, value)| name == FIELD && value == expected)
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
