//! The rule library: implications and signals by category, event class and number of actors, as readable TOML beside this file.

use super::entities::Reading;
use super::event::{Classes, Told};
use super::{cite, listed};
use crate::model::article::Article;
use crate::model::category::Category;
use crate::model::country;
use crate::model::event::Root;
use crate::model::signal::Signal;
use crate::text::sentence::sentences;
use crate::text::words::stems;
use serde::Deserialize;
use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::LazyLock;
use unicode_segmentation::UnicodeSegmentation;

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

/// A consequence that is stated when an article of the incident has a sentence of these words, and one with one of the roots. One that names only a
/// category is stated when no other is. `{where}` and `{actors}` are the incident's countries that these articles name, or those sentences.
#[derive(Debug, Deserialize)]
struct ImplicationRule {
    category: Option<Category>,
    #[serde(default)]
    when: Condition,
    #[serde(flatten)]
    sentence: Sentence,
    text: String,
}

/// Something to look for next; observed when a later article has a sentence of these words that says it is so. Its roots are those of the incident.
#[derive(Debug, Deserialize)]
struct SignalRule {
    category: Option<Category>,
    #[serde(default)]
    when: Condition,
    #[serde(flatten)]
    sentence: Sentence,
    text: String,
    pull: i64,
}

/// What one sentence has to have: one of `words`, one of `with`, and none of `without`, in any form; a word after `=` in this one. What is empty is
/// not asked for.
#[derive(Debug, Default, Deserialize)]
struct Sentence {
    words: Words,
    #[serde(default)]
    with: Words,
    #[serde(default)]
    without: Words,
}

#[derive(Debug, Default, Deserialize)]
#[serde(from = "String")]
struct Words {
    stems: Vec<String>,
    exact: Vec<String>,
}

impl From<String> for Words {
    fn from(list: String) -> Self {
        let (exact, any): (Vec<&str>, Vec<&str>) = list.split_whitespace().partition(|word| word.starts_with('='));
        Self { stems: stems(&any.join(" "), "en"), exact: exact.iter().map(|word| word[1..].to_string()).collect() }
    }
}

impl Words {
    fn is_empty(&self) -> bool {
        self.stems.is_empty() && self.exact.is_empty()
    }
    fn is_in(&self, said: &Said) -> bool {
        self.stems.iter().any(|stem| said.stems.contains(stem)) || self.exact.iter().any(|word| said.words.contains(word))
    }
}

impl Sentence {
    fn is(&self, said: &Said) -> bool {
        (self.words.is_empty() || self.words.is_in(said)) && (self.with.is_empty() || self.with.is_in(said)) && !self.without.is_in(said)
    }
}

/// Words of a sentence that says what is not, or what would be.
const DENYING: &str = "not no never nor without cannot unless if unlikely denies denied deny";

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

/// An article as the rules read it: its sentences, the incident's countries that it names, by their places, and the roots that its
/// first sentences tell of, each with the countries before and after its verb.
pub struct Read<'a> {
    article: &'a Article,
    said: Vec<Said>,
    countries: BTreeSet<usize>,
    roots: Vec<(Root, BTreeSet<usize>)>,
}

/// A sentence: the stems of its words, the words in small letters, and whether it says that something is so.
struct Said {
    stems: BTreeSet<String>,
    words: BTreeSet<String>,
    is_so: bool,
}

impl Said {
    fn new(sentence: &str) -> Self {
        let words: BTreeSet<String> = sentence.unicode_words().map(|word| word.to_lowercase().replace('’', "'")).collect();
        let is_so = !words.iter().any(|word| word.ends_with("n't") || DENYING.split(' ').any(|denying| denying == word));
        Self { stems: super::stems_read(sentence), words, is_so }
    }
}

/// `classes` are those of the articles, in their order; without any where the code does not fit.
pub fn read<'a>(readings: &[Reading<'a>], classes: &[Classes], countries: &[String]) -> Vec<Read<'a>> {
    let one = |(place, reading): (usize, &Reading<'a>)| {
        let named = reading.countries();
        let within = |span: Range<usize>| -> BTreeSet<usize> {
            named.iter().filter(|(at, _)| span.contains(at)).filter_map(|(_, code)| countries.iter().position(|c| c == code)).collect()
        };
        let spans = spans(&reading.text);
        // who does it stands before the verb, and to whom after it
        let around = |told: &Told| {
            let span = spans.get(told.place).cloned().unwrap_or(0..0);
            let (before, after) = (within(span.start..span.start + told.at), within(span.start + told.at..span.end));
            if before.is_empty() || after.is_empty() { BTreeSet::new() } else { before.union(&after).copied().collect() }
        };
        let is_read = super::is_read(reading.article);
        Read {
            article: reading.article,
            said: spans.iter().filter(|_| is_read).map(|span| Said::new(&reading.text[span.clone()])).collect(),
            countries: within(0..reading.text.len()),
            roots: classes.get(place).into_iter().flatten().filter(|told| told.is_sure).map(|told| (told.class.root, around(told))).collect(),
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

/// Articles with a sentence of these words, and with one of the roots between countries; either may be empty, and is then not asked for.
fn having<'a>(read: &[Read<'a>], sentence: &Sentence, roots: &[Root]) -> Evidence<'a> {
    let has_sentence = |r: &&Read| sentence.words.is_empty() || r.said.iter().any(|said| sentence.is(said));
    let mut evidence = Evidence::default();
    for read in read.iter().filter(has_sentence) {
        let told: Vec<_> = read.roots.iter().filter(|(root, named)| roots.contains(root) && !named.is_empty()).collect();
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
    let (general, special): (Vec<_>, Vec<_>) = rules.partition(|rule| rule.sentence.words.is_empty() && rule.when.roots.is_empty());
    let evidence = |rule: &ImplicationRule| having(read, &rule.sentence, &rule.when.roots);
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

/// What to look for next, each with whether an article after the first has it, or the first one had it from the start.
pub fn signals(read: &[Read], scene: &Scene) -> Vec<Signal> {
    // the first report is what opened the incident; what a signal waits for comes after it
    let first = read.iter().map(|r| r.article.published_at).min();
    let is_of = |roots: &[Root]| roots.is_empty() || scene.root.is_some_and(|root| roots.contains(&root));
    let rules = LIBRARY.signal.iter().filter(|rule| rule.when.holds(rule.category, scene) && is_of(&rule.when.roots));
    rules
        .map(|rule| {
            let says = |r: &&Read| r.said.iter().any(|said| said.is_so && rule.sentence.is(said));
            let (at_start, later): (Vec<&Article>, Vec<&Article>) =
                read.iter().filter(says).map(|r| r.article).partition(|article| Some(article.published_at) == first);
            let (observed, at_start_alone) = (!later.is_empty(), later.is_empty() && !at_start.is_empty());
            let text = scene.told(&rule.text, &scene.all());
            let marks = cite(if observed { later } else { at_start });
            Signal { observed, at_start: at_start_alone, text: if marks.is_empty() { text } else { format!("{text} {marks}") }, pull: rule.pull }
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
    fn every_field_is_one_that_rules_have() {
        let table: toml::Table = include_str!("library.toml").parse().unwrap();
        for rule in table.values().flat_map(|rules| rules.as_array().unwrap()) {
            for field in rule.as_table().unwrap().keys() {
                assert!(["category", "when", "words", "with", "without", "text", "pull"].contains(&field.as_str()), "{field}");
            }
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
        let articles = [article(1, "a", "Quiet day", ""), article(2, "b", "Russia threatens Ukraine with military force", "")];
        let of_threats = |countries: &str| implied(&articles, countries).into_iter().find(|text| text.contains("threat"));
        assert!(of_threats("RU UA").is_some_and(|text| text.contains("Russia and Ukraine") && text.ends_with("[2]")));
        assert_eq!(of_threats("UA"), None);
        let watched = |countries| watched(&articles, countries).iter().any(|signal| signal.text.contains("answers in kind"));
        assert!(watched("RU UA") && !watched("UA"));
    }

    #[test]
    fn an_implication_names_whom_its_sentence_names() {
        let articles = [
            article(1, "a", "Poland and the United States look on", "Russia threatens Ukraine with military force."),
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
