//! What the room remembers: the live incidents and where each article is. It catches up with the store before each run.

use super::direction::Direction;
use super::document::Document;
use super::fingerprint::Fingerprint;
use super::index::Index;
use super::model::Model;
use crate::clock::Timestamp;
use crate::id::Id;
use crate::model::article::Article;
use crate::model::incident::{CLOSED_AFTER, Incident};
use crate::store::article::Text;
use crate::{App, Result, store};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

/// Articles of an incident that are read again, and changes that are looked at together, at most.
const READ_ANEW: i64 = 2_000;

/// What is being changed while the index is built is read once more.
const REVISED_BEFORE: Duration = Duration::from_secs(60);

#[derive(Default)]
pub(super) struct Memory {
    pub(super) index: Index,
    /// Where the index has each article.
    pub(super) known: HashMap<Id<Article>, Id<Incident>>,
    /// True while a run is under way; still true afterwards when it did not come to its end.
    pub(super) is_torn: bool,
    /// The last joined article that the index has seen.
    seen: Option<(Timestamp, Id<Article>)>,
    /// When the last change of an article was made that the index has seen.
    revised: Option<Timestamp>,
}

impl Memory {
    /// Knows all that is stored. Until `is_torn` is taken back, nobody relies on what comes after.
    pub(super) async fn begin(&mut self, app: &App, encoder: Option<i64>) -> Result<()> {
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
    pub(super) async fn read_anew(&mut self, app: &App, stale: &BTreeSet<Id<Incident>>, encoder: Option<i64>) -> Result<()> {
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
    pub(super) fn weigh(&self, article: &Text, print: &Fingerprint, encoder: Option<i64>) -> Arc<Document> {
        let stored = article.direction.as_ref().filter(|_| article.encoder == encoder);
        let direction = stored.and_then(|bytes| Model::bundled().centers.seen(&Direction::from_bytes(bytes)?, &article.language));
        let home = article.home.as_ref().and_then(|code| code.as_bytes().try_into().ok());
        Arc::new(Document { direction, home, ..self.index.weigh(print, Some(article.published_at), Some(article.id)) })
    }
}

pub(super) fn fingerprint(article: &Text) -> Fingerprint {
    Fingerprint::of(&article.title, &article.summary, &article.language)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::{Clock, DAY};
    use crate::config::Config;
    use crate::model::article::Item;
    use crate::model::source::{Licence, NewSource, Reliability, Source};
    use crate::store::article::Joining;
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
    async fn after_a_run_that_broke_off_nothing_joins_what_was_never_stored() {
        let data = tempfile::tempdir().unwrap();
        let config = Config { data: data.path().into(), ..Config::default() };
        let app = App::open(config, Clock::fixed(Timestamp::parse("2022-03-20T12:00:00Z").unwrap())).await.unwrap();
        let source = source(&app).await;
        let fire = opened(&app, source, "Fire at refinery in Lagos", 0).await;
        let mut memory = Memory::default();
        memory.begin(&app, None).await.unwrap();
        // decided, and the transaction was lost
        let lost = Id::from(999);
        let article = store::article::list_texts(&app.db, fire, 1).await.unwrap().remove(0);
        memory.read(&article, lost, None);
        assert!(memory.index.has(lost));
        memory.begin(&app, None).await.unwrap();
        assert!(memory.index.has(fire) && !memory.index.has(lost));
        // one that came to its end is relied on
        memory.is_torn = false;
        memory.read(&article, lost, None);
        memory.begin(&app, None).await.unwrap();
        assert!(memory.index.has(lost));
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
