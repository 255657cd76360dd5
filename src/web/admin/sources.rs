//! The sources room: health first, and a form for a new one.

use crate::clock::words;
use crate::error::Problems;
use crate::model::country;
use crate::model::source::{NewSource, Reliability};
use crate::store::source::Row;
use crate::web::Front;
use crate::web::form::Fields;
use crate::web::page::{Again, Frame, Page, see_other};
use crate::web::viewer::Editor;
use crate::{Error, Result, store};
use actix_web::{Either, HttpRequest, HttpResponse, web};
use askama::Template;

#[derive(Template)]
#[template(path = "admin/sources.html")]
pub struct Show {
    pub frame: Frame,
    pub total: i64,
    pub reporting: i64,
    pub sources: Vec<Line>,
    pub typed: Typed,
    pub problems: Problems,
    pub reliabilities: &'static [Reliability],
}

pub struct Line {
    pub row: Row,
    /// "12 min ago", or "never".
    pub worked: String,
}

/// The form for a new source as typed.
#[derive(Default)]
pub struct Typed {
    pub name: String,
    pub address: String,
    pub owner: String,
    pub country: String,
    pub language: String,
    pub reliability: String,
}

pub async fn show(front: web::Data<Front>, editor: Editor, request: HttpRequest) -> Result<Page<Show>> {
    Ok(Page(draw(&front, &editor, &request, Typed::default(), Problems::default()).await?))
}

async fn draw(front: &Front, editor: &Editor, request: &HttpRequest, typed: Typed, problems: Problems) -> Result<Show> {
    let now = front.app.clock.now();
    let (total, reporting) = store::source::count_reporting(&front.app.db).await?;
    let line = |row: Row| Line { worked: row.worked_at.map_or("never".into(), |at| format!("{} ago", words(now.since(at)))), row };
    let sources = store::source::list(&front.app.db).await?.into_iter().map(line).collect();
    let frame = Frame::new(front, request, editor.viewer(), "editing").await?;
    Ok(Show { frame, total, reporting, sources, typed, problems, reliabilities: Reliability::ALL })
}

pub async fn create(front: web::Data<Front>, editor: Editor, body: web::Bytes, request: HttpRequest) -> Result<Either<HttpResponse, Again<Show>>> {
    let fields = Fields::read(&body);
    let typed = Typed {
        name: fields.text("name"),
        address: fields.text("address"),
        owner: fields.text("owner"),
        country: fields.text("country"),
        language: fields.text("language"),
        reliability: fields.text("reliability"),
    };
    let outcome = match typed.read() {
        Ok(source) => add(&front, &editor, &source).await,
        Err(problems) => Err(Error::Invalid(problems)),
    };
    match outcome {
        Ok(()) => Ok(Either::Left(see_other("/admin/sources"))),
        Err(Error::Taken) => {
            let mut problems = Problems::default();
            problems.add("address", "A source with this address or this name is here already");
            Ok(Either::Right(Again(draw(&front, &editor, &request, typed, problems).await?)))
        }
        Err(Error::Invalid(problems)) => Ok(Either::Right(Again(draw(&front, &editor, &request, typed, problems).await?))),
        Err(other) => Err(other),
    }
}

async fn add(front: &Front, editor: &Editor, source: &NewSource) -> Result<()> {
    let now = front.app.clock.now();
    let mut tx = front.app.db.begin().await?;
    let id = store::source::add(&mut tx, source, now).await?;
    store::audit::add(&mut tx, editor.0.id, "add", "source", id.0, &source.address, now).await?;
    Ok(tx.commit().await?)
}

impl Typed {
    fn read(&self) -> Result<NewSource, Problems> {
        let mut problems = Problems::default();
        let name = self.name.trim();
        if name.is_empty() || name.chars().count() > 120 {
            problems.add("name", "Give the source a name of at most 120 characters");
        }
        let address = url::Url::parse(self.address.trim()).ok().filter(|a| matches!(a.scheme(), "http" | "https") && a.has_host());
        if address.is_none() {
            problems.add("address", "Enter the feed’s web address, like https://example.org/feed.xml");
        }
        let country = self.country.trim().to_uppercase();
        if !country.is_empty() && country::find(&country).is_none() {
            problems.add("country", "Use two letters of ISO 3166-1, like DE, or leave it empty");
        }
        let language = self.language.trim().to_lowercase();
        if !(language.is_empty() || language.len() == 2 && language.bytes().all(|b| b.is_ascii_lowercase())) {
            problems.add("language", "Use two letters of ISO 639-1, like en, or leave it empty");
        }
        let Some(address) = address.filter(|_| problems.is_empty()) else { return Err(problems) };
        let owner = if self.owner.trim().is_empty() { name } else { self.owner.trim() };
        Ok(NewSource {
            name: name.into(),
            address: address.into(),
            outlet: name.into(),
            owner: owner.into(),
            country: Some(country).filter(|c| !c.is_empty()),
            language: Some(language).filter(|l| !l.is_empty()),
            reliability: self.reliability.parse().unwrap_or(Reliability::F),
            licence: "headline".into(),
        })
    }
}
