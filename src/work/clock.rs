//! The clock: leaves a job for every source and every webhook that is due, and clears away what nobody needs any more.

use crate::clock::{DAY, HOUR, Timestamp};
use crate::model::code::DEVICE_DAYS;
use crate::model::job::Work;
use crate::{App, Result, account, ingest, store};
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
    let (mut swept, mut priced) = (Timestamp(0), Timestamp(0));
    while tokio::time::timeout(TICK, stop.wait_for(|stop| *stop)).await.is_err() {
        if let Err(cause) = tick(&app, &mut swept, &mut priced).await {
            warn!("the clock missed a beat: {cause:#}");
        }
    }
}

async fn tick(app: &App, swept: &mut Timestamp, priced: &mut Timestamp) -> Result<()> {
    ingest::enqueue_due(app).await?;
    account::webhook::enqueue_due(app).await?;
    let now = app.clock.now();
    if now.since(*swept) > HOUR {
        store::login::remove_ended(&app.db, now).await?;
        store::code::remove_ended(&app.db, now).await?;
        store::held::remove_ended(&app.db, now).await?;
        store::device::remove_before(&app.db, now.minus(DAY * DEVICE_DAYS)).await?;
        store::outbox::remove_before(&app.db, now.minus(OUTBOX_KEPT)).await?;
        store::source::remove_hours_before(&app.db, now.minus(HOURS_KEPT)).await?;
        *swept = now;
    }
    if !app.config.price_addresses.is_empty() && now.since(*priced) > PRICES {
        let mut tx = app.db.begin().await?;
        store::job::add(&mut tx, Work::Prices, now, now).await?;
        tx.commit().await?;
        *priced = now;
    }
    Ok(())
}
