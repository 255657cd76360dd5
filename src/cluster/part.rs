//! What an incident that has grown may fall into.
//!
//! A hint for editors and no decision: of the parts that this finds in the labelled streams half are another event and half are another
//! side of the same, so to part incidents by it made the groups worse.

use super::document::Document;
use super::groups::Groups;
use super::index::{Index, Thresholds};
use super::model::Model;
use std::sync::Arc;

/// Fewer articles are quickly read.
pub const LEAST_ARTICLES: u32 = 8;
/// Of a part that is worth an editor's look.
const LEAST_OF_PART: usize = 3;

/// More must speak for a join, and far more for a merge, than when the articles came in.
const STRICT: Thresholds = Thresholds { join: 0.65, vote: 0.5, merge: None, linkage: 0.5, mean: 0.5 };

/// The parts besides the largest, each as the numbers of its articles in the order given, the larger ones first. Empty when all seem to be one.
pub fn parts(model: &Model, documents: &[Arc<Document>]) -> Vec<Vec<usize>> {
    let (mut index, mut groups) = (Index::default(), Groups::default());
    for (number, document) in documents.iter().enumerate() {
        let found = index.find(model, document.clone());
        groups.put(&mut index, model, &found, number, STRICT);
    }
    groups.into_lists().into_iter().skip(1).filter(|part| part.len() >= LEAST_OF_PART).collect()
}

#[cfg(test)]
mod tests {
    use super::super::fingerprint::Fingerprint;
    use super::super::frequency::Frequency;
    use super::*;
    use crate::clock::{HOUR, Timestamp};

    fn parted(titles: &[&str]) -> Vec<Vec<usize>> {
        let mut frequency = Frequency::bundled();
        let document = |(hour, title): (usize, &&str)| {
            let print = Fingerprint::of(title, "", "en");
            frequency.learn(&print);
            Arc::new(frequency.weigh(&print, Some(Timestamp(0).plus(HOUR * hour as u32)), None))
        };
        parts(Model::bundled(), &titles.iter().enumerate().map(document).collect::<Vec<_>>())
    }

    const FIRE: [&str; 5] = [
        "Fire breaks out at oil refinery in Lagos port",
        "Lagos refinery fire kills three workers",
        "Three dead after fire at Lagos oil refinery",
        "Lagos oil refinery fire: three workers dead",
        "Refinery fire in Lagos port kills three",
    ];
    const QUAKE: [&str; 3] =
        ["Earthquake of magnitude 7 shakes Osaka", "Osaka earthquake injures dozens", "Dozens hurt as magnitude 7 earthquake shakes Osaka"];

    #[test]
    fn an_event_within_another_is_a_part() {
        let mixed = [&FIRE[..2], &QUAKE[..1], &FIRE[2..4], &QUAKE[1..], &FIRE[4..]].concat();
        assert_eq!(parted(&mixed), [[2, 5, 6]]);
    }

    #[test]
    fn one_event_has_no_parts_and_a_stray_article_is_none() {
        assert!(parted(&FIRE).is_empty());
        assert!(parted(&[&FIRE[..], &QUAKE[..1]].concat()).is_empty());
    }
}
