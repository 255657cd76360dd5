//! A portal to tell stories about: a real server on a real database, a feed server beside it, and a clock that stands still.
#![allow(dead_code)]

pub mod mail;
pub mod receiver;
pub mod wire;

use actix_web::dev::ServerHandle;
use actix_web::{App as Actix, HttpRequest, HttpResponse, HttpServer, web};
use intelrift::account::{Lane, sign_up};
use intelrift::clock::{Clock, Timestamp};
use intelrift::config::Config;
use intelrift::id::Id;
use intelrift::model::account::{Account, Email};
use intelrift::model::source::{Licence, NewSource, Reliability};
use intelrift::model::viewer::Role;
use intelrift::store;
use intelrift::web::Front;
use intelrift::work::Worker;
use intelrift::{App, ingest};
use mail::{Postbox, Received};
use reqwest::{Client, StatusCode, redirect};
use sqlx::Connection;
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tempfile::TempDir;
use tokio::sync::OnceCell;

pub const PASSWORD: &str = "four unrelated words";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// Declares one story on both engines: `story!(a_reader_signs_up, |world| { … });`
#[macro_export]
macro_rules! story {
    ($name:ident, |$world:ident| $body:block) => {
        mod $name {
            #[allow(unused_imports)]
            use super::*;
            async fn told($world: &mut $crate::world::World) $body
            #[actix_web::test]
            async fn on_sqlite() {
                let mut world = $crate::world::World::on($crate::world::Engine::Sqlite).await;
                told(&mut world).await;
                world.end().await;
            }
            #[actix_web::test]
            #[ignore = "needs PostgreSQL: TEST_POSTGRES=postgres://…"]
            async fn on_postgres() {
                let mut world = $crate::world::World::on($crate::world::Engine::Postgres).await;
                told(&mut world).await;
                world.end().await;
            }
        }
    };
}

/// What the feed server answers at one path.
#[derive(Clone)]
pub enum Served {
    Text(u16, String),
    Redirect(String),
    /// Moved for good.
    Moved(String),
    /// 503 with Retry-After in seconds.
    Later(u64),
    /// A body in a coding: `br`, `gzip`, `zstd`.
    Packed(&'static str, Vec<u8>),
    /// A text with an ETag: who has it already hears that it is not modified.
    Tagged(&'static str, String),
    /// Takes the request and never answers.
    Hang,
    /// A byte now and then, for ever.
    Trickle,
    /// Says that it is longer than it is.
    Lies(String),
}

type Shelf = Arc<Mutex<HashMap<String, Served>>>;

pub struct World {
    pub app: App,
    pub front: Front,
    pub worker: Worker,
    pub address: String,
    pub feeds: String,
    pub database: String,
    shelf: Shelf,
    items: HashMap<String, Vec<String>>,
    servers: Vec<ServerHandle>,
    pub postbox: Postbox,
    _data: TempDir,
}

/// A browser of somebody.
pub struct Visitor {
    client: Client,
    address: String,
    /// What the forms of this session carry, as the last page had it.
    token: Mutex<String>,
}

/// The ticket in the address that an answer leads to.
pub fn ticket(asked: &Answer) -> &str {
    asked.header("location").strip_prefix("/code/").unwrap_or_else(|| panic!("{} leads to no code", asked.header("location")))
}

pub struct Answer {
    pub status: StatusCode,
    pub body: String,
    pub headers: reqwest::header::HeaderMap,
}

impl Answer {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or("")
    }
    /// The cookie of this name as it was set, with what it may be used for.
    pub fn cookie(&self, name: &str) -> &str {
        let set = self.headers.get_all("set-cookie").iter().filter_map(|v| v.to_str().ok());
        set.into_iter().find(|cookie| cookie.starts_with(&format!("{name}="))).unwrap_or("")
    }
    pub fn has(&self, text: &str) -> &Self {
        assert!(self.body.contains(text), "{text:?} is missing in ({}) {}", self.status, self.body);
        self
    }
    pub fn lacks(&self, text: &str) -> &Self {
        assert!(!self.body.contains(text), "{text:?} is in {}", self.body);
        self
    }
    pub fn is(&self, status: u16) -> &Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.body);
        self
    }
}

/// An empty database of the engine, by the address that settings use.
pub async fn database(engine: Engine, data: &TempDir) -> String {
    match engine {
        Engine::Sqlite => format!("sqlite:{}", data.path().join("test.db").display()),
        Engine::Postgres => new_database("template1").await,
    }
}

/// A database of the engine that is up to date: a copy of one that was brought there once a process.
async fn current_database(engine: Engine, data: &TempDir) -> String {
    static SQLITE: OnceCell<Vec<u8>> = OnceCell::const_new();
    static POSTGRES: OnceCell<String> = OnceCell::const_new();
    match engine {
        Engine::Sqlite => {
            let file = async || {
                let data = tempfile::tempdir().unwrap();
                bring_up_to_date(&database(engine, &data).await).await;
                std::fs::read(data.path().join("test.db")).unwrap()
            };
            std::fs::write(data.path().join("test.db"), SQLITE.get_or_init(file).await).unwrap();
            database(engine, data).await
        }
        Engine::Postgres => new_database(POSTGRES.get_or_init(postgres_template).await).await,
    }
}

async fn bring_up_to_date(address: &str) {
    let db = store::Db::connect(address).await.unwrap();
    db.migrate().await.unwrap();
    db.close().await;
}

/// The template of these migrations; it stays on the server for the next run.
async fn postgres_template() -> String {
    let files = ["shared", "postgres"].map(|folder| format!("{}/migrations/{folder}", env!("CARGO_MANIFEST_DIR")));
    let files = files.iter().flat_map(|folder| std::fs::read_dir(folder).unwrap());
    let mut texts: Vec<String> = files.map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap()).collect();
    texts.sort();
    let mut hasher = DefaultHasher::new();
    texts.hash(&mut hasher);
    let name = format!("intelrift_template_{:016x}", hasher.finish());
    let mut admin = admin().await;
    // one process makes it, the others wait
    sqlx::query("SELECT pg_advisory_lock(1)").execute(&mut admin).await.unwrap();
    let known = sqlx::query("SELECT 1 FROM pg_database WHERE datname = $1").bind(&name).fetch_optional(&mut admin).await.unwrap();
    if known.is_none() {
        let address = new_database("template1").await;
        bring_up_to_date(&address).await;
        let (_, made) = address.rsplit_once('/').unwrap();
        sqlx::query(sqlx::AssertSqlSafe(format!("ALTER DATABASE {made} RENAME TO {name}"))).execute(&mut admin).await.unwrap();
    }
    admin.close().await.unwrap();
    name
}

fn server() -> String {
    std::env::var("TEST_POSTGRES").expect("TEST_POSTGRES=postgres://USER@HOST:PORT names a server to make databases on")
}

async fn admin() -> sqlx::PgConnection {
    sqlx::PgConnection::connect(&format!("{}/postgres", server())).await.expect("the server of TEST_POSTGRES answers")
}

async fn new_database(template: &str) -> String {
    let name = format!("intelrift_test_{:016x}", rand::random::<u64>());
    let mut admin = admin().await;
    sqlx::query(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name} TEMPLATE {template}"))).execute(&mut admin).await.unwrap();
    admin.close().await.unwrap();
    format!("{}/{name}", server())
}

async fn drop_database(address: &str) {
    if let Some((_, name)) = address.rsplit_once('/').filter(|_| address.starts_with("postgres")) {
        let mut admin = admin().await;
        sqlx::query(sqlx::AssertSqlSafe(format!("DROP DATABASE {name} WITH (FORCE)"))).execute(&mut admin).await.unwrap();
        admin.close().await.unwrap();
    }
}

impl World {
    pub async fn new() -> Self {
        Self::on(Engine::Sqlite).await
    }

    pub async fn on(engine: Engine) -> Self {
        Self::with(engine, |config| config).await
    }

    /// A portal whose settings are changed by `change`. It stands at 20 March 2022, 12:00 UTC.
    pub async fn with(engine: Engine, change: impl FnOnce(Config) -> Config) -> Self {
        let data = tempfile::tempdir().unwrap();
        let database = current_database(engine, &data).await;
        let (feeds, shelf, feed_server) = feed_server();
        let postbox = Postbox::open().await;
        let config = Config {
            data: data.path().into(),
            database: database.clone(),
            fetch_allow: vec![feeds.clone()],
            // all feeds of a story are on one host
            fetch_pause_seconds: 0,
            fetch_timeout_seconds: 4,
            smtp: format!("smtp://{}", postbox.address),
            ..Config::default()
        };
        let clock = Clock::fixed(Timestamp::parse("2022-03-20T12:00:00Z").unwrap());
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        // where the portal listens is known to `change`, for a public address with its port
        let config = change(Config { listen: listener.local_addr().unwrap().to_string(), ..config });
        let app = App::open(config, clock).await.unwrap();
        let front = Front::new(app.clone()).unwrap();
        let server = intelrift::web::serve(front.clone(), listener).unwrap();
        let servers = vec![server.handle(), feed_server];
        actix_web::rt::spawn(server);
        let worker = Worker::new(app.clone()).unwrap();
        Self { app, front, worker, address, feeds, database, shelf, items: HashMap::new(), servers, postbox, _data: data }
    }

    pub fn forward(&self, time: Duration) {
        self.app.clock.forward(time);
    }

    /// Reads what is due, and does all that comes of it.
    pub async fn work(&self) {
        ingest::enqueue_due(&self.app).await.unwrap();
        self.worker.drain().await.unwrap();
    }

    /// A source that the feed server answers for: `{name}.xml`, owned by itself.
    pub async fn source(&self, name: &str) {
        self.source_of(name, name, Reliability::C).await;
    }

    /// The outlets `Wire` and `Gazette`: enough voices for the automatic policy.
    pub async fn two_outlets(&self) {
        for name in ["Wire", "Gazette"] {
            self.source(name).await;
        }
    }

    pub async fn source_of(&self, name: &str, owner: &str, reliability: Reliability) {
        let source = NewSource {
            name: name.into(),
            address: format!("http://{}/{name}.xml", self.feeds),
            owner: owner.into(),
            country: Some("GB".into()),
            language: Some("en".into()),
            reliability,
            licence: Licence::Headline,
            folder: String::new(),
        };
        store::source::add(&self.app.db, &source, self.app.clock.now()).await.unwrap();
    }

    /// Adds an item to the feed of a source: title, summary, minutes ago.
    pub fn publishes(&mut self, name: &str, title: &str, summary: &str, minutes_ago: u32) {
        let at = self.app.clock.now().minus(Duration::from_secs(60 * u64::from(minutes_ago)));
        let date = at.iso().replace('Z', ":00Z");
        let items = self.items.entry(name.into()).or_default();
        let number = items.len() + 1;
        items.push(format!(
            "<entry><id>{name}-{number}</id><title>{}</title><link href=\"https://{name}.example/{number}\"/><published>{date}</published><updated>{date}</updated><summary>{}</summary></entry>",
            escaped(title),
            escaped(summary)
        ));
        let feed = format!(
            "<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>{name}</title><id>{name}</id><updated>{date}</updated>{}</feed>",
            items.concat()
        );
        self.serves(name, Served::Text(200, feed));
    }

    pub fn serves(&self, name: &str, what: Served) {
        self.serves_file(&format!("{name}.xml"), what);
    }
    pub fn serves_file(&self, file: &str, what: Served) {
        self.shelf.lock().unwrap().insert(file.into(), what);
    }

    /// Two outlets report a fire: enough for the automatic policy. Says the page's path.
    pub async fn published_fire(&mut self) -> String {
        self.two_outlets().await;
        self.publishes(
            "Wire",
            "Fire at oil refinery in Lagos kills three",
            "A fire at an oil refinery in Lagos, Nigeria, killed three workers on Sunday. Oil prices rose after the fire.",
            90,
        );
        self.publishes("Gazette", "Three dead in fire at Lagos oil refinery", "Police in Lagos arrested two managers of the refinery.", 30);
        self.work().await;
        self.path_of("refinery").await
    }

    /// The fire, and an earthquake in another country.
    pub async fn published_fire_and_quake(&mut self) {
        self.published_fire().await;
        self.publishes("Wire", "Earthquake shakes Chile and injures dozens", "Rescue teams reached Valparaiso, Chile, at night.", 60);
        self.publishes("Gazette", "Dozens injured as earthquake shakes Chile", "", 50);
        self.forward(Duration::from_secs(700));
        self.work().await;
    }

    /// The path of the one public incident whose title has this word.
    pub async fn path_of(&self, word: &str) -> String {
        let page = self.anybody().get("/incidents").await;
        let links = page.body.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
        let found: Vec<&str> = links.filter(|l| l.starts_with("/incidents/") && l.contains(word) && !l.contains('#')).collect();
        assert!(!found.is_empty(), "no incident of {word} in {}", page.body);
        found[0].to_string()
    }

    pub fn anybody(&self) -> Visitor {
        let client = Client::builder().cookie_store(true).redirect(redirect::Policy::none()).build().unwrap();
        Visitor { client, address: self.address.clone(), token: Mutex::default() }
    }

    /// The newest letter to this address, when all are delivered.
    pub async fn letter(&self, to: &str) -> Received {
        self.app.mail.settle().await;
        self.postbox.newest(to)
    }

    /// Signs up with the address and [`PASSWORD`], by the code from the mail, and says what the last answer was.
    pub async fn signs_up(&self, visitor: &Visitor, email: &str) -> Answer {
        let asked = visitor.post("/sign-up", &[("email", email), ("password", PASSWORD)]).await;
        asked.is(303);
        self.enters_code(visitor, &asked, email).await
    }

    /// Enters the code that came to this address on the page that `asked` leads to.
    pub async fn enters_code(&self, visitor: &Visitor, asked: &Answer, email: &str) -> Answer {
        let code = self.letter(email).await.code();
        visitor.post("/code", &[("ticket", ticket(asked)), ("code", &code)]).await
    }

    /// An account with [`PASSWORD`].
    pub async fn account(&self, email: &str, role: Role) {
        let now = self.app.clock.now();
        sign_up::create(&self.app, &self.front.hasher, &Lane::of("test"), email, PASSWORD, role, now).await.unwrap();
    }

    pub async fn id_of(&self, email: &str) -> Id<Account> {
        store::account::find_by_email(&self.app.db, &Email::parse(email).unwrap()).await.unwrap().unwrap().id
    }

    /// Somebody who is signed in, with an account of the role.
    pub async fn signed_in(&self, role: Role) -> Visitor {
        let email = format!("{}{}@example.org", role.word(), rand::random::<u32>());
        self.account(&email, role).await;
        let visitor = self.anybody();
        visitor.post("/sign-in", &[("email", &email), ("password", PASSWORD)]).await.is(303);
        visitor
    }

    pub async fn reader(&self) -> Visitor {
        self.signed_in(Role::Reader).await
    }
    pub async fn editor(&self) -> Visitor {
        self.signed_in(Role::Editor).await
    }

    /// The editor's address of the incident with this word in its title.
    pub async fn desk_path_of(&self, word: &str) -> String {
        let rows = store::queue::list(&self.app.db, store::queue::Whose::Anybodys, None, 100).await.unwrap();
        let reviewed = store::queue::list_reviewed(&self.app.db, 100).await.unwrap();
        let row = rows.iter().chain(&reviewed).find(|row| row.title.contains(word)).unwrap_or_else(|| panic!("no incident of {word}"));
        format!("/admin/incidents/{}", row.id)
    }

    /// Nothing that is due was left undone; then all ends.
    pub async fn end(self) {
        let left = store::job::list(&self.app.db, 20).await.unwrap();
        let due: Vec<_> = left.iter().filter(|job| job.state != "failed" && job.run_at <= self.app.clock.now()).map(|job| &job.key).collect();
        assert!(due.is_empty(), "jobs left behind: {due:?}");
        for server in self.servers {
            server.stop(false).await;
        }
        self.app.db.close().await;
        drop_database(&self.database).await;
    }
}

pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

fn feed_server() -> (String, Shelf, ServerHandle) {
    let shelf: Shelf = Arc::default();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let served = shelf.clone();
    let server = HttpServer::new(move || Actix::new().app_data(web::Data::new(served.clone())).route("/{file}", web::get().to(serve)));
    let server = server.workers(1).disable_signals().listen(listener).unwrap().run();
    let handle = server.handle();
    actix_web::rt::spawn(server);
    (address, shelf, handle)
}

async fn serve(shelf: web::Data<Shelf>, file: web::Path<String>, request: HttpRequest) -> HttpResponse {
    let what = shelf.lock().unwrap().get(file.as_str()).cloned();
    match what {
        None => HttpResponse::NotFound().finish(),
        Some(Served::Text(status, text)) => HttpResponse::build(actix_web::http::StatusCode::from_u16(status).unwrap()).body(text),
        Some(Served::Redirect(to)) => HttpResponse::Found().insert_header(("Location", to)).finish(),
        Some(Served::Moved(to)) => HttpResponse::MovedPermanently().insert_header(("Location", to)).finish(),
        Some(Served::Later(seconds)) => HttpResponse::ServiceUnavailable().insert_header(("Retry-After", seconds)).finish(),
        Some(Served::Hang) => {
            tokio::time::sleep(Duration::from_secs(60)).await;
            HttpResponse::Ok().finish()
        }
        Some(Served::Trickle) => {
            let drops = futures_util::stream::unfold((), |()| async {
                tokio::time::sleep(Duration::from_millis(300)).await;
                Some((Ok::<_, std::io::Error>(web::Bytes::from_static(b" ")), ()))
            });
            HttpResponse::Ok().streaming(Box::pin(drops))
        }
        Some(Served::Lies(text)) => {
            let length = text.len() as u64 + 1_000;
            let whole = futures_util::stream::once(async move { Ok::<_, std::io::Error>(web::Bytes::from(text)) });
            HttpResponse::Ok().no_chunking(length).streaming(Box::pin(whole))
        }
        Some(Served::Packed(coding, bytes)) => HttpResponse::Ok().insert_header(("Content-Encoding", coding)).body(bytes),
        Some(Served::Tagged(tag, _)) if request.headers().get("If-None-Match").is_some_and(|known| known == tag) => {
            HttpResponse::NotModified().finish()
        }
        Some(Served::Tagged(tag, text)) => HttpResponse::Ok().insert_header(("ETag", tag)).body(text),
    }
}

impl Visitor {
    pub async fn get(&self, path: &str) -> Answer {
        answer(self.client.get(format!("{}{path}", self.address)).send().await).await
    }
    /// Sends a form as a page of ours would: a button of the editor's form may have an address of its own.
    pub async fn post(&self, path: &str, form: &[(&str, &str)]) -> Answer {
        let path = &address_of(path, form);
        let mut body = url::form_urlencoded::Serializer::new(String::new());
        body.extend_pairs(form);
        if !form.iter().any(|(name, _)| *name == "form_token") {
            body.append_pair("form_token", &self.token().await);
        }
        let request = self.client.post(format!("{}{path}", self.address)).header("Sec-Fetch-Site", "same-origin");
        let answer = answer(request.header("Content-Type", "application/x-www-form-urlencoded").body(body.finish()).send().await).await;
        if answer.headers.contains_key("set-cookie") {
            // another session has another token
            self.token.lock().unwrap().clear();
        }
        answer
    }
    /// What a form on any page of ours carries now.
    pub async fn token(&self) -> String {
        let known = self.token.lock().unwrap().clone();
        if !known.is_empty() {
            return known;
        }
        let page = self.get("/privacy").await.body;
        let token = page.split("name=\"form_token\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or("").to_string();
        *self.token.lock().unwrap() = token.clone();
        token
    }
    pub async fn post_from_elsewhere(&self, path: &str, form: &str) -> Answer {
        let request = self.client.post(format!("{}{path}", self.address)).header("Origin", "https://evil.example");
        answer(request.header("Content-Type", "application/x-www-form-urlencoded").body(form.to_string()).send().await).await
    }
    pub fn raw(&self) -> &Client {
        &self.client
    }
}

/// Where the button that was pressed sends the editor's form.
fn address_of(path: &str, form: &[(&str, &str)]) -> String {
    let is_form = path.strip_prefix("/admin/incidents/").is_some_and(|id| !id.contains('/'));
    let act = form.iter().rev().find(|(name, _)| *name == "do").map_or("", |(_, act)| act);
    let verb = act.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end_matches('-');
    let decisions = [
        "hand-back",
        "mark",
        "embargo",
        "lift",
        "take-out",
        "part-off",
        "keep-together",
        "move",
        "undo",
        "merge",
        "pin",
        "hide",
        "by-rule",
        "continue",
        "stand-alone",
        "dismiss",
        "retract",
    ];
    match verb {
        "publish" | "schedule" | "unschedule" if is_form => format!("{path}/revisions"),
        verb if is_form && decisions.contains(&verb) => format!("{path}/decisions"),
        _ => path.to_string(),
    }
}

pub async fn answer(sent: reqwest::Result<reqwest::Response>) -> Answer {
    let response = sent.expect("the portal answers");
    Answer { status: response.status(), headers: response.headers().clone(), body: response.text().await.unwrap_or_default() }
}

/// The fields of the form on an editor's page as a browser would send them, in order.
pub fn fields_of(page: &str) -> Vec<(String, String)> {
    fields_in(page, "<form class=\"edit\"")
}

/// The same of another form, by how its tag begins; without its token, which is the visitor's own.
pub fn fields_in(page: &str, begins: &str) -> Vec<(String, String)> {
    let mut fields = vec![];
    let form = page.split(begins).nth(1).expect("the form is on the page").split("</form>").next().unwrap();
    for tag in form.split('<').skip(1) {
        let (open, text) = tag.split_once('>').unwrap_or((tag, ""));
        let Some(name) = attribute(open, "name").filter(|name| name != "form_token") else { continue };
        if open.starts_with("input") {
            let unchecked = open.contains("type=\"checkbox\"") && !open.contains(" checked");
            if !unchecked {
                fields.push((name, attribute(open, "value").unwrap_or_default()));
            }
        } else if open.starts_with("textarea") {
            fields.push((name, decoded(text.strip_prefix('\n').unwrap_or(text))));
        } else if open.starts_with("select") {
            let options = form.split(&format!("name=\"{name}\">")).nth(1).unwrap().split("</select>").next().unwrap();
            let chosen = options.split("<option").find(|o| o.contains(" selected")).or(options.split("<option").nth(1)).unwrap();
            fields.push((name, attribute(chosen, "value").unwrap_or_default()));
        }
    }
    fields
}

/// The same fields with one of them changed.
pub fn changed(fields: &[(String, String)], name: &str, value: &str) -> Vec<(String, String)> {
    let mut changed: Vec<_> = fields.iter().filter(|(n, _)| n != name).cloned().collect();
    changed.push((name.into(), value.into()));
    changed
}

pub fn pairs(fields: &[(String, String)]) -> Vec<(&str, &str)> {
    fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect()
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
    rest.split_once('"').map(|(value, _)| decoded(value))
}

fn decoded(text: &str) -> String {
    text.replace("&#60;", "<").replace("&#62;", ">").replace("&#34;", "\"").replace("&#39;", "'").replace("&#38;", "&")
}
