//! What an article is about, counted: six lists of hashes. Pure.
//!
//! Stems meet within a language. Names as romanized words and as skeletons, character grams, numbers and concepts meet across languages.

use super::concept::{Country, concepts};
use super::order::orders;
use super::vector::{Vector, counted};
use crate::text::agency;
use crate::text::fold::{LAST_OF_ARABIC, western_digit};
use crate::text::sentence::{ends_between, is_dotted};
use crate::text::transliterate::{romanize, skeleton};
use crate::text::words::{Stems, is_cjk, is_south_east_asian, is_stop_in, without_elision, without_owner, word_indices};
use std::borrow::Cow;
use unicode_normalization::UnicodeNormalization;

/// Words of a summary beyond this say little that the first ones did not.
const BODY_WORDS: usize = 220;
/// Names are looked for in so many words of it.
const NAMED_WORDS: usize = 120;

#[derive(Debug, Clone, Default)]
pub struct Fingerprint {
    /// ISO 639-1
    pub language: String,
    pub title: Vector,
    pub body: Vector,
    pub names: Vector,
    pub grams: Vector,
    pub numbers: Vector,
    /// Places and events, the same in every language.
    pub concepts: Vector,
    /// What may hold two articles of different languages together, each thing once, in ascending order: names of others than places by
    /// their skeletons, concepts, and numbers.
    pub anchors: Box<[u32]>,
    /// The countries that the title names, itself or by a city or a people, each once in ascending order.
    pub countries: Box<[Country]>,
    /// Stems that may be no thing of their own to share.
    pub runs: Box<[Run]>,
    /// Stems of the title that name somebody or something, and numbers, in ascending order: by these alone two titles of one pattern differ.
    pub particulars: Box<[u32]>,
    /// Which one of a row the title speaks of.
    pub orders: Box<[u8]>,
    /// Neighbouring words of the title, in ascending order: they tell a copy from the same words in another order.
    pub neighbours: Box<[u32]>,
    /// The words of the title and the summary as they stand, for *why it is here*.
    pub shown: Vec<Shown>,
}

/// Why a stem may be no thing of its own to share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Run {
    /// It stands in one name with the stem before it: "Donald Trump" is one thing, not two.
    Name { stem: u32, before: u32 },
    /// It is a pair of characters, or a word that stands without a space, and follows another one: of a stretch every second lies in its neighbours, so that
    /// four characters are two things, not three.
    Stretch { stem: u32, before: u32 },
    /// It says little wherever it stands.
    Little { stem: u32 },
}

impl Run {
    pub fn stem(&self) -> u32 {
        let (Self::Name { stem, .. } | Self::Stretch { stem, .. } | Self::Little { stem }) = self;
        *stem
    }
    /// The stem that has to be shared as well.
    pub fn before(&self) -> Option<u32> {
        match self {
            Self::Name { before, .. } | Self::Stretch { before, .. } => Some(*before),
            Self::Little { .. } => None,
        }
    }
}

/// A word as it stands.
#[derive(Debug, Clone)]
pub struct Shown {
    pub word: String,
    pub stem: u32,
    /// By which it is met in other languages: a name by its skeleton, a place by its concept.
    pub abroad: Option<u32>,
    pub kind: Kind,
    /// It stands in one name with the word before, as the Faso of Burkina Faso, or is the next pair of the same characters.
    pub goes_on: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Word,
    /// A capital within a sentence.
    Name,
    /// A name of the gazetteer.
    Place,
}

#[derive(Default)]
struct Found {
    names: Vec<u32>,
    /// Skeletons of names that are no places.
    persons: Vec<u32>,
    concepts: Vec<u32>,
    countries: Vec<Country>,
    grams: Vec<u32>,
    numbers: Vec<u32>,
    shown: Vec<Shown>,
    /// Of names, unless all words of the title have a capital.
    runs: Vec<Run>,
    /// Of texts without spaces.
    pairs: Vec<Run>,
    /// Where the last capital stood, and its stem.
    capital: Option<(usize, u32)>,
}

impl Fingerprint {
    /// `language` is ISO 639-1; a summary that begins with its title is read without it.
    pub fn of(title: &str, summary: &str, language: &str) -> Self {
        let start: String = title.trim_end_matches('…').chars().take(60).collect();
        let body = agency::bare(if !start.is_empty() && summary.starts_with(&start) { &summary[start.len()..] } else { summary });
        let orders = orders(title, language);
        let stems = Stems::of(language);
        let mut found = Found::default();
        let title = read(without_outlet(title), language, &stems, true, &mut found);
        if language == "de" || is_in_title_case(&found.shown) {
            found.runs.clear();
            found.shown.iter_mut().filter(|shown| shown.kind == Kind::Name).for_each(|shown| shown.kind = Kind::Word);
        }
        let is_particular = |shown: &&Shown| shown.kind != Kind::Word || shown.word.starts_with(|c: char| c.is_ascii_digit());
        let mut particulars: Vec<u32> = found.shown.iter().filter(is_particular).map(|shown| shown.stem).collect();
        particulars.sort_unstable();
        let body = read(body, language, &stems, false, &mut found);
        let mut neighbours: Vec<u32> = title.windows(2).map(|pair| pair[0].rotate_left(5) ^ pair[1]).collect();
        neighbours.sort_unstable();
        neighbours.dedup();
        let mut anchors = [&found.persons[..], &found.concepts, &found.numbers].concat();
        anchors.sort_unstable();
        anchors.dedup();
        Self {
            language: language.into(),
            anchors: anchors.into(),
            concepts: counted(found.concepts),
            countries: found.countries.into(),
            neighbours: neighbours.into(),
            runs: [found.runs, found.pairs].concat().into(),
            particulars: particulars.into(),
            orders: orders.into(),
            title: counted(title),
            body: counted(body),
            names: counted(found.names),
            grams: counted(found.grams),
            numbers: counted(found.numbers),
            shown: found.shown,
        }
    }
}

/// Where nearly all words have a capital, a capital says nothing.
fn is_in_title_case(shown: &[Shown]) -> bool {
    4 * shown.iter().filter(|shown| shown.word.starts_with(char::is_lowercase)).count() < shown.len()
}

/// "Title | Outlet" without the outlet, when that has a dot or is set off by a bar.
fn without_outlet(title: &str) -> &str {
    for mark in [" | ", " - ", " – ", " — "] {
        if let Some(at) = title.rfind(mark) {
            let tail = &title[at + mark.len()..];
            if at > 20 && tail.split_whitespace().count() <= 4 && (tail.contains('.') || mark == " | ") {
                return &title[..at];
            }
        }
    }
    title
}

/// Kinds of hashes, so that one word in two lists has two.
const STEM: u8 = 1;
const NAME: u8 = 2;
const BONES: u8 = 3;
const GRAM: u8 = 4;
const NUMBER: u8 = 5;
const CONCEPT: u8 = 6;

/// FNV-1a, 32 bits (Fowler, Noll and Vo), written out because the bundled table of frequencies depends on it for good.
fn hash(kind: u8, language: &str, text: &str) -> u32 {
    let bytes = [kind].into_iter().chain(language.bytes()).chain([0xff]).chain(text.bytes());
    let hash = bytes.fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    // skeletons are odd and all else is even: the bundled table of frequencies has them so
    if kind == BONES { hash | 1 } else { hash & !1 }
}

/// The hash of a place or an event by its name in the lexicon.
pub(super) fn concept(name: &str) -> u32 {
    hash(CONCEPT, "", name)
}

/// The stems of a text; names, grams and numbers go into `found`.
fn read(text: &str, language: &str, stems: &Stems, is_title: bool, found: &mut Found) -> Vec<u32> {
    let mut out = vec![];
    found.capital = None;
    let words: Vec<(usize, &str)> = word_indices(text).take(if is_title { usize::MAX } else { BODY_WORDS }).collect();
    let concepts = concepts(text, &words[..words.len().min(if is_title { usize::MAX } else { NAMED_WORDS })], language);
    found.concepts.extend(concepts.keys);
    if is_title {
        found.countries = concepts.countries;
    }
    let mut stretch: Option<Stretch> = None;
    // the last word and where it ended, where words stand without spaces, or each syllable is written as one
    let mut beside: Option<(usize, u32)> = None;
    let mut end = 0;
    for (position, (at, word)) in words.into_iter().enumerate() {
        let first = word.chars().next().unwrap_or(' ');
        let begins = position == 0 || ends_between(text, end, at);
        end = at + word.len();
        if is_cjk(first) && word.chars().count() == 1 {
            // no spaces there: neighbours make a pair
            let before = stretch.filter(|before| before.end == at);
            let pair = before.map(|before| before.pair(first, language, is_title, &mut out, found));
            stretch = Some(Stretch { end, last: first, pair });
            continue;
        }
        stretch = None;
        let (begun, parts) = (out.len(), parts(word));
        let is_in_pairs = parts.len() > 1;
        let before = beside.take().filter(|(end, _)| *end == at && is_south_east_asian(first) || language == "vi");
        for (number, word) in parts.into_iter().enumerate() {
            let named = concepts.places.binary_search_by_key(&at, |(offset, _)| *offset).ok();
            let place = named.map(|number| concepts.places[number].1);
            let is_event = concepts.events.binary_search(&at).is_ok();
            let shown = found.shown.len();
            one(word, language, stems, Where { is_title, place, is_event, position, begins }, &mut out, found);
            found.shown[shown..].iter_mut().filter(|_| number > 0 || before.is_some()).for_each(|shown| shown.goes_on = true);
        }
        if let [stem] = out[begun..] {
            // what is one word to a reader is often two or three of these
            found.pairs.extend(before.map(|(_, before)| Run::Stretch { stem, before }));
            beside = Some((end, stem));
        }
        if is_in_pairs {
            found.pairs.extend(out[begun..].windows(2).map(|two| Run::Stretch { stem: two[1], before: two[0] }));
        }
    }
    out
}

/// Characters that stand side by side where no spaces are.
#[derive(Clone, Copy)]
struct Stretch {
    end: usize,
    last: char,
    /// The pair that it ends with.
    pair: Option<u32>,
}

impl Stretch {
    /// The stem of the last character and the next one.
    fn pair(&self, next: char, language: &str, is_title: bool, out: &mut Vec<u32>, found: &mut Found) -> u32 {
        let pair: String = [self.last, next].iter().collect();
        let stem = hash(STEM, language, &pair);
        out.push(stem);
        found.pairs.extend(match says_little(self.last, next) {
            true => Some(Run::Little { stem }),
            false => self.pair.map(|before| Run::Stretch { stem, before }),
        });
        if is_title {
            found.grams.push(hash(GRAM, "", &pair));
            found.shown.push(Shown { stem, word: pair, abroad: None, kind: Kind::Word, goes_on: self.pair.is_some() });
        }
        stem
    }
}

/// Signs of grammar, and how many: «三人» and «十二», but not «三菱», «四川» or «百度».
fn says_little(first: char, second: char) -> bool {
    const DIGITS: &str = "〇一二三四五六七八九十百千万萬億亿两兩数數";
    const COUNTED: &str = "人名个個位歲岁歳年月日时時分秒次回家起件台";
    const BEFORE: &str = "致成约約至超逾";
    let is_hiragana = |c: char| matches!(c, '\u{3041}'..='\u{309f}');
    let is_counted = DIGITS.contains(first) && (DIGITS.contains(second) || COUNTED.contains(second));
    is_hiragana(first) || is_hiragana(second) || is_counted || BEFORE.contains(first) && DIGITS.contains(second)
}

/// A word without its possessive or elision; Korean words as pairs of syllables, since what they end with changes.
fn parts(word: &str) -> Vec<&str> {
    let word = without_elision(without_owner(word));
    if !word.starts_with(is_hangul) {
        return vec![word];
    }
    if word.chars().nth(1).is_some() { pairs(word) } else { vec![word] }
}

/// Each two characters that stand side by side.
pub(super) fn pairs(word: &str) -> Vec<&str> {
    let marks: Vec<usize> = word.char_indices().map(|(at, _)| at).chain([word.len()]).collect();
    marks.windows(3).map(|m| &word[m[0]..m[2]]).collect()
}

fn is_hangul(c: char) -> bool {
    matches!(c, '\u{ac00}'..='\u{d7af}')
}

/// Where a word stands.
#[derive(Clone, Copy)]
struct Where {
    is_title: bool,
    /// The concept of the place that it names.
    place: Option<u32>,
    /// It is in the lexicon of events, and nobody's name: one thing to share, not two.
    is_event: bool,
    position: usize,
    /// It is the first word of a sentence.
    begins: bool,
}

/// English words of the calendar, which have capitals and name nothing: two articles that share a month share no name.
const CALENDAR: &str = "january february march april june july august september october november december jan feb mar apr jun jul aug sep sept oct nov dec \
    monday tuesday wednesday thursday friday saturday sunday mon tue wed thu fri sat sun";

/// The hash of a word in lower case by its stem.
pub(super) fn stem_of(lower: &str, language: &str, stems: &Stems) -> u32 {
    of_stem(lower, &romanize(lower), language, stems)
}

fn of_stem(lower: &str, roman: &str, language: &str, stems: &Stems) -> u32 {
    // where a mark makes another word it stays
    let is_marked = language == "vi" || lower.contains(|c| c > LAST_OF_ARABIC && !matches!(c, '\u{1e00}'..='\u{1eff}'));
    let stem = match stems.stem(lower) {
        _ if is_marked => lower.nfc().take(8).collect(),
        Some(stem) => romanize(&stem),
        None => roman.chars().take(6).collect(),
    };
    hash(STEM, language, &stem)
}

fn one(word: &str, language: &str, stems: &Stems, place: Where, out: &mut Vec<u32>, found: &mut Found) {
    let lower = word.to_lowercase();
    if word.is_empty() || is_stop_in(language, &lower) {
        return;
    }
    let lower = without_dots(lower);
    let western = in_western_digits(word);
    if let Some(number) = number_in(&western) {
        found.numbers.push(hash(NUMBER, "", number));
        out.push(hash(STEM, language, number));
        found.shown.push(Shown { word: word.into(), stem: hash(STEM, language, number), abroad: None, kind: Kind::Word, goes_on: false });
        return;
    }
    if lower.chars().count() < 2 {
        return;
    }
    let roman = romanize(&lower);
    let stem = of_stem(&lower, &roman, language, stems);
    out.push(stem);
    let is_of_calendar = word.starts_with(char::is_uppercase) && CALENDAR.split(' ').any(|one| one == lower);
    let is_within = !place.begins && word.starts_with(char::is_uppercase) && !is_of_calendar;
    let kind = if place.place.is_some() { Kind::Place } else { [Kind::Word, Kind::Name][usize::from(is_within)] };
    let before = if word.starts_with(char::is_uppercase) { found.capital.replace((place.position, stem)) } else { None };
    let before = before.filter(|(position, before)| !place.begins && place.position <= position + 1 && *before != stem).map(|(_, before)| before);
    // the first word of a sentence is of the name that goes on after it
    let last = found.shown.last_mut().filter(|_| before.is_some());
    let last = last.filter(|last| if kind == Kind::Place { last.abroad == place.place } else { kind == Kind::Name && last.kind != Kind::Place });
    let goes_on = last.map(|last| last.kind = kind).is_some();
    found.shown.push(Shown { word: word.into(), stem, abroad: place.place, kind, goes_on });
    if place.is_title {
        found.runs.extend(before.map(|before| Run::Name { stem, before }));
    }
    if !place.is_title && place.position > NAMED_WORDS {
        return;
    }
    let is_named = (word.starts_with(char::is_uppercase) || is_caseless(word)) && !is_of_calendar;
    if is_named && roman.chars().count() >= 3 {
        found.names.push(hash(NAME, "", &roman));
        let bones = skeleton(&roman);
        if bones.len() >= 3 {
            let bones = hash(BONES, "", &bones);
            found.names.push(bones);
            if place.place.is_none() && !place.is_event {
                if let Some(shown) = found.shown.last_mut() {
                    shown.abroad = Some(bones);
                }
                found.persons.push(bones);
            }
        }
    }
    if place.is_title || is_named {
        grams(&roman, found);
    }
}

/// "u.s.s" as "uss": some outlets write an abbreviation with dots, and others without. Two letters stay as they are: without dots "u.s" is a pronoun.
fn without_dots(word: String) -> String {
    let is_abbreviation = word.split('.').count() > 2 && is_dotted(&word);
    if is_abbreviation { word.replace('.', "") } else { word }
}

/// A number with the digits and points of another script in ours.
fn in_western_digits(word: &str) -> Cow<'_, str> {
    let western = |c: char| match c {
        '٫' => '.',
        '٬' => ',',
        c => western_digit(c),
    };
    if word.is_ascii() { word.into() } else { word.chars().map(western).collect() }
}

/// "7.1", "10,000", and the 12 of "12th"; longer ones are codes.
fn number_in(word: &str) -> Option<&str> {
    let digits = word.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let is_number = !digits.is_empty() && digits.len() <= 9 && word.len() - digits.len() <= 2;
    (is_number && digits.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ','))).then_some(digits)
}

/// Scripts without capitals: every word may be a name.
fn is_caseless(word: &str) -> bool {
    word.chars().next().is_some_and(|c| c.is_alphabetic() && !c.is_lowercase() && !c.is_uppercase())
}

/// Groups of four characters of a word and its ends: they meet across inflections.
fn grams(roman: &str, found: &mut Found) {
    let letters: Vec<char> = std::iter::once('^').chain(roman.chars()).chain(std::iter::once('$')).collect();
    if letters.len() >= 5 {
        let mut text = String::with_capacity(16);
        for gram in letters.windows(4) {
            text.clear();
            text.extend(gram);
            found.grams.push(hash(GRAM, "", &text));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cluster::vector::dot;

    fn of(title: &str, language: &str) -> Fingerprint {
        Fingerprint::of(title, "", language)
    }

    #[test]
    fn a_kind_of_event_is_one_thing_to_share_and_not_a_name_too() {
        let (german, russian) = (
            Fingerprint::of("Börse: „Wir prüfen das“, sagte Präsident Müller", "", "de"),
            Fingerprint::of("Указ подписал Президент России", "", "ru"),
        );
        let shared = german.anchors.iter().filter(|hash| russian.anchors.contains(hash)).count();
        assert!(shared <= 1, "{shared} things in common");
        let persian = Fingerprint::of("صادرات نفت ایران در سال به را افزایش یافت", "", "fa");
        assert!(
            !persian.shown.iter().any(|shown| ["در", "به", "را"].contains(&shown.word.as_str())),
            "what holds any sentence together is no word of it"
        );
    }

    #[test]
    fn forms_of_a_word_meet_within_a_language() {
        let (a, b) = (of("Shelling of homes", "en"), of("Shelled a home", "en"));
        assert_eq!(dot(&a.title, &b.title), 2.0);
    }

    #[test]
    fn names_meet_across_languages_and_stems_do_not() {
        let (en, ru) = (of("Naomi Osaka withdraws", "en"), of("Наоми Осака снялась с турнира", "ru"));
        assert_eq!(dot(&en.title, &ru.title), 0.0);
        assert!(dot(&en.names, &ru.names) >= 2.0);
    }

    #[test]
    fn a_capital_after_a_full_stop_is_no_name() {
        let name = |title: &str, word: &str| of(title, "en").shown.iter().any(|shown| shown.word == word && shown.kind == Kind::Name);
        assert!(!name("Fire burns near the port of Kano. Police speak of two dead", "Police"));
        assert!(name("Two dead near the port, says Mr. Okafor of the police", "Okafor"));
        // nor is it one name with the end of the sentence before
        assert!(of("A fire near the port of Dangote. Police speak of two dead", "en").runs.is_empty());
        assert_eq!(of("A fire near the port of Aliko Dangote. Police speak", "en").runs.len(), 1);
    }

    #[test]
    fn numbers_stay_whole() {
        let print = of("Magnitude 7.1 quake kills 10,000", "en");
        assert_eq!(print.numbers.len(), 2);
        assert_eq!(dot(&print.numbers, &of("7.1 and 10,000", "en").numbers), 2.0);
        assert_eq!(dot(&print.numbers, &of("7 and 1", "en").numbers), 0.0);
    }

    #[test]
    fn an_abbreviation_is_the_same_with_dots_and_without() {
        let (dots, none) = (of("U.S.S. Lincoln leaves port", "en"), of("USS Lincoln leaves port", "en"));
        assert_eq!(dot(&dots.title, &none.title), 4.0);
        assert_eq!((dots.runs.len(), none.runs.len()), (1, 1), "nor does its last dot end a sentence");
        assert_eq!(of("The U.S. Navy", "en").title.len(), 2, "the country is no pronoun");
    }

    #[test]
    fn scripts_without_spaces_are_read_in_pairs() {
        let (a, b) = (of("東京で地震", "ja"), of("地震が東京を襲う", "ja"));
        assert!(dot(&a.title, &b.title) >= 2.0, "{a:?} {b:?}");
    }

    #[test]
    fn the_outlet_at_the_end_of_a_title_does_not_count() {
        assert_eq!(
            of("Fire at the oil refinery in Lagos | Example News", "en").title.len(),
            of("Fire at the oil refinery in Lagos", "en").title.len()
        );
    }
}
