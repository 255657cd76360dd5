//! The back door: what happens without a visitor asking. A clock leaves jobs, workers claim and perform them.
//!
//! Eight lanes, so that what is slow holds up nothing: sources are read side by side, and so are pages, webhooks are told side by side, letters of watches and briefings go out, articles are
//! clustered as they come, incidents are analyzed and published in batches, a language model is asked about what is public already, and what is due to
//! the minute has a lane to itself. A worker that dies is found by its lock running out, and its jobs run again.

mod clock;
mod jobs;

use crate::clock::Timestamp;
use crate::cluster::Clusterer;
use crate::id::Id;
use crate::outbound::llm::Llm;
use crate::store::job::{Job, Row};
use crate::{App, Result, store};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tracing::{error, info, warn};

/// How long a claimed job is its worker's own; renewed while the worker lives. So long articles wait when a process was killed in the midst of it.
const LOCK: Duration = Duration::from_secs(15);
const RENEW: Duration = Duration::from_secs(5);
/// How long an idle lane waits before it looks again.
const IDLE: Duration = Duration::from_millis(250);
/// Jobs of a lane that are performed together.
const BATCH: i64 = 50;
/// After this many tries a job is given up and shown at `/admin/jobs`.
pub const MAX_TRIES: i64 = 8;
/// The kinds that read from outside, as many at a time as the settings say.
const OUTSIDE: [&str; 2] = ["fetch", "prices"];
/// The pages of articles, half as many at a time: those of one slow source do not hold up the feeds.
const PAGES: [&str; 1] = ["page"];
/// The kind that tells programs outside, and how many of them at a time: slow ones do not hold up the reading.
const TELLING: [&str; 1] = ["tell"];
const TOLD_AT_ONCE: usize = 8;
/// The kinds that write letters, and how many of them at a time: a slow mail server holds up no webhook, nor all of the postman's slots, which codes wait for.
const WRITING: [&str; 2] = ["look", "letter"];
const WRITTEN_AT_ONCE: usize = 2;
/// The kind that an article waits for until it is in an incident, and the one that comes of a new one.
const CLUSTERING: [&str; 2] = ["cluster", "continue"];
/// The kinds that come of it, in their order.
const DRAFTING: [&str; 4] = ["analyze", "publish", "again", "respell"];
/// The kind that waits for a language model, and how many of its answers at a time; what the rules wrote is public meanwhile.
const ASKING: [&str; 1] = ["ask"];
const ASKED_AT_ONCE: usize = 2;
/// The kinds that are due to the minute, and wait for none of the others.
const ON_TIME: [&str; 2] = ["release", "brief"];
/// How long running jobs may take to end after the portal was asked to stop.
const GRACE: Duration = Duration::from_secs(10);

#[derive(Clone)]
pub struct Worker {
    app: App,
    clusterer: Arc<Clusterer>,
    id: i64,
    /// The jobs that it performs now, by their keys. Only these stay its own: what it could not note the end of, or never heard that it has, is due
    /// again when the lock runs out.
    in_hand: Arc<Mutex<BTreeMap<String, Id<Job>>>>,
}

impl Worker {
    /// # Errors
    /// When the settings name an encoder that can't be read.
    pub fn new(app: App) -> anyhow::Result<Self> {
        let id = Id::<Worker>::new(app.clock.now()).0;
        let clusterer = Arc::new(Clusterer::open(&app.config)?);
        Ok(Self { app, clusterer, id, in_hand: Arc::default() })
    }

    /// The same worker with a language model.
    pub fn with_model(self, llm: Llm) -> Self {
        Self { app: App { llm, ..self.app }, ..self }
    }

    /// Works until `stop` turns true; then lets running jobs end, and gives back those that do not.
    pub async fn run(&self, stop: watch::Receiver<bool>) {
        info!(worker = self.id, "working");
        let mut lanes = JoinSet::new();
        lanes.spawn(clock::run(self.app.clone(), stop.clone()));
        lanes.spawn(self.clone().renew(stop.clone()));
        lanes.spawn(self.clone().side_by_side(&OUTSIDE, self.app.config.job_slots, stop.clone()));
        lanes.spawn(self.clone().side_by_side(&PAGES, self.app.config.job_slots.div_ceil(2), stop.clone()));
        lanes.spawn(self.clone().side_by_side(&TELLING, TOLD_AT_ONCE, stop.clone()));
        lanes.spawn(self.clone().side_by_side(&WRITING, WRITTEN_AT_ONCE, stop.clone()));
        lanes.spawn(self.clone().side_by_side(&ASKING, ASKED_AT_ONCE, stop.clone()));
        lanes.spawn(self.clone().lane(&CLUSTERING, stop.clone()));
        lanes.spawn(self.clone().lane(&DRAFTING, stop.clone()));
        lanes.spawn(self.clone().lane(&ON_TIME, stop.clone()));
        let mut stopping = stop;
        stopping.wait_for(|stop| *stop).await.ok();
        let ended = tokio::time::timeout(GRACE, async { while lanes.join_next().await.is_some() {} }).await;
        if ended.is_err() {
            lanes.abort_all();
        }
        match store::job::release(&self.app.db, self.id).await {
            Ok(0) => info!(worker = self.id, "stopped working"),
            Ok(released) => warn!(worker = self.id, released, "stopped working and gave {released} jobs back"),
            Err(cause) => error!(worker = self.id, "could not give jobs back: {cause:#}"),
        }
    }

    /// Performs everything that is due now, and what comes of it, and says how many jobs that was. For tests and the replay.
    pub async fn drain(&self) -> Result<usize> {
        let mut done = 0;
        loop {
            let mut jobs = vec![];
            for kind in ON_TIME.into_iter().chain(OUTSIDE).chain(PAGES).chain(CLUSTERING).chain(DRAFTING).chain(ASKING).chain(TELLING).chain(WRITING)
            {
                if jobs.is_empty() {
                    jobs = self.claim(kind, BATCH).await?;
                }
            }
            if jobs.is_empty() {
                return Ok(done);
            }
            done += jobs.len();
            if OUTSIDE.iter().chain(&PAGES).any(|kind| jobs[0].kind == *kind) {
                let mut reading = JoinSet::new();
                for job in jobs {
                    let worker = self.clone();
                    reading.spawn(async move { worker.perform(vec![job]).await });
                }
                while reading.join_next().await.is_some() {}
            } else {
                self.perform(jobs).await;
            }
        }
    }

    /// Performs jobs of these kinds each by itself, `slots` at a time.
    async fn side_by_side(self, kinds: &'static [&'static str], slots: usize, stop: watch::Receiver<bool>) {
        let slots = Arc::new(Semaphore::new(slots));
        let mut reading = JoinSet::new();
        while !*stop.borrow() {
            while reading.try_join_next().is_some() {}
            let free = slots.available_permits() as i64;
            let mut jobs = vec![];
            for kind in kinds {
                let left = free - jobs.len() as i64;
                if left > 0 {
                    jobs.extend(self.claim_or_log(kind, left).await);
                }
            }
            if jobs.is_empty() {
                idle(&stop).await;
            }
            for job in jobs {
                let (worker, slots) = (self.clone(), slots.clone());
                reading.spawn(async move {
                    let _slot = slots.acquire_owned().await;
                    worker.perform(vec![job]).await;
                });
            }
            // the new tasks take their slots before the next look at how many are free
            tokio::task::yield_now().await;
        }
        while reading.join_next().await.is_some() {}
    }

    /// Performs jobs of these kinds in batches, one kind after the other.
    async fn lane(self, kinds: &'static [&'static str], stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            let mut found = false;
            for kind in kinds {
                let jobs = self.claim_or_log(kind, BATCH).await;
                if !jobs.is_empty() && !*stop.borrow() {
                    found = true;
                    self.perform(jobs).await;
                }
            }
            if !found {
                idle(&stop).await;
            }
        }
    }

    async fn renew(self, stop: watch::Receiver<bool>) {
        let mut stopping = stop;
        while tokio::time::timeout(RENEW, stopping.wait_for(|stop| *stop)).await.is_err() {
            let until = self.app.clock.now().plus(LOCK);
            if let Err(cause) = self.renew_once(until).await {
                warn!(worker = self.id, "could not renew its jobs: {cause:#}");
            }
        }
    }

    async fn renew_once(&self, until: Timestamp) -> Result<()> {
        let jobs: Vec<Id<Job>> = self.in_hand().values().copied().collect();
        if jobs.is_empty() {
            return Ok(());
        }
        let mut tx = self.app.db.begin().await?;
        for job in jobs {
            store::job::renew(&mut tx, job, self.id, until).await?;
        }
        Ok(tx.commit().await?)
    }

    fn in_hand(&self) -> MutexGuard<'_, BTreeMap<String, Id<Job>>> {
        self.in_hand.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn claim(&self, kind: &str, limit: i64) -> Result<Vec<Row>> {
        let now = self.app.clock.now();
        if !store::job::is_due(&self.app.db, kind, now).await? {
            return Ok(vec![]);
        }
        let jobs = store::job::claim(&self.app.db, kind, self.id, now, now.plus(LOCK), limit).await?;
        self.in_hand().extend(jobs.iter().map(|job| (job.key.clone(), job.id)));
        Ok(jobs)
    }

    /// A database that is away for a while must not end the worker.
    async fn claim_or_log(&self, kind: &str, limit: i64) -> Vec<Row> {
        match self.claim(kind, limit).await {
            Ok(jobs) => jobs,
            Err(cause) => {
                warn!(worker = self.id, "could not look for jobs: {cause:#}");
                tokio::time::sleep(Duration::from_secs(1)).await;
                vec![]
            }
        }
    }

    /// Performs jobs of one kind together; when that fails and there are several, each by itself, so that one bad job stands alone.
    async fn perform(&self, jobs: Vec<Row>) {
        let keys: Vec<String> = jobs.iter().map(|job| job.key.clone()).collect();
        self.try_together(jobs).await;
        let mut in_hand = self.in_hand();
        for key in &keys {
            in_hand.remove(key);
        }
    }

    async fn try_together(&self, jobs: Vec<Row>) {
        // in a task of its own: a job that panics fails like any other, and the lane goes on
        let (app, clusterer, performed) = (self.app.clone(), self.clusterer.clone(), jobs.clone());
        let outcome = tokio::spawn(async move { jobs::perform(&app, &clusterer, &performed).await }).await;
        match outcome.unwrap_or_else(|ended| Err(anyhow::anyhow!("it broke off: {ended}"))) {
            Ok(()) => self.log_if_broken(self.finish(&jobs).await),
            Err(cause) if jobs.len() == 1 => self.log_if_broken(self.fail(&jobs[0], &format!("{cause:#}")).await),
            Err(_) => {
                for job in jobs {
                    Box::pin(self.perform(vec![job])).await;
                }
            }
        }
    }

    async fn finish(&self, jobs: &[Row]) -> Result<()> {
        let mut tx = self.app.db.begin().await?;
        // in the order in which they are added
        let mut jobs: Vec<&Row> = jobs.iter().collect();
        jobs.sort_unstable_by(|a, b| a.key.cmp(&b.key));
        for job in jobs {
            store::job::finish(&mut tx, job.id, self.id).await?;
        }
        Ok(tx.commit().await?)
    }

    async fn fail(&self, job: &Row, problem: &str) -> Result<()> {
        let retry = (job.tries < MAX_TRIES).then(|| self.app.clock.now().plus(back_off(job.tries)));
        match retry {
            Some(_) => warn!(job.key, job.tries, problem, "a job failed and will be tried again"),
            None => error!(job.key, job.tries, problem, "a job was given up"),
        }
        let mut tx = self.app.db.begin().await?;
        store::job::fail(&mut tx, job.id, self.id, problem, retry).await?;
        Ok(tx.commit().await?)
    }

    fn log_if_broken(&self, outcome: Result<()>) {
        // the lock runs out and the job runs again, which it can bear
        if let Err(cause) = outcome {
            warn!(worker = self.id, "could not note what became of a job: {cause:#}");
        }
    }
}

/// 5 s, doubled for each try after the first, at most an hour.
fn back_off(tries: i64) -> Duration {
    Duration::from_secs(5 * (1u64 << (tries - 1).clamp(0, 10))).min(Duration::from_secs(3_600))
}

async fn idle(stop: &watch::Receiver<bool>) {
    let mut stopping = stop.clone();
    tokio::time::timeout(IDLE, stopping.wait_for(|stop| *stop)).await.ok();
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;
    use crate::config::Config;
    use crate::model::job::Work;

    #[tokio::test]
    async fn a_job_whose_end_could_not_be_noted_is_due_again() {
        let data = tempfile::tempdir().unwrap();
        let config = Config { data: data.path().into(), ..Config::default() };
        let app = App::open(config, Clock::fixed(Timestamp::parse("2022-03-20T12:00:00Z").unwrap())).await.unwrap();
        let worker = Worker::new(app.clone()).unwrap();
        let now = app.clock.now();
        let mut tx = app.db.begin().await.unwrap();
        store::job::add_all(&mut tx, vec![Work::Cluster, Work::Prices], now, now).await.unwrap();
        tx.commit().await.unwrap();
        let (ended, other) = (worker.claim("cluster", 1).await.unwrap(), worker.claim("prices", 1).await.unwrap());
        assert_eq!((ended.len(), other.len()), (1, 1));
        // it was performed, and the database was away when that was to be noted
        worker.in_hand().remove(&ended[0].key);
        worker.renew_once(now.plus(LOCK * 9)).await.unwrap();
        let later = now.plus(LOCK);
        assert!(store::job::is_due(&app.db, "cluster", later).await.unwrap());
        assert!(!store::job::is_due(&app.db, "prices", later).await.unwrap());
        app.db.close().await;
    }

    #[tokio::test]
    async fn every_kind_of_work_is_done_by_a_running_worker() {
        let data = tempfile::tempdir().unwrap();
        let config = Config { data: data.path().into(), ..Config::default() };
        let app = App::open(config, Clock::Real).await.unwrap();
        let now = app.clock.now();
        // what is not there is done at once
        let (incident, until) = (1.into(), now.minus(Duration::from_secs(86_400)));
        let all = vec![
            Work::Fetch { source: 1.into() },
            Work::Page { article: 1.into() },
            Work::Cluster,
            Work::Continue { incident },
            Work::Prices,
            Work::Analyze { incident },
            Work::Ask { incident },
            Work::Publish { incident },
            Work::Again,
            Work::Respell,
            Work::Release { incident },
            Work::Brief { until },
            Work::Letter { account: 1.into(), until },
            Work::Look,
            Work::Tell { webhook: 1.into() },
        ];
        let mut tx = app.db.begin().await.unwrap();
        store::job::add_all(&mut tx, all, now, now).await.unwrap();
        tx.commit().await.unwrap();
        let (stop, stopping) = watch::channel(false);
        let worker = Worker::new(app.clone()).unwrap();
        let work = tokio::spawn(async move { worker.run(stopping).await });
        let mut left = vec![String::new()];
        for _ in 0..600 {
            left = store::job::list(&app.db, 99).await.unwrap().into_iter().map(|job| job.key).collect();
            if left.is_empty() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        stop.send_replace(true);
        work.await.unwrap();
        assert!(left.is_empty(), "{left:?}");
        app.db.close().await;
    }

    #[test]
    fn back_off_doubles_up_to_an_hour() {
        assert_eq!([1, 2, 3, 20].map(|tries| back_off(tries).as_secs()), [5, 10, 20, 3_600]);
    }
}
