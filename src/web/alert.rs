//! What an account's watches found: `/account/alerts`.

use super::Front;
use super::page::{Frame, Page};
use super::viewer::SignedIn;
use crate::Result;
use crate::account::access;
use crate::clock::Timestamp;
use crate::model::alert::{News, parted};
use crate::model::incident::Stage;
use crate::store;
use crate::store::alert::Row;
use actix_web::{HttpRequest, web};
use askama::Template;

/// The newest that are listed.
const LISTED: i64 = 100;

#[derive(Template)]
#[template(path = "account/alerts.html")]
pub struct Show {
    pub frame: Frame,
    pub alerts: Vec<Line>,
    /// Whether the account has a watch.
    pub is_watching: bool,
}

/// One incident that was told of, perhaps by several watches; the newest of these alerts.
pub struct Line {
    pub row: Row,
    pub watches: Vec<String>,
    pub news: Vec<News>,
    pub is_new: bool,
    /// It was taken back, and its title with it.
    pub is_gone: bool,
}

impl Line {
    /// Another watch told of the same: what became of the incident is said once, by whoever said more.
    fn join(&mut self, row: Row, seen: Timestamp) {
        self.watches.push(by(&row));
        self.is_new |= row.told_at > seen;
        self.news.extend(parted(&row.news));
        self.news.sort_unstable();
        self.news.dedup();
        if self.news.len() > 1 {
            self.news.retain(|news| *news != News::First);
        }
        self.row.was = self.row.was.or(row.was);
        if self.row.since == 0 {
            (self.row.since, self.row.revision) = (row.since, row.revision);
        }
    }
}

/// Opening it is seeing them: what is new is marked this once.
pub async fn show(front: web::Data<Front>, reader: SignedIn, request: HttpRequest) -> Result<Page<Show>> {
    let (db, account) = (&front.app.db, reader.0.id);
    let seen = store::alert::seen_until(db, account).await?;
    let rows = store::alert::list_of(db, account, LISTED).await?;
    let newest = rows.first().map(|row| row.told_at);
    let mut alerts: Vec<Line> = vec![];
    for row in rows {
        if let Some(known) = alerts.iter_mut().find(|line| line.row.incident_id == row.incident_id) {
            known.join(row, seen);
            continue;
        }
        let is_gone = row.stage == Stage::Retracted;
        if is_gone || access::may_read(&reader.viewer(), row.stage) {
            alerts.push(Line { news: parted(&row.news), is_new: row.told_at > seen, is_gone, watches: vec![by(&row)], row });
        }
    }
    if let Some(newest) = newest {
        store::alert::set_seen(db, account, newest).await?;
    }
    let is_watching = !store::watch::list_of(db, account).await?.is_empty();
    Ok(Page(Show { frame: Frame::new(&front, &request, reader.viewer(), "account").await?, alerts, is_watching }))
}

fn by(row: &Row) -> String {
    if row.follows.is_some() { "You follow it".into() } else { row.watch.clone() }
}
