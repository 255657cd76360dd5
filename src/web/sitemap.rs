//! What search engines ask for: `/sitemap.xml`, the news of the last two days, and `/robots.txt`.

use super::{Front, base, cache};
use crate::clock::{DAY, Timestamp};
use crate::model::category::Category;
use crate::model::place::Region;
use crate::store::page::Listed;
use crate::{Error, Result, store};
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

const KIND: &str = "application/xml; charset=utf-8";
/// Addresses in one file; sitemaps.org allows 50,000.
const FILE: i64 = 40_000;
/// News sitemaps hold at most 1,000 articles of the last two days.
const NEWS: i64 = 1_000;
const NEWS_DAYS: u32 = 2;

#[derive(Template)]
#[template(path = "sitemap/pages.xml")]
struct Pages {
    base: String,
    paths: Vec<String>,
    incidents: Vec<Listed>,
}

#[derive(Template)]
#[template(path = "sitemap/index.xml")]
struct Index {
    base: String,
    files: Vec<(i64, Timestamp)>,
}

#[derive(Template)]
#[template(path = "sitemap/news.xml")]
struct News {
    base: String,
    name: String,
    incidents: Vec<Listed>,
}

/// `/sitemap.xml`: all pages while they fit into one file, else the list of files.
pub async fn index(front: web::Data<Front>, request: HttpRequest) -> Result<HttpResponse> {
    cache::fixed(&front, &request, KIND, || async {
        let mut files = store::page::list_files(&front.app.db, FILE).await?;
        if files.len() > 1 || files.first().is_some_and(|(file, _)| *file > 0) {
            // the first file has the lists too
            if files[0].0 > 0 {
                files.insert(0, (0, files[0].1));
            }
            return Ok(Index { base: base(&front, &request), files }.render().map_err(anyhow::Error::from)?);
        }
        pages(&front, &request, 0).await
    })
    .await
}

/// `/sitemap-{n}.xml`: the incidents whose number is in the n-th range; the first file has the lists too.
pub async fn file(front: web::Data<Front>, number: web::Path<i64>, request: HttpRequest) -> Result<HttpResponse> {
    if !(0..1_000).contains(&*number) {
        return Err(Error::NotFound);
    }
    cache::fixed(&front, &request, KIND, || pages(&front, &request, *number)).await
}

async fn pages(front: &Front, request: &HttpRequest, file: i64) -> Result<String> {
    let incidents = store::page::list_numbers(&front.app.db, file * FILE, (file + 1) * FILE).await?;
    let mut paths = vec![];
    if file == 0 {
        let fixed = ["/", "/incidents", "/map", "/briefings", "/entities", "/sources", "/method", "/corrections", "/privacy", "/accessibility"];
        paths.extend(fixed.map(str::to_string));
        paths.extend(Category::ALL.iter().map(|category| format!("/categories/{}", category.word())));
        paths.extend(Region::ALL.iter().map(|region| format!("/regions/{}", region.word())));
    }
    Ok(Pages { base: base(front, request), paths, incidents }.render().map_err(anyhow::Error::from)?)
}

/// `/sitemap-news.xml`
pub async fn news(front: web::Data<Front>, request: HttpRequest) -> Result<HttpResponse> {
    cache::fixed(&front, &request, KIND, || async {
        let since = front.app.clock.now().minus(DAY * NEWS_DAYS);
        let incidents = store::page::list_published(&front.app.db, since, NEWS).await?;
        let page = News { base: base(&front, &request), name: front.app.config.name.clone(), incidents };
        Ok(page.render().map_err(anyhow::Error::from)?)
    })
    .await
}

pub async fn robots(front: web::Data<Front>, request: HttpRequest) -> Result<HttpResponse> {
    cache::fixed(&front, &request, "text/plain; charset=utf-8", || async {
        let base = base(&front, &request);
        let closed = ["/admin", "/account", "/live"].map(|path| format!("Disallow: {path}\n")).concat();
        Ok(format!("User-agent: *\n{closed}\nSitemap: {base}/sitemap.xml\nSitemap: {base}/sitemap-news.xml\n"))
    })
    .await
}
