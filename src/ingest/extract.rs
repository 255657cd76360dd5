//! The text of an article's page without what stands around it. Pure.

use super::clean::{SUMMARY_LIMIT, plain, shallow};
use crate::model::source::Licence;
use crate::text::fold::shorten;
use dom_smoothie::{Config, Readability, TextMode};

/// Longer pages are not taken apart: the longest of 960 real ones had 3 MB.
const LONGEST_PAGE: usize = 4 * 1024 * 1024;
/// More elements than this are no article.
const MOST_ELEMENTS: usize = 60_000;
/// Elements that may be open at once: far more than any page needs, some of which never close what they open.
const DEEPEST: usize = 2_000;
/// A shorter text is a cookie notice or a paywall.
const LEAST_TEXT: usize = 140;

/// The article's text with its paragraphs, or `None` when there is none to be found.
pub fn text(html: &str, address: &str) -> Option<String> {
    if html.len() > LONGEST_PAGE {
        return None;
    }
    let config = Config { max_elements_to_parse: MOST_ELEMENTS, text_mode: TextMode::Formatted, ..Config::default() };
    let html = shallow(html, DEEPEST);
    let article = Readability::new(html, Some(address), Some(config)).ok()?.parse().ok()?;
    Some(article.text_content.to_string()).filter(|text| !text.trim().is_empty())
}

/// What of a page may be kept under a licence, as plain text; `None` when that is nothing.
pub fn kept(html: &str, address: &str, licence: Licence) -> Option<String> {
    let limit = licence.most_of_a_page();
    if limit == 0 {
        return None;
    }
    let text = plain(&text(html, address)?, SUMMARY_LIMIT);
    (text.chars().count() >= LEAST_TEXT).then(|| shorten(&text, limit))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(paragraphs: usize) -> String {
        let text =
            "The fire at the refinery was put out after nine hours, the port authority said on Sunday evening, and two managers were arrested. ";
        let body: String = (0..paragraphs).map(|n| format!("<p>{n}. {text}</p>")).collect();
        format!(
            "<html><head><title>Fire</title><script>x()</script></head><body><nav><a href=\"/\">Home</a></nav><article><h1>Fire</h1>{body}</article><footer>Cookies</footer></body></html>"
        )
    }

    #[test]
    fn the_licence_says_how_much_is_kept() {
        let page = page(30);
        assert_eq!(kept(&page, "https://example.org/1", Licence::Headline), None);
        let excerpt = kept(&page, "https://example.org/1", Licence::Excerpt).unwrap();
        assert!(excerpt.chars().count() <= Licence::Excerpt.most_of_a_page() + 1 && excerpt.ends_with('…'), "{excerpt}");
        let whole = kept(&page, "https://example.org/1", Licence::Open).unwrap();
        assert!(whole.contains("29. The fire") && !whole.contains("Cookies") && !whole.contains("x()"), "{whole}");
    }

    #[test]
    fn a_page_without_an_article_gives_nothing() {
        for page in ["", "<html><body></body></html>", "<p>Please accept our cookies.</p>", "not a page at all"] {
            assert_eq!(kept(page, "https://example.org/1", Licence::Open), None, "{page}");
        }
        assert_eq!(text(&"<p>x".repeat(LONGEST_PAGE / 4 + 1), "https://example.org/1"), None);
    }

    #[test]
    fn c2_a_page_of_nested_tags_is_given_up_in_time() {
        let began = std::time::Instant::now();
        for unit in ["<div>", "<a>", "<div></x>", "<p><b>"] {
            text(&format!("<html><body>{}", unit.repeat(800_000 / unit.len())), "https://example.org/");
        }
        assert!(began.elapsed().as_secs() < 60, "{:?}", began.elapsed());
    }
}
