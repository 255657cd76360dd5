//! The rule library: implications and signals by category, event class and number of actors, as readable TOML beside this file.

use super::cite;
use super::event::Classes;
use crate::model::article::Article;
use crate::model::category::Category;
use crate::model::event::Root;
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

/// What a rule asks of an incident besides its category: all that it names must hold.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Condition {
    /// CAMEO roots.
    roots: Vec<Root>,
    /// Countries at least.
    actors: usize,
}

/// A consequence that is stated when an article of the incident has one of `words`, and one of the roots in a sentence. One that names only a
/// category is stated when no other is. `{where}` and `{actors}` are the incident's own names.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ImplicationRule {
    category: Option<Category>,
    #[serde(default)]
    when: Condition,
    words: String,
    text: String,
}

/// Something to look for next; observed when a later article has one of `words`. Its roots are those of the incident.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SignalRule {
    category: Option<Category>,
    #[serde(default)]
    when: Condition,
    words: String,
    text: String,
    pull: i64,
}

/// What the rules know of an incident beside its articles.
pub struct Scene<'a> {
    pub category: Category,
    /// The root of its event class; none where the code does not fit, as for disasters.
    pub root: Option<Root>,
    /// Its first country, and all of them, as a sentence names them.
    pub place: &'a str,
    pub actors: &'a str,
    pub countries: usize,
}

impl Condition {
    fn holds(&self, category: Option<Category>, scene: &Scene) -> bool {
        category.is_none_or(|category| category == scene.category)
            && scene.countries >= self.actors
            && (self.roots.is_empty() || scene.root.is_some())
    }
}

impl Scene<'_> {
    fn told(&self, text: &str) -> String {
        text.replace("{where}", self.place).replace("{actors}", self.actors)
    }
}

static LIBRARY: LazyLock<Library> = LazyLock::new(|| toml::from_str(include_str!("library.toml")).expect("the bundled library is sound"));

/// An article as the rules read it: the stems of its words, and the roots that its first sentences tell of.
pub struct Read<'a> {
    article: &'a Article,
    stems: BTreeSet<String>,
    roots: Vec<Root>,
}

/// `classes` are those of the articles, in their order; without any where the code does not fit.
pub fn read<'a>(articles: &'a [Article], classes: &[Classes]) -> Vec<Read<'a>> {
    let one = |(place, article): (usize, &'a Article)| {
        let roots = classes.get(place).into_iter().flatten().map(|(_, class)| class.root).collect();
        Read { article, stems: super::words_read(article), roots }
    };
    articles.iter().enumerate().map(one).collect()
}

/// Articles with one of the words and one of the roots; either may be empty, and is then not asked for.
fn having<'a>(read: &[Read<'a>], words: &str, roots: &[Root]) -> Vec<&'a Article> {
    let wanted = stems(words, "en");
    let has_word = |r: &&Read| wanted.is_empty() || wanted.iter().any(|w| r.stems.contains(w));
    let has_root = |r: &&Read| roots.is_empty() || r.roots.iter().any(|root| roots.contains(root));
    read.iter().filter(has_word).filter(has_root).map(|r| r.article).collect()
}

/// The consequences whose condition the articles meet, most evidence first, each with its citations; at least one, at most 3.
pub fn implications(read: &[Read], scene: &Scene) -> Vec<String> {
    let rules = LIBRARY.implication.iter().filter(|rule| rule.when.holds(rule.category, scene));
    let (general, special): (Vec<_>, Vec<_>) = rules.partition(|rule| rule.words.is_empty() && rule.when.roots.is_empty());
    let evidence = |rule: &ImplicationRule| having(read, &rule.words, &rule.when.roots);
    let mut met: Vec<_> = special.into_iter().map(|rule| (rule, evidence(rule))).filter(|(_, evidence)| !evidence.is_empty()).collect();
    if met.is_empty() {
        met.extend(general.into_iter().map(|rule| (rule, read.iter().map(|r| r.article).collect())));
    }
    met.sort_by_key(|(_, evidence)| std::cmp::Reverse(evidence.len()));
    let sentence = |(rule, evidence): (&ImplicationRule, Vec<&Article>)| format!("{} {}", scene.told(&rule.text), cite(evidence));
    met.into_iter().take(3).map(sentence).collect()
}

/// What to look for next, each with whether an article after the first has it.
pub fn signals(read: &[Read], scene: &Scene) -> Vec<Signal> {
    // the first report is what opened the incident; what a signal waits for comes after it
    let first = read.iter().map(|r| r.article.published_at).min();
    let is_of = |roots: &[Root]| roots.is_empty() || scene.root.is_some_and(|root| roots.contains(&root));
    let rules = LIBRARY.signal.iter().filter(|rule| rule.when.holds(rule.category, scene) && is_of(&rule.when.roots));
    rules
        .map(|rule| {
            let evidence: Vec<_> = having(read, &rule.words, &[]).into_iter().filter(|a| Some(a.published_at) > first).collect();
            let text = scene.told(&rule.text);
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
            let signals: Vec<_> = LIBRARY.signal.iter().filter(|s| s.category == Some(*category)).collect();
            assert!(LIBRARY.implication.iter().filter(|i| i.category == Some(*category)).count() >= 2, "{category:?}");
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

    fn with_classes(articles: &[Article]) -> Vec<Read<'_>> {
        let classes: Vec<Classes> = articles.iter().map(|article| super::super::event::classes(&article.text())).collect();
        read(articles, &classes)
    }

    fn scene(place: &str, countries: usize) -> Scene<'_> {
        Scene { category: Category::Conflict, root: Some(Root::Threaten), place, actors: "Russia and Ukraine", countries }
    }

    #[test]
    fn a_rule_of_an_event_class_asks_for_its_sentence_and_its_actors() {
        let articles = [article(1, "a", "Quiet day", ""), article(2, "b", "Russia threatens Ukraine with new attacks", "")];
        let of_threats =
            |countries| implications(&with_classes(&articles), &scene("Ukraine", countries)).into_iter().find(|text| text.contains("threat"));
        assert!(of_threats(2).is_some_and(|text| text.contains("Russia and Ukraine") && text.ends_with("[2]")));
        assert_eq!(of_threats(1), None);
        let watched =
            |countries| signals(&with_classes(&articles), &scene("Ukraine", countries)).iter().any(|signal| signal.text.contains("answers in kind"));
        assert!(watched(2) && !watched(1));
    }

    #[test]
    fn an_implication_cites_the_articles_that_meet_its_condition() {
        let articles = [article(1, "a", "Quiet day", ""), article(2, "b", "Shelling of the port", "")];
        let found = implications(&with_classes(&articles), &scene("Ukraine", 1));
        assert!(!found.is_empty() && found.iter().all(|text| text.ends_with("[2]")), "{found:?}");
        let general = implications(&with_classes(&articles[..1]), &scene("Ukraine", 1));
        assert!(general.len() == 1 && general[0].ends_with("[1]"), "{general:?}");
    }

    #[test]
    fn a_signal_is_observed_only_in_a_later_article() {
        let first = [article(1, "a", "Ceasefire talks", "")];
        assert!(signals(&with_classes(&first), &scene("Ukraine", 1)).iter().all(|s| !s.observed));
        let later = [article(1, "a", "Shelling", ""), article(2, "b", "Ceasefire agreed", "")];
        let observed: Vec<_> = signals(&with_classes(&later), &scene("Ukraine", 1)).into_iter().filter(|s| s.observed).collect();
        assert!(observed.iter().any(|s| s.pull < 0 && s.text.ends_with("[2]")), "{observed:?}");
    }
}
