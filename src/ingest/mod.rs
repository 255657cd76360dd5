//! The first room: feeds come in, clean articles are stored, once each.
//!
//! `due` asks which sources to read, `fetch` reads one and stores what is new, `parse` makes items of bytes, `clean` makes text of
//! what feeds call text. An article that was stored leaves a job for the clustering room.

pub mod clean;
pub mod due;
pub mod fetch;
pub mod parse;

pub use due::enqueue_due;
pub use fetch::source;
