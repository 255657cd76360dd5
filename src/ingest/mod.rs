//! The first room: feeds come in, clean articles are stored, once each.
//!
//! `due` asks which sources to read (`pace` learns how often), `fetch` reads one and stores what is new, `parse` makes items of bytes
//! (`charset` text of bytes, `tree` a tree of broken XML, `feed` one kind of feed of all formats, `date` times), `clean` makes text of
//! what feeds call text. `page` reads an article's own page where
//! its source's licence allows, and `extract` finds the text there. `preview` looks at a feed without keeping it, `source` adds one, `opml` exchanges lists of feeds. An article that was stored leaves a job for the clustering room.

pub mod charset;
pub mod clean;
pub mod date;
pub mod due;
pub mod extract;
pub mod feed;
pub mod fetch;
pub mod language;
pub mod opml;
pub mod pace;
pub mod page;
pub mod parse;
pub mod preview;
pub mod price;
pub mod source;
pub mod tree;

pub use due::enqueue_due;
pub use fetch::source as fetch;
pub use page::page;
