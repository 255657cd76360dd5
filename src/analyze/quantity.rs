//! Quantities as sentences write them: "12", "1,200", "twenty-two", "two dozen", "$13.6 billion".

use crate::text::sentence::sentences;
use std::collections::BTreeSet;

/// "Dozens" are two at least, and so with hundreds.
pub(super) const VAGUE: &[(&str, i64)] = &[("dozens", 24), ("hundreds", 200), ("thousands", 2_000)];
const SMALL: &[&str] = &[
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];
const TENS: &[&str] = &["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
const SCALES: &[(&str, i64)] =
    &[("dozen", 12), ("hundred", 100), ("thousand", 1_000), ("million", 1_000_000), ("billion", 1_000_000_000), ("trillion", 1_000_000_000_000)];
const CURRENCIES: &[(&str, &str)] = &[("$", "US$"), ("US$", "US$"), ("€", "€"), ("£", "£"), ("¥", "¥")];

/// A word of a sentence without the marks around it, and the mark that ends it.
pub(super) struct Word<'a> {
    pub text: &'a str,
    pub lower: String,
    /// A comma, semicolon or dash follows.
    pub ends_clause: bool,
}

pub(super) struct Number {
    pub value: i64,
    pub unit: &'static str,
    /// Index of its first word, and of the one after its last.
    pub from: usize,
    pub to: usize,
}

/// "Twenty-two", "Hundreds", "Three Thousand": a number in words, and nothing else.
pub fn is_written_number(text: &str) -> bool {
    let lower = text.to_lowercase();
    let is_number = |word: &str| {
        let word = word.trim_end_matches('s');
        SMALL.contains(&word) || TENS.contains(&word) || SCALES.iter().any(|(scale, _)| *scale == word)
    };
    lower.split([' ', '-', '\u{2011}']).all(is_number)
}

/// All numbers of a text, also those in words, without "one", which is seldom a count.
pub fn values(text: &str) -> BTreeSet<i64> {
    let in_sentence = |sentence: &str| {
        let words = split(sentence);
        // "hundreds" says no number
        let is_exact = |number: &Number| VAGUE.iter().all(|(vague, _)| *vague != words[number.from].lower);
        numbers(&words).into_iter().filter(is_exact).map(|number| number.value).collect::<Vec<_>>()
    };
    sentences(text).into_iter().flat_map(in_sentence).filter(|value| *value > 1).collect()
}

pub(super) fn split(sentence: &str) -> Vec<Word<'_>> {
    let bare = |c: char| !c.is_alphanumeric() && !matches!(c, '$' | '€' | '£' | '¥' | '%');
    let raw = sentence.split([' ', '\u{a0}', '\n', '—', '–']);
    let words = raw.map(|raw| (raw, raw.trim_matches(bare))).filter(|(_, text)| !text.is_empty());
    words.map(|(raw, text)| Word { text, lower: text.to_lowercase(), ends_clause: raw.ends_with([',', ';', ':']) }).collect()
}

pub(super) fn numbers(words: &[Word]) -> Vec<Number> {
    let mut found = vec![];
    let mut at = 0;
    while at < words.len() {
        match number(words, at) {
            Some(number) => {
                at = number.to;
                found.push(number);
            }
            None => at += 1,
        }
    }
    found
}

/// "12", "1,200", "twenty-two", "two hundred", "1.5 million", "$13.6 billion". Years and percentages are none.
fn number(words: &[Word], at: usize) -> Option<Number> {
    let word = &words[at];
    if let Some((_, value)) = VAGUE.iter().find(|(vague, _)| *vague == word.lower) {
        return Some(Number { value: *value, unit: "", from: at, to: at + 1 });
    }
    if word.lower == "dozen" {
        let is_half = words[at.saturating_sub(2)..at].iter().any(|before| before.lower == "half");
        return Some(Number { value: if is_half { 6 } else { 12 }, unit: "", from: at, to: at + 1 });
    }
    let sign = CURRENCIES.iter().rev().find(|(sign, _)| word.text.starts_with(sign));
    let bare = sign.map_or(word.text, |(sign, _)| &word.text[sign.len()..]);
    let (digits, mut to) = grouped(words, at, bare);
    let (mut value, is_plain) = match digits.parse::<f64>() {
        Ok(value) if bare.starts_with(|c: char| c.is_ascii_digit()) => (value, !bare.contains(',') && sign.is_none()),
        _ => (in_words(&bare.to_lowercase())? as f64, false),
    };
    let mut is_scaled = false;
    while let Some((_, scale)) = words.get(to).and_then(|next| SCALES.iter().find(|(name, _)| *name == next.lower)) {
        value *= *scale as f64;
        is_scaled = true;
        to += 1;
    }
    let money = words.get(to).is_some_and(|next| ["dollars", "euros", "pounds"].contains(&next.lower.as_str()));
    let unit = match (sign, money) {
        (Some((_, unit)), _) => unit,
        (None, true) => [("dollars", "US$"), ("euros", "€"), ("pounds", "£")].iter().find(|(word, _)| *word == words[to].lower)?.1,
        _ => "",
    };
    let is_year = is_plain && !is_scaled && value.fract() == 0.0 && (1900.0..=2100.0).contains(&value);
    let most = if unit.is_empty() { 1e8 } else { 1e15 };
    let is_count = value >= 1.0 && value < most && !is_year && (!unit.is_empty() || value.fract() == 0.0);
    is_count.then(|| Number { value: value.round() as i64, unit, from: at, to })
}

/// The digits of a number without the marks between its thousands, and where it ends: "120 000" is one of two words.
fn grouped(words: &[Word], at: usize, first: &str) -> (String, usize) {
    let is_digits = |text: &str, of: std::ops::RangeInclusive<usize>| of.contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    let (mut digits, mut to) = (first.replace(',', ""), at + 1);
    while is_digits(first, 1..=3) && !words[to - 1].ends_clause && words.get(to).is_some_and(|next| is_digits(next.text, 3..=3)) {
        digits.push_str(words[to].text);
        to += 1;
    }
    (digits, to)
}

fn in_words(word: &str) -> Option<i64> {
    let small = |word: &str| SMALL.iter().position(|n| *n == word).map(|n| n as i64);
    let tens = |word: &str| TENS.iter().position(|n| *n == word).map(|n| (n as i64 + 2) * 10);
    if let Some((ten, one)) = word.split_once('-') {
        return Some(tens(ten)? + small(one).filter(|n| (1..10).contains(n))?);
    }
    small(word).filter(|n| *n > 0).or_else(|| tens(word))
}
