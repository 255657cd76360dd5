//! Text work that needs no I/O: addresses, agency lines, directions (encoder), folding, a lexicon, words, names, search terms, sentences, slugs, Markdown.

pub mod address;
pub mod agency;
pub mod encoder;
pub mod fold;
pub mod lexicon;
pub mod markdown;
pub mod names;
pub mod sentence;
pub mod slug;
pub mod snippet;
pub mod terms;
pub mod transliterate;
pub mod words;
