//! When two editors changed one text: what each of them did to it, field by field, and the text that comes of it.

use super::working::Working;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

/// A field that both changed, and not alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clash {
    /// The field's name in the form.
    pub field: String,
    pub label: &'static str,
    pub before: String,
    pub theirs: String,
    pub mine: String,
}

/// What only one of them changed needs no decision.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Comparison {
    pub clashes: Vec<Clash>,
    pub only_theirs: Vec<&'static str>,
    pub only_mine: Vec<&'static str>,
}

/// Fields that are not part of the text that is published.
const ASIDE: &[&str] = &["correction", "note", "when", "severity_why", "restored"];

fn fields(text: &Working) -> Map<String, Value> {
    match serde_json::to_value(text) {
        Ok(Value::Object(fields)) => fields,
        _ => Map::new(),
    }
}

/// Compares what two editors made of `before`.
pub fn compare(before: &Working, theirs: &Working, mine: &Working) -> Comparison {
    let (before, theirs, mine) = (fields(before), fields(theirs), fields(mine));
    let mut found = Comparison::default();
    for (field, own) in mine.iter().filter(|(field, _)| !ASIDE.contains(&field.as_str())) {
        let (was, other, label) = (&before[field], &theirs[field], label(field));
        match (equal(own, was), equal(other, was)) {
            (true, true) => {}
            (true, false) => found.only_theirs.push(label),
            (false, true) => found.only_mine.push(label),
            (false, false) if equal(own, other) => {}
            (false, false) => {
                found.clashes.push(Clash { field: field.clone(), label, before: shown(was), theirs: shown(other), mine: shown(own) });
            }
        }
    }
    found
}

/// One text of both: what one changed alone counts; where both did, `takes_theirs` decides.
pub fn merge(before: &Working, theirs: &Working, mine: &Working, takes_theirs: impl Fn(&str) -> bool) -> Working {
    let (was, other, mut merged) = (fields(before), fields(theirs), fields(mine));
    for (field, own) in merged.iter_mut().filter(|(field, _)| !ASIDE.contains(&field.as_str())) {
        if equal(own, &was[field]) || !equal(&other[field], &was[field]) && takes_theirs(field) {
            *own = other[field].clone();
        }
    }
    serde_json::from_value(Value::Object(merged)).unwrap_or_else(|_| mine.clone())
}

/// Whether two texts are one, whatever their line ends; notes to the desk count too.
pub fn is_same(one: &Working, other: &Working) -> bool {
    let (one, other) = (fields(one), fields(other));
    one.iter().all(|(field, value)| equal(value, &other[field]))
}

/// A mark of a text, the same for texts that are one.
pub fn mark(text: &Working) -> String {
    let mut fields = fields(text);
    fields.values_mut().for_each(|value| {
        if let Value::String(line) = value {
            *line = even(line);
        }
    });
    let digest = Sha256::digest(Value::Object(fields).to_string());
    digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// Browsers send lines with a carriage return.
fn equal(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::String(one), Value::String(other)) => even(one) == even(other),
        _ => one == other,
    }
}

fn even(text: &str) -> String {
    text.replace("\r\n", "\n").trim_end().to_string()
}

/// A field in words: rows one a line, their cells with a middle dot.
fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Bool(yes) => if *yes { "yes" } else { "no" }.into(),
        Value::Array(rows) => rows.iter().map(shown).collect::<Vec<_>>().join("\n"),
        Value::Object(cells) => cells.values().map(shown).filter(|cell| !cell.is_empty()).collect::<Vec<_>>().join(" · "),
        other => other.to_string(),
    }
}

/// The text in words, part by part, for whoever compares two revisions.
pub fn parts(text: &Working) -> Vec<(&'static str, String)> {
    fields(text).iter().filter(|(field, _)| !ASIDE.contains(&field.as_str())).map(|(field, value)| (label(field), shown(value))).collect()
}

fn label(field: &str) -> &'static str {
    match field {
        "title" => "Title",
        "category" => "Category",
        "severity" => "Severity",
        "countries" => "Countries",
        "priority" => "Priority",
        "happened" => "What happened",
        "geopolitics" => "Geopolitics",
        "markets_text" => "Markets",
        "watch" => "What to watch",
        "implications" => "Implications",
        "signals" => "Key signals",
        "topics" => "Topics and keywords",
        "unknowns" => "What is not known",
        "markets" => "Market rows",
        "moments" => "Timeline",
        "level" => "Threat level",
        "horizon" => "Scenarios look until",
        "judgements" => "Judgements",
        "scenarios" => "Scenarios",
        _ => "Something else",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::row::ScenarioRow;

    fn text(title: &str, happened: &str, watch: &str) -> Working {
        Working { title: title.into(), happened: happened.into(), watch: watch.into(), ..Working::default() }
    }

    #[test]
    fn what_one_changed_alone_counts_and_what_both_did_is_decided() {
        let before = text("Fire", "It burns.", "Prices.");
        let theirs = text("Fire in Lagos", "Three died.", "Prices.");
        let mine = Working { note: "for us".into(), ..text("Fire", "Four died.", "Oil prices.") };
        let found = compare(&before, &theirs, &mine);
        assert_eq!(found.only_theirs, ["Title"]);
        assert_eq!(found.only_mine, ["What to watch"]);
        assert_eq!(found.clashes.len(), 1);
        assert_eq!((found.clashes[0].theirs.as_str(), found.clashes[0].mine.as_str()), ("Three died.", "Four died."));
        let merged = merge(&before, &theirs, &mine, |field| field == "happened");
        assert_eq!(merged, Working { note: "for us".into(), ..text("Fire in Lagos", "Three died.", "Oil prices.") });
        let merged = merge(&before, &theirs, &mine, |_| false);
        assert_eq!(merged.happened, "Four died.");
    }

    #[test]
    fn the_same_change_twice_and_other_line_ends_are_no_clash() {
        let before = text("Fire", "One.\nTwo.", "");
        let both = text("Blaze", "One.\r\nTwo.\r\n", "");
        assert_eq!(compare(&before, &both, &text("Blaze", "One.\nTwo.", "")), Comparison::default());
    }

    #[test]
    fn every_field_has_a_label_and_rows_are_shown_in_words() {
        let row = ScenarioRow { name: "It spreads".into(), text: "North".into(), share: "60".into() };
        let parts = parts(&Working { scenarios: vec![row], ..Working::default() });
        assert!(parts.iter().all(|(label, _)| *label != "Something else"), "{parts:?}");
        assert!(parts.iter().any(|(label, text)| *label == "Scenarios" && text == "It spreads · 60 · North"), "{parts:?}");
    }
}
