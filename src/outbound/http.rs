//! A guarded HTTP client: bounded in size and time, and never talks to an address that is not public.
//!
//! The name is resolved, each address is checked, and the connection goes to a checked address only; every redirect is
//! checked again. Exact `host:port` pairs of the settings are the one exception.

use super::gzip;
use super::robots::Robots;
use super::turn::{Turn, Turns};
use crate::clock::{DAY, HOUR, Timestamp};
use crate::config::Config;
use crate::{Error, Result};
use anyhow::Context;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{self, HeaderMap, HeaderValue};
use reqwest::{Client, StatusCode, redirect};
use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use url::{Host, Url};

/// How the reason ends why an address is not asked.
pub const NOT_PUBLIC: &str = "is not a public address";
/// C2 of docs/security.md.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
const MAX_REDIRECTS: usize = 5;
/// How long a redirect waits for its host's turn.
const MOST_WAITED: Duration = Duration::from_secs(5);
/// How long a connection is kept that nobody uses.
const IDLE: Duration = Duration::from_secs(5);
/// Hosts whose rules are kept in memory.
const REMEMBERED_HOSTS: usize = 5_000;
/// Where web servers listen: nobody looks by us what else a host runs. Others are named as pairs in the settings.
const PORTS: [u16; 4] = [80, 443, 8080, 8443];
/// Of the body after decompression, so that a small compressed body cannot grow large.
pub(super) const MAX_BODY: usize = 10 * 1024 * 1024;

#[derive(Clone)]
pub struct Http {
    guarded: Client,
    /// For the exact host and port pairs that the settings allow.
    allowed: Client,
    allow: Arc<[String]>,
    /// The pairs that webhooks may go to; others than those that are read, for anybody may name them.
    pub(super) tell: Arc<[String]>,
    turns: Turns,
    /// How long all of one document may take, with its redirects and its hosts' rules.
    patience: Duration,
    robots: Arc<Mutex<HashMap<String, Believed>>>,
}

/// What answers at the end of the redirects.
struct Found {
    answer: reqwest::Response,
    address: Url,
    /// Where it lives now, when every redirect on the way said that it moved for good.
    moved_to: Option<Url>,
    /// Its host's, when a redirect led to it; kept while its answer is read.
    _turn: Option<Turn>,
}

/// The rules of a host, and until when they are believed.
type Believed = (Arc<Robots>, Timestamp);

/// What the other side said when it was here last; sent so that it may answer "not modified".
#[derive(Debug, Clone, Default)]
pub struct Validators {
    pub etag: Option<String>,
    pub last_modified: Option<String>,
}

/// Each request has its own limit in time; so many of these may all that one document takes last.
const HOPS_IN_TIME: u32 = 2;

#[derive(Debug)]
pub enum Answer {
    NotModified {
        /// As in [`Body`].
        moved_to: Option<Url>,
    },
    Body(Box<Body>),
    /// 429 or 503 with the time to come back after, and a sentence for the operator.
    Later(Duration, String),
}

#[derive(Debug)]
pub struct Body {
    pub bytes: Vec<u8>,
    pub content_type: Option<String>,
    /// Where it was found after redirects.
    pub address: Url,
    /// Where it lives now, when every redirect on the way said that it moved for good.
    pub moved_to: Option<Url>,
    pub validators: Validators,
}

/// How the portal calls itself where it reads: by its name and its address. A header holds plain letters only.
fn agent(config: &Config) -> String {
    let agent = format!("{} (+{}; news portal, Intelrift/{})", config.name, config.base(), env!("CARGO_PKG_VERSION"));
    agent.chars().filter(|c| c.is_ascii() && !c.is_ascii_control()).collect()
}

impl Http {
    pub fn new(config: &Config) -> anyhow::Result<Self> {
        // fails only when a provider is installed already, which is what we want
        rustls::crypto::ring::default_provider().install_default().ok();
        let agent = agent(config);
        let client = || {
            Client::builder()
                .user_agent(agent.as_str())
                .default_headers(HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_static("gzip, br, zstd"))]))
                .connect_timeout(CONNECT_TIMEOUT)
                .timeout(Duration::from_secs(config.fetch_timeout_seconds))
                .redirect(redirect::Policy::none())
                // a host's next document is read within seconds or in some minutes
                .pool_idle_timeout(IDLE)
                .no_proxy()
        };
        Ok(Self {
            guarded: client().dns_resolver(Arc::new(PublicOnly)).build().context("building the HTTP client")?,
            allowed: client().build().context("building the HTTP client")?,
            allow: config.fetch_allow.clone().into(),
            tell: config.webhook_allow.clone().into(),
            turns: Turns::new(Duration::from_secs(config.fetch_pause_seconds)),
            patience: Duration::from_secs(config.fetch_timeout_seconds) * HOPS_IN_TIME,
            robots: Arc::default(),
        })
    }

    /// Whether a host lets us read an address (RFC 9309): its rules are kept for a day, or for an hour when they cannot be had and nothing
    /// may be read.
    async fn may_read(&self, address: &str, now: Timestamp) -> Result<bool> {
        let address = Url::parse(address).map_err(|_| Error::Upstream(format!("“{address}” is not a web address")))?;
        let rules = address.join("/robots.txt").map_err(|_| Error::Upstream(format!("{address} has no host")))?;
        let path = &address[url::Position::BeforePath..url::Position::AfterQuery];
        let known = self.robots.lock().unwrap_or_else(|broken| broken.into_inner()).get(rules.as_str()).cloned();
        if let Some((robots, _)) = known.filter(|(_, until)| *until > now) {
            return Ok(robots.allow(path));
        }
        let (robots, kept) = match self.rules(rules.as_str()).await {
            Ok(robots) => (robots, DAY),
            Err(Error::Upstream(_)) => (Robots::nothing(), HOUR),
            Err(other) => return Err(other),
        };
        let may = robots.allow(path);
        let mut hosts = self.robots.lock().unwrap_or_else(|broken| broken.into_inner());
        if hosts.len() >= REMEMBERED_HOSTS {
            hosts.clear();
        }
        hosts.insert(rules.into(), (Arc::new(robots), now.plus(kept)));
        Ok(may)
    }

    /// The rules of a host; one that has none lets us read all.
    async fn rules(&self, address: &str) -> Result<Robots> {
        let Found { answer, address, .. } = self.find(address, &Validators::default(), None).await?;
        match answer.status() {
            status if status.is_success() => Ok(Robots::parse(&String::from_utf8_lossy(&read(answer, address).await?.bytes))),
            status if status.is_client_error() && status != StatusCode::TOO_MANY_REQUESTS => Ok(Robots::default()),
            status => Err(Error::Upstream(format!("it answered {status}"))),
        }
    }

    /// The turn to talk to the host of an address, or how long to wait before asking again.
    pub async fn turn(&self, address: &str) -> Result<Option<Turn>, Duration> {
        let host = Url::parse(address).ok().and_then(|address| address.host_str().map(str::to_string)).unwrap_or_default();
        self.turns.take(&host).await
    }

    /// Fetches a document. Fails with `Upstream` and a sentence for the operator.
    pub async fn get(&self, address: &str, validators: &Validators) -> Result<Answer> {
        self.in_time(async { answer(self.find(address, validators, None).await?).await }).await
    }

    /// Fetches a page, as far as each host on the way lets us read it.
    pub async fn get_page(&self, address: &str, now: Timestamp) -> Result<Answer> {
        self.in_time(async { answer(self.find(address, &Validators::default(), Some(now)).await?).await }).await
    }

    async fn in_time(&self, reading: impl Future<Output = Result<Answer>>) -> Result<Answer> {
        let read = tokio::time::timeout(self.patience, reading).await;
        read.unwrap_or_else(|_| Err(Error::Upstream("it took too long to answer, with all that it leads to".into())))
    }

    /// Asks at an address, and where that leads, as far as redirects are followed; with a time, as far as the hosts' rules allow it then.
    async fn find(&self, address: &str, validators: &Validators, by_rules: Option<Timestamp>) -> Result<Found> {
        let mut address = Url::parse(address).map_err(|_| Error::Upstream(format!("“{address}” is not a web address")))?;
        let (mut has_moved, mut for_good) = (false, true);
        // the first host's turn is the caller's
        let mut turn: Option<Turn> = None;
        for _ in 0..=MAX_REDIRECTS {
            if let Some(now) = by_rules
                && !Box::pin(self.may_read(address.as_str(), now)).await?
            {
                return Err(Error::Upstream("its host does not want it read (robots.txt)".into()));
            }
            let answer = self.client_for(&address)?.get(address.clone()).headers(conditions(validators)).send().await;
            let answer = answer.map_err(|cause| Error::Upstream(reason(&cause)))?;
            if !answer.status().is_redirection() || answer.status() == StatusCode::NOT_MODIFIED {
                let moved_to = (has_moved && for_good).then(|| address.clone());
                return Ok(Found { answer, address, moved_to, _turn: turn });
            }
            let location = answer.headers().get(header::LOCATION).and_then(|l| l.to_str().ok());
            let next = location.and_then(|l| address.join(l).ok());
            has_moved = true;
            for_good &= matches!(answer.status(), StatusCode::MOVED_PERMANENTLY | StatusCode::PERMANENT_REDIRECT);
            let next = next.ok_or_else(|| Error::Upstream("it redirects to nowhere".into()))?;
            if next.host_str() != address.host_str() {
                // dropped first: of two hosts that lead to each other neither must wait for the other
                drop(turn.take());
                // one that stays busy is asked all the same: the caller's time is limited
                turn = self.turns.wait(next.host_str().unwrap_or_default(), MOST_WAITED).await;
            }
            address = next;
        }
        Err(Error::Upstream(format!("it redirects more than {MAX_REDIRECTS} times")))
    }

    fn client_for(&self, address: &Url) -> Result<&Client> {
        self.client_among(address, &self.allow)
    }

    /// The client for an address: pairs of the list are allowed as they are, all others must be public.
    pub(super) fn client_among(&self, address: &Url, allow: &[String]) -> Result<&Client> {
        let Some(host) = address.host() else { return Err(Error::Upstream(format!("{address} has no host"))) };
        if !matches!(address.scheme(), "http" | "https") {
            return Err(Error::Upstream(format!("{}: only http and https are read", address.scheme())));
        }
        if is_among(address, allow) {
            return Ok(&self.allowed);
        }
        let public = match host {
            Host::Ipv4(ip) => is_public(ip.into()),
            Host::Ipv6(ip) => is_public(ip.into()),
            Host::Domain(name) => !name.trim_end_matches('.').eq_ignore_ascii_case("localhost"),
        };
        if !public {
            return Err(Error::Upstream(format!("{host} {NOT_PUBLIC}")));
        }
        match address.port_or_known_default() {
            Some(port) if PORTS.contains(&port) => Ok(&self.guarded),
            _ => Err(Error::Upstream(format!("only the ports {} of other hosts are asked", PORTS.map(|port| port.to_string()).join(", ")))),
        }
    }
}

/// Whether it is one of these exact `host:port` pairs.
pub(super) fn is_among(address: &Url, pairs: &[String]) -> bool {
    let pair = address.host().zip(address.port_or_known_default());
    pair.is_some_and(|(host, port)| pairs.contains(&format!("{host}:{port}")))
}

/// Seconds, or the time until a date; never longer than a day.
pub(super) fn retry_after(answer: &reqwest::Response) -> Option<Duration> {
    let value = answer.headers().get(header::RETRY_AFTER)?.to_str().ok()?.trim();
    let seconds = value.parse::<u64>().ok().or_else(|| {
        let at = jiff::fmt::rfc2822::parse(value).ok()?.timestamp();
        u64::try_from(at.as_second() - jiff::Timestamp::now().as_second()).ok()
    })?;
    Some(Duration::from_secs(seconds.min(86_400)))
}

/// What was found, as far as it is an answer.
async fn answer(found: Found) -> Result<Answer> {
    let Found { answer, address, moved_to, _turn } = found;
    match answer.status() {
        StatusCode::NOT_MODIFIED => Ok(Answer::NotModified { moved_to }),
        status if status.is_success() => Ok(Answer::Body(Box::new(Body { moved_to, ..read(answer, address).await? }))),
        status @ (StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE) if retry_after(&answer).is_some() => {
            Ok(Answer::Later(retry_after(&answer).unwrap_or_default(), format!("it answered {status} and asks for patience")))
        }
        status => Err(Error::Upstream(format!("it answered {status}"))),
    }
}

fn conditions(validators: &Validators) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let pairs = [(header::IF_NONE_MATCH, &validators.etag), (header::IF_MODIFIED_SINCE, &validators.last_modified)];
    for (name, value) in pairs {
        if let Some(value) = value.as_deref().and_then(|v| HeaderValue::from_str(v).ok()) {
            headers.insert(name, value);
        }
    }
    headers
}

async fn read(mut answer: reqwest::Response, address: Url) -> Result<Body> {
    let text = |name| answer.headers().get(name).and_then(|v: &HeaderValue| v.to_str().ok()).map(str::to_string);
    let (content_type, coding) = (text(header::CONTENT_TYPE), text(header::CONTENT_ENCODING));
    let validators = Validators { etag: text(header::ETAG), last_modified: text(header::LAST_MODIFIED) };
    let mut bytes = vec![];
    while let Some(chunk) = answer.chunk().await.map_err(|cause| Error::Upstream(reason(&cause)))? {
        if bytes.len() + chunk.len() > MAX_BODY {
            return Err(too_large());
        }
        bytes.extend_from_slice(&chunk);
    }
    if coding.is_some_and(|coding| matches!(coding.to_lowercase().as_str(), "gzip" | "x-gzip")) && !bytes.is_empty() {
        bytes = gzip::unpacked(&bytes).ok_or_else(|| Error::Upstream(BROKE_OFF.into()))?;
    }
    if bytes.len() > MAX_BODY {
        return Err(too_large());
    }
    Ok(Body { bytes, content_type, address, moved_to: None, validators })
}

fn too_large() -> Error {
    Error::Upstream(format!("it is larger than {} MB", MAX_BODY / 1024 / 1024))
}

const BROKE_OFF: &str = "its answer broke off or could not be decoded";

/// The innermost reason of a failure, in words for an operator.
fn reason(cause: &reqwest::Error) -> String {
    if cause.is_timeout() {
        return "it took too long to answer".into();
    }
    if cause.is_decode() || cause.is_body() {
        return BROKE_OFF.into();
    }
    let mut inner: &dyn std::error::Error = cause;
    while let Some(source) = inner.source() {
        inner = source;
    }
    format!("it could not be reached: {inner}")
}

/// Resolves names to public addresses only.
struct PublicOnly;

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        let name = name.as_str().to_string();
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.filter(|a| is_public(a.ip())).collect();
            if found.is_empty() {
                return Err(format!("{name} has no public address").into());
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

/// Whether an address is one of the open internet (IANA special-purpose registries, RFC 6890), also when an IPv4 address is
/// wrapped in an IPv6 one.
pub fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => is_public_v6(ip),
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    let special = ip.is_private()
        || ip.is_loopback()
        || ip.is_link_local()
        || ip.is_multicast()
        || ip.is_broadcast()
        || ip.is_documentation()
        || a == 0
        || (a == 100 && (64..128).contains(&b)) // shared address space, RFC 6598
        || (a == 192 && b == 0 && c == 0)
        || (a == 198 && (b == 18 || b == 19)) // benchmarking, RFC 2544
        || a >= 240;
    !special
}

fn is_public_v6(ip: Ipv6Addr) -> bool {
    let s = ip.segments();
    let last_v4 = || Ipv4Addr::new((s[6] >> 8) as u8, s[6] as u8, (s[7] >> 8) as u8, s[7] as u8);
    if let Some(v4) = ip.to_ipv4_mapped() {
        return is_public_v4(v4);
    }
    match s {
        [0, 0, 0, 0, 0, 0, _, _] => false,                           // unspecified, loopback, IPv4-compatible
        [0x64, 0xff9b, 0, 0, 0, 0, _, _] => is_public_v4(last_v4()), // NAT64, RFC 6052
        [0x64, 0xff9b, 1, ..] => false,
        [0x2002, high, low, ..] => is_public_v4(Ipv4Addr::new((high >> 8) as u8, high as u8, (low >> 8) as u8, low as u8)), // 6to4
        [0x2001, 0, ..] => false,                                                                                           // Teredo
        [0x2001, 0xdb8, ..] => false,                                                                                       // documentation
        [first, ..] => (first & 0xe000) == 0x2000,                                                                          // global unicast only
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_calls_itself_by_name_and_address() {
        let named = Config { name: "Lagos Déjà vu".into(), listen: "127.0.0.1:8080".into(), ..Config::default() };
        assert!(agent(&named).starts_with("Lagos Dj vu (+http://127.0.0.1:8080; news portal, Intelrift/"));
        let public = Config { public_address: "https://news.example.org/".into(), ..named };
        assert!(agent(&public).contains("(+https://news.example.org; "));
    }

    #[tokio::test]
    async fn c1_a_name_that_leads_inside_is_not_asked() {
        let refused = PublicOnly.resolve("localhost".parse().unwrap()).await;
        assert!(refused.is_err_and(|why| why.to_string().contains("no public address")));
    }

    #[test]
    fn c1_only_addresses_of_the_open_internet_are_public() {
        for public in ["8.8.8.8", "2606:4700::1111", "64:ff9b::808:808"] {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
        for private in [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "224.0.0.1",
            "255.255.255.255",
            "::1",
            "::",
            "fe80::1",
            "fc00::1",
            "ff02::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
            "::127.0.0.1",
        ] {
            assert!(!is_public(private.parse().unwrap()), "{private}");
        }
    }

    #[test]
    fn c1_other_spellings_of_a_private_address_are_refused() {
        let http = Http::new(&Config { fetch_allow: vec!["127.0.0.1:8081".into()], ..Config::default() }).unwrap();
        for address in [
            "http://0x7f000001/",
            "http://2130706433/",
            "http://0177.0.0.1/",
            "http://localhost./",
            "http://[::ffff:127.0.0.1]/",
            "file:///etc/passwd",
            "http://127.0.0.1:8082/",
            "http://example.org:6379/",
        ] {
            assert!(http.client_for(&Url::parse(address).unwrap()).is_err(), "{address}");
        }
        assert!(http.client_for(&Url::parse("http://127.0.0.1:8081/x").unwrap()).is_ok());
    }
}
