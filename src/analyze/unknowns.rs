//! What is not known, and what would change the assessment. Never empty.

use super::numbers::highest_death_count;
use super::{cite, is_read};
use crate::model::article::Article;
use crate::model::country;
use crate::model::signal::Signal;
use crate::text::markdown::escape;
use crate::text::sentence::counted;
use std::collections::{BTreeMap, BTreeSet};

pub fn of(articles: &[Article], countries: &[String], signals: &[Signal]) -> Vec<String> {
    let mut lines = vec![];
    let owners: BTreeSet<&str> = articles.iter().map(|a| a.voice.as_str()).collect();
    if let [only] = owners.iter().collect::<Vec<_>>().as_slice() {
        lines.push(format!(
            "Only one independent voice, {}, reports this; a second one would confirm or contradict it. {}",
            escape(only),
            cite(articles)
        ));
    }
    lines.extend(deaths(articles));
    if let Some(code) = countries.first() {
        let from = articles.iter().filter(|a| a.country.as_deref() == Some(code)).count();
        if from == 0 {
            lines.push(format!("No article comes from an outlet in {}. {}", country::in_sentence(code), cite(articles)));
        }
    } else {
        lines.push(format!("Where it happens: no article names a country. {}", cite(articles)));
    }
    let unread: Vec<&Article> = articles.iter().filter(|a| !is_read(a)).collect();
    if !unread.is_empty() {
        let says = if unread.len() == 1 { "says" } else { "say" };
        lines.push(format!(
            "What {} not in English {says}: the rules read English only. {}",
            counted(unread.len(), "article"),
            cite(unread.iter().copied())
        ));
    }
    let headlines: Vec<&Article> = articles.iter().filter(|a| a.summary.is_empty()).collect();
    if !headlines.is_empty() {
        lines.push(format!(
            "What the full reports say: {} of {} gave us a headline only. {}",
            headlines.len(),
            counted(articles.len(), "article"),
            cite(headlines.iter().copied())
        ));
    }
    let open = signals.iter().filter(|s| s.is_open()).count();
    lines.push(match open {
        0 => format!("A second independent report of any observed signal would make the level firmer. {}", cite(articles)),
        n => format!("Any of the {} not yet observed would change the level. {}", counted(n, "signal"), cite(articles)),
    });
    lines
}

/// When sources disagree on the number of dead, what each of the extremes says. What a source said before it said another number is past.
fn deaths(articles: &[Article]) -> Option<String> {
    let mut newest: BTreeMap<&str, (i64, &Article)> = BTreeMap::new();
    let mut order: Vec<&Article> = articles.iter().filter(|article| article.copy_of.is_none()).collect();
    order.sort_by_key(|article| (article.published_at, article.place));
    for article in order {
        if let Some(number) = highest_death_count(article) {
            newest.insert(&article.source_name, (number, article));
        }
    }
    let (low, first) = newest.values().min_by_key(|(number, article)| (*number, article.place))?;
    let (high, last) = newest.values().max_by_key(|(number, article)| (*number, article.place))?;
    (low != high).then(|| {
        format!(
            "How many died: {} says {low} [{}], {} says {high} [{}].",
            escape(&first.source_name),
            first.place,
            escape(&last.source_name),
            last.place
        )
    })
}

#[cfg(test)]
mod tests {
    use super::super::sample::article;
    use super::*;

    #[test]
    fn a_single_voice_and_different_tolls_are_said() {
        let one = of(&[article(1, "Wire", "Fire", "")], &["NG".into()], &[]);
        assert!(one[0].starts_with("Only one independent voice, Wire,"));
        assert!(one.iter().any(|l| l.contains("outlet in Nigeria")));
        let two = of(&[article(1, "Wire", "Fire: 3 killed", "x"), article(2, "Post", "Fire: 7 dead", "x")], &["NG".into()], &[]);
        assert!(two.contains(&"How many died: Wire says 3 [1], Post says 7 [2].".to_string()), "{two:?}");
    }

    #[test]
    fn a_source_that_raises_its_number_contradicts_nobody() {
        let raised = [article(1, "Wire", "Fire: 3 killed", "x"), article(2, "Wire", "Fire: 7 dead", "x")];
        assert_eq!(deaths(&raised), None);
        let late = [raised[0].clone(), raised[1].clone(), article(3, "Post", "Fire: 3 dead", "x")];
        assert_eq!(deaths(&late).unwrap(), "How many died: Post says 3 [3], Wire says 7 [2].");
    }

    #[test]
    fn it_is_never_empty() {
        let mut full = vec![article(1, "Wire", "Fire in Nigeria", "text"), article(2, "Post", "Fire in Nigeria", "text")];
        full[0].country = Some("NG".into());
        assert!(!of(&full, &["NG".into()], &[]).is_empty());
    }
}
