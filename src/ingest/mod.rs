//! The first room: feeds come in, clean articles are stored, once each.
//!
//! `due` asks which sources to read (`pace` learns how often), `fetch` reads one and stores what is new, `parse` makes items of bytes
//! (`charset` text of bytes, `tree` a tree of broken XML, `feed` one kind of feed of all formats, `date` times), `clean` makes text of
//! what feeds call text. `page` reads an article's own page where
//! its source's licence allows, and `extract` finds the text there. `preview` looks at a feed without keeping it, `source` adds one, `opml` exchanges lists of feeds. An article that was stored leaves a job for the clustering room.

pub mod charset;
pub mod clean;
pub mod date;
mod declared;
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
pub use pace::longest as longest_wait;
pub use page::page;

use crate::{Error, Result};
use std::sync::LazyLock;
use std::thread::available_parallelism;
use tokio::sync::Semaphore;

/// A document of more bytes waits until it is its turn: it may be 10 MB of anything, and takes some times as much while it is taken apart. What feeds
/// and pages usually are waits for no other.
const LARGE: usize = 1024 * 1024;

/// So many large ones at a time that a processor is left for the rest of the house.
static LARGE_ONES: LazyLock<Semaphore> =
    LazyLock::new(|| Semaphore::new(available_parallelism().map_or(1, |all| all.get().saturating_sub(1).max(1))));

/// Pure work on so many bytes that came from outside; not on a thread that answers readers.
async fn take_apart<T: Send + 'static>(bytes: usize, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    let turn = match bytes > LARGE {
        true => Some(LARGE_ONES.acquire().await.map_err(|cause| Error::Broken(cause.into()))?),
        false => None,
    };
    let done = tokio::task::spawn_blocking(move || {
        let _turn = turn;
        work()
    });
    done.await.map_err(|cause| Error::Broken(cause.into()))
}
