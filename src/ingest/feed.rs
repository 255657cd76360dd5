//! RSS 0.9x to 2.0, RDF, Atom 0.3 and 1.0, CDF and JSON Feed as one kind of feed. No I/O, and no failure but "not a feed".

use super::clean::{join_surrogates, plain};
use super::date;
use super::tree::{self, Element};
use base64::Engine;
use regex::{Captures, Regex};
use serde_json::Value;
use std::borrow::Cow;
use std::sync::LazyLock;
use url::Url;

/// A feed as it says of itself, its texts still as they stand there.
#[derive(Debug, Clone, Default)]
pub struct Feed {
    pub title: String,
    pub link: String,
    pub language: Option<String>,
    pub entries: Vec<Entry>,
}

#[derive(Debug, Clone, Default)]
pub struct Entry {
    pub id: String,
    pub link: String,
    /// Where the link leads in the end, if a service that counts readers stands between and says so.
    pub original: Option<String>,
    pub title: String,
    pub summary: String,
    pub content: String,
    pub author: Option<String>,
    /// As written.
    pub published: Option<String>,
    pub updated: Option<String>,
    pub language: Option<String>,
    pub categories: Vec<String>,
    /// The outlet that it is taken from.
    pub outlet: Option<String>,
}

/// More words than these are not read.
const MAX_CATEGORIES: usize = 200;

/// What stands before a feed and is none is no longer than this, in bytes.
const WARNING: usize = 20_000;

/// Reads a feed. Relative links are resolved by xml:base and then by `address`. `None` when the text is no feed.
pub fn read(text: &str, address: &Url) -> Option<Feed> {
    let start = text.trim_start_matches(['\u{feff}', ' ', '\n', '\r', '\t']);
    // a program's warning may stand before the feed; within the feed a piece of Word may begin in the same way
    let is_before =
        |at: &usize| *at < WARNING && !["<rss", "<feed", "<rdf", "<channel"].iter().any(|root| start[..*at].to_ascii_lowercase().contains(root));
    let start = start.find("<?xml ").filter(is_before).map_or(start, |at| &start[at..]);
    let start = &*join_surrogates(start);
    if start.starts_with('{') {
        let read = serde_json::from_str(start).or_else(|_| serde_json::from_str(&without_halves(start)));
        return of_json(&read.ok()?, address);
    }
    let tree = tree::read(start)?;
    let root = feed_within(&tree, 4)?;
    let place = Place { base: address.clone(), language: None }.within(root);
    match local(root) {
        "feed" => Some(of_atom(root, &place)),
        "entry" => Some(Feed { entries: vec![atom_entry(root, &place)], ..Feed::default() }),
        // a channel by itself is CDF
        "channel" => Some(of_rss(&Element { children: vec![tree::Node::Element(root.clone())], ..Element::default() }, &place, address)),
        _ => Some(of_rss(root, &place, address)),
    }
}

/// JSON whose texts were cut through a character: a half of it is the sign for none.
fn without_halves(json: &str) -> Cow<'_, str> {
    static HALVES: LazyLock<Regex> = LazyLock::new(|| {
        let pattern = r"(?i)(?P<whole>\\ud[89ab][0-9a-f]{2}\\ud[c-f][0-9a-f]{2})|\\ud[89a-f][0-9a-f]{2}";
        Regex::new(pattern).expect("the pattern is one")
    });
    HALVES.replace_all(json, |found: &Captures<'_>| found.name("whole").map_or("\\ufffd".to_string(), |whole| whole.as_str().to_string()))
}

fn local(element: &Element) -> &str {
    element.name.rsplit(':').next().unwrap_or("")
}

/// The feed, which some servers wrap in a page; not deeper than `depth`.
fn feed_within(element: &Element, depth: usize) -> Option<&Element> {
    if matches!(local(element), "rss" | "rdf" | "feed" | "channel" | "entry") {
        return Some(element);
    }
    if depth == 0 { None } else { element.elements().find_map(|child| feed_within(child, depth - 1)) }
}

/// What an element inherits from those around it.
#[derive(Clone)]
struct Place {
    base: Url,
    language: Option<String>,
}

impl Place {
    fn within(&self, element: &Element) -> Self {
        let base = element.attribute("xml:base").and_then(|base| self.base.join(base.trim()).ok());
        let language = element.attribute("xml:lang").map(|tag| tag.replace('_', "-")).filter(|tag| !tag.is_empty());
        Self { base: base.unwrap_or_else(|| self.base.clone()), language: language.or_else(|| self.language.clone()) }
    }
    fn resolve(&self, link: &str) -> String {
        let link = link.trim();
        if link.is_empty() { String::new() } else { self.base.join(link).map_or_else(|_| link.to_string(), String::from) }
    }
}

fn of_rss(root: &Element, place: &Place, address: &Url) -> Feed {
    let nothing = Element::default();
    let channel = root.child(&["channel"]).unwrap_or(&nothing);
    let at = place.within(channel);
    // RSS 1.0 has its items beside the channel, RSS 2.0 within it
    let items = channel.elements().chain(root.elements()).filter(|element| element.name == "item");
    let link = channel_link(channel, &at);
    // what is relative is so to the outlet's site; the feed may be read elsewhere
    let is_web = |site: &Url| matches!(site.scheme(), "http" | "https") && site.has_host();
    let site = Url::parse(&link).ok().filter(|site| at.base == *address && is_web(site));
    let around = Place { base: site.unwrap_or_else(|| at.base.clone()), ..at.clone() };
    Feed {
        title: text_of(channel, &["title", "dc:title", "atom:title"]),
        language: text_maybe(channel, &["language", "dc:language"]).or(at.language.clone()),
        entries: items.map(|item| rss_item(item, &around.within(item))).collect(),
        link,
    }
}

fn channel_link(channel: &Element, place: &Place) -> String {
    let own = text_of(channel, &["link"]);
    let named = Some(own.as_str()).filter(|own| !own.trim().is_empty()).or(channel.attribute("href"));
    named.map_or_else(|| atom_link(channel, "atom:link", place).unwrap_or_default(), |link| place.resolve(link))
}

fn rss_item(item: &Element, place: &Place) -> Entry {
    let guid = item.child(&["guid", "id", "atom:id"]);
    let id = guid.map(Element::text).or(item.attribute("rdf:about").map(str::to_string)).unwrap_or_default().trim().to_string();
    let is_address = guid.is_some_and(|guid| guid.name == "guid" && guid.attribute("ispermalink").is_none_or(|is| is != "false"));
    let named = item.child(&["link"]).filter(|link| !link.text().trim().is_empty()).map(|link| place.within(link).resolve(&link.text()));
    let link = named.or_else(|| atom_link(item, "atom:link", place)).or_else(|| atom_link(item, "link", place));
    let link = link.or_else(|| item.attribute("href").map(str::to_string)).or_else(|| (is_address && id.starts_with("http")).then(|| id.clone()));
    let of_content = item.child(&["content:encoded", "fullitem", "xhtml:body", "body"]).and_then(|content| place.within(content).language);
    Entry {
        link: place.resolve(&link.unwrap_or_default()),
        original: text_maybe(item, &["feedburner:origlink"]),
        title: text_maybe(item, &["title", "dc:title", "media:title", "atom:title"]).or_else(|| of_media(item, "media:title")).unwrap_or_default(),
        summary: told(item, &["description", "dc:description", "abstract", "summary", "itunes:summary", "atom:summary", "media:description"])
            .or_else(|| of_media(item, "media:description"))
            .unwrap_or_default(),
        content: text_of(item, &["content:encoded", "encoded", "xhtml:body", "body", "fullitem", "atom:content", "content"]),
        author: text_maybe(item, &["dc:creator", "author", "itunes:author", "dc:author"]),
        published: date_maybe(item, &["pubdate", "dc:date", "dcterms:issued", "dcterms:created", "published", "atom:published", "date"]),
        updated: date_maybe(item, &["dcterms:modified", "atom:updated", "updated", "lastmod"]).or(item.attribute("lastmod").map(str::to_string)),
        language: text_maybe(item, &["dc:language", "language"]).or(of_content).or(place.language.clone()),
        categories: categories(item),
        outlet: text_maybe(item, &["source"]),
        id,
    }
}

fn of_atom(root: &Element, place: &Place) -> Feed {
    Feed {
        title: construct(root, &["title", "atom:title"]),
        link: links(root, place).unwrap_or_default(),
        language: place.language.clone(),
        entries: root
            .elements()
            .filter(|e| matches!(e.name.as_str(), "entry" | "atom:entry"))
            .map(|entry| atom_entry(entry, &place.within(entry)))
            .collect(),
    }
}

fn atom_entry(entry: &Element, place: &Place) -> Entry {
    let id = text_of(entry, &["id", "atom:id"]).trim().to_string();
    let link = links(entry, place).unwrap_or_default();
    let content = entry.child(&["content", "atom:content"]);
    let in_content = content.and_then(|c| c.attribute("xml:lang")).map(str::to_string);
    Entry {
        outlet: None,
        link: if link.is_empty() { id.clone() } else { link },
        original: text_maybe(entry, &["feedburner:origlink"]),
        title: said(construct(entry, &["title", "atom:title", "media:title"])).or_else(|| of_media(entry, "media:title")).unwrap_or_default(),
        summary: said(construct(entry, &["summary", "atom:summary", "media:description"]))
            .or_else(|| of_media(entry, "media:description"))
            .unwrap_or_default(),
        content: construct(entry, &["content", "atom:content"]),
        author: entry.child(&["author", "atom:author"]).map(person).or_else(|| text_maybe(entry, &["dc:creator"])),
        published: date_maybe(entry, &["published", "atom:published", "issued", "atom:issued", "created", "dc:date", "pubdate"]),
        updated: date_maybe(entry, &["updated", "atom:updated", "modified", "atom:modified"]),
        language: in_content.or(place.language.clone()),
        categories: categories(entry),
        id,
    }
}

/// The words an item is filed under, as an attribute or as text.
fn categories(item: &Element) -> Vec<String> {
    let filed = item.elements().filter(|e| matches!(e.name.as_str(), "category" | "atom:category" | "dc:subject" | "media:category"));
    let words = filed.map(|e| e.attribute("label").or(e.attribute("term")).map_or_else(|| e.text(), str::to_string));
    words.filter(|word| !word.trim().is_empty()).take(MAX_CATEGORIES).collect()
}

fn person(author: &Element) -> String {
    match text_maybe(author, &["name", "atom:name"]) {
        Some(name) => name,
        None => author.text().trim().to_string(),
    }
}

/// The link to the thing itself: `alternate` or without a relation, else the first.
fn links(element: &Element, place: &Place) -> Option<String> {
    atom_link(element, "link", place).or_else(|| atom_link(element, "atom:link", place))
}

fn atom_link(element: &Element, name: &str, place: &Place) -> Option<String> {
    let is_itself = |link: &&Element| link.name == name && link.attribute("rel").is_none_or(|rel| rel == "alternate");
    let links: Vec<&Element> = element.elements().filter(is_itself).collect();
    // readers are led to a page, and not to what programs read
    let is_page = |link: &&&Element| link.attribute("type").is_none_or(|kind| kind.contains("html"));
    let chosen = links.iter().find(is_page).or(links.first())?;
    let link = chosen.attribute("href").map(str::to_string).or_else(|| Some(chosen.text())).filter(|link| !link.trim().is_empty())?;
    Some(place.within(chosen).resolve(&link))
}

/// An Atom text: XHTML as markup, anything else as its text. Plain text is made HTML that shows it as it is; text without a type
/// should be plain by the letter, but in the wild it is HTML as often.
fn construct(parent: &Element, names: &[&str]) -> String {
    let Some(element) = parent.child(names) else { return String::new() };
    let kind = element.attribute("type").unwrap_or_default().to_lowercase();
    let is_encoded = element.attribute("mode") == Some("base64") || kind == "application/octet-stream";
    if is_encoded && let Some(text) = of_base64(&element.text()) {
        return text;
    }
    match kind.as_str() {
        "xhtml" | "application/xhtml+xml" => element.markup(),
        // Atom 0.3 says by its mode whether markup is escaped
        _ if element.attribute("mode") == Some("xml") || element.elements().next().is_some() => element.markup(),
        "text" | "text/plain" if element.attribute("mode") != Some("escaped") => element.text().replace('&', "&amp;").replace('<', "&lt;"),
        _ => element.text(),
    }
}

fn of_base64(text: &str) -> Option<String> {
    let packed: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    String::from_utf8(base64::engine::general_purpose::STANDARD.decode(packed).ok()?).ok()
}

/// A text, if it says anything.
fn said(text: String) -> Option<String> {
    Some(text).filter(|text| !text.trim().is_empty())
}

/// As [`text_maybe`], but the first of which something is left when pictures and other markup are gone.
fn told(parent: &Element, names: &[&str]) -> Option<String> {
    names.iter().filter_map(|name| text_maybe(parent, &[name])).find(|text| !text.contains('<') || !plain(text, 40).is_empty())
}

/// What Media RSS says of a film or a picture, which it may hold in a group (rssboard.org/media-rss).
fn of_media(item: &Element, name: &str) -> Option<String> {
    media(item).find_map(|outer| text_maybe(outer, &[name]).or_else(|| media(outer).find_map(|inner| text_maybe(inner, &[name]))))
}

fn media(parent: &Element) -> impl Iterator<Item = &Element> {
    parent.elements().filter(|child| matches!(child.name.as_str(), "media:group" | "media:content"))
}

fn text_of(parent: &Element, names: &[&str]) -> String {
    text_maybe(parent, names).unwrap_or_default()
}

/// The text of the first of these children that has any.
fn text_maybe(parent: &Element, names: &[&str]) -> Option<String> {
    let texts = names.iter().flat_map(|name| parent.elements().filter(move |element| element.name == *name));
    texts.map(|element| if element.elements().next().is_some() { element.markup() } else { element.text() }).find(|text| !text.trim().is_empty())
}

/// As [`text_maybe`], but the first that is a date, if any is.
fn date_maybe(parent: &Element, names: &[&str]) -> Option<String> {
    let is_date = |name: &&&str| text_maybe(parent, &[name]).is_some_and(|text| date::parse(&text).is_some());
    match names.iter().find(is_date) {
        Some(name) => text_maybe(parent, &[name]),
        None => text_maybe(parent, names),
    }
}

fn of_json(feed: &Value, address: &Url) -> Option<Feed> {
    let items = feed.get("items")?.as_array()?;
    let text = |of: &Value, key: &str| match of.get(key) {
        Some(Value::String(text)) => Some(text.clone()),
        Some(Value::Number(number)) => Some(number.to_string()),
        _ => None,
    };
    let place = Place { base: address.clone(), language: text(feed, "language") };
    let is_address = |id: &String| id.starts_with("http://") || id.starts_with("https://");
    let item = |item: &Value| {
        let authors = item.get("authors").and_then(|a| a.get(0)).or(item.get("author"));
        let escaped = |text: String| text.replace('&', "&amp;").replace('<', "&lt;");
        Entry {
            outlet: None,
            id: text(item, "id").unwrap_or_default(),
            link: place.resolve(&text(item, "url").or(text(item, "external_url")).or(text(item, "id").filter(is_address)).unwrap_or_default()),
            original: None,
            title: text(item, "title").map(escaped).unwrap_or_default(),
            summary: text(item, "summary").map(escaped).unwrap_or_default(),
            content: text(item, "content_html").or(text(item, "content_text").map(escaped)).unwrap_or_default(),
            author: authors.and_then(|author| text(author, "name")),
            published: text(item, "date_published"),
            updated: text(item, "date_modified"),
            language: text(item, "language").or(place.language.clone()),
            categories: tags(item),
        }
    };
    Some(Feed {
        title: text(feed, "title").unwrap_or_default(),
        link: place.resolve(&text(feed, "home_page_url").unwrap_or_default()),
        language: place.language.clone(),
        entries: items.iter().map(item).collect(),
    })
}

/// The tags of an item of a JSON Feed; some write one text with commas in place of a list.
fn tags(item: &Value) -> Vec<String> {
    let tags: Vec<&str> = match item.get("tags") {
        Some(Value::Array(tags)) => tags.iter().filter_map(Value::as_str).collect(),
        Some(Value::String(tags)) => tags.split(',').collect(),
        _ => vec![],
    };
    tags.into_iter().map(str::trim).filter(|tag| !tag.is_empty()).take(MAX_CATEGORIES).map(str::to_string).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_a_list_or_a_text_with_commas() {
        let tagged = |tags: &str| {
            entry(&format!(r#"{{"version":"https://jsonfeed.org/version/1","items":[{{"id":"1","title":"A","tags":{tags}}}]}}"#)).categories
        };
        assert_eq!(tagged(r#"["fire", " oil ", 7, ""]"#), ["fire", "oil"]);
        assert_eq!(tagged(r#""fire, oil""#), ["fire", "oil"]);
        assert!(tagged("null").is_empty());
    }

    fn entry(text: &str) -> Entry {
        let feed = read(text, &Url::parse("https://example.org/news/feed").unwrap()).expect(text);
        feed.entries.into_iter().next().expect(text)
    }

    #[test]
    fn old_and_odd_feeds_give_their_items() {
        let rss = "<rss><channel><title>X</title><item><title>A</title><link>/a</link></item></channel></rss>";
        let rss_090 =
            "<rdf:RDF xmlns:rdf='r' xmlns='http://my.netscape.com/rdf/simple/0.9/'><channel/><item><title>A</title><link>/a</link></item></rdf:RDF>";
        let atom_03 = "<feed version='0.3'><entry><title mode='escaped'>A</title><link rel='alternate' href='/a'/></entry></feed>";
        let cdf = "<CHANNEL HREF='/x'><TITLE>X</TITLE><ITEM HREF='/a' LASTMOD='1998.11.05T22:00-0500'><TITLE>A</TITLE></ITEM></CHANNEL>";
        let json = r#"{"version":"https://jsonfeed.org/version/1","items":[{"id":1,"external_url":"/a","title":"A"}]}"#;
        for text in [rss, rss_090, atom_03, cdf, json] {
            let entry = entry(text);
            assert_eq!((entry.title.as_str(), entry.link.as_str()), ("A", "https://example.org/a"), "{text}");
        }
        assert_eq!(entry(cdf).updated.as_deref(), Some("1998.11.05T22:00-0500"));
    }

    #[test]
    fn a_relative_link_is_resolved_by_the_nearest_base() {
        let atom = |feed: &str, link: &str| {
            entry(&format!("<feed xmlns='http://www.w3.org/2005/Atom' {feed}><entry><title>A</title><link {link} href='a'/></entry></feed>")).link
        };
        assert_eq!(atom("", ""), "https://example.org/news/a");
        assert_eq!(atom("xml:base='/x/'", ""), "https://example.org/x/a");
        assert_eq!(atom("xml:base='/x/'", "xml:base='y/'"), "https://example.org/x/y/a");
        let rss = "<rss><channel xml:base='/x/'><item><title>A</title><link xml:base='y/'>a</link></item></channel></rss>";
        assert_eq!(entry(rss).link, "https://example.org/x/y/a");
        // what the root says counts as well, whatever the channel's site is
        let whole = "<rss xml:base='https://base.example/x/'><channel><link>https://www.outlet.example/</link><item><title>A</title><link>news/1</link></item></channel></rss>";
        assert_eq!(entry(whole).link, "https://base.example/x/news/1");
    }

    #[test]
    fn a_title_that_was_cut_through_a_character_costs_no_feed() {
        let feed = r#"{"version":"https://jsonfeed.org/version/1.1","title":"T","items":[{"id":"1","title":"Fire \ud83d\udd25 in \ud83d"},{"id":"2","title":"B"}]}"#;
        let titles: Vec<String> =
            read(feed, &Url::parse("https://example.org/").unwrap()).unwrap().entries.into_iter().map(|entry| entry.title).collect();
        assert_eq!(titles, ["Fire 🔥 in \u{fffd}", "B"]);
    }

    #[test]
    fn a_date_that_is_none_gives_way_to_one_that_is() {
        let item = |dates: &str| entry(&format!("<rss xmlns:dc='d'><channel><item><title>A</title>{dates}</item></channel></rss>")).published;
        assert_eq!(item("<pubDate>soon</pubDate><dc:date>2022-03-20</dc:date>").as_deref(), Some("2022-03-20"));
        assert_eq!(item("<pubDate>soon</pubDate>").as_deref(), Some("soon"));
    }
}
