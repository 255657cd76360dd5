//! A portal of its own for a bench, and how to ask it.
#![allow(dead_code, reason = "each bench uses some of it")]

use intelrift::model::source::{Licence, NewSource, Reliability};
use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

/// An English source of its own owner.
pub fn source(name: String, address: String) -> NewSource {
    NewSource {
        address,
        owner: name.clone(),
        name,
        country: None,
        language: Some("en".into()),
        reliability: Reliability::C,
        licence: Licence::Headline,
        folder: String::new(),
    }
}

/// The demo, once it is ready, and what it told of itself.
pub fn demo(data: &std::path::Path) -> (Child, Value) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_intelrift"));
    command.args(["demo", "--listen", "127.0.0.1:0", "--json", "--data"]).arg(data);
    command.env("INTELRIFT_TRUSTED_PROXIES", "127.0.0.1").stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    (child, serde_json::from_str(&line).unwrap())
}

/// The portal's program on this data, with an address of its own.
pub fn intelrift(data: &std::path::Path) -> (Command, String) {
    let address = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let mut command = Command::new(env!("CARGO_BIN_EXE_intelrift"));
    command.env("INTELRIFT_DATA", data).env("INTELRIFT_LISTEN", &address).env("INTELRIFT_LOG", "error");
    (command, address)
}

/// Starts it, and waits until it listens.
pub fn start(command: &mut Command, address: &str) -> Child {
    let child = command.spawn().unwrap();
    let mut tries = 0;
    while TcpStream::connect(address).is_err() {
        tries += 1;
        assert!(tries < 400, "the portal did not start");
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    child
}

/// The whole answer to one request.
pub fn ask(address: &str, request: &str) -> std::io::Result<String> {
    let mut socket = TcpStream::connect(address)?;
    socket.set_read_timeout(Some(std::time::Duration::from_secs(20)))?;
    socket.write_all(request.as_bytes())?;
    let mut answer = vec![];
    socket.read_to_end(&mut answer)?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

/// A page as somebody at an address asks for it, who has these cookies.
pub fn get_as(address: &str, path: &str, from: &str, cookies: &str) -> std::io::Result<String> {
    ask(address, &format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nX-Forwarded-For: {from}\r\nCookie: {cookies}\r\n\r\n"))
}

pub fn get(address: &str, path: &str) -> String {
    get_as(address, path, "192.0.2.1", "").unwrap()
}

pub fn sign_in(address: &str, email: &str, password: &str, from: &str, device: &str) -> String {
    let body = url::form_urlencoded::Serializer::new(String::new()).append_pair("email", email).append_pair("password", password).finish();
    let cookie = if device.is_empty() { String::new() } else { format!("Cookie: {device}\r\n") };
    let head = format!("POST /sign-in HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nX-Forwarded-For: {from}\r\n{cookie}");
    ask(address, &format!("{head}Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}", body.len())).unwrap()
}

/// The cookie of this name that an answer sets, as it is sent back.
pub fn cookie(answer: &str, name: &str) -> Option<String> {
    let set = answer.lines().find_map(|line| line.strip_prefix(&format!("set-cookie: {name}=")))?;
    Some(format!("{name}={}", set.split(';').next()?))
}

/// Median and 99th percentile.
pub fn percentiles(times: &mut [f64]) -> (f64, f64) {
    times.sort_by(f64::total_cmp);
    (times[times.len() / 2], times[times.len() * 99 / 100])
}

/// Resident memory of a process in MB.
pub fn memory(portal: &Child) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", portal.id())).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<f64>().unwrap() / 1_024.0
}
