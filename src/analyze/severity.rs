//! How bad it is, from named rules with values and points. `/method` shows [`RULES`] and [`level_of`] as they are here.

use super::numbers::{highest_death_count, highest_new_death_count};
use super::{is_read, words_read};
use crate::model::article::Article;
use crate::model::category::Category;
use crate::model::severity::{Reason, Severity};
use crate::text::sentence::counted;
use crate::text::words::stems;
use std::collections::BTreeSet;

/// A rule: its name, what it looks for in words, and the points it can give.
pub const RULES: &[(&str, &str, &str)] = &[
    (
        "Deaths reported",
        "the highest number of killed that an article gives; of a disease not the running total",
        "1–9: 2, 10–99: 3, 100 and more: 4",
    ),
    (
        "Armed force",
        "armed conflict, or words of armed force in at least one article in three",
        "in a conflict, a security incident or unrest 2, elsewhere 1",
    ),
    ("Weapons of mass destruction", "nuclear, chemical or biological with a word of threat or force", "1"),
    ("Reach", "countries named by at least a quarter of the articles", "two or more: 1"),
    ("Coercive measure", "sanctions, ban, state of emergency, evacuation or martial law", "1"),
    ("Independent voices", "owner groups that report it", "3–5: 1, 6 and more: 2"),
];

/// Points to level: 0–1 info, 2 low, 3 moderate, 4–5 high, 6 and more critical.
pub fn level_of(points: i64) -> Severity {
    match points {
        ..=1 => Severity::Info,
        2 => Severity::Low,
        3 => Severity::Moderate,
        4 | 5 => Severity::High,
        _ => Severity::Critical,
    }
}

const FORCE: &str = "war invasion shelling airstrike missile strike bombing bombardment attack troops offensive rocket explosion gunmen shooting clashes fighting siege";
const MASS: &str = "nuclear chemical biological radioactive";
const MEASURE: &str = "sanctions ban evacuation martial curfew expelled";

/// The severity of an incident and every rule that gave points for it.
///
/// Force that is only talked about, as when sanctions answer an attack, is less than force itself: the category tells them apart.
pub fn of(articles: &[Article], category: Category, countries: usize) -> (Severity, Vec<Reason>) {
    let texts: Vec<BTreeSet<String>> = articles.iter().map(words_read).collect();
    let with = |words: &str| {
        let words: Vec<String> = stems(words, "en");
        texts.iter().filter(|text| words.iter().any(|w| text.contains(w))).count()
    };
    let owners: BTreeSet<&str> = articles.iter().map(|a| a.voice.as_str()).collect();
    // who died of a disease since it began is no news of one incident
    let killed = if category == Category::Health { highest_new_death_count } else { highest_death_count };
    let deaths = articles.iter().filter_map(killed).max();
    let force = with(FORCE);
    let mass = with(MASS);
    let rules_by_decree = |a: &&Article| is_read(a) && a.text().to_lowercase().contains("state of emergency");
    let measure = with(MEASURE).max(articles.iter().filter(rules_by_decree).count());

    let mut reasons = vec![];
    let mut give = |rule: usize, points: i64, value: String| {
        if points > 0 {
            reasons.push(Reason { rule: RULES[rule].0.into(), value, points });
        }
    };
    if let Some(deaths) = deaths {
        give(0, [2, 3, 4][usize::from(deaths >= 10) + usize::from(deaths >= 100)], format!("{deaths} in the highest report"));
    }
    let is_force = matches!(category, Category::Conflict | Category::Security | Category::Unrest);
    let (is_said, is_conflict) = (force * 3 >= articles.len() && force > 0, category == Category::Conflict);
    let points = if is_conflict || is_said && is_force { 2 } else { i64::from(is_said) };
    give(1, points, if force > 0 { format!("in {}", counted(force, "article")) } else { category.label().to_lowercase() });
    give(2, i64::from(mass > 0 && force > 0), format!("in {}", counted(mass, "article")));
    give(3, i64::from(countries >= 2), format!("{countries} countries"));
    give(4, i64::from(measure > 0), format!("in {}", counted(measure, "article")));
    give(5, i64::from(owners.len() >= 3) + i64::from(owners.len() >= 6), counted(owners.len(), "independent voice"));
    (level_of(reasons.iter().map(|r| r.points).sum()), reasons)
}

#[cfg(test)]
mod tests {
    use super::super::sample::article;
    use super::*;

    #[test]
    fn a_severity_is_the_sum_of_its_reasons() {
        // 12 killed: 3; armed force: 2; two countries: 1 → 6 points, critical
        let (severity, reasons) = of(&[article(1, "a", "Airstrike kills 12 people", "")], Category::Conflict, 2);
        assert_eq!(severity, Severity::Critical);
        assert_eq!(reasons.iter().map(|r| r.points).collect::<Vec<_>>(), [3, 2, 1]);
    }

    #[test]
    fn words_of_other_languages_are_not_read_as_english_ones() {
        let german = Article { language: "de".into(), ..article(1, "a", "Die Ausstellung war toll: 4000 Besucher", "Dies freut das Museum") };
        assert_eq!(of(&[german], Category::Politics, 1), (Severity::Info, vec![]));
        let services = article(1, "a", "Emergency services free a cat in Oslo", "");
        assert_eq!(of(&[services], Category::Politics, 1).0, Severity::Info);
    }

    #[test]
    fn a_figure_of_speech_is_no_force() {
        let points = |title: &str| of(&[article(1, "a", title, "")], Category::Security, 1).1.iter().map(|r| r.points).sum::<i64>();
        assert_eq!(
            ["Thousands march against war", "Anti-war march in Paris", "Earthquake strikes Chile", "Nurses are on strike"].map(points),
            [2, 0, 0, 0]
        );
        assert_eq!(["Outpost warned before shelling", "Army focuses on strikes"].map(points), [2, 2]);
    }

    #[test]
    fn quiet_news_is_info() {
        assert_eq!(of(&[article(1, "a", "Museum opens", "")], Category::Politics, 1), (Severity::Info, vec![]));
    }

    #[test]
    fn force_that_is_talked_about_is_less_than_force() {
        let talk = [article(1, "a", "Ministers meet after missile attack", "")];
        let points = |category: Category| of(&talk, category, 1).1.iter().map(|r| r.points).sum::<i64>();
        assert_eq!((points(Category::Conflict), points(Category::Diplomacy)), (2, 1));
        // a war is one even when nobody writes of missiles
        assert_eq!(of(&[article(1, "a", "Front lines move near Izyum", "")], Category::Conflict, 1).0, Severity::Low);
    }
}
