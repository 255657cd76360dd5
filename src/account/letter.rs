//! The letters that accounts get.

use crate::Result;
use crate::clock::Timestamp;
use crate::model::alert::News;
use crate::model::briefing::PremiumBriefing;
use crate::model::code::{Purpose, Ticket};
use crate::outbound::mail::{Letter, Mail};
use crate::store::alert::Fresh;
use crate::store::briefing::Open;
use crate::store::watch::Row;
use askama::Template;

/// What sends letters in the name of the portal at `base`.
pub struct Post<'a> {
    pub mail: &'a Mail,
    pub portal: &'a str,
    /// The portal's address without a slash at the end.
    pub base: &'a str,
}

#[derive(Template)]
#[template(path = "letter/code.txt")]
struct Code<'a> {
    portal: &'a str,
    base: &'a str,
    purpose: Purpose,
    ticket: &'a str,
    code: &'a str,
}

/// A day's briefing as plain text, as far as its reader may read it.
#[derive(Template)]
#[template(path = "letter/briefing.txt")]
pub struct Briefing<'a> {
    pub portal: &'a str,
    pub base: &'a str,
    pub edition: &'a Open,
    pub premium: Option<&'a PremiumBriefing>,
    /// Of a letter: where it is stopped.
    pub stop: Option<&'a str>,
}

/// What a watch has found.
#[derive(Template)]
#[template(path = "letter/alert.txt")]
pub struct Alert<'a> {
    pub portal: &'a str,
    pub base: &'a str,
    pub watch: &'a Row,
    pub lines: Vec<Line>,
    /// Beyond these.
    pub more: usize,
    pub stop: &'a str,
}

/// One incident of an alert.
pub struct Line {
    pub fresh: Fresh,
    pub title: String,
    /// Severity, category, place and counts.
    pub facts: String,
    pub sentence: Option<String>,
    /// What the desk corrected since.
    pub corrected: Vec<String>,
    /// Signals that were observed since.
    pub observed: Vec<String>,
    /// A signal that was not observed yet.
    pub watch_for: Option<String>,
    /// Where it is.
    pub page: String,
}

impl Line {
    /// What became of it, in words; nothing where it answers the watch for the first time.
    fn news(&self) -> String {
        let labels = self.fresh.news.iter().filter(|news| **news != News::First).map(|news| news.label());
        labels.enumerate().map(|(n, label)| if n == 0 { label.to_string() } else { label.to_lowercase() }).collect::<Vec<_>>().join(", ")
    }
    fn severity(&self) -> &'static str {
        self.fresh.severity.label()
    }
}

impl Alert<'_> {
    fn subject(&self) -> String {
        match &self.lines[..] {
            [line] if self.watch.follows.is_some() && line.fresh.news != [News::Severity] => format!("{}: {}", line.news(), line.title),
            [line] => format!("{}: {}", line.severity(), line.title),
            lines => format!("{} incidents for “{}”", lines.len() + self.more, self.watch.name),
        }
    }
}

/// Something happened that the owner of an account should know of.
#[derive(Template)]
#[template(path = "letter/notice.txt")]
struct Notice<'a> {
    portal: &'a str,
    base: &'a str,
    what: &'a str,
    advice: &'a str,
}

impl Post<'_> {
    /// The code that the ticket waits for.
    pub fn code(&self, to: &str, purpose: Purpose, ticket: &Ticket, code: &str) -> Result<()> {
        let text = Code { portal: self.portal, base: self.base, purpose, ticket: ticket.text(), code };
        self.send(to, &format!("{code} is your code for {}", self.portal), &text)
    }

    /// Somebody wanted to sign up with an address that has an account.
    pub fn known(&self, to: &str) {
        let advice = format!("You can sign in at {0}/sign-in. If you forgot the password, choose a new one at {0}/reset.", self.base);
        self.notice(to, "Your address has an account already", "Somebody wanted to make an account with your address, which has one.", &advice);
    }

    /// A sign-in from a browser that the account did not know.
    pub fn device(&self, to: &str, device: &str, place: &str, at: Timestamp) {
        let what = format!("Your account was signed in to from a new device: {device}, from {place}, {}.", at.long());
        let advice = format!("If that was not you, sign it out and choose a new password at {}/account.", self.base);
        self.notice(to, "A new device signed in", &what, &advice);
    }

    /// The account has another address from now on; to the one before.
    pub fn moved(&self, to: &str, new: &str) {
        let what = format!("Your account has a new address: {new}. This one opens it no more.");
        self.notice(to, "Your account has a new address", &what, "If that was not you, tell the people who run this portal.");
    }

    pub async fn briefing(&self, to: &str, briefing: &Briefing<'_>) -> Result<()> {
        let letter = Letter {
            to: to.into(),
            subject: format!("{}: briefing of {}", self.portal, briefing.edition.span.until.weekday()),
            text: written(briefing)?,
            stop: briefing.stop.map(str::to_string),
        };
        self.mail.send(&letter).await
    }

    pub async fn alert(&self, to: &str, alert: &Alert<'_>) -> Result<()> {
        self.mail.send(&Letter { to: to.into(), subject: alert.subject(), text: written(alert)?, stop: Some(alert.stop.into()) }).await
    }

    pub fn password(&self, to: &str) {
        let advice = format!("If that was not you, choose another at {}/reset.", self.base);
        self.notice(to, "Your password was changed", "Your account has a new password, and other sessions were signed out.", &advice);
    }

    pub fn factor(&self, to: &str, what: &str) {
        let advice = format!("If that was not you, choose a new password at {}/reset and look at {0}/account.", self.base);
        self.notice(to, "How you sign in was changed", what, &advice);
    }

    /// A webhook was turned off, for it took no message.
    pub fn webhook(&self, to: &str, address: &str, why: &str) {
        let what = format!("Your webhook took no message any more, and is off now.\n\n{address}\n{why}");
        let advice =
            format!("When it works again, turn it on with a test at {}/account#webhooks. What was published meanwhile is not sent again.", self.base);
        self.notice(to, "Your webhook is off", &what, &advice);
    }

    /// What it tells has happened already: a notice that cannot go out undoes nothing, and is logged.
    fn notice(&self, to: &str, subject: &str, what: &str, advice: &str) {
        if let Err(cause) = self.send(to, subject, &Notice { portal: self.portal, base: self.base, what, advice }) {
            tracing::error!("a notice could not be sent: {cause:#}");
        }
    }

    fn send(&self, to: &str, subject: &str, text: &impl Template) -> Result<()> {
        self.mail.post(Letter { to: to.into(), subject: subject.into(), text: written(text)?, stop: None })
    }
}

fn written(text: &impl Template) -> Result<String> {
    text.render().map_err(|cause| crate::Error::Broken(anyhow::Error::new(cause).context("writing a letter")))
}
