//! A Job: a piece of work for later, safe to repeat.

use super::account::Account;
use super::article::Article;
use super::incident::Incident;
use super::source::Source;
use super::webhook::Webhook;
use crate::clock::Timestamp;
use crate::id::Id;
use serde::{Deserialize, Serialize};

/// What there is to do. Rooms leave these for each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Work {
    /// Read one source.
    Fetch { source: Id<Source> },
    /// Read the page of one article.
    Page { article: Id<Article> },
    /// Give every waiting article its incident. There is one such job at a time, so one worker owns the order.
    Cluster,
    /// Find the closed incident that a new one goes on with.
    Continue { incident: Id<Incident> },
    /// Read the daily prices.
    Prices,
    /// Draft an incident anew from its articles.
    Analyze { incident: Id<Incident> },
    /// Let the language model write the summary of a drafted incident.
    Ask { incident: Id<Incident> },
    /// Apply the automatic policy to a drafted incident, and write its public page.
    Publish { incident: Id<Incident> },
    /// Draft all incidents anew, some at a time.
    Again,
    /// Spell what can be found as words are spelt today, some texts at a time.
    Respell,
    /// Publish what an editor has scheduled.
    Release { incident: Id<Incident> },
    /// Compose the briefing of the 24 hours that end then.
    Brief { until: Timestamp },
    /// Send one account the briefing of the 24 hours that end then.
    Letter { account: Id<Account>, until: Timestamp },
    /// Look through the watches that are due.
    Look,
    /// Tell a webhook of new revisions.
    Tell { webhook: Id<Webhook> },
}

impl Work {
    pub fn kind(self) -> &'static str {
        match self {
            Self::Fetch { .. } => "fetch",
            Self::Page { .. } => "page",
            Self::Cluster => "cluster",
            Self::Continue { .. } => "continue",
            Self::Prices => "prices",
            Self::Analyze { .. } => "analyze",
            Self::Ask { .. } => "ask",
            Self::Publish { .. } => "publish",
            Self::Again => "again",
            Self::Respell => "respell",
            Self::Release { .. } => "release",
            Self::Brief { .. } => "brief",
            Self::Letter { .. } => "letter",
            Self::Look => "look",
            Self::Tell { .. } => "tell",
        }
    }
    /// Two jobs with one key are one job.
    pub fn key(self) -> String {
        match self {
            Self::Fetch { source } => format!("fetch {source}"),
            Self::Page { article } => format!("page {article}"),
            Self::Cluster => "cluster".into(),
            Self::Continue { incident } => format!("continue {incident}"),
            Self::Prices => "prices".into(),
            Self::Analyze { incident } => format!("analyze {incident}"),
            Self::Ask { incident } => format!("ask {incident}"),
            Self::Publish { incident } => format!("publish {incident}"),
            Self::Again => "again".into(),
            Self::Respell => "respell".into(),
            Self::Release { incident } => format!("release {incident}"),
            Self::Brief { until } => format!("brief {}", until.date()),
            Self::Letter { account, until } => format!("letter {account} {}", until.date()),
            Self::Look => "look".into(),
            Self::Tell { webhook } => format!("tell {webhook}"),
        }
    }
}
