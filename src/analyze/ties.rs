//! What two countries are to each other: neighbours, members of the same alliances, and named together before.

use super::narrative::Setting;
use super::{cite, upper_first};
use crate::model::article::Article;
use crate::model::country;

/// An incident before this one that names the same two countries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Earlier {
    pub number: i64,
    pub title: String,
}

/// Names of alliances in one sentence.
const NAMED: usize = 3;

/// Sentences on the first two countries, each with the articles that name them.
pub fn sentences(articles: &[Article], setting: &Setting<'_>) -> Vec<String> {
    let ([a, b, ..], [one, other, ..]) = (setting.codes, setting.countries) else { return vec![] };
    let marks = cite(articles);
    let mut lines = vec![];
    let is_near = country::find(a).is_some_and(|country| country.borders.contains(b));
    let [both, only_a, only_b] = memberships(a, b);
    let border = if is_near {
        format!("{} and {other} share a border", upper_first(one))
    } else {
        format!("{} and {other} share no border", upper_first(one))
    };
    lines.push(match (both.as_slice(), only_a.first(), only_b.first()) {
        ([], Some(first), Some(second)) => format!("{border}; {one} is in {first}, {other} in {second}. {marks}"),
        ([], Some(first), None) => format!("{border}; {one} is in {first}, {other} is not. {marks}"),
        ([], None, Some(second)) => format!("{border}; {other} is in {second}, {one} is not. {marks}"),
        ([], None, None) => format!("{border}, and no alliance that the desk looks at. {marks}"),
        (shared, ..) => format!("{border}; both are in {}. {marks}", super::listed(&shared[..shared.len().min(NAMED)])),
    });
    if let [newest, rest @ ..] = setting.earlier {
        let before = match rest.len() {
            0 => format!("Both were named in one incident of the {DAYS} days before: No. {}, “{}”. {marks}", newest.number, newest.title),
            n => format!(
                "Both were named in {} incidents of the {DAYS} days before, last in No. {}, “{}”. {marks}",
                n + 1,
                newest.number,
                newest.title
            ),
        };
        lines.push(before);
    }
    lines
}

/// How far back earlier incidents of a pair are looked for.
pub const DAYS: u32 = 90;

/// The blocs of both, of the first alone, and of the second alone.
fn memberships(a: &str, b: &str) -> [Vec<String>; 3] {
    let of = |code: &str| country::find(code).map_or(&[][..], |country| country.blocs.as_slice());
    let split = |own: &[String], others: &[String], both: bool| own.iter().filter(|bloc| others.contains(bloc) == both).cloned().collect();
    [split(of(a), of(b), true), split(of(a), of(b), false), split(of(b), of(a), false)]
}

#[cfg(test)]
mod tests {
    use super::super::sample::article;
    use super::*;

    fn told(codes: [&str; 2], names: [&str; 2], earlier: &[Earlier]) -> Vec<String> {
        let (codes, countries) = (codes.map(String::from), names.map(String::from));
        sentences(&[article(1, "Wire", "x", "")], &Setting { codes: &codes, countries: &countries, earlier })
    }

    #[test]
    fn neighbours_and_allies_are_told_with_their_articles() {
        let lines = told(["PL", "DE"], ["Poland", "Germany"], &[]);
        assert_eq!(lines, ["Poland and Germany share a border; both are in NATO and EU. [1]"]);
        let lines = told(["FR", "CN"], ["France", "China"], &[]);
        assert!(lines[0].starts_with("France and China share no border; both are in G20"), "{lines:?}");
    }

    #[test]
    fn earlier_incidents_of_the_pair_are_counted() {
        let earlier = [Earlier { number: 12, title: "Talks end".into() }, Earlier { number: 9, title: "Talks begin".into() }];
        let lines = told(["RU", "UA"], ["Russia", "Ukraine"], &earlier);
        assert_eq!(lines[1], "Both were named in 2 incidents of the 90 days before, last in No. 12, “Talks end”. [1]");
        assert!(sentences(&[article(1, "Wire", "x", "")], &Setting { codes: &[], countries: &[], earlier: &earlier }).is_empty());
    }
}
