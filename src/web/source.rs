//! The public list of sources: who reports, how reliable we hold them, and what they wrote last.

use super::collection::Collection;
use super::page::Frame;
use super::{Front, cache};
use crate::clock::{DAY, Timestamp, words};
use crate::model::country;
use crate::model::health::{Condition, Health, health};
use crate::model::language;
use crate::model::viewer::Viewer;
use crate::store::article::Listed;
use crate::store::source::Row;
use crate::{Error, Result, store};
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

const ARTICLES: i64 = 50;
/// How many days the figures are of.
const DAYS: u32 = 7;

#[derive(Template)]
#[template(path = "source/list.html")]
pub struct List {
    pub frame: Frame,
    pub lines: Vec<Line>,
}

#[derive(Template)]
#[template(path = "source/show.html")]
pub struct Show {
    pub frame: Frame,
    pub line: Line,
    /// What a watch of the same asks, as the query of its form.
    pub question: Option<String>,
    pub articles: Vec<Listed>,
    pub total: i64,
}

/// One source with how it is doing. What an error said stays in the editors' room.
pub struct Line {
    pub row: Row,
    pub country: Option<(String, String)>,
    pub language: Option<String>,
    pub health: Health,
}

impl Line {
    fn new(row: Row, hours: &[crate::model::health::Hour], now: Timestamp) -> Self {
        Self {
            country: row.country.as_ref().map(|code| (code.clone(), country::name(code).to_string())),
            language: row.language.as_deref().map(|tag| language::name(tag).to_string()),
            health: health(&row.facts(), hours, now),
            row,
        }
    }
    pub fn is_well(&self) -> bool {
        self.health.condition == Condition::Reporting
    }
    pub fn lag(&self) -> String {
        self.health.lag.map_or_else(|| "not known yet".into(), words)
    }
}

pub async fn list(front: web::Data<Front>, viewer: Viewer, request: HttpRequest) -> Result<HttpResponse> {
    cache::page(&front, &request, &viewer.clone(), || async {
        let now = front.app.clock.now();
        let mut hours = store::source::list_hours(&front.app.db, now.minus(DAY * DAYS)).await?;
        let mut rows = store::source::list(&front.app.db).await?;
        rows.sort_by(|a, b| a.name.cmp(&b.name).then(a.id.cmp(&b.id)));
        let lines = rows.into_iter().map(|row| (hours.remove(&row.id).unwrap_or_default(), row));
        let lines = lines.map(|(hours, row)| Line::new(row, &hours, now)).collect();
        Ok(List { frame: Frame::new(&front, &request, viewer, "sources").await?, lines })
    })
    .await
}

pub async fn show(front: web::Data<Front>, viewer: Viewer, slug: web::Path<String>, request: HttpRequest) -> Result<HttpResponse> {
    cache::page(&front, &request, &viewer.clone(), || async {
        let db = &front.app.db;
        let now = front.app.clock.now();
        if slug.chars().any(char::is_control) {
            return Err(Error::NotFound);
        }
        let row = store::source::find_by_slug(db, &slug).await?.ok_or(Error::NotFound)?;
        let hours = store::source::list_hours_of(db, row.id, now.minus(DAY * DAYS)).await?;
        Ok(Show {
            articles: store::article::list_of_source(db, row.id, ARTICLES).await?,
            total: store::article::count_of_source(db, row.id).await?,
            frame: Frame::new(&front, &request, viewer, "sources").await?,
            question: Collection::Source(Box::new(row.clone())).question(),
            line: Line::new(row, &hours, now),
        })
    })
    .await
}
