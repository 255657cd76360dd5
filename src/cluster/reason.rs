//! Why an article is where it is, in its own words.

use super::document::{self, Document};
use super::fingerprint::{Fingerprint, Kind, Shown};
use super::live::Live;
use crate::model::article::Reasons;
use crate::text::words::{is_cjk, is_south_east_asian};
use std::collections::HashSet;
use std::time::Duration;

/// Words that are told of all that is shared.
const MOST: usize = 6;

/// What an article shares with an incident: the rarest of its words first, and names across languages; and how far it is in time from
/// the nearest of the last articles.
pub fn between(print: &Fingerprint, document: &Document, live: &Live) -> Reasons {
    let has_abroad =
        |shown: &Shown, key: u32| live.has(if shown.kind == Kind::Place { document::Kind::Concepts } else { document::Kind::Names }, key);
    let has = |shown: &Shown| live.has_word(shown.stem) || shown.abroad.is_some_and(|key| has_abroad(shown, key));
    let rarity = |shown: &Shown| document.of(document::Kind::Whole).iter().find(|(hash, _)| *hash == shown.stem).map_or(0.0, |(_, weight)| *weight);
    // what meets across languages is a name, wherever it stands
    let kind_of = |shown: &Shown| if shown.kind == Kind::Word && !live.has_word(shown.stem) { Kind::Name } else { shown.kind };
    let mut shared: Vec<Shared> = vec![];
    let mut before = false;
    for shown in &print.shown {
        let is_shared = has(shown);
        match shared.last_mut() {
            Some(last) if is_shared && before && shown.goes_on => last.go_on(&shown.word, rarity(shown)),
            _ if is_shared => shared.push(Shared { text: shown.word.clone(), rarity: rarity(shown), kind: kind_of(shown) }),
            _ => {}
        }
        before = is_shared;
    }
    shared.sort_by(|a, b| b.rarity.total_cmp(&a.rarity).then(a.text.cmp(&b.text)));
    let mut told = HashSet::new();
    shared.retain(|shared| told.insert(shared.text.to_lowercase()));
    let of = |kind: Kind| shared.iter().take(MOST).filter(|shared| shared.kind == kind).map(|shared| shared.text.clone()).collect();
    let apart = live.recent.iter().filter_map(|other| Some(gap(document, other)?.as_secs() / 60)).min();
    Reasons { names: of(Kind::Name), places: of(Kind::Place), words: of(Kind::Word), minutes_apart: apart }
}

/// A word that is shared, or a name of several.
struct Shared {
    text: String,
    /// Of the rarest of its words.
    rarity: f32,
    kind: Kind,
}

impl Shared {
    fn go_on(&mut self, word: &str, rarity: f32) {
        match word.chars().next() {
            // the next pair of characters begins with the last one
            Some(first) if is_cjk(first) && self.text.ends_with(first) => self.text.push_str(&word[first.len_utf8()..]),
            Some(first) if is_south_east_asian(first) => self.text.push_str(word),
            _ => self.text = format!("{} {word}", self.text),
        }
        self.rarity = self.rarity.max(rarity);
    }
}

fn gap(one: &Document, other: &Document) -> Option<Duration> {
    let (one, other) = (one.at?, other.at?);
    Some(one.since(other).max(other.since(one)))
}

#[cfg(test)]
mod tests {
    use super::super::frequency::Frequency;
    use super::*;
    use crate::clock::{HOUR, Timestamp};
    use std::sync::Arc;

    fn reasons(first: (&str, &str), second: (&str, &str)) -> Reasons {
        let document = |print: &Fingerprint, hour: u32| Frequency::bundled().weigh(print, Some(Timestamp(0).plus(HOUR * hour)), None);
        let (first, second) = (Fingerprint::of(first.0, "", first.1), Fingerprint::of(second.0, "", second.1));
        let mut live = Live::default();
        live.add(Arc::new(document(&first, 0)), |_| {});
        between(&second, &document(&second, 3), &live)
    }

    #[test]
    fn what_is_shared_is_told_in_the_articles_own_words_and_by_its_kind() {
        let found = reasons(("Fire at Dangote refinery near Lagos", "en"), ("Three dead as refineries of Dangote burn in Lagos", "en"));
        assert_eq!(found.told(), "the name Dangote, the place Lagos, the word refineries; 3 hours apart");
    }

    #[test]
    fn names_are_shared_across_languages() {
        let found = reasons(("Simone Biles withdraws from team final in Tokyo", "en"), ("Симона Байлз снялась с финала в Токио", "ru"));
        assert_eq!(found.told(), "the name Симона Байлз, the place Токио; 3 hours apart");
    }

    #[test]
    fn a_name_of_several_words_is_told_as_one() {
        let found = reasons(
            ("Troops of Burkina Faso fight with Abu Musab in the north", "en"),
            ("Fighters of Abu Musab kill ten in the north of Burkina Faso", "en"),
        );
        assert_eq!(found.told(), "the name Abu Musab, the place Burkina Faso, the word north; 3 hours apart");
    }

    #[test]
    fn a_capital_says_nothing_where_all_words_have_one() {
        let found = reasons(("Fire at refinery", "en"), ("Big Fire Burns Old Refinery", "en"));
        assert_eq!((found.names.len(), found.words.len()), (0, 2));
    }

    #[test]
    fn pairs_of_characters_are_told_as_the_stretch_that_they_are() {
        let found = reasons(("大阪炼油厂发生火灾", "zh"), ("日本大阪炼油厂火灾致三人死亡", "zh"));
        assert_eq!(found.words, ["大阪炼油厂", "火灾"]);
        let found = reasons(("แผ่นดินไหวที่เชียงใหม่", "th"), ("ตำรวจเชียงใหม่", "th"));
        assert_eq!(found.words, ["เชียงใหม่"]);
    }
}
