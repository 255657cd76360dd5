//! A feed's XML as a tree, however broken it is: tags that do not match, bare ampersands, HTML entities, a cut-off end.
//! xml5ever's tokenizer never fails; what it gives is put together here, within limits.

use super::clean::{MOST_ATTRIBUTES, Tag, tag};
use super::declared;
use markup5ever::buffer_queue::BufferQueue;
use std::cell::RefCell;
use std::collections::HashMap;
use xml5ever::tendril::StrTendril;
use xml5ever::tokenizer::{ProcessResult, TagKind, Token, TokenSink, XmlTokenizer, XmlTokenizerOpts};

/// Elements of a feed that are read; a real feed of 2,000 items has some 40,000.
const MOST_ELEMENTS: usize = 300_000;
/// Elements nested deeper are read as if they stood at this depth.
const DEEPEST: usize = 64;

#[derive(Debug, Clone, Default)]
pub struct Element {
    /// `title`, `dc:date`; the prefix is the usual one of its namespace, whatever the feed calls it.
    pub name: String,
    /// Names in lower case, with the usual prefix.
    pub attributes: Vec<(String, String)>,
    pub children: Vec<Node>,
}

#[derive(Debug, Clone)]
pub enum Node {
    Element(Element),
    Text(String),
}

impl Element {
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
    pub fn elements(&self) -> impl Iterator<Item = &Element> {
        self.children.iter().filter_map(|node| if let Node::Element(element) = node { Some(element) } else { None })
    }
    /// The first child with one of these names, in the order of the names.
    pub fn child(&self, names: &[&str]) -> Option<&Element> {
        names.iter().find_map(|name| self.elements().find(|element| element.name == *name))
    }
    /// All text within, in order, without the elements around it.
    pub fn text(&self) -> String {
        let mut text = String::new();
        self.gather(&mut text);
        text
    }
    fn gather(&self, text: &mut String) {
        for node in &self.children {
            match node {
                Node::Text(own) => text.push_str(own),
                Node::Element(element) => element.gather(text),
            }
        }
    }
    /// What is within as markup again, for XHTML.
    pub fn markup(&self) -> String {
        let mut markup = String::new();
        for node in &self.children {
            match node {
                Node::Text(text) => markup.push_str(&text.replace('&', "&amp;").replace('<', "&lt;")),
                Node::Element(element) => {
                    let name = element.name.rsplit(':').next().unwrap_or("");
                    markup.push_str(&format!("<{name}>{}</{name}>", element.markup()));
                }
            }
        }
        markup
    }
}

/// A text of XML up to where a tag has more attributes than any feed's.
fn bounded(text: &str) -> &str {
    let mut next = 0;
    while let Some(found) = text[next..].find('<') {
        let (at, rest) = (next + found, &text[next + found + 1..]);
        let end_of = |mark: &str| rest.find(mark).map_or(rest.len(), |end| end + mark.len());
        next = at
            + 1
            + match rest {
                comment if comment.starts_with("!--") => end_of("-->"),
                text if text.starts_with("![CDATA[") => end_of("]]>"),
                other if other.starts_with(['!', '?']) => end_of(">"),
                _ => match tag(rest) {
                    Tag { attributes, .. } if attributes > MOST_ATTRIBUTES => return &text[..at],
                    Tag { length, .. } => length,
                },
            };
    }
    text
}

/// The outermost element, if there is any.
pub fn read(text: &str) -> Option<Element> {
    let text = &*declared::written_out(bounded(text));
    let sink = Builder::default();
    let tokenizer = XmlTokenizer::new(sink, XmlTokenizerOpts::default());
    let input = BufferQueue::default();
    input.push_back(StrTendril::from(text));
    let _ = tokenizer.feed(&input);
    tokenizer.end();
    tokenizer.sink.root()
}

#[derive(Default)]
struct Builder {
    state: RefCell<State>,
}

/// An element that has not ended, and the prefixes that meant something else before it.
struct Open {
    element: Element,
    shadowed: Vec<(String, Option<&'static str>)>,
}

#[derive(Default)]
struct State {
    open: Vec<Open>,
    root: Option<Element>,
    /// The feed's own prefixes, by the usual ones of their namespaces.
    usual: HashMap<String, &'static str>,
    elements: usize,
}

/// The namespaces that feeds use, by a part of their address, and their usual prefix; "" is the feed's own language.
const NAMESPACES: &[(&str, &str)] = &[
    ("purl.org/dc/elements", "dc"),
    ("purl.org/dc/terms", "dcterms"),
    ("purl.org/rss/1.0/modules/content", "content"),
    ("purl.org/rss/1.0/", ""),
    ("my.netscape.com/rdf", ""),
    ("channel.netscape.com/rdf", ""),
    ("backend.userland.com/rss", ""),
    ("blogs.law.harvard.edu/tech/rss", ""),
    ("www.w3.org/2005/Atom", "atom"),
    ("purl.org/atom", "atom"),
    ("example.com/newformat", "atom"),
    ("search.yahoo.com/mrss", "media"),
    ("www.itunes.com/dtds", "itunes"),
    ("www.w3.org/1999/02/22-rdf-syntax-ns", "rdf"),
    ("www.w3.org/1999/xhtml", "xhtml"),
    ("www.w3.org/XML/1998/namespace", "xml"),
];

/// Elements that never stand within each other.
const ITEMS: [&str; 3] = ["item", "entry", "atom:entry"];

impl State {
    /// Takes in the namespaces that a tag declares, and gives back what they shadow.
    fn declare(&mut self, tag: &xml5ever::tokenizer::Tag) -> Vec<(String, Option<&'static str>)> {
        let mut shadowed = vec![];
        for attribute in &tag.attrs {
            let prefix = attribute.name.prefix.as_ref().map_or("", |p| p);
            let declared = match (prefix, &*attribute.name.local) {
                ("xmlns", own) => own.to_string(),
                ("", "xmlns") => String::new(),
                _ => continue,
            };
            if let Some((_, usual)) = NAMESPACES.iter().find(|(address, _)| attribute.value.contains(address)) {
                // Atom as the language of the whole feed needs no prefix
                let usual = if declared.is_empty() && *usual == "atom" { "" } else { usual };
                shadowed.push((declared.clone(), self.usual.insert(declared, usual)));
            }
        }
        shadowed
    }

    fn name(&self, prefix: Option<&str>, local: &str) -> String {
        let own = prefix.unwrap_or("");
        let usual = self.usual.get(own).copied().unwrap_or(own);
        let local = local.to_lowercase();
        if usual.is_empty() { local } else { format!("{usual}:{local}") }
    }

    fn start(&mut self, tag: &xml5ever::tokenizer::Tag) {
        self.elements += 1;
        if self.elements > MOST_ELEMENTS {
            return;
        }
        let shadowed = self.declare(tag);
        let attribute = |a: &xml5ever::Attribute| {
            let prefix = a.name.prefix.as_ref().map_or("", |p| p);
            let prefix = self.usual.get(prefix).copied().filter(|_| !prefix.is_empty()).unwrap_or(prefix);
            let local = a.name.local.to_lowercase();
            (if prefix.is_empty() { local } else { format!("{prefix}:{local}") }, a.value.to_string())
        };
        let attributes = tag.attrs.iter().map(attribute).collect();
        let name = self.name(tag.name.prefix.as_deref(), &tag.name.local);
        if ITEMS.contains(&name.as_str()) {
            // an item within an item means that the one before was never ended
            while self.open.iter().any(|open| ITEMS.contains(&open.element.name.as_str())) {
                self.close();
            }
        }
        self.open.push(Open { element: Element { name, attributes, children: vec![] }, shadowed });
        if tag.kind == TagKind::EmptyTag || self.open.len() > DEEPEST {
            self.close();
        }
    }

    fn end(&mut self, tag: &xml5ever::tokenizer::Tag) {
        let name = self.name(tag.name.prefix.as_deref(), &tag.name.local);
        // an end without a start is nothing; one further out ends all within
        if let Some(at) = self.open.iter().rposition(|open| open.element.name == name) {
            while self.open.len() > at {
                self.close();
            }
        }
    }

    fn close(&mut self) {
        let Some(Open { element, shadowed }) = self.open.pop() else { return };
        for (prefix, usual) in shadowed.into_iter().rev() {
            match usual {
                Some(usual) => self.usual.insert(prefix, usual),
                None => self.usual.remove(&prefix),
            };
        }
        match self.open.last_mut() {
            Some(parent) => parent.element.children.push(Node::Element(element)),
            None => drop(self.root.get_or_insert(element)),
        }
    }

    fn characters(&mut self, text: &str) {
        if let Some(Open { element, .. }) = self.open.last_mut() {
            match element.children.last_mut() {
                Some(Node::Text(before)) => before.push_str(text),
                _ => element.children.push(Node::Text(text.to_string())),
            }
        }
    }
}

impl Builder {
    fn root(&self) -> Option<Element> {
        let mut state = self.state.borrow_mut();
        while !state.open.is_empty() {
            state.close();
        }
        state.root.take()
    }
}

impl TokenSink for Builder {
    type Handle = ();
    fn process_token(&self, token: Token) -> ProcessResult<()> {
        let mut state = self.state.borrow_mut();
        match token {
            Token::Tag(tag) if matches!(tag.kind, TagKind::StartTag | TagKind::EmptyTag) => state.start(&tag),
            Token::Tag(tag) if tag.kind == TagKind::EndTag => state.end(&tag),
            Token::Tag(_) => state.close(),
            Token::Characters(text) => state.characters(&text),
            _ => {}
        }
        ProcessResult::Continue
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_broken_is_still_read() {
        let tree = read("<rss><channel><item><title>AT&T &uuml;ber &amp; out<br></title><link>x</item><item><title>cut off").unwrap();
        let channel = tree.child(&["channel"]).unwrap();
        let items: Vec<_> = channel.elements().filter(|e| e.name == "item").collect();
        assert_eq!(items.len(), 2);
        assert_eq!(items[0].child(&["title"]).unwrap().text(), "AT&T über & out");
        assert_eq!(items[1].child(&["title"]).unwrap().text(), "cut off");
    }

    #[test]
    fn namespaces_have_their_usual_names() {
        let tree =
            read("<x:feed xmlns:x='http://www.w3.org/2005/Atom' xmlns:d='http://purl.org/dc/elements/1.1/'><d:date>1</d:date></x:feed>").unwrap();
        assert_eq!(tree.name, "atom:feed");
        assert_eq!(tree.child(&["dc:date"]).unwrap().text(), "1");
    }

    #[test]
    fn cdata_is_text_and_depth_has_an_end() {
        assert_eq!(read("<a><![CDATA[<b>x</b>]]></a>").unwrap().text(), "<b>x</b>");
        let deep = "<a>".repeat(200_000);
        assert!(read(&deep).is_some());
        // a parser that compares each attribute with all before it would take minutes
        let wide: String = (0..200_000).map(|number| format!(" a{number}='>'")).collect();
        let tree =
            read(&format!("<rss><item>1</item><!-- <x {wide}> --><![CDATA[<x {wide}>]]><item>2</item><x{wide}/><item>3</item></rss>")).unwrap();
        assert_eq!(tree.elements().map(Element::text).collect::<Vec<_>>(), ["1", "2"]);
    }
}
