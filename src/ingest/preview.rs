//! A look at a feed before it is added, and at what rules would do to it. Nothing is stored.

use super::clean::tag;
use super::{charset, parse, take_apart, tree};
use crate::model::article::Item;
use crate::model::rule::Rules;
use crate::outbound::http::{Answer, Body, Validators};
use crate::{App, Error, Result};
use regex::Regex;
use std::sync::{Arc, LazyLock};
use std::time::Duration;
use url::Url;

/// A feed as it is now.
#[derive(Debug)]
pub struct Preview {
    /// Where it is to be read: the address asked for or the feed that the page there names, or where that has moved for good. An address that
    /// stands in for another just now may be gone tomorrow.
    pub address: String,
    /// What it calls itself.
    pub title: String,
    pub language: Option<String>,
    /// In the feed's order.
    pub items: Vec<Item>,
    /// Entries in which there is nothing to read.
    pub empty: usize,
}

impl Preview {
    /// The items that rules would drop, in the feed's order.
    pub fn dropped(&self, rules: &Rules) -> Vec<&Item> {
        self.items.iter().filter(|item| !rules.keeps(item)).collect()
    }
}

/// Reads a feed without keeping anything. A page that names a feed leads to it.
pub async fn preview(app: &App, address: &str, language: Option<&str>) -> Result<Preview> {
    let looked = tokio::time::timeout(PATIENCE, look(app, address, language)).await;
    looked.unwrap_or_else(|_| Err(Error::Upstream("it took too long to answer".into())))
}

/// An editor waits for the answer, and the site ends a request after 20 seconds.
const PATIENCE: Duration = Duration::from_secs(15);

async fn look(app: &App, address: &str, language: Option<&str>) -> Result<Preview> {
    let body = fetch(app, address).await?;
    match beside(&body, address, language, read).await? {
        Ok(preview) => Ok(preview),
        Err(problem) => {
            // the first may be that of comments, or gone
            let mut problem = problem;
            for feed in beside(&body, address, language, |body, _, _| feeds_named_by(body)).await? {
                match fetch(app, feed.as_str()).await {
                    Ok(body) => match beside(&body, feed.as_str(), language, read).await? {
                        Err(cause) => problem = cause,
                        found => return found,
                    },
                    Err(cause @ Error::Upstream(_)) => problem = cause,
                    Err(other) => return Err(other),
                }
            }
            Err(problem)
        }
    }
}

/// Reads what came, which may be 10 MB of anything, not on a thread that answers readers.
async fn beside<T: Send + 'static>(
    body: &Arc<Body>,
    address: &str,
    language: Option<&str>,
    read: impl FnOnce(&Body, &str, Option<&str>) -> T + Send + 'static,
) -> Result<T> {
    let (body, address, language) = (body.clone(), address.to_string(), language.map(str::to_string));
    take_apart(body.bytes.len(), move || read(&body, &address, language.as_deref())).await
}

async fn fetch(app: &App, address: &str) -> Result<Arc<Body>> {
    match app.http.get(address, &Validators::default()).await? {
        Answer::Body(body) => Ok(Arc::from(body)),
        Answer::NotModified { .. } => Err(Error::Upstream("it answered 304 without being asked".into())),
        Answer::Later(_, problem) => Err(Error::Upstream(problem)),
    }
}

fn read(body: &Body, asked: &str, language: Option<&str>) -> Result<Preview> {
    let feed = parse::read(&body.bytes, body.content_type.as_deref(), &body.address, language)?;
    let address = body.moved_to.as_ref().map_or(asked, Url::as_str).to_string();
    Ok(Preview { address, title: feed.title, language: feed.language, items: feed.items, empty: feed.empty })
}

const FEED_TYPES: [&str; 7] = [
    "application/rss+xml",
    "application/atom+xml",
    "application/feed+json",
    "application/rdf+xml",
    "application/xml",
    "text/xml",
    "application/json",
];
/// Feeds of a page that are tried.
const MOST_FEEDS: usize = 3;

static COMMENTS: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"(?s)<!--.*?-->").expect("the expression is valid"));

/// The feeds that a web page names in `link rel="alternate"`, those of comments last.
fn feeds_named_by(body: &Body) -> Vec<Url> {
    let text = charset::decode(&body.bytes, body.content_type.as_deref());
    // the head is enough, and a page may be long
    let head: String = text.chars().take(200_000).collect();
    let head = COMMENTS.replace_all(&head, " ");
    // each by itself: a page leaves elements open that XML would end
    let links =
        head.match_indices('<').map(|(at, _)| &head[at..]).filter(|rest| rest.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("<link")));
    let links = links.take(MOST_LINKS).filter_map(|rest| tree::read(&rest[..1 + tag(&rest[1..]).length]));
    let mut found: Vec<Url> = links.filter_map(|link| body.address.join(named(&link)?.trim()).ok()).collect();
    found.sort_by_key(|feed| feed.path().contains("comment"));
    found.dedup();
    found.truncate(MOST_FEEDS);
    found
}

/// Links in a page's head that are looked at.
const MOST_LINKS: usize = 200;

/// Where a `link` leads, if that is a feed.
fn named(link: &tree::Element) -> Option<String> {
    let kind = link.attribute("type").unwrap_or_default().to_lowercase();
    let rel = link.attribute("rel").map(str::to_lowercase);
    // of programs' own formats only what is said to stand for the page
    let is_alternate = rel.map_or(kind.contains('+'), |rel| rel.contains("alternate"));
    link.attribute("href").filter(|_| is_alternate && FEED_TYPES.contains(&kind.trim())).map(str::to_string)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(html: &str) -> Body {
        Body {
            bytes: html.as_bytes().to_vec(),
            content_type: Some("text/html; charset=utf-8".into()),
            address: Url::parse("https://example.org/news/").unwrap(),
            moved_to: None,
            validators: Validators::default(),
        }
    }

    #[test]
    fn a_page_leads_to_the_feed_it_names() {
        let html = r#"<!doctype html><html lang="en"><head><meta charset="utf-8"><link rel="stylesheet" href="/x.css">
            <title>News</title><link rel="alternate" type="application/rss+xml" title="RSS" href="/feed.xml"></head><body><p>Hello</body></html>"#;
        assert_eq!(feeds_named_by(&page(html))[0].as_str(), "https://example.org/feed.xml");
        let metas = "<meta name=a content=b>".repeat(40);
        let html = format!("<!DOCTYPE html><HTML><head>{metas}<LINK rel=alternate type='application/atom+xml' href='a.xml' /></head>");
        assert_eq!(feeds_named_by(&page(&html))[0].as_str(), "https://example.org/news/a.xml");
        let several = "<!-- <link rel=alternate type=application/rss+xml href=/old.xml> --><link rel=alternate type=application/rss+xml href=/comments/feed/>\
            <link rel=alternate type=text/xml href=/rss.xml><link rel=stylesheet type=text/xml href=/x>";
        let several: Vec<String> = feeds_named_by(&page(several)).iter().map(Url::to_string).collect();
        assert_eq!(several, ["https://example.org/rss.xml", "https://example.org/comments/feed/"]);
        assert!(feeds_named_by(&page("<html><head></head><body>no feed</body></html>")).is_empty());
        assert!(feeds_named_by(&page("not a page")).is_empty());
    }
}
