//! What kind of event a sentence tells of: CAMEO codes by verb patterns. English only; pure.
//!
//! `data/events.tsv` was made by `intelrift train events` from the verb dictionary of PETRARCH (Open Event Data Alliance, MIT) and the
//! values of Goldstein's scale. A line is a code and its value, or verbs with a code of their own and patterns: words that stand before the
//! verb, and after it, with a code. The longest pattern that fits says what a verb means; of several verbs in a sentence the one
//! whose match says most counts. Without a parser this is cruder than PETRARCH: docs/models.md says how crude.

use crate::model::event::{EventClass, Root};
use crate::text::fold::fold;
use crate::text::sentence::sentences;
use crate::text::words::Stems;
use std::collections::HashMap;
use std::sync::LazyLock;
use unicode_segmentation::UnicodeSegmentation;

/// A class whose score is below this is not sure. Of the CAMEO manual's examples that reach it 70 % have the right root (33 of 47; verbs of one meaning are among them), of all 45 %.
const SURE: f64 = 2.0;
/// A verb of one meaning is sure from here on: inflected, and no article before it.
const PLAIN: f64 = 0.6;
/// How far from its verb a pattern's word may stand, in words.
const REACH: usize = 7;

struct Pattern {
    before: Vec<String>,
    after: Vec<String>,
    code: String,
}

#[derive(Default)]
struct Verb {
    code: String,
    patterns: Vec<Pattern>,
}

struct Dictionary {
    values: HashMap<String, f64>,
    /// By the stem of the verb.
    verbs: HashMap<String, Verb>,
}

static DICTIONARY: LazyLock<Dictionary> = LazyLock::new(|| read(include_str!("data/events.tsv")));

/// Lines of `= code value`, and of verbs, their own code and patterns with tabs between; a pattern is `before*after=code`.
fn read(table: &str) -> Dictionary {
    let mut dictionary = Dictionary { values: HashMap::new(), verbs: HashMap::new() };
    for line in table.lines() {
        if let Some(value) = line.strip_prefix("= ") {
            if let Some((code, value)) = value.split_once(' ') {
                dictionary.values.insert(code.into(), value.parse().unwrap_or(0.0));
            }
            continue;
        }
        let mut cells = line.split('\t');
        let (verbs, code) = (cells.next().unwrap_or(""), cells.next().unwrap_or(""));
        let patterns: Vec<&str> = cells.collect();
        for verb in verbs.split(' ').filter(|verb| !verb.is_empty()) {
            let known = dictionary.verbs.entry(verb.into()).or_default();
            if known.code.is_empty() {
                known.code = code.into();
            }
            known.patterns.extend(patterns.iter().filter_map(|pattern| read_pattern(pattern)));
        }
    }
    dictionary
}

fn read_pattern(text: &str) -> Option<Pattern> {
    let (words, code) = text.rsplit_once('=')?;
    let (before, after) = words.split_once('*')?;
    let split = |words: &str| words.split(' ').filter(|word| !word.is_empty()).map(str::to_string).collect();
    Some(Pattern { before: split(before), after: split(after), code: code.into() })
}

/// A word of the sentence: its stem, and whether it has the form of a verb that is done.
struct Word {
    stem: String,
    lower: String,
}

/// What a sentence tells of.
#[derive(Debug, Clone, PartialEq)]
pub struct Told {
    /// The sentence's place in its text, from 0, and where in it the verb is, in bytes.
    pub place: usize,
    pub at: usize,
    pub class: EventClass,
    /// More than the verb alone says so.
    pub is_sure: bool,
}

/// What the sentence tells of; `None` when no verb of it says.
pub fn of(sentence: &str) -> Option<EventClass> {
    told(0, sentence).map(|told| told.class)
}

fn told(place: usize, sentence: &str) -> Option<Told> {
    let stems = Stems::of("en");
    let words: Vec<Word> = sentence
        .unicode_words()
        .map(|word| fold(word.trim_end_matches("'s").trim_end_matches("’s")))
        .map(|lower| Word { stem: stems.stem(&lower).unwrap_or_else(|| lower.clone()), lower })
        .collect();
    let best = (0..words.len()).filter_map(|at| Some((at, meaning(&words, at)?))).max_by(|(_, a), (_, b)| a.score.total_cmp(&b.score));
    let (word, meaning) = best?;
    let at = sentence.unicode_word_indices().nth(word).map_or(0, |(at, _)| at);
    Some(Told { place, at, class: class(&meaning.code)?, is_sure: meaning.is_sure })
}

/// The class of a CAMEO code.
pub fn class(code: &str) -> Option<EventClass> {
    let root: Root = code.get(..2)?.parse().ok()?;
    let values = &DICTIONARY.values;
    let goldstein = values.get(code).or_else(|| values.get(code.get(..3)?)).or_else(|| values.get(&code[..2])).copied().unwrap_or(0.0);
    Some(EventClass { root, code: code.into(), goldstein })
}

/// A word as a verb: its code, how many words beside it a pattern has, and how much speaks for it.
struct Meaning {
    code: String,
    score: f64,
    is_sure: bool,
}

/// The code of the word as a verb where it stands, and how sure that is.
fn meaning(words: &[Word], at: usize) -> Option<Meaning> {
    let verb = DICTIONARY.verbs.get(&words[at].stem)?;
    let fitting = verb.patterns.iter().filter(|pattern| fits(words, at, pattern));
    let best = fitting.max_by_key(|pattern| pattern.before.len() + pattern.after.len());
    let (code, matched) = match best {
        Some(pattern) => (&pattern.code, pattern.before.len() + pattern.after.len()),
        None => (&verb.code, 0),
    };
    let root: Root = code.get(..2)?.parse().ok()?;
    // what is done says more than that somebody says so, and the news stands at the beginning
    let kind = match root {
        Root::Statement => -1.5,
        // who demands, refuses or threatens governs the deed that follows
        Root::Demand | Root::Reject | Root::Threaten | Root::Appeal | Root::Disapprove => 0.7,
        _ => 0.0,
    };
    let verbness = verbness(words, at);
    let score = 0.9 * matched.min(3) as f64 + verbness + kind - at as f64 * 0.04;
    // "threatens" has one meaning, whatever stands beside it
    let has_one_meaning = verb.patterns.is_empty() && root != Root::Statement && verbness >= PLAIN;
    Some(Meaning { code: code.clone(), score, is_sure: has_one_meaning || matched > 0 && score >= SURE })
}

/// How much a word looks like a verb where it stands.
fn verbness(words: &[Word], at: usize) -> f64 {
    const ARTICLES: &[&str] =
        &["the", "a", "an", "of", "in", "on", "for", "from", "with", "by", "after", "before", "over", "its", "their", "his", "her", "this"];
    const HELPERS: &[&str] = &["will", "would", "has", "have", "had", "was", "were", "is", "are", "been", "be", "must", "can"];
    let word = &words[at].lower;
    let inflected = word.ends_with("ed") || word.ends_with("ing") || word.ends_with('s') && !word.ends_with("ss");
    let mut score = if inflected { 0.6 } else { 0.0 };
    if word.ends_with("ed") {
        score += 0.4;
    }
    if let Some(before) = at.checked_sub(1).map(|before| words[before].lower.as_str()) {
        if ARTICLES.contains(&before) {
            score -= 1.6;
        }
        if HELPERS.contains(&before) {
            score += 0.6;
        }
        // an aim is no deed yet
        if before == "to" {
            score -= 0.3;
        }
    } else {
        score -= 0.4;
    }
    score
}

/// Whether a pattern's words stand before and after the verb, in their order and near.
fn fits(words: &[Word], at: usize, pattern: &Pattern) -> bool {
    let from = at.saturating_sub(REACH);
    let until = (at + 1 + REACH).min(words.len());
    in_order(&words[from..at], &pattern.before) && in_order(&words[at + 1..until], &pattern.after)
}

/// A pattern's word may be several of one meaning, with bars between.
fn in_order(words: &[Word], wanted: &[String]) -> bool {
    let mut rest = words.iter();
    wanted.iter().all(|wanted| rest.any(|word| wanted.split('|').any(|one| one == word.stem)))
}

/// Sentences of a text whose class counts.
const SENTENCES: usize = 4;

/// The classes of a text's first sentences.
pub type Classes = Vec<Told>;

pub fn classes(text: &str) -> Classes {
    let first = sentences(text).into_iter().take(SENTENCES).enumerate();
    first.filter_map(|(place, sentence)| told(place, sentence)).collect()
}

/// The class of an incident's texts: of the roots that sentences tell of, the one with the most weight; what is done weighs more than
/// what is said, and a first sentence more than later ones. The value is the mean of its sentences.
pub fn of_all(texts: &[Classes]) -> Option<EventClass> {
    let mut found: HashMap<Root, (f64, Vec<&EventClass>)> = HashMap::new();
    for Told { place, class, .. } in texts.iter().flatten() {
        let weight = if class.root == Root::Statement { 0.3 } else { 1.0 } / (1.0 + *place as f64);
        let entry = found.entry(class.root).or_default();
        entry.0 += weight;
        entry.1.push(class);
    }
    let (root, (_, classes)) = found.into_iter().max_by(|a, b| a.1.0.total_cmp(&b.1.0).then(b.0.cmp(&a.0)))?;
    let goldstein = classes.iter().map(|class| class.goldstein).sum::<f64>() / classes.len() as f64;
    let mut codes: HashMap<&str, usize> = HashMap::new();
    for class in &classes {
        *codes.entry(class.code.as_str()).or_default() += 1;
    }
    let code = codes.into_iter().max_by(|a, b| a.1.cmp(&b.1).then(b.0.cmp(a.0))).map_or_else(|| root.word().to_string(), |(code, _)| code.into());
    Some(EventClass { root, code, goldstein: (goldstein * 10.0).round() / 10.0 })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::event::Quad;

    #[test]
    fn sentences_are_told_apart_by_what_is_done() {
        for (sentence, root) in [
            ("Russian troops attack the port of Odesa", Root::Fight),
            ("The presidents met in Geneva on Tuesday", Root::Consult),
            ("The Union imposed new sanctions on two banks", Root::Reduce),
            ("Police arrested forty people in Minsk", Root::Coerce),
            ("Germany sends humanitarian aid to Turkey", Root::Aid),
            ("Thousands protest against the government in Belgrade", Root::Protest),
        ] {
            assert_eq!(of(sentence).map(|class| class.root), Some(root), "{sentence}");
        }
        assert_eq!(of("Blue sky over the lake"), None);
    }

    #[test]
    fn a_root_has_its_quad_class_and_value() {
        assert_eq!(Root::Consult.quad(), Quad::VerbalCooperation);
        assert_eq!(Root::Fight.quad(), Quad::MaterialConflict);
        let fight = of("Rebels attack the capital").unwrap();
        assert!(fight.goldstein <= -8.0, "{fight:?}");
    }

    #[test]
    fn an_incident_is_what_most_of_its_sentences_tell() {
        let texts = ["Troops attack the port. Officials said it burned.", "Army shells the port", "The minister spoke of peace."];
        assert_eq!(of_all(&texts.map(classes)).unwrap().root, Root::Fight);
        assert_eq!(of_all(&[classes("")]), None);
    }
}
