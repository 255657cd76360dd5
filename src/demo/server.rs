//! The replay's feed server, on loopback. It holds the last items back and says "not modified" while nothing is new.

use super::feed::Feed;
use crate::clock::Timestamp;
use actix_web::dev::ServerHandle;
use actix_web::http::header::{ETAG, IF_NONE_MATCH};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use anyhow::{Context, Result};
use include_dir::Dir;
use std::collections::HashMap;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

struct Shelf {
    feeds: HashMap<String, Feed>,
    /// Items up to here are served.
    until: AtomicI64,
}

pub struct FeedServer {
    shelf: Arc<Shelf>,
    /// The dates of what is held back at first, in order.
    held: Vec<Timestamp>,
    last_day: Timestamp,
    address: SocketAddr,
    handle: ServerHandle,
    /// Remembers how far the release went, so that a later start goes on from there.
    memory: PathBuf,
}

impl FeedServer {
    /// Serves the feeds at a free port. The last day is held back, less what `data` says was released before.
    pub async fn start(files: &Dir<'_>, data: &Path) -> Result<Self> {
        let feeds = read(files)?;
        let mut dates: Vec<Timestamp> = feeds.values().flat_map(Feed::dates).collect();
        dates.sort_unstable();
        let last_item = *dates.last().context("the replay has items")?;
        let last_day = last_item.start_of_day();
        let memory = data.join(super::MEMORY);
        let released = std::fs::read_to_string(&memory).ok().and_then(|text| text.trim().parse().ok()).map(Timestamp);
        let until = released.unwrap_or(last_day);
        let shelf = Arc::new(Shelf { feeds, until: AtomicI64::new(until.0) });
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let served = shelf.clone();
        let server = HttpServer::new(move || App::new().app_data(web::Data::from(served.clone())).route("/feeds/{file}", web::get().to(show)));
        let server = server.workers(1).disable_signals().listen(listener)?.run();
        let handle = server.handle();
        tokio::spawn(server);
        let held = dates.into_iter().filter(|at| *at > until).collect();
        Ok(Self { shelf, held, last_day, address, handle, memory })
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }
    /// Its midnight, UTC.
    pub fn last_day(&self) -> Timestamp {
        self.last_day
    }

    /// Releases what is held back, one item after the other.
    pub fn release_every(&self, pause: Duration) {
        let (shelf, held, memory) = (self.shelf.clone(), self.held.clone(), self.memory.clone());
        tokio::spawn(async move {
            for at in held {
                tokio::time::sleep(pause).await;
                shelf.until.store(at.0, Ordering::SeqCst);
                if let Err(cause) = std::fs::write(&memory, at.0.to_string()) {
                    tracing::warn!("the replay cannot remember how far it is: {cause}");
                }
            }
        });
    }

    pub async fn stop(self) {
        self.handle.stop(false).await;
    }
}

fn read(files: &Dir<'_>) -> Result<HashMap<String, Feed>> {
    let folder = files.get_dir("feeds").context("the replay's feeds are bundled")?;
    let mut feeds = HashMap::new();
    for file in folder.files() {
        let name = file.path().file_name().and_then(|n| n.to_str()).unwrap_or_default();
        if name != "index.json" {
            let text = file.contents_utf8().with_context(|| format!("{name} is text"))?;
            feeds.insert(name.to_string(), Feed::cut(name, text).with_context(|| format!("cutting {name}"))?);
        }
    }
    Ok(feeds)
}

async fn show(shelf: web::Data<Shelf>, request: HttpRequest, file: web::Path<String>) -> HttpResponse {
    let Some(feed) = shelf.feeds.get(file.as_str()) else { return HttpResponse::NotFound().finish() };
    let (text, count) = feed.until(Timestamp(shelf.until.load(Ordering::SeqCst)));
    let etag = format!("\"{count}\"");
    if request.headers().get(IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == etag.as_bytes()) {
        return HttpResponse::NotModified().finish();
    }
    HttpResponse::Ok().content_type(feed.content_type).insert_header((ETAG, etag)).body(text)
}
