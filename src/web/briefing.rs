//! The daily briefings: their list, the page of one day, and the same as plain text.

use super::form::Fields;
use super::page::{Frame, see_other};
use super::viewer::SignedIn;
use super::{Front, cache, next};
use crate::account::{access, letter};
use crate::clock::Timestamp;
use crate::model::briefing::{OpenBriefing, PremiumBriefing, day_of};
use crate::model::panel::Panel;
use crate::model::viewer::Viewer;
use crate::store::briefing::Open;
use crate::{Error, Result, store};
use actix_web::http::header::{CACHE_CONTROL, VARY};
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

const ROWS: usize = 30;
/// Earlier ones beside one.
const EARLIER: i64 = 6;
/// After every day that has a name.
pub(super) const LAST: &str = "9999-99-99";

#[derive(Template)]
#[template(path = "briefing/list.html")]
pub struct List {
    pub frame: Frame,
    pub path: &'static str,
    /// A search finds no briefings, so no watch does.
    pub question: Option<String>,
    pub hour: u32,
    pub editions: Vec<Open>,
    pub is_continued: bool,
    /// The day that the next page of the list begins before.
    pub next: Option<String>,
}

#[derive(Template)]
#[template(path = "briefing/show.html")]
pub struct Show {
    pub frame: Frame,
    pub edition: Open,
    pub premium: Panel<PremiumBriefing>,
    /// Lines that went, for what they were about is public no more.
    pub gone: usize,
    pub earlier: Vec<Timestamp>,
    /// Where signing up from the lock of each panel leads, in the order judgements, markets, watch.
    pub unlock: [String; 3],
}

impl Show {
    fn part(&self) -> &OpenBriefing {
        &self.edition.part
    }
}

pub async fn list(front: web::Data<Front>, viewer: Viewer, request: HttpRequest) -> Result<HttpResponse> {
    cache::page(&front, &request, &viewer.clone(), || async {
        let before = request.query_string().strip_prefix("before=").filter(|day| day_of(day).is_some());
        let mut editions = store::briefing::list_before(&front.app.db, before.unwrap_or(LAST), ROWS as i64 + 1).await?;
        let next = editions.get(ROWS).is_some().then(|| editions[ROWS - 1].span.day());
        editions.truncate(ROWS);
        let frame = Frame::new(&front, &request, viewer, "briefings").await?;
        Ok(List { frame, path: "/briefings", question: None, hour: front.app.config.briefing_hour, editions, is_continued: before.is_some(), next })
    })
    .await
}

pub async fn show(front: web::Data<Front>, viewer: Viewer, day: web::Path<String>, request: HttpRequest) -> Result<HttpResponse> {
    cache::page(&front, &request, &viewer.clone(), || async {
        let (edition, premium, gone) = find(&front, &viewer, &day).await?;
        let earlier = store::briefing::list_before(&front.app.db, &day, EARLIER).await?;
        let unlock = ["judgements", "markets", "watch"];
        Ok(Show {
            frame: Frame::new(&front, &request, viewer, "briefings").await?,
            earlier: earlier.into_iter().map(|one| one.span.until).collect(),
            unlock: unlock.map(|panel| format!("/sign-up?next={}", next::encoded(&format!("/briefings/{day}#{panel}")))),
            edition,
            premium,
            gone,
        })
    })
    .await
}

/// `/briefings/{day}.txt`: what this viewer may read, to be taken along.
pub async fn text(front: web::Data<Front>, viewer: Viewer, day: web::Path<String>, request: HttpRequest) -> Result<HttpResponse> {
    let (edition, premium, _) = find(&front, &viewer, &day).await?;
    let base = super::base(&front, &request);
    let text = letter::Briefing { portal: &front.app.config.name, base: &base, edition: &edition, premium: premium.open(), stop: None };
    let body = text.render().map_err(|cause| Error::Broken(anyhow::Error::new(cause).context("writing a briefing")))?;
    Ok(HttpResponse::Ok()
        .content_type("text/plain; charset=utf-8")
        .insert_header((CACHE_CONTROL, "private, no-store"))
        .insert_header((VARY, "Cookie"))
        .body(body))
}

/// `POST /account/briefing`: by mail from the next one on, or not.
pub async fn set(front: web::Data<Front>, reader: SignedIn, body: web::Bytes) -> Result<HttpResponse> {
    store::account::set_briefing(&front.app.db, reader.0.id, Fields::read(&body).text("mail") == "on").await?;
    Ok(see_other("/account#briefing"))
}

async fn find(front: &Front, viewer: &Viewer, day: &str) -> Result<(Open, Panel<PremiumBriefing>, usize)> {
    day_of(day).ok_or(Error::NotFound)?;
    access::briefing(&front.app.db, viewer, day).await?.ok_or(Error::NotFound)
}
