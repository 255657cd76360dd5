//! Text work that needs no I/O: folding, words, sentences, slugs, Markdown.

pub mod fold;
pub mod markdown;
pub mod sentence;
pub mod slug;
pub mod words;
