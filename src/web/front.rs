//! What every handler works with: the app, the hashing threads, and what is kept to answer quickly.

use super::assets::{ASSETS, Assets};
use super::cache::Pages;
use super::card::Cards;
use super::limit::Limits;
use super::live::{News, Seats};
use super::page::Status;
use crate::account::{Hasher, Key};
use crate::clock::{HOUR, Timestamp};
use crate::id::Id;
use crate::model::account::Account;
use crate::{App, Result, store};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::broadcast;

/// An incident counts as open while its newest article is younger than this.
pub const OPEN_WINDOW: Duration = Duration::from_secs(24 * 3_600);
/// Happenings that a slow stream may be behind before it is told to reload.
const LIVE_BUFFER: usize = 256;

#[derive(Clone)]
pub struct Front {
    pub app: App,
    pub hasher: Hasher,
    pub key: Key,
    pub assets: &'static Assets,
    pub pages: Arc<Pages>,
    pub cards: Arc<Cards>,
    pub limits: Arc<Limits>,
    pub seats: Arc<Seats>,
    /// Ids of what happened, for open pages.
    pub happenings: broadcast::Sender<News>,
    /// Accounts that were told of something just now.
    pub alerted: broadcast::Sender<Id<Account>>,
    /// Since when pages are answered here.
    pub began: Timestamp,
    status: Arc<Mutex<Option<(Stamp, Status)>>>,
}

/// What was made at the same stamp is still true: nothing was published since, and it is the same minute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    generation: u64,
    minute: i64,
}

impl Front {
    pub fn new(app: App) -> anyhow::Result<Self> {
        let hasher = Hasher::start(app.config.password_memory_kib)?;
        let key = Key::read(&app.config)?;
        Ok(Self {
            began: app.clock.now(),
            app,
            hasher,
            key,
            assets: &ASSETS,
            pages: Arc::default(),
            cards: Arc::default(),
            limits: Arc::default(),
            seats: Arc::default(),
            happenings: broadcast::channel(LIVE_BUFFER).0,
            alerted: broadcast::channel(LIVE_BUFFER).0,
            status: Arc::default(),
        })
    }

    pub fn stamp(&self) -> Stamp {
        Stamp { generation: self.app.bus.generation(), minute: self.app.clock.now().0.div_euclid(60_000) }
    }

    /// The masthead's status line, counted once a stamp.
    pub async fn status(&self) -> Result<Status> {
        let stamp = self.stamp();
        let kept = self.status.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some((_, status)) = kept.filter(|(at, _)| *at == stamp) {
            return Ok(status);
        }
        let now = self.app.clock.now();
        let db = &self.app.db;
        let (sources, reporting) = store::source::count_reporting(db).await?;
        let newest = store::article::newest_stored(db).await?.map(|at| now.since(at));
        let status = Status {
            now,
            open: store::incident::count_open(db, now.minus(OPEN_WINDOW)).await?,
            sources,
            reporting,
            newest,
            delayed: newest.is_none_or(|age| age > HOUR) || reporting * 5 < sources * 4,
        };
        *self.status.lock().unwrap_or_else(PoisonError::into_inner) = Some((stamp, status.clone()));
        Ok(status)
    }
}
