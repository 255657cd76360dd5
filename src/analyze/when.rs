//! The days and hours that a sentence names, resolved against its article's publication by the clocks of its source. Pure; English, and
//! months by name in four more languages.

use crate::clock::{DAY, Timestamp};
use crate::model::moment::Precision;
use crate::model::zone::Zone;

const WEEKDAYS: &[&str] = &["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
/// The number of the month that a word in lower case names.
pub fn month(word: &str) -> Option<u8> {
    MONTHS.iter().find(|(name, _)| *name == word).map(|(_, number)| *number)
}

/// By number, each as English, German, French, Spanish and Russian (as after a day) write it.
const MONTHS: &[(&str, u8)] = &[
    ("january", 1),
    ("jan", 1),
    ("januar", 1),
    ("janvier", 1),
    ("enero", 1),
    ("января", 1),
    ("february", 2),
    ("feb", 2),
    ("februar", 2),
    ("février", 2),
    ("febrero", 2),
    ("февраля", 2),
    ("march", 3),
    ("mar", 3),
    ("märz", 3),
    ("mars", 3),
    ("marzo", 3),
    ("марта", 3),
    ("april", 4),
    ("apr", 4),
    ("avril", 4),
    ("abril", 4),
    ("апреля", 4),
    ("may", 5),
    ("mai", 5),
    ("mayo", 5),
    ("мая", 5),
    ("june", 6),
    ("jun", 6),
    ("juni", 6),
    ("juin", 6),
    ("junio", 6),
    ("июня", 6),
    ("july", 7),
    ("jul", 7),
    ("juli", 7),
    ("juillet", 7),
    ("julio", 7),
    ("июля", 7),
    ("august", 8),
    ("aug", 8),
    ("août", 8),
    ("agosto", 8),
    ("августа", 8),
    ("september", 9),
    ("sep", 9),
    ("sept", 9),
    ("septembre", 9),
    ("septiembre", 9),
    ("сентября", 9),
    ("october", 10),
    ("oct", 10),
    ("oktober", 10),
    ("octobre", 10),
    ("octubre", 10),
    ("октября", 10),
    ("november", 11),
    ("nov", 11),
    ("novembre", 11),
    ("noviembre", 11),
    ("ноября", 11),
    ("december", 12),
    ("dec", 12),
    ("dezember", 12),
    ("décembre", 12),
    ("diciembre", 12),
    ("декабря", 12),
];
/// A sentence with one of these speaks of what will be.
const AHEAD: &[&str] = &["due", "scheduled", "set", "plans", "planned", "expected", "next"];
/// A sentence with one of these tells what has been, even when it also says "to".
const PAST: &[&str] =
    &["was", "were", "had", "killed", "said", "met", "began", "started", "attacked", "struck", "hit", "died", "arrested", "announced"];
/// A day further from the publication than this is history, or a slip.
const FAR_DAYS: i64 = 45;
static UTC: Zone = Zone::UTC;

/// A moment that a sentence names, and whether it lies ahead of its article.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct When {
    pub at: Timestamp,
    pub precision: Precision,
    pub is_ahead: bool,
    /// It is only the day on which the article was published.
    pub is_today: bool,
    /// The day is that of something which the sentence only mentions: "a man who fled on Monday was arrested".
    pub is_aside: bool,
}

/// Whose clocks a sentence goes by: its source's, and where it happened for what it calls local time.
pub struct Clocks<'a> {
    pub source: &'a Zone,
    pub place: &'a Zone,
}

/// The first day that a sentence names, with its hour when it names that too. A day is its midnight in UTC, whatever the zone.
pub fn find(sentence: &str, published: Timestamp, clocks: &Clocks) -> Option<When> {
    let words: Vec<String> =
        sentence.split_whitespace().map(|w| w.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase()).filter(|w| !w.is_empty()).collect();
    let today = clocks.source.day(published);
    let ahead = speaks_ahead(&words);
    let (at, (day, precision)) = (0..words.len()).find_map(|at| Some((at, day(&words, at, today, ahead)?)))?;
    let is_aside = is_aside(sentence, at);
    let days = (day.0 - today.0) / DAY.as_millis() as i64;
    if days.abs() > FAR_DAYS {
        return None;
    }
    let hour = if precision == Precision::Day { hour(sentence) } else { None };
    let (at, precision) = hour.map_or((day, precision), |hour| (zone(&words, clocks).at(day, hour), Precision::Hour));
    let is_ahead = if precision == Precision::Hour { at > published } else { days > 0 };
    Some(When { at, precision, is_ahead, is_today: days == 0 && precision == Precision::Day, is_aside })
}

/// Whether a sentence speaks of what will be.
fn speaks_ahead(words: &[String]) -> bool {
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    has(&["will"]) || !has(PAST) && (has(AHEAD) || is_to_be(words))
}

/// "Ministers to meet on Tuesday", "he is to visit": a "to" before which no verb says that something is or has been, as in "used missiles to destroy".
fn is_to_be(words: &[String]) -> bool {
    let Some(at) = words.iter().position(|word| word == "to") else { return false };
    let leads = |word: &String| ["is", "are", "going", "likely", "ready", "about"].contains(&word.as_str());
    words[..at].last().is_some_and(leads) || !words[..at].iter().any(|word| is_finite(word))
}

fn is_finite(word: &str) -> bool {
    let is_past = word.len() >= 4 && word.ends_with("ed") && !word.ends_with("eed") && !["united", "hundred"].contains(&word);
    is_past || ["says", "say", "is", "are", "has", "have", "does", "do"].contains(&word)
}

/// Words that lead to what a sentence only mentions.
const ASIDE: &[&str] =
    &["who", "which", "whose", "whom", "where", "that", "after", "before", "since", "until", "following", "ahead", "amid", "despite"];
/// Words between such a word and a day of its own.
const REACH: usize = 12;

/// Whether one of [`ASIDE`] stands before the word at `at` with no comma after it. "Since Monday" and "after 3 March" are times themselves.
fn is_aside(sentence: &str, at: usize) -> bool {
    let words: Vec<&str> = sentence.split_whitespace().filter(|w| w.contains(char::is_alphanumeric)).collect();
    let before = words[..at.min(words.len())].iter().rev().take(REACH);
    let clause: Vec<String> = before.take_while(|w| !w.ends_with([',', ';', ':'])).map(|w| w.to_lowercase()).collect();
    clause.iter().skip(2).any(|w| ASIDE.contains(&w.as_str()))
}

/// The zone of an hour that a sentence names.
fn zone<'a>(words: &[String], clocks: &Clocks<'a>) -> &'a Zone {
    let has = |word: &str| words.iter().any(|w| w == word);
    if has("gmt") || has("utc") {
        return &UTC;
    }
    if has("local") { clocks.place } else { clocks.source }
}

fn day(words: &[String], at: usize, today: Timestamp, ahead: bool) -> Option<(Timestamp, Precision)> {
    let word = words[at].as_str();
    let before = at.checked_sub(1).map_or("", |i| words[i].as_str());
    let after = words.get(at + 1).map_or("", String::as_str);
    let exact = |day: Timestamp| Some((day, Precision::Day));
    match word {
        "yesterday" => return exact(today.minus(DAY)),
        "tomorrow" => return exact(today.plus(DAY)),
        "week" if before == "last" => return Some((today.minus(DAY * 7), Precision::About)),
        "week" if before == "next" => return Some((today.plus(DAY * 7), Precision::About)),
        _ => {}
    }
    if let Some(weekday) = WEEKDAYS.iter().position(|name| *name == word) {
        // "on Monday", "Monday's"; "Black Friday" and a name in a list are none
        let is_date = ["on", "since", "until", "by", "early", "late", "last", "next", "from", "said", "this"].contains(&before);
        return is_date.then(|| (of_weekday(weekday, today, ahead && before != "last" || before == "next"), Precision::Day));
    }
    let month = month(word)?;
    let number = |word: &str| word.trim_end_matches(|c: char| c.is_alphabetic()).parse::<u8>().ok().filter(|day| (1..=31).contains(day));
    let (day, year) = match (number(before), number(after)) {
        (Some(day), _) => (day, after),
        (None, Some(day)) => (day, words.get(at + 2).map_or("", String::as_str)),
        _ => return None,
    };
    let year = year.parse::<i16>().ok().filter(|y| (1_000..2_200).contains(y));
    exact(nearest(year, month, day, today)?)
}

/// The last such weekday up to today, or the next one after today. 1 January 1970 was a Thursday.
fn of_weekday(weekday: usize, today: Timestamp, ahead: bool) -> Timestamp {
    let now = (today.0.div_euclid(DAY.as_millis() as i64) + 3).rem_euclid(7) as usize;
    let back = (now + 7 - weekday) % 7;
    if ahead { today.plus(DAY * (7 - back) as u32) } else { today.minus(DAY * back as u32) }
}

/// A day of a month in its year; without one in the year that brings it nearest.
fn nearest(year: Option<i16>, month: u8, day: u8, today: Timestamp) -> Option<Timestamp> {
    let this: i16 = today.date()[..4].parse().ok()?;
    let of = |year: i16| Timestamp::parse(&format!("{year:04}-{month:02}-{day:02}T00:00:00Z"));
    match year {
        Some(year) => of(year),
        None => [this - 1, this, this + 1].into_iter().filter_map(of).min_by_key(|at| (at.0 - today.0).abs()),
    }
}

/// "at 20:00", "at 8 p.m.": the hour, 0 to 23.
fn hour(sentence: &str) -> Option<u32> {
    let words: Vec<String> = sentence.split_whitespace().map(|w| w.trim_matches([',', ';', '(', ')', '"']).to_lowercase()).collect();
    let at = words.iter().position(|w| w == "at")?;
    let word = words.get(at + 1)?;
    if let Some((hour, minute)) = word.split_once(':') {
        return hour.parse().ok().filter(|h| *h < 24 && minute.len() >= 2);
    }
    let next = words.get(at + 2).map_or("", String::as_str);
    let (digits, half) = match word.find(|c: char| !c.is_ascii_digit()) {
        Some(end) => (&word[..end], &word[end..]),
        None => (word.as_str(), next),
    };
    let hour: u32 = digits.parse().ok().filter(|h| (1..=12).contains(h))?;
    match half.replace('.', "").as_str() {
        "am" => Some(hour % 12),
        "pm" => Some(hour % 12 + 12),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(sentence: &str) -> Option<(String, Precision, bool)> {
        // a Sunday
        let published = Timestamp::parse("2022-03-20T12:00:00Z").unwrap();
        find(sentence, published, &Clocks { source: &UTC, place: &UTC }).map(|w| (w.at.iso(), w.precision, w.is_ahead))
    }

    #[test]
    fn days_and_hours_go_by_the_clocks_of_the_source() {
        let (tokyo, kyiv) = (Zone::of(Some("JP")), Zone::of(Some("UA")));
        // Monday morning in Tokyo
        let published = Timestamp::parse("2022-03-20T22:30:00Z").unwrap();
        let read = |sentence: &str| find(sentence, published, &Clocks { source: &tokyo, place: &kyiv }).map(|w| (w.at.iso(), w.is_today)).unwrap();
        assert_eq!(read("The bridge was blown up yesterday."), ("2022-03-20T00:00Z".into(), false));
        assert_eq!(read("It burned on Monday."), ("2022-03-21T00:00Z".into(), true));
        assert_eq!(read("It was struck on Saturday at 8 p.m."), ("2022-03-19T11:00Z".into(), false));
        assert_eq!(read("It was struck on Saturday at 8 p.m. local time."), ("2022-03-19T18:00Z".into(), false));
        assert_eq!(read("It was struck on Saturday at 20:00 GMT."), ("2022-03-19T20:00Z".into(), false));
    }

    #[test]
    fn a_day_of_something_else_is_told_apart() {
        let published = Timestamp::parse("2022-03-20T12:00:00Z").unwrap();
        let is_aside = |sentence: &str| find(sentence, published, &Clocks { source: &UTC, place: &UTC }).unwrap().is_aside;
        assert!(is_aside("Police arrested a man who had fled from a prison on Thursday."));
        assert!(is_aside("Ministers meet after the shelling of the port on Thursday."));
        assert!(!is_aside("After the shelling, ministers met on Thursday."));
        assert!(!is_aside("The port has been closed since early Thursday."));
        assert!(!is_aside("On Thursday a man who had fled was arrested."));
    }

    #[test]
    fn days_are_resolved_against_the_publication() {
        let day = |date: &str, ahead| Some((format!("{date}T00:00Z"), Precision::Day, ahead));
        for (sentence, found) in [
            ("The shelling began on Thursday, officials said.", day("2022-03-17", false)),
            ("It burned on Sunday.", day("2022-03-20", false)),
            ("The ministers will meet on Tuesday.", day("2022-03-22", true)),
            ("Ministers to meet on Tuesday over disputed islands.", day("2022-03-22", true)),
            ("The minister is to visit Kyiv on Tuesday.", day("2022-03-22", true)),
            ("United Nations to meet on Tuesday.", day("2022-03-22", true)),
            ("Russia says that on Friday it used a missile to destroy a depot.", day("2022-03-18", false)),
            ("The parliament moved on Friday to ban two parties.", day("2022-03-18", false)),
            ("The bridge was blown up yesterday.", day("2022-03-19", false)),
            ("On 16 March the theatre was hit.", day("2022-03-16", false)),
            ("The theatre was hit on March 16, 2022.", day("2022-03-16", false)),
            ("Театр был разрушен 16 марта.", day("2022-03-16", false)),
            ("Am 16. März wurde das Theater zerstört.", day("2022-03-16", false)),
            ("Talks are due on 1 April.", day("2022-04-01", true)),
            ("Last week the port was closed.", Some(("2022-03-13T00:00Z".into(), Precision::About, false))),
            ("The curfew began on Tuesday at 20:00 local time.", Some(("2022-03-15T20:00Z".into(), Precision::Hour, false))),
            ("It was struck on Saturday at 8 p.m.", Some(("2022-03-19T20:00Z".into(), Precision::Hour, false))),
        ] {
            assert_eq!(read(sentence), found, "{sentence}");
        }
    }

    #[test]
    fn what_is_no_day_is_left_alone() {
        for sentence in
            ["Black Friday sales rise.", "He was born on 3 May 1961.", "They may march to the capital.", "On 30 February nothing happens.", ""]
        {
            assert_eq!(read(sentence), None, "{sentence}");
        }
    }
}
