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
        store::watch::end_following(&app.db, now.minus(account::watch::FOLLOWED_FOR)).await?;
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
