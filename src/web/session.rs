//! Sessions in the database, so that they can be revoked. The browser holds a random id; the table holds its hash.

use super::{Front, limit};
use crate::account::Key;
use crate::clock::{DAY, Timestamp};
use crate::config::Config;
use crate::id::Id;
use crate::model::account::Account;
use crate::model::code::digest;
use crate::{App, store};
use actix_session::config::{CookieContentSecurity, PersistentSession};
use actix_session::storage::{LoadError, SaveError, SessionKey, SessionStore, UpdateError, generate_session_key};
use actix_session::{Session, SessionExt, SessionMiddleware};
use actix_web::HttpRequest;
use actix_web::cookie::{Key as CookieKey, SameSite, time::Duration as CookieDuration};
use anyhow::{Context, Result};
use std::collections::HashMap;
use std::net::IpAddr;
use std::time::Duration;

const ACCOUNT: &str = "account";

/// The account that this browser is signed in to.
pub fn account(request: &HttpRequest) -> Option<Id<Account>> {
    request.get_session().get::<i64>(ACCOUNT).ok().flatten().map(Id::from)
}

/// What a session is called in its account's list; its device and network in words; the token of its forms; whether it is to stay.
const MARK: &str = "mark";
const DEVICE: &str = "device";
const NETWORK: &str = "network";
const TOKEN: &str = "token";
const STAY: &str = "stay";
const SINCE: &str = "since";
/// Whether this very session was opened with a second factor.
const PROVEN: &str = "proven";

/// Without the wish to stay signed in a session ends after this long without a visit.
const IDLE: Duration = Duration::from_secs(12 * 3_600);
/// A session's last visit is known to this.
const SEEN: Duration = Duration::from_secs(600);
/// A7 of docs/security.md.
const FRESH: Duration = Duration::from_secs(900);

/// Signs in: the session gets a new id, so one that was known before is worth nothing.
pub fn begin(session: &Session, front: &Front, account: Id<Account>, stay: bool, request: &HttpRequest) -> crate::Result<()> {
    session.renew();
    session.remove(PROVEN);
    let kept = session
        .insert(ACCOUNT, account.0)
        .and_then(|()| session.insert(MARK, format!("{:016x}", rand::random::<u64>())))
        .and_then(|()| session.insert(TOKEN, format!("{:032x}", rand::random::<u128>())))
        .and_then(|()| session.insert(DEVICE, device(request)))
        .and_then(|()| session.insert(NETWORK, limit::network(front, request)))
        .and_then(|()| session.insert(SINCE, front.app.clock.now().0))
        .and_then(|()| session.insert(STAY, stay));
    kept.context("keeping a session").map_err(crate::Error::Broken)
}

/// The mark of this request's own session.
pub fn mark(session: &Session) -> String {
    session.get(MARK).ok().flatten().unwrap_or_default()
}

/// What forms of this session carry; nothing without a session.
pub fn token(request: &HttpRequest) -> String {
    request.get_session().get(TOKEN).ok().flatten().unwrap_or_default()
}

/// Whether somebody has signed in only just now.
pub fn is_fresh(session: &Session, now: Timestamp) -> bool {
    let since: Option<i64> = session.get(SINCE).ok().flatten();
    since.is_some_and(|since| now.since(Timestamp(since)) < FRESH)
}

/// Notes that a second factor was shown in this session: a passkey, or a code of an app.
pub fn prove(session: &Session) -> crate::Result<()> {
    session.insert(PROVEN, true).context("keeping a session").map_err(crate::Error::Broken)
}

/// Whether a second factor was shown in this session.
pub fn is_proven(session: &Session) -> bool {
    session.get(PROVEN).ok().flatten().unwrap_or(false)
}

/// Whether its owner wished to stay signed in.
pub fn stays(session: &Session) -> bool {
    session.get(STAY).ok().flatten().unwrap_or(false)
}

/// A browser that is signed in.
pub struct Device {
    pub words: String,
    /// Where from, in words.
    pub place: String,
    pub began: Timestamp,
    pub seen: Timestamp,
    pub mark: String,
    pub is_own: bool,
}

impl Device {
    pub fn new(row: &store::login::Row, own: &str) -> Self {
        let state: State = serde_json::from_str(&row.state).unwrap_or_default();
        // each value of a session is JSON itself
        let text = |name: &str| state.get(name).and_then(|json| serde_json::from_str::<String>(json).ok()).unwrap_or_default();
        let mark = text(MARK);
        let is_own = !mark.is_empty() && mark == own;
        Self { words: text(DEVICE), place: place(&text(NETWORK)), is_own, mark, began: row.began_at, seen: row.seen_at }
    }
}

/// Where a network is, as far as its address says without asking anybody: no list of places of the world's networks is bundled.
pub fn place(network: &str) -> String {
    let is_private = |ip: IpAddr| match ip {
        IpAddr::V4(ip) => ip.is_private() || ip.is_link_local(),
        IpAddr::V6(ip) => ip.is_unique_local() || ip.is_unicast_link_local(),
    };
    match network.trim_end_matches("/64").parse::<IpAddr>() {
        Ok(ip) if ip.is_loopback() || network == "0:0:0:0::/64" => format!("the portal’s own machine, {network}"),
        Ok(ip) if is_private(ip) => format!("the portal’s local network, {network}"),
        Ok(_) => format!("the internet, {network}"),
        Err(_) => "an unknown network".into(),
    }
}

/// "Firefox on Windows", as far as a browser says what it is.
pub fn device(request: &HttpRequest) -> String {
    let agent = request.headers().get("user-agent").and_then(|agent| agent.to_str().ok()).unwrap_or("");
    let first = |list: &[(&str, &'static str)]| list.iter().find(|(sign, _)| agent.contains(sign)).map(|(_, name)| *name);
    let browser = first(&[("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari")]);
    let system =
        first(&[("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS X", "macOS"), ("Linux", "Linux")]);
    match (browser, system) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(one), None) | (None, Some(one)) => one.into(),
        (None, None) => "a browser that does not say which".into(),
    }
}

fn cookie_name(config: &Config) -> &'static str {
    if config.tls { "__Host-session" } else { "session" }
}

/// Whether a browser says that it has a session, found or not.
pub fn is_brought(front: &Front, request: &HttpRequest) -> bool {
    request.cookie(cookie_name(&front.app.config)).is_some()
}

pub fn middleware(app: &App, key: &Key) -> SessionMiddleware<Logins> {
    let config = &app.config;
    let life = CookieDuration::days(config.session_days as i64);
    SessionMiddleware::builder(Logins { app: app.clone() }, CookieKey::from(key.bytes()))
        .cookie_name(cookie_name(config).into())
        .cookie_secure(config.tls)
        .cookie_http_only(true)
        .cookie_same_site(SameSite::Lax)
        .cookie_content_security(CookieContentSecurity::Signed)
        .session_lifecycle(PersistentSession::default().session_ttl(life))
        .build()
}

/// Our session store for actix-session.
pub struct Logins {
    app: App,
}

type State = HashMap<String, String>;

impl Logins {
    async fn write(&self, key: &str, state: &State) -> Result<()> {
        let now = self.app.clock.now();
        let account = state.get(ACCOUNT).and_then(|id| id.parse().ok());
        let json = serde_json::to_string(state)?;
        let (ends, life) = (now.plus(self.idle(state)), self.life().as_millis() as i64);
        Ok(store::login::write(&self.app.db, &digest(key), account, &json, now, ends, life).await?)
    }

    /// How long it lasts without a visit.
    fn idle(&self, state: &State) -> Duration {
        match state.get(STAY).is_some_and(|stay| stay == "true") {
            true => DAY * self.app.config.session_idle_days as u32,
            false => IDLE,
        }
    }

    fn life(&self) -> Duration {
        DAY * self.app.config.session_days as u32
    }

    /// The state of a session that has not ended. A visit makes it last on, up to its whole life.
    async fn find(&self, key: &str) -> crate::Result<Option<State>> {
        let (id, now) = (digest(key), self.app.clock.now());
        let Some(row) = store::login::find(&self.app.db, &id, now).await? else { return Ok(None) };
        let state: State = serde_json::from_str(&row.state)?;
        if now.since(row.seen_at) >= SEEN {
            let ends = now.plus(self.idle(&state)).min(row.began_at.plus(self.life()));
            // a full disk signs nobody out
            if let Err(cause) = store::login::touch(&self.app.db, &id, now, ends).await {
                tracing::warn!("a visit could not be noted: {cause:#}");
            }
        }
        Ok(Some(state))
    }
}

impl SessionStore for Logins {
    async fn load(&self, key: &SessionKey) -> Result<Option<State>, LoadError> {
        // an error here would skip every middleware of ours: the visitor is anonymous for this request, and a page that needs
        // the database says that it is away
        Ok(self.find(key.as_ref()).await.unwrap_or_else(|cause| {
            tracing::warn!("a session could not be read: {cause:#}");
            None
        }))
    }
    async fn save(&self, state: State, _: &CookieDuration) -> Result<SessionKey, SaveError> {
        let key = generate_session_key();
        self.write(key.as_ref(), &state).await.map_err(SaveError::Other)?;
        Ok(key)
    }
    async fn update(&self, key: SessionKey, state: State, _: &CookieDuration) -> Result<SessionKey, UpdateError> {
        self.write(key.as_ref(), &state).await.map_err(UpdateError::Other)?;
        Ok(key)
    }
    async fn update_ttl(&self, _: &SessionKey, _: &CookieDuration) -> Result<()> {
        Ok(())
    }
    async fn delete(&self, key: &SessionKey) -> Result<()> {
        Ok(store::login::remove(&self.app.db, &digest(key.as_ref())).await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_what_an_address_says_of_itself() {
        let words = [
            ("127.0.0.1", "the portal’s own machine, 127.0.0.1"),
            ("0:0:0:0::/64", "the portal’s own machine, 0:0:0:0::/64"),
            ("192.168.7.9", "the portal’s local network, 192.168.7.9"),
            ("fd00:1:2:3::/64", "the portal’s local network, fd00:1:2:3::/64"),
            ("203.0.113.4", "the internet, 203.0.113.4"),
            ("2001:db8:1:2::/64", "the internet, 2001:db8:1:2::/64"),
            ("", "an unknown network"),
        ];
        for (network, expected) in words {
            assert_eq!(place(network), expected);
        }
    }
}
