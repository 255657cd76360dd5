//! The nine analytic standards of ICD 203 (Intelligence Community Directive 203, 2015), as far as a program can look for them. An editor
//! sees them as a list before publishing; what is missing can be published all the same.

use super::source::Reliability;
use super::working::Working;
use crate::text::markdown::cited;

/// One thing that was looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// What a reader is owed.
    pub says: &'static str,
    /// What to do about it; `None` when it is there.
    pub todo: Option<String>,
}

/// Looks at a text. `grades` are those of the articles' sources, `level_before` the threat level that readers see now.
pub fn checks(text: &Working, grades: &[Reliability], level_before: Option<&str>) -> Vec<Check> {
    let check = |says: &'static str, todo: Option<String>| Check { says, todo };
    vec![
        check("Sources are described", sources(grades)),
        check("Uncertainty is expressed, with one row of words", uncertainty(text)),
        check("What is reported and what is judged are told apart", reported(text)),
        check("Alternatives are considered", alternatives(text)),
        check("It says what it means for readers", (text.implications.trim().is_empty()).then(|| "Write at least one implication".into())),
        check("The argument rests on what was reported", argument(text)),
        check("A change of judgement is explained", change(text, level_before)),
        check("Judgements can turn out right or wrong", accuracy(text)),
        check("What is not known is said", (text.unknowns.trim().is_empty()).then(|| "Write at least one thing that is not known".into())),
    ]
}

fn sources(grades: &[Reliability]) -> Option<String> {
    let unknown = grades.iter().filter(|grade| **grade == Reliability::F).count();
    (unknown == grades.len()).then(|| "No source of it has a grade: give them one in the sources room".into())
}

fn uncertainty(text: &Working) -> Option<String> {
    match text.wording().len() {
        0 => None,
        1 => Some("One sentence is not worded as the desk does; it is marked beside its field".into()),
        n => Some(format!("{n} sentences are not worded as the desk does; they are marked beside their fields")),
    }
}

fn reported(text: &Working) -> Option<String> {
    let bare = text.happened.split("\n\n").filter(|part| !part.trim().is_empty() && cited(part).is_empty()).count();
    (bare > 0).then(|| "A paragraph of what happened cites no article: [2] cites the second".into())
}

fn alternatives(text: &Working) -> Option<String> {
    let named = text.scenarios.iter().filter(|row| !row.name.trim().is_empty()).count();
    let is_judged = !text.level.is_empty();
    (is_judged && named < 2).then(|| "Write at least two scenarios".into())
}

fn argument(text: &Working) -> Option<String> {
    let bare = text.implications.lines().filter(|line| !line.trim().is_empty() && cited(line).is_empty()).count();
    match bare {
        0 => None,
        1 => Some("One implication cites no article".into()),
        n => Some(format!("{n} implications cite no article")),
    }
}

fn change(text: &Working, before: Option<&str>) -> Option<String> {
    let is_other = before.is_some_and(|before| before != text.level);
    let is_said = !text.correction.trim().is_empty() || text.judgements.iter().any(|row| row.text.to_lowercase().contains("level"));
    (is_other && !is_said).then(|| "The threat level is another than before: say why in a judgement that names the level".into())
}

fn accuracy(text: &Working) -> Option<String> {
    if text.level.is_empty() {
        return None;
    }
    let judged = text.judgements.iter().filter(|row| !row.text.trim().is_empty()).count();
    if judged == 0 {
        return Some("Write at least one judgement with its likelihood".into());
    }
    text.horizon.trim().is_empty().then(|| "Say until when the scenarios look".into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::row::{JudgementRow, ScenarioRow};

    fn sound() -> Working {
        let scenario = |name: &str| ScenarioRow { name: name.into(), text: "So it goes.".into(), share: "50".into() };
        Working {
            happened: "A fire broke out. [1]".into(),
            implications: "Fuel is short. [1]".into(),
            unknowns: "The cause.".into(),
            level: "low".into(),
            horizon: "the week".into(),
            judgements: vec![JudgementRow { text: "It will be out soon.".into(), ..JudgementRow::default() }],
            scenarios: vec![scenario("Out"), scenario("Spreads")],
            ..Working::default()
        }
    }

    fn missing(text: &Working, before: Option<&str>) -> Vec<&'static str> {
        checks(text, &[Reliability::B], before).into_iter().filter(|check| check.todo.is_some()).map(|check| check.says).collect()
    }

    #[test]
    fn a_sound_text_lacks_nothing() {
        assert_eq!(missing(&sound(), Some("low")), Vec::<&str>::new());
    }

    #[test]
    fn each_thing_that_is_missing_is_named() {
        let lacks = |change: fn(&mut Working)| {
            let mut text = sound();
            change(&mut text);
            missing(&text, Some("low"))
        };
        assert_eq!(lacks(|t| t.unknowns = " ".into()), ["What is not known is said"]);
        assert_eq!(lacks(|t| t.happened.push_str("\n\nNobody said so.")), ["What is reported and what is judged are told apart"]);
        assert_eq!(lacks(|t| t.implications.push_str("\nBread is dear.")), ["The argument rests on what was reported"]);
        assert_eq!(lacks(|t| t.scenarios.truncate(1)), ["Alternatives are considered"]);
        assert_eq!(lacks(|t| t.judgements.clear()), ["Judgements can turn out right or wrong"]);
        assert_eq!(lacks(|t| t.level = "high".into()), ["A change of judgement is explained"]);
        assert_eq!(lacks(|t| t.watch = "It may spread.".into()), ["Uncertainty is expressed, with one row of words"]);
        assert!(checks(&sound(), &[Reliability::F], None).iter().any(|check| check.says == "Sources are described" && check.todo.is_some()));
    }
}
