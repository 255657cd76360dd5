//! Politeness: one request to a host at a time, and a pause between two. Known to this process alone.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// Hosts that are remembered; more are forgotten once their pause is over.
const REMEMBERED: usize = 10_000;

#[derive(Clone)]
pub struct Turns {
    pause: Duration,
    hosts: Arc<Mutex<HashMap<String, Host>>>,
}

#[derive(Clone, Copy)]
enum Host {
    Busy,
    FreeFrom(Instant),
}

/// The right to talk to a host; given back when it is dropped.
pub struct Turn {
    turns: Turns,
    host: String,
}

impl Turns {
    pub fn new(pause: Duration) -> Self {
        Self { pause, hosts: Arc::default() }
    }

    /// The turn to talk to a host, or how long to wait before asking again. Without a pause everybody talks at once.
    pub fn take(&self, host: &str, now: Instant) -> Result<Option<Turn>, Duration> {
        if self.pause.is_zero() {
            return Ok(None);
        }
        let mut hosts = self.hosts.lock().unwrap_or_else(|broken| broken.into_inner());
        match hosts.get(host) {
            Some(Host::Busy) => return Err(self.pause),
            Some(Host::FreeFrom(then)) if *then > now => return Err(*then - now),
            _ => {}
        }
        if hosts.len() >= REMEMBERED {
            hosts.retain(|_, host| matches!(host, Host::Busy) || matches!(host, Host::FreeFrom(then) if *then > now));
        }
        hosts.insert(host.to_string(), Host::Busy);
        Ok(Some(Turn { turns: self.clone(), host: host.to_string() }))
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut hosts = self.turns.hosts.lock().unwrap_or_else(|broken| broken.into_inner());
        hosts.insert(std::mem::take(&mut self.host), Host::FreeFrom(Instant::now() + self.turns.pause));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_request_to_a_host_at_a_time_and_a_pause_after_it() {
        let turns = Turns::new(Duration::from_secs(5));
        let now = Instant::now();
        let turn = turns.take("example.org", now).unwrap();
        assert!(turns.take("example.org", now).is_err());
        assert!(turns.take("example.net", now).is_ok());
        drop(turn);
        let wait = turns.take("example.org", now).err().unwrap();
        assert!(wait > Duration::from_secs(4) && wait <= Duration::from_secs(6), "{wait:?}");
        assert!(turns.take("example.org", now + Duration::from_secs(7)).is_ok());
    }

    #[test]
    fn without_a_pause_there_are_no_turns() {
        let turns = Turns::new(Duration::ZERO);
        assert!(turns.take("example.org", Instant::now()).unwrap().is_none());
    }
}
