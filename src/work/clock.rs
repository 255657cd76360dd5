//! The clock: leaves a job for every source, webhook and watch that is due and for the day's briefing, and clears away what nobody needs any more.

use super::LOCK;
use crate::clock::{DAY, HOUR, MINUTE, Timestamp};
use crate::model::code::DEVICE_DAYS;
use crate::model::job::Work;
use crate::{App, Result, account, desk, ingest, store};
use std::time::Duration;
use tokio::sync::watch;
use tracing::warn;

const TICK: Duration = Duration::from_secs(1);
/// Happenings stay this long, so that a page that lost its stream can catch up.
const OUTBOX_KEPT: Duration = Duration::from_secs(2 * 86_400);

/// A week of a source's hours, and today.
const HOURS_KEPT: Duration = Duration::from_secs(8 * 86_400);
/// Prices are published once a day, at different hours.
const PRICES: Duration = Duration::from_secs(43_200);

pub async fn run(app: App, mut stop: watch::Receiver<bool>) {
    let mut last = Last::default();
    while tokio::time::timeout(TICK, stop.wait_for(|stop| *stop)).await.is_err() {
        if let Err(cause) = tick(&app, &mut last).await {
            warn!("the clock missed a beat: {cause:#}");
        }
    }
}

/// When what was done last.
#[derive(Default)]
struct Last {
    beat: Option<Timestamp>,
    told: Timestamp,
    briefed: Timestamp,
    swept: Timestamp,
    priced: Timestamp,
}

/// How far the time goes back before what was planned by it is planned anew.
const BACK: Duration = Duration::from_secs(60);
/// How often the others are told that somebody works here.
const TELL: Duration = Duration::from_secs(10);

async fn tick(app: &App, last: &mut Last) -> Result<()> {
    let now = app.clock.now();
    let is_back = last.beat.is_none_or(|before| before.since(now) > BACK);
    if is_back {
        // the clock was ahead, now or before this process began: what was put off until then would wait until then
        let longest = now.plus(LOCK * 2);
        let soon = now.plus(BACK);
        let sources = store::source::forget_future(&app.db, soon, now.plus(ingest::longest_wait(&app.config))).await?;
        let jobs = store::job::forget_future(&app.db, soon, longest).await?;
        if sources + jobs > 0 {
            warn!(
                sources,
                jobs, "{sources} sources and {jobs} jobs waited for a time that a wrong clock or another setting gave: they are due within a minute"
            );
        }
        store::alert::forget_future(&app.db, now, soon).await?;
        desk::respell::begin(app).await?;
        *last = Last::default();
    }
    last.beat = Some(now);
    ingest::enqueue_due(app).await?;
    account::webhook::enqueue_due(app).await?;
    account::alert::enqueue_due(app).await?;
    if now.since(last.briefed) >= MINUTE {
        desk::briefing::enqueue_due(app).await?;
        last.briefed = now;
    }
    if now.since(last.told) > TELL {
        store::progress::beat(&app.db, now).await?;
        last.told = now;
    }
    if now.since(last.swept) > HOUR {
        store::login::remove_ended(&app.db, now).await?;
        store::code::remove_ended(&app.db, now).await?;
        store::held::remove_ended(&app.db, now).await?;
        store::device::remove_before(&app.db, now.minus(DAY * DEVICE_DAYS)).await?;
        store::outbox::remove_before(&app.db, now.minus(OUTBOX_KEPT)).await?;
        store::webhook::forget_heard(&app.db, now.minus(account::webhook::REMEMBERS)).await?;
        store::alert::forget(&app.db, now.minus(account::alert::REMEMBERS)).await?;
        store::following::end_following(&app.db, now.minus(account::watch::FOLLOWED_FOR)).await?;
        store::source::remove_hours_before(&app.db, now.minus(HOURS_KEPT)).await?;
        last.swept = now;
    }
    if !app.config.price_addresses.is_empty() && now.since(last.priced) > PRICES {
        let mut tx = app.db.begin().await?;
        store::job::add(&mut tx, Work::Prices, now, now).await?;
        tx.commit().await?;
        last.priced = now;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;
    use crate::config::Config;
    use crate::model::source::{Licence, NewSource, Reliability};
    use crate::params;
    use crate::store::Sql;

    async fn app(data: &tempfile::TempDir) -> App {
        let config = Config { data: data.path().into(), ..Config::default() };
        App::open(config, Clock::fixed(Timestamp::parse("2022-03-20T12:00:00Z").unwrap())).await.unwrap()
    }

    async fn happens(app: &App) {
        let mut tx = app.db.begin().await.unwrap();
        store::outbox::add(&mut tx, "published", 1.into(), app.clock.now()).await.unwrap();
        tx.commit().await.unwrap();
    }

    #[tokio::test]
    async fn every_hour_what_has_ended_is_cleared_away_and_the_rest_stays() {
        let data = tempfile::tempdir().unwrap();
        let app = app(&data).await;
        let now = app.clock.now();
        for (login, life) in [("short", HOUR), ("long", DAY * 30)] {
            store::login::write(&app.db, login, None, "{}", now, now.plus(life), life.as_millis() as i64).await.unwrap();
        }
        happens(&app).await;
        app.clock.forward(DAY);
        happens(&app).await;
        let mut last = Last::default();
        tick(&app, &mut last).await.unwrap();
        let count = async || store::outbox::list_after(&app.db, 0.into(), 9).await.unwrap().len();
        let is_there = async |login: &str| store::login::find(&app.db, login, now).await.unwrap().is_some();
        assert_eq!((count().await, is_there("short").await, is_there("long").await), (2, false, true));
        // it is old enough within the hour, and goes with the next one
        app.clock.forward(OUTBOX_KEPT - DAY - HOUR);
        tick(&app, &mut last).await.unwrap();
        app.clock.forward(HOUR - MINUTE);
        tick(&app, &mut last).await.unwrap();
        assert_eq!(count().await, 2);
        app.clock.forward(HOUR);
        tick(&app, &mut last).await.unwrap();
        assert_eq!((count().await, is_there("long").await), (1, true));
        app.db.close().await;
    }

    #[tokio::test]
    async fn what_was_kept_for_a_while_goes_when_the_while_is_over() {
        let data = tempfile::tempdir().unwrap();
        let app = app(&data).await;
        let now = app.clock.now();
        let (long_ago, soon) = (now.minus(DAY * 500), now.plus(HOUR));
        for sql in [
            "INSERT INTO account (id, email, password, role, name, added_at) VALUES (1, 'ada@example.org', '', 'reader', 'Ada', 0)",
            "INSERT INTO webhook (id, account_id, address, salt, floor, position, due_at, added_at) VALUES (1, 1, 'x', 'x', 0, 0, 0, 0)",
            "INSERT INTO watch (id, account_id, name, query, floor, pace, position, due_at, follows, added_at)
             VALUES (1, 1, 'a', 'fire', 0, 'now', 0, 0, NULL, 0), (2, 1, 'b', 'incident:7', 0, 'now', 0, 0, 7, 9999999999999)",
        ] {
            app.db.run(sql, params![]).await.unwrap();
        }
        let wire = NewSource {
            name: "Wire".into(),
            address: "https://wire.example/feed".into(),
            owner: "wire.example".into(),
            country: None,
            language: None,
            reliability: Reliability::C,
            licence: Licence::Headline,
            folder: String::new(),
        };
        store::source::add(&app.db, &wire, now).await.unwrap();
        for sql in [
            "INSERT INTO held (ticket, device, path, body, ends_at) VALUES ('old', '', '/', '', $1), ('new', '', '/', '', $2)",
            "INSERT INTO code (ticket, purpose, email, code, payload, next, ends_at) VALUES ('old', 'sign-in', 'x', 'x', '', '/', $1), ('new', 'sign-in', 'x', 'x', '', '/', $2)",
            "INSERT INTO device (account_id, id, seen_at) VALUES (1, 'old', $1), (1, 'new', $2)",
            "INSERT INTO webhook_heard (webhook_id, incident_id, revision, heard_at) VALUES (1, 1, 1, $1), (1, 2, 1, $2)",
            "INSERT INTO watch_told (watch_id, incident_id, severity, told_at) VALUES (1, 1, 1, $1), (1, 2, 1, $2), (2, 1, 1, $1)",
            "INSERT INTO source_hour (source_id, hour_at, tries, failures, items, dropped, dated, lag_seconds)
             SELECT id, $1, 1, 0, 0, 0, 0, 0 FROM source UNION ALL SELECT id, $2, 1, 0, 0, 0, 0, 0 FROM source",
        ] {
            app.db.run(sql, params![long_ago, soon]).await.unwrap();
        }
        tick(&app, &mut Last::default()).await.unwrap();
        for (what, left) in [
            ("SELECT COUNT(*) FROM held", 1),
            ("SELECT COUNT(*) FROM code", 1),
            ("SELECT COUNT(*) FROM device", 1),
            ("SELECT COUNT(*) FROM webhook_heard", 1),
            // what is followed is no news again
            ("SELECT COUNT(*) FROM watch_told", 2),
            ("SELECT COUNT(*) FROM source_hour", 1),
        ] {
            let found: i64 = app.db.value(what, params![]).await.unwrap();
            assert_eq!(found, left, "{what}");
        }
        app.db.close().await;
    }

    #[tokio::test]
    async fn prices_are_asked_for_twice_a_day_where_somebody_publishes_them() {
        let data = tempfile::tempdir().unwrap();
        let mut app = app(&data).await;
        let waits = async |app: &App| store::job::list(&app.db, 9).await.unwrap().iter().filter(|job| job.kind == "prices").count();
        let mut last = Last::default();
        tick(&app, &mut last).await.unwrap();
        assert_eq!(waits(&app).await, 0);
        app.config = Config { price_addresses: vec!["https://prices.example/daily.csv".into()], ..Config::clone(&app.config) }.into();
        for (hours, are_due) in [(0, 1), (11, 0), (2, 1)] {
            app.db.run("DELETE FROM job", params![]).await.unwrap();
            app.clock.forward(HOUR * hours);
            tick(&app, &mut last).await.unwrap();
            assert_eq!(waits(&app).await, are_due, "{hours} hours later");
        }
        app.db.close().await;
    }
}
