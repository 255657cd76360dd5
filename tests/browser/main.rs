//! Journeys in real Chromium: what a person does, with the mouse and the keyboard.

#[path = "../world/mod.rs"]
mod world;

use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, ClientBuilder, Locator};
use intelrift::config::Config;
use intelrift::model::viewer::Role;
use serde_json::json;
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;
use world::{Engine, PASSWORD, World};

/// A Chromium of its own, gone when dropped.
struct Browser {
    client: Client,
    _driver: Driver,
    _profile: TempDir,
}

/// The driver, and the profile by which its browser is known: a driver that is killed leaves its browser running.
struct Driver(Child, String);

impl Drop for Driver {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
        Command::new("pkill").args(["-KILL", "-f", &self.1]).status().ok();
    }
}

async fn browser(scripts: bool) -> Browser {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let profile = tempfile::tempdir().unwrap();
    let driver = Command::new("chromedriver").arg(format!("--port={port}")).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    let driver = driver.expect("chromedriver is on the path: Debian's package chromium-driver");
    let driver = Driver(driver, format!("user-data-dir={}", profile.path().display()));
    let mut args = vec![
        "--headless".to_string(),
        "--no-sandbox".into(),
        "--disable-gpu".into(),
        "--disable-quic".into(),
        "--no-first-run".into(),
        "--disable-background-networking".into(),
        "--disable-component-update".into(),
        "--disable-sync".into(),
        "--window-size=1280,1000".into(),
        format!("--user-data-dir={}", profile.path().display()),
    ];
    let mut options = json!({});
    if !scripts {
        options["prefs"] = json!({ "profile.managed_default_content_settings.javascript": 2 });
        args.push("--blink-settings=scriptEnabled=false".into());
    }
    options["args"] = json!(args);
    let mut capabilities = serde_json::Map::new();
    capabilities.insert("goog:chromeOptions".into(), options);
    let connector = hyper_util::client::legacy::connect::HttpConnector::new();
    let mut builder = ClientBuilder::new(connector);
    builder.capabilities(capabilities);
    for _ in 0..100 {
        if let Ok(client) = builder.connect(&format!("http://127.0.0.1:{port}")).await {
            return Browser { client, _driver: driver, _profile: profile };
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("chromedriver did not start");
}

async fn text(client: &Client) -> String {
    client.find(Locator::Css("body")).await.unwrap().text().await.unwrap()
}

async fn click(client: &Client, css: &str) {
    // a page that is just arriving takes the place of the one in which something was found
    for _ in 0..5 {
        let found = client.wait().at_most(Duration::from_secs(10)).for_element(Locator::Css(css)).await;
        let found = found.unwrap_or_else(|_| panic!("{css} is not there"));
        // a person scrolls what is behind the bar at the foot into sight
        let centre = "arguments[0].scrollIntoView({ block: 'center' })";
        match client.execute(centre, vec![serde_json::to_value(&found).unwrap()]).await {
            Err(cause) if cause.to_string().contains("stale element") => tokio::time::sleep(Duration::from_millis(200)).await,
            shown => {
                shown.unwrap();
                return found.click().await.unwrap();
            }
        }
    }
    panic!("{css} is gone each time");
}

async fn fill(client: &Client, css: &str, value: &str) {
    let field = client.find(Locator::Css(css)).await.unwrap();
    field.clear().await.unwrap();
    field.send_keys(value).await.unwrap();
}

/// Waits until the address fits; a click starts a journey that takes a moment.
async fn arrived(client: &Client, fits: impl Fn(&str) -> bool) -> String {
    for _ in 0..100 {
        let url = client.current_url().await.unwrap().to_string();
        if fits(&url) {
            return url;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("still at {}", client.current_url().await.unwrap());
}

async fn sign_up_from_a_locked_panel(scripts: bool) {
    let mut world = World::new().await;
    let path = world.published_fire().await;
    let browser = browser(scripts).await;
    let client = &browser.client;
    client.goto(&format!("{}/", world.address)).await.unwrap();
    click(client, "#lead-h a").await;
    arrived(client, |url| url.ends_with(&path)).await;
    assert!(!text(client).await.contains("Key judgements"));
    click(client, "#threat .lock a").await;
    fill(client, "#email", "ada@example.org").await;
    fill(client, "#password", PASSWORD).await;
    click(client, "form.form button.btn").await;
    arrived(client, |url| url.contains("/code/")).await;
    fill(client, "#code", &world.letter("ada@example.org").await.code()).await;
    click(client, "form.form button.btn").await;
    let back = arrived(client, |url| url.contains(&path)).await;
    assert!(back.ends_with("#threat"), "{back}");
    let page = text(client).await;
    for panel in ["Key judgements", "Market impact analysis", "Entity network", "Scenarios"] {
        assert!(page.contains(panel), "{panel} is missing in {page}");
    }
    assert!(!page.contains("Unlock full intelligence access"));
    world.end().await;
}

#[actix_web::test]
#[ignore = "needs Chromium and chromedriver"]
async fn a_reader_signs_up_from_a_locked_panel_and_comes_back_to_it_open() {
    sign_up_from_a_locked_panel(true).await;
}

#[actix_web::test]
#[ignore = "needs Chromium and chromedriver"]
async fn the_same_without_scripts() {
    sign_up_from_a_locked_panel(false).await;
}

async fn publish_as_editor(scripts: bool) {
    let mut world = World::new().await;
    world.published_fire().await;
    world.account("ed@example.org", Role::Editor).await;
    let browser = browser(scripts).await;
    let client = &browser.client;
    client.goto(&format!("{}/admin/queue", world.address)).await.unwrap();
    fill(client, "#email", "ed@example.org").await;
    fill(client, "#password", PASSWORD).await;
    click(client, "form.form button.btn").await;
    arrived(client, |url| url.ends_with("/admin/queue")).await;
    click(client, "tbody th a").await;
    arrived(client, |url| url.contains("/admin/incidents/")).await;
    fill(client, "#title", "Refinery in Lagos burns, says an editor").await;
    fill(client, "#happened", "An editor wrote *this*. [1]").await;
    if scripts {
        // a moment after the last key the draft is saved by itself
        let saved = client.wait().at_most(Duration::from_secs(10)).for_element(Locator::XPath("//*[@data-saved][contains(., 'Draft saved')]")).await;
        assert!(saved.is_ok(), "autosave");
        client.refresh().await.unwrap();
        let kept = client.find(Locator::Css("#happened")).await.unwrap().prop("value").await.unwrap();
        assert_eq!(kept.as_deref(), Some("An editor wrote *this*. [1]"), "what was saved by itself is there");
    }
    click(client, "button[value=publish]").await;
    arrived(client, |url| url.contains("/incidents/refinery-in-lagos-burns")).await;
    let page = text(client).await;
    assert!(page.contains("An editor wrote this.") && page.contains("reviewed by an editor"), "{page}");
    world.end().await;
}

#[actix_web::test]
#[ignore = "needs Chromium and chromedriver"]
async fn an_editor_publishes_from_the_queue() {
    publish_as_editor(true).await;
}

#[actix_web::test]
#[ignore = "needs Chromium and chromedriver"]
async fn an_editor_publishes_without_scripts() {
    publish_as_editor(false).await;
}

#[actix_web::test]
#[ignore = "needs Chromium and chromedriver"]
async fn an_open_page_says_that_something_is_new_and_moves_nothing() {
    let mut world = World::new().await;
    world.published_fire().await;
    let browser = browser(true).await;
    let client = &browser.client;
    client.goto(&format!("{}/", world.address)).await.unwrap();
    // the stream is open before anything happens
    tokio::time::sleep(Duration::from_millis(500)).await;
    let before = client.find(Locator::Css("main")).await.unwrap().text().await.unwrap();
    world.source("Post").await;
    world.publishes("Post", "Lagos oil refinery fire: three killed, owner sorry", "", 1);
    world.work().await;
    let line = client
        .wait()
        .at_most(Duration::from_secs(10))
        .for_element(Locator::XPath("//*[@id='fresh'][contains(., 'since you opened this page')]"))
        .await;
    assert!(line.is_ok(), "the line appears");
    let after = client.find(Locator::Css("main")).await.unwrap().text().await.unwrap();
    assert_eq!(before, after.lines().filter(|l| !l.contains("since you opened this page")).collect::<Vec<_>>().join("\n"));
    click(client, "#fresh a").await;
    for _ in 0..100 {
        if text(client).await.contains("3 articles") {
            world.end().await;
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the page shows what is new");
}

#[actix_web::test]
#[ignore = "needs Chromium and chromedriver"]
async fn an_alert_shows_on_an_open_page_and_goes_when_it_was_seen() {
    let mut world = World::with(Engine::Sqlite, |config| config).await;
    let path = world.published_fire().await;
    world.account("ada@example.org", Role::Reader).await;
    let browser = browser(true).await;
    let client = &browser.client;
    sign_in(client, &world.address, "ada@example.org").await;
    client.goto(&format!("{}{path}", world.address)).await.unwrap();
    click(client, "button[name=follow]").await;
    client.wait().at_most(Duration::from_secs(10)).for_element(Locator::Css("button[name=unfollow]")).await.unwrap();
    client.goto(&world.address).await.unwrap();
    // the desk is open while an editor says how grave it is
    world.forward(Duration::from_secs(60));
    let editor = world.editor().await;
    let desk = world.desk_path_of("refinery").await;
    let form = world::changed(&world::fields_of(&editor.get(&desk).await.body), "severity", "critical");
    editor.post(&desk, &world::pairs(&world::changed(&form, "do", "publish"))).await.is(303);
    world.forward(Duration::from_secs(60));
    intelrift::account::alert::enqueue_due(&world.app).await.unwrap();
    world.work().await;
    let shown = Locator::XPath("//a[@data-alerts and not(@hidden) and contains(., '1 new alert')]");
    client.wait().at_most(Duration::from_secs(10)).for_element(shown).await.expect("the masthead says it without a reload");
    click(client, "[data-alerts]").await;
    arrived(client, |url| url.ends_with("/account/alerts")).await;
    let page = text(client).await;
    assert!(page.contains("Severity changed") && page.contains("Critical"), "{page}");
    assert!(!client.find(Locator::Css("[data-alerts]")).await.unwrap().is_displayed().await.unwrap());
    world.end().await;
}

async fn theme_is_kept(scripts: bool) {
    let world = World::new().await;
    let browser = browser(scripts).await;
    let client = &browser.client;
    client.goto(&format!("{}/method", world.address)).await.unwrap();
    click(client, "[data-theme-form] button").await;
    let theme = Locator::Css("html[data-theme=light]");
    assert!(client.wait().at_most(Duration::from_secs(5)).for_element(theme).await.is_ok(), "the theme changes");
    tokio::time::sleep(Duration::from_millis(300)).await;
    client.goto(&format!("{}/", world.address)).await.unwrap();
    assert!(client.find(theme).await.is_ok(), "the next page has it too");
    world.end().await;
}

#[actix_web::test]
#[ignore = "needs Chromium and chromedriver"]
async fn a_theme_is_chosen_and_kept_with_and_without_scripts() {
    theme_is_kept(true).await;
    theme_is_kept(false).await;
}

/// Signs in by the form, with [`PASSWORD`].
async fn sign_in(client: &Client, address: &str, email: &str) {
    client.goto(&format!("{address}/sign-in")).await.unwrap();
    fill(client, "#email", email).await;
    fill(client, "#password", PASSWORD).await;
    click(client, "form.form button.btn").await;
    arrived(client, |url| !url.contains("/sign-in")).await;
}

/// From the queue to a public page: what a person does is counted, a click or a field at a time.
async fn publish_in_a_minute(scripts: bool) {
    let mut world = World::new().await;
    world.source("Wire").await;
    world.publishes("Wire", "Fire at oil refinery in Lagos kills three", "A fire at an oil refinery in Lagos, Nigeria, killed three.", 5);
    world.work().await;
    world.account("ed@example.org", Role::Editor).await;
    let browser = browser(scripts).await;
    let client = &browser.client;
    sign_in(client, &world.address, "ed@example.org").await;
    client.goto(&format!("{}/admin/queue", world.address)).await.unwrap();
    let began = std::time::Instant::now();
    let mut acts = 0;
    click(client, "tbody button[name=claim]").await;
    acts += 1;
    arrived(client, |url| url.contains("/admin/queue#r")).await;
    click(client, "tbody th a").await;
    acts += 1;
    arrived(client, |url| url.contains("/admin/incidents/")).await;
    fill(client, "#title", "Three die in a refinery fire in Lagos").await;
    acts += 1;
    fill(client, "#note-text", "One source so far; police asked").await;
    acts += 1;
    click(client, "button[value=publish]").await;
    acts += 1;
    arrived(client, |url| url.contains("/incidents/three-die-in-a-refinery-fire")).await;
    let seconds = began.elapsed().as_secs();
    println!("{acts} acts, {seconds} s");
    assert!(acts < 10 && seconds < 60, "{acts} acts, {seconds} s");
    let public = world.anybody().get("/incidents").await;
    public.has("Three die in a refinery fire in Lagos");
    world.end().await;
}

#[actix_web::test]
#[ignore = "needs Chromium and chromedriver"]
async fn a_fresh_candidate_is_public_in_under_a_minute_and_ten_acts() {
    publish_in_a_minute(true).await;
    publish_in_a_minute(false).await;
}

/// A contributor hands in, an editor hands back, then plans it: what each sees, with the forms alone.
async fn draft_goes_through_review(scripts: bool) {
    let mut world = World::new().await;
    world.published_fire().await;
    let desk = world.desk_path_of("refinery").await;
    world.account("cora@example.org", Role::Contributor).await;
    world.account("ed@example.org", Role::Editor).await;
    let (writer, editor) = (browser(scripts).await, browser(scripts).await);
    sign_in(&writer.client, &world.address, "cora@example.org").await;
    sign_in(&editor.client, &world.address, "ed@example.org").await;
    let form = format!("{}{desk}", world.address);
    writer.client.goto(&form).await.unwrap();
    fill(&writer.client, "#happened", "Cora asked the police. [1]").await;
    click(&writer.client, "button[value=hand-in]").await;
    says(&writer.client, "cora handed this in").await;
    editor.client.goto(&format!("{}/admin/queue?show=handed", world.address)).await.unwrap();
    click(&editor.client, "tbody th a").await;
    says(&editor.client, "cora handed this in").await;
    fill(&editor.client, "#note-text", "Which police?").await;
    click(&editor.client, "button[value=hand-back]").await;
    says(&editor.client, "handed back: Which police?").await;
    writer.client.goto(&form).await.unwrap();
    says(&writer.client, "Which police?").await;
    click(&writer.client, "button[value=hand-in]").await;
    says(&writer.client, "cora handed this in").await;
    editor.client.goto(&form).await.unwrap();
    click(&editor.client, "#when summary").await;
    fill(&editor.client, "#when-at", "2022-03-20T13:00").await;
    click(&editor.client, "button[value=schedule]").await;
    says(&editor.client, "It publishes itself on Sunday, 20 March 2022, 13:00 UTC").await;
    world.forward(Duration::from_secs(3_600));
    world.work().await;
    let path = world.path_of("refinery").await;
    world.anybody().get(&path).await.has("Cora asked the police.");
    world.end().await;
}

#[actix_web::test]
#[ignore = "needs Chromium and chromedriver"]
async fn a_draft_goes_from_a_contributor_through_an_editor_to_readers() {
    draft_goes_through_review(true).await;
    draft_goes_through_review(false).await;
}

/// Two editors, one text; the second decides part by part. And a form that outlives its session.
#[actix_web::test]
#[ignore = "needs Chromium and chromedriver"]
async fn nothing_typed_is_lost_to_another_editor_or_to_the_clock() {
    let mut world = World::new().await;
    world.published_fire().await;
    let desk = world.desk_path_of("refinery").await;
    for email in ["ann@example.org", "ben@example.org"] {
        world.account(email, Role::Editor).await;
    }
    // without scripts: with them the draft is saved while it is typed
    let (ann, ben) = (browser(false).await, browser(false).await);
    sign_in(&ann.client, &world.address, "ann@example.org").await;
    sign_in(&ben.client, &world.address, "ben@example.org").await;
    let form = format!("{}{desk}", world.address);
    for client in [&ann.client, &ben.client] {
        client.goto(&form).await.unwrap();
    }
    fill(&ann.client, "#happened", "Ann was first. [1]").await;
    click(&ann.client, "button[value=publish]").await;
    arrived(&ann.client, |url| url.contains("/incidents/") && !url.contains("/admin/")).await;
    fill(&ben.client, "#happened", "Ben wrote longer. [1]").await;
    click(&ben.client, "button[value=publish]").await;
    says(&ben.client, "ann published revision 2 while you wrote").await;
    click(&ben.client, "input[name='take-happened'][value=theirs]").await;
    click(&ben.client, "form[action$='/conflict'] button").await;
    arrived(&ben.client, |url| url.ends_with(&desk)).await;
    let kept = ben.client.find(Locator::Css("#happened")).await.unwrap().prop("value").await.unwrap();
    assert_eq!(kept.as_deref(), Some("Ann was first. [1]"));
    fill(&ben.client, "#watch", "Written for an hour. [1]").await;
    world.forward(Duration::from_secs(13 * 3_600));
    click(&ben.client, ".edit-bar button[value=save]").await;
    arrived(&ben.client, |url| url.contains("/sign-in?next=%2Fheld%2F")).await;
    fill(&ben.client, "#email", "ben@example.org").await;
    fill(&ben.client, "#password", PASSWORD).await;
    click(&ben.client, "form.form button.btn").await;
    says(&ben.client, "What you typed is kept").await;
    click(&ben.client, "main form button.btn").await;
    arrived(&ben.client, |url| url.ends_with(&desk)).await;
    let kept = ben.client.find(Locator::Css("#watch")).await.unwrap().prop("value").await.unwrap();
    assert_eq!(kept.as_deref(), Some("Written for an hour. [1]"));
    world.end().await;
}

#[actix_web::test]
#[ignore = "needs Chromium and chromedriver"]
async fn somebody_sees_where_they_are_signed_in_and_ends_it() {
    let world = World::new().await;
    world.account("ada@example.org", Role::Reader).await;
    let (laptop, phone) = (browser(true).await, browser(false).await);
    for one in [&laptop, &phone] {
        sign_in(&one.client, &world.address, "ada@example.org").await;
    }
    phone.client.goto(&format!("{}/account", world.address)).await.unwrap();
    says(&phone.client, "Sign out everywhere else").await;
    click(&phone.client, "form[action='/account/sessions'] button[value=others]").await;
    let left = "return document.querySelectorAll('form[action=\"/account/sessions\"] tbody tr').length";
    for _ in 0..100 {
        // the page may be replaced while it is read
        if phone.client.execute(left, vec![]).await.is_ok_and(|rows| rows == json!(1)) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    laptop.client.goto(&format!("{}/account", world.address)).await.unwrap();
    arrived(&laptop.client, |url| url.contains("/sign-in?next=%2Faccount")).await;
    world.end().await;
}

/// Gives the browser a device that holds passkeys and that a finger is always on (WebAuthn, section 11).
#[derive(Debug)]
struct WithAuthenticator;

impl WebDriverCompatibleCommand for WithAuthenticator {
    fn endpoint(&self, base: &url::Url, session: Option<&str>) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/webauthn/authenticator", session.unwrap()))
    }
    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        let wanted = serde_json::json!({ "protocol": "ctap2", "transport": "internal", "hasResidentKey": true, "hasUserVerification": true, "isUserVerified": true });
        (http::Method::POST, Some(wanted.to_string()))
    }
}

#[actix_web::test]
#[ignore = "needs Chromium and chromedriver"]
async fn a_passkey_is_made_and_signs_in_without_a_password() {
    let named = |config: Config| Config { public_address: format!("http://localhost:{}", config.listen.rsplit(':').next().unwrap()), ..config };
    let world = World::with(Engine::Sqlite, named).await;
    world.account("ada@example.org", Role::Reader).await;
    let home = world.front.app.config.public_address.clone();
    let browser = browser(true).await;
    let client = &browser.client;
    client.issue_cmd(WithAuthenticator).await.unwrap();
    client.goto(&format!("{home}/sign-in")).await.unwrap();
    fill(client, "#email", "ada@example.org").await;
    fill(client, "#password", PASSWORD).await;
    click(client, "form.form button.btn").await;
    arrived(client, |url| !url.contains("sign-in")).await;
    client.goto(&format!("{home}/account")).await.unwrap();
    click(client, "#passkey summary").await;
    fill(client, "#label", "My phone").await;
    // with a wrong password nothing is made
    fill(client, "#passkey_password", "a wrong guess here").await;
    click(client, "#passkey button[data-passkey-ask]").await;
    says(client, "That is not your password").await;
    fill(client, "#passkey_password", PASSWORD).await;
    click(client, "#passkey button[data-passkey-ask]").await;
    says(client, "My phone, since").await;
    client.goto(&format!("{home}/account")).await.unwrap();
    click(client, "form[action='/sign-out'] button").await;
    arrived(client, |url| url.ends_with('/')).await;
    client.goto(&format!("{home}/sign-in?next=%2Fmethod")).await.unwrap();
    click(client, "#passkey button[data-passkey-ask]").await;
    arrived(client, |url| url.ends_with("/method")).await;
    client.goto(&format!("{home}/account")).await.unwrap();
    says(client, "ada@example.org").await;
    world.end().await;
}

/// Waits until the page shows a text.
async fn says(client: &Client, what: &str) {
    for _ in 0..100 {
        // the page may be replaced while it is read
        let shown = client.execute("return document.body ? document.body.innerText : ''", vec![]).await;
        if shown.is_ok_and(|text| text.as_str().is_some_and(|text| text.contains(what))) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{what:?} is missing in {}", text(client).await);
}

#[actix_web::test]
#[ignore = "needs Chromium and chromedriver"]
async fn no_page_is_wider_than_a_phone_or_breaks_the_policy() {
    let mut world = World::new().await;
    let path = world.published_fire().await;
    world.account("ed@example.org", Role::Editor).await;
    let browser = browser(true).await;
    let client = &browser.client;
    client.goto(&format!("{}/sign-in", world.address)).await.unwrap();
    fill(client, "#email", "ed@example.org").await;
    fill(client, "#password", PASSWORD).await;
    click(client, "form.form button.btn").await;
    arrived(client, |url| !url.contains("sign-in")).await;
    let desk = world.desk_path_of("refinery").await;
    for (width, height) in [(360, 800), (768, 1000), (1600, 1000)] {
        client.set_window_size(width, height).await.unwrap();
        let lists = ["/", "/incidents", "/map", "/entities", "/entities/nigeria", "/countries/NG", "/search?q=refinery", "/sources", "/sources/wire"];
        let others = [
            "/method",
            "/corrections",
            "/privacy",
            "/accessibility",
            "/account",
            "/account/alerts",
            "/account/watches",
            "/admin/queue",
            "/admin/sources",
            "/admin/jobs",
            "/nowhere",
        ];
        let revision = format!("{path}/revisions/1");
        for page in lists.iter().chain(&others).chain(&[path.as_str(), &revision, &desk]) {
            client.goto(&format!("{}{page}", world.address)).await.unwrap();
            let wide = client.execute("return document.documentElement.scrollWidth - document.documentElement.clientWidth", vec![]).await.unwrap();
            assert_eq!(wide, json!(0), "{page} at {width}");
            // a heading that is pressed into the margin breaks its words
            let narrow = "const h = document.querySelector('h1:not(.vh)'); return !!h && h.parentElement.clientWidth < 280";
            assert_eq!(client.execute(narrow, vec![]).await.unwrap(), json!(false), "the heading of {page} at {width}");
        }
    }
    world.end().await;
}

/// One incident in words as long and odd as they come.
async fn make_it_odd(world: &World) {
    use intelrift::store;
    let row = store::incident::find_by_number(&world.app.db, 1).await.unwrap().unwrap();
    let mut page = store::page::find_open(&world.app.db, &row.slug).await.unwrap().unwrap();
    let long = "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichenhersteller ".repeat(6);
    page.title = long.chars().take(400).collect();
    let topics = [("пожар на заводе", "ru"), ("حريق في المصفاة", "ar"), ("製油所の火災", "ja"), ("e\u{301}🔥", "en")];
    page.topics = (0..60).map(|n| intelrift::model::topic::Topic::new(&format!("{} {n}", topics[n % 4].0), topics[n % 4].1)).collect();
    let first = page.cited[0].clone();
    let titles = [("عنوان طويل جدا بالعربية", "ar"), ("כותרת בעברית", "he"), (&*"x".repeat(180), "en")];
    let source = |n: usize| intelrift::model::page::SourceLine {
        place: n as i64,
        title: titles[n % 3].0.into(),
        language: titles[n % 3].1.into(),
        ..first.clone()
    };
    page.cited = (1..=300).map(source).collect();
    (page.country, page.region, page.point) = (None, None, None);
    let mut tx = world.app.db.begin().await.unwrap();
    let premium = intelrift::model::page::PremiumPart {
        markets: intelrift::model::page::Markets { caption: String::new(), rows: vec![] },
        threat: None,
        timeline: vec![],
        related: Default::default(),
    };
    store::page::write(&mut tx, row.id, &page, &premium, world.app.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    world.app.bus.raise();
}

#[actix_web::test]
#[ignore = "needs Chromium and chromedriver"]
async fn the_layout_holds_whatever_the_words() {
    let mut world = World::new().await;
    let path = world.published_fire().await;
    make_it_odd(&world).await;
    let browser = browser(true).await;
    let client = &browser.client;
    for (width, height) in [(360, 800), (768, 1000), (1600, 1000)] {
        client.set_window_size(width, height).await.unwrap();
        for page in [path.as_str(), "/"] {
            client.goto(&format!("{}{page}", world.address)).await.unwrap();
            let wide = client.execute("return document.documentElement.scrollWidth - document.documentElement.clientWidth", vec![]).await.unwrap();
            assert_eq!(wide, json!(0), "{page} at {width}");
        }
        assert!(text(client).await.contains("Donaudampfschifffahrts"));
    }
    world.end().await;
}
