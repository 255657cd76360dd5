//! Incidents whose titles read alike: a hint for editors that two candidates may be one event.

use crate::id::Id;
use crate::model::incident::Incident;
use crate::text::words::stems;
use std::collections::{HashMap, HashSet};

/// Of the words of both titles, at least this share is in both.
const LEAST: f64 = 0.34;
/// Fewer words in common say nothing.
const LEAST_WORDS: usize = 2;

/// For each of `rows` (id, title, country) the number of the one among `others` that reads most like it, and how much of the words of both
/// is shared, in percent (Jaccard's index of their stems). Two countries that differ tell two incidents apart.
pub fn hints<'a>(
    rows: impl Iterator<Item = (Id<Incident>, &'a str, Option<&'a str>)>,
    others: &[(Id<Incident>, i64, String, Option<String>)],
) -> HashMap<Id<Incident>, (i64, i64)> {
    let others: Vec<_> = others.iter().map(|(id, number, title, country)| (*id, *number, words(title), country.as_deref())).collect();
    let mut found = HashMap::new();
    for (id, title, country) in rows {
        let own = words(title);
        let near = others.iter().filter(|(other, _, _, there)| *other != id && (country.is_none() || there.is_none() || country == *there));
        let scored = near.filter_map(|(_, number, theirs, _)| {
            let shared = own.intersection(theirs).count();
            let share = shared as f64 / own.union(theirs).count().max(1) as f64;
            (shared >= LEAST_WORDS && share >= LEAST).then_some((*number, (share * 100.0).round() as i64))
        });
        if let Some(best) = scored.max_by_key(|(number, percent)| (*percent, -number)) {
            found.insert(id, best);
        }
    }
    found
}

fn words(title: &str) -> HashSet<String> {
    stems(title, "en").into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_of_one_event_are_told_and_others_are_not() {
        let id = |n: i64| Id::<Incident>::from(n);
        let others = vec![
            (id(1), 11, "Fire at Lagos oil refinery kills three".to_string(), Some("NG".to_string())),
            (id(2), 12, "Parliament passes budget".to_string(), None),
            (id(3), 13, "Oil refinery fire kills three".to_string(), Some("VE".to_string())),
        ];
        let row = (id(9), "Three killed as fire hits oil refinery in Lagos", Some("NG"));
        let found = hints([row].into_iter(), &others);
        assert_eq!(found.get(&id(9)).map(|(number, _)| *number), Some(11));
        assert!(hints([(id(1), "Fire at Lagos oil refinery kills three", Some("NG"))].into_iter(), &others[..1]).is_empty(), "not itself");
        assert!(hints([(id(9), "Talks end", None)].into_iter(), &others).is_empty());
    }
}
