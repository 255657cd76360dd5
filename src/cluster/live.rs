//! A live incident as clustering sees it: sums of its articles' vectors, and the last articles whole.

use super::document::{Document, Kind, Tag};
use super::sums::Sums;
use super::vector;
use super::voice::Mark;
use crate::clock::Timestamp;
use crate::id::Id;
use crate::model::article::Article;
use crate::model::incident::Incident;
use rustc_hash::FxHashMap;
use std::collections::VecDeque;
use std::sync::Arc;

/// Articles that an arriving one is compared with one by one. With eight it took a fifth longer and decided no better; with four, incidents began
/// to merge that were none.
const RECENT: usize = 6;

/// Most incidents have one article, and that says all; sums are made when a second one comes.
#[derive(Debug, Clone, Default)]
pub struct Live {
    pub articles: u32,
    /// `None` when an article's time is not known.
    pub newest: Option<Timestamp>,
    pub oldest: Option<Timestamp>,
    sums: Option<Box<Sums>>,
    /// Articles by language; most incidents have one language or two.
    languages: Vec<(Tag, u32)>,
    pub recent: VecDeque<Arc<Document>>,
    /// By which its articles' copies are known, in the order of joining.
    pub marks: Vec<(Id<Article>, Mark)>,
    /// How often an article that joined here would have fitted another incident.
    pub votes: FxHashMap<Id<Incident>, u32>,
}

impl Live {
    /// Puts an article in, and calls `new` for each word and name that leads here from now on.
    pub fn add(&mut self, document: Arc<Document>, new: impl FnMut(u32)) {
        let at = document.at;
        match self.articles {
            0 => {
                (self.newest, self.oldest) = (at, at);
                [Kind::Whole, Kind::Names, Kind::Concepts].into_iter().flat_map(|kind| document.of(kind)).map(|(hash, _)| *hash).for_each(new);
                self.recent.reserve_exact(1);
            }
            _ => {
                self.newest = self.newest.zip(at).map(|(a, b)| a.max(b)).or(at);
                self.oldest = self.oldest.zip(at).map(|(a, b)| a.min(b)).or(at);
                self.sums().add(&document, new);
            }
        }
        self.articles += 1;
        self.count_language(document.language, 1);
        if let Some(article) = document.article {
            self.marks.reserve_exact(1);
            self.marks.push((article, document.mark));
        }
        self.recent.push_back(document);
        if self.recent.len() > RECENT {
            self.recent.pop_front();
        }
    }

    /// Takes in all of another incident; calls `new` for what leads here from now on.
    pub fn absorb(&mut self, mut other: Self, new: impl FnMut(u32)) {
        self.newest = self.newest.max(other.newest);
        self.oldest = match (self.oldest, other.oldest) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        self.sums().add_all(other.sums(), new);
        self.articles += other.articles;
        self.marks.append(&mut other.marks);
        for (language, count) in other.languages {
            self.count_language(language, count);
        }
        self.recent.extend(other.recent);
        while self.recent.len() > RECENT {
            self.recent.pop_front();
        }
        for (incident, votes) in other.votes {
            *self.votes.entry(incident).or_default() += votes;
        }
    }

    fn sums(&mut self) -> &mut Sums {
        let only = self.recent.front();
        self.sums.get_or_insert_with(|| Box::new(only.map_or_else(Sums::default, |document| Sums::begin(document))))
    }

    /// How much something weighs in the sum of all articles; `None` when no article has it.
    pub(super) fn weight(&self, kind: Kind, hash: u32) -> Option<f32> {
        match (&self.sums, self.recent.front()) {
            (Some(sums), _) => sums.of(kind).weight(hash),
            (None, only) => vector::weight(only?.of(kind), hash),
        }
    }

    /// The product of a vector with the sum of all articles.
    pub(super) fn dot(&self, kind: Kind, vector: &[(u32, f32)]) -> f32 {
        match (&self.sums, self.recent.front()) {
            (Some(sums), _) => sums.of(kind).dot(vector),
            (None, only) => only.map_or(0.0, |only| vector::dot(vector, only.of(kind))),
        }
    }

    /// The length of the sum of all articles.
    pub(super) fn length(&self, kind: Kind) -> f32 {
        match (&self.sums, self.recent.front()) {
            (Some(sums), _) => sums.of(kind).length(),
            (None, only) => only.map_or(0.0, |only| if only.of(kind).is_empty() { 0.0 } else { 1.0 }),
        }
    }

    pub(super) fn has_body(&self) -> bool {
        self.length(Kind::Body) > 0.0
    }

    pub(super) fn has(&self, kind: Kind, hash: u32) -> bool {
        self.weight(kind, hash).is_some()
    }

    /// True when all its articles are among the last ones.
    pub(super) fn is_recent(&self) -> bool {
        self.articles as usize == self.recent.len()
    }

    pub fn has_word(&self, stem: u32) -> bool {
        self.has(Kind::Whole, stem)
    }

    pub(super) fn shares_language(&self, other: &Self) -> bool {
        self.languages.iter().any(|(language, _)| other.in_language(*language) > 0)
    }

    pub(super) fn in_language(&self, language: Tag) -> u32 {
        self.languages.iter().find(|(known, _)| *known == language).map_or(0, |(_, count)| *count)
    }

    fn count_language(&mut self, language: Tag, articles: u32) {
        match self.languages.iter_mut().find(|(known, _)| *known == language) {
            Some((_, count)) => *count += articles,
            None => {
                self.languages.reserve_exact(1);
                self.languages.push((language, articles));
            }
        }
    }
}
