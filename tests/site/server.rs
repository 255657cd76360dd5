//! The server itself: headers, health, odd requests, the live stream.

use crate::story;
use crate::world::{Engine, World, answer};
use intelrift::config::Config;
use intelrift::id::Id;
use intelrift::store::{self, Sql};
use std::time::Duration;

story!(b2_every_answer_has_the_security_headers, |world| {
    let path = world.published_fire().await;
    for path in ["/", &path, "/nowhere", "/sign-in", "/admin/queue", "/health/live", "/static/nothing.css"] {
        let page = world.anybody().get(path).await;
        assert!(page.header("content-security-policy").starts_with("default-src 'none'"), "{path}");
        assert!(!page.header("content-security-policy").contains("unsafe"), "{path}");
        assert_eq!(page.header("x-content-type-options"), "nosniff", "{path}");
        assert!(!page.header("referrer-policy").is_empty() && !page.header("permissions-policy").is_empty(), "{path}");
    }
});

story!(b1_a_form_of_another_site_changes_nothing, |world| {
    let reader = world.reader().await;
    reader.post_from_elsewhere("/sign-out", "").await.is(403);
    reader.get("/account").await.is(200);
    world.anybody().post_from_elsewhere("/sign-up", "email=x@example.org&password=four+unrelated+words").await.is(403);
    assert_eq!(intelrift::store::account::list(&world.app.db).await.unwrap().len(), 1);
});

story!(b2_no_page_holds_a_script_or_style_of_its_own_or_asks_a_third_party, |world| {
    let path = world.published_fire().await;
    let editor = world.editor().await;
    let desk = world.desk_path_of("refinery").await;
    for path in ["/", "/incidents", "/method", "/sign-in", &path, &desk, "/admin/queue", "/admin/jobs", "/admin/sources", "/admin/audit", "/account"]
    {
        let page = editor.get(path).await;
        let html = page.body.replace("<script type=\"module\" src=\"/static/", "");
        for inline in ["<script", " style=\"", "<style", " onclick", "javascript:"] {
            assert!(!html.contains(inline), "{inline} in {path}");
        }
        assert!(!page.body.contains("src=\"http"), "{path}");
    }
});

story!(a_page_is_light, |world| {
    let path = world.published_fire().await;
    let plain = reqwest::Client::builder().no_brotli().no_gzip().build().unwrap();
    for path in ["/", &path] {
        let request = plain.get(format!("{}{path}", world.address)).header("Accept-Encoding", "br").send().await.unwrap();
        assert_eq!(request.headers()["content-encoding"], "br");
        let bytes = request.bytes().await.unwrap().len();
        assert!(bytes < 15_000, "{path}: {bytes} bytes");
    }
});

story!(assets_are_kept_for_good_at_addresses_with_their_hash, |world| {
    let page = world.anybody().get("/").await;
    let css = page.body.split("rel=\"stylesheet\" href=\"").nth(1).unwrap().split('"').next().unwrap();
    let sheet = world.anybody().get(css).await;
    sheet.is(200).has("@layer reset, tokens, base, layout, parts, pages, utilities, print");
    assert!(sheet.header("cache-control").contains("immutable"));
    assert_eq!(sheet.header("content-type"), "text/css; charset=utf-8");
});

story!(a_monitor_on_the_machine_reads_figures, |world| {
    world.published_fire().await;
    let answer = world.anybody().get("/metrics").await;
    answer.is(200).has("# TYPE intelrift_sources gauge").has("\nintelrift_sources 2\n").has("\nintelrift_sources_reporting 2\n");
    answer.has("\nintelrift_incidents_open 1\n").has("\nintelrift_jobs 0\n").has("intelrift_newest_article_seconds 0");
    assert!(answer.header("content-type").starts_with("text/plain; version=0.0.4"), "{}", answer.header("content-type"));
});

#[actix_web::test]
async fn figures_are_for_the_machine_itself() {
    // a proxy on this machine says for whom it asks
    let world = World::with(Engine::Sqlite, |config| Config { trusted_proxies: vec!["127.0.0.1".into()], ..config }).await;
    for (who, status) in [("203.0.113.7", 404), ("127.0.0.1", 200)] {
        let answer = world.anybody().raw().get(format!("{}/metrics", world.address)).header("X-Forwarded-For", who).send().await.unwrap();
        assert_eq!(answer.status().as_u16(), status, "{who}");
    }
    world.end().await;
}

story!(health_tells_alive_and_ready_apart, |world| {
    world.anybody().get("/health/live").await.is(200).has("alive");
    world.anybody().get("/health/ready").await.is(200).has(world.app.db.engine()).has("\"ready\"");
    world.forward(Duration::from_secs(61));
    world.anybody().get("/health/ready").await.is(200).has("nobody works");
    store::progress::beat(&world.app.db, world.app.clock.now()).await.unwrap();
    world.anybody().get("/health/ready").await.is(200).has("\"ready\"");
    world.anybody().get("/robots.txt").await.is(200).has("Disallow: /admin");
});

story!(c4_odd_requests_get_a_page_that_says_what_to_do, |world| {
    let visitor = world.anybody();
    visitor.post("/method", &[]).await.is(405).has("This address does not take that");
    let large = "x".repeat(1_200_000);
    visitor.post("/sign-in", &[("email", &large), ("password", "x")]).await.is(413);
    visitor.post("/sign-in", &[("email", "x")]).await.is(422);
    world.editor().await.get("/admin/incidents/not-a-number").await.is(404);
    let json = visitor.raw().get(format!("{}/nowhere", world.address)).header("Accept", "application/json").send().await;
    answer(json).await.is(404).has("\"error\"");
});

story!(c6_an_error_shows_a_reference_and_never_a_cause, |world| {
    world.published_fire().await;
    world.app.db.run("ALTER TABLE incident_page RENAME TO elsewhere", vec![]).await.unwrap();
    let page = world.anybody().get("/incidents/anything-1").await;
    page.is(500).has("Something broke on our side").has("Reference ").lacks("incident_page").lacks("SELECT").lacks("no such table");
    world.app.db.run("ALTER TABLE elsewhere RENAME TO incident_page", vec![]).await.unwrap();
});

story!(an_open_page_is_told_of_changes_in_numbers_only, |world| {
    let response = world.anybody().raw().get(format!("{}/live", world.address)).send().await.unwrap();
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    let mut stream = response;
    let first = stream.chunk().await.unwrap().unwrap();
    let first = String::from_utf8_lossy(&first);
    assert!(first.starts_with("retry: 5000\nid: ") && first.ends_with("event: here\ndata: 0\n\n"), "{first}");
    world.published_fire().await;
    let told = tokio::time::timeout(std::time::Duration::from_secs(5), stream.chunk()).await.unwrap().unwrap().unwrap();
    let told = String::from_utf8(told.to_vec()).unwrap();
    assert!(told.contains("event: fresh\ndata: 1\n"), "{told}");
    assert!(!told.contains("refinery"));
    // a browser that lost the stream is told of what it missed
    let id = told.lines().find_map(|l| l.strip_prefix("id: ")).unwrap();
    let before = (id.parse::<i64>().unwrap() - 1).to_string();
    let mut again = world.anybody().raw().get(format!("{}/live", world.address)).header("Last-Event-ID", before).send().await.unwrap();
    let mut text = String::new();
    while !text.contains(id) {
        text += std::str::from_utf8(&again.chunk().await.unwrap().unwrap()).unwrap();
    }
    // the page of an incident is told of that one alone
    let row = &store::queue::list(&world.app.db, store::queue::Whose::Anybodys, None, 1).await.unwrap()[0];
    let mut of_it = world.anybody().raw().get(format!("{}/live?of={}", world.address, row.number)).send().await.unwrap();
    of_it.chunk().await.unwrap();
    let mut written = vec![];
    for incident in [Id::of(7), row.id] {
        let mut tx = world.app.db.begin().await.unwrap();
        store::outbox::add(&mut tx, "changed", incident, world.app.clock.now()).await.unwrap();
        tx.commit().await.unwrap();
        written.push(store::outbox::newest(&world.app.db).await.unwrap());
    }
    let told = tokio::time::timeout(std::time::Duration::from_secs(5), of_it.chunk()).await.unwrap().unwrap().unwrap();
    assert!(String::from_utf8_lossy(&told).starts_with(&format!("id: {}\n", written[1])), "{told:?}, not {written:?}");
});
