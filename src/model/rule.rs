//! Rules of a source: which of its items are kept.
//!
//! One rule a line: `include` or `exclude`, what to look at, and the text to find there, like `exclude title horoscope`. An item is
//! dropped when an `exclude` finds it, or when there are `include` rules and none finds it.

use crate::model::article::Item;
use crate::model::language;
use crate::text::fold::fold;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Title,
    Category,
    Address,
    Language,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Rule {
    is_include: bool,
    part: Part,
    /// Folded; of a language its code, or "und".
    text: String,
}

/// The rules of one source.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rules(Vec<Rule>);

/// Rules of one source beyond this are a mistake.
const MOST: usize = 100;

impl Rules {
    /// Reads rules; empty lines and lines that begin with `#` say nothing. Fails with a sentence that names the line.
    pub fn parse(text: &str) -> Result<Self, String> {
        let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty() && !line.trim_start().starts_with('#'));
        let rules: Vec<Rule> =
            lines.map(|(number, line)| rule(line).map_err(|problem| format!("Line {}: {problem}", number + 1))).collect::<Result<_, _>>()?;
        if rules.len() > MOST { Err(format!("These are more than {MOST} rules")) } else { Ok(Self(rules)) }
    }

    /// Rules as they are stored, some by an older version. A line that is none any more finds nothing: one that would include nothing does not let all in.
    pub fn stored(text: &str) -> Self {
        let nothing = || Rule { is_include: true, part: Part::Language, text: String::new() };
        let is_include = |line: &str| line.trim().to_lowercase().starts_with("include");
        Self(text.lines().filter_map(|line| rule(line).ok().or_else(|| is_include(line).then(nothing))).collect())
    }

    pub fn keeps(&self, item: &Item) -> bool {
        let (include, exclude): (Vec<&Rule>, Vec<&Rule>) = self.0.iter().partition(|rule| rule.is_include);
        !exclude.iter().any(|rule| rule.finds(item)) && (include.is_empty() || include.iter().any(|rule| rule.finds(item)))
    }
}

fn rule(line: &str) -> Result<Rule, String> {
    let mut words = line.trim().splitn(3, char::is_whitespace);
    let is_include = match words.next().map(str::to_lowercase).as_deref() {
        Some("include") => true,
        Some("exclude") => false,
        _ => return Err("begin with include or exclude, as in: exclude title horoscope".into()),
    };
    let part = match words.next().map(str::to_lowercase).as_deref() {
        Some("title") => Part::Title,
        Some("category") => Part::Category,
        Some("address") => Part::Address,
        Some("language") => Part::Language,
        _ => return Err("say what to look at: title, category, address or language".into()),
    };
    match fold(words.next().unwrap_or("").trim()) {
        empty if empty.is_empty() => Err("say what to look for after it".into()),
        text if part == Part::Language => {
            let code = language::find(&text).map(str::to_string).or_else(|| language::primary(&text)).or((text == "und").then_some(text));
            let code = code.ok_or("write a language by its code or its English name, as in: include language de")?;
            Ok(Rule { is_include, part, text: code })
        }
        text => Ok(Rule { is_include, part, text }),
    }
}

impl Rule {
    fn finds(&self, item: &Item) -> bool {
        match self.part {
            Part::Title => fold(&item.title).contains(&self.text),
            Part::Category => item.categories.iter().any(|category| fold(category).contains(&self.text)),
            // as it is written, and as a browser shows it
            Part::Address => {
                let shown = percent_encoding::percent_decode_str(&item.address).decode_utf8_lossy();
                fold(&item.address).contains(&self.text) || fold(&shown).contains(&self.text)
            }
            Part::Language => item.language == self.text,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(title: &str, category: &str) -> Item {
        Item {
            identity: "1".into(),
            own_identity: "1".into(),
            has_link: true,
            shares_identity: false,
            address: "https://example.org/world/1".into(),
            title: title.into(),
            summary: String::new(),
            author: None,
            language: "en".into(),
            categories: vec![category.into()],
            published_at: None,
        }
    }

    #[test]
    fn what_is_excluded_goes_and_what_is_not_included_goes_too() {
        let rules = Rules::parse("exclude title HOROSCOPE\n# sport has its own desk\nexclude category sport\n").unwrap();
        assert!(rules.keeps(&item("Fire in Lagos", "World")));
        assert!(!rules.keeps(&item("Your horoscope", "Life")) && !rules.keeps(&item("Final tonight", "Sports")));
        let rules = Rules::parse("include address /world/\ninclude category africa\nexclude language de").unwrap();
        assert!(rules.keeps(&item("Fire", "Africa")));
        assert!(!rules.keeps(&Item { address: "https://example.org/life/1".into(), ..item("Fire", "Life") }));
        assert!(!rules.keeps(&Item { language: "de".into(), ..item("Feuer", "Africa") }));
        assert!(Rules::default().keeps(&item("Anything", "")));
    }

    #[test]
    fn a_line_that_is_no_rule_says_what_to_write() {
        for (text, says) in [
            ("drop title x", "Line 1: begin with include or exclude"),
            ("\nexclude tilte x", "Line 2: say what to look at"),
            ("exclude title  ", "Line 1: say what to look for"),
        ] {
            let problem = Rules::parse(text).unwrap_err();
            assert!(problem.starts_with(says), "{problem}");
        }
        assert!(Rules::parse(&"exclude title x\n".repeat(101)).unwrap_err().contains("more than 100"));
    }

    #[test]
    fn a_language_is_named_by_any_of_its_names_or_refused() {
        let german = Item { language: "de".into(), ..item("Feuer", "Africa") };
        for name in ["de", "DE", "de-AT", "German", "deutsch", "ger"] {
            let rules = Rules::parse(&format!("exclude language {name}")).unwrap();
            assert!(!rules.keeps(&german) && rules.keeps(&item("Fire", "Africa")), "{name}");
        }
        assert!(Rules::parse("include title fire\nexclude language klingon").unwrap_err().starts_with("Line 2: write a language by its code"));
        assert!(!Rules::parse("exclude language und").unwrap().keeps(&Item { language: "und".into(), ..item("Fire", "Africa") }));
        // as an older version took it
        let stored = Rules::stored("# ours\nexclude language klingon\nexclude title fire");
        assert!(!stored.keeps(&item("Fire", "Africa")) && stored.keeps(&item("Flood", "Africa")));
        assert!(!Rules::stored("include language English (UK)").keeps(&item("Fire", "Africa")));
    }
}
