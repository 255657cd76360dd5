//! The vectors of an incident's articles, summed up by their kind.

use super::document::{Document, Kind};
use super::vector::Sum;

#[derive(Debug, Clone, Default)]
pub struct Sums {
    whole: Sum,
    body: Sum,
    /// Empty as long as no article has a body: the titles are the whole texts then.
    title: Sum,
    names: Sum,
    grams: Sum,
    numbers: Sum,
    concepts: Sum,
}

impl Sums {
    pub fn begin(document: &Document) -> Self {
        let mut sums = Self::default();
        sums.add(document, |_| ());
        sums
    }

    pub fn add(&mut self, document: &Document, mut new: impl FnMut(u32)) {
        self.part_titles(document.has_body());
        self.whole.add(document.of(Kind::Whole), &mut new);
        self.names.add(document.of(Kind::Names), &mut new);
        self.concepts.add(document.of(Kind::Concepts), &mut new);
        self.body.add(document.of(Kind::Body), |_| ());
        if !self.body.is_empty() {
            self.title.add(document.of(Kind::Title), |_| ());
        }
        self.grams.add(document.of(Kind::Grams), |_| ());
        self.numbers.add(document.of(Kind::Numbers), |_| ());
    }

    pub fn add_all(&mut self, other: &Self, mut new: impl FnMut(u32)) {
        self.part_titles(!other.body.is_empty());
        if !self.body.is_empty() || !other.body.is_empty() {
            self.title.add_sum(other.of(Kind::Title), |_| ());
        }
        self.whole.add_sum(&other.whole, &mut new);
        self.names.add_sum(&other.names, &mut new);
        self.concepts.add_sum(&other.concepts, &mut new);
        self.body.add_sum(&other.body, |_| ());
        self.grams.add_sum(&other.grams, |_| ());
        self.numbers.add_sum(&other.numbers, |_| ());
    }

    /// Counts titles apart from whole texts when the first body is about to come.
    fn part_titles(&mut self, comes_body: bool) {
        if comes_body && self.body.is_empty() {
            self.title = self.whole.clone();
        }
    }

    pub fn of(&self, kind: Kind) -> &Sum {
        match kind {
            Kind::Title if self.body.is_empty() => &self.whole,
            Kind::Whole => &self.whole,
            Kind::Title => &self.title,
            Kind::Body => &self.body,
            Kind::Names => &self.names,
            Kind::Grams => &self.grams,
            Kind::Numbers => &self.numbers,
            Kind::Concepts => &self.concepts,
        }
    }
}
