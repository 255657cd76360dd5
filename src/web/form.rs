//! The fields of a form as a browser sent them.

use crate::model::working::{JudgementRow, MarketRow, MomentRow, ROWS, ScenarioRow, Working};
use std::collections::HashMap;

/// Names and values; the last of two with one name counts.
pub struct Fields(HashMap<String, String>);

impl Fields {
    pub fn read(body: &[u8]) -> Self {
        // PostgreSQL takes no NUL in a text, and nobody types one
        Self(url::form_urlencoded::parse(body).map(|(name, value)| (name.into_owned(), value.replace('\0', ""))).collect())
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
            level: self.text("level"),
            horizon: self.text("horizon"),
            judgements: self.rows("j", "text", |f| JudgementRow { text: f("text"), likelihood: f("likelihood"), confidence: f("confidence") }),
            scenarios: self.rows("s", "name", |f| ScenarioRow { name: f("name"), text: f("text"), share: f("share") }),
        }
    }
}

/// A list grows or shrinks by a button without a script: `add-market`, `drop-market-2`. `false` when the act is none of these.
pub fn grow_or_shrink(working: &mut Working, act: &str) -> bool {
    let dropped = act.strip_prefix("drop-").and_then(|rest| rest.rsplit_once('-')).and_then(|(list, n)| Some((list, n.parse::<usize>().ok()?)));
    match (act, dropped) {
        ("add-market", _) => working.markets.push(MarketRow::default()),
        ("add-moment", _) => working.moments.push(MomentRow::default()),
        ("add-judgement", _) => working.judgements.push(JudgementRow::default()),
        ("add-scenario", _) => working.scenarios.push(ScenarioRow::default()),
        (_, Some(("market", n))) if n < working.markets.len() => drop(working.markets.remove(n)),
        (_, Some(("moment", n))) if n < working.moments.len() => drop(working.moments.remove(n)),
        (_, Some(("judgement", n))) if n < working.judgements.len() => drop(working.judgements.remove(n)),
        (_, Some(("scenario", n))) if n < working.scenarios.len() => drop(working.scenarios.remove(n)),
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
    fn lists_grow_and_shrink_by_buttons() {
        let mut working = Working::default();
        assert!(grow_or_shrink(&mut working, "add-market") && grow_or_shrink(&mut working, "add-market"));
        working.markets[1].exposure = "Oil".into();
        assert!(grow_or_shrink(&mut working, "drop-market-0"));
        assert_eq!(working.markets[0].exposure, "Oil");
        assert!(!grow_or_shrink(&mut working, "publish") && !grow_or_shrink(&mut working, "drop-market-7"));
    }
}
