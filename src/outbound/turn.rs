//! Politeness: one request to a host at a time, and a pause between two. Known to this process alone.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::{Mutex as Queue, OwnedMutexGuard};
use tokio::time::{Instant, sleep_until, timeout};

/// Hosts that are remembered; more are forgotten once their pause is over.
const REMEMBERED: usize = 10_000;
/// How long the one who is next waits on the spot: what reads feeds is few, and a slow host must not keep it.
const ON_THE_SPOT: Duration = Duration::from_secs(2);

#[derive(Clone)]
pub struct Turns {
    pause: Duration,
    hosts: Arc<Mutex<HashMap<String, Arc<Host>>>>,
}

struct Host {
    /// Held by who talks to it; from when on the next may.
    free_from: Arc<Queue<Instant>>,
    /// Held by who is next.
    next: Queue<()>,
    /// When the last of those was told to come back who found somebody waiting: one a pause, so that not all come at once and all but one in vain.
    called: Mutex<Instant>,
}

/// The right to talk to a host; given back when it is dropped.
pub struct Turn {
    free_from: OwnedMutexGuard<Instant>,
    pause: Duration,
}

impl Turns {
    pub fn new(pause: Duration) -> Self {
        Self { pause, hosts: Arc::default() }
    }

    /// The turn to talk to a host, for which one waits a moment, or how long to wait before asking again. Without a pause everybody talks at once.
    pub async fn take(&self, host: &str) -> Result<Option<Turn>, Duration> {
        if self.pause.is_zero() {
            return Ok(None);
        }
        let host = self.host(host);
        let Ok(_next) = host.next.try_lock() else { return Err(host.call_back(self.pause)) };
        match timeout(ON_THE_SPOT, self.queue(&host)).await {
            Ok(turn) => Ok(Some(turn)),
            Err(_) => Err(host.call_back(self.pause)),
        }
    }

    /// The turn to talk to a host, if it comes within `most`.
    pub async fn wait(&self, host: &str, most: Duration) -> Option<Turn> {
        if self.pause.is_zero() {
            return None;
        }
        timeout(most, self.queue(&self.host(host))).await.ok()
    }

    async fn queue(&self, host: &Host) -> Turn {
        let free_from = host.free_from.clone().lock_owned().await;
        sleep_until(*free_from).await;
        Turn { free_from, pause: self.pause }
    }

    fn host(&self, name: &str) -> Arc<Host> {
        let mut hosts = self.hosts.lock().unwrap_or_else(|broken| broken.into_inner());
        if hosts.len() >= REMEMBERED {
            hosts.retain(|_, host| host.is_wanted());
        }
        hosts.entry(name.to_string()).or_default().clone()
    }
}

impl Default for Host {
    fn default() -> Self {
        let now = Instant::now();
        Self { free_from: Arc::new(Queue::new(now)), next: Queue::default(), called: Mutex::new(now) }
    }
}

impl Host {
    fn call_back(&self, pause: Duration) -> Duration {
        let now = Instant::now();
        let mut called = self.called.lock().unwrap_or_else(|broken| broken.into_inner());
        *called = now.max(*called) + pause;
        *called - now
    }

    /// Whether somebody talks to it or must wait for it.
    fn is_wanted(self: &Arc<Self>) -> bool {
        Arc::strong_count(self) > 1 || self.free_from.try_lock().map_or(true, |free_from| *free_from > Instant::now())
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        *self.free_from = Instant::now() + self.pause;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAUSE: Duration = Duration::from_millis(100);

    #[tokio::test]
    async fn one_request_to_a_host_at_a_time_and_a_pause_after_it() {
        let turns = Turns::new(PAUSE);
        let turn = turns.take("example.org").await.unwrap();
        let next = tokio::spawn({
            let turns = turns.clone();
            async move { turns.take("example.org").await.map(|turn| (turn, Instant::now())) }
        });
        assert!(timeout(PAUSE, turns.take("example.net")).await.is_ok(), "another host is free");
        assert!(!next.is_finished());
        let given_back = Instant::now();
        drop(turn);
        let (_turn, taken) = next.await.unwrap().unwrap();
        assert!(taken - given_back >= PAUSE, "{:?}", taken - given_back);
    }

    #[tokio::test]
    async fn one_waits_and_all_others_come_back_one_a_pause() {
        let turns = Turns::new(PAUSE * 1_000);
        let _turn = turns.take("example.org").await.unwrap();
        let next = tokio::spawn({
            let turns = turns.clone();
            async move { turns.take("example.org").await.err() }
        });
        tokio::time::sleep(PAUSE).await;
        let mut waits = vec![];
        for _ in 0..3 {
            waits.push(turns.take("example.org").await.err().unwrap().as_secs_f64().round());
        }
        assert_eq!(waits, [100.0, 200.0, 300.0]);
        assert!(next.await.unwrap().unwrap() > PAUSE * 3_000, "who has waited a moment in vain comes back like the others");
    }

    #[tokio::test]
    async fn a_host_that_nobody_wants_is_forgotten() {
        let turns = Turns::new(PAUSE);
        let talking = turns.take("talking.example").await.unwrap();
        for number in 1..REMEMBERED {
            turns.host(&format!("{number}.example"));
        }
        drop(turns.take("paused.example").await.unwrap());
        turns.host("one-more.example");
        let mut known: Vec<String> = turns.hosts.lock().unwrap().keys().cloned().collect();
        known.sort_unstable();
        assert_eq!(known, ["one-more.example", "paused.example", "talking.example"]);
        drop(talking);
    }

    #[tokio::test]
    async fn without_a_pause_there_are_no_turns() {
        let turns = Turns::new(Duration::ZERO);
        assert!(turns.take("example.org").await.unwrap().is_none());
    }
}
