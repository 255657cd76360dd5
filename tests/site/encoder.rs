//! With an encoder: what is told in other words and other languages is one incident. Its file is too large to be shipped; `TEST_ENCODER` names it, and
//! docs/models.md says where it is from.

use crate::world::{Engine, World};
use intelrift::store;
use intelrift::work::Worker;
use std::io::Write;

async fn told(engine: Engine) {
    let Ok(encoder) = std::env::var("TEST_ENCODER") else {
        // past what holds a passing test's words back
        std::io::stderr().write_all(b"skipped: TEST_ENCODER names no encoder\n").unwrap();
        return;
    };
    assert_eq!(sizes(engine, String::new()).await, [1, 1, 1], "their words have too little in common");
    assert_eq!(sizes(engine, encoder).await, [1, 2]);
}

/// The articles of each incident, the fewest first.
async fn sizes(engine: Engine, encoder: String) -> Vec<i64> {
    let mut world = World::with(engine, |config| intelrift::config::Config { encoder, ..config }).await;
    world.two_outlets().await;
    world.publishes("Wire", "Lawmakers in Nairobi approve new tax on bread despite protests", "", 30);
    world.publishes("Gazette", "Parliament votes on the pension reform", "", 20);
    world.work().await;
    // what the index knows is read from the store by another worker
    world.worker = Worker::new(world.app.clone()).unwrap();
    world.source("Journal").await;
    world.publishes("Journal", "Kenya: les députés adoptent la taxe sur le pain malgré les manifestations", "", 5);
    world.work().await;
    let rows = store::queue::list(&world.app.db, store::queue::Whose::Anybodys, None, 10).await.unwrap();
    let mut sizes: Vec<i64> = rows.iter().map(|row| row.articles).collect();
    sizes.sort_unstable();
    world.end().await;
    sizes
}

#[actix_web::test]
async fn one_event_in_two_languages_is_one_incident_on_sqlite() {
    told(Engine::Sqlite).await;
}

#[actix_web::test]
#[ignore = "needs PostgreSQL: TEST_POSTGRES=postgres://…"]
async fn one_event_in_two_languages_is_one_incident_on_postgres() {
    told(Engine::Postgres).await;
}
