//! The audit log: every privileged act, newest first.

use crate::clock::Timestamp;
use crate::store::audit::Row;
use crate::web::Front;
use crate::web::page::{Frame, Page};
use crate::web::viewer::Editor;
use crate::{Result, store};
use actix_web::{HttpRequest, web};
use askama::Template;
use std::collections::HashMap;

const ROWS: i64 = 200;

#[derive(Template)]
#[template(path = "admin/audit.html")]
pub struct Show {
    pub frame: Frame,
    pub entries: Vec<Entry>,
}

pub struct Entry {
    pub who: String,
    pub at: Timestamp,
    pub row: Row,
}

pub async fn show(front: web::Data<Front>, editor: Editor, request: HttpRequest) -> Result<Page<Show>> {
    let names: HashMap<_, _> = store::account::list(&front.app.db).await?.into_iter().map(|a| (a.id, a.name)).collect();
    let who = |row: &Row| match row.account_id == store::audit::COMMAND_LINE {
        true => "the command line".into(),
        false => names.get(&row.account_id).cloned().unwrap_or_else(|| "a deleted account".into()),
    };
    let entry = |row: Row| Entry { who: who(&row), at: row.happened_at, row };
    let entries = store::audit::list(&front.app.db, ROWS).await?.into_iter().map(entry).collect();
    Ok(Page(Show { frame: Frame::new(&front, &request, editor.viewer(), "editing").await?, entries }))
}
