//! The revisions of an incident in public: who published when, and what changed, word by word.
//!
//! Only the open text of a revision is read here. What premium panels said is no part of it.

use super::incident::further;
use super::page::Frame;
use super::{Front, cache};
use crate::account::access;
use crate::model::edition::OpenText;
use crate::model::viewer::Viewer;
use crate::store::incident::Row;
use crate::store::revision::Open;
use crate::{Error, Result, store};
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use similar::{ChangeTag, TextDiff};

const LISTED: i64 = 100;

#[derive(Template)]
#[template(path = "revision/list.html")]
pub struct List {
    pub frame: Frame,
    pub row: Row,
    pub revisions: Vec<Open>,
}

#[derive(Template)]
#[template(path = "revision/show.html")]
pub struct Show {
    pub frame: Frame,
    pub row: Row,
    pub revision: Open,
    /// The revision that it is compared with; 0 for none.
    pub before: i64,
    /// The words of both were kept.
    pub is_comparable: bool,
    pub changes: Vec<Change>,
}

/// A part of the page that reads differently.
pub struct Change {
    pub label: String,
    pub pieces: Vec<Piece>,
}

/// A run of words: new, gone, or the same as before.
pub struct Piece {
    pub text: String,
    pub is_new: bool,
    pub is_gone: bool,
}

/// The incident at a slug, if this viewer may read it now.
async fn readable(front: &Front, viewer: &Viewer, slug: &str) -> Result<Row> {
    if slug.chars().any(char::is_control) {
        return Err(Error::NotFound);
    }
    match store::incident::find_by_slug(&front.app.db, slug).await {
        Ok(row) if access::may_read(viewer, row.stage) => Ok(row),
        _ => Err(super::incident::instead(front, viewer, slug).await),
    }
}

pub async fn list(front: web::Data<Front>, viewer: Viewer, slug: web::Path<String>, request: HttpRequest) -> Result<HttpResponse> {
    cache::page(&front, &request, &viewer.clone(), || async {
        let row = readable(&front, &viewer, &slug).await.map_err(|why| further(why, "/revisions"))?;
        let revisions = store::revision::list_open(&front.app.db, row.id, access::reach(&viewer), LISTED).await?;
        Ok(List { frame: Frame::new(&front, &request, viewer, "").await?, row, revisions })
    })
    .await
}

/// `/incidents/{slug}/revisions/{n}`: what revision `n` changed, by the one before it or by `?from=`.
pub async fn show(front: web::Data<Front>, viewer: Viewer, at: web::Path<(String, i64)>, request: HttpRequest) -> Result<HttpResponse> {
    let (slug, number) = at.into_inner();
    cache::page(&front, &request, &viewer.clone(), || async {
        let row = readable(&front, &viewer, &slug).await.map_err(|why| further(why, &format!("/revisions/{number}")))?;
        let reach = access::reach(&viewer);
        let revision = store::revision::find_open(&front.app.db, row.id, reach, number).await?.ok_or(Error::NotFound)?;
        let from = request.query_string().strip_prefix("from=").and_then(|n| n.parse().ok()).filter(|n| (1..number).contains(n));
        let before = store::revision::find_open(&front.app.db, row.id, reach, from.unwrap_or(number - 1)).await?;
        let nothing = OpenText::default();
        let texts = (before.as_ref().and_then(|b| b.text.as_ref()).unwrap_or(&nothing), revision.text.as_ref().unwrap_or(&nothing));
        Ok(Show {
            frame: Frame::new(&front, &request, viewer, "").await?,
            before: before.as_ref().map_or(0, |b| b.number),
            is_comparable: before.as_ref().is_none_or(|b| b.text.is_some()) && revision.text.is_some(),
            changes: changes_between(&texts.0.fields, &texts.1.fields),
            row,
            revision,
        })
    })
    .await
}

/// What reads differently in two texts, part by part; a part is a label and its text.
pub fn changes_between<L: AsRef<str>>(before: &[(L, String)], now: &[(L, String)]) -> Vec<Change> {
    let old = |label: &str| before.iter().find(|(l, _)| l.as_ref() == label).map_or("", |(_, text)| text.as_str());
    let change = |(label, text): &(L, String)| {
        let (label, before) = (label.as_ref(), old(label.as_ref()));
        (before != text).then(|| Change { label: label.to_string(), pieces: pieces(before, text) })
    };
    now.iter().filter_map(change).collect()
}

fn pieces(before: &str, now: &str) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = vec![];
    for change in TextDiff::from_words(before, now).iter_all_changes() {
        let (is_new, is_gone) = (change.tag() == ChangeTag::Insert, change.tag() == ChangeTag::Delete);
        match pieces.last_mut().filter(|last| last.is_new == is_new && last.is_gone == is_gone) {
            Some(last) => last.text.push_str(change.value()),
            None => pieces.push(Piece { text: change.value().into(), is_new, is_gone }),
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_changed_are_told_apart() {
        let marked = |before: &str, now: &str| {
            let show = |p: Piece| match (p.is_new, p.is_gone) {
                (true, _) => format!("+{}+", p.text),
                (_, true) => format!("-{}-", p.text),
                _ => p.text,
            };
            pieces(before, now).into_iter().map(show).collect::<String>()
        };
        assert_eq!(marked("three dead in Lagos", "seven dead in Lagos"), "-three-+seven+ dead in Lagos");
        assert_eq!(marked("", "new"), "+new+");
    }

    #[test]
    fn only_parts_that_differ_are_shown() {
        let text = |title: &str| OpenText { fields: vec![("Title".into(), title.into()), ("Severity".into(), "High".into())], by: None };
        let changes = changes_between(&text("a").fields, &text("b").fields);
        assert_eq!(changes.iter().map(|c| c.label.as_str()).collect::<Vec<_>>(), ["Title"]);
    }
}
