//! A bundled feed as a list of dated items, so that the last ones can be held back. It reads the forms that our own files have.

use crate::clock::Timestamp;
use anyhow::{Context, Result};

/// A feed's text, cut at its items.
pub struct Feed {
    head: String,
    items: Vec<(Timestamp, String)>,
    between: &'static str,
    tail: String,
    pub content_type: &'static str,
}

impl Feed {
    /// Cuts an RSS, RDF, Atom or JSON feed. Every item must have a date.
    pub fn cut(name: &str, text: &str) -> Result<Self> {
        let (open, close, content_type) = match name.rsplit('.').next() {
            Some("json") => return Self::cut_json(text),
            Some("atom") => ("<entry", "</entry>", "application/atom+xml"),
            _ => ("<item", "</item>", "application/rss+xml"),
        };
        let first = text.find(&format!("{open}>")).or_else(|| text.find(&format!("{open} "))).context("a feed has items")?;
        let last = text.rfind(close).context("a feed's items end")? + close.len();
        let items = text[first..last].split_inclusive(close).map(|item| Ok((date(item)?, item.to_string()))).collect::<Result<_>>()?;
        Ok(Self { head: text[..first].into(), items, between: "", tail: text[last..].into(), content_type })
    }

    fn cut_json(text: &str) -> Result<Self> {
        let mut feed: serde_json::Value = serde_json::from_str(text)?;
        let items = feed.get_mut("items").and_then(|i| i.as_array_mut()).map(std::mem::take).context("a JSON feed has items")?;
        let dated = |item: serde_json::Value| {
            let date = item.get("date_published").and_then(|d| d.as_str()).and_then(Timestamp::parse).context("an item has a date")?;
            Ok((date, item.to_string()))
        };
        let items = items.into_iter().map(dated).collect::<Result<_>>()?;
        let whole = feed.to_string();
        let (head, tail) = whole.split_once("\"items\":[").context("a JSON feed has items")?;
        Ok(Self { head: format!("{head}\"items\":["), items, between: ",", tail: tail.into(), content_type: "application/feed+json" })
    }

    pub fn dates(&self) -> impl Iterator<Item = Timestamp> {
        self.items.iter().map(|(at, _)| *at)
    }

    /// The document with its items up to and with `until`, and how many these are.
    pub fn until(&self, until: Timestamp) -> (String, usize) {
        let items: Vec<&str> = self.items.iter().filter(|(at, _)| *at <= until).map(|(_, item)| item.as_str()).collect();
        (format!("{}{}{}", self.head, items.join(self.between), self.tail), items.len())
    }
}

fn date(item: &str) -> Result<Timestamp> {
    let text = ["pubDate", "published", "dc:date"].iter().find_map(|tag| {
        let (_, rest) = item.split_once(&format!("<{tag}>"))?;
        rest.split_once('<').map(|(date, _)| date)
    });
    let text = text.context("an item has a date")?;
    let rfc2822 = jiff::fmt::rfc2822::parse(text).map(|at| Timestamp(at.timestamp().as_millisecond()));
    rfc2822.ok().or_else(|| Timestamp::parse(text)).with_context(|| format!("{text} is not a date"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::parse::items;
    use url::Url;

    #[test]
    fn every_bundled_feed_is_cut_without_losing_an_item() {
        let address = Url::parse("http://127.0.0.1/").unwrap();
        let mut total = 0;
        for file in super::super::FILES.get_dir("feeds").unwrap().files() {
            let name = file.path().file_name().unwrap().to_str().unwrap();
            if name == "index.json" {
                continue;
            }
            let text = file.contents_utf8().unwrap();
            let feed = Feed::cut(name, text).unwrap();
            let (whole, count) = feed.until(Timestamp(i64::MAX));
            let read = items(whole.as_bytes(), None, &address, None).unwrap();
            assert_eq!(read.len(), count, "{name}");
            let mut dates: Vec<_> = read.iter().filter_map(|i| i.published_at).collect();
            let mut cut: Vec<_> = feed.dates().collect();
            dates.sort_unstable();
            cut.sort_unstable();
            assert_eq!(dates, cut, "{name}");
            assert_eq!(items(feed.until(Timestamp(0)).0.as_bytes(), None, &address, None).unwrap().len(), 0, "{name}");
            total += count;
        }
        assert_eq!(total, 1_454);
    }
}
