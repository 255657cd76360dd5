//! What a flood of sign-ins costs everybody else. `cargo bench --bench sign_in` runs for a minute: 50 clients guess passwords of one account
//! from ever new addresses, as fast as they are answered, while others read an incident, and the account's owner signs in.

mod portal;

use portal::{cookie, demo, get, memory, percentiles, sign_in};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

const CLIENTS: usize = 50;
const ROUNDS: usize = 3;
const READ_FOR: Duration = Duration::from_secs(5);

fn main() {
    let data = tempfile::tempdir().unwrap();
    let (mut portal, told) = demo(data.path());
    let address = told["address"].as_str().unwrap().trim_start_matches("http://").to_string();
    let owner = told["accounts"][0].clone();
    let (email, password) = (owner["email"].as_str().unwrap(), owner["password"].as_str().unwrap());
    let page = incident(&address);
    let device = cookie(&sign_in(&address, email, password, "198.51.100.1", ""), "device").unwrap();
    let idle = memory(&portal);
    println!("reading {page}, {idle:.0} MB");
    for _ in 0..ROUNDS {
        let quiet = read(&address, &page);
        let ended = Arc::new(AtomicBool::new(false));
        let answered = Arc::new(AtomicUsize::new(0));
        let flood: Vec<_> = (0..CLIENTS).map(|n| guess(n, address.clone(), email.to_string(), ended.clone(), answered.clone())).collect();
        std::thread::sleep(Duration::from_millis(500));
        let began = Instant::now();
        let busy = read(&address, &page);
        let grown = memory(&portal);
        let known = (0..10).filter(|_| is_in(&sign_in(&address, email, password, "198.51.100.1", &device))).count();
        let stranger = (0..10).filter(|n| is_in(&sign_in(&address, email, password, &format!("203.0.113.{n}"), ""))).count();
        ended.store(true, Ordering::SeqCst);
        let seconds = began.elapsed().as_secs_f64();
        flood.into_iter().for_each(|client| client.join().unwrap());
        println!(
            "the incident's page: p50 {:.1} p99 {:.1} ms; with {CLIENTS} clients guessing ({:.0} answers a second): p50 {:.1} p99 {:.1} ms, {grown:.0} MB; \
             the owner got in {known} of 10 times from a known device, {stranger} of 10 from a new one",
            quiet.0,
            quiet.1,
            answered.load(Ordering::SeqCst) as f64 / seconds,
            busy.0,
            busy.1
        );
    }
    portal.kill().unwrap();
    portal.wait().unwrap();
}

fn is_in(answer: &str) -> bool {
    answer.starts_with("HTTP/1.1 303")
}

fn incident(address: &str) -> String {
    let desk = get(address, "/");
    let link = desk.split("href=\"/incidents/").nth(1).unwrap().split('"').next().unwrap();
    format!("/incidents/{link}")
}

/// One client that guesses as fast as it is answered, each time from another address.
fn guess(n: usize, address: String, email: String, ended: Arc<AtomicBool>, answered: Arc<AtomicUsize>) -> std::thread::JoinHandle<()> {
    std::thread::spawn(move || {
        let mut turn = 0usize;
        while !ended.load(Ordering::SeqCst) {
            turn += 1;
            let from = format!("10.{}.{}.{}", n % 256, turn / 256 % 256, turn % 256);
            sign_in(&address, &email, "a wrong guess of theirs", &from, "");
            answered.fetch_add(1, Ordering::SeqCst);
        }
    })
}

/// Median and 99th percentile in milliseconds, of a reader who asks every 5 ms.
fn read(address: &str, page: &str) -> (f64, f64) {
    let mut times = vec![];
    let began = Instant::now();
    while began.elapsed() < READ_FOR {
        let asked = Instant::now();
        assert!(get(address, page).contains("</html>"));
        times.push(asked.elapsed().as_secs_f64() * 1_000.0);
        std::thread::sleep(Duration::from_millis(5));
    }
    percentiles(&mut times)
}
