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
use std::sync::{Mutex, PoisonError};

/// Pages that are kept; when there are more, all go and the busy ones come back at once.
const KEPT: usize = 512;
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
    kept: Mutex<(Option<Stamp>, HashMap<String, Kept>)>,
}

impl Pages {
    fn find(&self, stamp: Stamp, key: &str) -> Option<Kept> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.0 == Some(stamp) { kept.1.get(key).cloned() } else { None }
    }
    fn keep(&self, stamp: Stamp, key: String, page: Kept) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.0 != Some(stamp) || kept.1.len() >= KEPT {
            *kept = (Some(stamp), HashMap::new());
        }
        kept.1.insert(key, page);
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
    let stamp = front.stamp();
    let page = match front.pages.find(stamp, &key) {
        Some(page) => page,
        None => {
            let page = kept(make().await?, kind);
            front.pages.keep(stamp, key, page.clone());
            page
        }
    };
    Ok(answer(request, &page))
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
