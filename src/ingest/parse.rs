//! From the bytes of a feed to items. No I/O.

use super::clean::{SUMMARY_LIMIT, TITLE_LIMIT, plain};
use super::feed::{self, Entry};
use super::language::told_or_detected;
use super::{charset, date};
use crate::model::article::Item;
use crate::model::language::primary;
use crate::text::address::untracked;
use crate::text::fold::fold;
use crate::{Error, Result};
use sha2::{Digest, Sha256};
use std::collections::{HashMap, HashSet};
use url::Url;

/// More items than this in one feed are not read (C2 of docs/security.md); the newest are.
pub const MAX_ITEMS: usize = 2_000;

/// The items of a feed that have a title, in the feed's order.
///
/// `content_type` is what HTTP said, `address` where the feed was found, `language` what its source is known to write.
/// Fails with `Upstream` and a sentence when the bytes are no feed.
pub fn items(bytes: &[u8], content_type: Option<&str>, address: &Url, language: Option<&str>) -> Result<Vec<Item>> {
    Ok(read(bytes, content_type, address, language)?.items)
}

/// A feed with its items.
#[derive(Debug)]
pub struct Read {
    /// What it calls itself.
    pub title: String,
    pub language: Option<String>,
    pub items: Vec<Item>,
    /// Entries in which there is nothing to read.
    pub empty: usize,
}

/// As [`items`], with what the feed says of itself.
pub fn read(bytes: &[u8], content_type: Option<&str>, address: &Url, language: Option<&str>) -> Result<Read> {
    let text = charset::decode(bytes, content_type);
    let address = &without_password(address.clone());
    let feed = feed::read(&text, address).ok_or_else(|| Error::Upstream(not_a_feed(&text)))?;
    // what an editor says goes before what a program does
    let feed_language = language.or(feed.language.as_deref());
    let web_home = web_address(&feed.link).filter(|home| !is_of_the_feed(home, address));
    let entries = newest(feed.entries);
    let around = Around {
        feed: address,
        home: web_home.as_ref().unwrap_or(address),
        web_home: web_home.as_ref(),
        language: feed_language,
        is_day_first: date::begin_with_day(entries.iter().filter_map(|entry| entry.published.as_deref())),
    };
    let all = entries.len();
    let mut items: Vec<Item> = entries.into_iter().filter_map(|entry| item(entry, &around)).collect();
    mark_shared(&mut items);
    Ok(Read { title: plain(&feed.title, TITLE_LIMIT), language: feed.language.as_deref().and_then(primary), empty: all - items.len(), items })
}

/// Of a feed that is too long the part with its newest items: its end, when it begins with the oldest.
fn newest(mut entries: Vec<Entry>) -> Vec<Entry> {
    let at = |entry: Option<&Entry>| entry.and_then(|entry| date::parse(entry.published.as_deref().or(entry.updated.as_deref())?));
    let is_oldest_first = at(entries.first()).zip(at(entries.last())).is_some_and(|(first, last)| first < last);
    if entries.len() > MAX_ITEMS && is_oldest_first {
        entries.drain(..entries.len() - MAX_ITEMS);
    }
    entries.truncate(MAX_ITEMS);
    entries
}

/// What the sentence says first of what is no feed.
pub const NOT_A_FEED: &str = "what it sent is not a feed";

/// What it is instead, as far as that can be told.
fn not_a_feed(text: &str) -> String {
    let start: String = text.trim_start().chars().take(600).collect::<String>().to_lowercase();
    let instead = match start.as_str() {
        "" => "it is empty",
        page if page.contains("<html") || page.contains("<!doctype html") => "it is a web page; perhaps that names the feed's address",
        json if json.starts_with('{') || json.starts_with('[') => "it is JSON, but no JSON Feed",
        xml if xml.starts_with('<') => "it is XML of another kind",
        _ => "it is some other text",
    };
    format!("{NOT_A_FEED}: {instead}")
}

/// Links beyond this are no links that readers follow, and an index could not hold them.
const LONGEST_LINK: usize = 2_000;

fn web_address(link: &str) -> Option<Url> {
    let link = Url::parse(link).ok().filter(|link| matches!(link.scheme(), "http" | "https"))?;
    Some(without_password(link)).filter(|link| link.as_str().len() <= LONGEST_LINK)
}

/// An address as everybody may see it.
fn without_password(mut address: Url) -> Url {
    // fails for addresses that can have none
    let _ = address.set_password(None);
    let _ = address.set_username("");
    address
}

/// The first page of an address's host: what stands behind that may hold a key that is the desk's own.
fn front_page(address: &Url) -> Url {
    address.join("/").unwrap_or_else(|_| address.clone())
}

/// Whether a link leads to nothing but the feed itself, whose address may hold a key.
fn is_of_the_feed(link: &Url, feed: &Url) -> bool {
    let page = |address: &Url| address[..url::Position::AfterQuery].to_string();
    page(link) == page(feed)
}

/// What an item has of its feed. One that has no web address of its own leads readers to the feed's, `web_home`; `home` is that or where the feed was found.
struct Around<'a> {
    feed: &'a Url,
    home: &'a Url,
    web_home: Option<&'a Url>,
    language: Option<&'a str>,
    is_day_first: bool,
}

fn item(entry: Entry, around: &Around) -> Option<Item> {
    let Around { feed, home, web_home, language: feed_language, is_day_first } = *around;
    let date = |written: Option<&str>| date::parse_with(written?, is_day_first);
    let original = entry.original.as_deref().and_then(|link| web_address(link.trim()));
    let link = original.or_else(|| web_address(&entry.link)).filter(|link| !is_of_the_feed(link, feed));
    let title = plain(&entry.title, TITLE_LIMIT);
    // a summary may be a picture alone
    let summary = Some(plain(&entry.summary, SUMMARY_LIMIT)).filter(|summary| !summary.is_empty());
    let summary = summary.unwrap_or_else(|| plain(&entry.content, SUMMARY_LIMIT));
    let is_gathered = link.as_ref().and_then(Url::host_str) == Some("news.google.com");
    // there the summary is a list of what others say
    let summary = if is_gathered { String::new() } else { summary };
    let title = without_outlet(title, entry.outlet.as_deref(), is_gathered);
    let title = if !title.contains(char::is_alphanumeric) { crate::text::fold::shorten(&summary, 120) } else { title };
    if title.is_empty() {
        return None;
    }
    let language = entry.language.as_deref().or(feed_language).and_then(primary);
    let own_identity = hash(&format!("{}\n{title}", link.as_ref().unwrap_or(home)));
    let address = link.as_ref().or(web_home).cloned().unwrap_or_else(|| front_page(home)).to_string();
    Some(Item {
        identity: identity(&entry.id, link.as_ref().map(Url::as_str)).unwrap_or_else(|| own_identity.clone()),
        has_link: link.is_some(),
        own_identity,
        shares_identity: false,
        language: told_or_detected(language, &format!("{title}. {summary}")),
        address,
        title,
        summary,
        categories: entry.categories.iter().map(|word| plain(word, 100)).filter(|word| !word.is_empty()).collect(),
        author: entry.author.map(|name| plain(&name, 200)).filter(|name| !name.is_empty()),
        published_at: date(entry.published.as_deref()).or_else(|| date(entry.updated.as_deref())),
    })
}

/// "Headline - Outlet", as who gathers from many outlets writes it, without the outlet: one that is named besides, or that ends each of their titles.
fn without_outlet(title: String, outlet: Option<&str>, is_gathered: bool) -> String {
    const MOST_WORDS: usize = 6;
    let is_outlet = |tail: &str| {
        let is_named = outlet.is_some_and(|outlet| fold(outlet) == fold(tail));
        is_named || is_gathered && tail.split_whitespace().count() <= MOST_WORDS
    };
    let parted = [" - ", " – ", " — ", " | "].iter().filter_map(|mark| title.rsplit_once(mark)).max_by_key(|(headline, _)| headline.len());
    match parted {
        Some((headline, tail)) if !headline.trim().is_empty() && is_outlet(tail) => headline.trim_end().into(),
        _ => title,
    }
}

/// The item's id, else its link, without what is of one reading or one reader; long ones are hashed, so that a column bounds them.
fn identity(id: &str, link: Option<&str>) -> Option<String> {
    let id: String = id.chars().filter(|c| !c.is_control()).collect();
    let chosen = Some(id).filter(|id| !id.is_empty()).or(link.map(str::to_string))?;
    let chosen = if chosen.starts_with("http") { untracked(&chosen) } else { chosen };
    Some(if chosen.len() <= 400 { chosen } else { hash(&chosen) })
}

fn hash(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Some feeds give all items one id or one link: that does not say which item it is.
fn mark_shared(items: &mut [Item]) {
    let mut title_of: HashMap<&str, &str> = HashMap::new();
    let shared: HashSet<String> =
        items.iter().filter(|item| *title_of.entry(&item.identity).or_insert(&item.title) != item.title).map(|item| item.identity.clone()).collect();
    items.iter_mut().for_each(|item| item.shares_identity = shared.contains(&item.identity));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Timestamp;

    fn items_of(feed: &str) -> Vec<Item> {
        items(feed.as_bytes(), None, &Url::parse("https://example.org/feed").unwrap(), None).unwrap()
    }

    #[test]
    fn one_date_of_a_feed_says_how_its_numbers_are_read() {
        let items = items_of(
            "<rss version=\"2.0\"><channel><title>X</title><item><title>A</title><pubDate>05/11/2026 10:00</pubDate></item>\
             <item><title>B</title><pubDate>28/10/2026 10:00</pubDate></item></channel></rss>",
        );
        assert_eq!(items[0].published_at.map(Timestamp::iso).as_deref(), Some("2026-11-05T10:00Z"));
    }

    #[test]
    fn of_a_long_feed_the_newest_items_are_read() {
        let day = |n: usize| format!("<item><title>Day {n}</title><pubDate>{}</pubDate></item>", Timestamp(n as i64 * 86_400_000).iso());
        let feed = |items: String| items_of(&format!("<rss version=\"2.0\"><channel><title>X</title>{items}</channel></rss>"));
        let oldest_first = feed((1..=MAX_ITEMS + 5).map(day).collect());
        assert_eq!((oldest_first.len(), oldest_first[0].title.as_str()), (MAX_ITEMS, "Day 6"));
        let newest_first = feed((1..=MAX_ITEMS + 5).rev().map(day).collect());
        assert_eq!((newest_first.len(), newest_first.last().unwrap().title.as_str()), (MAX_ITEMS, "Day 6"));
    }

    #[test]
    fn rss_atom_rdf_and_json_feeds_give_items() {
        let rss = r#"<rss version="2.0"><channel><title>X</title><language>en-GB</language><item><title>Fire &amp; smoke</title><link>/a</link>
            <guid>7</guid><pubDate>Sun, 20 Mar 2022 08:00:00 GMT</pubDate><description>&lt;p&gt;One.&lt;/p&gt;</description></item></channel></rss>"#;
        let atom = r#"<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><title>X</title><id>x</id><updated>2022-03-20T08:00:00Z</updated>
            <entry><title>Fire &amp; smoke</title><id>7</id><link href="https://example.org/a"/><updated>2022-03-20T08:00:00Z</updated><summary>One.</summary></entry></feed>"#;
        let json = r#"{"version":"https://jsonfeed.org/version/1.1","title":"X","language":"en","items":[{"id":"7","url":"https://example.org/a","title":"Fire & smoke","content_text":"One.","date_published":"2022-03-20T08:00:00Z"}]}"#;
        let rdf = r#"<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://example.org/"><title>X</title><link>https://example.org/</link><description>x</description></channel><item rdf:about="7"><title>Fire &amp; smoke</title><link>https://example.org/a</link><dc:date>2022-03-20T08:00:00Z</dc:date><description>One.</description></item></rdf:RDF>"#;
        for feed in [rss, atom, json, rdf] {
            let items = items_of(feed);
            assert_eq!(items.len(), 1, "{feed}");
            assert_eq!(items[0].title, "Fire & smoke");
            assert_eq!(items[0].address, "https://example.org/a");
            assert_eq!(items[0].summary, "One.");
            assert_eq!(items[0].language, "en");
            assert_eq!(items[0].published_at, Timestamp::parse("2022-03-20T08:00:00Z"), "{feed}");
        }
    }

    #[test]
    fn a_bare_ampersand_does_not_lose_the_feed() {
        let items = items_of(
            "<rss version=\"2.0\"><channel><title>X</title><item><title>AT&T pays</title><link>https://example.org/?a=1&b=2</link></item></channel></rss>",
        );
        assert_eq!(items[0].title, "AT&T pays");
    }

    #[test]
    fn what_is_no_feed_says_so() {
        for bytes in ["", "<html><body>Hello</body></html>", "{\"a\":1}", "not a feed"] {
            let problem = items(bytes.as_bytes(), None, &Url::parse("https://example.org/").unwrap(), None).unwrap_err().to_string();
            assert!(problem.starts_with("what it sent is not a feed"), "{problem}");
        }
    }

    #[test]
    fn no_address_shows_a_password_and_none_is_endless() {
        let address = Url::parse("https://user:secret@example.org/feed?key=secret").unwrap();
        let long = "x".repeat(3_000);
        let feed = format!(
            "<rss><channel><title>X</title><item><title>A</title><link>/a</link></item><item><title>B</title><link>https://u:p@example.org/b</link></item>
             <item><title>C</title></item><item><title>D</title><link>/{long}</link></item><item><title>&amp;#8203;</title><description>E</description></item>"
        );
        let items = items(feed.as_bytes(), None, &address, None).unwrap();
        let addresses: Vec<&str> = items.iter().map(|item| item.address.as_str()).collect();
        assert_eq!(addresses[..4], ["https://example.org/a", "https://example.org/b", "https://example.org/", "https://example.org/"]);
        assert_eq!(items[4].title, "E");
    }

    #[test]
    fn readers_are_led_to_the_page_and_never_to_a_key() {
        let read = |feed: &str| {
            let address = Url::parse("https://feeds.example.org/feed?key=secret").unwrap();
            items(feed.as_bytes(), None, &address, None).unwrap().remove(0)
        };
        let rss = |home: &str, item: &str| {
            format!(
                "<rss version=\"2.0\" xmlns:feedburner=\"f\"><channel><title>X</title><link>{home}</link><item><title>T</title>{item}</item></channel></rss>"
            )
        };
        let home = "https://www.outlet.example/";
        for (feed, address) in [
            (rss(home, "<link>#post-5</link>"), "https://www.outlet.example/#post-5"),
            (rss("https://feeds.example.org/feed?key=secret", "<link>https://feeds.example.org/feed?key=secret#5</link>"), "https://feeds.example.org/"),
            (rss(home, "<link>/news/1</link>"), "https://www.outlet.example/news/1"),
            (rss(home, "<link>https://feedproxy.example/~r/1</link><feedburner:origLink>https://www.outlet.example/1</feedburner:origLink>"), "https://www.outlet.example/1"),
            (
                "<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>X</title><entry><title>T</title><link rel=\"alternate\" type=\"application/cap+xml\" href=\"https://a.example/cap\"/><link type=\"text/html\" href=\"https://a.example/1\"/></entry></feed>".into(),
                "https://a.example/1",
            ),
            (r#"{"version":"https://jsonfeed.org/version/1","title":"X","items":[{"id":"https://a.example/1","title":"T"}]}"#.into(), "https://a.example/1"),
        ] {
            assert_eq!(read(&feed).address, address, "{feed}");
        }
    }

    #[test]
    fn what_an_item_says_is_found_where_it_stands() {
        let read = |item: &str| {
            items_of(&format!("<rss version=\"2.0\" xmlns:media=\"m\" xmlns:content=\"c\"><channel><title>X</title><item><link>/a</link>{item}</item></channel></rss>")).remove(0)
        };
        let escaped = read("<title>&lt;![CDATA[Headline]]&gt;</title>");
        assert_eq!(escaped.title, "Headline");
        let picture = read("<title>A</title><description><![CDATA[<img src=\"b.jpg\"/>]]></description><content:encoded>Two died.</content:encoded>");
        assert_eq!(picture.summary, "Two died.");
        let film = read(
            "<media:group><media:title>Film</media:title><media:content><media:description>Two died.</media:description></media:content></media:group>",
        );
        assert_eq!((film.title.as_str(), film.summary.as_str()), ("Film", "Two died."));
        let word = read("<title>A</title><description><![CDATA[<p><?xml:namespace prefix = o />Two died.</p>]]></description>");
        assert_eq!(word.summary, "Two died.");
    }

    #[test]
    fn where_a_reader_comes_from_is_not_which_item_it_is() {
        let identity = |guid: &str, link: &str| {
            items_of(&format!("<rss version=\"2.0\"><channel><title>X</title><item><title>A</title><link>{link}</link>{guid}</item></channel></rss>"))
                .remove(0)
                .identity
        };
        assert_eq!(identity("", "https://example.org/a?utm_content=b1"), identity("", "https://example.org/a?utm_content=b2"));
        assert_eq!(
            identity("<guid>https://example.org/a;jsessionid=1</guid>", "/a"),
            identity("<guid>https://example.org/a;jsessionid=2</guid>", "/a")
        );
        assert_ne!(identity("", "https://example.org/a?id=1"), identity("", "https://example.org/a?id=2"));
    }

    #[test]
    fn an_item_without_a_web_address_leads_to_the_feeds_home() {
        for link in ["<link>javascript:alert(1)</link>", "<guid>7</guid>", ""] {
            let home = "<title>X</title><link>https://example.org/home</link>";
            let items = items_of(&format!("<rss version=\"2.0\"><channel>{home}<item><title>T</title>{link}</item></channel></rss>"));
            assert_eq!(items[0].address, "https://example.org/home");
            let nowhere = items_of(&format!("<rss version=\"2.0\"><channel><title>X</title><item><title>T</title>{link}</item></channel></rss>"));
            assert_eq!(nowhere[0].address, "https://example.org/", "a feed's own address may hold a key");
        }
    }

    #[test]
    fn the_outlet_behind_a_headline_is_no_part_of_it() {
        let title = |title: &str, outlet: Option<&str>, is_gathered| without_outlet(title.into(), outlet, is_gathered);
        assert_eq!(title("Zoo Leipzig - Neue Zürcher Zeitung", Some("Neue Zürcher Zeitung"), false), "Zoo Leipzig");
        assert_eq!(title("Talks on Gaza - what we know - The Times of India", None, true), "Talks on Gaza - what we know");
        assert_eq!(title("Talks on Gaza - what we know", Some("Reuters"), false), "Talks on Gaza - what we know");
        assert_eq!(title("Reuters", Some("Reuters"), true), "Reuters");
    }
}
