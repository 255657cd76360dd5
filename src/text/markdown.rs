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

/// Several paragraphs of an editor's or the rules' text, with citations as links.
pub fn blocks(markdown: &str) -> Html {
    clean(&render(markdown, false))
}

/// The same, with the first sentence set apart as the part's point.
pub fn with_topic(markdown: &str) -> Html {
    let first = super::sentence::sentences(markdown.trim_start()).first().copied().unwrap_or("");
    let rest = markdown.trim_start().strip_prefix(first).unwrap_or("");
    let (same_paragraph, others) = rest.split_once("\n\n").unwrap_or((rest, ""));
    let topic = inner(&render(first, true));
    let rest = inner(&render(same_paragraph.trim(), true));
    let tail = if rest.is_empty() { String::new() } else { format!(" <span>{rest}</span>") };
    clean(&format!("<p><span class=\"topic\">{topic}</span>{tail}</p>{}", render(others, false)))
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

fn render(markdown: &str, inline: bool) -> String {
    let mut in_link = 0;
    let events = Parser::new_ext(markdown, Options::empty()).flat_map(|event| match event {
        Event::Html(text) | Event::InlineHtml(text) => vec![Event::Text(text)],
        Event::Start(Tag::Image { .. }) | Event::End(TagEnd::Image) => vec![],
        Event::Start(Tag::Heading { .. }) => vec![Event::Start(Tag::Paragraph), Event::Start(Tag::Strong)],
        Event::End(TagEnd::Heading(_)) => vec![Event::End(TagEnd::Strong), Event::End(TagEnd::Paragraph)],
        Event::Start(Tag::Link { .. }) => {
            in_link += 1;
            vec![event]
        }
        Event::End(TagEnd::Link) => {
            in_link -= 1;
            vec![event]
        }
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
        other => vec![other],
    });
    let mut html = String::new();
    pulldown_cmark::html::push_html(&mut html, cited);
    html
}

fn citations(text: &str) -> Vec<Event<'static>> {
    let mut events = vec![];
    let mut plain = String::new();
    let mut rest = text;
    while let Some(open) = rest.find('[') {
        let number = rest[open + 1..].split_once(']').map(|(n, _)| n).filter(|n| is_number(n));
        let Some(number) = number else {
            plain.push_str(&rest[..=open]);
            rest = &rest[open + 1..];
            continue;
        };
        plain.push_str(&rest[..open]);
        if !plain.is_empty() {
            events.push(Event::Text(std::mem::take(&mut plain).into()));
        }
        events
            .push(Event::InlineHtml(format!("<sup class=\"cite\"><a href=\"#s{number}\" aria-label=\"Source {number}\">{number}</a></sup>").into()));
        rest = &rest[open + number.len() + 2..];
    }
    plain.push_str(rest);
    if !plain.is_empty() {
        events.push(Event::Text(plain.into()));
    }
    events
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.len() <= 4 && text.bytes().all(|b| b.is_ascii_digit())
}

/// The article numbers that a text cites, in order, each once.
pub fn cited(text: &str) -> Vec<i64> {
    let mut found = vec![];
    for (at, _) in text.match_indices('[') {
        if let Some((number, _)) = text[at + 1..].split_once(']')
            && is_number(number)
            && let Ok(number) = number.parse()
            && !found.contains(&number)
        {
            found.push(number);
        }
    }
    found
}

/// A text without its citation marks, for descriptions and titles.
pub fn without_citations(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some(open) = rest.find('[') {
        match rest[open + 1..].split_once(']').filter(|(n, _)| is_number(n)) {
            Some((_, after)) => {
                plain.push_str(rest[..open].trim_end());
                rest = after;
            }
            None => {
                plain.push_str(&rest[..=open]);
                rest = &rest[open + 1..];
            }
        }
    }
    plain.push_str(rest);
    plain.trim().to_string()
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
        assert_eq!(without_citations("One. [3][1] Two [x]."), "One. Two [x].");
    }

    #[test]
    fn the_first_sentence_is_set_apart() {
        let html = with_topic("First point. [1] The *rest*.\n\nNew paragraph.").to_string();
        assert!(html.starts_with("<p><span class=\"topic\">First point. <sup"), "{html}");
        assert!(html.contains("<span>The <em>rest</em>.</span></p>"), "{html}");
        assert!(html.ends_with("<p>New paragraph.</p>\n"), "{html}");
    }

    #[test]
    fn nothing_that_runs_gets_through() {
        for attack in [
            "<script>alert(1)</script>",
            "[x](javascript:alert(1))",
            "<img src=x onerror=alert(1)>",
            "![x](data:text/html,x)",
            "<a href=\"java\nscript:alert(1)\">x</a>",
            "<style>*{}</style>",
        ] {
            let html = blocks(attack).to_string();
            for bad in ["<script", "<img", "<style", "<a href=\"java", "<a href=\"data"] {
                assert!(!html.contains(bad), "{attack} gave {html}");
            }
        }
    }
}
