//! The fields of a form as a browser sent them.

use crate::model::row::{JudgementRow, MarketRow, MomentRow, ScenarioRow};
use crate::model::working::{ROWS, Working};
use crate::text::words::is_noncharacter;
use std::collections::HashMap;

/// Names and values; the last of two with one name counts.
#[derive(Default)]
pub struct Fields(HashMap<String, String>);

impl Fields {
    pub fn read(body: &[u8]) -> Self {
        // PostgreSQL takes no NUL in a text, XML no other control character, and nobody types them
        let is_typed = |c: &char| matches!(c, '\n' | '\r' | '\t') || !c.is_control() && !is_noncharacter(*c);
        let typed = |value: &str| value.chars().filter(is_typed).collect();
        // a password is looked at as it is: nothing of it is stored but its hash
        let field = |name: &str, value: &str| if name.ends_with("password") { value.to_string() } else { typed(value) };
        Self(url::form_urlencoded::parse(body).map(|(name, value)| (name.to_string(), field(&name, &value))).collect())
    }
    pub fn text(&self, name: &str) -> String {
        self.0.get(name).cloned().unwrap_or_default()
    }
    pub fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }
    /// The names of all fields, in no order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
    pub fn number(&self, name: &str) -> i64 {
        self.text(name).parse().unwrap_or(0)
    }
    /// Rows of fields named `m0exposure`, `m1exposure` …, as long as `first` of them is there.
    fn rows<T>(&self, prefix: &str, first: &str, read: impl Fn(&dyn Fn(&str) -> String) -> T) -> Vec<T> {
        let numbers = (0..ROWS).take_while(|n| self.has(&format!("{prefix}{n}{first}")));
        numbers.map(|n| read(&|field: &str| self.text(&format!("{prefix}{n}{field}")))).collect()
    }

    /// The editor's form, as typed.
    pub fn working(&self) -> Working {
        Working {
            title: self.text("title"),
            category: self.text("category"),
            severity: self.text("severity"),
            severity_why: self.text("severity_why"),
            countries: self.text("countries"),
            priority: self.has("priority"),
            happened: self.text("happened"),
            geopolitics: self.text("geopolitics"),
            markets_text: self.text("markets_text"),
            watch: self.text("watch"),
            implications: self.text("implications"),
            signals: self.text("signals"),
            topics: self.text("topics"),
            unknowns: self.text("unknowns"),
            markets: self.rows("m", "exposure", |f| MarketRow {
                exposure: f("exposure"),
                note: f("note"),
                direction: f("direction"),
                magnitude: f("magnitude"),
                horizon: f("horizon"),
                confidence: f("confidence"),
            }),
            moments: self.rows("t", "what", |f| MomentRow { when: f("when"), what: f("what"), key: !f("key").is_empty() }),
            correction: self.text("correction"),
            note: self.text("note"),
            when: self.text("when"),
            restored: self.number("restored"),
            level: self.text("level"),
            horizon: self.text("horizon"),
            judgements: self.rows("j", "text", |f| JudgementRow { text: f("text"), likelihood: f("likelihood"), confidence: f("confidence") }),
            scenarios: self.rows("s", "name", |f| ScenarioRow { name: f("name"), text: f("text"), share: f("share") }),
        }
    }
}

/// A list grows, shrinks or is put in another order by a button without a script: `add-market`, `drop-market-2`, `up-market-2`. `false` when
/// the act is none of these.
pub fn rearrange(working: &mut Working, act: &str) -> bool {
    let Some((verb, rest)) = act.split_once('-') else { return false };
    let (list, n) = match rest.rsplit_once('-') {
        Some((list, n)) => (list, n.parse::<usize>().ok()),
        None => (rest, None),
    };
    match list {
        "market" => change(&mut working.markets, verb, n),
        "moment" => change(&mut working.moments, verb, n),
        "judgement" => change(&mut working.judgements, verb, n),
        "scenario" => change(&mut working.scenarios, verb, n),
        _ => false,
    }
}

fn change<T: Default>(rows: &mut Vec<T>, verb: &str, n: Option<usize>) -> bool {
    match (verb, n) {
        ("add", None) if rows.len() < ROWS => rows.push(T::default()),
        ("add", None) => {}
        ("drop", Some(n)) if n < rows.len() => drop(rows.remove(n)),
        ("up", Some(n)) if (1..rows.len()).contains(&n) => rows.swap(n - 1, n),
        _ => return false,
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_read_by_their_numbers() {
        let working = Fields::read("title=Fire+%26+smoke&priority=on&s0name=A&s0share=60&s1name=B&s1share=40&s3name=lost".as_bytes()).working();
        assert_eq!(working.title, "Fire & smoke");
        assert!(working.priority);
        assert_eq!(working.scenarios.iter().map(|s| s.name.as_str()).collect::<Vec<_>>(), ["A", "B"]);
        assert_eq!(working.share_sum(), 100);
    }

    #[test]
    fn lists_grow_and_shrink_and_change_their_order_by_buttons() {
        let mut working = Working::default();
        assert!(rearrange(&mut working, "add-market") && rearrange(&mut working, "add-market"));
        working.markets[1].exposure = "Oil".into();
        assert!(rearrange(&mut working, "up-market-1"));
        assert_eq!(working.markets[0].exposure, "Oil");
        assert!(rearrange(&mut working, "drop-market-1"));
        assert_eq!((working.markets.len(), working.markets[0].exposure.as_str()), (1, "Oil"));
        for other in ["publish", "hand-in", "drop-market-7", "up-market-0", "up-market-1", "by-rule-3"] {
            assert!(!rearrange(&mut working, other), "{other}");
        }
    }
}
