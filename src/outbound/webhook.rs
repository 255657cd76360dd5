//! Messages to somebody's own program, signed as Standard Webhooks describes it (standardwebhooks.com, version 1.0): HMAC-SHA256 over
//! `id.timestamp.body`, in headers that its libraries check.

use super::http::{Http, is_among, retry_after};
use crate::clock::Timestamp;
use crate::{Error, Result};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use reqwest::{StatusCode, header};
use sha2::Sha256;
use std::time::Duration;
use url::Url;

/// Shorter than a visitor waits who sends a test.
const TIMEOUT: Duration = Duration::from_secs(12);

pub struct Message {
    /// The same at each try, so that the other side knows what it has already.
    pub id: String,
    /// The moment of this try: old messages are not believed.
    pub at: Timestamp,
    pub body: String,
}

#[derive(Debug, PartialEq, Eq)]
pub enum Answer {
    Taken,
    /// Why not, and when the other side wants to be asked again, if it says so.
    Refused(String, Option<Duration>),
    /// 410: it wants no more messages.
    Gone,
}

/// A secret as programs of the other side take it.
pub fn shown(secret: &[u8]) -> String {
    format!("whsec_{}", STANDARD.encode(secret))
}

fn signature(secret: &[u8], message: &Message) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).expect("HMAC takes keys of any length");
    mac.update(format!("{}.{}.{}", message.id, message.at.seconds(), message.body).as_bytes());
    format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
}

/// In the same words whether a name is not known or leads inside: nobody finds out by a webhook what names there are.
fn why(cause: &reqwest::Error) -> &'static str {
    if cause.is_timeout() { "it took too long to answer" } else { "it could not be reached" }
}

impl Http {
    /// Whether messages may go to an address: https, and no number that is not public; names are looked at when they are resolved. The exact
    /// pairs of the settings may be http.
    pub fn may_tell(&self, address: &str) -> Result<()> {
        let address = Url::parse(address).map_err(|_| Error::Upstream("That is not a web address".into()))?;
        if address.scheme() != "https" && !is_among(&address, &self.tell) {
            return Err(Error::Upstream("Messages go to https addresses only".into()));
        }
        if !address.username().is_empty() || address.password().is_some() {
            return Err(Error::Upstream("Leave the name and the password out of the address: every message is signed".into()));
        }
        let client = self.client_among(&address, &self.tell);
        if let Err(why) = &client {
            tracing::warn!(host = address.host_str(), port = address.port_or_known_default(), "a webhook was refused: {why}");
        }
        client.map(drop)
    }

    /// Tells the program at an address. No redirect is followed, and nothing but the head of the answer is read.
    pub async fn tell(&self, address: &str, secret: &[u8], message: &Message) -> Answer {
        match self.try_to_tell(address, secret, message).await {
            Ok(answer) => answer,
            Err(Error::Upstream(why)) => Answer::Refused(why, None),
            Err(other) => Answer::Refused(other.to_string(), None),
        }
    }

    async fn try_to_tell(&self, address: &str, secret: &[u8], message: &Message) -> Result<Answer> {
        self.may_tell(address)?;
        let address = Url::parse(address).map_err(|_| Error::Upstream("it is not a web address".into()))?;
        let request = self.client_among(&address, &self.tell)?.post(address).timeout(TIMEOUT).header(header::CONTENT_TYPE, "application/json");
        let request = request.header("webhook-id", &message.id).header("webhook-timestamp", message.at.seconds());
        let request = request.header("webhook-signature", signature(secret, message)).body(message.body.clone());
        let answer = request.send().await.map_err(|cause| Error::Upstream(why(&cause).into()))?;
        Ok(match answer.status() {
            status if status.is_success() => Answer::Taken,
            StatusCode::GONE => Answer::Gone,
            status => Answer::Refused(format!("it answered {status}"), retry_after(&answer)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    #[test]
    fn c5_the_signature_is_that_of_standard_webhooks() {
        // made with the reference library for Python, standardwebhooks 1.1.0
        let secret = STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let message = Message { id: "msg_p5jXN8AQM9LWM0D4loKWxJek".into(), at: Timestamp(1_614_265_330_000), body: "{\"test\": 2432232314}".into() };
        assert_eq!(signature(&secret, &message), "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        assert_eq!(shown(&secret), "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    }

    #[test]
    fn c5_messages_go_out_by_https_and_to_public_addresses() {
        let http =
            Http::new(&Config { webhook_allow: vec!["127.0.0.1:8081".into()], fetch_allow: vec!["127.0.0.1:8083".into()], ..Config::default() })
                .unwrap();
        for good in ["https://hooks.example.org/desk?x=1", "http://127.0.0.1:8081/x"] {
            assert!(http.may_tell(good).is_ok(), "{good}");
        }
        for bad in [
            "http://hooks.example.org/",
            "https://127.0.0.1/",
            "https://localhost/",
            "https://[::1]/",
            "https://10.0.0.1/",
            "ftp://example.org/",
            "hooks",
            "https://name:word@hooks.example.org/",
            "http://127.0.0.1:8082/x",
            "http://127.0.0.1:8083/x",
        ] {
            assert!(http.may_tell(bad).is_err(), "{bad}");
        }
    }
}
