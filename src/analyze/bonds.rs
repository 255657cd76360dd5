//! Bonds: how two who are named in one sentence stand to each other, by the event class of the sentence.

use super::entities::Reading;
use super::{READ, event};
use crate::model::entity::Mention;
use crate::model::event::{Bond, Quad};
use crate::text::sentence::sentences;
use std::collections::{BTreeMap, BTreeSet};

/// For each pair of the mentioned that sentences name together, the quad class of most of these sentences; the surest first.
pub fn of(readings: &[Reading], mentions: &[Mention]) -> Vec<Bond> {
    let known: BTreeSet<&str> = mentions.iter().map(|mention| mention.name.as_str()).collect();
    let mut found: BTreeMap<(&str, &str), BTreeMap<Quad, i64>> = BTreeMap::new();
    for reading in readings.iter().filter(|reading| READ.contains(&reading.article.language.as_str())) {
        for sentence in sentences(&reading.text) {
            let from = sentence.as_ptr() as usize - reading.text.as_ptr() as usize;
            let within = from..from + sentence.len();
            let named: BTreeSet<&str> = reading
                .names
                .iter()
                .filter(|named| within.contains(&named.start))
                .filter_map(|named| known.get(named.name.as_str()).copied())
                .collect();
            if named.len() < 2 {
                continue;
            }
            let Some(class) = event::of(sentence) else { continue };
            for one in &named {
                for other in named.iter().filter(|other| *other > one) {
                    *found.entry((*one, *other)).or_default().entry(class.root.quad()).or_default() += 1;
                }
            }
        }
    }
    let bond = |((one, other), quads): ((&str, &str), BTreeMap<Quad, i64>)| {
        let of = quads.values().sum();
        let (quad, sentences) = quads.into_iter().max_by(|a, b| a.1.cmp(&b.1).then(b.0.cmp(&a.0)))?;
        Some(Bond { one: one.into(), other: other.into(), quad, sentences, of })
    };
    let mut bonds: Vec<Bond> = found.into_iter().filter_map(bond).collect();
    bonds.sort_by(|a, b| b.sentences.cmp(&a.sentences).then(a.one.cmp(&b.one)).then(a.other.cmp(&b.other)));
    bonds
}

#[cfg(test)]
mod tests {
    use super::super::entities::{mentions, read};
    use super::super::sample::article;
    use super::*;

    #[test]
    fn who_fights_and_who_talks_is_told_apart() {
        let articles = [
            article(1, "Wire", "", "Russian troops attacked Ukraine on Monday. France met with Germany in talks."),
            article(2, "Post", "", "Russia attacked Ukraine again. Germany and France agreed to meet."),
        ];
        let readings = read(&articles);
        let bonds = of(&readings, &mentions(&readings));
        let quad = |a: &str, b: &str| bonds.iter().find(|bond| bond.one == a && bond.other == b).map(|bond| bond.quad);
        assert_eq!(quad("France", "Germany"), Some(Quad::VerbalCooperation), "{bonds:?}");
        assert_eq!(quad("Russia", "Ukraine"), Some(Quad::MaterialConflict), "{bonds:?}");
    }
}
