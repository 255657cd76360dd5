//! A language model behind an OpenAI-compatible address, if the operator names one. A question has a limit in time and size; after failures in a row, or
//! when it says so itself, nobody is asked for a while, and the rules stand alone.

use crate::clock::{DAY, Timestamp};
use crate::config::Config;
use anyhow::{Context, Result};
use reqwest::Client;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use url::Url;

/// An answer is a page of text at most.
const MAX_ANSWER: usize = 256 * 1024;
/// Before what may have been bad luck is tried once more.
const PAUSE: Duration = Duration::from_millis(500);
/// Questions that fail in a row before the model is left alone, and for how long.
const FAILURES: u32 = 3;
const REST: Duration = Duration::from_secs(600);
/// So long it may ask to be left alone.
const LONGEST_REST: Duration = DAY;

/// Cheap to clone; without an address it refuses every question.
#[derive(Clone, Default)]
pub struct Llm(Option<Arc<Server>>);

struct Server {
    client: Client,
    address: Url,
    model: String,
    key: Option<String>,
    calls_a_day: u32,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    failures: u32,
    rests_until: Timestamp,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// No address is set.
    Off,
    /// It failed several times in a row, or asked for a rest.
    Resting,
    Failed(String),
    /// It answered, and not what was asked for.
    Unreadable,
}

/// What went wrong with one request.
struct Failure {
    why: String,
    /// It may be well in a moment.
    is_passing: bool,
    /// How long it wants to be left alone.
    rest: Option<Duration>,
}

impl From<String> for Failure {
    fn from(why: String) -> Self {
        Self { why, is_passing: true, rest: None }
    }
}

impl Llm {
    /// Reads the key from its file. The one address that the settings name may be a private one: it is the operator's own.
    pub fn new(config: &Config) -> Result<Self> {
        if config.llm_address.is_empty() {
            return Ok(Self(None));
        }
        let key = match config.llm_key_file.as_str() {
            "" => None,
            file => {
                Some(std::fs::read_to_string(file).with_context(|| format!("reading the key of the language model from {file}"))?.trim().to_string())
            }
        };
        let client = Client::builder()
            .timeout(Duration::from_secs(config.llm_timeout_seconds))
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()
            .context("building the client of the language model")?;
        let mut address = Url::parse(&config.llm_address).context("reading INTELRIFT_LLM_ADDRESS")?;
        let mut path = address.path_segments_mut().map_err(|()| anyhow::anyhow!("INTELRIFT_LLM_ADDRESS is no web address"))?;
        path.pop_if_empty().extend(["chat", "completions"]);
        drop(path);
        let (model, calls_a_day) = (config.llm_model.clone(), config.llm_calls_a_day);
        Ok(Self(Some(Arc::new(Server { client, address, model, key, calls_a_day, state: Mutex::default() }))))
    }

    /// The model's name, if one is set.
    pub fn model(&self) -> Option<&str> {
        self.0.as_ref().map(|server| server.model.as_str())
    }

    /// Questions a day at most; the count is kept by who asks.
    pub fn calls_a_day(&self) -> u32 {
        self.0.as_ref().map_or(0, |server| server.calls_a_day)
    }

    /// Whether a question would be sent now.
    pub fn is_ready(&self, now: Timestamp) -> bool {
        self.0.as_ref().is_some_and(|server| now >= server.state().rests_until)
    }

    /// Asks for JSON by a schema, and says the text that came. What it says is not to be believed before it is checked; an answer that `is_one` does
    /// not take for one is a failure like any other.
    pub async fn ask(&self, system: &str, user: &str, schema: &Value, is_one: impl Fn(&str) -> bool, now: Timestamp) -> Result<String, Refusal> {
        let Some(server) = &self.0 else { return Err(Refusal::Off) };
        if now < server.state().rests_until {
            return Err(Refusal::Resting);
        }
        let question = json!({
            "model": server.model,
            "temperature": 0,
            "messages": [{ "role": "system", "content": system }, { "role": "user", "content": user }],
            "response_format": { "type": "json_schema", "json_schema": { "name": "answer", "strict": true, "schema": schema } },
        });
        let mut outcome = server.try_once(&question).await;
        if outcome.as_ref().is_err_and(|failure| failure.is_passing) {
            tokio::time::sleep(PAUSE).await;
            outcome = server.try_once(&question).await;
        }
        let is_well = outcome.as_ref().is_ok_and(|answer| is_one(answer));
        server.state().note(is_well, outcome.as_ref().err().and_then(|failure| failure.rest), now);
        match outcome {
            Ok(answer) if is_well => Ok(answer),
            Ok(_) => Err(Refusal::Unreadable),
            Err(failure) => Err(Refusal::Failed(failure.why)),
        }
    }
}

impl State {
    fn note(&mut self, is_well: bool, rest: Option<Duration>, now: Timestamp) {
        self.failures = if is_well { 0 } else { self.failures + 1 };
        if let Some(rest) = rest {
            self.rests_until = now.plus(rest.min(LONGEST_REST));
        } else if self.failures >= FAILURES {
            self.failures = 0;
            self.rests_until = now.plus(REST);
        }
    }
}

impl Server {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn try_once(&self, question: &Value) -> Result<String, Failure> {
        let mut request = self.client.post(self.address.clone()).header("content-type", "application/json").body(question.to_string());
        if let Some(key) = &self.key {
            request = request.bearer_auth(key);
        }
        // the cause may name the address, and an address may hold a secret: only its kind is said
        let kind =
            |cause: reqwest::Error| if cause.is_timeout() { "it took too long".to_string() } else { "it could not be reached, or broke off".into() };
        let mut answer = request.send().await.map_err(kind)?;
        let status = answer.status();
        if !status.is_success() {
            let rest = || answer.headers().get("retry-after")?.to_str().ok()?.trim().parse().ok().map(Duration::from_secs);
            let rest = if matches!(status.as_u16(), 429 | 503) { rest() } else { None };
            return Err(Failure { why: format!("it answered {status}"), is_passing: status.is_server_error() && rest.is_none(), rest });
        }
        let mut bytes = vec![];
        while let Some(chunk) = answer.chunk().await.map_err(kind)? {
            if bytes.len() + chunk.len() > MAX_ANSWER {
                return Err(format!("its answer is larger than {} KB", MAX_ANSWER / 1024).into());
            }
            bytes.extend_from_slice(&chunk);
        }
        let answer: Value = serde_json::from_slice(&bytes).map_err(|_| "its answer is no JSON".to_string())?;
        answer["choices"][0]["message"]["content"].as_str().map(str::to_string).ok_or_else(|| "its answer has no message".to_string().into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::HOUR;

    #[test]
    fn it_is_left_alone_as_long_as_it_asks() {
        let (mut state, now) = (State::default(), Timestamp(0));
        state.note(false, Some(HOUR), now);
        assert_eq!(state.rests_until, now.plus(HOUR));
        state.note(false, Some(DAY * 30), now);
        assert_eq!(state.rests_until, now.plus(DAY));
    }

    #[test]
    fn failures_in_a_row_make_it_rest() {
        let mut state = State::default();
        let now = Timestamp(1_000);
        for well in [false, false, true, false, false] {
            state.note(well, None, now);
            assert!(state.rests_until <= now);
        }
        state.note(false, None, now);
        assert_eq!(state.rests_until, now.plus(REST));
    }
}
