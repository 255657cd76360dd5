//! All incidents drafted anew, as after a change of the rules: in steps that leave room for the day's work, with progress that outlives a
//! restart, and a stop after which it goes on where it was.

use crate::clock::Timestamp;
use crate::model::job::Work;
use crate::store::progress::Row;
use crate::{App, Result, store};
use std::time::Duration;

/// What it is called in the table of progress.
pub const NAME: &str = "again";
/// Incidents of one step.
const STEP: i64 = 100;
/// While so many jobs wait, a step waits too: new articles go first.
const BUSY: i64 = 300;
const PAUSE: Duration = Duration::from_secs(2);

/// Begins, or goes on where it was stopped.
pub async fn begin(app: &App) -> Result<()> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let total = store::incident::count_all(&mut tx).await?;
    store::progress::begin(&mut tx, NAME, total, now).await?;
    store::job::add(&mut tx, Work::Again, now, now).await?;
    Ok(tx.commit().await?)
}

/// No further step; what has been left for analysis is still done.
pub async fn stop(app: &App) -> Result<()> {
    let mut tx = app.db.begin().await?;
    store::progress::stop(&mut tx, NAME).await?;
    store::job::remove_waiting(&mut tx, Work::Again).await?;
    Ok(tx.commit().await?)
}

pub async fn progress(app: &App) -> Result<Option<Row>> {
    store::progress::find(&app.db, NAME).await
}

/// One step: leaves a job for each of the next incidents, and one for the next step.
pub async fn step(app: &App) -> Result<()> {
    let now = app.clock.now();
    let Some(row) = progress(app).await?.filter(|row| !row.stopped) else { return Ok(()) };
    let (waiting, _) = store::job::count(&app.db).await?;
    let mut tx = app.db.begin().await?;
    if waiting > BUSY {
        again(&mut tx, now.plus(PAUSE), now).await?;
        return Ok(tx.commit().await?);
    }
    let ids = store::incident::list_after(&mut tx, row.after_id.into(), STEP).await?;
    store::job::add_all(&mut tx, ids.iter().map(|incident| Work::Analyze { incident: *incident }).collect(), now, now).await?;
    match ids.last() {
        Some(last) => {
            store::progress::step(&mut tx, NAME, last.0, row.done + ids.len() as i64, now).await?;
            again(&mut tx, now, now).await?;
        }
        // incidents that came meanwhile have been drafted by today's rules anyway
        None => store::progress::step(&mut tx, NAME, row.after_id, row.total, now).await?,
    }
    Ok(tx.commit().await?)
}

/// The job is running while it asks for itself again, and so it runs once more.
async fn again(tx: &mut store::Tx, at: Timestamp, now: Timestamp) -> Result<()> {
    store::job::add(tx, Work::Again, at, now).await
}
