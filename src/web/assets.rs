//! Style sheets, scripts and the icon: in the binary, compressed once a process, each at an address with its hash.

use super::Front;
use actix_web::http::header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, VARY};
use actix_web::{HttpRequest, HttpResponse, web};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::io::Write;
use std::sync::LazyLock;

/// The style sheet's parts in the order they are joined; `layers.css` says which wins.
const CSS: &[&str] = &[
    include_str!("../../static/css/layers.css"),
    include_str!("../../static/css/reset.css"),
    include_str!("../../static/css/tokens.css"),
    include_str!("../../static/css/base.css"),
    include_str!("../../static/css/layout.css"),
    include_str!("../../static/css/masthead.css"),
    include_str!("../../static/css/footer.css"),
    include_str!("../../static/css/small.css"),
    include_str!("../../static/css/button.css"),
    include_str!("../../static/css/form.css"),
    include_str!("../../static/css/notice.css"),
    include_str!("../../static/css/feed.css"),
    include_str!("../../static/css/table.css"),
    include_str!("../../static/css/facts.css"),
    include_str!("../../static/css/figure.css"),
    include_str!("../../static/css/map.css"),
    include_str!("../../static/css/timeline.css"),
    include_str!("../../static/css/prose.css"),
    include_str!("../../static/css/locked.css"),
    include_str!("../../static/css/navigation.css"),
    include_str!("../../static/css/pages.css"),
    include_str!("../../static/css/utilities.css"),
    include_str!("../../static/css/print.css"),
];

struct Asset {
    kind: &'static str,
    plain: Vec<u8>,
    brotli: Vec<u8>,
}

pub struct Assets {
    /// By the name with its hash.
    files: HashMap<String, Asset>,
    /// From the plain name to the whole address.
    addresses: HashMap<String, String>,
}

pub static ASSETS: LazyLock<Assets> = LazyLock::new(Assets::read);

impl Assets {
    fn read() -> Self {
        let mut assets = Self { files: HashMap::new(), addresses: HashMap::new() };
        assets.add("portal", "css", "text/css; charset=utf-8", CSS.concat().into_bytes());
        let script = "text/javascript; charset=utf-8";
        assets.add("theme", "js", script, include_bytes!("../../static/js/theme.js").to_vec());
        assets.add("live", "js", script, include_bytes!("../../static/js/live.js").to_vec());
        assets.add("editor", "js", script, include_bytes!("../../static/js/editor.js").to_vec());
        assets.add("passkey", "js", script, include_bytes!("../../static/js/passkey.js").to_vec());
        assets.add("queue", "js", script, include_bytes!("../../static/js/queue.js").to_vec());
        assets.add("map", "js", script, include_bytes!("../../static/js/map.js").to_vec());
        assets.add("world", "svg", "image/svg+xml", include_bytes!("../../static/world.svg").to_vec());
        assets.add("icon", "svg", "image/svg+xml", include_bytes!("../../static/icon.svg").to_vec());
        assets
    }

    fn add(&mut self, name: &str, ending: &str, kind: &'static str, plain: Vec<u8>) {
        let hash: String = Sha256::digest(&plain).iter().take(5).map(|byte| format!("{byte:02x}")).collect();
        let hashed = format!("{name}-{hash}.{ending}");
        self.addresses.insert(format!("{name}.{ending}"), format!("/static/{hashed}"));
        self.files.insert(hashed, Asset { kind, brotli: brotli(&plain, 9), plain });
    }

    /// `/static/portal-1f2e3d4c5b.css` for `portal.css`.
    pub fn address(&self, name: &str) -> String {
        self.addresses.get(name).cloned().unwrap_or_else(|| panic!("{name} is no file of ours"))
    }
}

/// Brotli at a quality from 1 (quick) to 11 (small).
pub fn brotli(bytes: &[u8], quality: u32) -> Vec<u8> {
    let mut compressed = Vec::new();
    // a window just large enough: a larger one takes megabytes for each page
    let window = (usize::BITS - bytes.len().leading_zeros()).clamp(10, 20);
    let mut writer = ::brotli::CompressorWriter::new(&mut compressed, 4096, quality, window);
    writer.write_all(bytes).expect("a Vec takes all bytes");
    drop(writer);
    compressed
}

/// `br`, `br;q=1.0`, and not `br;q=0` (RFC 9110, 12.5.3).
fn takes_brotli(one: &str) -> bool {
    let mut parts = one.split(';').map(str::trim);
    let is_it = parts.next().is_some_and(|name| name.eq_ignore_ascii_case("br"));
    let weight = parts.find_map(|part| part.strip_prefix("q=")?.parse::<f32>().ok());
    is_it && weight.is_none_or(|weight| weight > 0.0)
}

pub fn accepts_brotli(request: &HttpRequest) -> bool {
    request.headers().get(ACCEPT_ENCODING).and_then(|a| a.to_str().ok()).is_some_and(|a| a.split(',').any(takes_brotli))
}

pub async fn show(front: web::Data<Front>, request: HttpRequest, file: web::Path<String>) -> crate::Result<HttpResponse> {
    let asset = front.assets.files.get(file.as_str()).ok_or(crate::Error::NotFound)?;
    let mut answer = HttpResponse::Ok();
    answer.content_type(asset.kind).insert_header((CACHE_CONTROL, "public, max-age=31536000, immutable")).insert_header((VARY, "Accept-Encoding"));
    if accepts_brotli(&request) {
        return Ok(answer.insert_header((CONTENT_ENCODING, "br")).body(asset.brotli.clone()));
    }
    Ok(answer.body(asset.plain.clone()))
}
