//! What many readers cost. `cargo bench --bench readers` runs for some minutes:
//! - 2,000 live streams open on one process: memory, how soon all of them hear of a happening, and what a page takes meanwhile;
//! - searches among `ROWS` texts (a million unless said otherwise), newest first and by relevance, rare and common words.

mod portal;

use intelrift::clock::{Clock, Timestamp};
use intelrift::config::Config;
use intelrift::id::Id;
use intelrift::model::category::Category;
use intelrift::model::query::Query;
use intelrift::params;
use intelrift::store::search::{Ask, best, newest, sample};
use intelrift::store::{self, Db, Sql};
use intelrift::text::terms::{ANY, joined};
use portal::{memory, percentiles};
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::process::Child;
use std::time::{Duration, Instant};

const STREAMS: usize = 2_000;
const PAGES: usize = 300;
const ASKED: usize = 200;

#[tokio::main]
async fn main() {
    streams().await;
    searches().await;
}

async fn streams() {
    let data = tempfile::tempdir().unwrap();
    let database = format!("sqlite:{}", data.path().join("bench.db").display());
    let config = Config { database: database.clone(), data: data.path().into(), ..Config::default() };
    let app = intelrift::App::open(config, Clock::Real).await.unwrap();
    let (mut server, address) = serve(&database, data.path());
    let quiet = page_times(&address);
    let idle = memory(&server);
    let mut open: Vec<BufReader<TcpStream>> = (0..STREAMS).map(|number| stream(&address, number)).collect();
    println!("streams: {STREAMS} open, {:.0} MB (idle {idle:.0} MB)", memory(&server));
    let busy = page_times(&address);
    println!("streams: a page takes {:.2} ms at the median and {:.2} ms at the 99th, without them {:.2} and {:.2}", busy.0, busy.1, quiet.0, quiet.1);
    let mut tx = app.db.begin().await.unwrap();
    store::outbox::add(&mut tx, "changed", Id::from(1), app.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    let began = Instant::now();
    for stream in &mut open {
        let mut line = String::new();
        while !line.contains("event: fresh") {
            line.clear();
            assert!(stream.read_line(&mut line).unwrap() > 0, "a stream ended");
        }
    }
    println!("streams: a happening of another process reached all of them after {} ms", began.elapsed().as_millis());
    drop(open);
    server.kill().unwrap();
    server.wait().unwrap();
}

fn serve(database: &str, data: &std::path::Path) -> (Child, String) {
    let (mut command, address) = portal::intelrift(data);
    (portal::start(command.arg("web").env("INTELRIFT_DATABASE", database).env("INTELRIFT_TRUSTED_PROXIES", "127.0.0.1"), &address), address)
}

/// A stream that is open: its first line has been read. Each is of a network of its own, as a proxy would say, since one network holds a hundred at most.
fn stream(address: &str, number: usize) -> BufReader<TcpStream> {
    let mut socket = TcpStream::connect(address).unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let network = format!("198.18.{}.{}", number / 256, number % 256);
    write!(socket, "GET /live HTTP/1.1\r\nHost: {address}\r\nX-Forwarded-For: {network}\r\n\r\n").unwrap();
    let mut reader = BufReader::with_capacity(512, socket);
    let mut line = String::new();
    reader.read_line(&mut line).unwrap();
    assert!(line.contains("200"), "{line}");
    reader
}

/// Median and 99th percentile of a page that a program asks for one after the other, in milliseconds.
fn page_times(address: &str) -> (f64, f64) {
    let mut times: Vec<f64> = (0..PAGES)
        .map(|_| {
            let began = Instant::now();
            let mut socket = TcpStream::connect(address).unwrap();
            write!(socket, "GET / HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").unwrap();
            let mut page = vec![];
            std::io::Read::read_to_end(&mut socket, &mut page).unwrap();
            assert!(page.windows(7).any(|w| w == b"</html>"));
            began.elapsed().as_secs_f64() * 1_000.0
        })
        .collect();
    percentiles(&mut times)
}

async fn searches() {
    let rows: i64 = std::env::var("ROWS").ok().and_then(|rows| rows.parse().ok()).unwrap_or(1_000_000);
    let data = tempfile::tempdir().unwrap();
    let db = Db::connect(&format!("sqlite:{}", data.path().join("bench.db").display())).await.unwrap();
    db.migrate().await.unwrap();
    let began = Instant::now();
    fill(&db, rows).await;
    println!("search: {rows} texts written in {:.0} s", began.elapsed().as_secs_f64());
    // of a thousand words, word 1 is in nearly every third text, word 900 in one of many hundreds
    for (name, words) in
        [("common", "word1"), ("two common", "word1 word2"), ("rare", "word900"), ("a phrase", "\"word3 word5\""), ("common and -", "word1 -word2")]
    {
        let ask = Ask { query: Query::parse(words), ..Ask::default() };
        let (mut first, mut ranked, mut counted) = (vec![], vec![], vec![]);
        for _ in 0..ASKED {
            let began = Instant::now();
            assert!(!newest(&db, &ask, None, 21).await.unwrap().is_empty());
            first.push(began.elapsed().as_secs_f64() * 1_000.0);
        }
        for _ in 0..ASKED / 10 {
            let began = Instant::now();
            best(&db, &ask, 0, 21).await.unwrap();
            ranked.push(began.elapsed().as_secs_f64() * 1_000.0);
            let began = Instant::now();
            sample(&db, &ask, 1_000).await.unwrap();
            counted.push(began.elapsed().as_secs_f64() * 1_000.0);
        }
        let [first, ranked, counted] = [first, ranked, counted].map(|mut times| percentiles(&mut times));
        println!(
            "search: {name:13} newest p50 {:.2} p99 {:.2} ms, relevance p50 {:.1} p99 {:.1} ms, counts p50 {:.1} p99 {:.1} ms",
            first.0, first.1, ranked.0, ranked.1, counted.0, counted.1
        );
    }
}

/// Texts of twenty words out of a thousand, the n-th about as frequent as 1/n; ten of them to an incident.
async fn fill(db: &Db, rows: i64) {
    let mut seed = 1u64;
    let mut random = move || {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        (seed >> 11) as f64 / (1u64 << 53) as f64
    };
    let words: Vec<String> = (0..1_000).map(|n| joined(&format!("word{n}"))).collect();
    let mut tx = db.begin().await.unwrap();
    let now = Timestamp::parse("2022-03-20T12:00:00Z").unwrap();
    for n in 0..rows {
        if n % 10 == 0 {
            let incident = store::incident::open(&mut tx, "title", now, now).await.unwrap();
            (&mut tx).run("UPDATE incident SET stage = 'published', category = $2 WHERE id = $1", params![incident, Category::Energy]).await.unwrap();
        }
        let text: Vec<&str> = (0..20).map(|_| words[(1_000f64.powf(random()) as usize).min(999)].as_str()).collect();
        (&mut tx)
            .run(
                "INSERT INTO searchable (id, noun_id, kind, incident_id, version, language, at, title, text, title_terms, text_terms)
                 VALUES ($1, $2, 'article', (SELECT id FROM incident WHERE number = $3), 1, 'en', $4, 'A title', $5, $6, $7)",
                params![n << 21, n, n / 10 + 1, Timestamp(n), text.join(" "), text[0], format!("{} {ANY}", text.join(" "))],
            )
            .await
            .unwrap();
        if n % 50_000 == 49_999 {
            tx.commit().await.unwrap();
            tx = db.begin().await.unwrap();
        }
    }
    tx.commit().await.unwrap();
}
