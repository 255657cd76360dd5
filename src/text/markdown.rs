//! The only maker of [`Html`]: Markdown without raw HTML, then a sanitiser.
//!
//! A citation is written `[2]` and means the incident's second article; it becomes a small link to that line of the sources.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

/// HTML that is safe to put into a page as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Html(String);

impl std::fmt::Display for Html {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl Html {
    /// The same with these texts in the language that they are in, for who listens (WCAG 3.1.2): text, ISO 639-1, and its direction.
    pub fn speaking(self, foreign: &[(&str, &str, &str)]) -> Self {
        let mut html = self.0;
        for (text, language, direction) in foreign {
            let shown = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
            if shown.chars().count() >= LEAST_FOREIGN
                && language.bytes().all(|b| b.is_ascii_alphabetic())
                && !html.contains(&format!("\">{shown}</span>"))
            {
                html = in_text(&html, &shown, &format!("<span lang=\"{language}\" dir=\"{direction}\">{shown}</span>"));
            }
        }
        Self(html)
    }

    /// The same for somewhere else: its links to parts of its own page lead to that page.
    pub fn at(&self, page: &str) -> String {
        self.0.replace("href=\"#", &format!("href=\"{page}#"))
    }
}

/// The first of these texts that stands between tags, and not within one, as another.
fn in_text(html: &str, from: &str, to: &str) -> String {
    let mut at = 0;
    while let Some(found) = html[at..].find(from).map(|found| at + found) {
        let (open, close) = (html[..found].rfind('<'), html[..found].rfind('>'));
        if open.is_none_or(|open| close.is_some_and(|close| close > open)) {
            return format!("{}{to}{}", &html[..found], &html[found + from.len()..]);
        }
        at = found + from.len();
    }
    html.to_string()
}

/// Characters of a text at least that is said to be in another language: a shorter one may stand anywhere.
const LEAST_FOREIGN: usize = 8;

static CLEANER: LazyLock<ammonia::Builder<'static>> = LazyLock::new(|| {
    let mut builder = ammonia::Builder::default();
    builder
        .tags(HashSet::from(["p", "em", "strong", "ul", "ol", "li", "a", "code", "blockquote", "br", "sup", "span"]))
        .generic_attributes(HashSet::new())
        .tag_attributes(HashMap::from([("a", HashSet::from(["href", "aria-label"]))]))
        .allowed_classes(HashMap::from([("sup", HashSet::from(["cite"])), ("span", HashSet::from(["topic"]))]))
        .url_schemes(HashSet::from(["http", "https", "mailto"]))
        .url_relative(ammonia::UrlRelative::PassThrough)
        .link_rel(Some("noopener nofollow ugc"));
    builder
});

/// Paragraphs of an editor's or the rules' text with citations as links, the first sentence of a first paragraph set apart as its point. Where
/// that ends within bold text or a link, the point goes on to the end of these.
pub fn with_topic(markdown: &str) -> Html {
    let markdown = markdown.replace(POINT, "");
    let markdown = markdown.trim();
    let Some(first) = super::sentence::sentences(markdown).first().map(|sentence| sentence.len()) else { return Html::default() };
    let (point, rest) = markdown.split_at(first);
    let html = rendered(set_apart(events(&format!("{point}{POINT}{rest}"), true)));
    clean(&html.replace(" <span></span>", ""))
}

/// The first paragraph in two spans, which meet at [`POINT`].
fn set_apart(events: Vec<Event<'static>>) -> Vec<Event<'static>> {
    let is_paragraph = matches!(events.first(), Some(Event::Start(Tag::Paragraph)));
    let span = |html: &'static str| Event::InlineHtml(html.into());
    let mut parted = vec![];
    // inline tags that are open; whether the point has ended in them, or is over
    let (mut open, mut has_ended, mut is_over) = (0, false, !is_paragraph);
    for event in events {
        let meets = matches!(&event, Event::Text(text) | Event::Code(text) if text.contains(POINT));
        match event {
            Event::Start(Tag::Paragraph) if !is_over => parted.extend([Event::Start(Tag::Paragraph), span("<span class=\"topic\">")]),
            Event::End(TagEnd::Paragraph) if !is_over => {
                is_over = true;
                parted.extend([span("</span>"), Event::End(TagEnd::Paragraph)]);
            }
            Event::Text(text) if meets => {
                let (before, after) = text.split_once(POINT).unwrap_or((&text, ""));
                let parts = !is_over && open == 0;
                has_ended |= !parts;
                parted.push(Event::Text(before.to_string().into()));
                if parts {
                    parted.push(span("</span> <span>"));
                }
                parted.push(Event::Text(if parts { after.trim_start() } else { after }.to_string().into()));
            }
            Event::Code(text) => {
                has_ended |= meets;
                parted.push(Event::Code(text.replace(POINT, "").into()));
            }
            event => {
                open += i32::from(matches!(event, Event::Start(_))) - i32::from(matches!(event, Event::End(_)));
                parted.push(event);
            }
        }
        if has_ended && open == 0 && !is_over {
            has_ended = false;
            parted.push(span("</span> <span>"));
        }
    }
    parted
}

/// One line without a paragraph around it: an implication, a signal, a moment.
pub fn line(markdown: &str) -> Html {
    clean(&inner(&render(markdown, true)))
}

fn inner(html: &str) -> String {
    let html = html.trim();
    html.strip_prefix("<p>").and_then(|h| h.strip_suffix("</p>")).unwrap_or(html).to_string()
}

fn clean(html: &str) -> Html {
    Html(CLEANER.clean(html).to_string())
}

/// Text of others as Markdown that shows it as it is: no links, lists, emphasis or citations of its own.
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 8);
    for (at, c) in text.char_indices() {
        // a number with a full stop at the start would be a list
        let starts_list = c == '.' && !text[..at].is_empty() && text[..at].bytes().all(|b| b.is_ascii_digit());
        let is_first = at == 0 && matches!(c, '-' | '+' | '>' | '=');
        if matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '#' | '~' | '|') || starts_list || is_first {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

/// Around a citation's number while Markdown is read, so that an escaped "[2]" of somebody else's text is none. Private use
/// characters; they are taken out of every text before.
const OPEN: char = '\u{e000}';
const CLOSE: char = '\u{e001}';
/// Where a text's point ends, while Markdown is read.
const POINT: char = '\u{e002}';

/// Citation marks as [`OPEN`] number [`CLOSE`]; a backslash before a bracket makes it a plain one.
fn mark_citations(markdown: &str) -> String {
    let mut marked = String::with_capacity(markdown.len());
    let mut rest = markdown;
    while let Some(at) = rest.find(['\\', '[', OPEN, CLOSE]) {
        marked.push_str(&rest[..at]);
        rest = &rest[at..];
        let mut chars = rest.chars();
        match chars.next() {
            Some('\\') => {
                marked.push('\\');
                marked.extend(chars.next());
                rest = chars.as_str();
            }
            Some('[') => match rest[1..].split_once(']').filter(|(number, _)| is_number(number)) {
                Some((number, after)) => {
                    marked.extend([OPEN]);
                    marked.push_str(number);
                    marked.push(CLOSE);
                    rest = after;
                }
                None => {
                    marked.push('[');
                    rest = chars.as_str();
                }
            },
            _ => rest = chars.as_str(),
        }
    }
    marked.push_str(rest);
    marked
}

fn render(markdown: &str, inline: bool) -> String {
    rendered(events(markdown, inline))
}

fn rendered(events: Vec<Event>) -> String {
    let mut html = String::new();
    pulldown_cmark::html::push_html(&mut html, events.into_iter());
    html
}

/// What the Markdown says, without HTML and pictures, citations as links. `inline` has no line breaks of its own.
fn events(markdown: &str, inline: bool) -> Vec<Event<'static>> {
    let marked = mark_citations(markdown);
    let events = Parser::new_ext(&marked, Options::empty()).flat_map(|event| match event {
        Event::Html(text) | Event::InlineHtml(text) => vec![Event::Text(text)],
        Event::Start(Tag::Image { .. }) | Event::End(TagEnd::Image) => vec![],
        Event::Start(Tag::Heading { .. }) => vec![Event::Start(Tag::Paragraph), Event::Start(Tag::Strong)],
        Event::End(TagEnd::Heading(_)) => vec![Event::End(TagEnd::Strong), Event::End(TagEnd::Paragraph)],
        Event::Code(code) => vec![Event::Code(code.replace(OPEN, "[").replace(CLOSE, "]").into())],
        Event::SoftBreak if inline => vec![Event::Text(" ".into())],
        other => vec![other],
    });
    // pulldown-cmark gives "[1]" as three texts; join neighbours first, so that marks are seen whole
    let mut joined: Vec<Event> = vec![];
    for event in events {
        match (joined.last_mut(), event) {
            (Some(Event::Text(before)), Event::Text(text)) => *before = format!("{before}{text}").into(),
            (_, event) => joined.push(event),
        }
    }
    let cited = joined.into_iter().flat_map(|event| match event {
        Event::Text(text) => citations(&text),
        other => vec![other.into_static()],
    });
    cited.collect()
}

fn citations(text: &str) -> Vec<Event<'static>> {
    let mut events = vec![];
    let mut parts = text.split(OPEN);
    let plain = |text: &str| Event::Text(text.replace(CLOSE, "").into());
    events.extend(parts.next().filter(|text| !text.is_empty()).map(plain));
    for part in parts {
        let (number, after) = part.split_once(CLOSE).unwrap_or(("", part));
        if is_number(number) {
            let link = format!("<sup class=\"cite\"><a href=\"#s{number}\" aria-label=\"Source {number}\">{number}</a></sup>");
            events.push(Event::InlineHtml(link.into()));
        }
        if !after.is_empty() {
            events.push(plain(after));
        }
    }
    events
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.len() <= 4 && text.bytes().all(|b| b.is_ascii_digit())
}

/// The article numbers that a text cites, in order, each once.
pub fn cited(text: &str) -> Vec<i64> {
    let mut found = vec![];
    for part in mark_citations(text).split(OPEN).skip(1) {
        if let Some(number) = part.split_once(CLOSE).and_then(|(number, _)| number.parse().ok())
            && !found.contains(&number)
        {
            found.push(number);
        }
    }
    found
}

/// A text that cites these articles alone: the marks of others go.
pub fn citing(text: &str, places: &[i64]) -> String {
    let marked = mark_citations(text);
    let mut parts = marked.split(OPEN);
    let mut kept = parts.next().unwrap_or("").to_string();
    for part in parts {
        let (number, after) = part.split_once(CLOSE).unwrap_or(("", part));
        match number.parse::<i64>() {
            Ok(place) if places.contains(&place) => kept.push_str(&format!("[{place}]")),
            _ => kept.truncate(kept.trim_end_matches(' ').len()),
        }
        kept.push_str(after);
    }
    kept
}

/// The words of a text as a page shows them, on one line: no marks of Markdown, no citations, of a link what it says.
pub fn plain(markdown: &str) -> String {
    let mut plain = String::new();
    for event in events(markdown, true) {
        match event {
            Event::Text(text) | Event::Code(text) => plain.push_str(&text),
            // a citation: the full stop stands before it
            Event::InlineHtml(_) => plain.truncate(plain.trim_end().len()),
            Event::End(TagEnd::Paragraph | TagEnd::Item) | Event::HardBreak => plain.push(' '),
            _ => {}
        }
    }
    plain.trim().to_string()
}

/// A text without its citation marks and backslashes, for descriptions.
pub fn without_citations(text: &str) -> String {
    let mut plain = String::new();
    for (index, part) in mark_citations(text).split(OPEN).enumerate() {
        match part.split_once(CLOSE).filter(|_| index > 0) {
            Some((_, after)) => {
                plain.truncate(plain.trim_end().len());
                plain.push_str(after);
            }
            None => plain.push_str(part),
        }
    }
    let mut unescaped = String::with_capacity(plain.len());
    let mut chars = plain.trim().chars();
    while let Some(c) = chars.next() {
        unescaped.extend(if c == '\\' { chars.next() } else { Some(c) });
    }
    unescaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_citation_becomes_a_link_to_its_source() {
        assert_eq!(
            line("Fire at a refinery. [2]").to_string(),
            "Fire at a refinery. <sup class=\"cite\"><a href=\"#s2\" aria-label=\"Source 2\" rel=\"noopener nofollow ugc\">2</a></sup>"
        );
        assert_eq!(cited("One [3][1]. Two [3] and [x]."), [3, 1]);
        assert_eq!(citing("One [3][1]. Two [3] and [x], \\[3].", &[1]), "One[1]. Two and [x], \\[3].");
        assert_eq!(without_citations("One. [3][1] Two [x]."), "One. Two [x].");
    }

    #[test]
    fn somebody_elses_text_is_shown_as_it_is() {
        for text in ["[Official](https://phish.example) said", "*three* of_them [3]", "1984. A year", "- a dash", "# no heading", "a < b | c"] {
            let html = line(&format!("{} [2]", escape(text))).to_string();
            assert_eq!(html.matches("<a ").count(), 1, "{html}");
            assert!(!html.contains("<em>") && !html.contains("<li>") && !html.contains("<strong>"), "{html}");
            assert_eq!(cited(&format!("{} [2]", escape(text))), [2]);
            assert_eq!(without_citations(&format!("{} [2]", escape(text))), text);
        }
    }

    #[test]
    fn a_description_has_no_marks() {
        let text = "**Doctors** began a *strike* over [pay](https://a.example/x). [1][2] More \\*here\\*. [1]\n\n- One";
        assert_eq!(plain(text), "Doctors began a strike over pay. More *here*. One");
    }

    #[test]
    fn a_quoted_title_says_in_which_language_it_is() {
        let title = "Пожар & дым в Лагосе";
        let html = with_topic(&format!("Agency reports: “{}”. [2] More. [1]", escape(title)));
        let html = html.speaking(&[(title, "ru", "ltr"), ("More", "fr", "ltr")]).to_string();
        assert!(html.contains("“<span lang=\"ru\" dir=\"ltr\">Пожар &amp; дым в Лагосе</span>”."), "{html}");
        assert!(!html.contains("fr"), "a word that may stand anywhere is left as it is: {html}");
        let link = with_topic("It is nofollow. [1]").speaking(&[("nofollow", "fr", "ltr"), ("Source 1", "fr", "ltr")]).to_string();
        assert!(link.contains("It is <span lang=\"fr\" dir=\"ltr\">nofollow</span>.") && link.contains("rel=\"noopener nofollow ugc\""), "{link}");
    }

    #[test]
    fn the_first_sentence_is_set_apart() {
        let html = with_topic("First point. [1] The *rest*.\n\nNew paragraph.").to_string();
        assert!(html.starts_with("<p><span class=\"topic\">First point. <sup"), "{html}");
        assert!(html.contains("<span>The <em>rest</em>.</span></p>"), "{html}");
        assert!(html.ends_with("<p>New paragraph.</p>\n"), "{html}");
    }

    #[test]
    fn what_goes_on_over_the_first_full_stop_stays_whole() {
        let html = |markdown: &str| with_topic(markdown).to_string().trim_end().to_string();
        assert_eq!(
            html("It **fell. Then it rose** again. More."),
            "<p><span class=\"topic\">It <strong>fell. Then it rose</strong></span> <span> again. More.</span></p>"
        );
        let link = html("See [the report. Part two](https://a.example/x). More.");
        assert!(link.contains(">the report. Part two</a></span> <span>. More.</span></p>"), "{link}");
        assert_eq!(html("Use `a. B` here. More."), "<p><span class=\"topic\">Use <code>a. B</code></span> <span> here. More.</span></p>");
        assert_eq!(html("- One. Two\n- three"), "<ul>\n<li>One. Two</li>\n<li>three</li>\n</ul>");
        assert_eq!(html("A point. - no list"), "<p><span class=\"topic\">A point.</span> <span>- no list</span></p>");
        assert_eq!(html("# Heading\n\nText. More."), "<p><span class=\"topic\"><strong>Heading</strong></span></p>\n<p>Text. More.</p>");
        assert_eq!(html("A point."), "<p><span class=\"topic\">A point.</span></p>");
        assert_eq!(html(""), "");
    }

    #[test]
    fn b3_nothing_that_runs_gets_through() {
        for attack in [
            "<script>alert(1)</script>",
            "[x](javascript:alert(1))",
            "<img src=x onerror=alert(1)>",
            "![x](data:text/html,x)",
            "<a href=\"java\nscript:alert(1)\">x</a>",
            "<style>*{}</style>",
        ] {
            let html = with_topic(attack).to_string();
            for bad in ["<script", "<img", "<style", "<a href=\"java", "<a href=\"data"] {
                assert!(!html.contains(bad), "{attack} gave {html}");
            }
        }
    }
}
