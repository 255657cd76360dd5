//! Every list as Atom, RSS and JSON Feed. A feed is what anybody may read, whoever asks for it: only open parts are loaded.

use super::collection::Collection;
use super::{Front, base, cache};
use crate::account::access;
use crate::clock::Timestamp;
use crate::model::briefing::OpenBriefing;
use crate::model::page::OpenPart;
use crate::model::viewer::Viewer;
use crate::store::briefing::Open;
use crate::{Error, Result, store};
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

/// Incidents in a feed.
const ENTRIES: i64 = 30;
/// Briefings in theirs.
const BRIEFINGS: i64 = 14;

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

/// An incident, or a day's briefing.
pub struct Entry {
    /// For good, also when the title and with it the address change.
    pub id: String,
    pub link: String,
    pub title: String,
    pub title_language: Option<String>,
    pub description: String,
    pub html: String,
    pub published: Timestamp,
    pub updated: Timestamp,
    pub tags: Vec<String>,
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

/// A briefing as an entry has it: the open part alone.
#[derive(Template)]
#[template(path = "feed/briefing.html")]
struct Digest<'a> {
    base: &'a str,
    part: &'a OpenBriefing,
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

/// `/briefings/feed.{format}`
pub async fn briefings(front: web::Data<Front>, format: web::Path<String>, request: HttpRequest) -> Result<HttpResponse> {
    let format = Format::read(&format)?;
    cache::open(&front, &request, format.kind(), || async { Ok(Feed::of_briefings(&front, &request, format).await?.written()?) }).await
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
            entries.extend(store::page::find_open(&front.app.db, &row.slug).await?.map(|page| Entry::of_incident(page, &base)));
        }
        Ok(Self::of(front, base, collection.title(), collection.sentence(), collection.path(), format, entries))
    }

    async fn of_briefings(front: &Front, request: &HttpRequest, format: Format) -> Result<Self> {
        let base = base(front, request);
        let mut entries = vec![];
        for edition in store::briefing::list_before(&front.app.db, super::briefing::LAST, BRIEFINGS).await? {
            let found = access::briefing(&front.app.db, &Viewer::Anonymous, &edition.span.day()).await?;
            entries.extend(found.map(|(edition, ..)| Entry::of_briefing(&edition, &base)).transpose()?);
        }
        let sentence = "What the incidents of 24 hours are, once a day.".to_string();
        Ok(Self::of(front, base, "Daily briefings".into(), sentence, "/briefings".into(), format, entries))
    }

    fn of(front: &Front, base: String, title: String, sentence: String, path: String, format: Format, entries: Vec<Entry>) -> Self {
        // an empty one is as it was this morning
        let today = front.app.clock.now().start_of_day();
        let updated = entries.iter().map(|entry| entry.updated).max().unwrap_or(today);
        let config = &front.app.config;
        Self { title: format!("{}: {title}", config.name), desk: config.desk.clone(), sentence, path, base, format, updated, entries }
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
                "title": entry.title,
                "summary": entry.description,
                "content_html": entry.html,
                "date_published": entry.published.rfc3339(),
                "date_modified": entry.updated.rfc3339(),
                "tags": entry.tags,
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
    fn of_incident(page: OpenPart, base: &str) -> Self {
        let link = format!("{base}/incidents/{}", page.slug);
        // in a reader there is no list of sources below: a citation leads to that of the page
        let part = |part: &crate::model::page::Part| format!("<h3>{}</h3>{}", part.heading, part.text.at(&link));
        let html = page.summary.iter().map(part).collect::<String>() + &format!("<p>This summary was {}.</p>", ammonia::clean_text(&page.origin()));
        Self {
            id: id(base, &format!("incident/{}", page.number)),
            tags: tags(&page),
            published: page.published(),
            updated: page.updated_at,
            title: page.title,
            title_language: page.title_language,
            description: page.description,
            link,
            html,
        }
    }

    fn of_briefing(edition: &Open, base: &str) -> anyhow::Result<Self> {
        let day = edition.span.day();
        Ok(Self {
            id: id(base, &format!("briefing/{day}")),
            link: format!("{base}/briefings/{day}"),
            title: format!("Daily briefing, {}", edition.span.until.weekday()),
            title_language: None,
            description: edition.part.sentence(),
            html: Digest { base, part: &edition.part }.render()?,
            published: edition.composed_at,
            updated: edition.updated_at,
            tags: vec![],
        })
    }
}

/// RFC 4151: an authority, a year in which it was ours, and the number or day, which is never given twice.
fn id(base: &str, which: &str) -> String {
    let host = url::Url::parse(base).ok().and_then(|at| at.host_str().map(str::to_string)).unwrap_or_default();
    format!("tag:{host},2026:{which}")
}

/// The category, which is a topic too, and the others.
fn tags(page: &OpenPart) -> Vec<String> {
    let category = page.category.label();
    let others = page.topics.iter().map(|topic| topic.label.as_str()).filter(|label| *label != category);
    std::iter::once(category).chain(others).map(str::to_string).collect()
}
