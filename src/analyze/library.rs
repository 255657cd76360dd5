//! The rule library: implications and signals by category, as readable TOML beside this file.

use super::cite;
use crate::model::article::Article;
use crate::model::category::Category;
use crate::model::signal::Signal;
use crate::text::words::stems;
use serde::Deserialize;
use std::collections::BTreeSet;
use std::sync::LazyLock;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Library {
    implication: Vec<ImplicationRule>,
    signal: Vec<SignalRule>,
}

/// A consequence that is stated when an article of the incident has one of `words`; without words, when no other of its category is. `{where}` and `{actors}` are the
/// incident's own names.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ImplicationRule {
    category: Category,
    words: String,
    text: String,
}

/// Something to look for next in incidents of a category; observed when a later article has one of `words`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SignalRule {
    category: Category,
    words: String,
    text: String,
    pull: i64,
}

static LIBRARY: LazyLock<Library> = LazyLock::new(|| toml::from_str(include_str!("library.toml")).expect("the bundled library is sound"));

/// An article and the stems of its words.
struct Read<'a> {
    article: &'a Article,
    stems: BTreeSet<String>,
}

fn read(articles: &[Article]) -> Vec<Read<'_>> {
    articles.iter().map(|article| Read { article, stems: stems(&article.text(), "en").into_iter().collect() }).collect()
}

fn having<'a>(read: &[Read<'a>], words: &str) -> Vec<&'a Article> {
    let wanted = stems(words, "en");
    read.iter().filter(|r| wanted.iter().any(|w| r.stems.contains(w))).map(|r| r.article).collect()
}

/// The consequences whose condition the articles meet, most evidence first, each with its citations; at least one, at most 3.
pub fn implications(articles: &[Article], category: Category, place: &str, actors: &str) -> Vec<String> {
    let read = read(articles);
    let rules = LIBRARY.implication.iter().filter(|rule| rule.category == category);
    let (general, special): (Vec<_>, Vec<_>) = rules.partition(|rule| rule.words.is_empty());
    let mut met: Vec<_> = special.into_iter().map(|rule| (rule, having(&read, &rule.words))).filter(|(_, evidence)| !evidence.is_empty()).collect();
    if met.is_empty() {
        met.extend(general.into_iter().map(|rule| (rule, articles.iter().collect())));
    }
    met.sort_by_key(|(_, evidence)| std::cmp::Reverse(evidence.len()));
    let sentence = |(rule, evidence): (&ImplicationRule, Vec<&Article>)| {
        format!("{} {}", rule.text.replace("{where}", place).replace("{actors}", actors), cite(evidence))
    };
    met.into_iter().take(3).map(sentence).collect()
}

/// What to look for next, each with whether an article after the first has it.
pub fn signals(articles: &[Article], category: Category, place: &str) -> Vec<Signal> {
    let read = read(articles);
    // the first report is what opened the incident; what a signal waits for comes after it
    let first = articles.iter().map(|a| a.published_at).min();
    let rules = LIBRARY.signal.iter().filter(|rule| rule.category == category);
    rules
        .map(|rule| {
            let evidence: Vec<_> = having(&read, &rule.words).into_iter().filter(|a| Some(a.published_at) > first).collect();
            let text = rule.text.replace("{where}", place);
            Signal {
                observed: !evidence.is_empty(),
                text: if evidence.is_empty() { text } else { format!("{text} {}", cite(evidence)) },
                words: stems(&rule.words, "en"),
                pull: rule.pull,
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::sample::article;
    use super::*;

    #[test]
    fn every_category_has_implications_and_signals_that_pull_both_ways() {
        for category in Category::ALL {
            let signals: Vec<_> = LIBRARY.signal.iter().filter(|s| s.category == *category).collect();
            assert!(LIBRARY.implication.iter().filter(|i| i.category == *category).count() >= 2, "{category:?}");
            assert!(signals.len() >= 3 && signals.iter().any(|s| s.pull > 0) && signals.iter().any(|s| s.pull < 0), "{category:?}");
        }
    }

    #[test]
    fn no_wording_mixes_likelihood_or_says_may() {
        for text in LIBRARY.implication.iter().map(|i| &i.text).chain(LIBRARY.signal.iter().map(|s| &s.text)) {
            for bad in [" may ", " might ", " likely", "probabl", "confidence", " could "] {
                assert!(!text.to_lowercase().contains(bad), "{text}");
            }
        }
    }

    #[test]
    fn an_implication_cites_the_articles_that_meet_its_condition() {
        let articles = [article(1, "a", "Quiet day", ""), article(2, "b", "Shelling of the port", "")];
        let found = implications(&articles, Category::Conflict, "Ukraine", "Russia and Ukraine");
        assert!(!found.is_empty() && found.iter().all(|text| text.ends_with("[2]")), "{found:?}");
        let general = implications(&articles[..1], Category::Conflict, "Ukraine", "Russia");
        assert!(general.len() == 1 && general[0].ends_with("[1]"), "{general:?}");
    }

    #[test]
    fn a_signal_is_observed_only_in_a_later_article() {
        let first = [article(1, "a", "Ceasefire talks", "")];
        assert!(signals(&first, Category::Conflict, "Ukraine").iter().all(|s| !s.observed));
        let later = [article(1, "a", "Shelling", ""), article(2, "b", "Ceasefire agreed", "")];
        let observed: Vec<_> = signals(&later, Category::Conflict, "Ukraine").into_iter().filter(|s| s.observed).collect();
        assert!(observed.iter().any(|s| s.pull < 0 && s.text.ends_with("[2]")), "{observed:?}");
    }
}
