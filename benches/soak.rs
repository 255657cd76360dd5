//! docs/security.md, D7: a day in miniature. `cargo bench --bench soak` reads a portal for 20 minutes (`MINUTES`) with 200 requests a second, while it
//! collects: 60 feeds are read every half minute, and each has something new each time, five of them about one event. It prints a line a minute, and
//! fails when memory at the end is more than a tenth above what it was once warm, when files stay open, or when an answer is an error.

mod portal;

use actix_web::http::KeepAlive;
use actix_web::{App, HttpResponse, HttpServer, web};
use intelrift::clock::Clock;
use intelrift::config::Config;
use intelrift::store;
use portal::{cookie, demo, get, get_as, intelrift, memory, percentiles, sign_in, source, start};
use std::net::TcpListener;
use std::process::Child;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

const SOURCES: usize = 60;
/// Feeds that report the same events.
const TOGETHER: usize = 5;
const EVERY_SECONDS: &str = "30";
const READERS: usize = 10;
const RATE: usize = 200;
/// Minutes until all that is kept has been kept once: pages, connections, the index.
const WARM: usize = 5;

#[actix_web::main]
async fn main() {
    let minutes: usize = std::env::var("MINUTES").ok().and_then(|n| n.parse().ok()).unwrap_or(20);
    let data = tempfile::tempdir().unwrap();
    let (mut replay, told) = demo(data.path());
    replay.kill().unwrap();
    replay.wait().unwrap();
    let member = ["email", "password"].map(|name| told["accounts"][0][name].as_str().unwrap().to_string());
    let allowed = collect_from_loopback(data.path()).await;
    let (mut served, address) = serve(data.path(), &allowed);
    let said = soak(&served, &address, &member, minutes);
    served.kill().unwrap();
    served.wait().unwrap();
    if let Err(fault) = said {
        eprintln!("soak: {fault}");
        std::process::exit(1);
    }
}

/// Sources of a feed server of ours beside those of the replay, which answer no more.
async fn collect_from_loopback(data: &std::path::Path) -> String {
    let listener = TcpListener::bind("0.0.0.0:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let asked = web::Data::from(Arc::new(AtomicUsize::new(0)));
    let server = HttpServer::new(move || App::new().app_data(asked.clone()).route("/{number}", web::get().to(feed)));
    // a connection ends with its answer: how many feeds are read at a moment is no growth
    let server = server.keep_alive(KeepAlive::Disabled).workers(1).disable_signals();
    actix_web::rt::spawn(server.listen(listener).unwrap().run());
    let app = intelrift::App::open(Config { data: data.into(), ..Config::default() }, Clock::Real).await.unwrap();
    let mut tx = app.db.begin().await.unwrap();
    for number in 0..SOURCES {
        let source = source(format!("Feed {number}"), format!("http://127.1.0.{}:{port}/{number}", number + 1));
        store::source::add(&mut tx, &source, app.clock.now()).await.unwrap();
    }
    tx.commit().await.unwrap();
    app.db.close().await;
    (0..SOURCES).map(|number| format!("127.1.0.{}:{port}", number + 1)).collect::<Vec<_>>().join(",")
}

/// Ten items of which one is new at each reading. The same event has other words in each feed.
async fn feed(asked: web::Data<AtomicUsize>, number: web::Path<usize>) -> HttpResponse {
    let turn = asked.fetch_add(1, Ordering::Relaxed) / SOURCES;
    let items: String = (turn..turn + 10).map(|turn| item(*number, turn)).collect();
    let channel = format!("<channel><title>Feed {number}</title>{items}</channel>");
    HttpResponse::Ok().content_type("application/rss+xml").body(format!("<rss version=\"2.0\">{channel}</rss>"))
}

fn item(number: usize, turn: usize) -> String {
    const PLACES: &[&str] = &["Lagos", "Oslo", "Jakarta", "Nairobi", "Manila", "Berlin", "Lima", "Tehran", "Athens", "Osaka", "Quito"];
    const THINGS: &[&str] = &["refinery", "harbour", "railway station", "power plant", "airport", "hospital", "stadium", "bridge"];
    const EVENTS: &[&str] = &["fire", "explosion", "strike", "flood", "collapse", "protest"];
    let event = turn * 97 + number / TOGETHER * 31;
    let (place, thing, what) = (PLACES[event % PLACES.len()], THINGS[event / 7 % THINGS.len()], EVENTS[event / 3 % EVENTS.len()]);
    let killed = event % 40 + 2;
    let title = match number % TOGETHER {
        0 => format!("{what} at {place} {thing} kills {killed}"),
        1 => format!("{killed} dead after {what} at {thing} in {place}"),
        2 => format!("{place}: {thing} {what} leaves {killed} dead"),
        3 => format!("At least {killed} killed in {what} at {place} {thing}"),
        _ => format!("{thing} {what} in {place}: police count {killed} dead"),
    };
    let id = number * 1_000_000 + turn;
    format!("<item><guid>{id}</guid><title>{title}</title><link>http://feed{number}.example/{id}</link></item>")
}

fn serve(data: &std::path::Path, allowed: &str) -> (Child, String) {
    let (mut command, address) = intelrift(data);
    command.arg("serve").env("INTELRIFT_TRUSTED_PROXIES", "127.0.0.1").env("INTELRIFT_FETCH_ALLOW", allowed);
    for name in ["FETCH_SECONDS", "FETCH_LEAST_SECONDS", "FETCH_MOST_SECONDS"] {
        command.env(format!("INTELRIFT_{name}"), EVERY_SECONDS);
    }
    (start(&mut command, &address), address)
}

/// What the readers of one minute saw.
#[derive(Default)]
struct Minute {
    times: Vec<f64>,
    faults: Vec<String>,
}

fn soak(served: &Child, address: &str, member: &[String; 2], minutes: usize) -> Result<(), String> {
    let slugs = Arc::new(Mutex::new(slugs(address)));
    let (seen, ended) = (Arc::new(Mutex::new(Minute::default())), Arc::new(AtomicBool::new(false)));
    let readers: Vec<_> = (0..READERS).map(|n| reader(n, address.to_string(), member.clone(), slugs.clone(), seen.clone(), ended.clone())).collect();
    let (mut megabytes, mut files, mut faults) = (vec![], vec![], 0);
    for minute in 1..=minutes {
        let mut open = vec![];
        let began = Instant::now();
        while began.elapsed() < Duration::from_secs(60) {
            std::thread::sleep(Duration::from_secs(5));
            open.push(std::fs::read_dir(format!("/proc/{}/fd", served.id())).unwrap().count());
        }
        let mut saw = std::mem::take(&mut *seen.lock().unwrap());
        *slugs.lock().unwrap() = self::slugs(address);
        // what stays open is there at the quietest moment too
        let (memory, least) = (memory(served), *open.iter().min().unwrap());
        let (p50, p99) = percentiles(&mut saw.times);
        let answered = saw.times.len() as f64 / began.elapsed().as_secs_f64();
        println!(
            "minute {minute:>2}: {answered:>4.0} answers/s, p50 {p50:.1} p99 {p99:.1} ms, {} errors, {memory:.0} MB, {least} files open",
            saw.faults.len()
        );
        if let Some(fault) = saw.faults.first() {
            println!("           {fault}");
        }
        faults += saw.faults.len();
        megabytes.push(memory);
        files.push(least);
    }
    ended.store(true, Ordering::SeqCst);
    readers.into_iter().for_each(|reader| reader.join().unwrap());
    judge(&megabytes, &files, faults)
}

fn judge(megabytes: &[f64], files: &[usize], faults: usize) -> Result<(), String> {
    let n = megabytes.len();
    if n < 2 * WARM + 1 {
        return Err(format!("{n} minutes are too few to tell"));
    }
    let mean = |part: &[f64]| part.iter().sum::<f64>() / part.len() as f64;
    let (warm, end) = (mean(&megabytes[WARM..2 * WARM]), mean(&megabytes[n - WARM..]));
    let (few, many) = (files[WARM..2 * WARM].iter().max().unwrap(), files[n - WARM..].iter().min().unwrap());
    println!("memory {warm:.0} → {end:.0} MB ({:+.1} %), open files {few} → {many}, {faults} errors", (end / warm - 1.0) * 100.0);
    if end > warm * 1.1 {
        return Err("memory grows".into());
    }
    if many > few {
        return Err("files stay open".into());
    }
    if faults > 0 { Err("there were errors".into()) } else { Ok(()) }
}

/// The newest incidents and those before them.
fn slugs(address: &str) -> Vec<String> {
    let mut found = vec![];
    for page in ["/", "/incidents"] {
        let page = get(address, page);
        found.extend(page.split("href=\"/incidents/").skip(1).map(|link| link.split(['"', '#', '?']).next().unwrap().to_string()));
    }
    found.retain(|slug| !slug.contains('/') && !slug.contains("feed."));
    found.sort();
    found.dedup();
    assert!(!found.is_empty());
    found
}

/// Somebody who asks at a steady rate: the next page is due when it is due, however long the last one took.
fn reader(
    n: usize,
    address: String,
    member: [String; 2],
    slugs: Arc<Mutex<Vec<String>>>,
    seen: Arc<Mutex<Minute>>,
    ended: Arc<AtomicBool>,
) -> std::thread::JoinHandle<()> {
    std::thread::spawn(move || {
        let gap = Duration::from_secs_f64(READERS as f64 / RATE as f64);
        let mut due = Instant::now();
        let mut session = String::new();
        let mut turn = n;
        while !ended.load(Ordering::SeqCst) {
            turn += READERS;
            due += gap;
            std::thread::sleep(due.saturating_duration_since(Instant::now()));
            let slug = {
                let slugs = slugs.lock().unwrap();
                slugs[turn % slugs.len()].clone()
            };
            let from = format!("198.{}.{}.{}", 18 + n % 2, turn / 250 % 250, turn % 250);
            let asked = Instant::now();
            let answer = visit(&address, &member, turn, &slug, &from, &mut session);
            let mut seen = seen.lock().unwrap();
            seen.times.push(asked.elapsed().as_secs_f64() * 1_000.0);
            if let Err(fault) = answer {
                seen.faults.push(fault);
            }
        }
    })
}

/// One of many things that a visitor may ask for.
fn visit(address: &str, member: &[String; 2], turn: usize, slug: &str, from: &str, session: &mut String) -> Result<(), String> {
    if session.is_empty() || turn.is_multiple_of(4_000) {
        let answer = sign_in(address, &member[0], &member[1], from, "");
        *session = cookie(&answer, "session").ok_or_else(|| format!("/sign-in: {}", answer.lines().next().unwrap_or("no answer")))?;
    }
    let (path, cookies) = match turn % 40 {
        0..8 => ("/".to_string(), ""),
        8..12 => ("/incidents".to_string(), ""),
        12..14 => (format!("/search?q={}", ["fire", "Lagos", "minister", "%D0%9A%D0%B8%D0%B5%D0%B2", "port+-oil"][turn / 40 % 5]), ""),
        14 => ("/map".to_string(), ""),
        15 => ("/incidents.geojson".to_string(), ""),
        16 => ("/feed.atom".to_string(), ""),
        17 => ("/entities".to_string(), ""),
        18 => ("/sources".to_string(), ""),
        19 => ("/countries/UA".to_string(), ""),
        20 => ("/method".to_string(), ""),
        21 => (format!("/incidents/{slug}/card.png"), ""),
        22 => ("/health/ready".to_string(), ""),
        23..28 => (format!("/incidents/{slug}"), session.as_str()),
        _ => (format!("/incidents/{slug}"), ""),
    };
    let answer = get_as(address, &path, from, cookies).map_err(|cause| format!("{path}: {cause}"))?;
    // an incident that was merged leads to where it is now
    let good = ["200", "301", "410"].iter().any(|status| answer.starts_with(&format!("HTTP/1.1 {status}")));
    if good { Ok(()) } else { Err(format!("{path}: {}", answer.lines().next().unwrap_or("no answer"))) }
}
