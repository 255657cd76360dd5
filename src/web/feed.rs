//! Every list as Atom, RSS and JSON Feed. A feed is what anybody may read, whoever asks for it: only open parts are loaded.

use super::collection::Collection;
use super::{Front, base, cache};
use crate::clock::Timestamp;
use crate::model::page::OpenPart;
use crate::{Error, Result, store};
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

/// Incidents in a feed.
const ENTRIES: i64 = 30;

/// What all three formats say.
pub struct Feed {
    pub title: String,
    pub desk: String,
    pub sentence: String,
    /// Where the portal is, without a slash at the end.
    pub base: String,
    pub path: String,
    pub format: Format,
    pub updated: Timestamp,
    pub entries: Vec<Entry>,
}

pub struct Entry {
    pub page: OpenPart,
    /// For good, also when the title and with it the address change.
    pub id: String,
    pub link: String,
    pub html: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Atom,
    Rss,
    Json,
}

impl Format {
    fn read(word: &str) -> Result<Self> {
        Ok(match word {
            "atom" => Self::Atom,
            "rss" => Self::Rss,
            "json" => Self::Json,
            _ => return Err(Error::NotFound),
        })
    }
    pub fn word(self) -> &'static str {
        ["atom", "rss", "json"][self as usize]
    }
    fn kind(self) -> &'static str {
        ["application/atom+xml; charset=utf-8", "application/rss+xml; charset=utf-8", "application/feed+json; charset=utf-8"][self as usize]
    }
}

#[derive(Template)]
#[template(path = "feed/atom.xml")]
struct Atom<'a> {
    feed: &'a Feed,
}

#[derive(Template)]
#[template(path = "feed/rss.xml")]
struct Rss<'a> {
    feed: &'a Feed,
}

/// `/feed.{format}` and `/incidents/feed.{format}`: everything.
pub async fn all(front: web::Data<Front>, format: web::Path<String>, request: HttpRequest) -> Result<HttpResponse> {
    answer(&front, &request, Format::read(&format)?, || async { Ok(Collection::All) }).await
}

/// `/{noun}/{slug}/feed.{format}`
pub async fn show(front: web::Data<Front>, at: web::Path<(String, String, String)>, request: HttpRequest) -> Result<HttpResponse> {
    let (noun, slug, format) = at.into_inner();
    answer(&front, &request, Format::read(&format)?, || Collection::find(&front.app.db, &noun, &slug)).await
}

async fn answer<F: Future<Output = Result<Collection>>>(
    front: &Front,
    request: &HttpRequest,
    format: Format,
    find: impl FnOnce() -> F,
) -> Result<HttpResponse> {
    cache::open(front, request, format.kind(), || async {
        let feed = Feed::read(front, request, &find().await?, format).await?;
        Ok(feed.written()?)
    })
    .await
}

impl Feed {
    async fn read(front: &Front, request: &HttpRequest, collection: &Collection, format: Format) -> Result<Self> {
        let base = base(front, request);
        let rows = collection.rows(&front.app.db, None, ENTRIES).await?;
        let mut entries = vec![];
        for row in rows {
            entries.extend(store::page::find_open(&front.app.db, &row.slug).await?.map(|page| Entry::new(page, &base)));
        }
        // an empty one is as it was this morning
        let today = front.app.clock.now().start_of_day();
        let updated = entries.iter().map(|entry| entry.page.updated_at).max().unwrap_or(today);
        let config = &front.app.config;
        let title = format!("{}: {}", config.name, collection.title());
        Ok(Self { title, desk: config.desk.clone(), sentence: collection.sentence(), path: collection.path(), base, format, updated, entries })
    }

    fn written(&self) -> anyhow::Result<String> {
        Ok(match self.format {
            Format::Atom => Atom { feed: self }.render()?,
            Format::Rss => Rss { feed: self }.render()?,
            Format::Json => self.json().to_string(),
        })
    }

    /// The feed's own address.
    pub fn own(&self) -> String {
        format!("{}{}/feed.{}", self.base, self.path, self.format.word())
    }

    /// JSON Feed 1.1, <https://www.jsonfeed.org/version/1.1/>.
    fn json(&self) -> serde_json::Value {
        let item = |entry: &Entry| {
            serde_json::json!({
                "id": entry.id,
                "url": entry.link,
                "title": entry.page.title,
                "summary": entry.page.description,
                "content_html": entry.html,
                "date_published": entry.page.published().rfc3339(),
                "date_modified": entry.page.updated_at.rfc3339(),
                "tags": entry.tags(),
            })
        };
        serde_json::json!({
            "version": "https://jsonfeed.org/version/1.1",
            "title": self.title,
            "description": self.sentence,
            "home_page_url": format!("{}{}", self.base, self.path),
            "feed_url": self.own(),
            "authors": [{ "name": self.desk }],
            "language": "en",
            "items": self.entries.iter().map(item).collect::<Vec<_>>(),
        })
    }
}

impl Entry {
    fn new(page: OpenPart, base: &str) -> Self {
        let host = url::Url::parse(base).ok().and_then(|at| at.host_str().map(str::to_string)).unwrap_or_default();
        // RFC 4151: an authority, a year in which it was ours, and the number, which is never given twice
        let id = format!("tag:{host},2026:incident/{}", page.number);
        let link = format!("{base}/incidents/{}", page.slug);
        // in a reader there is no list of sources below: a citation leads to that of the page
        let part = |part: &crate::model::page::Part| format!("<h3>{}</h3>{}", part.heading, part.text.at(&link));
        let html = page.summary.iter().map(part).collect::<String>() + &format!("<p>This summary was {}.</p>", ammonia::clean_text(&page.origin()));
        Self { id, link, html, page }
    }

    /// The category, which is a topic too, and the others.
    pub fn tags(&self) -> Vec<&str> {
        let category = self.page.category.label();
        let others = self.page.topics.iter().map(|topic| topic.label.as_str()).filter(|label| *label != category);
        std::iter::once(category).chain(others).collect()
    }
}
