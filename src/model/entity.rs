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

/// An entity and the articles (by place, ascending) of one incident that name it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Mention {
    pub kind: EntityKind,
    pub name: String,
    pub articles: Vec<i64>,
}
