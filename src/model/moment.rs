//! A Moment: one dated line of an incident's timeline.

use crate::clock::Timestamp;
use serde::{Deserialize, Serialize};

super::scale! {
    /// How exactly the time is known.
    Precision { Minute = "minute", "to the minute"; Day = "day", "to the day" }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Moment {
    pub at: Timestamp,
    pub precision: Precision,
    /// One sentence with its citation marks.
    pub text: String,
    /// A turning point.
    pub key: bool,
}

impl Moment {
    pub fn shown(&self) -> String {
        match self.precision {
            Precision::Minute => self.at.short(),
            Precision::Day => self.at.day(),
        }
    }
}
