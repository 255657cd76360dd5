//! The form of a source: new or known.

use crate::error::Problems;
use crate::model::source::{Licence, Reliability, Typed, code, in_one_line};
use crate::store::source::{Change, Row};
use crate::web::form::Fields;

impl Typed {
    pub fn read(fields: &Fields) -> Self {
        Self {
            name: in_one_line(&fields.text("name")),
            address: fields.text("address"),
            owner: in_one_line(&fields.text("owner")),
            country: fields.text("country"),
            language: fields.text("language"),
            reliability: fields.text("reliability"),
            licence: fields.text("licence"),
            folder: in_one_line(&fields.text("folder")),
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

    /// What is typed of a source that is known; where it is read stays where nothing is said of it.
    pub fn of_known(fields: &Fields, row: &Row) -> Self {
        let typed = Self::read(fields);
        if fields.has("address") { typed } else { Self { address: row.address.clone(), ..typed } }
    }

    /// Where a source is to be read that is read at `before`: there, letter by letter, where nothing else was typed.
    pub fn address_after(&self, before: &str) -> String {
        if self.address.trim() == before { before.into() } else { self.address() }
    }

    /// `owner` is whose it is.
    pub fn change<'a>(&'a self, address: &'a str, owner: &'a str) -> Result<Change<'a>, Problems> {
        let problems = self.problems();
        if !problems.is_empty() {
            return Err(problems);
        }
        Ok(Change {
            name: self.name.trim(),
            address,
            owner,
            country: code(&self.country.to_uppercase()),
            language: code(&self.language.to_lowercase()),
            reliability: self.reliability.parse().unwrap_or(Reliability::F),
            licence: self.licence.parse().unwrap_or(Licence::Headline),
            folder: self.folder.trim(),
            rules: self.rules.trim(),
            active: self.is_active,
        })
    }
}
