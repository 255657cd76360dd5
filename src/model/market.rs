//! A MarketMove: something with a price, how it moved around the event, and whether that is more than chance.

use serde::{Deserialize, Serialize};

super::scale! { Direction { Up = "up", "Up"; Down = "down", "Down"; Unclear = "flat", "Unclear" } }

impl Direction {
    pub fn sign(self) -> &'static str {
        ["▲", "▼", "◆"][self as usize]
    }
}

super::scale! {
    Magnitude { Negligible = "negligible", "Negligible"; Small = "small", "Small"; Moderate = "moderate", "Moderate"; Large = "large", "Large" }
}

/// A row of the market panel, measured by rules or written by an editor.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MarketMove {
    pub exposure: String,
    /// Why it is here, with citation marks.
    pub note: String,
    pub direction: Direction,
    pub magnitude: Magnitude,
    pub horizon: String,
    pub confidence: super::assessment::Confidence,
    /// Closing values of the 30 quoted days up to the window's end, oldest first; empty for an editor's expectation.
    #[serde(default)]
    pub trace: Vec<f64>,
}
