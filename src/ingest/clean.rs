//! Feed text is data: stripped of markup, bounded, and free of characters that change how other text is read (C3 of docs/security.md).

use crate::text::words::is_unseen;
use encoding_rs::WINDOWS_1252;
use regex::{Captures, Regex};
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

/// Longest title and summary in characters.
pub const TITLE_LIMIT: usize = 500;
pub const SUMMARY_LIMIT: usize = 10_000;

/// Elements that may be open at once in a piece of a feed; more are an attack, for a parser needs time that grows with the square of them.
const DEEPEST: usize = 500;

/// Elements that a parser may have to make again: it does so with each open [`FORMATTING`] one wherever a block begins.
const MOST_AGAIN: usize = 200_000;

/// Attributes of one tag; more are an attack, for parsers compare each with all before it.
pub const MOST_ATTRIBUTES: usize = 500;

/// A text of HTML up to where a tag has too many attributes, or more than `most` elements are open at once, or too many would have to be made again.
pub fn shallow(text: &str, most: usize) -> &str {
    let mut open: HashMap<String, usize> = HashMap::new();
    let (mut depth, mut formatting, mut again) = (0, 0, 0);
    // nothing but its own end ends a script
    let mut raw: Option<String> = None;
    let mut next = 0;
    while let Some(found) = text[next..].find('<') {
        let (at, after) = (next + found, next + found + 1);
        next = after;
        let rest = &text[after..];
        if raw.is_none() && rest.starts_with(['!', '?']) {
            next = after + end_of_comment(rest);
            continue;
        }
        let (is_end, named) = rest.strip_prefix('/').map_or((false, rest), |rest| (true, rest));
        let name: String = named.chars().take_while(char::is_ascii_alphanumeric).take(20).collect::<String>().to_ascii_lowercase();
        if !name.starts_with(|c: char| c.is_ascii_alphabetic()) || raw.as_ref().is_some_and(|raw| !is_end || *raw != name) {
            continue;
        }
        let Tag { length, closes_itself, attributes } = tag(rest);
        if attributes > MOST_ATTRIBUTES {
            return &text[..at];
        }
        next = after + length;
        let is_open = |name: &str| open.get(name).is_some_and(|count| *count > 0);
        let is_drawing = is_open("svg") || is_open("math");
        // what stands between is text for some parsers: no end in it counts
        let is_veiled = is_end && name != "noscript" && is_open("noscript");
        again += if is_end { 0 } else { formatting };
        if again > MOST_AGAIN {
            return &text[..at];
        }
        if is_veiled || UNCLOSED.contains(&name.as_str()) || is_drawing && closes_itself {
            continue;
        }
        let is_formatting = FORMATTING.contains(&name.as_str());
        // an end closes only what is open: `</x>` after each `<div>` does not make it shallow
        match open.get_mut(&name) {
            Some(count) if is_end && *count > 0 => {
                (*count, depth, raw) = (*count - 1, depth - 1, None);
                formatting -= usize::from(is_formatting);
            }
            _ if is_end => {}
            count => {
                raw = Some(name.clone()).filter(|name| !is_drawing && RAW.contains(&name.as_str()));
                match count {
                    Some(count) => *count += 1,
                    None => drop(open.insert(name, 1)),
                }
                depth += 1;
                formatting += usize::from(is_formatting);
                if depth > most {
                    return &text[..at];
                }
            }
        }
    }
    text
}

/// Where what begins with `!` or `?` ends: a comment at its mark, anything else at the next `>`.
fn end_of_comment(rest: &str) -> usize {
    if !rest.starts_with("!--") {
        return rest.find('>').map_or(rest.len(), |end| end + 1);
    }
    // `<!-->` is one too; one look at each `>`, for a search that runs past it would go through all the rest for each of many comments
    let is_end = |at: &usize| rest[1..*at].ends_with("--") || rest[1..*at].ends_with("--!");
    rest.match_indices('>').map(|(at, _)| at).find(is_end).map_or(rest.len(), |at| at + 1)
}

/// Where in a tag one is while it is read (HTML, 13.2.5.8 and 13.2.5.32 to 40).
#[derive(Clone, Copy, PartialEq)]
enum In {
    TagName,
    Between,
    Name,
    AfterName,
    BeforeValue,
    Value,
    Quoted(char),
}

/// A tag as far as it says where it ends, for a value may hold a `>`.
pub struct Tag {
    pub length: usize,
    closes_itself: bool,
    pub attributes: usize,
}

/// The tag whose name `rest` begins with.
pub fn tag(rest: &str) -> Tag {
    let (mut place, mut is_slash, mut attributes) = (In::TagName, false, 0);
    for (at, c) in rest.char_indices() {
        let is_space = c.is_ascii_whitespace();
        if c == '>' && !matches!(place, In::Quoted(_)) {
            return Tag { length: at + 1, closes_itself: is_slash, attributes };
        }
        is_slash = c == '/' && !matches!(place, In::BeforeValue | In::Value | In::Quoted(_));
        let before = place;
        place = match place {
            In::Quoted(mark) if mark == c => In::Between,
            In::Quoted(_) => place,
            In::BeforeValue if is_space => place,
            In::BeforeValue if matches!(c, '"' | '\'') => In::Quoted(c),
            In::BeforeValue | In::Value => [In::Value, In::Between][usize::from(is_space)],
            _ if is_slash => In::Between,
            In::TagName => [In::TagName, In::Between][usize::from(is_space)],
            In::Name | In::AfterName if c == '=' => In::BeforeValue,
            In::Name | In::AfterName if is_space => In::AfterName,
            In::Between if is_space => place,
            In::Name | In::AfterName | In::Between => In::Name,
        };
        attributes += usize::from(place == In::Name && before != In::Name);
    }
    Tag { length: rest.len(), closes_itself: false, attributes }
}

/// Elements that go on in the next block when they have no end (HTML, 13.2.4.3), but for `a`, which ends the one before.
const FORMATTING: &[&str] = &["b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"];

/// Elements in which all is text (HTML, 13.1.2).
const RAW: &[&str] = &["script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes"];

/// Elements that need no end of their own (HTML, 13.1.2).
const UNCLOSED: &[&str] = &[
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr", "p", "li", "dt", "dd", "tr", "td", "th",
    "option",
];

/// Where a block begins or ends: words on both sides of it are two.
static BLOCKS: LazyLock<Regex> = LazyLock::new(|| {
    let tags = "p|div|li|br|hr|h[1-6]|dt|dd|dl|tr|td|th|table|caption|blockquote|pre|figure|figcaption|section|article|header|footer|aside|ul|ol";
    Regex::new(&format!(r"(?i)</?(?:{tags})[\s/>]")).expect("the expression is valid")
});

/// Plain text of a piece that may be HTML: tags and their scripts gone, entities as characters, white space as single spaces.
pub fn plain(text: &str, limit: usize) -> String {
    // a bound before the sanitiser too, which is slow on megabytes
    let bounded: String = text.chars().take(limit * 20).collect();
    // marks of a CDATA section that was escaped once too often: to a sanitiser all of it is a comment
    let bounded = bounded.replace("<![CDATA[", "").replace("]]>", "");
    // "x<y" is no beginning of a tag where nothing ever ends one
    let bounded = if bounded.contains('>') { bounded } else { bounded.replace('<', "&lt;") };
    let whole = shallow(&bounded, DEEPEST);
    let stripped = if whole.contains('<') {
        let spaced = BLOCKS.replace_all(whole, " $0");
        ammonia::Builder::empty().clean_content_tags(["script", "style"].into()).clean(&spaced).to_string()
    } else {
        whole.to_string()
    };
    // ammonia leaves &amp; &lt; &gt; &nbsp;, and feeds often escape twice
    one_line(&htmlize::unescape(join_surrogates(&htmlize::unescape(join_surrogates(&stripped)))), limit)
}

static SURROGATES: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?i)&#(x[0-9a-f]{4}|[0-9]{5});&#(x[0-9a-f]{4}|[0-9]{5});").expect("the expression is valid"));

/// Some programs write a character beyond the first plane as two references, which no reader of XML or HTML takes: as the one that they mean.
pub fn join_surrogates(text: &str) -> Cow<'_, str> {
    let unit = |reference: &str| match reference.strip_prefix(['x', 'X']) {
        Some(hex) => u16::from_str_radix(hex, 16).ok(),
        None => reference.parse().ok(),
    };
    SURROGATES.replace_all(text, |found: &Captures<'_>| {
        let units = [unit(&found[1]), unit(&found[2])].map(Option::unwrap_or_default);
        match char::decode_utf16(units).next() {
            Some(Ok(joined)) if joined > '\u{ffff}' => joined.to_string(),
            _ => found[0].to_string(),
        }
    })
}

/// A text that is no HTML: white space as single spaces, without characters that change how others are read.
pub fn one_line(text: &str, limit: usize) -> String {
    let mut plain = String::new();
    for c in text.chars().map(of_windows) {
        if c.is_whitespace() {
            if !plain.is_empty() && !plain.ends_with(' ') {
                plain.push(' ');
            }
        } else if !is_unseen(c) {
            plain.push(c);
        }
    }
    crate::text::fold::shorten(plain.trim(), limit)
}

/// Where Unicode has controls that nobody writes, Windows has quotes and dashes: `&#146;` in XML is one of these.
fn of_windows(c: char) -> char {
    match u8::try_from(u32::from(c)) {
        Ok(byte @ 0x80..=0x9f) => WINDOWS_1252.decode_without_bom_handling(&[byte]).0.chars().next().unwrap_or(c),
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_that_a_parser_would_choke_on_is_read_up_to_there() {
        // each paragraph would have all of these elements again
        let marks: String = (0..400).map(|number| format!("<b a{number}>")).collect();
        let again = format!("<p>{marks}{}", "<p>x".repeat(50_000));
        assert!(shallow(&again, DEEPEST).len() < 10_000);
        // an end in a comment, a value or a text ends nothing
        for piece in [
            "<div><!--</div>-->",
            "<div a='</div>'>",
            "<div><textarea></div></textarea>",
            "<div><?</div>",
            "<div><!-- --!><!-- </div> -->",
            "<div a==\"><div b=\">",
        ] {
            let nested = piece.repeat(2_000);
            assert!(shallow(&nested, DEEPEST).len() <= (DEEPEST + 1) * piece.len(), "{piece}");
        }
        let drawn = format!("<svg>{}", "<g d=a/>".repeat(2_000));
        assert!(shallow(&drawn, DEEPEST).len() < 5_000, "a value may end in a slash");
        for sound in [
            format!("<svg>{}</svg>", "<path d='M0 0'/>".repeat(1_000)),
            "<div title='a > b'>x</div><!-- <div> -->".repeat(1_000),
            "<p><b>x</b><i>y</i>".repeat(5_000),
            // megabytes in one pass
            "<!---->".repeat(500_000),
            "<!----!>".repeat(500_000),
            "<p>it's 5 o'clock</p><div>x</div>".repeat(1_000),
        ] {
            assert_eq!(shallow(&sound, DEEPEST), sound);
        }
    }

    #[test]
    fn c3_markup_goes_and_words_stay() {
        assert_eq!(plain("<p>Fire &amp; smoke</p><script>x()</script>in <b>Kyiv</b>", 100), "Fire & smoke in Kyiv");
        assert_eq!(plain("A &amp;mdash; B&#8217;s &unknown; 5 < 6", 100).replace("  ", " "), "A — B’s &unknown; 5 < 6");
    }

    #[test]
    fn words_of_two_blocks_are_two() {
        let quake = "<dl><dt>Time</dt><dd>20:00 UTC</dd><dt>Place</dt><dd>Fiji</dd></dl>";
        assert_eq!(plain(quake, 100), "Time 20:00 UTC Place Fiji");
        assert_eq!(plain("<H2>Freed</H2><table><tr><td>6</td><td>2</td></tr></table>Said<BR>he.<p>One.<p>Two", 100), "Freed 6 2 Said he. One. Two");
        assert_eq!(plain("<b>K</b>yiv <pre-x>s</pre-x>aid", 100), "Kyiv said");
        assert_eq!(plain("If x<y then a<b", 100), "If x<y then a<b");
    }

    #[test]
    fn what_was_escaped_in_an_odd_way_is_read_all_the_same() {
        assert_eq!(plain("<![CDATA[Headline]]>", 100), "Headline");
        assert_eq!(plain("Fire &#55357;&#56613; &amp;#xD83D;&amp;#xDD25; &#55357;", 100), "Fire 🔥 🔥 \u{fffd}");
        assert_eq!(plain("It\u{92}s over\u{85} now", 100), "It’s over… now");
        assert_eq!(plain("Bun\u{ad}des\u{200b}tag", 100), "Bundestag");
    }

    #[test]
    fn c3_characters_that_turn_text_around_are_removed() {
        assert_eq!(plain("safe\u{202e}gnp.exe\u{0000}\u{feff}", 100), "safegnp.exe");
    }

    #[test]
    fn c2_a_text_is_read_until_it_nests_too_deep() {
        let deep = |start: &str, unit: &str| shallow(&format!("{start}{}", unit.repeat(10_000)), 500).len() - start.len();
        assert_eq!(deep("a", "<div>"), 2_500);
        assert_eq!(deep("", "<div></x>"), 500 * 9, "an end that ends nothing");
        assert!(deep("", "<div><table></div>") < 20_000);
        for whole in ["<div>a</div>", "a<br>", "<p>a", "<li>a", "<B>a</b>", "1 < 2 <3", "<script>'<div>'</script>", "</div>"] {
            assert_eq!(deep("", whole), whole.len() * 10_000, "{whole}");
        }
        let began = std::time::Instant::now();
        for unit in ["<div>", "<div></x>", "<a>", "<p><b>", "<table>", "<div><table></div>", "<svg>", "<ul><li>"] {
            plain(&unit.repeat(66_000), SUMMARY_LIMIT);
        }
        assert!(began.elapsed().as_secs() < 30, "{:?}", began.elapsed());
    }

    #[test]
    fn c3_a_long_text_is_cut() {
        assert_eq!(plain(&"word ".repeat(500), TITLE_LIMIT).chars().count(), 500);
    }
}
