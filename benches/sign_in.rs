//! What a flood of sign-ins costs everybody else. `cargo bench --bench sign_in` runs for a minute: 50 clients guess passwords of one account
//! from ever new addresses, as fast as they are answered, while others read an incident, and the account's owner signs in.

use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
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
    let device = cookie(&sign_in(&address, email, password, "198.51.100.1", ""), "device");
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

fn demo(data: &std::path::Path) -> (Child, Value) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_intelrift"));
    command.args(["demo", "--listen", "127.0.0.1:0", "--json", "--data"]).arg(data);
    command.env("INTELRIFT_TRUSTED_PROXIES", "127.0.0.1").stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    (child, serde_json::from_str(&line).unwrap())
}

/// The whole answer to one request.
fn ask(address: &str, request: &str) -> String {
    let mut socket = TcpStream::connect(address).unwrap();
    socket.write_all(request.as_bytes()).unwrap();
    let mut answer = vec![];
    socket.read_to_end(&mut answer).unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

fn get(address: &str, path: &str) -> String {
    ask(address, &format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"))
}

fn sign_in(address: &str, email: &str, password: &str, from: &str, device: &str) -> String {
    let body = url::form_urlencoded::Serializer::new(String::new()).append_pair("email", email).append_pair("password", password).finish();
    let cookie = if device.is_empty() { String::new() } else { format!("Cookie: {device}\r\n") };
    let head = format!("POST /sign-in HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nX-Forwarded-For: {from}\r\n{cookie}");
    ask(address, &format!("{head}Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}", body.len()))
}

fn is_in(answer: &str) -> bool {
    answer.starts_with("HTTP/1.1 303")
}

fn cookie(answer: &str, name: &str) -> String {
    let set = answer.lines().find_map(|line| line.strip_prefix(&format!("set-cookie: {name}="))).expect("the cookie was set");
    format!("{name}={}", set.split(';').next().unwrap())
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
    times.sort_by(f64::total_cmp);
    (times[times.len() / 2], times[times.len() * 99 / 100])
}

/// Resident memory in MB.
fn memory(portal: &Child) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", portal.id())).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<f64>().unwrap() / 1_024.0
}
