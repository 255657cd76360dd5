//! Which sources to read now.

use super::pace;
use crate::model::job::Work;
use crate::{App, Result, store};
use std::time::Duration;

/// Leaves a job for every source whose time has come, and puts its next time off. At most 200 at once.
pub async fn enqueue_due(app: &App) -> Result<()> {
    let now = app.clock.now();
    let due = store::source::list_due(&app.db, now, 200).await?;
    if due.is_empty() {
        return Ok(());
    }
    let mut tx = app.db.begin().await?;
    for source in &due {
        store::job::add(&mut tx, Work::Fetch { source: *source }, now, now).await?;
        store::source::set_due(&mut tx, *source, now.plus(interval(app, None, 0))).await?;
    }
    Ok(tx.commit().await?)
}

/// How long until a source of a pace is read again, after so many failures in a row.
pub fn interval(app: &App, pace: Option<f64>, failures: i64) -> Duration {
    match failures {
        0 => pace::next(&app.config, pace, rand::random()),
        _ => pace::jittered(pace::backed_off(pace::interval(&app.config, pace), failures), rand::random()),
    }
}
