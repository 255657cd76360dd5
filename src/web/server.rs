//! The server: middleware in order, limits in size and time.

use super::live;
use super::{Front, guard, routes, session, token};
use actix_web::dev::Server;
use actix_web::error::{InternalError, UrlencodedError};
use actix_web::middleware::{Compress, from_fn};
use actix_web::{App, HttpResponse, HttpServer, web};
use anyhow::{Context, Result};
use std::net::TcpListener;
use std::time::Duration;

/// C4 of docs/security.md.
const BODY: usize = 1024 * 1024;
const HEADERS_WITHIN: Duration = Duration::from_secs(5);
const KEEP_ALIVE: Duration = Duration::from_secs(75);
/// Requests that are running when the portal is asked to stop have this long to end.
const SHUTDOWN_SECONDS: u64 = 10;

/// Serves the site on a listener that is bound already. The caller stops it through the server's handle.
pub fn serve(front: Front, listener: TcpListener) -> Result<Server> {
    live::follow(front.clone());
    let server = HttpServer::new(move || {
        App::new()
            .app_data(web::Data::new(front.clone()))
            .app_data(web::FormConfig::default().limit(BODY).error_handler(|cause, _| form_refused(cause)))
            .app_data(web::PayloadConfig::new(BODY))
            .app_data(web::PathConfig::default().error_handler(|_, _| crate::Error::NotFound.into()))
            .app_data(web::QueryConfig::default().error_handler(|cause, _| unreadable(&cause).into()))
            // the last one wrapped is the first one asked
            .wrap(from_fn(token::check))
            .wrap(from_fn(guard::in_time))
            .wrap(session::middleware(&front.app, &front.key))
            .wrap(from_fn(guard::same_origin))
            .wrap(Compress::default())
            .wrap(from_fn(guard::outermost))
            .configure(routes)
    });
    let server = server
        .workers(std::thread::available_parallelism().map_or(2, |n| n.get().min(8)))
        .client_request_timeout(HEADERS_WITHIN)
        .keep_alive(KEEP_ALIVE)
        // the rest of an answer must not wait until the browser has confirmed its beginning
        .tcp_nodelay(true)
        .shutdown_timeout(SHUTDOWN_SECONDS)
        // the program stops web and work in order by itself
        .disable_signals()
        .listen(listener)
        .context("listening")?;
    Ok(server.run())
}

/// Too large is 413; anything else that is no form is 422.
fn form_refused(cause: UrlencodedError) -> actix_web::Error {
    match cause {
        UrlencodedError::Overflow { .. } => InternalError::from_response(cause, HttpResponse::PayloadTooLarge().finish()).into(),
        other => unreadable(&other).into(),
    }
}

fn unreadable(cause: &dyn std::fmt::Display) -> crate::Error {
    tracing::debug!("a request could not be read: {cause}");
    crate::Error::invalid("form", "it could not be read: go back, reload the page and try again")
}
