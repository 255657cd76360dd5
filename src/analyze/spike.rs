//! Whether more is written about an incident than about its place and category on a usual day. Pure.

use crate::clock::{DAY, Timestamp};
use crate::model::article::Article;
use std::time::Duration;

/// Days before the last one that say what is usual.
pub const HISTORY: Duration = Duration::from_secs(28 * 86_400);
/// A shorter history says nothing yet.
const LEAST_HISTORY: Duration = Duration::from_secs(3 * 86_400);
/// Fewer articles in a day are no spike, wherever.
const LEAST: usize = 5;
/// Rarer than once in a thousand days by chance.
const CHANCE: f64 = 0.001;

/// What was written about a place and category before the last day.
#[derive(Debug, Clone, Copy)]
pub struct Usual {
    pub articles: i64,
    /// When the first of them was published; without any, the first of all articles that are known.
    pub since: Option<Timestamp>,
}

/// The articles of the last 24 hours, and of a usual day, when the first are a spike.
pub fn spike(articles: &[Article], usual: Usual, now: Timestamp) -> Option<(usize, f64)> {
    let day_ago = now.minus(DAY);
    let today = articles.iter().filter(|article| article.published_at > day_ago && article.published_at <= now).count();
    let history = day_ago.since(usual.since?).min(HISTORY);
    if today < LEAST || history < LEAST_HISTORY {
        return None;
    }
    let a_day = usual.articles as f64 / (history.as_secs_f64() / DAY.as_secs_f64());
    (at_least(today, a_day) < CHANCE).then_some((today, a_day))
}

/// The probability of `n` or more when `mean` are usual, by the Poisson distribution.
fn at_least(n: usize, mean: f64) -> f64 {
    let mut term = (-mean).exp();
    let mut below = 0.0;
    for k in 0..n {
        below += term;
        term *= mean / (k + 1) as f64;
    }
    (1.0 - below).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::super::sample::article;
    use super::*;

    const NOW: Timestamp = Timestamp(100 * 86_400_000);

    fn today(n: i64) -> Vec<Article> {
        (1..=n).map(|place| Article { published_at: NOW.minus(DAY / 2), ..article(place, "a", "Fire", "") }).collect()
    }

    #[test]
    fn a_spike_is_more_than_chance_would_give() {
        let usual = |articles: i64| Usual { articles, since: Some(NOW.minus(DAY * 29)) };
        // 28 articles in 28 days: one a day
        assert_eq!(spike(&today(8), usual(28), NOW), Some((8, 1.0)));
        assert_eq!(spike(&today(4), usual(28), NOW), None, "too few");
        // ten a day: twelve are an ordinary day
        assert_eq!(spike(&today(12), usual(280), NOW), None);
        assert_eq!(spike(&today(12), Usual { articles: 1, since: Some(NOW.minus(DAY * 2)) }, NOW), None, "nobody knows yet what is usual");
        assert_eq!(spike(&today(12), Usual { articles: 0, since: None }, NOW), None);
        assert_eq!(spike(&today(5), usual(0), NOW), Some((5, 0.0)), "nothing for weeks, and then five");
    }

    #[test]
    fn the_tail_of_the_distribution_is_right() {
        // R: ppois(4, 1, lower.tail = FALSE)
        assert!((at_least(5, 1.0) - 0.003_659_847).abs() < 1e-8);
        assert_eq!(at_least(0, 3.0), 1.0);
    }
}
