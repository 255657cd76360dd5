//! The rule library: implications and signals by category, event class and number of actors, as readable TOML beside this file.

use super::entities::Reading;
use super::event::Classes;
use super::{cite, listed};
use crate::model::article::Article;
use crate::model::category::Category;
use crate::model::country;
use crate::model::event::{EventClass, Root};
use crate::model::signal::Signal;
use crate::text::sentence::sentences;
use crate::text::words::stems;
use serde::Deserialize;
use std::collections::BTreeSet;
use std::ops::Range;
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
/// category is stated when no other is. `{where}` and `{actors}` are the incident's countries that these articles name, or those sentences.
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
    /// ISO 3166-1 alpha-2, the first is where it happens.
    pub countries: &'a [String],
}

impl Condition {
    fn holds(&self, category: Option<Category>, scene: &Scene) -> bool {
        category.is_none_or(|category| category == scene.category)
            && scene.countries.len() >= self.actors
            && (self.roots.is_empty() || scene.root.is_some())
    }
}

impl Scene<'_> {
    /// A rule's text with the names of countries, of which `named` are places among the incident's.
    fn told(&self, text: &str, named: &BTreeSet<usize>) -> String {
        let names: Vec<String> = named.iter().filter_map(|at| self.countries.get(*at)).take(ACTORS).map(|code| country::in_sentence(code)).collect();
        let place = names.first().cloned().or_else(|| self.countries.first().map(|code| country::in_sentence(code)));
        let actors = if names.len() > 1 { listed(&names) } else { "the parties".into() };
        text.replace("{where}", place.as_deref().unwrap_or("the area")).replace("{actors}", &actors)
    }
    fn all(&self) -> BTreeSet<usize> {
        (0..self.countries.len()).collect()
    }
}

static LIBRARY: LazyLock<Library> = LazyLock::new(|| toml::from_str(include_str!("library.toml")).expect("the bundled library is sound"));

/// Countries that a sentence lists at most.
const ACTORS: usize = 3;

/// An article as the rules read it: the stems of its words, the incident's countries that it names, by their places, and the roots that its
/// first sentences tell of, each with the countries named there.
pub struct Read<'a> {
    article: &'a Article,
    stems: BTreeSet<String>,
    countries: BTreeSet<usize>,
    roots: Vec<(Root, BTreeSet<usize>)>,
}

/// `classes` are those of the articles, in their order; without any where the code does not fit.
pub fn read<'a>(readings: &[Reading<'a>], classes: &[Classes], countries: &[String]) -> Vec<Read<'a>> {
    let one = |(place, reading): (usize, &Reading<'a>)| {
        let named = reading.countries();
        let within = |span: &Range<usize>| {
            named.iter().filter(|(at, _)| span.contains(at)).filter_map(|(_, code)| countries.iter().position(|c| c == code)).collect()
        };
        let spans = spans(&reading.text);
        let root = |(sentence, class): &(usize, EventClass)| (class.root, spans.get(*sentence).map_or(BTreeSet::new(), within));
        Read {
            article: reading.article,
            stems: super::words_read(reading.article),
            countries: within(&(0..reading.text.len())),
            roots: classes.get(place).into_iter().flatten().map(root).collect(),
        }
    };
    readings.iter().enumerate().map(one).collect()
}

/// Where the sentences of a text are, in bytes.
fn spans(text: &str) -> Vec<Range<usize>> {
    let start = |sentence: &str| sentence.as_ptr() as usize - text.as_ptr() as usize;
    sentences(text).into_iter().map(|sentence| start(sentence)..start(sentence) + sentence.len()).collect()
}

/// Articles that meet a rule, and the countries that are named there.
#[derive(Default)]
struct Evidence<'a> {
    articles: Vec<&'a Article>,
    countries: BTreeSet<usize>,
}

/// Articles with one of the words and one of the roots; either may be empty, and is then not asked for.
fn having<'a>(read: &[Read<'a>], words: &str, roots: &[Root]) -> Evidence<'a> {
    let wanted = stems(words, "en");
    let has_word = |r: &&Read| wanted.is_empty() || wanted.iter().any(|w| r.stems.contains(w));
    let mut evidence = Evidence::default();
    for read in read.iter().filter(has_word) {
        let told: Vec<_> = read.roots.iter().filter(|(root, _)| roots.contains(root)).collect();
        if roots.is_empty() || !told.is_empty() {
            evidence.articles.push(read.article);
            evidence.countries.extend(told.iter().flat_map(|(_, named)| named));
            if roots.is_empty() {
                evidence.countries.extend(&read.countries);
            }
        }
    }
    evidence
}

/// The consequences whose condition the articles meet, most evidence first, each with its citations; at least one, at most 3.
pub fn implications(read: &[Read], scene: &Scene) -> Vec<String> {
    let rules = LIBRARY.implication.iter().filter(|rule| rule.when.holds(rule.category, scene));
    let (general, special): (Vec<_>, Vec<_>) = rules.partition(|rule| rule.words.is_empty() && rule.when.roots.is_empty());
    let evidence = |rule: &ImplicationRule| having(read, &rule.words, &rule.when.roots);
    let holds = |(rule, evidence): &(&ImplicationRule, Evidence)| !evidence.articles.is_empty() && evidence.countries.len() >= rule.when.actors;
    let mut met: Vec<_> = special.into_iter().map(|rule| (rule, evidence(rule))).filter(holds).collect();
    if met.is_empty() {
        let all = || Evidence { articles: read.iter().map(|r| r.article).collect(), countries: scene.all() };
        met.extend(general.into_iter().map(|rule| (rule, all())));
    }
    met.sort_by_key(|(_, evidence)| std::cmp::Reverse(evidence.articles.len()));
    let sentence =
        |(rule, evidence): (&ImplicationRule, Evidence)| format!("{} {}", scene.told(&rule.text, &evidence.countries), cite(evidence.articles));
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
            let evidence: Vec<_> = having(read, &rule.words, &[]).articles.into_iter().filter(|a| Some(a.published_at) > first).collect();
            let text = scene.told(&rule.text, &scene.all());
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

    fn with_classes<'a>(articles: &'a [Article], scene: &Scene) -> Vec<Read<'a>> {
        let classes: Vec<Classes> = articles.iter().map(|article| super::super::event::classes(&article.text())).collect();
        read(&super::super::entities::read(articles), &classes, scene.countries)
    }

    fn scene(countries: &[String]) -> Scene<'_> {
        Scene { category: Category::Conflict, root: Some(Root::Threaten), countries }
    }

    fn codes(codes: &str) -> Vec<String> {
        codes.split(' ').map(String::from).collect()
    }

    fn implied(articles: &[Article], countries: &str) -> Vec<String> {
        let countries = codes(countries);
        implications(&with_classes(articles, &scene(&countries)), &scene(&countries))
    }

    fn watched(articles: &[Article], countries: &str) -> Vec<Signal> {
        let countries = codes(countries);
        signals(&with_classes(articles, &scene(&countries)), &scene(&countries))
    }

    #[test]
    fn a_rule_of_an_event_class_asks_for_its_sentence_and_its_actors() {
        let articles = [article(1, "a", "Quiet day", ""), article(2, "b", "Russia threatens Ukraine with new attacks", "")];
        let of_threats = |countries: &str| implied(&articles, countries).into_iter().find(|text| text.contains("threat"));
        assert!(of_threats("RU UA").is_some_and(|text| text.contains("Russia and Ukraine") && text.ends_with("[2]")));
        assert_eq!(of_threats("UA"), None);
        let watched = |countries| watched(&articles, countries).iter().any(|signal| signal.text.contains("answers in kind"));
        assert!(watched("RU UA") && !watched("UA"));
    }

    #[test]
    fn an_implication_names_whom_its_sentence_names() {
        let articles = [
            article(1, "a", "Poland and the United States look on", "Russia threatens Ukraine with new attacks."),
            article(2, "b", "Poland is quiet", "Germany sends troops to the border. Russia is silent."),
        ];
        let found = implied(&articles, "PL US RU UA DE");
        assert!(found.iter().any(|text| text.starts_with("A threat between Russia and Ukraine binds") && text.ends_with("[1]")), "{found:?}");
        assert!(found.iter().all(|text| !text.contains("Poland, the United States and Russia")), "{found:?}");
    }

    #[test]
    fn an_implication_cites_the_articles_that_meet_its_condition() {
        let articles = [article(1, "a", "Quiet day", ""), article(2, "b", "Shelling of the port", "")];
        let found = implied(&articles, "UA");
        assert!(!found.is_empty() && found.iter().all(|text| text.ends_with("[2]")), "{found:?}");
        let general = implied(&articles[..1], "UA");
        assert!(general.len() == 1 && general[0].ends_with("[1]"), "{general:?}");
    }

    #[test]
    fn a_signal_is_observed_only_in_a_later_article() {
        let first = [article(1, "a", "Ceasefire talks", "")];
        assert!(watched(&first, "UA").iter().all(|s| !s.observed));
        let later = [article(1, "a", "Shelling", ""), article(2, "b", "Ceasefire agreed", "")];
        let observed: Vec<_> = watched(&later, "UA").into_iter().filter(|s| s.observed).collect();
        assert!(observed.iter().any(|s| s.pull < 0 && s.text.ends_with("[2]")), "{observed:?}");
    }
}
