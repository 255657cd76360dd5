//! What two countries are to each other: neighbours, members of the same alliances, and named together before.

use super::narrative::Setting;
use super::{cite, span, upper_first};
use crate::clock::Timestamp;
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

/// Since when who is in an alliance today was not always in it: its name, ISO 3166-1 alpha-2 codes, and the day. From the alliances' own pages.
const JOINED: &[(&str, &str, &str)] = &[
    ("NATO", "ME", "2017-06-05"),
    ("NATO", "MK", "2020-03-27"),
    ("NATO", "FI", "2023-04-04"),
    ("NATO", "SE", "2024-03-07"),
    ("EU", "HR", "2013-07-01"),
    ("BRICS", "EG ET IR AE", "2024-01-01"),
    ("BRICS", "ID", "2025-01-06"),
    ("the SCO", "IN PK", "2017-06-09"),
    ("the SCO", "IR", "2023-07-04"),
    ("the SCO", "BY", "2024-07-04"),
    ("ASEAN", "TL", "2025-10-26"),
    ("Mercosur", "BO", "2024-07-08"),
    ("the Eurasian Economic Union", "AM", "2015-01-02"),
    ("the Eurasian Economic Union", "KG", "2015-08-12"),
    ("AUKUS", "AU GB US", "2021-09-15"),
];
/// Who was in it until that day.
const LEFT: &[(&str, &str, &str)] = &[("ECOWAS", "BF ML NE", "2025-01-29"), ("EU", "GB", "2020-01-31"), ("OPEC", "AO", "2024-01-01")];

/// Sentences on the first two countries, each with the articles that name them.
pub fn sentences(articles: &[Article], setting: &Setting<'_>) -> Vec<String> {
    let ([a, b, ..], [one, other, ..]) = (setting.codes, setting.countries) else { return vec![] };
    let marks = cite(articles);
    let mut lines = vec![];
    let is_near = country::find(a).is_some_and(|country| country.borders.contains(b));
    let day = span(articles, Timestamp(0)).0.date();
    let both: Vec<String> = blocs(a, &day).into_iter().filter(|bloc| blocs(b, &day).contains(bloc)).take(NAMED).map(str::to_string).collect();
    // what articles name, and what lists of members say of it: a country that is in another alliance tells nothing
    let named = format!("{} and {other}, both named here {marks},", upper_first(one));
    match (is_near, both.as_slice()) {
        (true, []) => lines.push(format!("{named} share a border.")),
        (false, []) => {}
        (true, both) => lines.push(format!("{named} share a border; both are members of {}.", super::listed(both))),
        (false, both) => lines.push(format!("{named} are both members of {}.", super::listed(both))),
    }
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

/// The alliances of a country on a day.
fn blocs(code: &str, day: &str) -> Vec<&'static str> {
    let is_of = |codes: &str| codes.split(' ').any(|one| one == code);
    let today = country::find(code).map_or(&[][..], |country| country.blocs.as_slice());
    let had_joined = |bloc: &&str| JOINED.iter().all(|(name, codes, since)| name != bloc || !is_of(codes) || *since <= day);
    let left = LEFT.iter().filter(|(_, codes, until)| is_of(codes) && day < *until).map(|(name, ..)| *name);
    today.iter().map(String::as_str).filter(had_joined).chain(left).collect()
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
        assert_eq!(lines, ["Poland and Germany, both named here [1], share a border; both are members of NATO and EU."]);
        let lines = told(["FR", "CN"], ["France", "China"], &[]);
        assert!(lines[0].contains("are both members of G20"), "{lines:?}");
        assert!(told(["IR", "IE"], ["Iran", "Ireland"], &[]).is_empty(), "each in another alliance tells nothing");
    }

    #[test]
    fn an_alliance_is_that_of_the_day() {
        assert!(!blocs("FI", "2022-03-01").contains(&"NATO") && blocs("FI", "2023-04-04").contains(&"NATO"));
        assert!(blocs("BF", "2022-01-24").contains(&"ECOWAS") && !blocs("BF", "2025-01-29").contains(&"ECOWAS"));
        let known = |bloc: &str| country::all().iter().any(|country| country.blocs.iter().any(|one| one == bloc));
        for (bloc, codes, _) in JOINED.iter().chain(LEFT) {
            assert!(known(bloc) && codes.split(' ').all(|code| country::find(code).is_some()), "{bloc} {codes}");
        }
    }

    #[test]
    fn earlier_incidents_of_the_pair_are_counted() {
        let earlier = [Earlier { number: 12, title: "Talks end".into() }, Earlier { number: 9, title: "Talks begin".into() }];
        let lines = told(["RU", "UA"], ["Russia", "Ukraine"], &earlier);
        assert_eq!(lines[1], "Both were named in 2 incidents of the 90 days before, last in No. 12, “Talks end”. [1]");
        assert!(sentences(&[article(1, "Wire", "x", "")], &Setting { codes: &[], countries: &[], earlier: &earlier }).is_empty());
    }
}
