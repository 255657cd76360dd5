//! A typed page is an answer, and [`Frame`] is what stands around every page.

use super::Front;
use super::prefs::Theme;
use super::viewer::viewer_of;
use crate::clock::{Timestamp, words};
use crate::model::viewer::{Role, Viewer};
use crate::{Result, store};
use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, VARY};
use actix_web::{HttpMessage, HttpRequest, HttpResponse, Responder};
use askama::Template;
use std::sync::Arc;
use std::time::Duration;

/// A page for one viewer. It is never kept by a shared cache.
pub struct Page<T>(pub T);

impl<T: Template> Responder for Page<T> {
    type Body = actix_web::body::BoxBody;
    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        html(StatusCode::OK, &self.0)
    }
}

/// A form that came back with problems: 422, filled in.
pub struct Again<T>(pub T);

impl<T: Template> Responder for Again<T> {
    type Body = actix_web::body::BoxBody;
    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        html(StatusCode::UNPROCESSABLE_ENTITY, &self.0)
    }
}

pub fn html(status: StatusCode, page: &impl Template) -> HttpResponse {
    match page.render() {
        Ok(body) => HttpResponse::build(status)
            .content_type("text/html; charset=utf-8")
            .insert_header((CACHE_CONTROL, "private, no-store"))
            .insert_header((VARY, "Cookie"))
            .body(body),
        Err(cause) => {
            tracing::error!(%cause, "a template failed");
            HttpResponse::InternalServerError().body("This page could not be drawn.")
        }
    }
}

/// Sends the browser to one of our own paths with GET.
pub fn see_other(path: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header(("Location", path)).insert_header((CACHE_CONTROL, "no-store")).finish()
}

/// The masthead's line.
#[derive(Debug, Clone, Default)]
pub struct Status {
    pub now: Timestamp,
    pub open: i64,
    pub sources: i64,
    pub reporting: i64,
    /// Since the newest article was stored.
    pub newest: Option<Duration>,
    pub delayed: bool,
}

impl Status {
    pub fn newest_words(&self) -> String {
        self.newest.map_or_else(|| "no article yet".into(), |age| format!("last article {} ago", words(age)))
    }
}

/// What stands around every page.
#[derive(Debug, Clone)]
pub struct Frame {
    /// The portal's name.
    pub name: String,
    pub desk: String,
    pub strip: Option<Arc<str>>,
    pub viewer: Viewer,
    /// The entry of the main menu that this page belongs to.
    pub here: &'static str,
    pub theme: Theme,
    pub css: String,
    pub theme_js: String,
    pub live_js: String,
    pub editor_js: String,
    pub icon: String,
    /// Where the portal is, without a slash at the end; for addresses that leave it.
    pub base: String,
    /// Missing on pages that must work without the database.
    pub status: Option<Status>,
    /// Alerts that a member has not seen.
    pub alerts: i64,
    /// What this session's forms carry; empty for an anonymous reader.
    pub token: String,
    /// This page's own address, and the same as the value of a query parameter.
    pub path: String,
    pub back: String,
}

impl Frame {
    pub async fn new(front: &Front, request: &HttpRequest, viewer: Viewer, here: &'static str) -> Result<Self> {
        let alerts = match viewer.member() {
            Some(member) => store::alert::count_unseen(&front.app.db, member.id).await?,
            None => 0,
        };
        Ok(Self { status: Some(front.status().await?), alerts, ..Self::plain(front, request, viewer, here) })
    }

    /// Without the status line: asks the database nothing.
    pub fn plain(front: &Front, request: &HttpRequest, viewer: Viewer, here: &'static str) -> Self {
        let path = request.uri().path_and_query().map_or("/", |p| p.as_str());
        let path = if super::guard::is_secret(path).is_some() { "/" } else { path };
        Self {
            name: front.app.config.name.clone(),
            desk: front.app.config.desk.clone(),
            strip: front.app.strip.clone(),
            viewer,
            here,
            theme: Theme::of(request),
            css: front.assets.address("portal.css"),
            theme_js: front.assets.address("theme.js"),
            live_js: front.assets.address("live.js"),
            editor_js: front.assets.address("editor.js"),
            icon: front.assets.address("icon.svg"),
            base: super::base(front, request),
            status: None,
            alerts: 0,
            token: super::session::token(request),
            path: path.into(),
            back: super::next::encoded(path),
        }
    }

    /// For an error page: the viewer as far as that can be known now.
    pub async fn for_error(front: &Front, request: &HttpRequest) -> Self {
        let viewer = viewer_of(front, request).await.unwrap_or(Viewer::Anonymous);
        let status = front.status().await.ok();
        Self { status, ..Self::plain(front, request, viewer, "") }
    }

    /// For a page that says that the database is away: what would be asked of it would only take as long again to fail.
    pub fn without_database(front: &Front, request: &HttpRequest) -> Self {
        let known = request.extensions().get::<Viewer>().cloned();
        Self::plain(front, request, known.unwrap_or(Viewer::Anonymous), "")
    }

    /// The name in two parts; the second is set lower, as the wordmark has it.
    pub fn brand(&self) -> (&str, &str) {
        match self.name.strip_suffix("rift") {
            Some(start) => (start, "rift"),
            None => (self.name.as_str(), ""),
        }
    }
    /// An admin looks at it.
    pub fn may_rule(&self) -> bool {
        self.viewer.is_at_least(Role::Admin)
    }
    /// An editor or admin looks at it.
    pub fn may_publish(&self) -> bool {
        self.viewer.is_at_least(Role::Editor)
    }
    /// Somebody who writes here looks at it.
    pub fn may_edit(&self) -> bool {
        self.viewer.is_at_least(Role::Contributor)
    }
}
