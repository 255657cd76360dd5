//! Feed text is data: stripped of markup, bounded, and free of characters that change how other text is read (SECURITY C3).

use std::collections::HashMap;

/// Longest title and summary in characters.
pub const TITLE_LIMIT: usize = 500;
pub const SUMMARY_LIMIT: usize = 10_000;

/// Elements that may be open at once in a piece of a feed; more are an attack, for a parser needs time that grows with the square of them.
const DEEPEST: usize = 500;

/// A text of HTML up to where more than `most` elements are open at once.
pub fn shallow(text: &str, most: usize) -> &str {
    let mut open: HashMap<String, usize> = HashMap::new();
    let mut depth = 0;
    // nothing but its own end ends a script
    let mut raw: Option<String> = None;
    for (at, _) in text.match_indices('<') {
        let rest = &text[at + 1..];
        let (is_end, rest) = rest.strip_prefix('/').map_or((false, rest), |rest| (true, rest));
        let name: String = rest.chars().take_while(char::is_ascii_alphanumeric).take(20).collect::<String>().to_ascii_lowercase();
        if !name.starts_with(|c: char| c.is_ascii_alphabetic())
            || UNCLOSED.contains(&name.as_str())
            || raw.as_ref().is_some_and(|raw| !is_end || *raw != name)
        {
            continue;
        }
        // an end closes only what is open: `</x>` after each `<div>` does not make it shallow
        match open.get_mut(&name) {
            Some(count) if is_end && *count > 0 => (*count, depth, raw) = (*count - 1, depth - 1, None),
            _ if is_end => {}
            count => {
                raw = Some(name.clone()).filter(|name| ["script", "style"].contains(&name.as_str()));
                match count {
                    Some(count) => *count += 1,
                    None => drop(open.insert(name, 1)),
                }
                depth += 1;
                if depth > most {
                    return &text[..at];
                }
            }
        }
    }
    text
}

/// Elements that need no end of their own (HTML, 13.1.2).
const UNCLOSED: &[&str] = &[
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr", "p", "li", "dt", "dd", "tr", "td", "th",
    "option",
];

/// Plain text of a piece that may be HTML: tags and their scripts gone, entities as characters, white space as single spaces.
pub fn plain(text: &str, limit: usize) -> String {
    // a bound before the sanitiser too, which is slow on megabytes
    let bounded: String = text.chars().take(limit * 20).collect();
    let spaced = shallow(&bounded, DEEPEST).replace("<br", " <br").replace("</p", " </p").replace("</li", " </li").replace("</div", " </div");
    let stripped = if spaced.contains('<') {
        ammonia::Builder::empty().clean_content_tags(["script", "style"].into()).clean(&spaced).to_string()
    } else {
        spaced
    };
    // ammonia leaves &amp; &lt; &gt; &nbsp;, and feeds often escape twice
    let decoded = htmlize::unescape(htmlize::unescape(stripped.as_str())).into_owned();
    let mut plain = String::new();
    for c in decoded.chars() {
        if c.is_whitespace() {
            if !plain.is_empty() && !plain.ends_with(' ') {
                plain.push(' ');
            }
        } else if !is_unwanted(c) {
            plain.push(c);
        }
    }
    crate::text::fold::shorten(plain.trim(), limit)
}

/// Control characters, bidirectional overrides and isolates, and the byte-order mark.
fn is_unwanted(c: char) -> bool {
    c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' | '\u{feff}' | '\u{061c}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c3_markup_goes_and_words_stay() {
        assert_eq!(plain("<p>Fire &amp; smoke</p><script>x()</script>in <b>Kyiv</b>", 100), "Fire & smoke in Kyiv");
        assert_eq!(plain("A &amp;mdash; B&#8217;s &unknown; 5 < 6", 100).replace("  ", " "), "A — B’s &unknown; 5 < 6");
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
