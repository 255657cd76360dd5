//! Gives every waiting article its incident.

use super::index::Index;
use super::similar::Fingerprint;
use crate::clock::Timestamp;
use crate::id::Id;
use crate::model::article::Article;
use crate::model::incident::{CLOSED_AFTER, Incident};
use crate::model::job::Work;
use crate::store::article::Text;
use crate::text::fold::shorten;
use crate::{App, Result, store};
use std::collections::{BTreeSet, HashSet};
use tokio::sync::Mutex;
use tracing::info;

/// Articles that are decided, stored and committed together.
const BATCH: i64 = 250;

/// The room's memory. One a process; it catches up with the store before each run, so any worker may take the next one.
#[derive(Default)]
pub struct Clusterer {
    memory: Mutex<Memory>,
}

#[derive(Default)]
struct Memory {
    index: Index,
    known: HashSet<Id<Article>>,
    /// The last joined article that the index has seen.
    seen: Option<(Timestamp, Id<Article>)>,
}

impl Clusterer {
    /// Assigns all waiting articles, oldest first, and leaves a job to analyze each incident that changed.
    pub async fn run(&self, app: &App) -> Result<()> {
        let mut memory = self.memory.lock().await;
        memory.catch_up(app).await?;
        loop {
            let waiting = store::article::list_waiting(&app.db, BATCH).await?;
            if waiting.is_empty() {
                return Ok(());
            }
            let outcome = memory.assign(app, &waiting).await;
            if outcome.is_err() {
                // the index may hold what was rolled back: read it anew next time
                *memory = Memory::default();
            }
            outcome?;
        }
    }
}

impl Memory {
    /// Reads what joined since last time: everything of the last days on a first run.
    async fn catch_up(&mut self, app: &App) -> Result<()> {
        let now = app.clock.now();
        self.index.expire(now);
        let (mut since, mut after) = self.seen.unwrap_or((now.minus(CLOSED_AFTER), Id::from(0)));
        loop {
            let joined = store::article::list_joined(&app.db, since, after, 2_000).await?;
            let Some(last) = joined.last() else { return Ok(()) };
            (since, after) = (last.joined_at.unwrap_or(since), last.id);
            self.seen = Some((since, after));
            for article in &joined {
                if let Some(incident) = article.incident_id
                    && self.known.insert(article.id)
                {
                    let print = fingerprint(article);
                    self.index.learn(&print);
                    self.index.join(incident, &print, article.published_at);
                }
            }
        }
    }

    async fn assign(&mut self, app: &App, waiting: &[Text]) -> Result<()> {
        let now = app.clock.now();
        let prints: Vec<Fingerprint> = waiting.iter().map(fingerprint).collect();
        prints.iter().for_each(|print| self.index.learn(print));
        let mut changed = BTreeSet::new();
        let mut opened = 0;
        let mut tx = app.db.begin().await?;
        for (article, print) in waiting.iter().zip(&prints) {
            let found = self.index.find(print, article.published_at);
            let incident = match &found {
                Some(found) => found.incident,
                None => {
                    opened += 1;
                    store::incident::open(&mut tx, &article.title, article.published_at, now).await?
                }
            };
            let likeness = found.as_ref().map_or(1.0, |f| f64::from(f.likeness));
            let shares = found.map(|f| shorten(&f.shared.join(", "), 200));
            store::article::join(&mut tx, article.id, incident, likeness, shares.as_deref(), now).await?;
            self.index.join(incident, print, article.published_at);
            self.known.insert(article.id);
            changed.insert(incident);
        }
        leave_for_analysis(&mut tx, &changed, now).await?;
        tx.commit().await?;
        info!(articles = waiting.len(), opened, changed = changed.len(), "clustered {} articles into {} incidents", waiting.len(), changed.len());
        Ok(())
    }
}

async fn leave_for_analysis(tx: &mut store::Tx, changed: &BTreeSet<Id<Incident>>, now: Timestamp) -> Result<()> {
    for incident in changed {
        store::incident::count(tx, *incident).await?;
        store::job::add(tx, Work::Analyze { incident: *incident }, now, now).await?;
    }
    Ok(())
}

fn fingerprint(article: &Text) -> Fingerprint {
    Fingerprint::of(&article.title, &article.summary, &article.language)
}
