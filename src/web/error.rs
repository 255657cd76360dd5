//! The one place where an error becomes a page. A visitor reads a kind sentence and a reference, never a cause.

use super::Front;
use super::guard::Reference;
use super::page::{self, Frame};
use super::session;
use crate::{Error, store};
use actix_web::dev::ServiceResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{ACCEPT, CACHE_CONTROL, CONTENT_TYPE, LOCATION, RETRY_AFTER, VARY};
use actix_web::{HttpMessage, HttpRequest, HttpResponse, ResponseError, web};
use askama::Template;

#[derive(Template)]
#[template(path = "error.html")]
pub struct Sorry {
    pub frame: Frame,
    pub status: u16,
    pub title: &'static str,
    pub sentence: String,
    pub reference: Option<String>,
}

/// What an answer without a page was about; [`dress`] makes the page.
#[derive(Clone)]
struct Bare {
    title: &'static str,
    sentence: String,
    is_broken: bool,
}

impl ResponseError for Error {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Moved(_) => StatusCode::MOVED_PERMANENTLY,
            Self::Gone(_) => StatusCode::GONE,
            Self::SignIn | Self::SecondFactor => StatusCode::SEE_OTHER,
            Self::Forbidden | Self::Foreign => StatusCode::FORBIDDEN,
            Self::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Taken | Self::Stale => StatusCode::CONFLICT,
            Self::Busy(_) | Self::TooOften(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Upstream(_) => StatusCode::BAD_GATEWAY,
            Self::Broken(_) if self.is_database_away() => StatusCode::SERVICE_UNAVAILABLE,
            Self::Broken(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn error_response(&self) -> HttpResponse {
        let status = self.status_code();
        let mut answer = HttpResponse::build(status);
        match self {
            // where it leads to may be for members alone
            Self::Moved(path) => {
                answer.insert_header((LOCATION, path.as_str())).insert_header((CACHE_CONTROL, "private, no-cache")).insert_header((VARY, "Cookie"));
            }
            Self::SecondFactor => drop(answer.insert_header((LOCATION, "/account/second"))),
            Self::Busy(seconds) | Self::TooOften(seconds) => drop(answer.insert_header((RETRY_AFTER, *seconds))),
            Self::Broken(cause) => {
                if status == StatusCode::SERVICE_UNAVAILABLE {
                    answer.insert_header((RETRY_AFTER, 30));
                }
                tracing::error!("a request broke: {cause:#}");
            }
            _ => {}
        }
        let mut answer = answer.finish();
        let is_broken = matches!(self, Self::Broken(_));
        let title = if matches!(self, Self::Foreign) { "That form was not taken" } else { title(status) };
        answer.extensions_mut().insert(Bare { title, sentence: sentence(self, status), is_broken });
        answer
    }
}

fn title(status: StatusCode) -> &'static str {
    match status.as_u16() {
        401 | 403 => "Your account cannot open this page",
        404 => "There is no page at this address",
        405 => "This address does not take that",
        408 => "That took too long",
        409 => "Somebody was faster",
        410 => "This incident has been retracted",
        413 => "That is too large",
        415 | 422 | 400 => "That could not be read",
        429 => "A moment, please",
        502 => "The other side did not answer",
        503 => "The desk cannot reach its database",
        _ => "Something broke on our side",
    }
}

fn sentence(error: &Error, status: StatusCode) -> String {
    match error {
        Error::NotFound => "An incident keeps its number for good. Incidents whose title changed redirect by themselves.".into(),
        Error::Gone(reason) => format!("The desk took it back: {reason}"),
        Error::Forbidden => "It is for the desk’s editors. If you are one, ask an admin for the role.".into(),
        Error::Foreign => {
            "The form did not come from a page that you have open here now: perhaps you signed in anew since. Go back, reload the page, and send it again."
                .into()
        }
        Error::Invalid(problems) => problems.0.iter().map(|(_, sentence)| sentence.as_str()).collect::<Vec<_>>().join("; "),
        Error::Taken => "That is somebody else's already. Go back and look again.".into(),
        Error::Stale => {
            "Another editor has published since you began. Go back in your browser: your text is still there to copy. Then open the incident again."
                .into()
        }
        Error::Busy(seconds) => format!("Very much is asked of us right now. Please try again in {seconds} seconds; nothing is lost. To sign in, a code by mail waits for nobody."),
        Error::TooOften(seconds) => {
            format!(
                "There have been many tries from your network. Please try again in {}.",
                crate::clock::words(std::time::Duration::from_secs(*seconds))
            )
        }
        Error::Upstream(_) => "It may be back soon.".into(),
        _ if status == StatusCode::SERVICE_UNAVAILABLE => "Nothing you wrote has been lost. Please try again in half a minute.".into(),
        _ => "We have noted it. Please try again; if it stays, tell us the reference below.".into(),
    }
}

/// Gives an answer without a body its page. `SignIn` becomes a way to sign in and back.
pub async fn dress(front: &Front, answer: ServiceResponse) -> ServiceResponse {
    let status = answer.status();
    let bare = answer.response().extensions().get::<Bare>().cloned();
    let is_empty =
        answer.headers().get(CONTENT_TYPE).is_none() || answer.headers().get(CONTENT_TYPE).is_some_and(|t| t.as_bytes().starts_with(b"text/plain"));
    if bare.is_none() && !(status.is_client_error() && is_empty) {
        return answer;
    }
    let (request, old) = answer.into_parts();
    let new = if status == StatusCode::SEE_OTHER && !old.headers().contains_key(LOCATION) {
        sign_in(front, &request).await
    } else if status.is_redirection() {
        old.map_into_boxed_body()
    } else {
        with_headers_of(&old, draw(front, &request, status, bare).await)
    };
    ServiceResponse::new(request, new)
}

/// The way to sign in and back; a form that was typed waits there. Who brings a session is told when it is the database that is not found:
/// what was typed could not wait then, and is still in the browser.
async fn sign_in(front: &Front, request: &HttpRequest) -> HttpResponse {
    if session::is_brought(front, request)
        && let Err(cause) = store::job::count(&front.app.db).await
    {
        let status = cause.status_code();
        let bare = Bare { title: title(status), sentence: sentence(&cause, status), is_broken: true };
        let mut answer = draw(front, request, status, Some(bare)).await;
        answer.headers_mut().insert(RETRY_AFTER, 30.into());
        return answer;
    }
    let back = match request.method().is_safe() {
        true => request.uri().path_and_query().map_or("/", |path| path.as_str()).to_string(),
        false => super::held::keep(front, request).await.unwrap_or_else(|| "/".into()),
    };
    page::see_other(&format!("/sign-in?next={}", super::next::encoded(&back)))
}

fn with_headers_of(old: &HttpResponse, mut new: HttpResponse) -> HttpResponse {
    for name in [RETRY_AFTER, actix_web::http::header::ALLOW] {
        if let Some(value) = old.headers().get(&name) {
            new.headers_mut().insert(name, value.clone());
        }
    }
    new
}

async fn draw(front: &Front, request: &HttpRequest, status: StatusCode, bare: Option<Bare>) -> HttpResponse {
    let bare = bare.unwrap_or_else(|| Bare { title: title(status), sentence: plain_sentence(status).into(), is_broken: false });
    let reference = bare.is_broken.then(|| request.extensions().get::<Reference>().map(|r| r.0.clone())).flatten();
    if wants_json(request) {
        let said = serde_json::json!({ "error": bare.title, "detail": bare.sentence, "reference": reference });
        return HttpResponse::build(status).insert_header((CACHE_CONTROL, "no-store")).json(said);
    }
    let frame = match status {
        StatusCode::SERVICE_UNAVAILABLE => Frame::without_database(front, request),
        _ => Frame::for_error(front, request).await,
    };
    page::html(status, &Sorry { frame, status: status.as_u16(), title: bare.title, sentence: bare.sentence, reference })
}

fn plain_sentence(status: StatusCode) -> &'static str {
    match status.as_u16() {
        405 => "The page is there, but not for this kind of request.",
        408 => "The connection was too slow to carry the request. Please try again.",
        413 => "The form may hold at most 1 MB.",
        _ => "Please go back and check what was sent.",
    }
}

fn wants_json(request: &HttpRequest) -> bool {
    request.headers().get(ACCEPT).and_then(|a| a.to_str().ok()).is_some_and(|a| a.starts_with("application/json"))
}

/// For every address that is none of ours.
pub async fn nowhere(_: web::Data<Front>) -> crate::Result<HttpResponse> {
    Err(Error::NotFound)
}
