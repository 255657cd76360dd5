//! Every setting: its default, its unit, its meaning. A TOML file and `INTELRIFT_*` variables override the defaults.

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Address and port that the portal answers on.
    pub listen: String,
    /// Folder for the database and other files of this portal.
    pub data: PathBuf,
    /// `sqlite:PATH` or `postgres://USER:PASSWORD@HOST/NAME?sslmode=verify-full`; empty for `intelrift.db` in the data folder. Another machine's
    /// address says its `sslmode`.
    pub database: String,
    /// The portal's name, as its masthead shows it.
    pub name: String,
    /// The name that incidents are signed with.
    pub desk: String,
    /// True when a proxy in front of the portal speaks TLS: cookies are then sent over TLS only.
    pub tls: bool,
    /// Addresses of the proxies in front of the portal: only they are believed when they say for whom they ask (`X-Forwarded-For`).
    pub trusted_proxies: Vec<String>,
    /// Where the world finds this portal (`https://news.example.org`); feed servers are told. Empty when it has no address of its own.
    pub public_address: String,
    /// How often a source is read until its own pace is known, in seconds (from 2).
    pub fetch_seconds: u64,
    /// A source is read as often as it has news, within these bounds in seconds.
    pub fetch_least_seconds: u64,
    pub fetch_most_seconds: u64,
    /// The pause between two requests to one host, in seconds; 0 for none, when the feeds are your own.
    pub fetch_pause_seconds: u64,
    /// How long one request may take with its whole answer, in seconds.
    pub fetch_timeout_seconds: u64,
    /// Host and port pairs (`127.0.0.1:8081`) that may be fetched from although they are not public.
    pub fetch_allow: Vec<String>,
    /// Exact `host:port` pairs that webhooks may go to although they are not public or not https. Any account may name them.
    pub webhook_allow: Vec<String>,
    /// A candidate is published by itself when this many independent sources report it; 0 leaves all to the editors.
    pub publish_sources: i64,
    /// The hour (UTC, 0 to 23) at which the briefing of the 24 hours before it is composed.
    pub briefing_hour: u32,
    /// A CSV file of daily closing prices (`date,series,…`), read at start, for the market panel; empty for none.
    pub markets: String,
    /// Web addresses of such tables, of the ECB's euro rates or of the EIA's JSON, read twice a day.
    pub price_addresses: Vec<String>,
    /// A list of persons, organisations, places and assets of your own (CSV `kind,name,country,aliases`, or JSON lines), read at start; empty for none.
    pub entities: String,
    /// The file of an encoder, which tells by whole sentences in a hundred languages what belongs together; empty for words and names alone.
    pub encoder: String,
    /// Address of an OpenAI-compatible server (`http://127.0.0.1:11434/v1`) that may write summaries; empty for the rules alone.
    pub llm_address: String,
    /// The model that is asked there.
    pub llm_model: String,
    /// A file that holds its key; empty when it needs none.
    pub llm_key_file: String,
    /// How long one answer may take, in seconds.
    pub llm_timeout_seconds: u64,
    /// Questions a day at most.
    pub llm_calls_a_day: u32,
    /// The server that takes our mail: `smtps://USER@HOST`, or `smtp://USER@HOST:587?tls=required`; empty to leave letters in the data
    /// folder, in `mail`.
    pub smtp: String,
    /// A file that holds the password of that server; empty when it asks for none.
    pub smtp_password_file: String,
    /// Who our mail is from (`Desk <desk@news.example.org>`); empty for `desk@` and the host of the public address.
    pub mail_from: String,
    /// How long a session lasts at most, in days.
    pub session_days: u64,
    /// After how many days without a visit a session ends when its owner wished to stay signed in; otherwise it is 12 hours.
    pub session_idle_days: u64,
    /// True when editors and admins need codes of an app or a passkey before they may work at the desk.
    pub desk_second_factor: bool,
    /// Memory that hashing one password takes, in KiB (never below 19456).
    pub password_memory_kib: u32,
    /// How many sources are read at the same time, and half as many pages of articles beside them. So many may hang, each for twice the time of a request,
    /// before another waits for them.
    pub job_slots: usize,
    /// What is logged: `error`, `warn`, `info`, `debug`, or a filter as tracing reads it.
    pub log: String,
    /// `text` for people, `json` for machines.
    pub log_format: String,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: "127.0.0.1:8080".into(),
            data: "data".into(),
            database: String::new(),
            name: "Intelrift".into(),
            desk: "Intelrift Intelligence Desk".into(),
            tls: false,
            trusted_proxies: vec![],
            public_address: String::new(),
            fetch_seconds: 600,
            fetch_least_seconds: 120,
            fetch_most_seconds: 3_600,
            fetch_pause_seconds: 1,
            fetch_timeout_seconds: 30,
            fetch_allow: vec![],
            webhook_allow: vec![],
            publish_sources: 2,
            briefing_hour: 6,
            markets: String::new(),
            price_addresses: vec![],
            entities: String::new(),
            encoder: String::new(),
            llm_address: String::new(),
            llm_model: String::new(),
            llm_key_file: String::new(),
            llm_timeout_seconds: 60,
            llm_calls_a_day: 500,
            smtp: String::new(),
            smtp_password_file: String::new(),
            mail_from: String::new(),
            session_days: 30,
            session_idle_days: 14,
            desk_second_factor: false,
            password_memory_kib: 19_456,
            job_slots: 32,
            log: "info".into(),
            log_format: "text".into(),
        }
    }
}

const PREFIX: &str = "INTELRIFT_";

impl Config {
    /// The defaults, over them the file (when one is named, it must be there), over it the variables.
    pub fn load(file: Option<&Path>, variables: impl Iterator<Item = (String, String)>) -> Result<Self> {
        let mut table = toml::Table::new();
        if let Some(file) = file {
            let text = std::fs::read_to_string(file).with_context(|| format!("reading the settings file {}", file.display()))?;
            table =
                text.parse().map_err(|cause| anyhow::anyhow!("the settings file {} is not TOML: {}", file.display(), without_text(&cause, &text)))?;
        }
        let defaults = toml::Table::try_from(Self::default()).context("the defaults are a table")?;
        for (name, value) in variables {
            let Some(key) = name.strip_prefix(PREFIX).map(str::to_lowercase) else { continue };
            let Some(default) = defaults.get(&key) else {
                bail!("{name} is not a setting; `intelrift config` lists them all");
            };
            table.insert(key, read_as(default, &value).with_context(|| format!("{name} should be {}", kind(default)))?);
        }
        if let Some((key, should)) =
            table.iter().find_map(|(key, value)| Some((key, kind(defaults.get(key).filter(|default| !default.same_type(value))?))))
        {
            bail!("a setting is wrong: {key} should be {should}");
        }
        let config: Self = table
            .try_into()
            .map_err(|cause: toml::de::Error| anyhow::anyhow!("a setting is wrong: {}", cause.to_string().trim().replace('\n', " ")))?;
        config.checked()
    }

    /// Whether a variable is meant for us.
    pub fn is_setting(name: &str) -> bool {
        name.starts_with(PREFIX)
    }

    /// The settings, if all of them can be.
    pub fn checked(self) -> Result<Self> {
        let ensure = |ok: bool, name: &str, should: &str| {
            if ok { Ok(()) } else { bail!("{PREFIX}{} should be {should}", name.to_uppercase()) }
        };
        ensure(self.listen.parse::<std::net::SocketAddr>().is_ok(), "listen", "an address and a port, like 127.0.0.1:8080")?;
        let engine = ["sqlite:", "postgres://", "postgresql://"].iter().any(|start| self.database.starts_with(start));
        ensure(self.database.is_empty() || engine, "database", "sqlite:PATH or postgres://USER:PASSWORD@HOST/NAME")?;
        let should = "an address that says sslmode: a password goes over the network. Add ?sslmode=verify-full, or ?sslmode=disable where the network is yours alone";
        ensure(
            self.database.starts_with("sqlite:") || self.database.is_empty() || is_here(&self.database) || says_tls(&self.database),
            "database",
            should,
        )?;
        ensure((2..=WEEK).contains(&self.fetch_seconds), "fetch_seconds", "from 2 seconds to 604800, a week")?;
        ensure(self.fetch_least_seconds >= 2, "fetch_least_seconds", "2 or more seconds")?;
        let may_be_most = self.fetch_least_seconds..=WEEK;
        ensure(may_be_most.contains(&self.fetch_most_seconds), "fetch_most_seconds", "from fetch_least_seconds to 604800, a week")?;
        ensure(self.fetch_pause_seconds <= 60, "fetch_pause_seconds", "from 0 to 60 seconds")?;
        ensure((1..=300).contains(&self.fetch_timeout_seconds), "fetch_timeout_seconds", "from 1 to 300 seconds")?;
        let is_web = url::Url::parse(&self.public_address).is_ok_and(|address| {
            let is_bare = address.path() == "/" && address.query().is_none() && address.fragment().is_none();
            matches!(address.scheme(), "http" | "https") && address.has_host() && is_bare
        });
        let should = "a web address without a path, like https://news.example.org: the portal is always at the root of its host";
        ensure(self.public_address.is_empty() || is_web, "public_address", should)?;
        ensure(!self.tls || !self.public_address.starts_with("http:"), "public_address", "https://… when INTELRIFT_TLS is true")?;
        let are_pairs = |pairs: &[String]| pairs.iter().all(|pair| is_pair(pair));
        ensure(are_pairs(&self.fetch_allow), "fetch_allow", "pairs of a host and a port, like 127.0.0.1:8080")?;
        ensure(are_pairs(&self.webhook_allow), "webhook_allow", "pairs of a host and a port, like 127.0.0.1:8080")?;
        ensure(
            self.price_addresses.iter().all(|address| is_of_web(address)),
            "price_addresses",
            "web addresses, like https://prices.example.org/daily.csv",
        )?;
        let are_addresses = self.trusted_proxies.iter().all(|proxy| proxy.parse::<std::net::IpAddr>().is_ok());
        ensure(are_addresses, "trusted_proxies", "IP addresses, like 10.0.0.1")?;
        ensure(self.publish_sources >= 0, "publish_sources", "0 or more")?;
        ensure(self.briefing_hour <= 23, "briefing_hour", "an hour of the day, from 0 to 23")?;
        ensure(self.llm_address.is_empty() || is_of_web(&self.llm_address), "llm_address", "a web address, like http://127.0.0.1:11434/v1")?;
        let is_open = self.llm_address.starts_with("http:") && !self.llm_key_file.is_empty() && !is_here(&self.llm_address);
        ensure(!is_open, "llm_address", "https://… where its key leaves this machine")?;
        ensure(self.llm_address.is_empty() || !self.llm_model.is_empty(), "llm_model", "the name of the model at INTELRIFT_LLM_ADDRESS")?;
        ensure((1..=600).contains(&self.llm_timeout_seconds), "llm_timeout_seconds", "from 1 to 600 seconds")?;
        ensure(
            self.smtp.is_empty() || is_sealed(&self.smtp),
            "smtp",
            "smtps://USER@HOST or smtp://USER@HOST:587?tls=required, or smtp://localhost without TLS",
        )?;
        ensure((1..=365).contains(&self.session_days), "session_days", "from 1 to 365 days")?;
        ensure((1..=self.session_days).contains(&self.session_idle_days), "session_idle_days", "from 1 day to session_days")?;
        ensure((19_456..=1_048_576).contains(&self.password_memory_kib), "password_memory_kib", "from 19456 to 1048576")?;
        ensure((1..=64).contains(&self.job_slots), "job_slots", "from 1 to 64")?;
        let is_level = |word: &str| ["error", "warn", "info", "debug", "trace", "off"].contains(&word.trim().to_lowercase().as_str());
        let is_filter = self.log.split(',').all(|part| part.contains('=') || part.contains('[') || is_level(part));
        ensure(is_filter, "log", "error, warn, info, debug, or a filter like info,sqlx=warn")?;
        ensure(["text", "json"].contains(&self.log_format.as_str()), "log_format", "text or json")?;
        Ok(self)
    }

    /// What the portal is called, in small letters: the product, its own name, its host and the parts of that which say something.
    pub fn names(&self) -> Vec<String> {
        let host = url::Url::parse(&self.public_address).ok().and_then(|url| url.host_str().map(str::to_lowercase)).unwrap_or_default();
        let parts = host.split('.').filter(|part| part.len() >= 4).map(str::to_string);
        let names = ["intelrift".to_string(), self.name.to_lowercase(), host.clone()];
        names.into_iter().filter(|name| !name.is_empty()).chain(parts.collect::<Vec<_>>()).collect()
    }

    /// The database to open.
    pub fn database_address(&self) -> String {
        if self.database.is_empty() { format!("sqlite:{}", self.data.join("intelrift.db").display()) } else { self.database.clone() }
    }

    /// Where the portal is, for addresses that leave it; without a slash at the end. `socket` counts when no setting says.
    pub fn base_at(&self, socket: impl std::fmt::Display) -> String {
        match self.public_address.trim_end_matches('/') {
            "" => format!("http://{socket}"),
            address => address.into(),
        }
    }

    /// The same where no visitor has asked.
    pub fn base(&self) -> String {
        self.base_at(&self.listen)
    }

    /// The settings in force as TOML, secrets in addresses hidden.
    pub fn shown(&self) -> String {
        let mut shown = self.clone();
        if !self.database.starts_with("sqlite:") {
            shown.database = hidden(&self.database);
        }
        shown.smtp = hidden(&self.smtp);
        shown.llm_address = hidden(&self.llm_address);
        shown.price_addresses = self.price_addresses.iter().map(|address| hidden(address)).collect();
        toml::to_string(&shown).unwrap_or_default()
    }
}

/// The longest time between two readings of a source, in seconds.
const WEEK: u64 = 604_800;

/// Where a file is no TOML, and why; not what stands there, which may be a password.
fn without_text(cause: &toml::de::Error, text: &str) -> String {
    let before = cause.span().and_then(|span| text.get(..span.start));
    let line = before.map_or(String::new(), |before| format!("line {}: ", before.matches('\n').count() + 1));
    format!("{line}{}", cause.message().replace('\n', ", "))
}

/// `host:port`, without anything else.
fn is_pair(pair: &str) -> bool {
    let bare = |url: &url::Url| url.path() == "/" && url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
    let port = pair.rsplit_once(':').and_then(|(_, port)| port.parse::<u16>().ok());
    port.is_some_and(|port| port > 0) && url::Url::parse(&format!("http://{pair}/")).is_ok_and(|url| url.has_host() && bare(&url))
}

fn is_of_web(address: &str) -> bool {
    url::Url::parse(address).is_ok_and(|address| matches!(address.scheme(), "http" | "https") && address.has_host())
}

/// Parameters of addresses that are no secrets.
const OPEN: [&str; 4] = ["tls", "sslmode", "format", "frequency"];

/// An address without the password and the values of parameters that may be in it, for logs and screens.
pub fn hidden(address: &str) -> String {
    if address.is_empty() {
        return String::new();
    }
    let Ok(mut url) = url::Url::parse(address) else {
        // a password with signs that an address cannot have
        return format!("{}://hidden", address.split("://").next().unwrap_or(""));
    };
    if url.password().is_some() {
        url.set_password(Some("hidden")).ok();
    }
    let pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    if !pairs.is_empty() {
        let shown = pairs.into_iter().map(|(name, value)| if OPEN.contains(&name.as_str()) { (name, value) } else { (name, "hidden".into()) });
        url.query_pairs_mut().clear().extend_pairs(shown);
    }
    // "pa#ss" and "p/ss" end what is read as the host: the rest is the password's
    if url.fragment().is_some() || address.matches('@').count() > usize::from(!url.username().is_empty()) {
        return format!("{}://hidden", url.scheme());
    }
    url.to_string()
}

/// Mail goes over TLS, except to a server on this machine.
fn is_sealed(smtp: &str) -> bool {
    let Ok(address) = url::Url::parse(smtp) else { return false };
    let asks_tls = address.query_pairs().any(|(name, value)| name == "tls" && value == "required");
    match address.scheme() {
        _ if address.host().is_none() => false,
        "smtps" => true,
        "smtp" => is_here(smtp) || asks_tls,
        _ => false,
    }
}

/// Whether what an address names is on this machine: by its loopback, or by the folder of a database's socket.
fn is_here(address: &str) -> bool {
    let Ok(address) = url::Url::parse(address) else { return false };
    let named = address.query_pairs().find(|(name, _)| matches!(&**name, "host" | "hostaddr")).map(|(_, host)| host.into_owned());
    let named = named.unwrap_or_else(|| address.host_str().unwrap_or_default().into()).to_lowercase();
    let is_loopback = || named.trim_matches(['[', ']']).parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback());
    named.is_empty() || named == "localhost" || named.starts_with('/') || named.starts_with("%2f") || is_loopback()
}

/// Whether an address of PostgreSQL says what TLS it wants.
fn says_tls(address: &str) -> bool {
    url::Url::parse(address).is_ok_and(|address| address.query_pairs().any(|(name, _)| matches!(&*name, "sslmode" | "ssl-mode")))
}

fn read_as(default: &toml::Value, text: &str) -> Result<toml::Value> {
    Ok(match default {
        toml::Value::Integer(_) => toml::Value::Integer(text.trim().parse()?),
        toml::Value::Boolean(_) => toml::Value::Boolean(text.trim().parse()?),
        toml::Value::Array(_) => {
            toml::Value::Array(text.split(',').map(str::trim).filter(|t| !t.is_empty()).map(|t| toml::Value::String(t.into())).collect())
        }
        _ => toml::Value::String(text.into()),
    })
}

fn kind(default: &toml::Value) -> &'static str {
    match default {
        toml::Value::Integer(_) => "a whole number",
        toml::Value::Boolean(_) => "true or false",
        toml::Value::Array(_) => "a list with commas",
        _ => "text",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(name: &str, value: &str) -> Result<Config> {
        Config::load(None, [(name.to_string(), value.to_string())].into_iter())
    }

    #[test]
    fn a_variable_overrides_a_default() {
        assert_eq!(with("INTELRIFT_PUBLISH_SOURCES", "3").unwrap().publish_sources, 3);
        assert_eq!(with("INTELRIFT_FETCH_ALLOW", "127.0.0.1:1, localhost:2").unwrap().fetch_allow, ["127.0.0.1:1", "localhost:2"]);
        assert_eq!(with("HOME", "x").unwrap(), Config::default());
    }

    #[test]
    fn a_wrong_setting_is_named_with_what_it_should_be() {
        for (name, value, says) in [
            ("INTELRIFT_LISTEN", "here", "INTELRIFT_LISTEN should be an address and a port"),
            ("INTELRIFT_JOB_SLOTS", "many", "INTELRIFT_JOB_SLOTS should be a whole number"),
            ("INTELRIFT_DATABASE", "mysql://x", "INTELRIFT_DATABASE should be sqlite:PATH or postgres://"),
            ("INTELRIFT_DATABASE", "postgres://desk@db/desk", "INTELRIFT_DATABASE should be an address that says sslmode"),
            ("INTELRIFT_DATABASE", "postgres:///desk?host=db.example.org", "INTELRIFT_DATABASE should be an address that says sslmode"),
            ("INTELRIFT_LISTENN", "x", "INTELRIFT_LISTENN is not a setting"),
            ("INTELRIFT_FETCH_SECONDS", "-5", "fetch_seconds"),
            ("INTELRIFT_SMTP", "smtp://mail.example.org", "INTELRIFT_SMTP should be smtps://USER@HOST or"),
            ("INTELRIFT_SMTP", "http://mail.example.org", "INTELRIFT_SMTP should be"),
            ("INTELRIFT_PUBLIC_ADDRESS", "https://news.example.org/portal/", "INTELRIFT_PUBLIC_ADDRESS should be a web address without a path"),
            ("INTELRIFT_LOG", "inof", "INTELRIFT_LOG should be"),
            ("INTELRIFT_SESSION_IDLE_DAYS", "31", "INTELRIFT_SESSION_IDLE_DAYS should be from 1 day to session_days"),
            ("INTELRIFT_SESSION_DAYS", "0", "INTELRIFT_SESSION_DAYS should be from 1"),
            ("INTELRIFT_FETCH_LEAST_SECONDS", "1", "INTELRIFT_FETCH_LEAST_SECONDS should be 2 or more"),
            ("INTELRIFT_FETCH_MOST_SECONDS", "60", "INTELRIFT_FETCH_MOST_SECONDS should be from fetch_least_seconds"),
            ("INTELRIFT_FETCH_PAUSE_SECONDS", "61", "INTELRIFT_FETCH_PAUSE_SECONDS should be from 0 to 60"),
            ("INTELRIFT_FETCH_TIMEOUT_SECONDS", "0", "INTELRIFT_FETCH_TIMEOUT_SECONDS should be from 1"),
            ("INTELRIFT_FETCH_ALLOW", "127.0.0.1", "INTELRIFT_FETCH_ALLOW should be pairs"),
            ("INTELRIFT_WEBHOOK_ALLOW", "127.0.0.1:x", "INTELRIFT_WEBHOOK_ALLOW should be pairs"),
            ("INTELRIFT_PRICE_ADDRESSES", "ftp://prices.example.org", "INTELRIFT_PRICE_ADDRESSES should be web addresses"),
            ("INTELRIFT_TRUSTED_PROXIES", "10.0.0.0/8", "INTELRIFT_TRUSTED_PROXIES should be IP addresses"),
            ("INTELRIFT_PUBLISH_SOURCES", "-1", "INTELRIFT_PUBLISH_SOURCES should be 0 or more"),
            ("INTELRIFT_BRIEFING_HOUR", "24", "INTELRIFT_BRIEFING_HOUR should be an hour"),
            ("INTELRIFT_LLM_ADDRESS", "localhost", "INTELRIFT_LLM_ADDRESS should be a web address"),
            ("INTELRIFT_LLM_ADDRESS", "http://localhost:1/v1", "INTELRIFT_LLM_MODEL should be the name"),
            ("INTELRIFT_LLM_TIMEOUT_SECONDS", "601", "INTELRIFT_LLM_TIMEOUT_SECONDS should be from 1"),
            ("INTELRIFT_PASSWORD_MEMORY_KIB", "8192", "INTELRIFT_PASSWORD_MEMORY_KIB should be from 19456"),
            ("INTELRIFT_JOB_SLOTS", "0", "INTELRIFT_JOB_SLOTS should be from 1"),
            ("INTELRIFT_LOG_FORMAT", "xml", "INTELRIFT_LOG_FORMAT should be text or json"),
            ("INTELRIFT_TLS", "yes", "INTELRIFT_TLS should be true or false"),
        ] {
            let problem = format!("{:#}", with(name, value).unwrap_err());
            assert!(problem.contains(says), "{problem}");
        }
    }

    #[test]
    fn a_variable_counts_more_than_the_file_and_the_file_more_than_a_default() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("settings.toml");
        std::fs::write(&file, "publish_sources = 5\nname = \"Harbour\"\n").unwrap();
        let variable = |name: &str, value: &str| (name.to_string(), value.to_string());
        let config = Config::load(Some(&file), [variable("INTELRIFT_PUBLISH_SOURCES", "3")].into_iter()).unwrap();
        assert_eq!((config.publish_sources, config.name.as_str(), config.briefing_hour), (3, "Harbour", Config::default().briefing_hour));
        let sealed = [variable("INTELRIFT_TLS", "true"), variable("INTELRIFT_PUBLIC_ADDRESS", "http://news.example.org")];
        assert!(Config::load(None, sealed.into_iter()).unwrap_err().to_string().contains("INTELRIFT_PUBLIC_ADDRESS should be https://"));
        let missing = Config::load(Some(&folder.path().join("none.toml")), std::iter::empty()).unwrap_err();
        assert!(missing.to_string().contains("none.toml"), "one that is named must be there");
    }

    #[test]
    fn mail_may_go_without_tls_to_this_machine_alone() {
        for server in ["smtp://127.0.0.1:25", "smtp://localhost:25", "smtp://[::1]:25", "smtps://desk@mail.example.org"] {
            assert!(with("INTELRIFT_SMTP", server).is_ok(), "{server}");
        }
        assert!(with("INTELRIFT_SMTP", "smtp://192.0.2.1:25").is_err());
        assert!(with("INTELRIFT_LOG", "info,sqlx=warn").is_ok());
    }

    #[test]
    fn a_password_or_a_key_crosses_a_network_by_tls_or_by_the_operators_own_word() {
        for database in [
            "postgres://desk@127.0.0.1/desk",
            "postgres:///desk",
            "postgres://%2Frun%2Fpostgresql/desk",
            "postgres:///desk?host=/run",
            "postgres://db/desk?sslmode=disable",
        ] {
            assert!(with("INTELRIFT_DATABASE", database).is_ok(), "{database}");
        }
        let model = |address: &str, key: &str| {
            let pairs = [("INTELRIFT_LLM_ADDRESS", address), ("INTELRIFT_LLM_MODEL", "m"), ("INTELRIFT_LLM_KEY_FILE", key)];
            Config::load(None, pairs.into_iter().map(|(name, value)| (name.to_string(), value.to_string())))
        };
        assert!(model("http://127.0.0.1:11434/v1", "key").is_ok() && model("http://model.example.org/v1", "").is_ok());
        assert!(model("https://model.example.org/v1", "key").is_ok());
        assert!(model("http://model.example.org/v1", "key").unwrap_err().to_string().contains("INTELRIFT_LLM_ADDRESS should be https://"));
    }

    #[test]
    fn a_slip_in_the_file_is_named_without_what_stands_there() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("settings.toml");
        let said = |text: &str| {
            std::fs::write(&file, text).unwrap();
            format!("{:#}", Config::load(Some(&file), std::iter::empty()).unwrap_err())
        };
        for (text, names) in [
            ("price_addresses = \"https://api.example/v2?api_key=TOPSECRET\"", "price_addresses should be"),
            ("name = \"A\"\nsmtp = \"smtps://desk:TOPSECRET@mail.example.org", "line 2"),
            ("database = postgres://portal:TOPSECRET@127.0.0.1/portal", "line 1"),
            ("fetch_allow = [\"http://TOPSECRET/\"]", "FETCH_ALLOW"),
            ("fetch_most_seconds = 9223372036854775807", "FETCH_MOST_SECONDS"),
            ("price_addresses = [\"TOPSECRET\"]", "PRICE_ADDRESSES"),
        ] {
            let said = said(text);
            assert!(said.contains(names) && !said.contains("SECRET"), "{said}");
        }
    }

    #[test]
    fn c6_a_password_is_not_shown() {
        let config = Config { database: "postgres://desk:secret@db/desk".into(), ..Config::default() };
        assert!(!config.shown().contains("secret"));
        assert!(config.shown().contains("postgres://desk:hidden@db/desk"));
        let config = Config { smtp: "smtps://desk:secret@mail.example.org".into(), ..Config::default() };
        assert!(!config.shown().contains("secret"));
        for address in [
            "postgres://db/desk?user=desk&password=secret",
            "postgres://portal:pa#secret@127.0.0.1/portal",
            "postgres://portal:p/secret@127.0.0.1/portal",
            "http://user:secret@127.0.0.1/v1",
            "https://api.example.org/v2?api_key=secret&format=json",
        ] {
            assert!(!hidden(address).contains("secret"), "{address} is shown as {}", hidden(address));
        }
        assert_eq!(hidden("https://api.example.org/v2?format=json"), "https://api.example.org/v2?format=json");
    }
}
