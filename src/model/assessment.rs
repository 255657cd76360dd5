//! An Assessment: threat level, likelihoods, confidence, scenarios and triggers, each with what it rests on.

use serde::{Deserialize, Serialize};

super::scale! {
    /// Threat level 1 to 5.
    Threat {
        Minimal = "minimal", "Minimal";
        Low = "low", "Low";
        Moderate = "moderate", "Moderate";
        High = "high", "High";
        Critical = "critical", "Critical";
    }
}

impl Threat {
    pub fn level(self) -> usize {
        self as usize + 1
    }
    pub fn from_level(level: i64) -> Self {
        Self::ALL[(level.clamp(1, 5) - 1) as usize]
    }
}

super::scale! {
    /// The likelihood words of ICD 203, first row only.
    Likelihood {
        AlmostNoChance = "almost-no-chance", "Almost no chance";
        VeryUnlikely = "very-unlikely", "Very unlikely";
        Unlikely = "unlikely", "Unlikely";
        EvenChance = "even-chance", "Roughly even chance";
        Likely = "likely", "Likely";
        VeryLikely = "very-likely", "Very likely";
        AlmostCertain = "almost-certain", "Almost certain";
    }
}

impl Likelihood {
    /// Lowest and highest percentage (ICD 203, *Analytic Standards*, 2015, table of expressions).
    pub fn range(self) -> (u8, u8) {
        [(1, 5), (5, 20), (20, 45), (45, 55), (55, 80), (80, 95), (95, 99)][self as usize]
    }
    /// The seven bands side by side on a yard of 100: left edge, width, and whether it is this one. A hair is left between two.
    pub fn yard(self) -> Vec<(f64, f64, bool)> {
        let edges = [0.0, 5.0, 20.0, 45.0, 55.0, 80.0, 95.0, 100.0];
        Self::ALL.iter().enumerate().map(|(i, one)| (edges[i] + 0.4, edges[i + 1] - edges[i] - 0.8, *one == self)).collect()
    }
    /// The word for a share of 100; the lower word on a border.
    pub fn of_share(share: u8) -> Self {
        Self::ALL.iter().copied().find(|l| share <= l.range().1).unwrap_or(Self::AlmostCertain)
    }
}

super::scale! {
    /// How good the evidence is; never in one sentence with a likelihood.
    Confidence { Low = "low", "Low"; Moderate = "moderate", "Moderate"; High = "high", "High" }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Factor {
    pub name: String,
    /// 1 to 5
    pub value: i64,
    pub reason: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Judgement {
    pub text: String,
    pub likelihood: Likelihood,
    pub confidence: Confidence,
}

/// The shares in percent that scenarios start at before anything is observed: it goes on, gets worse, eases.
pub const STARTS: [u8; 3] = [60, 25, 15];

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Scenario {
    pub name: String,
    pub text: String,
    /// Percent; the shares of an assessment add to 100.
    pub share: u8,
}

impl Scenario {
    pub fn likelihood(&self) -> Likelihood {
        Likelihood::of_share(self.share)
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Assessment {
    pub level: Threat,
    /// The level of the revision before, when it was another one.
    pub before: Option<Threat>,
    pub factors: Vec<Factor>,
    pub judgements: Vec<Judgement>,
    /// Until when the scenarios look, in words.
    pub horizon: String,
    pub scenarios: Vec<Scenario>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_have_the_words_of_icd_203() {
        assert_eq!([55, 33, 12].map(Likelihood::of_share), [Likelihood::EvenChance, Likelihood::Unlikely, Likelihood::VeryUnlikely]);
        assert_eq!([1, 99].map(Likelihood::of_share), [Likelihood::AlmostNoChance, Likelihood::AlmostCertain]);
    }

    #[test]
    fn the_yard_has_seven_bands_and_one_is_lit() {
        let yard = Likelihood::Likely.yard();
        assert_eq!((yard.len(), yard.iter().filter(|band| band.2).count()), (7, 1));
        assert_eq!((yard[4].0, yard[4].2), (55.4, true));
    }

    #[test]
    fn the_ranges_leave_no_gap() {
        for pair in Likelihood::ALL.windows(2) {
            assert_eq!(pair[0].range().1, pair[1].range().0);
        }
    }
}
