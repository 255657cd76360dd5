//! The audit log: every privileged act, newest first, by act if one is chosen, and as CSV.

use crate::clock::Timestamp;
use crate::id::Id;
use crate::model::viewer::Role;
use crate::store::audit::Row;
use crate::web::page::{Frame, Page};
use crate::web::viewer::Editor;
use crate::web::{Front, next};
use crate::{Error, Result, store};
use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION};
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use std::collections::HashMap;

const ROWS: i64 = 200;
const EXPORTED: i64 = 100_000;

#[derive(Template)]
#[template(path = "admin/audit.html")]
pub struct Show {
    pub frame: Frame,
    pub entries: Vec<Entry>,
    /// The acts that there are, and the one that was chosen; empty for all.
    pub acts: Vec<String>,
    pub act: String,
    /// Whether it does not begin with the newest, and the entry before which it goes on.
    pub is_older: bool,
    pub next: Option<i64>,
}

pub struct Entry {
    pub who: String,
    /// The address of the account that it was done to, if that still exists; for admins, who see those at their accounts page too.
    pub whom: Option<String>,
    pub at: Timestamp,
    pub row: Row,
}

#[derive(serde::Deserialize)]
pub struct Chosen {
    #[serde(default)]
    act: String,
    before: Option<i64>,
}

pub async fn show(front: web::Data<Front>, editor: Editor, chosen: web::Query<Chosen>, request: HttpRequest) -> Result<Page<Show>> {
    let mut entries = entries(&front, &editor, &chosen, ROWS + 1).await?;
    let goes_on = entries.len() > ROWS as usize;
    entries.truncate(ROWS as usize);
    let next = entries.last().filter(|_| goes_on).map(|last| last.row.id.0);
    let acts = store::audit::list_acts(&front.app.db).await?;
    let frame = Frame::new(&front, &request, editor.viewer(), "editing").await?;
    let Chosen { act, before } = chosen.into_inner();
    Ok(Page(Show { frame, entries, acts, act, is_older: before.is_some(), next }))
}

async fn entries(front: &Front, editor: &Editor, chosen: &Chosen, limit: i64) -> Result<Vec<Entry>> {
    let is_admin = editor.0.role == Role::Admin;
    let called = |account: store::account::Row| (account.id, if is_admin { account.email.to_string() } else { account.name });
    let accounts: HashMap<_, _> = store::account::list(&front.app.db).await?.into_iter().map(called).collect();
    let who = |row: &Row| match row.account_id == store::audit::COMMAND_LINE {
        true => "the command line".into(),
        false => accounts.get(&row.account_id).cloned().unwrap_or_else(|| "a deleted account".into()),
    };
    let whom = |row: &Row| accounts.get(&Id::from(row.noun_id)).filter(|_| is_admin && row.noun == "account").cloned();
    let entry = |row: Row| Entry { who: who(&row), whom: whom(&row), at: row.happened_at, row };
    let act: String = chosen.act.chars().filter(|c| !c.is_control()).collect();
    let act = Some(act.as_str()).filter(|act| !act.is_empty());
    Ok(store::audit::list(&front.app.db, act, chosen.before, limit).await?.into_iter().map(entry).collect())
}

/// `/admin/audit.csv`: the same as a table for a spreadsheet, its last line the address of what is older where there is more. A cell that a spreadsheet
/// would run begins with an apostrophe.
pub async fn export(front: web::Data<Front>, editor: Editor, chosen: web::Query<Chosen>) -> Result<HttpResponse> {
    let plain = |cell: &str| if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell.to_string() };
    let mut table = csv::Writer::from_writer(vec![]);
    let broken = |cause: csv::Error| Error::Broken(anyhow::Error::new(cause).context("writing the audit log"));
    table.write_record(["when", "who", "account", "act", "what", "id", "whom", "detail"]).map_err(broken)?;
    let mut entries = entries(&front, &editor, &chosen, EXPORTED + 1).await?;
    let goes_on = entries.len() > EXPORTED as usize;
    entries.truncate(EXPORTED as usize);
    let last = entries.last().map(|last| last.row.id.0).filter(|_| goes_on);
    for Entry { who, at, row, whom } in entries {
        let (account, noun) = (row.account_id.to_string(), row.noun_id.to_string());
        let cells = [
            &at.rfc3339(),
            &plain(&who),
            &account,
            &plain(&row.act),
            &plain(&row.noun),
            &noun,
            &plain(whom.as_deref().unwrap_or("")),
            &plain(&row.detail),
        ];
        table.write_record(cells).map_err(broken)?;
    }
    if let Some(last) = last {
        let older = format!("what is older is at /admin/audit.csv?act={}&before={last}", next::encoded(&chosen.act));
        table.write_record(["", "", "", "", "", "", "", &older]).map_err(broken)?;
    }
    let bytes = table.into_inner().map_err(|cause| Error::Broken(anyhow::anyhow!("writing the audit log: {cause}")))?;
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((CACHE_CONTROL, "private, no-store"))
        .insert_header((CONTENT_DISPOSITION, "attachment; filename=\"audit.csv\""))
        .body(bytes))
}
