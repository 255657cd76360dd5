//! An article as clustering sees it: weighted vectors, each of length 1. Pure.

use super::concept::Country;
use super::direction::Direction;
use super::fingerprint::Run;
use super::voice::Mark;
use crate::clock::Timestamp;
use crate::id::Id;
use crate::model::article::Article;

/// The vectors of an article, in the order in which they lie in memory: those that are compared with every arriving article first.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    Title,
    Grams,
    Concepts,
    Names,
    Numbers,
    Body,
    /// Title twice and body once; the title where there is no body.
    Whole,
}
const KINDS: usize = 7;

/// A language code in few bytes.
pub type Tag = [u8; 8];

pub fn tag(language: &str) -> Tag {
    let mut tag = Tag::default();
    tag.iter_mut().zip(language.bytes()).for_each(|(place, byte)| *place = byte);
    tag
}

#[derive(Debug, Clone)]
pub struct Document {
    pub language: Tag,
    /// When it was published, as far as that is known.
    pub at: Option<Timestamp>,
    /// The stored article, unless this is a labelled stream.
    pub article: Option<Id<Article>>,
    pub vectors: Vectors,
    pub neighbours: Box<[u32]>,
    pub anchors: Box<[u32]>,
    pub runs: Box<[Run]>,
    pub countries: Box<[Country]>,
    /// The country of its source, where that is known.
    pub home: Option<Country>,
    pub particulars: Box<[u32]>,
    pub orders: Box<[u8]>,
    /// What an encoder makes of the title, as seen from the center of its language; `None` without one.
    pub direction: Option<Direction>,
    /// What the vectors were divided by: times a weight it is how rare a word is (inverse document frequency), or a little more when it
    /// is said twice.
    pub title_scale: f32,
    pub name_scale: f32,
    /// By which a copy is known.
    pub mark: Mark,
}

impl Document {
    pub fn of(&self, kind: Kind) -> &[(u32, f32)] {
        match kind {
            Kind::Whole if !self.has_body() => self.vectors.of(Kind::Title),
            kind => self.vectors.of(kind),
        }
    }

    pub fn has_body(&self) -> bool {
        !self.vectors.of(Kind::Body).is_empty()
    }
}

/// Vectors in one piece of memory: to compare an article with a hundred others is mostly to wait for theirs.
#[derive(Debug, Clone)]
pub struct Vectors {
    entries: Box<[(u32, f32)]>,
    /// Where each ends, and the next one begins.
    ends: [u32; KINDS],
}

impl Vectors {
    /// One of each [`Kind`], in that order, each ascending by its hashes.
    pub fn new(each: [Vec<(u32, f32)>; KINDS]) -> Self {
        let mut ends = [0; KINDS];
        let mut length = 0;
        for (end, vector) in ends.iter_mut().zip(&each) {
            length += vector.len() as u32;
            *end = length;
        }
        Self { entries: each.concat().into(), ends }
    }

    fn of(&self, kind: Kind) -> &[(u32, f32)] {
        let number = kind as usize;
        let start = if number == 0 { 0 } else { self.ends[number - 1] };
        &self.entries[start as usize..self.ends[number] as usize]
    }
}
