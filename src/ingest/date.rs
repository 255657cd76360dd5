//! Dates in the forms that feeds really use.

use crate::clock::Timestamp;
use crate::text::fold::fold;
use jiff::civil;
use jiff::tz::{Offset, TimeZone};

/// The months in the languages of feeds, folded: English, German, French, Spanish, Italian, Portuguese, Dutch, Russian, Ukrainian, Polish, Turkish, Slovene, Czech, Romanian, Arabic, Greek, Finnish, Hungarian, Hebrew.
/// A word is one when it begins a name with three letters or more.
#[rustfmt::skip]
const MONTHS: [&[&str]; 12] = [
    &["january", "januar", "janvier", "enero", "gennaio", "janeiro", "января", "январь", "січня", "січень", "stycznia", "ocak", "ledna", "ianuarie", "يناير", "ιανουαριου", "tammikuuta", "ינואר"],
    &["february", "februar", "fevrier", "fevereiro", "febrero", "febbraio", "февраля", "февраль", "лютого", "лютии", "lutego", "subat", "unora", "februarie", "فبراير", "φεβρουαριου", "helmikuuta", "פברואר"],
    &["march", "marz", "maerz", "mars", "marzo", "marco", "maart", "mrt", "марта", "березня", "березень", "marca", "mart", "marec", "brezna", "martie", "مارس", "μαρτιου", "maaliskuuta", "marcius", "מרץ"],
    &["april", "avril", "abril", "aprile", "апреля", "апрель", "квітня", "квітень", "kwietnia", "nisan", "dubna", "aprilie", "ابريل", "απριλιου", "huhtikuuta", "אפריל"],
    &["may", "mai", "mayo", "maggio", "maio", "mei", "мая", "маи", "травня", "травень", "maja", "mayis", "kvetna", "مايو", "μαιου", "toukokuuta", "majus", "מאי"],
    &["june", "juni", "juin", "junio", "giugno", "junho", "июня", "июнь", "червня", "червень", "czerwca", "haziran", "cervna", "iunie", "يونيو", "ιουνιου", "kesakuuta", "יוני"],
    &["july", "juli", "juillet", "julio", "luglio", "julho", "июля", "июль", "липня", "липень", "lipca", "temmuz", "cervence", "iulie", "يوليو", "ιουλιου", "heinakuuta", "יולי"],
    &["august", "aout", "agosto", "augustus", "августа", "август", "серпня", "серпень", "sierpnia", "agustos", "avgust", "srpna", "اغسطس", "αυγουστου", "elokuuta", "augusti", "אוגוסט"],
    &["september", "septembre", "septiembre", "settembre", "setembro", "сентября", "сентябрь", "вересня", "вересень", "wrzesnia", "eylul", "zari", "septembrie", "سبتمبر", "σεπτεμβριου", "syyskuuta", "szeptember", "ספטמבר"],
    &["october", "oktober", "octobre", "octubre", "ottobre", "outubro", "октября", "октябрь", "жовтня", "жовтень", "pazdziernika", "ekim", "rijna", "octombrie", "اكتوبر", "οκτωβριου", "lokakuuta", "אוקטובר"],
    &["november", "novembre", "noviembre", "novembro", "ноября", "ноябрь", "листопада", "листопад", "listopada", "kasim", "listopadu", "noiembrie", "نوفمبر", "νοεμβριου", "marraskuuta", "נובמבר"],
    &["december", "dezember", "decembre", "diciembre", "dicembre", "dezembro", "декабря", "декабрь", "грудня", "грудень", "grudnia", "aralik", "prosince", "decembrie", "ديسمبر", "δεκεμβριου", "joulukuuta", "דצמבר"],
];
/// Zones by name, in minutes from UTC (RFC 822 and what newsrooms write); of two with one name the one of more feeds: CST is America's, IST India's.
#[rustfmt::skip]
const ZONES: &[(&str, i32)] = &[
    ("gmt", 0), ("utc", 0), ("ut", 0), ("z", 0), ("wet", 0), ("west", 60), ("bst", 60), ("cet", 60),
    ("met", 60), ("cest", 120), ("mest", 120), ("mez", 60), ("mesz", 120), ("idt", 180), ("eet", 120), ("eest", 180), ("msk", 180), ("trt", 180), ("wat", 60),
    ("cat", 120), ("sast", 120), ("eat", 180), ("irst", 210), ("gst", 240), ("pkt", 300), ("ist", 330), ("npt", 345),
    ("ict", 420), ("wib", 420), ("wita", 480), ("hkt", 480), ("sgt", 480), ("pht", 480), ("myt", 480), ("awst", 480),
    ("wit", 540), ("jst", 540), ("kst", 540), ("acst", 570), ("aest", 600), ("acdt", 630), ("aedt", 660), ("nzst", 720),
    ("nzdt", 780), ("nst", -210), ("ndt", -150), ("ast", -240), ("adt", -180), ("brt", -180), ("art", -180), ("clt", -240),
    ("clst", -180), ("vet", -240), ("cot", -300), ("pet", -300), ("est", -300), ("edt", -240), ("et", -300), ("cst", -360),
    ("cdt", -300), ("mst", -420), ("mdt", -360), ("pst", -480), ("pdt", -420), ("akst", -540), ("akdt", -480), ("hst", -600),
];

/// A date in RFC 822, ISO 8601, or a mixture of words and numbers; UTC when it names no zone. `None` when it is no date.
pub fn parse(text: &str) -> Option<Timestamp> {
    parse_with(text, false)
}

/// As [`parse`]; `is_day_first` says how to read 05/11/2022, which is May in the United States.
pub fn parse_with(text: &str, is_day_first: bool) -> Option<Timestamp> {
    let text = text.trim();
    if text.len() > 80 {
        return None;
    }
    let text = &in_plain_signs(text);
    let is_korean = text.get(..4).is_some_and(|year| year.bytes().all(|b| b.is_ascii_digit())) && text[4..].starts_with(". ");
    let joined = if is_korean { text.replacen(". ", ".", 2) } else { text.clone() };
    of_seconds(&joined).or_else(|| of_iso(joined.trim().trim_end_matches('.'))).or_else(|| of_words(text, is_day_first))
}

/// 2022年3月20日 12时30分 and 2022년 3월 20일 오후 3:05 as Latin signs say it, digits of other scripts as 0 to 9.
fn in_plain_signs(text: &str) -> String {
    if text.is_ascii() {
        return text.to_string();
    }
    let digit = |c: char| {
        let zeros = [0x660, 0x6f0, 0x966, 0x9e6, 0xe50, 0xff10];
        let value = zeros.iter().find_map(|zero| u32::from(c).checked_sub(*zero).filter(|value| *value < 10));
        value.and_then(|value| char::from_digit(value, 10)).unwrap_or(c)
    };
    let mut plain: String = text.chars().map(digit).collect();
    for (signs, latin) in [
        (["년 ", "월 ", "年 ", "月 "], "-"),
        (["년", "월", "年", "月"], "-"),
        (["일", "日", "初", "秒"], " "),
        (["时", "時", "시 ", "시"], ":"),
        (["分", "분 ", "분", "："], ":"),
    ] {
        for sign in signs {
            plain = plain.replace(sign, latin);
        }
    }
    // "12:30:" ends with its minutes
    let is_afternoon = plain.contains("오후") || plain.contains("下午") || plain.contains("午後");
    for half in ["오전", "오후", "上午", "下午", "午前", "午後"] {
        plain = plain.replace(half, " ");
    }
    let plain = plain.trim().trim_end_matches(':').replace(": ", " ");
    if is_afternoon { format!("{plain} PM") } else { plain }
}

/// Whether dates of numbers alone begin with the day: one of them cannot begin with a month.
pub fn begin_with_day<'a>(mut dates: impl Iterator<Item = &'a str>) -> bool {
    dates.any(|date| {
        let mut numbers = date.trim().splitn(3, '/').map(|part| part.chars().take_while(char::is_ascii_digit).collect::<String>());
        let (first, second, third) = (numbers.next(), numbers.next(), numbers.next());
        let number = |part: Option<String>| part?.parse::<u16>().ok();
        number(first).is_some_and(|day| (13..=31).contains(&day)) && number(second).is_some_and(|month| month <= 12) && number(third).is_some()
    })
}

/// Seconds since 1970, or thousandths, as some programs write them.
fn of_seconds(text: &str) -> Option<Timestamp> {
    let number: i64 = text.parse().ok().filter(|_| text.bytes().all(|b| b.is_ascii_digit()))?;
    match text.len() {
        10 => Some(Timestamp(number * 1_000)),
        13 => Some(Timestamp(number)),
        14 => of_iso(&format!("{}T{}", &text[..8], &text[8..])),
        _ => None,
    }
}

/// The number of a month, from 0, that a word begins or is.
fn month(word: &str) -> Option<usize> {
    // the letters of Turkish and Arabic that fold keeps
    let folded = fold(word.trim_end_matches('.')).replace('ı', "i").replace(['أ', 'إ'], "ا");
    let is_word = folded.chars().count() >= 3 && folded.chars().all(char::is_alphabetic);
    // "juin" and "juil" are told apart by their fourth letter, and nobody writes "jui"
    let begins = |name: &&str| name.starts_with(&folded) || folded == "sept" && name.starts_with("sep");
    let known = MONTHS.iter().position(|names| names.iter().any(&begins));
    // "Febuary", but no Tuesday in French, Spanish or Italian
    let nearly = || MONTHS.iter().position(|names| folded.chars().count() > 4 && folded.get(..3) == names[0].get(..3));
    known.or_else(|| nearly().filter(|_| !folded.starts_with("mar"))).filter(|_| is_word)
}

#[derive(Default)]
struct Parts {
    /// A zone of the world's list (`Europe/Berlin`), which is ahead by what its law says of that day.
    zone: Option<TimeZone>,
    year: Option<i16>,
    month: Option<i8>,
    day: Option<i8>,
    time: (i8, i8, i8),
    offset_seconds: i32,
}

impl Parts {
    fn is_in(&mut self, zone: &str) {
        let named = zone.split(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | '[' | ']')).find(|word| word.contains('/'));
        self.zone = named.and_then(|name| TimeZone::get(name).ok());
        self.offset_seconds = offset(zone);
    }
    fn timestamp(&self) -> Option<Timestamp> {
        let (hour, minute, second) = self.time;
        let day = civil::date(1970, 1, 1).with().year(self.year?).month(self.month.unwrap_or(1)).day(self.day.unwrap_or(1)).build().ok()?;
        // 24:00 is the next midnight, a leap second the last one of its minute
        let (hour, next) = if hour == 24 { (0, 1) } else { (hour, 0) };
        let time = civil::Time::new(hour, minute, second.min(59), 0).ok()?;
        let local = day.to_datetime(time).checked_add(jiff::Span::new().days(next)).ok()?;
        if let Some(zone) = &self.zone {
            return Some(Timestamp(zone.to_ambiguous_timestamp(local).compatible().ok()?.as_millisecond()));
        }
        let offset = Offset::from_seconds(self.offset_seconds).ok()?;
        Some(Timestamp(offset.to_timestamp(local).ok()?.as_millisecond()))
    }
}

/// `2003-12-31T10:14:55.5+01:00`, `2003/12/31 10:14`, `20031231T101455Z`, `20031231`, `2003-12`, `2003`.
fn of_iso(text: &str) -> Option<Timestamp> {
    let at = text.find(['T', 't', ' ']).filter(|at| *at >= 4).unwrap_or(text.len());
    let (date, rest) = text.split_at(at);
    // some of the first feeds write 1998.11.05
    let digits: Vec<&str> = date.split(['-', '.', '/']).collect();
    let number = |part: &str| part.parse::<i16>().ok().filter(|_| part.bytes().all(|b| b.is_ascii_digit()));
    let mut parts = Parts::default();
    match digits.as_slice() {
        [whole] if whole.len() == 8 => {
            parts.year = number(&whole[..4]);
            parts.month = number(&whole[4..6]).map(|m| m as i8);
            parts.day = number(&whole[6..]).map(|d| d as i8);
        }
        [year] if year.len() == 4 => parts.year = number(year),
        [year, month] if year.len() == 4 && month.len() == 2 => (parts.year, parts.month) = (number(year), Some(number(month)? as i8)),
        [year, month, day] if year.len() == 4 && month.len() <= 2 && day.len() <= 2 => {
            parts.year = number(year);
            (parts.month, parts.day) = (Some(number(month)? as i8), Some(number(day)? as i8));
        }
        _ => return None,
    }
    let rest = rest.trim_start_matches(['T', 't', ' ']);
    read_time(rest, &mut parts)?;
    parts.timestamp()
}

/// `10:14:55.5+01:00`, `10:14 PM EST`, or nothing.
fn read_time(text: &str, parts: &mut Parts) -> Option<()> {
    if text.is_empty() {
        return Some(());
    }
    let end = text.find(|c: char| !c.is_ascii_digit() && !matches!(c, ':' | '.')).unwrap_or(text.len());
    if let (4 | 6, true) = (end, text[..end].bytes().all(|b| b.is_ascii_digit())) {
        let pair = |at: usize| text.get(at..at + 2).filter(|_| at < end).map_or(Some(0), |pair| pair.parse::<i8>().ok());
        parts.time = (pair(0)?, pair(2)?, pair(4)?);
        parts.is_in(text[end..].trim());
        return Some(());
    }
    let mut numbers = text[..end].split(':').map(|part| part.split('.').next().unwrap_or("").parse::<i8>().ok());
    parts.time = (numbers.next()??, numbers.next().flatten().unwrap_or(0), numbers.next().flatten().unwrap_or(0));
    let mut rest = text[end..].trim();
    let half = ["pm", "am", "p.m.", "a.m."].into_iter().find(|half| rest.get(..half.len()).is_some_and(|start| start.eq_ignore_ascii_case(half)));
    if let Some(half) = half {
        parts.time.0 = parts.time.0 % 12 + if half.starts_with('p') { 12 } else { 0 };
        rest = rest[half.len()..].trim();
    }
    parts.is_in(rest);
    Some(())
}

/// Seconds from UTC of `+0100`, `-05:30`, `EST`; 0 for what is none.
fn offset(zone: &str) -> i32 {
    let zone = zone.trim().trim_start_matches('(');
    let lower = zone.to_lowercase();
    let name: String = lower.chars().take_while(char::is_ascii_alphabetic).collect();
    let known = ZONES.iter().find(|(known, _)| *known == name).map_or(0, |(_, minutes)| minutes * 60);
    let signed = &lower[name.len()..];
    let sign = match signed.chars().next() {
        Some('+') => 1,
        Some('-' | '−') => -1,
        _ => return known,
    };
    let digits: String = signed.chars().filter(char::is_ascii_digit).take(4).collect();
    let value: i32 = digits.parse().unwrap_or(0);
    let (hours, minutes) = if digits.len() <= 2 { (value, 0) } else { (value / 100, value % 100) };
    known + sign * (hours * 3_600 + minutes * 60)
}

/// `Sun, 06 Nov 1994 08:49:37 GMT`, `10 April 2026 8:04 PM`, `Nov 6, 94 8:49`, `11/06/1994`.
fn of_words(text: &str, is_day_first: bool) -> Option<Timestamp> {
    let mut parts = Parts::default();
    let mut numbers: Vec<i16> = vec![];
    // with points or dashes between, as in Europe
    let mut is_day_first = is_day_first;
    let words: Vec<&str> = text.split(|c: char| c.is_whitespace() || c == ',').filter(|word| !word.is_empty()).collect();
    for (at, word) in words.iter().enumerate() {
        let lower = word.to_lowercase();
        let is_pointed = !numbers.is_empty() && is_time_with_points(word);
        if word.contains(':') || is_pointed {
            let rest = words[at + 1..].join(" ");
            let time = if is_pointed { word.replace('.', ":") } else { word.to_string() };
            read_time(format!("{time} {rest}").trim(), &mut parts)?;
            // the year may stand after the time, as in `date` of Unix
            let year = words[at + 1..].iter().find_map(|w| w.parse::<i16>().ok().filter(|y| (1900..2200).contains(y)));
            numbers.extend(year);
            break;
        }
        // of two the last: "mar, 03 mag 2022" begins with a weekday
        if let Some(month) = month(&lower) {
            parts.month = Some(month as i8 + 1);
        } else {
            is_day_first |= ['.', '-'].into_iter().any(|mark| lower.split(mark).filter(|part| part.parse::<i16>().is_ok()).count() >= 3);
            for piece in lower.split(['-', '/', '.']) {
                let digits = piece.trim_end_matches(|c: char| c.is_ascii_alphabetic());
                if let Some(month) = month(piece) {
                    parts.month = Some(month as i8 + 1);
                } else if let Ok(number) = digits.parse::<i16>() {
                    numbers.push(number);
                }
            }
        }
    }
    match (parts.month, numbers.as_slice()) {
        (Some(_), [day, year, ..]) if *day <= 31 => (parts.day, parts.year) = (Some(*day as i8), Some(*year)),
        (Some(_), [year, day, ..]) => (parts.day, parts.year) = (Some(i8::try_from(*day).ok()?), Some(*year)),
        // numbers alone are month, day, year as in the United States, unless the first cannot be a month
        (None, [a, b, year, ..]) if *a <= 12 && !is_day_first => {
            (parts.month, parts.day, parts.year) = (Some(*a as i8), Some(i8::try_from(*b).ok()?), Some(*year))
        }
        (None, [a, b, year, ..]) if *b <= 12 && *a <= 31 => (parts.month, parts.day, parts.year) = (Some(*b as i8), Some(*a as i8), Some(*year)),
        _ => return None,
    }
    parts.year = parts.year.map(|year| match year {
        0..70 => year + 2000,
        70..100 => year + 1900,
        full => full,
    });
    parts.timestamp()
}

/// "12.00" or "12.00.00" after a date.
fn is_time_with_points(word: &str) -> bool {
    let parts: Vec<&str> = word.split('.').collect();
    let is_pair = |part: &&str| part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit());
    matches!(parts.len(), 2 | 3) && parts[1..].iter().all(is_pair) && parts[0].parse::<u8>().is_ok_and(|hour| hour < 25)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_forms_of_real_feeds_are_read() {
        for (text, iso) in [
            ("Sun, 06 Nov 1994 08:49:37 GMT", "1994-11-06T08:49Z"),
            ("Sun, 06 Nov 94 08:49:37 -0500", "1994-11-06T13:49Z"),
            ("06 Nov 1994 08:49 EST", "1994-11-06T13:49Z"),
            ("2003-12-31T10:14:55.123+01:00", "2003-12-31T09:14Z"),
            ("2003-12-31 10:14", "2003-12-31T10:14Z"),
            ("20031231", "2003-12-31T00:00Z"),
            ("2003-12", "2003-12-01T00:00Z"),
            ("10 April 2026 8:04 PM", "2026-04-10T20:04Z"),
            ("April 10, 2026 12:04 AM UTC", "2026-04-10T00:04Z"),
            ("Thu Apr 10 20:04:00 UTC 2026", "2026-04-10T20:04Z"),
            ("11/06/1994", "1994-11-06T00:00Z"),
            ("Thu, 01 Jan 2004 24:00:00 GMT", "2004-01-02T00:00Z"),
            ("Fri, 27 Nov 2026 17:30:00 IST", "2026-11-27T12:00Z"),
            ("27 Nov 2026 21:30 ACST", "2026-11-27T12:00Z"),
            ("1996.11.27T12:00-0500", "1996-11-27T17:00Z"),
            ("mar., 05 avr. 2022 10:00:00 +0200", "2022-04-05T08:00Z"),
            ("Martes, 05 Abr 2022", "2022-04-05T00:00Z"),
            ("mardi 5 avril 2022", "2022-04-05T00:00Z"),
            ("mar, 03 mag 2022", "2022-05-03T00:00Z"),
            ("Mar 5, 2022", "2022-03-05T00:00Z"),
            ("05.04.2022 08:30", "2022-04-05T08:30Z"),
            ("April 10, 2026 8:04 p.m.", "2026-04-10T20:04Z"),
            ("2022/03/20 08:00:00", "2022-03-20T08:00Z"),
            ("2022年3月20日 08:15", "2022-03-20T08:15Z"),
            ("20 Okt 2021 07:00 GMT", "2021-10-20T07:00Z"),
            ("Di, 20 Mär 2022", "2022-03-20T00:00Z"),
            ("05 апр 2022 12:00 +0300", "2022-04-05T09:00Z"),
            ("20220320T080000Z", "2022-03-20T08:00Z"),
            ("1647763200", "2022-03-20T08:00Z"),
            ("1647763200000", "2022-03-20T08:00Z"),
            ("12 sept. 2022", "2022-09-12T00:00Z"),
            ("3 juin 2022", "2022-06-03T00:00Z"),
            ("3 Febuary 2022", "2022-02-03T00:00Z"),
            ("3 juil. 2022", "2022-07-03T00:00Z"),
            ("28 Kasım 2026 10:00", "2026-11-28T10:00Z"),
            ("28 Aralık 2026", "2026-12-28T00:00Z"),
            ("28 نوفمبر 2026 10:00", "2026-11-28T10:00Z"),
            ("28 أغسطس 2026", "2026-08-28T00:00Z"),
            ("28 noiembrie 2026", "2026-11-28T00:00Z"),
            ("28. července 2026", "2026-07-28T00:00Z"),
            ("2026. 11. 28.", "2026-11-28T00:00Z"),
            ("20261128100000", "2026-11-28T10:00Z"),
            ("09-11-2026 19:40", "2026-11-09T19:40Z"),
            ("Sat, 28 Nov 2026 12:00:00 MEZ", "2026-11-28T11:00Z"),
            ("Sat, 28 Nov 2026 12:00:00 Europe/Berlin", "2026-11-28T11:00Z"),
            ("2026-07-28 12:00:00 Europe/Berlin", "2026-07-28T10:00Z"),
            ("Sat, 28 Nov 2026 12.00.00 +0100", "2026-11-28T11:00Z"),
            ("28.11.2026 12.30", "2026-11-28T12:30Z"),
            ("2026年11月28日 12时30分", "2026-11-28T12:30Z"),
            ("2026년 11월 28일 오후 3:05", "2026-11-28T15:05Z"),
            ("2026년 11월 28일", "2026-11-28T00:00Z"),
            ("٢٨ نوفمبر ٢٠٢٦ ١٠:٠٠", "2026-11-28T10:00Z"),
            ("28 Νοεμβρίου 2026", "2026-11-28T00:00Z"),
            ("28. marraskuuta 2026", "2026-11-28T00:00Z"),
            ("5 mars 2026", "2026-03-05T00:00Z"),
        ] {
            assert_eq!(parse(text).map(Timestamp::iso).as_deref(), Some(iso), "{text}");
        }
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in ["", "yesterday", "31/31/2020", "99999999999999", "2003-13-45", "-", "é:é", "日本 10:00"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
