//! What was reported when: one moment for each article that says something new.

use crate::model::article::Article;
use crate::model::moment::{Moment, Precision};
use crate::text::markdown::escape;
use crate::text::words::stems;
use std::collections::BTreeSet;

/// Lines in a timeline.
const LIMIT: usize = 12;

/// Moments in time order. The first report and every report of a new highest number of dead are turning points.
pub fn of(articles: &[Article]) -> Vec<Moment> {
    let mut order: Vec<&Article> = articles.iter().collect();
    order.sort_by_key(|a| (a.published_at, a.place));
    let mut seen: Vec<BTreeSet<String>> = vec![];
    let mut highest = None;
    let mut moments: Vec<Moment> = vec![];
    for article in order {
        let words: BTreeSet<String> = stems(&article.title, &article.language).into_iter().collect();
        let deaths = super::severity::highest_death_count(&article.text());
        let turning = moments.is_empty() || deaths > highest;
        highest = highest.max(deaths);
        let copy = seen.iter().any(|other| words.intersection(other).count() * 4 >= words.len().min(other.len()).max(1) * 3);
        if copy && !turning {
            continue;
        }
        seen.push(words);
        moments.push(Moment {
            at: article.published_at,
            precision: Precision::Minute,
            text: format!("{}: {} [{}]", escape(&article.source_name), escape(&article.title), article.place),
            key: turning,
        });
    }
    if moments.len() > LIMIT {
        let newest = moments.split_off(moments.len() - LIMIT / 2);
        moments.truncate(LIMIT / 2);
        moments.extend(newest);
    }
    moments
}

#[cfg(test)]
mod tests {
    use super::super::sample::article;
    use super::*;

    #[test]
    fn copies_are_one_moment_and_a_higher_toll_is_a_turning_point() {
        let moments = of(&[
            article(1, "a", "Fire at Lagos refinery", ""),
            article(2, "b", "Fire at Lagos refinery", ""),
            article(3, "c", "Lagos refinery fire: 3 killed", ""),
            article(4, "d", "Minister visits the site", ""),
        ]);
        assert_eq!(moments.iter().map(|m| m.key).collect::<Vec<_>>(), [true, true, false]);
        assert_eq!(moments[1].text, "c: Lagos refinery fire: 3 killed [3]");
    }

    #[test]
    fn a_long_story_keeps_its_beginning_and_its_end() {
        let articles: Vec<_> = (1..=40).map(|n| article(n, "a", &format!("w{n}a w{n}b w{n}c w{n}d"), "")).collect();
        let moments = of(&articles);
        assert_eq!(moments.len(), LIMIT);
        assert!(moments[0].text.ends_with("[1]") && moments[11].text.ends_with("[40]"));
    }
}
