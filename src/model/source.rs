//! A Source: a feed we read, who owns it, and how far we trust it.

use super::rule::Rules;
use super::{country, language};
use crate::error::Problems;
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
    /// Empty for whoever owns the other sources of its host.
    pub owner: String,
    pub country: Option<String>,
    pub language: Option<String>,
    pub reliability: Reliability,
    pub licence: Licence,
    /// The folder that an editor files it in, for lists and OPML; empty for none.
    pub folder: String,
}

/// A source as somebody typed it, at the desk or on the command line.
#[derive(Debug, Clone, Default)]
pub struct Typed {
    pub name: String,
    pub address: String,
    pub owner: String,
    pub country: String,
    pub language: String,
    pub reliability: String,
    pub licence: String,
    pub folder: String,
    pub rules: String,
    pub is_active: bool,
}

/// Characters of a name.
pub const LONGEST_NAME: usize = 120;

pub const NO_ADDRESS: &str = "Enter the feed’s web address, like https://example.org/feed.xml";

impl Typed {
    /// The feed's address as it is kept.
    pub fn address(&self) -> String {
        self.feed().map_or_else(|| self.address.trim().to_string(), String::from)
    }

    /// The feed's address, if it is one.
    pub fn feed(&self) -> Option<url::Url> {
        let address = self.address.trim();
        // browsers once gave feeds to programs in this way
        let address = address
            .strip_prefix("feed:")
            .map_or(address.to_string(), |rest| if rest.starts_with("//") { format!("http:{rest}") } else { rest.into() });
        url::Url::parse(&address).ok().filter(|a| matches!(a.scheme(), "http" | "https") && a.has_host())
    }

    /// The source, when all of it can be read. Its owner is empty where nobody says whose it is.
    pub fn new_source(&self) -> Result<NewSource, Problems> {
        let problems = self.problems();
        if !problems.is_empty() {
            return Err(problems);
        }
        Ok(NewSource {
            name: in_one_line(&self.name),
            address: self.address(),
            owner: in_one_line(&self.owner),
            country: code(&self.country.to_uppercase()),
            language: code(&self.language.to_lowercase()),
            reliability: self.reliability.parse().unwrap_or(Reliability::F),
            licence: self.licence.parse().unwrap_or(Licence::Headline),
            folder: in_one_line(&self.folder),
        })
    }

    /// What has to be typed otherwise, by field.
    pub fn problems(&self) -> Problems {
        let mut problems = Problems::default();
        if self.name.trim().is_empty() || self.name.trim().chars().count() > LONGEST_NAME {
            problems.add("name", format!("Give the source a name of at most {LONGEST_NAME} characters"));
        }
        if self.feed().is_none() {
            problems.add("address", NO_ADDRESS);
        }
        if self.address.len() > LONGEST_ADDRESS {
            problems.add("address", format!("It has more than {LONGEST_ADDRESS} characters: ask its publisher for a shorter one"));
        }
        if code(&self.country.to_uppercase()).is_some_and(|code| country::find(&code).is_none()) {
            problems.add("country", "Use two letters of ISO 3166-1, like DE, or leave it empty");
        }
        if code(&self.language.to_lowercase()).is_some_and(|code| !language::is_code(&code)) {
            problems.add("language", "Use two letters of ISO 639-1, like en, or leave it empty");
        }
        if self.owner.chars().count() > LONGEST_NAME || self.folder.chars().count() > LONGEST_NAME {
            problems.add("owner", format!("Keep the owner and the folder to {LONGEST_NAME} characters each"));
        }
        if code(&self.reliability).is_some_and(|letter| letter.parse::<Reliability>().is_err()) {
            problems.add("reliability", "Use a letter from A to F");
        }
        if let Err(problem) = Rules::parse(&self.rules) {
            problems.add("rules", problem);
        }
        problems
    }
}

/// What is typed, or nothing.
pub fn code(typed: &str) -> Option<String> {
    Some(typed.trim().to_string()).filter(|code| !code.is_empty())
}

/// A name without line breaks and other signs that nobody sees: it stands in logs and lists.
pub fn in_one_line(typed: &str) -> String {
    typed.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Characters of an address that is read, as an index of PostgreSQL holds them.
pub const LONGEST_ADDRESS: usize = 2_000;

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
