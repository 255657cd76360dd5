//! A MarketMove: something with a price, how it moved around the event, and whether that is more than chance by an event study.

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

/// A closing value; `day` is `yyyy-mm-dd`.
#[derive(Debug, Clone, PartialEq)]
pub struct Quote {
    pub series: String,
    pub day: String,
    pub price: f64,
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
    /// Which value of the trace is the day of the event.
    #[serde(default)]
    pub event: Option<usize>,
    /// The event study it rests on; none for an editor's expectation.
    #[serde(default)]
    pub study: Option<Study>,
    /// Who publishes the prices.
    #[serde(default)]
    pub source: String,
}

/// An abnormal return (in logarithms) with its test.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Test {
    pub value: f64,
    pub t: f64,
    /// Two-sided.
    pub p: f64,
}

/// What one model finds.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Found {
    /// The abnormal return of day 0, and the sum of those of the event window as far as there are closes.
    pub day: Test,
    pub window: Test,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Study {
    /// Day 0.
    pub day: String,
    /// The last day of the event window that has a close.
    pub until: String,
    /// Returns in the event window, seven when it is complete.
    pub length: usize,
    pub mean: Found,
    /// Where a market series covers the same days.
    pub market: Option<Found>,
}

/// How two series go together when one is shifted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Lagged {
    /// Steps that the first series is ahead.
    pub lag: i64,
    pub r: f64,
    /// The 95 % interval, for all lags that were tried together.
    pub low: f64,
    pub high: f64,
    pub pairs: usize,
}

impl Lagged {
    /// The coefficient as it is written: `+0.61`, `−0.11`.
    pub fn shown(&self) -> String {
        signed(self.r)
    }
    /// The interval: `+0.10 to +0.86`.
    pub fn between(&self) -> String {
        format!("{} to {}", signed(self.low), signed(self.high))
    }
}

fn signed(value: f64) -> String {
    format!("{value:+.2}").replace('-', "−")
}
