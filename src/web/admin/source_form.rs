//! The form of a source, as typed: new or known.

use crate::error::Problems;
use crate::model::rule::Rules;
use crate::model::source::{Licence, NewSource, Reliability};
use crate::model::{country, language};
use crate::store::source::{Change, Row};
use crate::web::form::Fields;

pub const NO_ADDRESS: &str = "Enter the feed’s web address, like https://example.org/feed.xml";

#[derive(Default)]
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

impl Typed {
    pub fn read(fields: &Fields) -> Self {
        Self {
            name: fields.text("name"),
            address: fields.text("address"),
            owner: fields.text("owner"),
            country: fields.text("country"),
            language: fields.text("language"),
            reliability: fields.text("reliability"),
            licence: fields.text("licence"),
            folder: fields.text("folder"),
            rules: fields.text("rules"),
            is_active: fields.has("active"),
        }
    }

    pub fn of(row: &Row) -> Self {
        Self {
            name: row.name.clone(),
            address: row.address.clone(),
            owner: row.owner.clone(),
            country: row.country.clone().unwrap_or_default(),
            language: row.language.clone().unwrap_or_default(),
            reliability: row.reliability.word().into(),
            licence: row.licence.word().into(),
            folder: row.folder.clone(),
            rules: row.rules.clone(),
            is_active: row.active,
        }
    }

    /// The feed's address as it is kept.
    pub fn address(&self) -> String {
        self.feed().map_or_else(|| self.address.trim().to_string(), String::from)
    }

    /// The feed's address, if it is one.
    pub fn feed(&self) -> Option<url::Url> {
        url::Url::parse(self.address.trim()).ok().filter(|a| matches!(a.scheme(), "http" | "https") && a.has_host())
    }

    pub fn new_source(&self) -> Result<NewSource, Problems> {
        let problems = self.problems();
        if !problems.is_empty() {
            return Err(problems);
        }
        let name = self.name.trim();
        Ok(NewSource {
            name: name.into(),
            address: self.address(),
            outlet: name.into(),
            owner: self.owner_or_name().into(),
            country: code(&self.country.to_uppercase()),
            language: code(&self.language.to_lowercase()),
            reliability: self.reliability.parse().unwrap_or(Reliability::F),
            licence: self.licence.parse().unwrap_or(Licence::Headline),
            folder: self.folder.trim().into(),
        })
    }

    /// What is typed of a source that is known; where it is read stays where nothing is said of it.
    pub fn of_known(fields: &Fields, row: &Row) -> Self {
        let typed = Self::read(fields);
        if fields.has("address") { typed } else { Self { address: row.address.clone(), ..typed } }
    }

    /// Where a source is to be read that is read at `before`: there, letter by letter, where nothing else was typed.
    pub fn address_after(&self, before: &str) -> String {
        if self.address.trim() == before { before.into() } else { self.address() }
    }

    pub fn change<'a>(&'a self, address: &'a str) -> Result<Change<'a>, Problems> {
        let problems = self.problems();
        if !problems.is_empty() {
            return Err(problems);
        }
        Ok(Change {
            name: self.name.trim(),
            address,
            owner: self.owner_or_name(),
            country: code(&self.country.to_uppercase()),
            language: code(&self.language.to_lowercase()),
            reliability: self.reliability.parse().unwrap_or(Reliability::F),
            licence: self.licence.parse().unwrap_or(Licence::Headline),
            folder: self.folder.trim(),
            rules: self.rules.trim(),
            active: self.is_active,
        })
    }

    fn owner_or_name(&self) -> &str {
        if self.owner.trim().is_empty() { self.name.trim() } else { self.owner.trim() }
    }

    fn problems(&self) -> Problems {
        let mut problems = Problems::default();
        if self.name.trim().is_empty() || self.name.trim().chars().count() > 120 {
            problems.add("name", "Give the source a name of at most 120 characters");
        }
        if self.feed().is_none() {
            problems.add("address", NO_ADDRESS);
        }
        if code(&self.country.to_uppercase()).is_some_and(|code| country::find(&code).is_none()) {
            problems.add("country", "Use two letters of ISO 3166-1, like DE, or leave it empty");
        }
        if code(&self.language.to_lowercase()).is_some_and(|code| !language::is_code(&code)) {
            problems.add("language", "Use two letters of ISO 639-1, like en, or leave it empty");
        }
        if self.owner.chars().count() > 120 || self.folder.chars().count() > 120 {
            problems.add("owner", "Keep the owner and the folder to 120 characters each");
        }
        if let Err(problem) = Rules::parse(&self.rules) {
            problems.add("rules", problem);
        }
        problems
    }
}

fn code(typed: &str) -> Option<String> {
    Some(typed.trim().to_string()).filter(|code| !code.is_empty())
}
