//! How bad it is, 0 to 5, always with the reasons that gave it.

use serde::{Deserialize, Serialize};

super::scale! {
    /// 0 not yet assessed, 1 info, 2 low, 3 moderate, 4 high, 5 critical.
    Severity {
        Unassessed = "na", "N/A";
        Info = "info", "Info";
        Low = "low", "Low";
        Moderate = "moderate", "Moderate";
        High = "high", "High";
        Critical = "critical", "Critical";
    }
}

impl Severity {
    pub fn level(self) -> i64 {
        self as i64
    }
    /// Out of range is the nearest end.
    pub fn from_level(level: i64) -> Self {
        Self::ALL[level.clamp(0, 5) as usize]
    }
    /// The matching value of the Common Alerting Protocol (OASIS CAP 1.2, `severity`).
    pub fn cap(self) -> &'static str {
        ["Unknown", "Minor", "Minor", "Moderate", "Severe", "Extreme"][self as usize]
    }
    /// The drawing it uses: info and low share one bar.
    pub fn tone(self) -> &'static str {
        if self == Self::Info { "low" } else { self.word() }
    }
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Unassessed => "Not yet assessed.",
            Self::Info => "Worth knowing; no harm is reported.",
            Self::Low => "Limited harm or cost, in one place.",
            Self::Moderate => "Harm to several people, or a step that changes what others must do.",
            Self::High => "Deaths, armed force or a measure that reaches beyond one country.",
            Self::Critical => "Mass casualties, open war between states, or a threat to many countries.",
        }
    }
}

/// One rule that counted towards a severity: its name, the value it found, and the points it gave.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reason {
    pub rule: String,
    pub value: String,
    pub points: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_and_words_are_the_published_scale() {
        assert_eq!(Severity::ALL.iter().map(|s| s.level()).collect::<Vec<_>>(), [0, 1, 2, 3, 4, 5]);
        assert_eq!(Severity::from_level(9), Severity::Critical);
        assert_eq!("high".parse(), Ok(Severity::High));
        assert_eq!(Severity::High.cap(), "Severe");
    }
}
