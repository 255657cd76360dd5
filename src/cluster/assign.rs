//! Gives every waiting article its incident.

use super::direction::Direction;
use super::document::Document;
use super::fingerprint::Fingerprint;
use super::index::{Candidate, Found, Index, THRESHOLDS};
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
use crate::text::encoder::Encoder;
use crate::{App, Result, store};
use anyhow::Context;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;
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

/// Articles of an incident that are read again, and changes that are looked at together, at most.
const READ_ANEW: i64 = 2_000;

/// What is being changed while the index is built is read once more.
const REVISED_BEFORE: Duration = Duration::from_secs(60);

/// The room's memory. One a process; it catches up with the store before each run, so any worker may take the next one.
pub struct Clusterer {
    encoder: Option<Arc<Encoder>>,
    memory: Mutex<Memory>,
}

#[derive(Default)]
struct Memory {
    index: Index,
    /// Where the index has each article.
    known: HashMap<Id<Article>, Id<Incident>>,
    /// True while a run is under way; still true afterwards when it did not come to its end.
    is_torn: bool,
    /// The last joined article that the index has seen.
    seen: Option<(Timestamp, Id<Article>)>,
    /// When the last change of an article was made that the index has seen.
    revised: Option<Timestamp>,
}

impl Clusterer {
    /// # Errors
    /// When the settings name an encoder whose file can't be read, or is of another size than the bundled model knows.
    pub fn open(config: &Config) -> anyhow::Result<Self> {
        let mut encoder = None;
        if !config.encoder.is_empty() {
            let bytes = std::fs::read(&config.encoder).with_context(|| format!("reading the encoder {} (INTELRIFT_ENCODER)", config.encoder))?;
            let opened = Encoder::parse(bytes).with_context(|| format!("{} (INTELRIFT_ENCODER) is no encoder", config.encoder))?;
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
    /// Knows all that is stored. Until `is_torn` is taken back, nobody relies on what comes after.
    async fn begin(&mut self, app: &App, encoder: Option<i64>) -> Result<()> {
        if std::mem::replace(&mut self.is_torn, true) {
            // a run before this one failed or broke off half-way: read it all anew
            *self = Self { is_torn: true, ..Self::default() };
        }
        self.catch_up(app, encoder).await
    }

    /// Reads what joined since last time: everything of the last days on a first run. Where an article says something else now, or is elsewhere than it
    /// was, since an editor or another process has moved it, the incidents concerned are read anew.
    async fn catch_up(&mut self, app: &App, encoder: Option<i64>) -> Result<()> {
        let now = app.clock.now();
        let is_swept = self.index.expire(now);
        let mut stale = self.revised(app, now).await?;
        let (mut since, mut after) = self.seen.unwrap_or((now.minus(CLOSED_AFTER), Id::from(0)));
        loop {
            let joined = store::article::list_joined(&app.db, since, after, 2_000).await?;
            let Some(last) = joined.last() else { break };
            (since, after) = (last.joined_at.unwrap_or(since), last.id);
            self.seen = Some((since, after));
            for article in &joined {
                let Some(incident) = article.incident_id else { continue };
                match self.known.insert(article.id, incident) {
                    None => self.read(article, incident, encoder),
                    // here already, or moved by a merge of ours
                    Some(before) if before == incident || !self.index.has(before) => {}
                    Some(before) => stale.extend([before, incident]),
                }
            }
        }
        // not before: an article that moved with a merge is still known by the incident that is gone
        if is_swept {
            let index = &self.index;
            self.known.retain(|_, incident| index.has(*incident));
        }
        self.read_anew(app, &stale, encoder).await
    }

    /// The incidents of the index with an article whose source has changed it since last time.
    async fn revised(&mut self, app: &App, now: Timestamp) -> Result<BTreeSet<Id<Incident>>> {
        let mut since = self.revised.unwrap_or(now.minus(REVISED_BEFORE));
        let mut incidents = BTreeSet::new();
        loop {
            let revised = store::article::list_revised(&app.db, since, READ_ANEW).await?;
            let Some((last, _)) = revised.last() else { break };
            since = *last;
            incidents.extend(revised.iter().filter_map(|(_, incident)| *incident).filter(|incident| self.index.has(*incident)));
        }
        self.revised = Some(since);
        Ok(incidents)
    }

    /// Reads incidents again whose articles are others, or say something else.
    async fn read_anew(&mut self, app: &App, stale: &BTreeSet<Id<Incident>>, encoder: Option<i64>) -> Result<()> {
        if stale.is_empty() {
            return Ok(());
        }
        self.known.retain(|_, incident| !stale.contains(incident));
        for incident in stale {
            self.index.forget(*incident);
            if store::incident::is_retracted(&app.db, *incident).await? {
                continue;
            }
            for article in store::article::list_texts(&app.db, *incident, READ_ANEW).await? {
                let document = self.weigh(&article, &fingerprint(&article), encoder);
                self.index.join(*incident, document);
                self.known.insert(article.id, *incident);
            }
        }
        Ok(())
    }

    fn read(&mut self, article: &Text, incident: Id<Incident>, encoder: Option<i64>) {
        let print = fingerprint(article);
        self.index.learn(&print);
        self.index.join(incident, self.weigh(article, &print, encoder));
    }

    /// An article as vectors; its direction counts when it is from the encoder that is in use.
    fn weigh(&self, article: &Text, print: &Fingerprint, encoder: Option<i64>) -> Arc<Document> {
        let stored = article.direction.as_ref().filter(|_| article.encoder == encoder);
        let direction = stored.and_then(|bytes| Model::bundled().centers.seen(&Direction::from_bytes(bytes)?, &article.language));
        Arc::new(Document { direction, ..self.index.weigh(print, Some(article.published_at), Some(article.id)) })
    }

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
        store::incident::go_on_from(&mut tx, incident, before).await?;
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
    async fn merge(
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
        let is_held = |row: &store::incident::Row| row.claimed_by.is_some() || row.embargo_until.is_some() || !row.tlp.is_clear();
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
    if opened.is_empty() || !store::incident::has_closed(&mut *tx, now.minus(CLOSED_AFTER)).await? {
        return Ok(());
    }
    store::job::add_all(tx, opened.iter().map(|incident| Work::Continue { incident: *incident }).collect(), now, now).await
}

fn fingerprint(article: &Text) -> Fingerprint {
    Fingerprint::of(&article.title, &article.summary, &article.language)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::{Clock, DAY};
    use crate::model::article::Item;
    use crate::model::source::{Licence, NewSource, Reliability, Source};
    use crate::store::item::Added;

    async fn source(app: &App) -> Id<Source> {
        let new = NewSource {
            name: "Wire".into(),
            address: "https://wire.example/feed".into(),
            owner: "Wire".into(),
            country: None,
            language: None,
            reliability: Reliability::C,
            licence: Licence::Headline,
            folder: String::new(),
        };
        store::source::add(&app.db, &new, app.clock.now()).await.unwrap()
    }

    /// An incident with one article, published so many days ago.
    async fn opened(app: &App, source: Id<Source>, title: &str, days_ago: u32) -> Id<Incident> {
        let now = app.clock.now();
        let item = Item {
            identity: title.into(),
            own_identity: title.into(),
            shares_identity: false,
            has_link: true,
            address: format!("https://wire.example/{title}"),
            title: title.into(),
            summary: String::new(),
            language: "en".into(),
            categories: vec![],
            author: None,
            published_at: None,
        };
        let mut tx = app.db.begin().await.unwrap();
        let published = now.minus(DAY * days_ago);
        let Added::New(article) = store::item::add(&mut tx, source, &item, published, now).await.unwrap() else { panic!("{title} is new") };
        let incident = store::incident::open(&mut tx, title, published, now).await.unwrap();
        let joining = Joining { likeness: 1.0, reasons: None, original: None, voice: "Wire".into(), direction: None };
        store::article::join(&mut tx, article, incident, joining, now).await.unwrap();
        tx.commit().await.unwrap();
        incident
    }

    #[tokio::test]
    async fn an_article_that_moved_with_a_merge_counts_once_also_after_old_incidents_left() {
        let data = tempfile::tempdir().unwrap();
        let config = Config { data: data.path().into(), ..Config::default() };
        let app = App::open(config, Clock::fixed(Timestamp::parse("2022-03-20T12:00:00Z").unwrap())).await.unwrap();
        let source = source(&app).await;
        opened(&app, source, "Museum opens in Oslo", 13).await;
        let keep = opened(&app, source, "Fire at refinery in Lagos", 0).await;
        let gone = opened(&app, source, "Refinery burns in Lagos", 0).await;
        let mut memory = Memory::default();
        memory.catch_up(&app, None).await.unwrap();
        app.clock.forward(DAY * 2);
        let mut tx = app.db.begin().await.unwrap();
        assert_eq!(memory.merge(&mut tx, keep, gone, app.clock.now()).await.unwrap(), Some((keep, gone)));
        tx.commit().await.unwrap();
        // the museum leaves, and the index is swept
        memory.catch_up(&app, None).await.unwrap();
        assert_eq!((memory.index.len(), memory.index.articles(keep)), (1, 2));
    }
    #[tokio::test]
    async fn an_incident_whose_articles_moved_is_read_anew_and_no_other() {
        let data = tempfile::tempdir().unwrap();
        let config = Config { data: data.path().into(), ..Config::default() };
        let app = App::open(config, Clock::fixed(Timestamp::parse("2022-03-20T12:00:00Z").unwrap())).await.unwrap();
        let source = source(&app).await;
        let museum = opened(&app, source, "Museum opens in Oslo", 0).await;
        let fire = opened(&app, source, "Fire at refinery in Lagos", 0).await;
        let other = opened(&app, source, "Refinery burns in Lagos", 0).await;
        let mut memory = Memory::default();
        memory.catch_up(&app, None).await.unwrap();
        app.clock.forward(DAY);
        let mut tx = app.db.begin().await.unwrap();
        let moved = store::article::list_ids(&mut tx, other).await.unwrap();
        store::article::transfer(&mut tx, &moved, other, fire, app.clock.now()).await.unwrap();
        tx.commit().await.unwrap();
        memory.index.forget(museum);
        memory.catch_up(&app, None).await.unwrap();
        assert_eq!((memory.index.articles(fire), memory.index.has(other)), (2, false));
        assert!(!memory.index.has(museum), "it was not looked at again");
    }
}
