//! `serve`, `web`, `work`: starts the parts, and stops them in order.

use crate::App;
use crate::account::sign_up;
use crate::analyze::{gazetteer, lists};
use crate::web::{self, Front};
use crate::work::Worker;
use anyhow::{Context, Result};
use std::io::ErrorKind;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;
use tracing::{info, warn};

/// How long letters that are on their way are waited for at the end.
const LETTERS_WITHIN: Duration = Duration::from_secs(5);

#[derive(Clone, Copy)]
pub struct Parts {
    pub web: bool,
    pub work: bool,
}

pub async fn run(app: App, parts: Parts) -> Result<()> {
    if !app.config.markets.is_empty() {
        read_prices(&app).await?;
    }
    if !app.config.entities.is_empty() {
        let own = lists::read(app.config.entities.as_ref()).context("reading INTELRIFT_ENTITIES")?;
        info!(entries = own.len(), "read {} entities from {}", own.len(), app.config.entities);
        gazetteer::add(own);
    }
    if parts.web && app.config.tls && app.config.trusted_proxies.is_empty() {
        warn!("INTELRIFT_TRUSTED_PROXIES names no proxy: every visitor behind yours counts as one when tries are limited");
    }
    if parts.web && !app.config.tls && app.config.public_address.starts_with("https:") {
        warn!("INTELRIFT_PUBLIC_ADDRESS is https and INTELRIFT_TLS is not true: cookies are sent without TLS too");
    }
    for file in secrets(&app) {
        if is_open(&file) {
            warn!("{} can be read by everybody on this machine: `chmod 600` it", file.display());
        }
    }
    let worker = parts.work.then(|| Worker::new(app.clone())).transpose()?;
    let front = if parts.web { Some((Front::new(app.clone())?, bind(&app)?)) } else { None };
    if let Some((_, listener)) = &front {
        invite(&app, listener).await?;
    }
    run_parts(app, front, worker, Signals::listen()?).await
}

/// The files whose content opens something.
fn secrets(app: &App) -> Vec<PathBuf> {
    let named = [&app.config.smtp_password_file, &app.config.llm_key_file].into_iter().filter(|file| !file.is_empty()).map(PathBuf::from);
    named.chain([app.config.data.join("session.key")]).collect()
}

/// Whether anybody may read a file. Secrets that a container is given are so by default, so that this is no reason to stop.
fn is_open(file: &Path) -> bool {
    std::fs::metadata(file).is_ok_and(|file| std::os::unix::fs::PermissionsExt::mode(&file.permissions()) & 0o004 != 0)
}

/// A portal without an admin says how its first one is made. On stderr, not through the log.
async fn invite(app: &App, listener: &TcpListener) -> Result<()> {
    let Some(ticket) = sign_up::invite_first(app).await? else { return Ok(()) };
    let base = app.config.base_at(listener.local_addr()?);
    eprintln!("There is no admin yet. Make the first one, within an hour, at\n\n    {base}/first/{}\n", ticket.text());
    Ok(())
}

/// The listener that the settings name.
pub fn bind(app: &App) -> Result<TcpListener> {
    listen(&app.config.listen, "INTELRIFT_LISTEN")
}

/// A listener at an address that `named` gives.
pub fn listen(address: &str, named: &str) -> Result<TcpListener> {
    TcpListener::bind(address).map_err(|cause| {
        let advice = match cause.kind() {
            ErrorKind::AddrInUse => "is another portal running there?",
            ErrorKind::AddrNotAvailable => "it is no address of this machine.",
            ErrorKind::PermissionDenied => "ports below 1024 are for the administrator.",
            _ => "",
        };
        anyhow::Error::new(cause).context(format!("listening on {address}: {advice} {named} chooses another address"))
    })
}

async fn read_prices(app: &App) -> Result<()> {
    let path = &app.config.markets;
    let (kept, left) = super::prices::import(app, path.as_ref()).await.context("reading the prices of INTELRIFT_MARKETS")?;
    info!(kept, "read {kept} closing values from {path}");
    left.into_iter().for_each(|left| warn!("of the prices in {path} {left}"));
    Ok(())
}

/// Runs web and work until SIGTERM or Ctrl-C; then no new requests, running ones end, jobs are given back. A second signal
/// ends the process at once.
pub async fn run_parts(app: App, front: Option<(Front, TcpListener)>, worker: Option<Worker>, mut signals: Signals) -> Result<()> {
    let (stop, stopped) = watch::channel(false);
    let working = worker.map(|worker| tokio::spawn(async move { worker.run(stopped).await }));
    let mut serving = None;
    let happenings = front.as_ref().map(|(front, _)| front.happenings.clone());
    if let Some((front, listener)) = front {
        info!("serving http://{}", listener.local_addr()?);
        let server = web::serve(front, listener)?;
        serving = Some(server.handle());
        tokio::spawn(server);
    }
    signals.next().await;
    info!("stopping: running requests and jobs may end");
    tokio::spawn(async move {
        signals.next().await;
        warn!("stopped at once");
        std::process::exit(1);
    });
    stop.send(true).ok();
    if let Some(happenings) = happenings {
        happenings.send(web::live::END).ok();
    }
    if let Some(server) = serving {
        server.stop(true).await;
    }
    if let Some(working) = working {
        working.await.context("the worker")?;
    }
    if tokio::time::timeout(LETTERS_WITHIN, app.mail.settle()).await.is_err() {
        warn!("letters that were on their way are lost");
    }
    app.db.close().await;
    info!("stopped");
    Ok(())
}

/// What asks the process to stop. From here on a signal does not end it at once.
pub struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    pub fn listen() -> Result<Self> {
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }
    /// Waits until somebody asks the process to stop.
    pub async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}
