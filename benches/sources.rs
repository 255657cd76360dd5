//! A thousand sources read every two minutes by one process: how much memory and time that takes. `cargo bench --bench sources`
//! runs it for six minutes against a feed server on loopback, a host for each source, and prints a line every half minute.

mod portal;

use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use intelrift::clock::Clock;
use intelrift::config::Config;
use intelrift::store::{self, Sql};
use portal::source;
use std::net::TcpListener;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

const SOURCES: usize = 1_000;
const EVERY: Duration = Duration::from_secs(120);
const LASTS: Duration = Duration::from_secs(360);
const LOOKS: Duration = Duration::from_secs(30);
/// Items of a feed, of which a reading finds one new.
const ITEMS: usize = 20;

/// Words that headlines are made of, so that some are about one event and most are not.
const WORDS: &[&str] = &[
    "fire",
    "refinery",
    "port",
    "Lagos",
    "minister",
    "resigns",
    "Oslo",
    "court",
    "sentences",
    "flood",
    "Jakarta",
    "talks",
    "Geneva",
    "troops",
    "border",
    "market",
    "falls",
    "oil",
    "Tehran",
    "vote",
    "budget",
    "Paris",
    "strike",
    "rail",
    "Berlin",
    "storm",
    "Manila",
    "summit",
    "Nairobi",
];

fn headline(seed: usize) -> String {
    let pick = |n: usize| WORDS[seed.wrapping_mul(2_654_435_761).wrapping_add(n.wrapping_mul(40_503)) / 7 % WORDS.len()];
    (0..7).map(pick).collect::<Vec<_>>().join(" ") + &format!(" {seed}")
}

async fn feed(asked: web::Data<AtomicUsize>, request: HttpRequest, number: web::Path<usize>) -> HttpResponse {
    let _ = request;
    let turn = asked.fetch_add(1, Ordering::Relaxed) / SOURCES;
    let items: String = (turn..turn + ITEMS)
        .map(|item| {
            let id = *number * 100_000 + item;
            format!("<item><guid>{id}</guid><title>{}</title><link>https://example.org/{id}</link></item>", headline(id))
        })
        .collect();
    HttpResponse::Ok()
        .content_type("application/rss+xml")
        .body(format!("<rss version=\"2.0\"><channel><title>Feed {number}</title>{items}</channel></rss>"))
}

/// A host of its own on loopback, so that politeness does not make a queue of them.
fn host(number: usize) -> String {
    format!("127.1.{}.{}", number / 250, number % 250 + 1)
}

fn resident_mib(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).and_then(|rest| rest.split_whitespace().next().map(str::to_string));
    line.and_then(|kib| kib.parse::<u64>().ok()).unwrap_or(0) / 1_024
}

/// How long articles waited for their incident, without the first reading of all feeds at once.
async fn waits(db: &store::Db) -> String {
    let sql = "SELECT joined_at - stored_at FROM article WHERE stored_at > (SELECT MIN(stored_at) FROM article) + 150000 ORDER BY 1";
    let rows: Vec<(i64,)> = db.all(sql, vec![]).await.unwrap();
    let at = |share: f64| rows.get((rows.len() as f64 * share) as usize).map_or(0, |row| row.0);
    format!(
        "p50 {} ms, p95 {} ms, p99 {} ms, most {} ms, of {} articles",
        at(0.5),
        at(0.95),
        at(0.99),
        rows.last().map_or(0, |row| row.0),
        rows.len()
    )
}

#[actix_web::main]
async fn main() {
    let data = tempfile::tempdir().unwrap();
    let listener = TcpListener::bind("0.0.0.0:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let asked = web::Data::from(Arc::new(AtomicUsize::new(0)));
    let counted = asked.clone();
    let server = HttpServer::new(move || App::new().app_data(asked.clone()).route("/{number}", web::get().to(feed)));
    let server = server.workers(1).disable_signals().listen(listener).unwrap().run();
    actix_web::rt::spawn(server);

    let config = Config { data: data.path().into(), ..Config::default() };
    let app = intelrift::App::open(config, Clock::Real).await.unwrap();
    let mut tx = app.db.begin().await.unwrap();
    for number in 0..SOURCES {
        let source = source(format!("Feed {number}"), format!("http://{}:{port}/{number}", host(number)));
        store::source::add(&mut tx, &source, app.clock.now()).await.unwrap();
    }
    tx.commit().await.unwrap();

    let allowed: Vec<String> = (0..SOURCES).map(|number| format!("{}:{port}", host(number))).collect();
    let seconds = EVERY.as_secs().to_string();
    let mut work = Command::new(env!("CARGO_BIN_EXE_intelrift"));
    work.arg("work").env("INTELRIFT_DATA", data.path()).env("INTELRIFT_LOG", "warn").env("INTELRIFT_FETCH_ALLOW", allowed.join(","));
    for name in ["FETCH_SECONDS", "FETCH_LEAST_SECONDS", "FETCH_MOST_SECONDS"] {
        work.env(format!("INTELRIFT_{name}"), &seconds);
    }
    let mut work = work.stderr(Stdio::inherit()).spawn().unwrap();
    let began = Instant::now();
    while began.elapsed() < LASTS {
        tokio::time::sleep(LOOKS).await;
        let (articles, waiting) = store::article::count(&app.db).await.unwrap();
        let (late,): (i64,) = app.db.one("SELECT COUNT(*) FROM source WHERE tried_at IS NULL", vec![]).await.unwrap();
        println!(
            "{:>4} s: {:>5} readings, {articles:>6} articles, {waiting:>4} not clustered, {late:>4} sources not read yet, {:>4} MiB",
            began.elapsed().as_secs(),
            counted.load(Ordering::Relaxed),
            resident_mib(work.id())
        );
    }
    work.kill().unwrap();
    work.wait().unwrap();
    println!("from stored to in an incident: {}", waits(&app.db).await);
}
