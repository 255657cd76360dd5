//! What a reader typed into the search: words, "phrases", -without, and fields like `country:RU` or `severity>=4`.
//!
//! Nothing typed is refused: what cannot be read is named with its reason, and its plain words are searched.

use super::category::Category;
use super::country;
use super::language;
use super::place::Region;
use super::severity::Severity;
use crate::clock::{DAY, Timestamp};
use crate::text::fold::fold;
use crate::text::slug;
use crate::text::terms::terms;

/// Characters and words that are read of it.
const LONGEST: usize = 400;
const MOST: usize = 24;

/// The question, ready for the store.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Query {
    /// Phrases that must be there, each a run of terms.
    pub all: Vec<Vec<String>>,
    /// Phrases that must not.
    pub none: Vec<Vec<String>>,
    /// Number of an incident.
    pub incident: Option<i64>,
    /// Slug of a source.
    pub source: Option<String>,
    /// ISO 3166-1 alpha-2
    pub country: Option<String>,
    /// Any of these, as `category:energy,trade` asks; none stands for all. So with regions and languages.
    pub categories: Vec<Category>,
    pub regions: Vec<Region>,
    /// Slug of an entity.
    pub entity: Option<String>,
    /// Severities from and to, both included.
    pub severity: Option<(Severity, Severity)>,
    /// ISO 639-1
    pub languages: Vec<String>,
    pub after: Option<Timestamp>,
    pub before: Option<Timestamp>,
    /// What could not be read, and why.
    pub problems: Vec<String>,
    /// The plain words, for suggestions.
    pub words: Vec<String>,
}

impl Query {
    pub fn parse(typed: &str) -> Self {
        let typed: String = typed.chars().take(LONGEST).collect();
        let mut query = Self::default();
        for token in tokens(&typed, &mut query.problems).into_iter().take(MOST) {
            query.read(&token);
        }
        query
    }

    /// Nothing to look for at all.
    pub fn is_empty(&self) -> bool {
        *self == Self { problems: self.problems.clone(), words: self.words.clone(), ..Self::default() }
    }

    fn read(&mut self, token: &Token) {
        let Some((field, relation, value)) = token.field() else {
            let phrase = phrase_of(&token.text);
            if phrase.is_empty() {
                return;
            }
            if !token.without {
                self.words.push(token.text.clone());
            }
            (if token.without { &mut self.none } else { &mut self.all }).push(phrase);
            return;
        };
        let outcome = match token.without {
            true => Err("a minus stands before words and phrases, not before a field".to_string()),
            false => self.set(field, relation, value),
        };
        if let Err(why) = outcome {
            self.problems.push(format!("“{}”: {why}. Its words were searched instead.", token.text));
            self.all.extend(Some(phrase_of(value)).filter(|phrase| !phrase.is_empty()));
            self.words.push(value.to_string());
        }
    }

    fn set(&mut self, field: &str, relation: &str, value: &str) -> Result<(), String> {
        if value.is_empty() {
            return Err("something must follow".into());
        }
        if relation != ":" && relation != "=" && field != "severity" {
            return Err(format!("{field} is asked with a colon"));
        }
        match field {
            "incident" => once(&mut self.incident, value.parse().ok().filter(|number| *number > 0).ok_or("an incident has a number, as 851")?)?,
            "source" => once(&mut self.source, slug::any(value))?,
            "country" => once(&mut self.country, country_of(value).ok_or("no country has this code or name")?)?,
            "category" => any_of(&mut self.categories, value, category_of, "no category has this name")?,
            "region" => any_of(&mut self.regions, value, region_of, "no region has this name")?,
            "entity" => once(&mut self.entity, slug::any(value))?,
            "lang" => any_of(&mut self.languages, value, |one| language::find(one).map(str::to_string), "no language has this code or name")?,
            // of two bounds the narrower
            "after" => self.after = self.after.max(Some(day(value).ok_or("a day is written as 2022-03-20")?)),
            "before" => {
                let day = day(value).ok_or("a day is written as 2022-03-20")?;
                self.before = Some(self.before.map_or(day, |known| known.min(day)));
            }
            "severity" => {
                let (from, to) = severities(relation, value).ok_or("a severity is 0 to 5, or a word like high")?;
                let (least, most) = self.severity.unwrap_or((from, to));
                let (least, most) = (least.max(from), most.min(to));
                self.severity = Some((least, most)).filter(|_| least <= most);
                self.severity.ok_or("no severity is both")?;
            }
            _ => return Err("there is no such field".into()),
        }
        Ok(())
    }
}

/// Sets what can be asked for once.
fn once<T>(field: &mut Option<T>, value: T) -> Result<(), String> {
    if field.is_some() {
        return Err("it was asked for already, and an incident is looked for under one".into());
    }
    *field = Some(value);
    Ok(())
}

/// Sets what can be asked for once, as several with commas between them.
fn any_of<T>(field: &mut Vec<T>, value: &str, read: impl Fn(&str) -> Option<T>, unknown: &str) -> Result<(), String> {
    if !field.is_empty() {
        return Err("it was asked for already: write several with commas between them".into());
    }
    *field = value.split(',').map(|one| read(one.trim())).collect::<Option<_>>().ok_or(unknown)?;
    Ok(())
}

/// One word, phrase or field as typed.
#[derive(Debug)]
struct Token {
    text: String,
    without: bool,
    /// Where the quotes of a phrase begin; a field's name is before them.
    quoted_from: Option<usize>,
}

const FIELDS: &[&str] = &["incident", "source", "country", "category", "region", "entity", "severity", "after", "before", "lang"];

impl Token {
    /// Its field, what stands between, and the value. A word before a colon that is no field, like `12:30`, is plain text.
    fn field(&self) -> Option<(&str, &str, &str)> {
        let at = self.text.find([':', '>', '<', '='])?;
        if self.quoted_from.is_some_and(|quote| quote <= at) {
            return None;
        }
        let (field, rest) = self.text.split_at(at);
        // a phone begins with a capital
        let field = FIELDS.iter().find(|known| known.eq_ignore_ascii_case(field)).copied().unwrap_or(field);
        let is_word = !field.is_empty() && field.bytes().all(|b| b.is_ascii_lowercase());
        if !is_word || !(FIELDS.contains(&field) || rest.starts_with(':') && !rest.starts_with("://") && rest.len() > 1) {
            return None;
        }
        let length = [">=", "<=", ":", "=", ">", "<"].iter().find(|r| rest.starts_with(**r)).map_or(1, |r| r.len());
        Some((field, &rest[..length], &rest[length..]))
    }
}

fn tokens(typed: &str, problems: &mut Vec<String>) -> Vec<Token> {
    let mut found = vec![];
    let mut rest = typed.trim_start();
    while !rest.is_empty() {
        let without = rest.len() > 1 && rest.starts_with(['-', '−']);
        let mut token = Token { text: String::new(), without, quoted_from: None };
        let mut chars = rest.char_indices().skip(usize::from(without));
        let mut open: Option<usize> = None;
        let mut end = rest.len();
        for (at, c) in &mut chars {
            if matches!(c, '"' | '“' | '”' | '„' | '«' | '»') {
                open = if open.is_some() { None } else { Some(at) };
                token.quoted_from.get_or_insert(token.text.len());
                continue;
            }
            if c.is_whitespace() && open.is_none() {
                end = at;
                break;
            }
            token.text.push(c);
        }
        if let Some(at) = open {
            problems.push(format!(
                "The quotes before “{}” are not closed; the phrase was read to the end.",
                rest[at..].trim_start_matches(['"', '“', '„', '«'])
            ));
        }
        found.push(token);
        rest = rest[end..].trim_start();
    }
    found.retain(|token| !token.text.is_empty());
    found
}

fn phrase_of(text: &str) -> Vec<String> {
    terms(text).into_iter().map(|term| term.term).take(MOST).collect()
}

fn country_of(value: &str) -> Option<String> {
    if let Some(country) = country::find(&value.to_uppercase()) {
        return Some(country.iso2.clone());
    }
    let folded = fold(value);
    let has =
        |country: &&country::Country| fold(&country.name) == folded || country.names.iter().chain(&country.alt).any(|name| fold(name) == folded);
    country::all().iter().find(has).map(|country| country.iso2.clone())
}

fn category_of(value: &str) -> Option<Category> {
    let folded = fold(value);
    Category::ALL.iter().copied().find(|c| c.word() == folded || fold(c.label()) == folded)
}

/// By its word or name, or how that begins: Asia.
fn region_of(value: &str) -> Option<Region> {
    let folded = fold(value);
    let is_begun = |name: &str| folded.len() >= 4 && name.starts_with(&folded);
    Region::ALL.iter().copied().find(|region| is_begun(region.word()) || is_begun(&fold(region.label())))
}

/// The first moment of a day, `2022-03-20`.
fn day(value: &str) -> Option<Timestamp> {
    Timestamp::parse(&format!("{value}T00:00:00Z"))
}

/// The first moment after a day.
pub fn day_after(value: &str) -> Option<Timestamp> {
    day(value).map(|start| start.plus(DAY))
}

/// The first moment of a day.
pub fn day_of(value: &str) -> Option<Timestamp> {
    day(value)
}

fn severities(relation: &str, value: &str) -> Option<(Severity, Severity)> {
    let level = match value.parse::<i64>() {
        Ok(level @ 0..=5) => level,
        Ok(_) => return None,
        Err(_) => fold(value).parse::<Severity>().ok()?.level(),
    };
    let (from, to) = match relation {
        ">=" => (level, 5),
        "<=" => (0, level),
        ">" => (level + 1, 5),
        "<" => (0, level - 1),
        _ => (level, level),
    };
    (from <= to).then(|| (Severity::from_level(from), Severity::from_level(to)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_phrases_and_what_must_not_be_there() {
        let query = Query::parse("\"sovereign AI\" russia -drone Jae-in");
        assert_eq!(query.all.len(), 3);
        assert_eq!((query.all[0].len(), query.all[2].len()), (2, 2), "a phrase and a joined word are runs of terms");
        assert_eq!(query.none, [vec!["wdrone".to_string()]]);
        assert!(query.problems.is_empty() && !query.is_empty());
    }

    #[test]
    fn fields_are_read_by_code_name_and_relation() {
        let query = Query::parse(
            "country:russia category:energy severity>=4 source:\"Sky News\" entity:\"Vladimir Putin\" after:2022-03-01 before:2022-03-20 lang:ru",
        );
        assert!(query.problems.is_empty(), "{:?}", query.problems);
        assert_eq!((query.country.as_deref(), &query.categories[..]), (Some("RU"), &[Category::Energy][..]));
        assert_eq!(query.severity, Some((Severity::High, Severity::Critical)));
        assert_eq!(
            (query.source.as_deref(), query.entity.as_deref(), &query.languages[..]),
            (Some("sky-news"), Some("vladimir-putin"), &["ru".to_string()][..])
        );
        assert_eq!(query.after.unwrap().date(), "2022-03-01");
        // a phone begins with a capital, and two bounds are one range
        let query = Query::parse("Country:RU Severity>=3 severity<5 after:2022-03-01 After:2022-03-10");
        assert_eq!(query.severity, Some((Severity::Moderate, Severity::High)));
        assert_eq!((query.country.as_deref(), query.after, query.problems.len()), (Some("RU"), day("2022-03-10"), 0));
        let query = Query::parse("country:RU country:UA severity>=4 severity<2");
        assert_eq!((query.country.as_deref(), query.problems.len()), (Some("RU"), 2), "{:?}", query.problems);
        assert_eq!(Query::parse("severity:high").severity, Some((Severity::High, Severity::High)));
    }

    #[test]
    fn several_of_a_kind_stand_with_commas() {
        let query = Query::parse("region:Europe,\"middle east\",asia,middle-east category:energy,trade lang:ru,uk");
        assert!(query.problems.is_empty(), "{:?}", query.problems);
        assert_eq!((query.regions.len(), query.categories.len()), (4, 2));
        assert_eq!(query.languages, ["ru", "uk"]);
        for odd in ["region:Atlantis", "region:europe,", "category:energy category:trade"] {
            assert_eq!(Query::parse(odd).problems.len(), 1, "{odd}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_named_and_its_words_are_searched() {
        for (typed, word) in [
            ("country:Narnia", "wnarnia"),
            ("after:yesterday", "wyesterday"),
            ("severity>=loud", "wloud"),
            ("colour:red", "wred"),
            ("-country:RU", "wru"),
            ("severity>5", "w5"),
            ("\"open phrase", "wopen"),
        ] {
            let query = Query::parse(typed);
            assert_eq!(query.problems.len(), 1, "{typed}: {:?}", query.problems);
            assert!(query.all.iter().flatten().any(|term| term == word), "{typed}: {:?}", query.all);
        }
    }

    #[test]
    fn odd_input_is_never_more_than_words() {
        for odd in ["", "   ", "-", "\"\"", ":", "a:", "12:30", "https://example.org/x", "🔥", "((( NEAR * OR", "\u{0}x"] {
            let query = Query::parse(odd);
            assert!(query.all.iter().flatten().all(|t| t.bytes().all(|b| b.is_ascii_alphanumeric())), "{odd}");
        }
        assert!(Query::parse("12:30").problems.is_empty());
        assert!(Query::parse(&"word ".repeat(1_000)).all.len() <= MOST);
    }
}
