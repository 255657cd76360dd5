//! A language model behind an OpenAI-compatible address, if the operator names one. One question at a time has a limit in time, size and
//! number a day; after failures in a row nobody is asked for a while, and the rules stand alone.

use crate::clock::{DAY, Timestamp};
use crate::config::Config;
use anyhow::{Context, Result};
use reqwest::Client;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// An answer is a page of text at most.
const MAX_ANSWER: usize = 256 * 1024;
const TRIES: u32 = 2;
const PAUSE: Duration = Duration::from_millis(500);
/// Questions that fail in a row before the model is left alone, and for how long.
const FAILURES: u32 = 3;
const REST: Duration = Duration::from_secs(600);

/// Cheap to clone; without an address it refuses every question.
#[derive(Clone, Default)]
pub struct Llm(Option<Arc<Server>>);

struct Server {
    client: Client,
    address: String,
    model: String,
    key: Option<String>,
    calls_a_day: u32,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    day: i64,
    calls: u32,
    failures: u32,
    rests_until: Timestamp,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// No address is set.
    Off,
    /// The day's questions are used up.
    Budget,
    /// It failed several times in a row.
    Resting,
    Failed(String),
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
        let address = format!("{}/chat/completions", config.llm_address.trim_end_matches('/'));
        let (model, calls_a_day) = (config.llm_model.clone(), config.llm_calls_a_day);
        Ok(Self(Some(Arc::new(Server { client, address, model, key, calls_a_day, state: Mutex::default() }))))
    }

    /// The model's name, if one is set.
    pub fn model(&self) -> Option<&str> {
        self.0.as_ref().map(|server| server.model.as_str())
    }

    /// Whether a question would be sent now.
    pub fn is_ready(&self, now: Timestamp) -> bool {
        let Some(server) = &self.0 else { return false };
        let state = server.state.lock().unwrap_or_else(PoisonError::into_inner);
        now >= state.rests_until && (state.calls < server.calls_a_day || state.day != day_of(now))
    }

    /// Asks for JSON by a schema, and says the text that came. What it says is not to be believed before it is checked.
    pub async fn ask(&self, system: &str, user: &str, schema: &Value, now: Timestamp) -> Result<String, Refusal> {
        let Some(server) = &self.0 else { return Err(Refusal::Off) };
        server.state.lock().unwrap_or_else(PoisonError::into_inner).take(server.calls_a_day, now)?;
        let question = json!({
            "model": server.model,
            "temperature": 0,
            "messages": [{ "role": "system", "content": system }, { "role": "user", "content": user }],
            "response_format": { "type": "json_schema", "json_schema": { "name": "answer", "strict": true, "schema": schema } },
        });
        let mut outcome = Err(String::new());
        for tried in 0..TRIES {
            if tried > 0 {
                tokio::time::sleep(PAUSE).await;
            }
            outcome = server.try_once(&question).await;
            if outcome.is_ok() {
                break;
            }
        }
        let mut state = server.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.note(outcome.is_ok(), now);
        outcome.map_err(Refusal::Failed)
    }
}

fn day_of(now: Timestamp) -> i64 {
    now.0.div_euclid(DAY.as_millis() as i64)
}

impl State {
    fn take(&mut self, most: u32, now: Timestamp) -> Result<(), Refusal> {
        if now < self.rests_until {
            return Err(Refusal::Resting);
        }
        let day = day_of(now);
        if self.day != day {
            (self.day, self.calls) = (day, 0);
        }
        if self.calls >= most {
            return Err(Refusal::Budget);
        }
        self.calls += 1;
        Ok(())
    }

    fn note(&mut self, is_well: bool, now: Timestamp) {
        self.failures = if is_well { 0 } else { self.failures + 1 };
        if self.failures >= FAILURES {
            self.failures = 0;
            self.rests_until = now.plus(REST);
        }
    }
}

impl Server {
    async fn try_once(&self, question: &Value) -> Result<String, String> {
        let mut request = self.client.post(&self.address).header("content-type", "application/json").body(question.to_string());
        if let Some(key) = &self.key {
            request = request.bearer_auth(key);
        }
        // the cause may name the address, and an address may hold a secret: only its kind is said
        let kind =
            |cause: reqwest::Error| if cause.is_timeout() { "it took too long".to_string() } else { "it could not be reached, or broke off".into() };
        let mut answer = request.send().await.map_err(kind)?;
        if !answer.status().is_success() {
            return Err(format!("it answered {}", answer.status()));
        }
        let mut bytes = vec![];
        while let Some(chunk) = answer.chunk().await.map_err(kind)? {
            if bytes.len() + chunk.len() > MAX_ANSWER {
                return Err(format!("its answer is larger than {} KB", MAX_ANSWER / 1024));
            }
            bytes.extend_from_slice(&chunk);
        }
        let answer: Value = serde_json::from_slice(&bytes).map_err(|_| "its answer is no JSON".to_string())?;
        answer["choices"][0]["message"]["content"].as_str().map(str::to_string).ok_or_else(|| "its answer has no message".into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_has_so_many_questions() {
        let mut state = State::default();
        let now = Timestamp(0);
        assert_eq!((state.take(1, now), state.take(1, now)), (Ok(()), Err(Refusal::Budget)));
        assert_eq!(state.take(1, now.plus(DAY)), Ok(()));
    }

    #[test]
    fn failures_in_a_row_make_it_rest() {
        let mut state = State::default();
        let now = Timestamp(1_000);
        for well in [false, false, true, false, false, false] {
            assert_eq!(state.take(100, now), Ok(()));
            state.note(well, now);
        }
        assert_eq!(state.take(100, now), Err(Refusal::Resting));
        assert_eq!(state.take(100, now.plus(REST)), Ok(()));
    }
}
