//! Pages for anonymous readers, kept as they go over the wire. What a writer changes is new on the very next request: a page
//! counts only at the stamp it was made at. Members' pages are never kept.

use super::Front;
use super::assets::{accepts_brotli, brotli};
use super::front::Stamp;
use super::prefs::Theme;
use crate::model::viewer::Viewer;
use crate::{Error, Result};
use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_ENCODING, ETAG, IF_NONE_MATCH, VARY};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Pages that are kept; when there are more, all go and the busy ones come back at once.
const KEPT: usize = 512;
/// And what they take together at most, as they are and compressed.
const KEPT_BYTES: usize = 24 * 1024 * 1024;
/// 2.2 ms for a page at 5, a tenth larger than at 11 in fifty times less time.
const QUALITY: u32 = 5;

#[derive(Clone)]
struct Kept {
    plain: Bytes,
    brotli: Bytes,
    etag: String,
    kind: &'static str,
}

#[derive(Default)]
pub struct Pages {
    kept: Mutex<Shelf>,
    /// Pages that somebody draws now: who asks for the same waits for it.
    drawn: Mutex<HashMap<String, Arc<tokio::sync::Mutex<()>>>>,
}

#[derive(Default)]
struct Shelf {
    stamp: Option<Stamp>,
    pages: HashMap<String, Kept>,
    bytes: usize,
}

impl Pages {
    fn find(&self, stamp: Stamp, key: &str) -> Option<Kept> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.stamp == Some(stamp) { kept.pages.get(key).cloned() } else { None }
    }
    fn keep(&self, stamp: Stamp, key: String, page: Kept) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let bytes = page.plain.len() + page.brotli.len();
        if kept.stamp != Some(stamp) || kept.pages.len() >= KEPT || kept.bytes + bytes > KEPT_BYTES {
            *kept = Shelf { stamp: Some(stamp), ..Shelf::default() };
        }
        kept.bytes += bytes;
        kept.pages.insert(key, page);
    }
    /// The turn to draw a page.
    fn turn<'a>(&'a self, key: &'a str) -> Turn<'a> {
        let lock = self.drawn.lock().unwrap_or_else(PoisonError::into_inner).entry(key.into()).or_default().clone();
        Turn { pages: self, key, lock }
    }
}

/// Forgotten when it ends, also by a reader who went away meanwhile.
struct Turn<'a> {
    pages: &'a Pages,
    key: &'a str,
    lock: Arc<tokio::sync::Mutex<()>>,
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut drawn = self.pages.drawn.lock().unwrap_or_else(PoisonError::into_inner);
        // the map's own and this one: nobody else waits
        if Arc::strong_count(&self.lock) <= 2 {
            drawn.remove(self.key);
        }
    }
}

/// The kept page of this address, or the one that `make` draws now. For members `make` always draws, and nothing is kept.
pub async fn page<T: Template, F: Future<Output = Result<T>>>(
    front: &Front,
    request: &HttpRequest,
    viewer: &Viewer,
    make: impl FnOnce() -> F,
) -> Result<HttpResponse> {
    if !viewer.is_anonymous() {
        return Ok(super::page::html(StatusCode::OK, &make().await?));
    }
    let key = format!("{} {}", Theme::of(request).label(), address_of(request));
    kept_or_made(front, request, key, "text/html; charset=utf-8", || async { written(&make().await?) }).await
}

/// The same for what is no page and the same for everybody: feeds, sitemaps, map data.
pub async fn open<F: Future<Output = Result<String>>>(
    front: &Front,
    request: &HttpRequest,
    kind: &'static str,
    make: impl FnOnce() -> F,
) -> Result<HttpResponse> {
    kept_or_made(front, request, address_of(request).into(), kind, make).await
}

/// As [`open`], for what is the same whatever is asked behind its path.
pub async fn fixed<F: Future<Output = Result<String>>>(
    front: &Front,
    request: &HttpRequest,
    kind: &'static str,
    make: impl FnOnce() -> F,
) -> Result<HttpResponse> {
    kept_or_made(front, request, request.path().into(), kind, make).await
}

fn address_of(request: &HttpRequest) -> &str {
    request.uri().path_and_query().map_or("/", |p| p.as_str())
}

fn written(page: &impl Template) -> Result<String> {
    page.render().map_err(|cause| Error::Broken(anyhow::Error::new(cause).context("drawing a page")))
}

async fn kept_or_made<F: Future<Output = Result<String>>>(
    front: &Front,
    request: &HttpRequest,
    key: String,
    kind: &'static str,
    make: impl FnOnce() -> F,
) -> Result<HttpResponse> {
    if let Some(page) = front.pages.find(front.stamp(), &key) {
        return Ok(answer(request, &page));
    }
    // all pages are old in the same moment: one draws each, and the others have it from there
    let turn = front.pages.turn(&key);
    let _drawing = turn.lock.lock().await;
    let stamp = front.stamp();
    let page = match front.pages.find(stamp, &key) {
        Some(page) => Ok(page),
        None => make().await.map(|text| kept(text, kind)).inspect(|page| front.pages.keep(stamp, key.clone(), page.clone())),
    };
    Ok(answer(request, &page?))
}

fn kept(html: String, kind: &'static str) -> Kept {
    let hash: String = Sha256::digest(html.as_bytes()).iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    Kept { brotli: brotli(html.as_bytes(), QUALITY).into(), etag: format!("W/\"{hash}\""), plain: html.into_bytes().into(), kind }
}

fn answer(request: &HttpRequest, page: &Kept) -> HttpResponse {
    let known = request.headers().get(IF_NONE_MATCH).is_some_and(|tags| tags.as_bytes().windows(page.etag.len()).any(|w| w == page.etag.as_bytes()));
    let mut answer = HttpResponse::build(if known { StatusCode::NOT_MODIFIED } else { StatusCode::OK });
    answer
        .insert_header((ETAG, page.etag.as_str()))
        // a shared cache may keep it only to ask us each time, and never for somebody with a cookie
        .insert_header((CACHE_CONTROL, "no-cache"))
        .insert_header((VARY, "Cookie, Accept-Encoding"));
    if known {
        return answer.finish();
    }
    answer.content_type(page.kind);
    if accepts_brotli(request) {
        return answer.insert_header((CONTENT_ENCODING, "br")).body(page.brotli.clone());
    }
    answer.body(page.plain.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[actix_web::test]
    async fn a_turn_is_one_at_a_time_and_is_forgotten_with_its_last_reader() {
        let pages = Pages::default();
        let (first, second) = (pages.turn("/"), pages.turn("/"));
        let drawing = first.lock.lock().await;
        assert!(second.lock.try_lock().is_err() && pages.turn("/map").lock.try_lock().is_ok());
        drop(drawing);
        assert!(second.lock.try_lock().is_ok());
        drop(first);
        assert_eq!(pages.drawn.lock().unwrap().len(), 1, "the second waits yet");
        drop(second);
        assert!(pages.drawn.lock().unwrap().is_empty());
    }
}
