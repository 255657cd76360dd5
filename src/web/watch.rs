//! An account's watches: `/account/watches`.

use super::form::Fields;
use super::page::{Again, Frame, Page, html, see_other};
use super::viewer::SignedIn;
use super::{Front, limit};
use crate::account::watch::{self, Tried};
use crate::clock::DAY;
use crate::error::Problems;
use crate::id::Id;
use crate::model::account::Account;
use crate::model::severity::Severity;
use crate::model::watch::{NewWatch, Pace, Watch};
use crate::store::following::Followed;
use crate::store::watch::Row;
use crate::{Error, Result, store};
use actix_web::http::StatusCode;
use actix_web::{Either, HttpRequest, HttpResponse, web};
use askama::Template;
use std::collections::HashMap;

#[derive(Template)]
#[template(path = "account/watches.html")]
pub struct Show {
    pub frame: Frame,
    pub email: String,
    /// Standing questions, and incidents that are followed.
    pub watches: Vec<Row>,
    pub followed: Vec<Followed>,
    /// Incidents that each has told of in the last seven days.
    pub counts: HashMap<Id<Watch>, i64>,
    pub hour: u32,
    /// The watch that the form changes; none for a new one.
    pub changed: Option<Id<Watch>>,
    pub typed: NewWatch,
    /// What the typed one would have found in the last days.
    pub tried: Option<Tried>,
    pub problems: Problems,
}

impl Show {
    fn found(&self, watch: &Row) -> i64 {
        self.counts.get(&watch.id).copied().unwrap_or(0)
    }
}

/// `?q=` fills in the words, as a search's “Watch this” does; `?change=` an own watch.
pub async fn show(front: web::Data<Front>, reader: SignedIn, request: HttpRequest) -> Result<Page<Show>> {
    let fields = Fields::read(request.query_string().as_bytes());
    let typed = NewWatch { by_mail: true, ..typed(&fields, "q") };
    let mut page = draw(&front, &reader, &request, typed).await?;
    if let Ok(id) = fields.text("change").parse() {
        let all = store::watch::list_of(&front.app.db, reader.0.id).await?;
        let Row { name, query, floor, pace, by_mail, .. } = all.into_iter().find(|watch| watch.id == id).ok_or(Error::NotFound)?;
        page.typed = NewWatch { name, query, floor, pace, by_mail };
        page.changed = Some(id);
    }
    Ok(Page(page))
}

async fn draw(front: &Front, reader: &SignedIn, request: &HttpRequest, typed: NewWatch) -> Result<Show> {
    let db = &front.app.db;
    let account = store::account::find(db, reader.0.id).await?.ok_or(Error::SignIn)?;
    Ok(Show {
        frame: Frame::new(front, request, reader.viewer(), "account").await?,
        email: account.email,
        hour: front.app.config.briefing_hour,
        counts: store::alert::count_of(db, account.id, front.app.clock.now().minus(DAY * watch::TRIED_DAYS)).await?,
        watches: store::watch::list_of(db, account.id).await?.into_iter().filter(|watch| watch.follows.is_none()).collect(),
        followed: store::following::list_followed(db, account.id).await?,
        changed: None,
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
        by_mail: fields.has("by_mail"),
    }
}

/// `POST /account/watches`: `remove`, `pause` and `resume` with a watch's number, `follow` with an incident's; `try` shows what the typed one would have
/// found; else it is added, or takes the place of the one with the number `id`.
pub async fn update(front: web::Data<Front>, reader: SignedIn, body: web::Bytes, request: HttpRequest) -> Result<Either<HttpResponse, Again<Show>>> {
    let fields = Fields::read(&body);
    if let Some(answer) = press(&front, reader.0.id, &fields).await? {
        return Ok(Either::Left(answer));
    }
    let changed = match fields.has("id") {
        true => Some(fields.text("id").parse().map_err(|_| Error::NotFound)?),
        false => None,
    };
    let typed = typed(&fields, "query");
    let outcome = if fields.has("try") {
        tried(&front, &request, typed.clone()).await.map(Outcome::Tried)
    } else if fields.has("follow") {
        let number = fields.text("follow").parse().map_err(|_| Error::NotFound)?;
        watch::follow(&front.app, reader.0.id, number).await.map(|row| Outcome::On(format!("/incidents/{}#act-h", row.slug)))
    } else {
        watch::save(&front.app, reader.0.id, changed, typed.clone()).await.map(|()| Outcome::On("/account/watches".into()))
    };
    match outcome {
        Ok(Outcome::On(path)) => Ok(Either::Left(see_other(&path))),
        Ok(Outcome::Tried(tried)) => {
            let page = Show { tried: Some(tried), changed, ..draw(&front, &reader, &request, typed).await? };
            Ok(Either::Left(html(StatusCode::OK, &page)))
        }
        Err(Error::Invalid(problems)) => Ok(Either::Right(Again(Show { problems, changed, ..draw(&front, &reader, &request, typed).await? }))),
        Err(other) => Err(other),
    }
}

/// What became of a form: on to a page, or what a watch would have found.
enum Outcome {
    On(String),
    Tried(Tried),
}

/// The buttons beside a watch. One that another window has removed is gone as it was meant.
async fn press(front: &Front, account: Id<Account>, fields: &Fields) -> Result<Option<HttpResponse>> {
    let (db, now) = (&front.app.db, front.app.clock.now());
    let Some(button) = ["remove", "pause", "resume", "unfollow"].into_iter().find(|button| fields.has(button)) else { return Ok(None) };
    if button == "unfollow" {
        let number = fields.text(button).parse().map_err(|_| Error::NotFound)?;
        store::following::stop_following(db, account, number).await?;
        // its address tells its title
        let row = store::incident::find_by_number(db, number).await?.filter(|row| row.stage.is_out());
        return Ok(Some(see_other(&row.map_or("/account/watches".into(), |row| format!("/incidents/{}#act-h", row.slug)))));
    }
    let id = fields.text(button).parse().map_err(|_| Error::NotFound)?;
    match button {
        "remove" => store::watch::remove(db, account, id).await.map(drop)?,
        _ => store::watch::set_paused(db, account, id, button == "pause", now).await?,
    }
    Ok(Some(see_other("/account/watches")))
}

async fn tried(front: &Front, request: &HttpRequest, typed: NewWatch) -> Result<Tried> {
    let (network, now) = (limit::network(front, request), front.app.clock.now());
    front.limits.take(limit::SEARCH, &network, now)?;
    watch::try_out(&front.app, typed).await
}
