//! Pages about the portal itself: what was corrected, privacy, accessibility.

use super::page::Frame;
use super::{Front, cache};
use crate::model::viewer::Viewer;
use crate::store::revision::Correction;
use crate::{Result, store};
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

const LISTED: i64 = 200;

#[derive(Template)]
#[template(path = "about/corrections.html")]
pub struct Corrections {
    pub frame: Frame,
    pub corrections: Vec<Correction>,
    pub retractions: Vec<Correction>,
}

#[derive(Template)]
#[template(path = "about/privacy.html")]
pub struct Privacy {
    pub frame: Frame,
    pub session_days: u64,
    pub device_days: u32,
}

#[derive(Template)]
#[template(path = "about/accessibility.html")]
pub struct Accessibility {
    pub frame: Frame,
}

pub async fn corrections(front: web::Data<Front>, viewer: Viewer, request: HttpRequest) -> Result<HttpResponse> {
    cache::page(&front, &request, &viewer.clone(), || async {
        Ok(Corrections {
            frame: Frame::new(&front, &request, viewer, "").await?,
            corrections: store::revision::list_corrections(&front.app.db, LISTED).await?,
            retractions: store::revision::list_retractions(&front.app.db, LISTED).await?,
        })
    })
    .await
}

pub async fn privacy(front: web::Data<Front>, viewer: Viewer, request: HttpRequest) -> Result<HttpResponse> {
    cache::page(&front, &request, &viewer.clone(), || async {
        Ok(Privacy {
            frame: Frame::new(&front, &request, viewer, "").await?,
            session_days: front.app.config.session_days,
            device_days: super::device::KEPT_DAYS,
        })
    })
    .await
}

pub async fn accessibility(front: web::Data<Front>, viewer: Viewer, request: HttpRequest) -> Result<HttpResponse> {
    cache::page(&front, &request, &viewer.clone(), || async { Ok(Accessibility { frame: Frame::new(&front, &request, viewer, "").await? }) }).await
}
