//! The program as an operator meets it: started, stopped, killed, and given wrong settings.

mod backup;
mod killed;

use intelrift::store::{Db, Sql};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

fn intelrift(data: &TempDir) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_intelrift"));
    command.env("INTELRIFT_DATA", data.path()).env("INTELRIFT_LISTEN", "127.0.0.1:0");
    command
}

fn run(command: &mut Command) -> (Output, String) {
    let output = command.output().unwrap();
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    (output, said)
}

fn signal(child: &Child, name: &str) {
    assert!(Command::new("kill").args([&format!("-{name}"), &child.id().to_string()]).status().unwrap().success());
}

/// Waits at most `seconds` for a process to end.
fn ended(child: &mut Child, seconds: u64) -> std::process::ExitStatus {
    let until = Instant::now() + Duration::from_secs(seconds);
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return status;
        }
        if Instant::now() > until {
            child.kill().ok();
            panic!("it did not end within {seconds} s");
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

struct Demo {
    child: Child,
    address: String,
    ready: serde_json::Value,
}

fn demo(data: &TempDir) -> Demo {
    ready(&mut demo_on(data, ""))
}

/// A demo with its own database, unless one is named.
fn demo_on(data: &TempDir, database: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_intelrift"));
    command.args(["demo", "--listen", "127.0.0.1:0", "--json", "--data"]).arg(data.path()).args(["--database", database]).stderr(Stdio::null());
    // the database of the settings is a real portal's, and is never looked at
    command.env("INTELRIFT_DATABASE", "postgres://nobody@127.0.0.1:1/none");
    command
}

/// Starts a demo and waits until it is ready.
fn ready(command: &mut Command) -> Demo {
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let ready: serde_json::Value = serde_json::from_str(&line).expect("one line of JSON once ready");
    Demo { child, address: ready["address"].as_str().unwrap().into(), ready }
}

fn get(address: &str) -> String {
    let host = address.strip_prefix("http://").unwrap().split('/').next().unwrap();
    let path = &address["http://".len() + host.len()..];
    let mut stream = std::net::TcpStream::connect(host).unwrap();
    let path = if path.is_empty() { "/" } else { path };
    std::io::Write::write_all(&mut stream, format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").as_bytes()).unwrap();
    let mut bytes = vec![];
    stream.read_to_end(&mut bytes).unwrap();
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Starts a portal and waits for its address.
fn serving(command: &mut Command) -> (Child, String) {
    let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
    let mut log = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    while !line.contains("serving http://") {
        line.clear();
        assert!(log.read_line(&mut line).unwrap() > 0, "it ended early");
    }
    let address = line.split("serving ").nth(1).unwrap().split_whitespace().next().unwrap().to_string();
    child.stderr = Some(log.into_inner());
    (child, address)
}

#[test]
fn a_wrong_setting_stops_the_start_and_says_what_it_should_be() {
    let data = tempfile::tempdir().unwrap();
    for (name, value, says) in [
        ("INTELRIFT_LISTEN", "here", "INTELRIFT_LISTEN should be an address and a port"),
        ("INTELRIFT_JOB_SLOTS", "0", "INTELRIFT_JOB_SLOTS should be from 1 to 64"),
        ("INTELRIFT_SPEED", "fast", "INTELRIFT_SPEED is not a setting"),
        ("INTELRIFT_DATABASE", "mysql://x", "INTELRIFT_DATABASE should be sqlite:PATH or postgres://"),
    ] {
        let (output, said) = run(intelrift(&data).env(name, value).arg("serve"));
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(said.contains(says), "{said}");
    }
    let file = data.path().join("settings.toml");
    std::fs::write(&file, "listen = \"127.0.0.1:0\"\nlisen = 1\n").unwrap();
    let (output, said) = run(intelrift(&data).arg("--settings").arg(&file).arg("config"));
    assert_eq!(output.status.code(), Some(1));
    assert!(said.contains("lisen"), "{said}");
}

#[test]
fn a_command_that_is_not_understood_is_2_and_help_is_everywhere() {
    let data = tempfile::tempdir().unwrap();
    assert_eq!(run(intelrift(&data).arg("fly")).0.status.code(), Some(2));
    for command in [vec![], vec!["serve"], vec!["demo"], vec!["account"], vec!["account", "add"], vec!["source", "add"]] {
        let (output, said) = run(intelrift(&data).args(&command).arg("--help"));
        assert!(output.status.success() && said.contains("Usage:"), "{command:?}: {said}");
    }
}

#[test]
fn c6_settings_are_shown_without_secrets() {
    let data = tempfile::tempdir().unwrap();
    let (_, said) = run(intelrift(&data).env("INTELRIFT_DATABASE", "postgres://desk:secret@localhost/desk").arg("config"));
    assert!(said.contains("fetch_seconds = 600") && said.contains("hidden") && !said.contains("secret"), "{said}");
}

#[test]
fn a_key_file_that_cannot_be_read_is_named() {
    let data = tempfile::tempdir().unwrap();
    std::fs::create_dir(data.path().join("session.key")).unwrap();
    let (output, said) = run(intelrift(&data).arg("web"));
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("session.key"), "{said}");
}

#[test]
fn an_encoder_that_is_none_is_named() {
    let data = tempfile::tempdir().unwrap();
    for (file, says) in [
        ("nowhere.bin", "reading the encoder nowhere.bin"),
        ("Cargo.toml", "Cargo.toml (INTELRIFT_ENCODER) is no encoder: such a file begins with E5S1"),
    ] {
        let (output, said) = run(intelrift(&data).env("INTELRIFT_ENCODER", file).arg("work"));
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(said.contains(says), "{said}");
    }
}

#[test]
fn accounts_and_sources_are_kept_by_commands() {
    let data = tempfile::tempdir().unwrap();
    let (made, said) = run(intelrift(&data).args(["account", "add", "ada@example.org", "--role", "editor"]));
    assert!(made.status.success() && said.lines().any(|l| l.len() == 23), "a password is printed: {said}");
    assert!(run(intelrift(&data).args(["account", "add", "ada@example.org"])).1.contains("has an account already"));
    assert!(run(intelrift(&data).args(["account", "role", "ada@example.org", "admin"])).0.status.success());
    assert!(run(intelrift(&data).args(["account", "list"])).1.contains("admin       ada@example.org"));
    assert!(run(intelrift(&data).args(["account", "password", "bob@example.org"])).1.contains("no account of bob@example.org"));
    assert!(run(intelrift(&data).args(["source", "add", "https://news.example/feed", "--name", "News"])).0.status.success());
    assert!(run(intelrift(&data).args(["source", "add", "https://news.example/feed", "--name", "Other"])).1.contains("is here already"));
    let listed = run(intelrift(&data).args(["source", "list"])).1;
    assert!(listed.contains("News"));
    // by the same rules as at the desk
    for (args, says) in [
        (&["--name", "A", "--language", "english"][..], "language: Use two letters"),
        (&["--name", "B", "--reliability", "Z"], "reliability: Use a letter from A to F"),
        (&["--name", ""], "name: Give the source a name"),
    ] {
        let (output, said) = run(intelrift(&data).args(["source", "add", "https://other.example/feed"]).args(args));
        assert!(!output.status.success() && said.contains(says), "{said}");
    }
    assert!(run(intelrift(&data).args(["account", "role", "ada@example.org", "reader"])).1.contains("is the last admin"));
    let empty = tempfile::tempdir().unwrap();
    assert!(run(intelrift(&empty).args(["prices", "list"])).1.contains("there is no database"));
}

/// What the operator does for somebody who lost their app, or their password.
#[tokio::test]
async fn who_lost_their_way_in_is_let_in_by_a_command() {
    use intelrift::id::Id;
    use intelrift::model::account::{Account, Email};
    use intelrift::model::factor::FactorKind;
    use intelrift::store;
    let data = tempfile::tempdir().unwrap();
    let email = "ada@example.org";
    assert!(run(intelrift(&data).args(["account", "add", email])).0.status.success());
    let db = Db::connect(&format!("sqlite:{}", data.path().join("intelrift.db").display())).await.unwrap();
    let ada = store::account::find_by_email(&db, &Email::parse(email).unwrap()).await.unwrap().unwrap();
    let now = intelrift::clock::Clock::Real.now();
    let signed_in = async |account: Id<Account>| {
        let later = now.plus(Duration::from_secs(3_600));
        store::login::write(&db, "key", Some(account), "{}", now, later, 3_600_000).await.unwrap();
        assert_eq!(store::login::list_of(&db, account, now, 9).await.unwrap().len(), 1);
    };
    let mut tx = db.begin().await.unwrap();
    store::factor::add(&mut tx, ada.id, FactorKind::App, "", "secret", now).await.unwrap();
    tx.commit().await.unwrap();
    signed_in(ada.id).await;
    let (done, said) = run(intelrift(&data).args(["account", "factors", email]));
    assert!(done.status.success() && said.contains("signs in without codes of an app and passkeys now"), "{said}");
    assert!(store::factor::list_of(&db, ada.id).await.unwrap().is_empty());
    assert!(store::login::list_of(&db, ada.id, now, 9).await.unwrap().is_empty(), "whoever was signed in is not");
    signed_in(ada.id).await;
    let mut command = intelrift(&data);
    command.args(["account", "password", email, "--password-stdin"]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), b"four unrelated words here\n").unwrap();
    let output = child.wait_with_output().unwrap();
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && !said.contains("four unrelated"), "{said}");
    let after = store::account::find(&db, ada.id).await.unwrap().unwrap();
    assert_ne!(after.password, ada.password);
    assert!(store::login::list_of(&db, ada.id, now, 9).await.unwrap().is_empty());
    let acts: Vec<String> = store::audit::list(&db, None, None, 9).await.unwrap().into_iter().map(|entry| entry.act).collect();
    assert!(acts.contains(&"factors off".to_string()) && acts.contains(&"password".to_string()), "{acts:?}");
    db.close().await;
}

#[test]
fn d4_sigterm_ends_the_portal_in_order() {
    let data = tempfile::tempdir().unwrap();
    let (mut child, address) = serving(intelrift(&data).arg("serve"));
    assert!(get(&format!("{address}/health/ready")).contains("ready"));
    signal(&child, "TERM");
    assert_eq!(ended(&mut child, 15).code(), Some(0));
    let mut rest = String::new();
    child.stderr.take().unwrap().read_to_string(&mut rest).unwrap();
    assert!(rest.contains("stopped working"), "{rest}");
}

/// A feed of one fire at two addresses, on loopback, for as long as the test runs.
fn feed_server() -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    std::thread::spawn(move || {
        for stream in listener.incoming().take(50) {
            let mut stream = stream.unwrap();
            let mut request = [0u8; 2048];
            let read = stream.read(&mut request).unwrap_or(0);
            // two hands: the same words in two feeds would be one voice
            let (name, title) = match String::from_utf8_lossy(&request[..read]).contains("/one") {
                true => ("one", "Fire at oil refinery in Lagos kills three"),
                false => ("two", "Three killed in fire at Lagos oil refinery"),
            };
            let feed = format!(
                "<rss version=\"2.0\"><channel><title>{name}</title><item><title>{title}</title>\
                 <link>https://{name}.example/1</link></item></channel></rss>"
            );
            let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{feed}", feed.len());
            std::io::Write::write_all(&mut stream, answer.as_bytes()).ok();
        }
    });
    address
}

#[test]
fn web_and_work_run_apart_on_one_database() {
    let data = tempfile::tempdir().unwrap();
    let feeds = feed_server();
    for name in ["one", "two"] {
        let (added, said) = run(intelrift(&data).args(["source", "add", &format!("http://{feeds}/{name}"), "--name", name]));
        assert!(added.status.success(), "{said}");
    }
    let (mut web, address) = serving(intelrift(&data).arg("web"));
    assert!(!get(&format!("{address}/incidents")).contains("refinery"));
    let mut work = intelrift(&data).env("INTELRIFT_FETCH_ALLOW", &feeds).arg("work").stderr(Stdio::null()).spawn().unwrap();
    // what one process publishes, the other shows: it follows the outbox
    let until = Instant::now() + Duration::from_secs(20);
    while !get(&format!("{address}/incidents")).contains("refinery") {
        assert!(Instant::now() < until, "the other process's page is shown");
        std::thread::sleep(Duration::from_millis(200));
    }
    for child in [&mut web, &mut work] {
        signal(child, "TERM");
        assert_eq!(ended(child, 15).code(), Some(0));
    }
}

#[test]
fn the_demo_shows_real_incidents_and_keeps_its_data() {
    let data = tempfile::tempdir().unwrap();
    let mut first = demo(&data);
    assert_eq!(first.ready["accounts"].as_array().unwrap().len(), 3);
    let page = get(&first.address);
    assert!(page.contains("class=\"lead\"") && page.contains("A replay of real feeds") && page.contains("53 of 53 feeds reporting"), "{page}");
    signal(&first.child, "TERM");
    assert_eq!(ended(&mut first.child, 20).code(), Some(0));
    let mut second = demo(&data);
    assert!(get(&second.address).contains("class=\"lead\""));
    assert_ne!(first.ready["accounts"], second.ready["accounts"], "passwords are fresh");
    signal(&second.child, "TERM");
    assert_eq!(ended(&mut second.child, 20).code(), Some(0));
}

#[test]
fn d1_a_killed_process_loses_no_article_and_does_nothing_twice() {
    let data = tempfile::tempdir().unwrap();
    outlives_fifty_kills(&data, &sqlite(&data));
    sound(&data);
}

#[test]
#[ignore = "needs PostgreSQL: TEST_POSTGRES=postgres://…"]
fn d1_on_postgresql_a_killed_process_loses_no_article_either() {
    let server = std::env::var("TEST_POSTGRES").expect("TEST_POSTGRES names a server");
    let name = format!("killed_{}", std::process::id());
    let psql = |line: String| assert!(Command::new("psql").args([&format!("{server}/postgres"), "-c", &line]).status().unwrap().success());
    psql(format!("CREATE DATABASE {name}"));
    outlives_fifty_kills(&tempfile::tempdir().unwrap(), &format!("{server}/{name}"));
    psql(format!("DROP DATABASE {name} WITH (FORCE)"));
}

/// Kills the demo fifty times, at ten moments of reading, clustering, analysing and publishing; what was stored is still there after each. A slow
/// machine is given more rounds, and longer ones, until most of the feeds are read.
fn outlives_fifty_kills(data: &TempDir, database: &str) {
    let mut stored = BTreeMap::new();
    for round in 0..200u64 {
        if round >= 50 && stored.len() > 1_000 {
            break;
        }
        let mut child = demo_on(data, database).stdout(Stdio::null()).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(150 * (round % 10 + 1) + 60 * round.saturating_sub(50)));
        // as another process sees it while this one is at work
        let before = articles(database);
        signal(&child, "KILL");
        child.wait().unwrap();
        let after = articles(database);
        for known in [&stored, &before] {
            let lost: Vec<_> = known.keys().filter(|id| !after.contains_key(*id)).collect();
            assert!(lost.is_empty(), "round {round} lost {lost:?}");
        }
        // where an article is it stays, unless its incident became part of another
        let torn = before.iter().filter(|(id, incident)| incident.is_some() && after[*id].is_none()).count();
        assert_eq!(torn, 0, "round {round} forgot where an article belongs");
        stored = after;
    }
    assert!(stored.len() > 1_000, "{} articles were stored between the kills", stored.len());
    let mut last = ready(&mut demo_on(data, database));
    signal(&last.child, "TERM");
    assert_eq!(ended(&mut last.child, 20).code(), Some(0));
    whole(database);
}

/// The stored articles with their incidents.
fn articles(database: &str) -> BTreeMap<i64, Option<i64>> {
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let Ok(db) = Db::connect(database).await else { return BTreeMap::new() };
        // none while the tables are being made
        let rows: Vec<(i64, Option<i64>)> = db.all("SELECT id, incident_id FROM article", vec![]).await.unwrap_or_default();
        db.close().await;
        rows.into_iter().collect()
    })
}

/// Where a portal keeps its data unless a setting says otherwise.
fn sqlite(data: &TempDir) -> String {
    format!("sqlite:{}", data.path().join("intelrift.db").display())
}

/// That SQLite finds a demo's database in order, and that it is [`whole`].
fn sound(data: &TempDir) {
    let database = sqlite(data);
    let (sound,) = tokio::runtime::Runtime::new().unwrap().block_on(async {
        let db = Db::connect(&database).await.unwrap();
        db.one::<(String,)>("SELECT integrity_check FROM pragma_integrity_check", vec![]).await.unwrap()
    });
    assert_eq!(sound, "ok");
    whole(&database);
}

/// That a demo's database is whole: no article lost, none twice, no work left undone.
fn whole(database: &str) {
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let db = Db::connect(database).await.unwrap();
        let one = async |sql: &'static str| db.one::<(i64,)>(sql, vec![]).await.unwrap().0;
        let articles = one("SELECT COUNT(*) FROM article").await;
        // all that is not held back, and what the replay released meanwhile
        assert!((1_427..=1_454).contains(&articles), "{articles}");
        assert_eq!(one("SELECT COUNT(*) FROM article WHERE incident_id IS NULL").await, 0);
        assert_eq!(one("SELECT COUNT(*) FROM (SELECT 1 FROM article GROUP BY source_id, identity HAVING COUNT(*) > 1) twice").await, 0);
        assert_eq!(one("SELECT COUNT(*) FROM (SELECT 1 FROM article GROUP BY incident_id, place HAVING COUNT(*) > 1) twice").await, 0);
        assert_eq!(one("SELECT CAST(SUM(articles) AS BIGINT) FROM incident").await, articles);
        assert_eq!(one("SELECT COUNT(*) FROM incident WHERE stage = 'published' AND id NOT IN (SELECT incident_id FROM incident_page)").await, 0);
        assert_eq!(one("SELECT COUNT(*) FROM job WHERE state = 'failed'").await, 0);
        db.close().await;
    });
}
