//! OPML, the format in which feed readers exchange their lists of feeds (opml.org/spec2), in and out. No I/O.

use super::clean::one_line;
use super::tree::{self, Element};
use crate::model::source::{LONGEST_ADDRESS, LONGEST_NAME, Licence, NewSource, Reliability};
use crate::text::fold::shorten;
use url::Url;

/// A feed of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outline {
    pub name: String,
    pub address: String,
    /// The folder it is in, with those that this one is in before it; empty for none.
    pub folder: String,
}

impl Outline {
    /// As a new source that nobody has judged yet.
    pub fn as_source(&self) -> NewSource {
        NewSource {
            name: shorten(&self.name, LONGEST_NAME - 1),
            // as an editor's form keeps it, so that one feed is not two
            address: Url::parse(&self.address).map_or_else(|_| self.address.clone(), String::from),
            owner: String::new(),
            country: None,
            language: None,
            reliability: Reliability::F,
            licence: Licence::Headline,
            folder: shorten(&self.folder, LONGEST_NAME - 1),
        }
    }
}

/// The feeds of a list, and how many stand in it beyond those that are read.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct List {
    pub feeds: Vec<Outline>,
    pub beyond: usize,
    /// It ends before its last line.
    pub is_cut: bool,
}

/// What became of a list, in words for who gave it: how many feeds were added and left out, and how many were not looked at.
pub fn imported((added, left): (usize, usize), list: &List) -> String {
    let feeds = if added == 1 { "1 feed was added".into() } else { format!("{added} feeds were added") };
    let left = if left > 0 {
        format!("; {left} were here already, or have no web address or one of more than {LONGEST_ADDRESS} characters")
    } else {
        String::new()
    };
    let beyond = match list.beyond {
        0 => String::new(),
        more => format!(" The list has {more} more: give it again without its first {MOST}."),
    };
    let is_of_web = |feed: &&Outline| feed.address.starts_with("http://") || feed.address.starts_with("https://");
    let without: Vec<&str> = list.feeds.iter().filter(|feed| !is_of_web(feed)).take(NAMED).map(|feed| feed.name.as_str()).collect();
    let without = if without.is_empty() { String::new() } else { format!(" Without a web address: {}.", without.join(", ")) };
    let cut = if list.is_cut { " The list breaks off: what comes after was not added." } else { "" };
    format!("{feeds}{left}.{without}{beyond}{cut}")
}

/// Feeds that are named when they cannot be added.
const NAMED: usize = 5;

/// Feeds of one list beyond this are not read.
const MOST: usize = 5_000;
/// Folders within folders; deeper ones are not looked into.
const DEEPEST: usize = 10;

/// The feeds of a list, in its order. `None` when the text is no OPML.
pub fn read(text: &str) -> Option<List> {
    let root = tree::read(text.trim_start_matches('\u{feff}'))?;
    if !root.name.eq_ignore_ascii_case("opml") {
        return None;
    }
    let is_cut = !text.to_ascii_lowercase().contains("</opml");
    let mut list = List { is_cut, ..List::default() };
    gather(root.child(&["body"])?, "", DEEPEST, &mut list);
    Some(list)
}

fn gather(parent: &Element, folder: &str, depth: usize, list: &mut List) {
    for outline in parent.elements().filter(|element| element.name == "outline") {
        let named = outline.attribute("title").filter(|name| !name.trim().is_empty()).or(outline.attribute("text"));
        // some readers escape a name twice
        let name = one_line(&htmlize::unescape(named.unwrap_or_default()), LONGEST_NAME);
        match outline.attribute("xmlurl").map(str::trim).filter(|address| !address.is_empty()) {
            Some(_) if list.feeds.len() >= MOST => list.beyond += 1,
            Some(address) => {
                let name = if name.is_empty() { address.to_string() } else { name.clone() };
                list.feeds.push(Outline { name, address: of_web(address), folder: folder.into() });
            }
            None => {}
        }
        // a feed may be a folder too
        if depth > 0 && outline.elements().next().is_some() {
            gather(outline, &within(folder, &name), depth - 1, list);
        }
    }
}

/// `feed://` and `feed:https://`, which browsers once gave to programs, as what they mean.
pub fn of_web(address: &str) -> String {
    match address.strip_prefix("feed:").or_else(|| address.strip_prefix("FEED:")) {
        Some(rest) if rest.starts_with("//") => format!("http:{rest}"),
        Some(rest) => rest.into(),
        None => address.into(),
    }
}

/// Between the names of a folder and of one in it.
const WITHIN: &str = " / ";

/// The name of a folder in a folder, since a source has one.
fn within(folder: &str, name: &str) -> String {
    [folder, name].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(WITHIN)
}

/// A list of feeds as OPML 2.0, those of one folder together.
pub fn write(title: &str, feeds: &[Outline]) -> String {
    let mut text =
        format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<opml version=\"2.0\">\n<head><title>{}</title></head>\n<body>\n", escaped(title));
    let mut folders: Vec<Vec<&str>> = feeds.iter().map(|feed| parts(&feed.folder)).collect();
    folders.sort_unstable();
    folders.dedup();
    let mut open: Vec<&str> = vec![];
    for folder in folders {
        let shared = open.iter().zip(&folder).take_while(|(open, own)| open == own).count();
        text.push_str(&"</outline>\n".repeat(open.len() - shared));
        for name in &folder[shared..] {
            text.push_str(&format!("<outline text=\"{}\">\n", escaped(name)));
        }
        for feed in feeds.iter().filter(|feed| parts(&feed.folder) == folder) {
            let (name, address) = (escaped(&feed.name), escaped(&feed.address));
            text.push_str(&format!("<outline type=\"rss\" text=\"{name}\" title=\"{name}\" xmlUrl=\"{address}\"/>\n"));
        }
        open = folder;
    }
    text + &"</outline>\n".repeat(open.len()) + "</body>\n</opml>\n"
}

/// A folder in a folder as the two that they are.
fn parts(folder: &str) -> Vec<&str> {
    // as deep as lists are read
    folder.splitn(DEEPEST, WITHIN).filter(|part| !part.is_empty()).collect()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outline(name: &str, address: &str, folder: &str) -> Outline {
        Outline { name: name.into(), address: address.into(), folder: folder.into() }
    }

    #[test]
    fn a_list_that_was_written_is_read_again() {
        let feeds = [
            outline("AT&T \"news\"", "https://example.org/feed?a=1&b=2", ""),
            outline("Lagos <Post>", "https://example.net/rss", "Africa"),
            outline("Nairobi", "https://example.com/rss", "Africa"),
            outline("Capital", "https://example.com/ke", "Africa / East & Horn"),
            outline("Asmara", "https://example.com/er", "Africa / East & Horn / Coast"),
            outline("Kyiv", "https://example.com/ua", "Europe / East & Horn"),
        ];
        // a folder in a folder is one to other readers too
        let written = write("Desk & co", &feeds);
        assert!(written.contains("<outline text=\"Africa\">") && !written.contains(" / "), "{written}");
        assert_eq!((written.matches("<outline text").count(), written.matches("</outline>").count()), (5, 5));
        assert_eq!(read(&write("Desk & co", &feeds)).unwrap().feeds, feeds);
    }

    #[test]
    fn lists_of_other_readers_are_understood() {
        let text = r#"<opml version="1.0"><head/><body><outline text="World" title="World">
            <outline text="Wire" xmlUrl="https://example.org/a.xml" htmlUrl="https://example.org"/><outline text="Deep"><outline title="" text="B" xmlurl="https://example.org/b.xml"/></outline></outline>
            <outline text="no feed at all"/></body></opml>"#;
        assert_eq!(
            read(text).unwrap().feeds,
            [outline("Wire", "https://example.org/a.xml", "World"), outline("B", "https://example.org/b.xml", "World / Deep")]
        );
        let nested = r#"<opml><body><outline text="AT&amp;amp;T" xmlUrl="feed://example.org/a.xml"><outline text="B" xmlUrl="feed:https://example.org/b.xml"/></outline></body></opml>"#;
        assert_eq!(read(nested).unwrap().feeds, [outline("AT&T", "http://example.org/a.xml", ""), outline("B", "https://example.org/b.xml", "AT&T")]);
        let turned = r#"<opml><body><outline text="&#x202e;Wire&#7;" xmlUrl="https://example.org/a.xml"/></body></opml>"#;
        assert_eq!(read(turned).unwrap().feeds[0].name, "Wire");
        let many = r#"<outline text="A" xmlUrl="https://example.org/a.xml"/>"#.repeat(MOST + 3);
        let list = read(&format!("<opml><body>{many}</body></opml>")).unwrap();
        assert_eq!((list.feeds.len(), list.beyond), (MOST, 3));
        assert!(imported((MOST, 0), &list).ends_with("The list has 3 more: give it again without its first 5000."));
        let cut = read(r#"<opml><body><outline text="A" xmlUrl="https://example.org/a.xml"/><outline text="B" xmlUrl="ftp:b"/><outline te"#).unwrap();
        assert!(imported((1, 1), &cut).ends_with("Without a web address: B. The list breaks off: what comes after was not added."));
        assert!(read("<rss/>").is_none() && read("").is_none());
    }
}
