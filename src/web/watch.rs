//! An account's watches: `/account/watches`.

use super::form::Fields;
use super::page::{Again, Frame, Page, html, see_other};
use super::viewer::SignedIn;
use super::{Front, limit};
use crate::account::watch::{self, Tried};
use crate::error::Problems;
use crate::model::severity::Severity;
use crate::model::watch::{NewWatch, Pace};
use crate::store::watch::Row;
use crate::{Error, Result, store};
use actix_web::http::StatusCode;
use actix_web::{Either, HttpRequest, HttpResponse, web};
use askama::Template;

#[derive(Template)]
#[template(path = "account/watches.html")]
pub struct Show {
    pub frame: Frame,
    pub email: String,
    pub watches: Vec<Row>,
    pub hour: u32,
    pub typed: NewWatch,
    /// What the typed one would have found in the last days.
    pub tried: Option<Tried>,
    pub problems: Problems,
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
        // one that another window has removed is gone as it was meant
        store::watch::remove(&app.db, account, fields.text("remove").parse().map_err(|_| Error::NotFound)?).await?;
        return Ok(Either::Left(see_other("/account/watches")));
    }
    let typed = typed(&fields, "query");
    let outcome = match fields.has("try") {
        true => tried(&front, &request, typed.clone()).await.map(Some),
        false => watch::add(app, account, typed.clone()).await.map(|()| None),
    };
    match outcome {
        Ok(None) => Ok(Either::Left(see_other("/account/watches"))),
        Ok(tried) => Ok(Either::Left(html(StatusCode::OK, &Show { tried, ..draw(&front, &reader, &request, typed).await? }))),
        Err(Error::Invalid(problems)) => Ok(Either::Right(Again(Show { problems, ..draw(&front, &reader, &request, typed).await? }))),
        Err(other) => Err(other),
    }
}

async fn tried(front: &Front, request: &HttpRequest, typed: NewWatch) -> Result<Tried> {
    let (network, now) = (limit::network(front, request), front.app.clock.now());
    front.limits.check(limit::SEARCH, &network, now)?;
    front.limits.note(limit::SEARCH, &network, now);
    watch::try_out(&front.app, typed).await
}
