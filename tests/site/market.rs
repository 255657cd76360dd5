//! Markets: prices come from an address, and members read whether they moved by more than chance.

use crate::story;
use crate::world::Served;
use intelrift::clock::DAY;
use intelrift::config::Config;
use intelrift::{ingest, store};
use std::sync::Arc;

story!(prices_at_an_address_become_a_measured_move_for_members, |world| {
    let path = world.published_fire().await;
    let now = world.app.clock.now();
    // 80 calm days, and a jump on the day of the fire
    let calm = (1..=80u32).rev().map(|ago| (now.minus(DAY * ago).date(), [100.0, 101.0, 100.5][ago as usize % 3]));
    let table: String = calm.chain([(now.date(), 115.0)]).map(|(day, price)| format!("{day},{price}\n")).collect();
    world.serves_file("prices.csv", Served::Text(200, format!("date,brent\n{table}")));
    world.serves_file("broken.csv", Served::Text(200, "<html>closed today</html>".into()));
    let mut app = world.app.clone();
    let addresses = ["broken.csv", "prices.csv"].map(|file| format!("http://{}/{file}", world.feeds)).to_vec();
    app.config = Arc::new(Config { price_addresses: addresses, ..(*app.config).clone() });
    ingest::price::prices(&app).await.unwrap();
    assert_eq!(store::quote::list_series(&app.db).await.unwrap()[0].days, 81);

    world.work().await;
    let anonymous = world.anybody().get(&path).await;
    anonymous.has("The one price series that this touches moved by more than chance").lacks("Brent crude oil").lacks("19 windows");
    let member = world.reader().await.get(&path).await;
    member
        .has("Brent crude oil, US dollars a barrel")
        .has("more than chance gives in 19 windows of 20")
        .has("mean return, window to")
        .has("&#60; 0.001");
});

story!(coverage_and_prices_of_a_country_are_for_members_and_say_how_sure_they_are, |world| {
    let now = world.app.clock.now();
    let mut tx = world.app.db.begin().await.unwrap();
    for day in 0..80u32 {
        // quiet, but every fourth day
        let price = 100.0 + f64::from(day % 2) * 0.1 + if day % 4 == 0 { 5.0 } else { 0.0 };
        let quote = intelrift::model::market::Quote { series: "brent".into(), day: now.minus(intelrift::clock::DAY * day).date(), price };
        intelrift::store::quote::add(&mut tx, &quote).await.unwrap();
    }
    tx.commit().await.unwrap();
    world.source("Wire").await;
    for day in (1..60u32).filter(|day| day % 4 == 0) {
        for n in 0..3 {
            let title = format!("Fire {day} number {n} at an oil refinery in Lagos, Nigeria");
            world.publishes("Wire", &title, "", day * 1_440 + n * 10);
        }
    }
    world.publishes("Wire", "Fire at an oil refinery in Lagos, Nigeria", "", 59 * 1_440);
    world.publishes("Wire", "Refinery in Lagos, Nigeria, burns once more", "", 30);
    world.work().await;
    let anonymous = world.anybody().get("/countries/NG").await;
    anonymous.is(200).has("Coverage and prices").has("opens coverage and prices").lacks("Brent").lacks("% interval");
    let member = world.reader().await.get("/countries/NG").await;
    member.is(200).has("Brent crude oil").has("95 % interval").has("All lags").lacks("opens coverage and prices");
    world.reader().await.get("/countries/CL").await.is(200).lacks("Coverage and prices");
});
