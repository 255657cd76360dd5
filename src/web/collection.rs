//! Lists of incidents that have something in common: a category, country, region or topic. Each has a page, and feeds beneath it.

use super::item::{self, Item};
use super::page::Frame;
use super::volume::{self, Volumes};
use super::{Front, cache};
use crate::clock::DAY;
use crate::model::category::Category;
use crate::model::country::{self, Country};
use crate::model::language;
use crate::model::panel::Panel;
use crate::model::place::Region;
use crate::model::viewer::Viewer;
use crate::store::incident::Row;
use crate::store::list::{Filter, Key};
use crate::store::mention::Known;
use crate::{Error, Result, store};
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

const ROWS: usize = 20;

/// What the incidents of a list have in common.
pub enum Collection {
    All,
    Category(Category),
    Country(&'static Country),
    Region(Region),
    /// By slug, with its label, language and count.
    Topic(String, String, String, i64),
    Entity(Box<Known>),
    /// Whose articles are in them; its page is `web/source.rs`.
    Source(Box<store::source::Row>),
}

impl Collection {
    /// The one at `/{noun}/{slug}`.
    pub async fn find(db: &store::Db, noun: &str, slug: &str) -> Result<Self> {
        if slug.chars().any(char::is_control) {
            return Err(Error::NotFound);
        }
        let found = match noun {
            "categories" => slug.parse().ok().map(Self::Category),
            "regions" => slug.parse().ok().map(Self::Region),
            "countries" => country::find(&slug.to_uppercase()).map(Self::Country),
            "topics" => store::topic::find(db, slug).await?.map(|(label, language, n)| Self::Topic(slug.into(), label, language, n)),
            "entities" => store::mention::find(db, slug).await?.map(|known| Self::Entity(Box::new(known))),
            "sources" => store::source::find_by_slug(db, slug).await?.map(|row| Self::Source(Box::new(row))),
            _ => None,
        };
        found.ok_or(Error::NotFound)
    }

    pub fn path(&self) -> String {
        match self {
            Self::All => "/incidents".into(),
            Self::Category(category) => format!("/categories/{}", category.word()),
            Self::Country(country) => format!("/countries/{}", country.iso2),
            Self::Region(region) => format!("/regions/{}", region.word()),
            Self::Topic(slug, ..) => format!("/topics/{}", encoded(slug)),
            Self::Entity(known) => format!("/entities/{}", encoded(&known.slug)),
            Self::Source(row) => format!("/sources/{}", row.slug),
        }
    }

    pub fn title(&self) -> String {
        match self {
            Self::All => "All incidents".into(),
            Self::Category(category) => category.label().into(),
            Self::Country(country) => country.name.clone(),
            Self::Region(region) => region.label().into(),
            Self::Topic(_, label, ..) => label.clone(),
            Self::Entity(known) => known.name.clone(),
            Self::Source(row) => row.name.clone(),
        }
    }

    /// The language of the title when it is not English.
    pub fn language(&self) -> Option<&str> {
        match self {
            Self::Topic(_, _, language, _) if language != "en" && language != "und" => Some(language),
            _ => None,
        }
    }

    /// What a watch of the same asks, as the query of its form; a search knows no topics.
    pub fn question(&self) -> Option<String> {
        let (words, name) = match self {
            Self::All | Self::Topic(..) => return None,
            Self::Category(category) => (format!("category:{}", category.word()), category.label()),
            Self::Country(country) => (format!("country:{}", country.iso2), country.name.as_str()),
            Self::Region(region) => (format!("region:{}", region.word()), region.label()),
            Self::Entity(known) => (format!("entity:{}", known.slug), known.name.as_str()),
            Self::Source(row) => (format!("source:{}", row.slug), row.name.as_str()),
        };
        Some(url::form_urlencoded::Serializer::new(String::new()).append_pair("q", &words).append_pair("name", name).finish())
    }

    fn kind(&self) -> &'static str {
        match self {
            Self::All => "Archive",
            Self::Category(_) => "Category",
            Self::Country(_) => "Country",
            Self::Region(_) => "Region",
            Self::Topic(..) => "Topic",
            Self::Entity(_) => "Entity",
            Self::Source(_) => "Source",
        }
    }

    /// One sentence about it.
    pub fn sentence(&self) -> String {
        match self {
            Self::All => "Every public incident, newest first.".into(),
            Self::Category(category) => format!("Incidents whose category is {}.", category.label().to_lowercase()),
            Self::Country(country) => match country::region(&country.iso2) {
                Some(region) => format!("Incidents in {}, {}.", country.name, region.label()),
                None => format!("Incidents in {}.", country.name),
            },
            Self::Region(region) => format!("Incidents in {}.", region.label()),
            Self::Topic(..) => "Incidents with this topic.".into(),
            Self::Entity(known) => format!("Incidents whose articles name {}.", known.name),
            Self::Source(row) => format!("Incidents with articles of {}.", row.name),
        }
    }

    fn filter(&self, after: Option<Key>) -> Filter {
        let filter = Filter { after, ..Filter::default() };
        match self {
            Self::Category(category) => Filter { categories: vec![*category], ..filter },
            Self::Country(country) => Filter { country: Some(country.iso2.clone()), ..filter },
            Self::Region(region) => Filter { regions: vec![*region], ..filter },
            _ => filter,
        }
    }

    /// Its incidents, newest first, after `after`; at most `limit`.
    pub async fn rows(&self, db: &store::Db, after: Option<Key>, limit: i64) -> Result<Vec<Row>> {
        match self {
            Self::Topic(slug, ..) => store::topic::list_incidents(db, slug, after, limit).await,
            Self::Entity(known) => store::mention::list_incidents(db, &known.slug, after, limit).await,
            Self::Source(row) => store::incident::list_of_source(db, row.id, limit).await,
            _ => store::list::list(db, &self.filter(after), limit).await,
        }
    }

    async fn total(&self, db: &store::Db) -> Result<i64> {
        match self {
            Self::Topic(.., total) => Ok(*total),
            Self::Entity(known) => Ok(known.incidents),
            _ => store::list::total(db, &self.filter(None)).await,
        }
    }
}

/// A slug in another script as an address is written.
fn encoded(slug: &str) -> String {
    percent_encoding::utf8_percent_encode(slug, percent_encoding::NON_ALPHANUMERIC).to_string().replace("%2D", "-")
}

/// A page of a list, and where it goes on.
pub struct Part {
    pub items: Vec<Item>,
    pub total: i64,
    pub is_continued: bool,
    pub next_link: Option<String>,
}

impl Part {
    /// The rows after the key in the address; a key that is none is the start.
    pub async fn read(front: &Front, request: &HttpRequest, collection: &Collection) -> Result<Self> {
        let pairs = url::form_urlencoded::parse(request.query_string().as_bytes());
        let after: Option<Key> = pairs.filter(|(name, _)| name == "after").find_map(|(_, key)| key.parse().ok());
        let mut rows = collection.rows(&front.app.db, after, ROWS as i64 + 1).await?;
        let next = rows.get(ROWS).is_some().then(|| rows[ROWS - 1].key());
        rows.truncate(ROWS);
        Ok(Self {
            items: item::list(&front.app.db, &rows, front.app.clock.now(), true).await?,
            total: collection.total(&front.app.db).await?,
            is_continued: after.is_some(),
            next_link: next.map(|key| format!("{}?after={key}", collection.path())),
        })
    }
}

#[derive(Template)]
#[template(path = "collection/show.html")]
pub struct Show {
    pub frame: Frame,
    pub kind: &'static str,
    pub title: String,
    pub language: Option<String>,
    pub sentence: String,
    pub path: String,
    /// What a watch of the same asks, as the query of its form.
    pub question: Option<String>,
    pub part: Part,
    /// Of a country: how its coverage goes together with prices.
    pub volumes: Option<Volumes>,
}

impl Show {
    pub fn direction(&self) -> &'static str {
        self.language.as_deref().map_or("ltr", language::direction)
    }
}

/// `/{noun}/{slug}` for every noun but entities, which have a page of their own.
pub async fn show(front: web::Data<Front>, viewer: Viewer, at: web::Path<(String, String)>, request: HttpRequest) -> Result<HttpResponse> {
    let (noun, slug) = at.into_inner();
    cache::page(&front, &request, &viewer.clone(), || async {
        let collection = Collection::find(&front.app.db, &noun, &slug).await?;
        let volumes = match &collection {
            Collection::Country(country) => {
                let since = front.app.clock.now().minus(DAY * volume::BACK);
                let times = store::article::list_times_in(&front.app.db, &country.iso2, since, volume::TIMES).await?;
                volume::of(&front, &viewer, &[&country.iso2], &times, &collection.path()).await?
            }
            _ => None,
        };
        Ok(Show {
            volumes,
            frame: Frame::new(&front, &request, viewer, "archive").await?,
            kind: collection.kind(),
            title: collection.title(),
            language: collection.language().map(str::to_string),
            sentence: collection.sentence(),
            path: collection.path(),
            question: collection.question(),
            part: Part::read(&front, &request, &collection).await?,
        })
    })
    .await
}
