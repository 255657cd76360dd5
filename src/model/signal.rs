//! A Signal: something to look for next, and whether it has been seen.

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Signal {
    /// One sentence, with citation marks for the articles in which it was observed.
    pub text: String,
    pub observed: bool,
    /// The first report had it already: it is no news since, and nothing to wait for.
    #[serde(default)]
    pub at_start: bool,
    /// +1 raises the threat when observed, -1 lowers it, 0 neither.
    #[serde(default)]
    pub pull: i64,
}

impl Signal {
    /// Nobody has reported it: what there is to watch for.
    pub fn is_open(&self) -> bool {
        !self.observed && !self.at_start
    }
}

/// What signals are told apart by: those of one rule begin alike.
pub fn beginning(text: &str) -> String {
    text.chars().take(24).collect()
}
