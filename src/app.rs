//! What every room works with: built once, cloned cheaply.

use crate::clock::Clock;
use crate::config::Config;
use crate::outbound::bus::Bus;
use crate::outbound::http::Http;
use crate::outbound::llm::Llm;
use crate::outbound::mail::Mail;
use crate::store;
use crate::store::Db;
use anyhow::Result;
use std::sync::Arc;

#[derive(Clone)]
pub struct App {
    pub config: Arc<Config>,
    pub db: Db,
    pub clock: Clock,
    pub http: Http,
    pub bus: Bus,
    pub llm: Llm,
    pub mail: Mail,
    /// A line on every page that says this is not the real desk, as in the replay.
    pub strip: Option<Arc<str>>,
}

impl App {
    /// Opens the database that the settings name and brings it up to date.
    pub async fn open(config: Config, clock: Clock) -> Result<Self> {
        let db = Db::connect(&config.database_address()).await?;
        db.migrate().await?;
        store::outbox::count_on(&db).await?;
        let http = Http::new(&config)?;
        let llm = Llm::new(&config)?;
        let mail = Mail::start(&config)?;
        Ok(Self { config: Arc::new(config), db, clock, http, bus: Bus::default(), llm, mail, strip: None })
    }
}
