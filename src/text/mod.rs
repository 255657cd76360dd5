//! Text work that needs no I/O: folding, words, names, sentences, slugs, Markdown.

pub mod fold;
pub mod markdown;
pub mod names;
pub mod sentence;
pub mod slug;
pub mod transliterate;
pub mod words;
