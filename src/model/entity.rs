//! An Entity: a person, organisation, place or asset that articles name.

use serde::{Deserialize, Serialize};

super::scale! {
    EntityKind {
        Person = "person", "Person";
        Organisation = "organisation", "Organisation";
        Place = "place", "Place";
        Asset = "asset", "Asset";
        Topic = "topic", "Topic";
    }
}

impl EntityKind {
    pub fn plural(self) -> &'static str {
        ["People", "Organisations", "Places", "Assets", "Topics"][self as usize]
    }
}

/// An entity and the articles (by place, ascending) of one incident that name it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Mention {
    pub kind: EntityKind,
    pub name: String,
    pub articles: Vec<i64>,
}

impl Mention {
    /// What its page is found by.
    pub fn slug(&self) -> String {
        crate::text::slug::any(&self.name)
    }
}
