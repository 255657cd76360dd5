//! The numbers that articles give: killed, injured, missing, arrested, displaced, amounts of money, each with who says so.
//!
//! A number belongs to the nearest word of what is counted: "12 people were killed and 40 injured", "killing six", "death toll rises to 9".

use super::quantity::{Number, VAGUE, Word, numbers, split};
use super::when;
use crate::clock::Timestamp;
use crate::model::article::Article;
use crate::model::figure::{Bound, Figure, Measure};
use crate::text::sentence::sentences;

/// Figures that an incident keeps; those of the first articles that give them.
const MOST: usize = 40;
/// Words between a number and what it counts.
const NEAR: usize = 5;
const AFTER: usize = 3;

const WORDS: &[(Measure, &[&str])] = &[
    (
        Measure::Killed,
        &[
            "killed",
            "dead",
            "deaths",
            "died",
            "killing",
            "kills",
            "kill",
            "bodies",
            "fatalities",
            "dies",
            "die",
            "perish",
            "perished",
            "executed",
            "executes",
            "executing",
            "lynched",
        ],
    ),
    (Measure::Injured, &["injured", "injures", "injuring", "wounded", "wounding", "wounds", "hurt", "injuries", "casualties"]),
    (Measure::Missing, &["missing", "unaccounted"]),
    (Measure::Arrested, &["arrested", "arrests", "arresting", "detained", "detains", "detaining", "jailed"]),
    (Measure::Displaced, &["displaced", "evacuated", "flee", "fled", "fleeing", "refugees", "evacuees", "homeless"]),
];

/// A number with one of these up to two words behind it counts no people: "56 Chechen tanks".
const THINGS: &[&str] = &[
    "warrants",
    "warrant",
    "orders",
    "raids",
    "searches",
    "contracts",
    "trades",
    "blocks",
    "tanks",
    "vehicles",
    "ships",
    "vessels",
    "planes",
    "aircraft",
    "helicopters",
    "drones",
    "missiles",
    "rockets",
    "homes",
    "houses",
    "buildings",
    "schools",
    "hospitals",
    "villages",
    "towns",
    "cities",
    "countries",
    "cases",
    "rounds",
    "shots",
    "flights",
    "animals",
    "birds",
    "cattle",
];
/// Words of a toll that may be far from its number, and those that stand right before that: "death toll from flooding in Brazil rises to 104".
const TOLL: usize = 14;
const REACHES: &[&str] =
    &["to", "at", "reaches", "reached", "reaching", "rises", "rose", "hits", "passes", "exceeds", "least", "than", "now", "is", "was"];

/// A number before one of these counts something else.
const UNITS: &[&str] = &[
    "percent",
    "per",
    "years",
    "year",
    "year-old",
    "months",
    "month",
    "weeks",
    "week",
    "days",
    "day",
    "hours",
    "hour",
    "minutes",
    "km",
    "kilometres",
    "kilometers",
    "miles",
    "metres",
    "meters",
    "am",
    "pm",
    "degrees",
    "tonnes",
    "tons",
    "times",
    "st",
    "nd",
    "rd",
    "th",
];

/// All figures of an incident's articles, in the order of publication.
pub fn of(articles: &[Article]) -> Vec<Figure> {
    let mut order: Vec<&Article> = articles.iter().filter(|a| a.copy_of.is_none() && super::is_read(a)).collect();
    order.sort_by_key(|a| (a.published_at, a.place));
    let mut figures: Vec<Figure> = vec![];
    for article in order {
        for figure in in_article(article) {
            let known = |f: &Figure| f.article == figure.article && f.measure == figure.measure && f.value == figure.value;
            if !figures.iter().any(known) {
                figures.push(figure);
            }
        }
    }
    figures.truncate(MOST);
    figures
}

/// The highest number of killed that an article gives; what the severity, timeline and unknowns go by. None of one that rules cannot read.
pub fn highest_death_count(article: &Article) -> Option<i64> {
    highest_where(article, |_| true)
}

/// The same without what counts all who died since it began, as reports of a disease do.
pub fn highest_new_death_count(article: &Article) -> Option<i64> {
    highest_where(article, |sentence| !split(sentence).iter().any(|word| RUNNING.contains(&word.lower.as_str())))
}

/// Words of a count that runs on.
const RUNNING: &[&str] = &[
    "toll",
    "total",
    "totals",
    "nationwide",
    "surpass",
    "surpasses",
    "surpassed",
    "reaches",
    "reached",
    "passes",
    "exceeds",
    "exceeded",
    "milestone",
];

fn highest_where(article: &Article, counts: impl Fn(&&str) -> bool) -> Option<i64> {
    if !super::is_read(article) {
        return None;
    }
    let text = article.text();
    let all = sentences(&text).into_iter().filter(counts).flat_map(|sentence| in_sentence(sentence, article.published_at).into_iter());
    all.filter(|(measure, ..)| *measure == Measure::Killed).map(|(_, _, value, _)| value).max()
}

fn in_article(article: &Article) -> Vec<Figure> {
    let text = article.text();
    let figure = |sentence: &str, (measure, bound, value, unit): (Measure, Bound, i64, &'static str)| Figure {
        measure,
        bound,
        value,
        unit: unit.into(),
        who: who(sentence),
        article: article.place,
        at: article.published_at,
        outlet: article.source_name.clone(),
    };
    let in_sentence = |sentence| in_sentence(sentence, article.published_at).into_iter().map(move |found| figure(sentence, found));
    sentences(&text).into_iter().flat_map(in_sentence).collect()
}

/// Of people only those of the event itself: not what a sentence counts over years, or tells of another year than the one it was
/// published in.
fn in_sentence(sentence: &str, published: Timestamp) -> Vec<(Measure, Bound, i64, &'static str)> {
    let words = split(sentence);
    let numbers = numbers(&words);
    let mut found = vec![];
    for number in numbers.iter().filter(|n| !n.unit.is_empty()) {
        found.push((Measure::Amount, bound(&words, number.from), number.value, number.unit));
    }
    if is_of_other_times(&words, published) {
        return found;
    }
    let counts: Vec<(usize, Measure)> = words.iter().enumerate().filter_map(|(at, w)| Some((at, measure_of(&w.lower)?))).collect();
    let mut taken: Vec<usize> = vec![];
    for (at, measure) in &counts {
        let Some(number) = counted_by(*at, &counts, &words, &numbers) else { continue };
        if !taken.contains(&number.from) {
            taken.push(number.from);
            found.push((*measure, bound(&words, number.from), number.value, ""));
        }
    }
    found
}

/// "since 2014", "in the 1999 earthquake", "last year", "every year", "in a decade".
fn is_of_other_times(words: &[Word], published: Timestamp) -> bool {
    const YEARS: &[&str] = &["last year", "this year", "previous year", "each year", "every year", "past year", "year ago", "years ago"];
    const LONG: &[&str] =
        &["decade", "decades", "century", "centuries", "annually", "anniversary", "commemorate", "commemorates", "cumulative", "pandemic"];
    const BEFORE_YEAR: &[&str] = &["in", "since", "from", "until", "the", "of", "during", "after", "before", "by", "between", "and", "a"];
    let this_year = &published.date()[..4];
    let is_year = |text: &str| text.len() == 4 && text.bytes().all(|b| b.is_ascii_digit()) && ("1900".."2100").contains(&text);
    let is_month = |word: &str| when::month(word).is_some();
    words.iter().enumerate().any(|(at, word)| {
        let before = at.checked_sub(1).map_or("", |before| words[before].lower.as_str());
        let after = words.get(at + 1).map_or("", |after| after.lower.as_str());
        let is_dated = BEFORE_YEAR.contains(&before) || is_month(before);
        let is_counted = measure_of(after).is_some() || after == "people";
        let since = word.lower == "since" && (is_year(after) || is_month(after));
        since
            || is_year(word.text) && word.text != this_year && is_dated && !is_counted
            || LONG.contains(&word.lower.as_str())
            || YEARS.contains(&format!("{before} {}", word.lower).as_str())
    })
}

/// The number that a word of counting at `at` counts: the nearest before it with no other such word between, else right after it.
fn counted_by<'n>(at: usize, counts: &[(usize, Measure)], words: &[Word], numbers: &'n [Number]) -> Option<&'n Number> {
    let people = |number: &&Number| number.unit.is_empty() && !is_of_something_else(number, words);
    let free = |from: usize, to: usize| !counts.iter().any(|(other, _)| *other != at && (from..to).contains(other));
    let clause = |from: usize, to: usize| !words[from..to].iter().any(|w| w.ends_clause);
    let before = numbers.iter().filter(people).rev().find(|n| n.to <= at && at - n.to <= NEAR && free(n.to, at));
    let after = numbers.iter().filter(people).find(|n| n.from > at && n.from - at <= AFTER && free(at + 1, n.from) && clause(at, n.from - 1));
    const ACTS: &[&str] = &["kills", "injures", "wounds", "arrests", "detains", "deaths", "kill", "executes"];
    let is_act = words[at].lower.ends_with("ing") || ACTS.contains(&words[at].lower.as_str());
    if words[at].lower == "toll" {
        let reached = |n: &&Number| n.from > at && n.from - at <= TOLL && clause(at, n.from) && REACHES.contains(&words[n.from - 1].lower.as_str());
        return after.or_else(|| numbers.iter().filter(people).find(reached)).or(before);
    }
    // "death toll rises to 9", "deaths: 9"
    let toll = at > 0 && ["death", "toll"].contains(&words[at - 1].lower.as_str());
    if is_act || toll { after.or(before) } else { before.filter(|n| clause(n.from, at)).or(after) }
}

fn is_of_something_else(number: &Number, words: &[Word]) -> bool {
    // "22" of "Feb 22" is a day; in a headline's address it has no capital, and then only short names are months
    let is_month = |word: &Word| {
        when::month(&word.lower).is_some() && (word.text.starts_with(char::is_uppercase) || word.lower.len() == 3 && word.lower != "may")
    };
    let behind = &words[number.to.min(words.len())..(number.to + 3).min(words.len())];
    let of_things = behind.iter().position(|word| THINGS.contains(&word.lower.as_str()));
    let of_people = behind.iter().position(|word| measure_of(&word.lower).is_some() || word.lower == "people");
    number.value <= 31 && number.from.checked_sub(1).is_some_and(|before| is_month(&words[before]))
        || of_things.is_some_and(|things| of_people.is_none_or(|people| things < people))
        || words.get(number.to).is_some_and(|next| UNITS.contains(&next.lower.as_str()))
}

fn measure_of(lower: &str) -> Option<Measure> {
    // a toll is of the dead
    if lower == "toll" {
        return Some(Measure::Killed);
    }
    WORDS.iter().find(|(_, words)| words.contains(&lower)).map(|(measure, _)| *measure)
}

fn bound(words: &[Word], at: usize) -> Bound {
    let before: Vec<&str> = words[at.saturating_sub(3)..at].iter().map(|w| w.lower.as_str()).collect();
    let ends = |phrase: &[&str]| before.ends_with(phrase);
    let is_vague = words.get(at).is_some_and(|word| VAGUE.iter().any(|(vague, _)| *vague == word.lower));
    if is_vague || ends(&["at", "least"]) || ends(&["more", "than"]) || ends(&["over"]) || ends(&["least"]) {
        Bound::AtLeast
    } else if ends(&["around"]) || ends(&["about"]) || ends(&["nearly"]) || ends(&["some"]) || ends(&["almost"]) || ends(&["approximately"]) {
        Bound::About
    } else if ends(&["up", "to"]) || ends(&["as", "many", "as"]) {
        Bound::UpTo
    } else {
        Bound::Exactly
    }
}

/// Who says it in this sentence: "according to the regional governor", "police said".
fn who(sentence: &str) -> Option<String> {
    const OFFICES: &[&str] = &[
        "officials",
        "police",
        "authorities",
        "ministry",
        "minister",
        "governor",
        "mayor",
        "president",
        "army",
        "military",
        "government",
        "spokesman",
        "spokeswoman",
        "spokesperson",
        "witnesses",
        "hospital",
        "office",
        "agency",
        "nations",
        "commander",
        "residents",
        "rescuers",
        "council",
    ];
    const ACCORDING: &str = "according to ";
    let starts = |(at, _): &(usize, char)| sentence.get(*at..*at + ACCORDING.len()).is_some_and(|part| part.eq_ignore_ascii_case(ACCORDING));
    if let Some((at, _)) = sentence.char_indices().find(starts) {
        let rest = &sentence[at + ACCORDING.len()..];
        let end = rest.find([',', '.', ';', ':']).unwrap_or(rest.len());
        let who: Vec<&str> = rest[..end].split_whitespace().take(10).collect();
        return Some(who.join(" ")).filter(|who| !who.is_empty());
    }
    let words = split(sentence);
    let says = words.iter().position(|w| ["said", "says", "say", "reported", "confirmed", "told"].contains(&w.lower.as_str()))?;
    let from = (0..says).rev().take(8).take_while(|at| *at + 1 == says || !words[*at].ends_clause).last()?;
    let mut subject = &words[from..says];
    while let [rest @ .., last] = subject
        && ["also", "has", "have", "later", "had", "then"].contains(&last.lower.as_str())
    {
        subject = rest;
    }
    // it begins at the first capital, or is an office by itself: "police", "local officials"
    let first = subject.iter().position(|w| w.text.starts_with(char::is_uppercase)).or_else(|| {
        let office = subject.iter().position(|w| OFFICES.contains(&w.lower.as_str()))?;
        Some(office.saturating_sub(1))
    })?;
    let named = &subject[first..];
    let is_office = named.iter().any(|w| OFFICES.contains(&w.lower.as_str()));
    is_office.then(|| named.iter().map(|w| w.text).collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use super::super::sample::article;
    use super::*;

    fn read(sentence: &str) -> Vec<(Measure, i64)> {
        in_sentence(sentence, published()).into_iter().map(|(measure, _, value, _)| (measure, value)).collect()
    }

    fn published() -> Timestamp {
        Timestamp::parse("2022-03-20T12:00:00Z").unwrap()
    }

    #[test]
    fn numbers_belong_to_the_nearest_word_of_what_is_counted() {
        use Measure::*;
        for (sentence, found) in [
            ("At least 12 people were killed and three died later", &[(Killed, 12), (Killed, 3)][..]),
            ("Attack kills five in the north", &[(Killed, 5)]),
            ("Eleven die in floods near Recife", &[(Killed, 11)]),
            ("Covid deaths on Feb 22 in Hong Kong", &[]),
            ("In Mariupol 22 people were killed", &[(Killed, 22)]),
            ("nearly 120 000 refugees came to Poland", &[(Displaced, 120_000)]),
            ("Of 12 soldiers 300 were killed", &[(Killed, 300)]),
            ("A car drove into a crowd, killing six people and injuring around 40 others", &[(Killed, 6), (Injured, 40)]),
            ("Twenty-two people are killed and 38 more injured in a collision", &[(Killed, 22), (Injured, 38)]),
            ("Death toll rises to 1,200", &[(Killed, 1_200)]),
            ("Two hundred people are missing", &[(Missing, 200)]),
            ("1.5 million refugees have crossed the border", &[(Displaced, 1_500_000)]),
            ("Police arrested two managers", &[(Arrested, 2)]),
            ("He was killed in 2014", &[]),
            ("3 years after 9 died", &[(Killed, 9)]),
            ("Prices rose 40 percent as fighting killed the market", &[]),
            ("No number here", &[]),
            ("More than 14,000 people have been killed there since 2014", &[]),
            ("The 1999 earthquake killed 17,000 people", &[]),
            ("Last year 40 miners died", &[]),
            ("It was the worst crash in a decade and killed nine", &[]),
            ("On March 9, 2022 three people died", &[(Killed, 3)]),
            ("Some 2,000 killed in flood", &[(Killed, 2_000)]),
            ("Six dead since Monday", &[(Killed, 6)]),
            ("Death toll from flooding in Petropolis rises 104", &[(Killed, 104)]),
            ("The death toll of Sunday's train accident in the south increases to 20", &[(Killed, 20)]),
            ("Dozens dead in train accident", &[(Killed, 24)]),
            ("Over a dozen dead after storm", &[(Killed, 12)]),
            ("Two dozen people were killed", &[(Killed, 24)]),
            ("Half a dozen people were killed", &[(Killed, 6)]),
            ("The death toll from the collapse of three apartment blocks rises to 41", &[(Killed, 41)]),
            ("Police executed two search warrants", &[]),
            ("Saudi Arabia executes 81 people", &[(Killed, 81)]),
            ("A convoy of 56 Chechen tanks was hit, and the general killed", &[]),
            ("feb 22 deaths in hong kong", &[]),
        ] {
            assert_eq!(read(sentence), found, "{sentence}");
        }
    }

    #[test]
    fn amounts_have_their_currency() {
        assert_eq!(in_sentence("Congress approves $13.6 billion in aid", published()), [(Measure::Amount, Bound::Exactly, 13_600_000_000, "US$")]);
        assert_eq!(in_sentence("about 500 million euros for arms", published()), [(Measure::Amount, Bound::About, 500_000_000, "€")]);
    }

    #[test]
    fn how_a_number_is_meant_and_who_says_it_are_kept() {
        let articles = [
            article(1, "Wire", "At least three killed in refinery fire", "At least three people were killed, police said on Sunday."),
            article(2, "Post", "Seven dead in refinery fire", "According to the regional governor, up to 40 people were injured."),
        ];
        let figures = of(&articles);
        let shown: Vec<_> = figures.iter().map(|f| (f.article, f.measure, f.shown(), f.who.as_deref())).collect();
        assert_eq!(
            shown,
            [
                (1, Measure::Killed, "at least 3".into(), None),
                (2, Measure::Killed, "7".into(), None),
                (2, Measure::Injured, "up to 40".into(), Some("the regional governor")),
            ]
        );
        assert_eq!(who("At least three people were killed, police said on Sunday.").as_deref(), Some("police"));
        assert_eq!(who("Nobody said anything."), None);
        // letters whose lower case is longer or shorter
        assert_eq!(who("İ 3 killed according to ẞ").as_deref(), Some("ẞ"));
    }

    #[test]
    fn the_highest_number_of_killed_is_what_other_rules_go_by() {
        let of = |text: &str| highest_death_count(&article(1, "Wire", "Fire", text));
        assert_eq!(of("At least 12 people were killed. Three died later. 400 were injured."), Some(12));
        assert_eq!(of("He was killed in 2014"), None);
        let new = |text: &str| highest_new_death_count(&article(1, "Wire", "Virus", text));
        assert_eq!(new("Another 186 people died. That takes the death toll to 8,796. Maine surpasses 2,000 deaths."), Some(186));
    }
}
