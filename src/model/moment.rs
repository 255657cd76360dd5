//! A Moment: one dated line of an incident's timeline.

use crate::clock::Timestamp;
use serde::{Deserialize, Serialize};

super::scale! {
    /// How exactly the time is known.
    Precision { Minute = "minute", "to the minute"; Hour = "hour", "to the hour"; Day = "day", "to the day"; About = "about", "approximate" }
}

super::scale! {
    /// What a moment is in the course of an incident.
    Anchor {
        First = "first", "First report";
        Confirmed = "confirmed", "Confirmed by another owner group";
        Reaction = "reaction", "Official reaction";
        Market = "market", "Markets";
        Peak = "peak", "Most reports in an hour";
        Expected = "expected", "Expected";
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Moment {
    pub at: Timestamp,
    pub precision: Precision,
    /// One sentence with its citation marks.
    pub text: String,
    /// A turning point.
    pub key: bool,
    #[serde(default)]
    pub anchor: Option<Anchor>,
}

impl Moment {
    /// What it stands for, and how exact its time is when that is not the minute.
    pub fn label(&self) -> Option<String> {
        let exactness = (self.precision != Precision::Minute).then(|| self.precision.label());
        let parts: Vec<&str> = self.anchor.map(Anchor::label).into_iter().chain(exactness).collect();
        (!parts.is_empty()).then(|| parts.join(", "))
    }

    pub fn shown(&self) -> String {
        match self.precision {
            Precision::Minute => self.at.short(),
            Precision::Hour => format!("{}, {}:00", self.at.day(), self.at.hour().split(':').next().unwrap_or("")),
            Precision::Day => self.at.day(),
            Precision::About => format!("about {}", self.at.day()),
        }
    }
}
