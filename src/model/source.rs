//! A Source: a feed we read, who owns it, and how far we trust it.

use serde::{Deserialize, Serialize};

super::scale! {
    /// Source reliability of the Admiralty code (NATO AJP-2.1). F is where everybody starts.
    Reliability {
        A = "A", "completely reliable";
        B = "B", "usually reliable";
        C = "C", "fairly reliable";
        D = "D", "not usually reliable";
        E = "E", "unreliable";
        F = "F", "cannot be judged";
    }
}

super::scale! {
    /// Information credibility of the Admiralty code.
    Credibility {
        Confirmed = "1", "confirmed by other independent sources";
        ProbablyTrue = "2", "probably true";
        PossiblyTrue = "3", "possibly true";
        Doubtful = "4", "doubtful";
        Improbable = "5", "improbable";
        Unknown = "6", "cannot be judged";
    }
}

super::scale! {
    /// How much of a source's articles may be kept and shown. Beyond the feed itself the article's page is read.
    Licence {
        Headline = "headline", "what the feed gives";
        Excerpt = "excerpt", "an excerpt of the page";
        Open = "open", "the whole text of the page";
    }
}

impl Licence {
    /// Characters of an article's page that may be kept.
    pub fn most_of_a_page(self) -> usize {
        match self {
            Self::Headline => 0,
            Self::Excerpt => 600,
            Self::Open => 10_000,
        }
    }
}

/// The credibility of what several voices report, by the rule that `/method` states: `owners` are the independent owner
/// groups that report it, each with its best reliability. Copies and one owner's outlets are one voice.
pub fn credibility(owners: &[Reliability]) -> Credibility {
    let best = owners.iter().min();
    match (owners.len(), best) {
        (2.., Some(Reliability::A | Reliability::B)) => Credibility::Confirmed,
        (2.., _) => Credibility::ProbablyTrue,
        (1, Some(Reliability::A | Reliability::B | Reliability::C)) => Credibility::PossiblyTrue,
        (1, Some(Reliability::D | Reliability::E)) => Credibility::Doubtful,
        _ => Credibility::Unknown,
    }
}

/// What a new source needs to be known by. `address` is the feed's, checked at the door.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NewSource {
    pub name: String,
    pub address: String,
    pub outlet: String,
    pub owner: String,
    pub country: Option<String>,
    pub language: Option<String>,
    pub reliability: Reliability,
    pub licence: Licence,
    /// The folder that an editor files it in, for lists and OPML; empty for none.
    pub folder: String,
}

/// Stands for a source in ids.
#[derive(Debug)]
pub struct Source;

#[cfg(test)]
mod tests {
    use super::*;
    use Reliability::*;

    #[test]
    fn credibility_follows_the_rule_on_the_method_page() {
        assert_eq!(credibility(&[F, B]), Credibility::Confirmed);
        assert_eq!(credibility(&[C, D]), Credibility::ProbablyTrue);
        assert_eq!(credibility(&[C]), Credibility::PossiblyTrue);
        assert_eq!(credibility(&[E]), Credibility::Doubtful);
        assert_eq!(credibility(&[F]), Credibility::Unknown);
        assert_eq!(credibility(&[]), Credibility::Unknown);
    }
}
