//! Feed text is data: stripped of markup, bounded, and free of characters that change how other text is read (SECURITY C3).

/// Longest title and summary in characters.
pub const TITLE_LIMIT: usize = 500;
pub const SUMMARY_LIMIT: usize = 10_000;

/// Plain text of a piece that may be HTML: tags and their scripts gone, entities as characters, white space as single spaces.
pub fn plain(text: &str, limit: usize) -> String {
    // a bound before the sanitiser too, which is slow on megabytes
    let bounded: String = text.chars().take(limit * 20).collect();
    let spaced = bounded.replace("<br", " <br").replace("</p", " </p").replace("</li", " </li").replace("</div", " </div");
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
    fn c3_a_long_text_is_cut() {
        assert_eq!(plain(&"word ".repeat(500), TITLE_LIMIT).chars().count(), 500);
    }
}
