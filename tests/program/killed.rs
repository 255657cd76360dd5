//! docs/security.md, D1: what was acknowledged outlives a process that is killed at any moment.

use super::*;

/// The answer to a request, as far as it came.
fn ask(address: &str, head: &str, body: &str) -> std::io::Result<String> {
    let host = address.trim_start_matches("http://");
    let mut stream = std::net::TcpStream::connect(host)?;
    let length = body.len();
    let request = format!(
        "{head}\r\nHost: {host}\r\nConnection: close\r\nContent-Length: {length}\r\nContent-Type: application/x-www-form-urlencoded\r\n\r\n{body}"
    );
    std::io::Write::write_all(&mut stream, request.as_bytes())?;
    let mut bytes = vec![];
    stream.read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn after<'a>(text: &'a str, mark: &str, end: char) -> &'a str {
    text.split(mark).nth(1).unwrap_or_else(|| panic!("{mark} is not in {text}")).split(end).next().unwrap()
}

/// One value of the database, read while nobody has it open.
fn value(data: &TempDir, sql: &'static str) -> String {
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let options = sqlx::sqlite::SqliteConnectOptions::new().filename(data.path().join("intelrift.db"));
        let db = sqlx::SqlitePool::connect_with(options).await.unwrap();
        let (value,): (String,) = sqlx::query_as(sql).fetch_one(&db).await.unwrap();
        db.close().await;
        value
    })
}

#[test]
fn d1_drafts_and_sign_ups_that_were_acknowledged_outlive_fifty_kills() {
    let data = tempfile::tempdir().unwrap();
    let mut replay = demo(&data);
    signal(&replay.child, "TERM");
    ended(&mut replay.child, 20);
    let incident = value(&data, "SELECT CAST(MAX(id) AS TEXT) FROM incident WHERE stage = 'published'");
    let editor = &replay.ready["accounts"][1];
    let sign_in = format!("email={}&password={}", editor["email"].as_str().unwrap(), editor["password"].as_str().unwrap());
    let (mut session, mut token, mut number, mut drafts, mut sign_ups) = (String::new(), String::new(), 0, 0, 0);
    // on a slow machine there is little to lose within the time: then there are more kills, and later ones
    for round in 0..250u64 {
        if round >= 50 && drafts > 50 && sign_ups > 25 {
            break;
        }
        let (mut web, address) = serving(intelrift(&data).arg("web").env("INTELRIFT_TRUSTED_PROXIES", "127.0.0.1"));
        if session.is_empty() {
            let answer = ask(&address, "POST /sign-in HTTP/1.1", &sign_in).unwrap();
            session = format!("session={}", after(&answer, "set-cookie: session=", ';'));
            let page = ask(&address, &format!("GET /admin/incidents/{incident} HTTP/1.1\r\nCookie: {session}"), "").unwrap();
            token = after(&page, "name=\"form_token\" value=\"", '"').to_string();
        }
        let id = web.id();
        let killer = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(20 + 37 * round % 200 + 5 * round.saturating_sub(50)));
            Command::new("kill").args(["-KILL", &id.to_string()]).status().unwrap();
        });
        loop {
            number += 1;
            let head = format!("POST /admin/incidents/{incident}/draft HTTP/1.1\r\nCookie: {session}");
            let draft = format!("form_token={token}&title=Draft&base=1&window=killed.0&watch=Number+{number:06}");
            let Ok(saved) = ask(&address, &head, &draft) else { break };
            if saved.starts_with("HTTP/1.1 204") {
                drafts = number;
            } else {
                assert!(saved.is_empty(), "{saved}");
                break;
            }
            let head = format!("POST /sign-up HTTP/1.1\r\nX-Forwarded-For: 198.51.{}.{}", number / 250, number % 250);
            let Ok(asked) = ask(&address, &head, &format!("email=reader{number}@example.org&password=four+unrelated+words")) else { break };
            sign_ups += u32::from(asked.starts_with("HTTP/1.1 303"));
        }
        killer.join().unwrap();
        web.wait().unwrap();
        // nothing is there when the first kill came before the first draft
        let kept = value(&data, "SELECT COALESCE((SELECT text FROM working), 'Number 0\"')");
        let kept: u32 = after(&kept, "Number ", '"').parse().unwrap();
        assert!(kept >= drafts, "round {round}: draft {drafts} was acknowledged, and {kept} is there");
        let waiting: u32 = value(&data, "SELECT CAST(COUNT(*) AS TEXT) FROM code").parse().unwrap();
        assert!(waiting >= sign_ups, "round {round}: {sign_ups} sign-ups were acknowledged, and {waiting} are there");
    }
    assert!(drafts > 50 && sign_ups > 25, "{drafts} drafts and {sign_ups} sign-ups were made");
    assert_eq!(value(&data, "SELECT integrity_check FROM pragma_integrity_check"), "ok");
}
