//! What agencies and publishing programs put around a text: datelines, agency lines, credits, "continue reading". It says whose a text is, and
//! nothing of what it is about.

use regex::Regex;
use std::sync::LazyLock;

/// Agencies by their names, first the one that is shown. In a text they count in an agency's line alone: some are words as well.
const AGENCIES: &[&[&str]] = &[
    &["Reuters", "thomson reuters", "رويترز"],
    &["The Associated Press", "associated press", "ap"],
    &["Agence France-Presse", "agence france presse", "afp", "أ ف ب", "أ.ف.ب", "فرانس برس"],
    &["Deutsche Presse-Agentur", "dpa-infocom", "dpa", "د ب أ"],
    &["Austria Presse Agentur", "apa"],
    &["Keystone-SDA", "keystone-ats", "sda"],
    &["TASS", "тасс"],
    &["Interfax", "интерфакс"],
    &["RIA Novosti", "риа новости"],
    &["Ukrinform", "укрінформ", "укринформ"],
    &["Xinhua", "新华社"],
    &["ANSA"],
    &["Adnkronos"],
    &["EFE"],
    &["Europa Press"],
    &["Lusa"],
    &["Belga"],
    &["ANP"],
    &["Ritzau"],
    &["NTB"],
    &["TT"],
    &["PAP"],
    &["ČTK", "ctk"],
    &["MTI"],
    &["Anadolu Agency", "anadolu", "aa"],
    &["IRNA"],
    &["WAM", "وام"],
    &["SPA", "واس"],
    &["PTI", "press trust of india"],
    &["ANI"],
    &["IANS"],
    &["Kyodo", "共同"],
    &["Jiji", "時事"],
    &["Yonhap", "연합뉴스"],
    &["Antara"],
    &["Bernama"],
    &["AAP"],
    &["PA Media", "press association"],
    &["The Canadian Press", "canadian press"],
    &["UPI"],
    &["Bloomberg"],
    &["NAN"],
    // of companies' own news
    &["PR Newswire", "prnewswire"],
    &["GlobeNewswire", "globe newswire"],
    &["Business Wire", "businesswire"],
    &["Accesswire", "access newswire"],
    &["EQS", "eqs-news", "eqs news"],
];

/// Where a text may say whose it is: at its beginning and at its end, in characters.
const START: usize = 160;
const END: usize = 400;

/// Lines of agencies, each with the name as `name`; `{}` is any of them.
struct Lines {
    /// "LAGOS, March 20 (Reuters) - ", "/TASS/. ", "Madrid, 28 nov (EFE).- ", "(dpa/bb) - "
    marked: Regex,
    /// "AP — ", "TASS, 28 November. "
    led: Regex,
    /// "MOSCOW, 28 Nov — RIA Novosti. ", "28 November. INTERFAX.RU - "
    dated: Regex,
    /// "新华社北京11月28日电", "【ワシントン共同】"
    unspaced: Regex,
    /// "(dpa)", "—AFP", "(avec AFP)", "© dpa-infocom", "Copyright 2026 The Associated Press." at the end
    last: Regex,
    /// "By Jane Roe, Associated Press", "AFP et Reuters", "dpa/lby"
    author: Regex,
}

static LINES: LazyLock<Lines> = LazyLock::new(|| {
    let mut names: Vec<String> = AGENCIES.iter().flat_map(|names| names.iter()).map(|name| regex::escape(name)).collect();
    // the longest first: "dpa-infocom" is no "dpa"
    names.sort_by_key(|name| std::cmp::Reverse(name.len()));
    let names = format!("(?P<name>{})", names.join("|"));
    // a group has one name in a pattern: the second is {2}
    let other = names.replace("?P<name>", "?P<other>");
    let line = |pattern: &str| Regex::new(&pattern.replace("{}", &names).replace("{2}", &other)).expect("a sound pattern");
    Lines {
        marked: line(r"(?i)^(?P<before>[^()\[\]/]*)(?P<open>[(\[/])\s*{}(?:/\p{L}{2,4})?\s*[)\]/]\s*\.?(?:\s*(?P<dash>[-–—:]+))?\s*"),
        led: line(r"(?i)^{}(?:\s*(?:\.?\s*[-–—]+|:)\s+|,\s[^.]*\d[^.]*\.\s+)"),
        dated: line(
            r"(?i)^[\p{L}\d][^()]*?[\s.,—–-](?P<name>риа новости|ria novosti|тасс|tass|интерфакс|interfax|укринформ|укрінформ)(?:\.ru)?\s*(?:\.|[-–—:]+)\s+",
        ),
        unspaced: line(r"^\s*(?:【[^】]*{}】|{2}[^电電\s]*[电電])\s*"),
        last: line(
            r"(?i)(?:[(\[—–]\s*(?:(?:avec|mit|with|con|com|с)\s+)?{}(?:/\p{L}{2,4})?\s*[)\]]?\s*\.?|(?:©|\(c\)|copyright)\s*(?:\d{4}\s*)?(?:the\s+)?{2}\b[^\n]*)\s*$",
        ),
        author: line(
            r"(?i)(?:^|[,;&]|\b(?:by|and|et|und|y|avec|with|mit|con)\s)\s*{}(?:\s+staff)?(?:/\p{L}{2,4})?\s*(?:$|[,;&]|\s(?:and|et|und|y)\s)",
        ),
    }
});

/// Reuters names its hands at the end.
static HANDS: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"(?i)\(?\breporting by\b[^;]*;\s*(?:\w+\s+)?editing by\b").expect("a sound pattern"));
/// What programs and desks put at the end of any text, whatever comes after it …
static TAILS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?i)(?:^|[\s.…\[(])(?:submitted by\s+/u/\S+|please refer to the attached (?:file|infographic|map|document)|\(?(?:additional )?reporting by\s|\(?editing by\s|(?:article|comments) url:|(?:the post|the article|cet article|der beitrag|la entrada)\s[^\n]+\b(?:appeared first|first appeared|est apparu|erschien zuerst|se publicó primero)\b)",
    )
    .expect("a sound pattern")
});
/// … and what is one only where little comes after it.
static LAST_WORDS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?i)(?:^|[\s.…\[(])(?:continue reading\b|(?:photo|image|foto|picture|credit)s?(?: by)?: |read (?:more|full|the full)\b|©|copyright\s|all rights reserved\b|weiterlesen\b|mehr lesen\b|lire (?:la suite|plus|aussi)\b|leer más\b|seguir leyendo\b|читать (?:далее|полностью)\b)",
    )
    .expect("a sound pattern")
});
/// Characters after one of the last words.
const LITTLE: usize = 90;
/// A place in capitals with a dash after it: "KYIV, Nov 28 — ".
static DATELINE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^(?:\p{Lu}{2}[\p{Lu}'’.-]*\s?)+(?:,\s[^()–—]*?)?\s*(?:--|[–—]|\s-)\s*").expect("a sound pattern"));
/// Characters that a dateline has at most.
const DATELINE_WITHIN: usize = 60;

/// The agency that a text is from: its line ("LAGOS (Reuters) - …", "… (dpa)"), or what stands where its author should.
pub fn agency(text: &str, author: Option<&str>) -> Option<&'static str> {
    let start = line(text).map(|(agency, _)| agency);
    let by_author = || name_of(author.and_then(|author| LINES.author.captures(author.trim()))?.name("name")?.as_str());
    start.or_else(|| last_line(end(text)).map(|(agency, _)| agency)).or_else(by_author)
}

/// A text without the lines of agencies and programs around it.
pub fn bare(text: &str) -> &str {
    let mut bare = without_line(text.trim());
    // one may stand behind the other: "(Reporting by …) Read more"
    for _ in 0..3 {
        let tail = end(bare);
        let from = bare.len() - tail.len();
        let cut = last_line(tail).map(|(_, at)| at).or_else(|| tail_of(tail));
        let Some(at) = cut else { break };
        bare = bare[..from + at].trim_end();
    }
    bare
}

/// A text, or its first sentence, without the agency's line or the place at its beginning.
pub fn without_line(text: &str) -> &str {
    let rest = line(text).map_or(text, |(_, end)| &text[end..]);
    let rest = DATELINE.find(start(rest, DATELINE_WITHIN)).map_or(rest, |found| &rest[found.end()..]);
    if rest.is_empty() { text } else { rest }
}

/// The line at the beginning: whose it is, and where the text goes on.
fn line(text: &str) -> Option<(&'static str, usize)> {
    let start = start(text, START);
    let marked = LINES.marked.captures(start).filter(|found| {
        // a dateline goes before and a dash after it, or nothing goes before: else it is how somebody in the news is called for short
        let (before, slash) = (found["before"].trim(), &found["open"] == "/");
        before.is_empty() || slash || found.name("dash").is_some()
    });
    let others = [&LINES.led, &LINES.dated, &LINES.unspaced];
    let found = marked.or_else(|| others.into_iter().find_map(|line| line.captures(start)))?;
    Some((name_of(named(&found)?)?, found.get(0)?.end()))
}

/// The line at the end of what is the end of a text: whose it is, and where it begins.
fn last_line(tail: &str) -> Option<(&'static str, usize)> {
    if let Some(hands) = HANDS.find(tail) {
        return Some(("Reuters", hands.start()));
    }
    let found = LINES.last.captures(tail)?;
    Some((name_of(named(&found)?)?, found.get(0)?.start()))
}

fn named<'t>(found: &regex::Captures<'t>) -> Option<&'t str> {
    found.name("name").or_else(|| found.name("other")).map(|name| name.as_str())
}

fn name_of(written: &str) -> Option<&'static str> {
    let written = written.to_lowercase();
    AGENCIES.iter().find(|names| names.iter().any(|name| name.to_lowercase() == written)).map(|names| names[0])
}

/// Where begins what programs and desks put there.
fn tail_of(tail: &str) -> Option<usize> {
    let is_last = |found: &regex::Match| tail[found.end()..].chars().nth(LITTLE).is_none();
    TAILS.find(tail).or_else(|| LAST_WORDS.find_iter(tail).find(is_last)).map(|found| found.start())
}

fn start(text: &str, characters: usize) -> &str {
    text.char_indices().nth(characters).map_or(text, |(at, _)| &text[..at])
}

fn end(text: &str) -> &str {
    text.char_indices().rev().nth(END - 1).map_or(text, |(at, _)| &text[at..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_agency_is_known_by_its_line() {
        for (text, says) in [
            ("LAGOS, March 20 (Reuters) - A fire broke out", "Reuters"),
            ("AP — A fire broke out", "The Associated Press"),
            ("МОСКВА, 20 марта. /ТАСС/. Пожар", "TASS"),
            ("МОСКВА, 28 ноя — РИА Новости. Пожар", "RIA Novosti"),
            ("ТАСС, 28 ноября. Пожар", "TASS"),
            ("Москва. 28 ноября. ИНТЕРФАКС - Пожар", "Interfax"),
            ("28 ноября. INTERFAX.RU - Пожар", "Interfax"),
            ("新华社北京11月28日电 火灾", "Xinhua"),
            ("【ワシントン共同】火災", "Kyodo"),
            ("باريس 28 نوفمبر (رويترز) - حريق", "Reuters"),
            ("Madrid, 28 nov (EFE).- Un incendio", "EFE"),
            ("Berlin (dpa/bb) - Ein Feuer", "Deutsche Presse-Agentur"),
            ("(AAP) Votes are counted", "AAP"),
            ("YANGON (AA) – A town was seized", "Anadolu Agency"),
            ("Ein Feuer ist ausgebrochen, wie die Polizei sagte. (dpa)", "Deutsche Presse-Agentur"),
            ("Ein Feuer. © dpa-infocom, dpa:261128-930-1234/2", "Deutsche Presse-Agentur"),
            ("Un incendie. (Avec AFP)", "Agence France-Presse"),
            ("A fire broke out. —AFP", "Agence France-Presse"),
            ("A fire. (Reporting by Jane Doe; Editing by John Roe)", "Reuters"),
            ("A fire. Copyright 2026 The Associated Press. All rights reserved.", "The Associated Press"),
        ] {
            assert_eq!(agency(text, None), Some(says), "{text}");
            assert!(!bare(text).to_lowercase().contains(&says.to_lowercase()), "{text} leaves {}", bare(text));
        }
    }

    #[test]
    fn an_agency_is_known_by_who_wrote_it() {
        for (author, says) in [
            ("By REUTERS", Some("Reuters")),
            ("AFP", Some("Agence France-Presse")),
            ("Reuters Staff", Some("Reuters")),
            ("By JANE ROE, Associated Press", Some("The Associated Press")),
            ("AFP et Reuters", Some("Agence France-Presse")),
            ("Le Monde avec AFP", Some("Agence France-Presse")),
            ("dpa/lby", Some("Deutsche Presse-Agentur")),
            ("Ap Vo", None),
            ("Jane Doe", None),
            ("Ani Kaprekar", None),
        ] {
            assert_eq!(agency("A fire broke out.", Some(author)), says, "{author}");
        }
    }

    #[test]
    fn who_is_called_like_an_agency_is_none() {
        for text in [
            "The Arakan Army (AA) seized a town in Rakhine",
            "Votes for the Aam Aadmi Party (AAP) in Delhi",
            "He left the People's Action Party (PAP) on Monday.",
            "A map — and more",
            "The firm (Reuters Holdings) said",
            "A fire broke out - a large one",
        ] {
            assert_eq!(agency(text, None), None, "{text}");
            assert_eq!(bare(text), text);
        }
    }

    #[test]
    fn what_stands_around_a_text_says_nothing() {
        for (text, says) in [
            ("LAGOS (AP) — Two died.", "Two died."),
            ("PORT HARCOURT, Nigeria (AP) — Two died.", "Two died."),
            ("KYIV — Two died.", "Two died."),
            ("The USA — a friend — came.", "The USA — a friend — came."),
            ("Two died. Continue reading...", "Two died."),
            ("Two died. The post Two died appeared first on The News.", "Two died."),
            ("Two died. Photo: Getty Images", "Two died."),
            ("Two died. submitted by /u/somebody [link] [comments]", "Two died."),
            ("Countries: Sudan Please refer to the attached Infographic.", "Countries: Sudan"),
            ("Article URL: https://example.org/a Comments URL: https://example.org/b Points: 3", ""),
            ("Two died. (Reporting by A; editing by B) Read more", "Two died."),
            ("Two died.", "Two died."),
        ] {
            assert_eq!(bare(text), says, "{text}");
        }
    }
}
