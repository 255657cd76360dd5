//! What the portal does while something beneath it is in trouble: its disk, its database, its clock.

use crate::story;
use crate::world::wire::Wire;
use crate::world::{Engine, World, changed, fields_of, pairs};
use intelrift::store::Sql;
use std::time::{Duration, Instant};

#[actix_web::test]
async fn d2_a_full_disk_stops_writing_and_nothing_else() {
    let mut world = World::new().await;
    let incident = world.published_fire().await;
    let desk = world.desk_path_of("refinery").await;
    let editor = world.editor().await;
    let long = format!("{} [1]", "Smoke stood over the harbour. ".repeat(1_000));
    let form = changed(&changed(&fields_of(&editor.get(&desk).await.body), "happened", &long), "do", "save");
    // SQLite takes no page more than it has, as on a disk without room
    world.app.db.run("PRAGMA max_page_count = 1", vec![]).await.unwrap();
    editor.post(&desk, &pairs(&form)).await.is(503).has("Nothing you wrote has been lost").lacks("SQLITE");
    world.anybody().get(&incident).await.is(200).has("refinery");
    editor.get(&desk).await.is(200).lacks("Smoke stood over");
    // room again, and the same form is taken without a restart
    world.app.db.run("PRAGMA max_page_count = 1073741823", vec![]).await.unwrap();
    editor.post(&desk, &pairs(&form)).await.is(303);
    editor.get(&desk).await.has("Smoke stood over");
    world.end().await;
}

#[actix_web::test]
#[ignore = "needs PostgreSQL: TEST_POSTGRES=postgres://…"]
async fn d3_postgres_that_goes_away_takes_nothing_with_it_and_is_found_again() {
    let server = url::Url::parse(&std::env::var("TEST_POSTGRES").expect("TEST_POSTGRES names a server")).unwrap();
    let wire = Wire::to(format!("{}:{}", server.host_str().unwrap(), server.port().unwrap_or(5432))).await;
    let through = wire.address;
    let mut world = World::with(Engine::Postgres, |mut config| {
        let mut address = url::Url::parse(&config.database).unwrap();
        address.set_host(Some("127.0.0.1")).unwrap();
        address.set_port(Some(through.port())).unwrap();
        config.database = address.into();
        config
    })
    .await;
    let incident = world.published_fire().await;
    let desk = world.desk_path_of("refinery").await;
    let (reader, editor) = (world.reader().await, world.editor().await);
    let form = changed(&changed(&fields_of(&editor.get(&desk).await.body), "watch", "Typed while it was away. [1]"), "do", "save");
    world.anybody().get(&incident).await.is(200);
    wire.cut();
    tokio::time::sleep(Duration::from_millis(200)).await;
    // what was drawn for anonymous readers is there for all, without the premium panels; the rest says that it will be back
    for visitor in [&world.anybody(), &reader] {
        visitor.get(&incident).await.is(200).has("refinery").lacks("Key judgements");
    }
    for away in
        [world.anybody().get("/corrections").await, reader.get("/account").await, editor.get(&desk).await, editor.post(&desk, &pairs(&form)).await]
    {
        away.is(503).has("Nothing you wrote has been lost");
        assert_eq!(away.header("retry-after"), "30");
    }
    wire.mend();
    let mended = Instant::now();
    while reader.get("/account").await.status != 200 {
        assert!(mended.elapsed() < Duration::from_secs(5), "not found again within five seconds");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    // members are who they were, the form is taken, and the work goes on
    reader.get(&incident).await.is(200).has("Key judgements");
    editor.post(&desk, &pairs(&form)).await.is(303);
    world.publishes("Wire", "Refinery fire in Lagos is out", "Firefighters in Lagos put out the refinery fire.", 1);
    world.forward(Duration::from_secs(700));
    world.work().await;
    world.anybody().get("/incidents").await.is(200).has("3 articles");
    world.end().await;
}

story!(d6_a_clock_that_jumps_back_and_forth_leaves_nothing_stuck, |world| {
    world.published_fire().await;
    let reader = world.reader().await;
    let hour = Duration::from_secs(3_600);
    world.app.clock.back(hour);
    reader.get("/account").await.is(200);
    world.publishes("Wire", "Earthquake shakes Chile and injures dozens", "Rescue teams reached Valparaiso, Chile, at night.", 60);
    world.publishes("Gazette", "Dozens injured as earthquake shakes Chile", "", 50);
    // what waits for its time has it when the clock is there again
    world.forward(hour + Duration::from_secs(700));
    world.work().await;
    world.anybody().get("/incidents").await.has("Chile").has("refinery");
    world.forward(hour);
    reader.get("/account").await.is(200);
    // no session lives for ever, whichever way the clock went
    world.app.clock.back(hour);
    world.forward(Duration::from_secs(86_400 * 40));
    reader.get("/account").await.is(303);
});
