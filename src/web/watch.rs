//! An account's watches: `/account/watches`.

use super::form::Fields;
use super::page::{Again, Frame, Page, see_other};
use super::viewer::SignedIn;
use super::{Front, limit};
use crate::account::watch;
use crate::error::Problems;
use crate::model::severity::Severity;
use crate::model::watch::{NewWatch, Pace};
use crate::store::search::Hit;
use crate::store::watch::Row;
use crate::{Error, Result, store};
use actix_web::{Either, HttpRequest, HttpResponse, web};
use askama::Template;

#[derive(Template)]
#[template(path = "account/watches.html")]
pub struct Show {
    pub frame: Frame,
    pub email: String,
    pub watches: Vec<Row>,
    pub may_add: bool,
    pub hour: u32,
    pub typed: NewWatch,
    /// What the typed one would have found in the last days.
    pub tried: Option<Vec<Hit>>,
    pub problems: Problems,
}

impl Show {
    /// The typed words as a search.
    fn search_link(&self) -> String {
        watch::search_path(&self.typed.query)
    }
}

/// `?q=` fills in the words, as a search's “Watch this” does.
pub async fn show(front: web::Data<Front>, reader: SignedIn, request: HttpRequest) -> Result<Page<Show>> {
    let typed = typed(&Fields::read(request.query_string().as_bytes()), "q");
    Ok(Page(draw(&front, &reader, &request, typed).await?))
}

async fn draw(front: &Front, reader: &SignedIn, request: &HttpRequest, typed: NewWatch) -> Result<Show> {
    let account = store::account::find(&front.app.db, reader.0.id).await?.ok_or(Error::SignIn)?;
    let watches = store::watch::list_of(&front.app.db, account.id).await?;
    Ok(Show {
        frame: Frame::new(front, request, reader.viewer(), "account").await?,
        email: account.email,
        may_add: watches.len() < watch::MOST,
        hour: front.app.config.briefing_hour,
        watches,
        typed,
        tried: None,
        problems: Problems::default(),
    })
}

fn typed(fields: &Fields, words: &str) -> NewWatch {
    NewWatch {
        name: fields.text("name"),
        query: fields.text(words),
        floor: fields.text("floor").parse().unwrap_or(Severity::Unassessed),
        pace: fields.text("pace").parse().unwrap_or(Pace::Now),
    }
}

/// `POST /account/watches`: `remove` with a watch's number removes it, `try` shows what the typed one would have found; else it is added.
pub async fn update(front: web::Data<Front>, reader: SignedIn, body: web::Bytes, request: HttpRequest) -> Result<Either<HttpResponse, Again<Show>>> {
    let fields = Fields::read(&body);
    let (app, account) = (&front.app, reader.0.id);
    if fields.has("remove") {
        watch::remove(&app.db, account, fields.text("remove").parse().map_err(|_| Error::NotFound)?).await?;
        return Ok(Either::Left(see_other("/account/watches")));
    }
    let typed = typed(&fields, "query");
    if fields.has("try") {
        return try_out(&front, &reader, &request, typed).await;
    }
    match watch::add(app, account, typed.clone()).await {
        Ok(()) => Ok(Either::Left(see_other("/account/watches"))),
        Err(Error::Invalid(problems)) => Ok(Either::Right(Again(Show { problems, ..draw(&front, &reader, &request, typed).await? }))),
        Err(other) => Err(other),
    }
}

async fn try_out(front: &Front, reader: &SignedIn, request: &HttpRequest, typed: NewWatch) -> Result<Either<HttpResponse, Again<Show>>> {
    let (network, now) = (limit::network(front, request), front.app.clock.now());
    front.limits.check(limit::SEARCH, &network, now)?;
    front.limits.note(limit::SEARCH, &network, now);
    let found = watch::try_out(&front.app, typed.clone()).await?;
    let page = draw(front, reader, request, typed).await?;
    Ok(match found {
        Ok(found) => Either::Left(super::page::html(actix_web::http::StatusCode::OK, &Show { tried: Some(found), ..page })),
        Err(problems) => Either::Right(Again(Show { problems, ..page })),
    })
}
