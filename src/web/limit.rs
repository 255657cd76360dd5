//! How often somebody may try: per address and per account with that address, so that a stranger who guesses locks nobody else out.
//!
//! Kept in memory, for this process alone.

use super::Front;
use crate::clock::{HOUR, MINUTE, Timestamp};
use crate::{Error, Result};
use actix_web::HttpRequest;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// What is remembered at most; when there is more, what has run out goes, and then all.
const REMEMBERED: usize = 50_000;
/// The longest that somebody is asked to wait.
const LONGEST: Duration = Duration::from_secs(900);

/// So many tries in a window of time, and after them a wait that doubles with each further one, or lasts until the window ends.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    pub name: &'static str,
    pub tries: u32,
    pub window: Duration,
    pub grows: bool,
}

/// Wrong passwords for one account from one network.
pub const SIGN_IN: Rule = Rule { name: "sign-in", tries: 5, window: HOUR, grows: true };
/// Wrong passwords from one network.
pub const SIGN_IN_FROM: Rule = Rule { name: "sign-in from", tries: 60, window: Duration::from_secs(900), grows: false };
/// Letters that one network asks for, to one address and to all; and letters to one address, whoever asks.
pub const LETTER: Rule = Rule { name: "letter", tries: 5, window: HOUR, grows: true };
pub const LETTERS_FROM: Rule = Rule { name: "letters from", tries: 40, window: HOUR, grows: false };
pub const LETTER_TO: Rule = Rule { name: "letter to", tries: 20, window: HOUR, grows: false };
/// Wrong codes for one account, whoever types them and with whatever ticket.
pub const CODE: Rule = Rule { name: "code", tries: 15, window: HOUR, grows: true };
/// Wrong codes of an app for one account: a right code from the mail forgives none of them.
pub const SECOND: Rule = Rule { name: "second", tries: 15, window: HOUR, grows: true };
/// Right passwords and codes too cost a session each.
pub const SIGN_INS: Rule = Rule { name: "sign-ins", tries: 60, window: HOUR, grows: false };
/// Questions to devices for a passkey.
pub const PASSKEY_FROM: Rule = Rule { name: "passkey from", tries: 200, window: HOUR, grows: false };
/// Forms of ended sessions that one network leaves with us.
pub const HELD: Rule = Rule { name: "held", tries: 20, window: HOUR, grows: false };
/// Webhooks that one account adds and tries.
pub const WEBHOOK: Rule = Rule { name: "webhook", tries: 20, window: HOUR, grows: false };
/// "Not the same event" of one reader: each goes to the editors.
pub const DOUBT: Rule = Rule { name: "doubt", tries: 20, window: HOUR, grows: false };
pub const SEARCH: Rule = Rule { name: "search", tries: 120, window: MINUTE, grows: false };

#[derive(Debug, Clone, Copy)]
struct Count {
    window: Duration,
    tries: u32,
    since: Timestamp,
    until: Timestamp,
}

impl Count {
    fn begin(rule: Rule, now: Timestamp) -> Self {
        Self { window: rule.window, tries: 0, since: now, until: Timestamp(0) }
    }
}

#[derive(Default)]
pub struct Limits(Mutex<Counts>);

#[derive(Default)]
struct Counts {
    by_key: HashMap<String, Count>,
    swept_at: Timestamp,
}

impl Counts {
    /// Forgets what counts no more, once a minute; and everything, should a flood of addresses fill it all the same.
    fn sweep(&mut self, now: Timestamp) {
        if now.since(self.swept_at) >= MINUTE || self.by_key.len() >= REMEMBERED {
            self.by_key.retain(|_, count| count.until > now || now.since(count.since) < count.window);
            self.swept_at = now;
        }
        if self.by_key.len() >= REMEMBERED {
            self.by_key.clear();
        }
    }
}

impl Limits {
    /// Whether `who` may try now; `TooOften` with the seconds to wait.
    pub fn check(&self, rule: Rule, who: &str, now: Timestamp) -> Result<()> {
        let counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // nobody waits for longer: what is further off was noted by a clock that was ahead
        match counts.by_key.get(&key(rule, who)).filter(|count| count.until > now && count.until <= now.plus(LONGEST)) {
            Some(count) => Err(Error::TooOften(count.until.since(now).as_secs().max(1))),
            None => Ok(()),
        }
    }

    /// Notes a try that counts.
    pub fn note(&self, rule: Rule, who: &str, now: Timestamp) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        counts.sweep(now);
        let count = counts.by_key.entry(key(rule, who)).or_insert(Count::begin(rule, now));
        // over, or of a clock that was ahead
        if now.since(count.since) >= rule.window && now >= count.until || count.since > now {
            *count = Count::begin(rule, now);
        }
        count.tries += 1;
        if let Some(over) = count.tries.checked_sub(rule.tries) {
            let wait = if rule.grows {
                Duration::from_secs(1 << over.min(20)).min(LONGEST)
            } else {
                rule.window.saturating_sub(now.since(count.since)).min(LONGEST)
            };
            count.until = now.plus(wait);
        }
    }

    /// Notes a try that counts, if there may be one: many at once are not one.
    pub fn take(&self, rule: Rule, who: &str, now: Timestamp) -> Result<()> {
        self.check(rule, who, now)?;
        self.note(rule, who, now);
        Ok(())
    }

    /// What counted is forgiven, as after the right password.
    pub fn forgive(&self, rule: Rule, who: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).by_key.remove(&key(rule, who));
    }
}

/// Notes that a letter is asked for, unless there were too many. A device that the account knows is counted by itself, so that strangers who
/// ask for letters do not keep its owner from one.
pub async fn letter(front: &Front, request: &HttpRequest, email: &str) -> Result<()> {
    let now = front.app.clock.now();
    let (network, trier) = (network(front, request), super::device::trier(front, request, email).await?);
    let address: String = email.trim().to_lowercase().chars().take(254).collect();
    let mut counted = vec![(LETTER, trier.who)];
    if !trier.is_known {
        counted.extend([(LETTERS_FROM, network), (LETTER_TO, address)]);
    }
    for (rule, who) in &counted {
        front.limits.check(*rule, who, now)?;
    }
    for (rule, who) in &counted {
        front.limits.note(*rule, who, now);
    }
    Ok(())
}

fn key(rule: Rule, who: &str) -> String {
    format!("{} {who}", rule.name)
}

/// The network that asks: an IPv4 address, or the /64 of an IPv6 one, which one household has.
pub fn network(front: &Front, request: &HttpRequest) -> String {
    let address = address(&front.app.config.trusted_proxies, request);
    match address {
        Some(IpAddr::V6(ip)) if ip.to_ipv4_mapped().is_none() => {
            let s = ip.segments();
            format!("{:x}:{:x}:{:x}:{:x}::/64", s[0], s[1], s[2], s[3])
        }
        Some(ip) => ip.to_canonical().to_string(),
        None => String::new(),
    }
}

/// Who asks: the other end of the connection, or behind a proxy of ours the last address in `X-Forwarded-For` that is none of them.
fn address(trusted: &[String], request: &HttpRequest) -> Option<IpAddr> {
    let peer = request.peer_addr()?.ip();
    let is_ours = |ip: &IpAddr| trusted.iter().any(|proxy| proxy.parse::<IpAddr>().is_ok_and(|proxy| proxy.to_canonical() == ip.to_canonical()));
    if !is_ours(&peer) {
        return Some(peer);
    }
    let header = request.headers().get_all("x-forwarded-for").filter_map(|value| value.to_str().ok()).collect::<Vec<_>>().join(",");
    let hops = header.rsplit(',').map(|hop| hop.trim().parse::<IpAddr>());
    // what a visitor wrote into the header himself stands further left, and is never reached
    for hop in hops {
        match hop {
            Ok(ip) if is_ours(&ip) => {}
            Ok(ip) => return Some(ip),
            Err(_) => break,
        }
    }
    Some(peer)
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    #[test]
    fn a4_after_some_tries_the_wait_doubles() {
        let limits = Limits::default();
        let mut now = Timestamp(1_000_000);
        for _ in 0..SIGN_IN.tries - 1 {
            limits.note(SIGN_IN, "a", now);
            assert!(limits.check(SIGN_IN, "a", now).is_ok());
        }
        for wait in [1, 2, 4, 8] {
            limits.note(SIGN_IN, "a", now);
            assert!(matches!(limits.check(SIGN_IN, "a", now), Err(Error::TooOften(s)) if s == wait), "{wait}");
            assert!(limits.check(SIGN_IN, "b", now).is_ok(), "others are not meant");
            now = now.plus(Duration::from_secs(wait));
            assert!(limits.check(SIGN_IN, "a", now).is_ok());
        }
        limits.note(SEARCH, "c", now.plus(HOUR * 2));
        assert_eq!(limits.0.lock().unwrap().by_key.len(), 1, "what counts no more is forgotten");
        limits.forgive(SIGN_IN, "a");
        limits.note(SIGN_IN, "a", now);
        assert!(limits.check(SIGN_IN, "a", now).is_ok());
    }

    #[test]
    fn d6_who_tried_by_a_clock_that_was_ahead_does_not_wait_until_then() {
        let (limits, now) = (Limits::default(), Timestamp(1_000_000));
        for ahead in [MINUTE, HOUR * 24] {
            for _ in 0..SIGN_IN.tries + 9 {
                limits.note(SIGN_IN, "a", now.plus(ahead));
            }
            if ahead > LONGEST {
                assert!(limits.check(SIGN_IN, "a", now).is_ok());
            }
            limits.note(SIGN_IN, "a", now);
            assert!(limits.check(SIGN_IN, "a", now).is_ok(), "it counts anew");
        }
    }

    #[test]
    fn a4_a_window_that_is_full_opens_again() {
        let limits = Limits::default();
        let now = Timestamp(1_000_000);
        for _ in 0..SEARCH.tries {
            limits.note(SEARCH, "a", now);
        }
        assert!(matches!(limits.check(SEARCH, "a", now), Err(Error::TooOften(60))));
        assert!(limits.check(SEARCH, "a", now.plus(MINUTE)).is_ok());
    }

    #[test]
    fn a4_a_forwarded_address_counts_only_behind_our_own_proxy() {
        let request = |peer: &str, forwarded: &str| {
            TestRequest::default().peer_addr(format!("{peer}:9").parse().unwrap()).insert_header(("x-forwarded-for", forwarded)).to_http_request()
        };
        let ours = ["10.0.0.1".to_string()];
        let of = |peer: &str, forwarded: &str| address(&ours, &request(peer, forwarded)).unwrap().to_string();
        assert_eq!(of("203.0.113.9", "1.1.1.1"), "203.0.113.9", "a stranger's header is not believed");
        assert_eq!(of("10.0.0.1", "6.6.6.6, 198.51.100.7"), "198.51.100.7", "what the visitor wrote stands further left");
        assert_eq!(of("10.0.0.1", "198.51.100.7, 10.0.0.1"), "198.51.100.7");
        assert_eq!(of("10.0.0.1", "nonsense"), "10.0.0.1");
    }
}
