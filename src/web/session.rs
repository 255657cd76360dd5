//! Sessions in the database, so that they can be revoked. The browser holds a random id; the table holds its hash.

use crate::clock::Timestamp;
use crate::config::Config;
use crate::id::Id;
use crate::model::account::Account;
use crate::{App, store};
use actix_session::config::{CookieContentSecurity, PersistentSession};
use actix_session::storage::{LoadError, SaveError, SessionKey, SessionStore, UpdateError, generate_session_key};
use actix_session::{Session, SessionExt, SessionMiddleware};
use actix_web::HttpRequest;
use actix_web::cookie::{Key, SameSite, time::Duration};
use anyhow::{Context, Result};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::io::Write;
use std::path::Path;

const ACCOUNT: &str = "account";

/// The account that this browser is signed in to.
pub fn account(request: &HttpRequest) -> Option<Id<Account>> {
    request.get_session().get::<i64>(ACCOUNT).ok().flatten().map(Id::from)
}

/// What a session is called in its account's list, and the device in words.
pub const MARK: &str = "mark";
pub const DEVICE: &str = "device";

/// Signs in: the session gets a new id, so one that was known before is worth nothing.
pub fn begin(session: &Session, account: Id<Account>, request: &HttpRequest) -> crate::Result<()> {
    session.renew();
    session.insert(ACCOUNT, account.0).context("keeping a session").map_err(crate::Error::Broken)?;
    session.remove(MARK);
    name(session, request)
}

/// Gives a session its mark and device, if it has none yet.
pub fn name(session: &Session, request: &HttpRequest) -> crate::Result<()> {
    if !mark(session).is_empty() {
        return Ok(());
    }
    let agent = request.headers().get("user-agent").and_then(|agent| agent.to_str().ok()).unwrap_or("");
    let kept = session.insert(MARK, format!("{:016x}", rand::random::<u64>()));
    kept.and_then(|()| session.insert(DEVICE, device(agent))).context("keeping a session").map_err(crate::Error::Broken)
}

/// The mark of this request's own session.
pub fn mark(session: &Session) -> String {
    session.get::<String>(MARK).ok().flatten().unwrap_or_default()
}

/// "Firefox on Windows", as far as a browser says what it is.
fn device(agent: &str) -> String {
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

pub fn middleware(app: &App, key: Key) -> SessionMiddleware<Logins> {
    let config = &app.config;
    let life = Duration::days(config.session_days as i64);
    SessionMiddleware::builder(Logins { app: app.clone() }, key)
        .cookie_name(if config.tls { "__Host-session" } else { "session" }.into())
        .cookie_secure(config.tls)
        .cookie_http_only(true)
        .cookie_same_site(SameSite::Lax)
        .cookie_content_security(CookieContentSecurity::Signed)
        .session_lifecycle(PersistentSession::default().session_ttl(life))
        .build()
}

/// The key that cookies are signed with: in a file of the data folder, made at the first start.
pub fn key(config: &Config) -> Result<Key> {
    let path = config.data.join("session.key");
    std::fs::create_dir_all(&config.data).with_context(|| format!("making the folder {}", config.data.display()))?;
    if !path.exists() {
        make_key(&path).with_context(|| format!("writing {}", path.display()))?;
    }
    let bytes = std::fs::read(&path).with_context(|| format!("reading {}", path.display()))?;
    anyhow::ensure!(bytes.len() >= 64, "{} is too short to be a key: remove it and start again", path.display());
    Ok(Key::from(&bytes))
}

/// Written whole under another name first, so that a process which starts at the same time finds all of it or nothing.
fn make_key(path: &Path) -> std::io::Result<()> {
    let begun = path.with_extension(format!("{:x}", rand::random::<u64>()));
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(&begun)?.write_all(Key::generate().master())?;
    let linked = std::fs::hard_link(&begun, path);
    std::fs::remove_file(&begun)?;
    match linked {
        // another process was first: its key counts
        Err(cause) if cause.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        other => other,
    }
}

/// Our session store for actix-session.
pub struct Logins {
    app: App,
}

type State = HashMap<String, String>;

impl Logins {
    async fn write(&self, key: &str, state: &State, life: &Duration) -> Result<()> {
        let now = self.app.clock.now();
        let ends = Timestamp(now.0 + i64::try_from(life.whole_milliseconds()).unwrap_or(0));
        let account = state.get(ACCOUNT).and_then(|id| id.parse().ok());
        let json = serde_json::to_string(state)?;
        Ok(store::login::write(&self.app.db, &hashed(key), account, &json, now, ends).await?)
    }
}

impl SessionStore for Logins {
    async fn load(&self, key: &SessionKey) -> Result<Option<State>, LoadError> {
        // an error here would skip every middleware of ours: the visitor is anonymous for this request, and a page that needs
        // the database says that it is away
        let found = store::login::find(&self.app.db, &hashed(key.as_ref()), self.app.clock.now()).await;
        let state = found.unwrap_or_else(|cause| {
            tracing::warn!("a session could not be read: {cause:#}");
            None
        });
        state.map(|json| serde_json::from_str(&json).map_err(|e| LoadError::Deserialization(e.into()))).transpose()
    }
    async fn save(&self, state: State, life: &Duration) -> Result<SessionKey, SaveError> {
        let key = generate_session_key();
        self.write(key.as_ref(), &state, life).await.map_err(SaveError::Other)?;
        Ok(key)
    }
    async fn update(&self, key: SessionKey, state: State, life: &Duration) -> Result<SessionKey, UpdateError> {
        self.write(key.as_ref(), &state, life).await.map_err(UpdateError::Other)?;
        Ok(key)
    }
    async fn update_ttl(&self, _: &SessionKey, _: &Duration) -> Result<()> {
        Ok(())
    }
    async fn delete(&self, key: &SessionKey) -> Result<()> {
        Ok(store::login::remove(&self.app.db, &hashed(key.as_ref())).await?)
    }
}

fn hashed(key: &str) -> String {
    Sha256::digest(key.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}
