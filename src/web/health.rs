//! For machines: is the portal alive, and can it answer.

use super::Front;
use crate::store;
use actix_web::{HttpResponse, web};

/// The process answers.
pub async fn live() -> HttpResponse {
    HttpResponse::Ok().json(serde_json::json!({ "status": "alive" }))
}

/// The database answers too: 503 when it does not.
pub async fn ready(front: web::Data<Front>) -> HttpResponse {
    match store::job::count(&front.app.db).await {
        Ok((open, failed)) => HttpResponse::Ok().json(serde_json::json!({
            "status": "ready", "database": front.app.db.engine(), "jobs": open, "jobs_failed": failed,
        })),
        Err(cause) => {
            tracing::error!("the database does not answer: {cause:#}");
            HttpResponse::ServiceUnavailable().insert_header(("Retry-After", 5)).json(serde_json::json!({ "status": "database away" }))
        }
    }
}
