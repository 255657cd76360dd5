//! `/letters/stop?of=&id=&code=`, the link of a letter that comes again and again. It needs no account.

use super::Front;
use super::form::Fields;
use super::page::{Frame, Page};
use crate::Result;
use crate::account::stop::Letters;
use crate::model::viewer::Viewer;
use actix_web::{HttpRequest, web};
use askama::Template;

#[derive(Template)]
#[template(path = "account/stop.html")]
pub struct Stop {
    pub frame: Frame,
    pub letters: Letters,
    /// What the watch is called whose letters these are.
    pub watch: Option<String>,
    pub action: String,
    pub is_done: bool,
}

/// Programs that look at the links of a letter change nothing, so the page asks once more.
pub async fn show(front: web::Data<Front>, viewer: Viewer, request: HttpRequest) -> Result<Page<Stop>> {
    let letters = read(&front, &request)?;
    let action = format!("/letters/stop?{}", request.query_string());
    Ok(Page(Stop {
        frame: Frame::new(&front, &request, viewer, "").await?,
        watch: letters.watch(&front.app.db).await?,
        letters,
        action,
        is_done: false,
    }))
}

/// By the page's button, or by the reader's mail program (RFC 8058).
pub async fn stop(front: web::Data<Front>, viewer: Viewer, request: HttpRequest) -> Result<Page<Stop>> {
    let letters = read(&front, &request)?;
    letters.stop(&front.app.db).await?;
    Ok(Page(Stop {
        frame: Frame::new(&front, &request, viewer, "").await?,
        watch: letters.watch(&front.app.db).await?,
        letters,
        action: String::new(),
        is_done: true,
    }))
}

fn read(front: &Front, request: &HttpRequest) -> Result<Letters> {
    let fields = Fields::read(request.query_string().as_bytes());
    Letters::read(&front.key, &fields.text("of"), &fields.text("id"), &fields.text("code"))
}
