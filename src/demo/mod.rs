//! The replay: real weeks of news (10 February to 20 March 2022) through the whole pipeline over real HTTP.
//!
//! A feed server on loopback serves the bundled feeds, the desk's clock is set back by a constant so that their last day is
//! today, and the last items are held back and released every few seconds, so that a visitor sees the desk live.

pub mod accounts;
pub mod feed;
pub mod server;
pub mod setting;

use crate::clock::{Clock, DAY, MINUTE, Timestamp};
use crate::config::Config;
use crate::model::briefing::Span;
use crate::web::Front;
use crate::work::Worker;
use crate::{App, desk, ingest, store};
use accounts::Fresh;
use anyhow::{Context, Result};
use include_dir::{Dir, include_dir};
use server::FeedServer;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

static FILES: Dir = include_dir!("$CARGO_MANIFEST_DIR/demo");

/// One item is released each time this has passed.
const RELEASE: Duration = Duration::from_secs(5);
/// How often the replay's sources are read, so that a released item is soon seen.
const FETCH_SECONDS: u64 = 8;
/// One voice is enough: every incident is public at once, so that a visitor sees what becomes of each article.
const PUBLISH_SOURCES: i64 = 1;
const BRIEFINGS: u32 = 7;
const STRIP: &str = "A replay of real feeds, 10 February to 20 March 2022: the desk’s clock is set back, and articles arrive every few seconds.";

/// A replay that is ready: its portal, and who may sign in.
pub struct Replay {
    pub front: Front,
    pub worker: Worker,
    pub accounts: Vec<Fresh>,
    feeds: FeedServer,
}

/// Starts the feed server, reads all of its feeds, and does all of the work that comes of it. A folder that was used before
/// goes on with what it holds.
pub async fn start(config: Config) -> Result<Replay> {
    mark(&config.data).with_context(|| format!("writing into the folder {}", config.data.display()))?;
    let feeds = FeedServer::start(&FILES, &config.data).await.context("starting the feed server")?;
    let config = Config {
        fetch_allow: vec![feeds.address().to_string()],
        fetch_seconds: FETCH_SECONDS,
        fetch_least_seconds: FETCH_SECONDS,
        fetch_most_seconds: FETCH_SECONDS,
        // all feeds of the replay are ours
        fetch_pause_seconds: 0,
        publish_sources: PUBLISH_SOURCES,
        ..config
    };
    let mut app = App::open(config, Clock::Real).await?;
    app.clock = Clock::starting_at(begin(&app, feeds.last_day()).await?);
    app.strip = Some(Arc::from(STRIP));
    // a model is asked about what comes from now on: a month of replay would be a day's questions
    let llm = std::mem::take(&mut app.llm);
    setting::load(&app, &FILES, feeds.address()).await?;
    let front = Front::new(app.clone())?;
    let accounts = accounts::renew(&front).await?;
    let worker = Worker::new(app.clone())?;
    // what a killed replay was doing is done first
    store::job::release_all(&app.db).await?;
    ingest::enqueue_due(&app).await?;
    worker.drain().await?;
    brief(&app).await?;
    accounts::watch(&front).await?;
    feeds.release_every(RELEASE);
    Ok(Replay { front, worker: worker.with_model(llm), accounts, feeds })
}

/// The briefings of a week, so that a visitor sees what an archive of them is. Their incidents are told as they stand by now.
async fn brief(app: &App) -> Result<()> {
    let newest = Span::newest(app.clock.now(), app.config.briefing_hour);
    for days in 0..BRIEFINGS {
        desk::briefing::compose(app, newest.until.minus(DAY * days)).await?;
    }
    Ok(())
}

/// The first minutes of the last day; on a later start after all that is stored, so that time never runs backwards. Items of
/// that day arrive before the time of day that their feeds say, which is made up; they count as published when they arrive.
async fn begin(app: &App, last_day: Timestamp) -> Result<Timestamp> {
    let stored = store::article::newest_stored(&app.db).await?.unwrap_or(last_day);
    let told = store::outbox::newest(&app.db).await?.born();
    Ok(last_day.max(stored).max(told).plus(MINUTE * 5))
}

/// The file of a replay's folder that says how far it is.
const MEMORY: &str = "replay";

/// Before there is a database, so that each that is there is known as a replay's.
fn mark(data: &Path) -> std::io::Result<()> {
    store::db::make_folder(data)?;
    if is_begun(data) { Ok(()) } else { std::fs::write(data.join(MEMORY), "") }
}

/// Whether a folder is a replay's.
pub fn is_begun(data: &Path) -> bool {
    data.join(MEMORY).exists()
}

impl Replay {
    pub async fn stop(self) {
        self.feeds.stop().await;
    }
}
