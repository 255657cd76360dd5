//! What a text is about in any language: places of the gazetteer, and events of the lexicon. Their keys are the same in all
//! languages, so "Erdbeben in Japan" and "землетрясение в Японии" meet. Pure.

use super::fingerprint::concept;
use crate::model::{city, country};
use crate::text::lexicon::lexicon;
use crate::text::transliterate::romanize;
use crate::text::words::{is_cjk, without_elision, without_owner};
use aho_corasick::{AhoCorasick, MatchKind};
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::LazyLock;
use unicode_segmentation::UnicodeSegmentation;

/// Words of the longest name of a place that is looked for.
const LONGEST: usize = 3;

/// What was found in a text.
#[derive(Debug, Default)]
pub struct Concepts {
    /// One for each time a place or an event is named.
    pub keys: Vec<u32>,
    /// Byte offsets of the words that name a place, in ascending order, with its key.
    pub places: Vec<(usize, u32)>,
    /// Byte offsets of the words that name an event, in ascending order.
    pub events: Vec<usize>,
    /// The countries of these places, ISO 3166-1 alpha-2, each once.
    pub countries: Vec<Country>,
}

/// ISO 3166-1 alpha-2.
pub type Country = [u8; 2];

struct Keys {
    /// Places by the form of their names.
    places: FxHashMap<String, u32>,
    /// The country of a place, and of a people, by its key.
    countries: FxHashMap<u32, Country>,
    /// The forms of the first words of names of several words.
    starts: FxHashSet<String>,
    /// Of what the lexicon names.
    events: Vec<u32>,
    /// Names and words of scripts without spaces.
    unspaced: AhoCorasick,
    unspaced_keys: Vec<u32>,
}

static KEYS: LazyLock<Keys> = LazyLock::new(Keys::read);

/// The places and events that words of a text name, which are given with their byte offsets. `language` is ISO 639-1.
pub fn concepts(text: &str, words: &[(usize, &str)], language: &str) -> Concepts {
    let mut found = Concepts::default();
    if text.chars().any(is_cjk) {
        found.keys.extend(KEYS.unspaced.find_iter(text).map(|m| KEYS.unspaced_keys[m.pattern().as_usize()]));
    }
    let words = words.iter().filter(|(_, word)| !word.starts_with(is_cjk));
    let words: Vec<(usize, &str)> = words.map(|(at, word)| (*at, without_elision(without_owner(word)))).collect();
    let forms: Vec<String> = words.iter().map(|(_, word)| form(without_article(&romanize(word), language))).collect();
    let mut at = 0;
    while at < words.len() {
        let length = KEYS.place(&words[at..], &forms[at..], &mut found.keys);
        let key = found.keys.last().copied().unwrap_or_default();
        found.places.extend(words[at..at + length].iter().map(|(offset, _)| (*offset, key)));
        if length == 0
            && let Some(event) = KEYS.event(words[at].1, language)
        {
            found.keys.push(event);
            found.events.push(words[at].0);
        }
        at += length.max(1);
    }
    found.countries = found.keys.iter().filter_map(|key| KEYS.countries.get(key).copied()).collect();
    found.countries.sort_unstable();
    found.countries.dedup();
    found
}

/// Whether a key is a kind of event's, and no place's.
pub fn is_event(key: u32) -> bool {
    // the lexicon names peoples as well
    KEYS.events.contains(&key) && !KEYS.countries.contains_key(&key)
}

impl Keys {
    fn read() -> Self {
        let mut names: Vec<(&str, u32)> = vec![];
        let mut countries: FxHashMap<u32, Country> = FxHashMap::default();
        let code = |iso2: &str| iso2.as_bytes().try_into().unwrap_or_default();
        for country in country::all() {
            let key = concept(&format!("g:{}", country.iso2));
            countries.insert(key, code(&country.iso2));
            let own = [&country.name].into_iter().chain(&country.names).chain(&country.alt).chain(&country.demonyms);
            names.extend(own.map(|name| (name.as_str(), key)));
        }
        for city in city::all() {
            let key = concept(&format!("c:{}:{}", city.country, city.name));
            countries.insert(key, code(city.country));
            // headlines write New York for New York City
            let short = city.name.strip_suffix(" City");
            names.extend([city.name].iter().chain(&short).chain(&city.names).map(|name| (*name, key)));
        }
        let (unspaced, spaced): (Vec<_>, Vec<_>) = names.into_iter().partition(|(name, _)| name.chars().all(is_cjk));
        let mut keys = Self {
            places: FxHashMap::default(),
            countries,
            starts: FxHashSet::default(),
            events: lexicon().names().iter().map(|name| concept(name)).collect(),
            unspaced: AhoCorasick::new([""; 0]).expect("nothing is few"),
            unspaced_keys: vec![],
        };
        spaced.into_iter().for_each(|(name, key)| keys.add_place(name, key));
        let mut unspaced: Vec<(&str, u32)> = unspaced.into_iter().filter(|(name, _)| name.chars().count() >= 2).collect();
        unspaced.extend(lexicon().unspaced().iter().map(|(word, at)| (*word, keys.events[*at])));
        keys.unspaced = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .build(unspaced.iter().map(|(name, _)| *name))
            .expect("the names are few and short");
        keys.unspaced_keys = unspaced.into_iter().map(|(_, key)| key).collect();
        keys
    }

    /// The first to have a name keeps it: countries before cities, and larger cities before smaller ones.
    fn add_place(&mut self, name: &str, key: u32) {
        let is_arabic = |word: &str| word.starts_with(|c| matches!(c, '\u{600}'..='\u{6ff}'));
        let language = |word: &str| if is_arabic(word) { "ar" } else { "" };
        let forms: Vec<String> = name.unicode_words().map(|word| form(without_article(&romanize(word), language(word)))).collect();
        let joined = forms.join(" ");
        if forms.len() > LONGEST || joined.chars().count() < 4 {
            return;
        }
        if forms.len() > 1 {
            self.starts.insert(forms[0].clone());
        }
        self.places.entry(joined).or_insert(key);
    }

    /// How many of the first words name a place; the longest name counts.
    fn place(&self, words: &[(usize, &str)], forms: &[String], keys: &mut Vec<u32>) -> usize {
        let is_name = words[0].1.starts_with(|c: char| !c.is_lowercase());
        if !is_name {
            return 0;
        }
        if self.starts.contains(&forms[0]) {
            for length in (2..=LONGEST.min(words.len())).rev() {
                if let Some(key) = self.places.get(&forms[..length].join(" ")) {
                    keys.push(*key);
                    return length;
                }
            }
        }
        match self.places.get(&forms[0]) {
            Some(key) => {
                keys.push(*key);
                1
            }
            None => 0,
        }
    }

    fn event(&self, word: &str, language: &str) -> Option<u32> {
        lexicon().of(word, language).map(|at| self.events[at])
    }
}

/// A romanized word without the ending that cases and genders change, as long as enough is left.
fn form(roman: &str) -> String {
    let roman = roman.strip_suffix("'s").or(roman.strip_suffix("’s")).unwrap_or(roman);
    let stem = roman.trim_end_matches(['a', 'e', 'i', 'o', 'u', 'y']);
    if stem.chars().count() >= 4 { stem.into() } else { roman.into() }
}

/// Arabic writes its article and short prepositions as one word with the noun.
fn without_article<'a>(roman: &'a str, language: &str) -> &'a str {
    if language != "ar" {
        return roman;
    }
    let bare = ["wal", "bal", "lal", "al"].iter().find_map(|article| roman.strip_prefix(article));
    bare.filter(|rest| rest.len() >= 4).unwrap_or(roman)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str, language: &str) -> Concepts {
        concepts(text, &text.unicode_word_indices().collect::<Vec<_>>(), language)
    }

    fn keys(text: &str, language: &str) -> Vec<u32> {
        let mut keys = all(text, language).keys;
        keys.sort_unstable();
        keys.dedup();
        keys
    }

    #[test]
    fn one_event_has_the_same_keys_in_every_language() {
        let english = keys("Earthquake in Japan", "en");
        assert_eq!(english.len(), 2);
        for (text, language) in [
            ("Erdbeben in Japan", "de"),
            ("Séisme au Japon", "fr"),
            ("Terremoto en Japón", "es"),
            ("Землетрясение в Японии", "ru"),
            ("Землетрус у Японії", "uk"),
            ("زلزال في اليابان", "ar"),
            ("اليابان والزلازل", "ar"),
            ("日本で地震", "ja"),
        ] {
            assert_eq!(keys(text, language), english, "{text}");
        }
    }

    #[test]
    fn an_article_before_a_vowel_hides_nothing() {
        assert_eq!(keys("L’explosion de l'Ukraine", "fr"), keys("Explosion en Ukraine", "fr"));
        assert_eq!(keys("L’alluvione dell’Iran", "it"), keys("Flood in Iran", "en"));
    }

    #[test]
    fn a_place_is_a_name_and_the_longest_name_counts() {
        assert!(keys("a turkey in a jar", "en").is_empty(), "a bird is no country");
        assert_eq!(keys("South Korea", "en"), keys("Corée du Sud", "fr"));
        assert_ne!(keys("South Korea", "en"), keys("North Korea", "en"));
        let places: Vec<usize> = all("Fire in New York again", "en").places.iter().map(|(offset, _)| *offset).collect();
        assert_eq!(places, [8, 12]);
    }
}
