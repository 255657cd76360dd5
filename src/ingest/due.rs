//! Which sources to read now.

use crate::clock::SECOND;
use crate::model::job::Work;
use crate::{App, Result, store};
use std::time::Duration;

/// Leaves a job for every source whose time has come, and puts its next time off. At most 200 at once.
pub async fn enqueue_due(app: &App) -> Result<usize> {
    let now = app.clock.now();
    let due = store::source::list_due(&app.db, now, 200).await?;
    if due.is_empty() {
        return Ok(0);
    }
    let mut tx = app.db.begin().await?;
    for source in &due {
        store::job::add(&mut tx, Work::Fetch { source: *source }, now, now).await?;
        store::source::set_due(&mut tx, *source, now.plus(interval(app, 0))).await?;
    }
    tx.commit().await?;
    Ok(due.len())
}

/// How long until a source is read again: the setting, doubled for each failure in a row up to a day, and a tenth more or
/// less so that sources do not come due together.
pub fn interval(app: &App, failures: i64) -> Duration {
    let base = SECOND * u32::try_from(app.config.fetch_seconds).unwrap_or(u32::MAX);
    let backed_off = base.saturating_mul(1 << failures.clamp(0, 10)).min(Duration::from_secs(86_400)).max(base);
    backed_off.mul_f64(0.9 + 0.2 * rand::random::<f64>())
}
