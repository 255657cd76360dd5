//! Gives every waiting article its incident.

use super::direction::Direction;
use super::document::Document;
use super::fingerprint::Fingerprint;
use super::index::{Candidate, Found, THRESHOLDS};
use super::memory::{Memory, fingerprint};
use super::model::Model;
use super::{part, sequel};
use crate::clock::Timestamp;
use crate::config::Config;
use crate::id::Id;
use crate::model::article::Article;
use crate::model::incident::{CLOSED_AFTER, Incident, Stage};
use crate::model::job::Work;
use crate::store::article::{Joining, Text};
use crate::text::agency::agency;
use crate::text::encoder::{ADAPTER, Encoder};
use crate::{App, Result, store};
use anyhow::Context;
use std::collections::BTreeSet;
use std::sync::Arc;
use tokio::sync::Mutex;
use tracing::info;

/// Articles without reasons that an incident may have: what opened it, and what opened those it took in.
const OPENERS: i64 = 20;
/// Articles that are decided, stored and committed together.
const BATCH: i64 = 250;
/// So many when an encoder reads each of them: half a second's work.
const ENCODED_BATCH: i64 = 16;

/// Articles of an incident that are looked through for parts: the first ones, since they are what it is.
const LOOKED_THROUGH: i64 = 500;

/// The room's memory. One a process; it catches up with the store before each run, so any worker may take the next one.
pub struct Clusterer {
    encoder: Option<Arc<Encoder>>,
    memory: Mutex<Memory>,
}

impl Clusterer {
    /// # Errors
    /// When the settings name an encoder whose file can't be read, or is of another size than the bundled model knows.
    pub fn open(config: &Config) -> anyhow::Result<Self> {
        let mut encoder = None;
        if !config.encoder.is_empty() {
            let bytes = std::fs::read(&config.encoder).with_context(|| format!("reading the encoder {} (INTELRIFT_ENCODER)", config.encoder))?;
            let opened = Encoder::parse(bytes).and_then(|encoder| encoder.adapted(ADAPTER));
            let opened = opened.with_context(|| format!("{} (INTELRIFT_ENCODER) is no encoder", config.encoder))?;
            let known = Model::bundled().centers.width();
            anyhow::ensure!(
                opened.width() == known,
                "INTELRIFT_ENCODER gives {} numbers a title, and this portal has learnt from {known}",
                opened.width()
            );
            info!("reading titles with the encoder {}", config.encoder);
            encoder = Some(Arc::new(opened));
        }
        Ok(Self { encoder, memory: Mutex::default() })
    }

    /// Assigns all waiting articles, oldest first, and leaves a job to analyze each incident that changed.
    pub async fn run(&self, app: &App) -> Result<()> {
        let mark = self.encoder.as_ref().map(|encoder| encoder.mark);
        let mut memory = self.memory.lock().await;
        memory.begin(app, mark).await?;
        loop {
            let batch = if self.encoder.is_some() { ENCODED_BATCH } else { BATCH };
            let mut waiting = store::article::list_waiting(&app.db, batch).await?;
            if waiting.is_empty() {
                memory.is_torn = false;
                return Ok(());
            }
            self.encode(&mut waiting).await?;
            for incident in memory.assign(app, &waiting, mark).await? {
                memory.look_through(app, incident, mark).await?;
            }
        }
    }

    /// Notes what an incident goes on with that was opened for its first article, unless an editor has said so already.
    pub async fn go_on(&self, app: &App, incident: Id<Incident>) -> Result<()> {
        let mark = self.encoder.as_ref().map(|encoder| encoder.mark);
        let mut memory = self.memory.lock().await;
        memory.begin(app, mark).await?;
        let outcome = memory.go_on(app, incident, mark).await;
        memory.is_torn = false;
        outcome
    }

    /// Gives each article the direction of its title, if there is an encoder.
    async fn encode(&self, articles: &mut [Text]) -> Result<()> {
        let Some(encoder) = self.encoder.clone() else { return Ok(()) };
        let titles: Vec<String> = articles.iter().map(|article| article.title.clone()).collect();
        let read = move || (encoder.mark, encoder.encode(&titles.iter().map(String::as_str).collect::<Vec<_>>()));
        let (mark, directions) = tokio::task::spawn_blocking(read).await.context("the encoder broke off")?;
        for (article, direction) in articles.iter_mut().zip(directions) {
            article.direction = Direction::of(&direction).map(|direction| direction.to_bytes());
            article.encoder = Some(mark);
        }
        Ok(())
    }
}

impl Memory {
    /// Says which incidents have changed.
    async fn assign(&mut self, app: &App, waiting: &[Text], encoder: Option<i64>) -> Result<BTreeSet<Id<Incident>>> {
        // what an editor let go is still where it was, as far as the index knows
        let left = waiting.iter().filter_map(|article| self.known.get(&article.id).copied()).collect();
        self.read_anew(app, &left, encoder).await?;
        let prints: Vec<Fingerprint> = waiting.iter().map(fingerprint).collect();
        prints.iter().for_each(|print| self.index.learn(print));
        let mut changed = BTreeSet::new();
        let mut opened = vec![];
        let mut tx = app.db.begin().await?;
        store::turn::take(&mut tx).await?;
        let now = app.clock.now();
        for (article, print) in waiting.iter().zip(&prints) {
            let document = self.weigh(article, print, encoder);
            let found = self.index.find(Model::bundled(), document);
            let (best, heir) = self.best(&mut tx, &found).await?.unzip();
            let incident = match heir {
                Some(heir) => heir,
                None => {
                    let incident = store::incident::open(&mut tx, &article.title, article.published_at, now).await?;
                    opened.push(incident);
                    incident
                }
            };
            let joining = Joining {
                likeness: best.map_or(1.0, |best| f64::from(best.probability)),
                reasons: best.and_then(|_| self.index.reasons(incident, print, &found.document)),
                original: self.index.original(incident, &found.document),
                voice: agency(&article.summary, article.author.as_deref()).unwrap_or(&article.owner).to_string(),
                direction: article.direction.clone().zip(article.encoder),
            };
            store::article::join(&mut tx, article.id, incident, joining, now).await?;
            self.index.join(incident, found.document.clone());
            for (larger, smaller) in self.index.merges(Model::bundled(), &found, incident, THRESHOLDS) {
                if let Some((keep, gone)) = self.merge(&mut tx, larger, smaller, now).await? {
                    changed.remove(&gone);
                    changed.insert(keep);
                }
            }
            let incident = store::merging::heir(&mut tx, incident).await?;
            self.known.insert(article.id, incident);
            changed.insert(incident);
        }
        leave_for_analysis(&mut tx, &changed, now).await?;
        leave_to_look_back(&mut tx, &opened, now).await?;
        let opened = opened.len();
        tx.commit().await?;
        info!(articles = waiting.len(), opened, changed = changed.len(), "clustered {} articles into {} incidents", waiting.len(), changed.len());
        Ok(changed)
    }

    async fn go_on(&self, app: &App, incident: Id<Incident>, encoder: Option<i64>) -> Result<()> {
        let texts = store::article::list_texts(&app.db, incident, 1).await?;
        // it may be a part of another by now
        let Some(first) = texts.first() else { return Ok(()) };
        let read = |text: &Text| self.weigh(text, &fingerprint(text), encoder);
        let Some(before) = sequel::of(app, &self.index, (&fingerprint(first), &read(first)), first.published_at, read).await? else { return Ok(()) };
        let mut tx = app.db.begin().await?;
        store::turn::take(&mut tx).await?;
        let before = store::merging::heir(&mut tx, before).await?;
        store::chapter::go_on_from(&mut tx, incident, before).await?;
        Ok(tx.commit().await?)
    }

    /// Notes for editors what an incident that has grown to twice what it was may fall into.
    async fn look_through(&self, app: &App, incident: Id<Incident>, encoder: Option<i64>) -> Result<()> {
        if self.index.articles(incident) < part::LEAST_ARTICLES || !store::part::are_due(&app.db, incident, part::LEAST_ARTICLES).await? {
            return Ok(());
        }
        let texts = store::article::list_texts(&app.db, incident, LOOKED_THROUGH).await?;
        let documents: Vec<Arc<Document>> = texts.iter().map(|text| self.weigh(text, &fingerprint(text), encoder)).collect();
        let parts = part::parts(Model::bundled(), &documents);
        let ids: Vec<Vec<Id<Article>>> = parts.iter().map(|part| part.iter().map(|number| texts[*number].id).collect()).collect();
        let mut tx = app.db.begin().await?;
        store::turn::take(&mut tx).await?;
        store::part::replace(&mut tx, incident, &ids).await?;
        Ok(tx.commit().await?)
    }
}

impl Memory {
    /// The candidate to join, and the incident that it is part of by now. What was taken back from readers takes nothing.
    async fn best<'a>(&mut self, tx: &mut store::Tx, found: &'a Found) -> Result<Option<(&'a Candidate, Id<Incident>)>> {
        for candidate in found.fitting(THRESHOLDS) {
            let heir = self.heir(tx, candidate.incident).await?;
            if !store::incident::is_retracted(&mut *tx, heir).await? {
                return Ok(Some((candidate, heir)));
            }
            self.index.forget(heir);
            // an editor may put its articles elsewhere: then they are read anew
            self.known.retain(|_, incident| *incident != heir);
        }
        Ok(None)
    }

    /// Where an incident's articles belong now; another process may have merged it since.
    async fn heir(&mut self, tx: &mut store::Tx, incident: Id<Incident>) -> Result<Id<Incident>> {
        let heir = store::merging::heir(tx, incident).await?;
        if heir != incident {
            self.index.merge(heir, incident);
        }
        Ok(heir)
    }

    /// Merges two incidents unless readers have seen both: which one stands then is an editor's decision. The older one is
    /// kept, or the one that is public.
    pub(super) async fn merge(
        &mut self,
        tx: &mut store::Tx,
        one: Id<Incident>,
        other: Id<Incident>,
        now: Timestamp,
    ) -> Result<Option<(Id<Incident>, Id<Incident>)>> {
        // an earlier merge of the same article may have moved either of them
        let (one, other) = (store::merging::heir(&mut *tx, one).await?, store::merging::heir(&mut *tx, other).await?);
        if one == other || store::regrouping::are_apart(&mut *tx, one, other).await? {
            return Ok(None);
        }
        let (one, other) = (one.min(other), one.max(other));
        let (Some(older), Some(younger)) = (store::incident::find_for_change(tx, one).await?, store::incident::find_for_change(tx, other).await?)
        else {
            return Ok(None);
        };
        // what an editor has dismissed or taken back takes no other, and is no part of one
        let is_shut = |row: &store::incident::Row| row.is_back() || matches!(row.stage, Stage::Dismissed | Stage::Retracted);
        if is_shut(&older) || is_shut(&younger) {
            return Ok(None);
        }
        // nor does what an editor holds back come to readers with another
        let is_held =
            |row: &store::incident::Row| row.claimed_by.is_some() || row.embargo_until.is_some_and(|until| until > now) || !row.tlp.is_clear();
        let is_candidate = |row: &store::incident::Row| row.stage == Stage::Candidate && !is_held(row);
        let (keep, gone) = match (is_candidate(&older), is_candidate(&younger)) {
            (_, true) => (one, other),
            (true, false) => (other, one),
            (false, false) => return Ok(None),
        };
        self.explain(tx, keep, gone).await?;
        store::merging::merge(tx, keep, gone, now).await?;
        self.index.merge(keep, gone);
        Ok(Some((keep, gone)))
    }

    /// Says of what opened an incident why it is in the one that takes it in.
    async fn explain(&self, tx: &mut store::Tx, keep: Id<Incident>, gone: Id<Incident>) -> Result<()> {
        for opener in store::article::list_openers(tx, gone, OPENERS).await? {
            let print = fingerprint(&opener);
            let document = self.weigh(&opener, &print, opener.encoder);
            if let Some(reasons) = self.index.reasons(keep, &print, &document) {
                let likeness = self.index.likeness(Model::bundled(), keep, &document);
                store::article::explain(tx, opener.id, f64::from(likeness), &reasons).await?;
            }
        }
        Ok(())
    }
}

async fn leave_for_analysis(tx: &mut store::Tx, changed: &BTreeSet<Id<Incident>>, now: Timestamp) -> Result<()> {
    for incident in changed {
        store::incident::count(tx, *incident).await?;
    }
    store::job::add_all(tx, changed.iter().map(|incident| Work::Analyze { incident: *incident }).collect(), now, now).await
}

/// Where there is an archive, what was opened may go on with a part of it; to search there is a job of its own, so that nobody waits for it here.
async fn leave_to_look_back(tx: &mut store::Tx, opened: &[Id<Incident>], now: Timestamp) -> Result<()> {
    if opened.is_empty() || !store::chapter::has_closed(&mut *tx, now.minus(CLOSED_AFTER)).await? {
        return Ok(());
    }
    store::job::add_all(tx, opened.iter().map(|incident| Work::Continue { incident: *incident }).collect(), now, now).await
}
