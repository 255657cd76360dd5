//! What analysis costs. `cargo bench --bench analysis` runs for some minutes:
//! - the layout of an entity network of 500 nodes;
//! - 10,000 incidents (`INCIDENTS`), copies of those of the replay, drafted anew by the job that an editor begins in the jobs room: stopped half-way,
//!   the process killed, and gone on with; and what a page takes meanwhile.

mod portal;

use intelrift::analyze::again;
use intelrift::clock::Clock;
use intelrift::config::Config;
use intelrift::desk::layout;
use intelrift::model::article::{Article, Item};
use intelrift::store::article::Joining;
use intelrift::store::item::Added;
use intelrift::store::{self, Sql};
use intelrift::{App, params};
use portal::{demo, get, intelrift, memory, percentiles, start};
use std::process::Child;
use std::time::{Duration, Instant};

const NODES: usize = 500;

#[tokio::main]
async fn main() {
    place_nodes();
    let incidents: i64 = std::env::var("INCIDENTS").ok().and_then(|n| n.parse().ok()).unwrap_or(10_000);
    let data = tempfile::tempdir().unwrap();
    let (mut replay, _) = demo(data.path());
    replay.kill().unwrap();
    replay.wait().unwrap();
    let app = App::open(Config { data: data.path().into(), ..Config::default() }, Clock::Real).await.unwrap();
    let began = Instant::now();
    let (incidents, articles) = copy(&app, incidents).await;
    println!("again: {incidents} incidents of {articles} articles, copied in {:.0} s", began.elapsed().as_secs_f64());
    draft_again(&app, data.path()).await;
}

/// A network as incidents have them: some nodes with many ties, most with few.
fn place_nodes() {
    let mut seed = 7usize;
    let mut random = |below: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (seed >> 33) % below
    };
    let ties: Vec<_> =
        (1..NODES).flat_map(|node| [(random(node), node, 1.0), (random(node.min(20)), node, 2.0)]).filter(|tie| tie.0 != tie.1).collect();
    let mut times: Vec<f64> = (0..20)
        .map(|_| {
            let began = Instant::now();
            assert_eq!(layout::places(NODES, &ties, (760.0, 420.0), 40.0).len(), NODES);
            began.elapsed().as_secs_f64() * 1_000.0
        })
        .collect();
    let (p50, p99) = percentiles(&mut times);
    println!("layout: {NODES} nodes with {} ties in {p50:.0} ms at the median, {p99:.0} ms at worst", ties.len());
}

/// Copies the incidents that are there, one after the other, until there are so many.
async fn copy(app: &App, wanted: i64) -> (i64, i64) {
    let now = app.clock.now();
    let mut originals: Vec<Vec<Article>> = vec![];
    for id in store::incident::list_after(&app.db, 0.into(), 100_000).await.unwrap() {
        originals.push(store::article::list_of(&app.db, id).await.unwrap());
    }
    let mut count = store::incident::count_all(&app.db).await.unwrap();
    while count < wanted {
        let mut tx = app.db.begin().await.unwrap();
        for articles in originals.iter().take((wanted - count).min(500) as usize) {
            let incident = store::incident::open(&mut tx, &articles[0].title, articles[0].published_at, now).await.unwrap();
            for article in articles {
                let item = Item {
                    identity: format!("{}-{count}", article.id),
                    has_link: true,
                    own_identity: format!("{}-{count}", article.id),
                    shares_identity: false,
                    address: article.address.clone(),
                    title: article.title.clone(),
                    summary: article.summary.clone(),
                    author: None,
                    language: article.language.clone(),
                    categories: vec![],
                    published_at: Some(article.published_at),
                };
                let Added::New(id) = store::item::add(&mut tx, article.source, &item, article.published_at, now).await.unwrap() else { continue };
                let joining =
                    Joining { likeness: 1.0, reasons: article.reasons.clone(), original: None, voice: article.voice.clone(), direction: None };
                store::article::join(&mut tx, id, incident, joining, now).await.unwrap();
            }
            store::incident::count(&mut tx, incident).await.unwrap();
            count += 1;
        }
        tx.commit().await.unwrap();
        let taken = 500 % originals.len();
        originals.rotate_left(taken);
    }
    (count, store::article::count(&app.db).await.unwrap().0)
}

async fn draft_again(app: &App, data: &std::path::Path) {
    let (mut served, address) = serve(data);
    let quiet = page_times(&address);
    again::begin(app).await.unwrap();
    let began = Instant::now();
    let mut pages = vec![];
    // half of it, then stopped, and the process is killed
    let total = wait(app, &address, &mut pages, |done, total| done >= total / 2).await;
    again::stop(app).await.unwrap();
    let worked = began.elapsed();
    tokio::time::sleep(Duration::from_secs(3)).await;
    let stopped = again::progress(app).await.unwrap().unwrap();
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert_eq!(again::progress(app).await.unwrap().unwrap().done, stopped.done, "stopped is stopped");
    served.kill().unwrap();
    served.wait().unwrap();
    println!("again: stopped at {} of {total}, and the process killed", stopped.done);
    let (mut served, address) = serve(data);
    again::begin(app).await.unwrap();
    assert!(again::progress(app).await.unwrap().unwrap().done >= stopped.done, "it goes on where it was");
    let gone_on = Instant::now();
    wait(app, &address, &mut pages, |done, total| done >= total).await;
    while store::job::count(&app.db).await.unwrap().0 > 0 && gone_on.elapsed() < Duration::from_secs(600) {
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    let seconds = (worked + gone_on.elapsed()).as_secs_f64();
    let (drafted,): (i64,) = app.db.one("SELECT COUNT(*) FROM incident WHERE articles > 0 AND draft IS NOT NULL", params![]).await.unwrap();
    assert_eq!(drafted, total, "each has a draft");
    let busy = percentiles(&mut pages);
    println!(
        "again: {total} incidents in {seconds:.0} s, {:.0} a second, {:.0} MB; the desk meanwhile p50 {:.1} p99 {:.1} ms, before {:.1} and {:.1}",
        total as f64 / seconds,
        memory(&served),
        busy.0,
        busy.1,
        quiet.0,
        quiet.1
    );
    served.kill().unwrap();
    served.wait().unwrap();
}

/// Reads pages until the progress is as wanted, and says how many incidents there are.
async fn wait(app: &App, address: &str, pages: &mut Vec<f64>, until: impl Fn(i64, i64) -> bool) -> i64 {
    let began = Instant::now();
    loop {
        let progress = again::progress(app).await.unwrap().unwrap();
        if until(progress.done, progress.total) {
            return progress.total;
        }
        assert!(began.elapsed() < Duration::from_secs(1_800), "it stands still at {}", progress.done);
        let asked = Instant::now();
        get(address, "/");
        pages.push(asked.elapsed().as_secs_f64() * 1_000.0);
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

fn page_times(address: &str) -> (f64, f64) {
    let mut times: Vec<f64> = (0..50)
        .map(|_| {
            let asked = Instant::now();
            get(address, "/");
            std::thread::sleep(Duration::from_millis(20));
            asked.elapsed().as_secs_f64() * 1_000.0 - 20.0
        })
        .collect();
    percentiles(&mut times)
}

fn serve(data: &std::path::Path) -> (Child, String) {
    let (mut command, address) = intelrift(data);
    (start(command.arg("serve"), &address), address)
}
