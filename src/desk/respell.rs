//! What can be found is spelt as words are today, once after an update that spells them otherwise: in steps that leave room for the day's work.

use crate::model::job::Work;
use crate::store::search::{self, SPELLING};
use crate::{App, Result, store};

/// Texts of one step.
const STEP: i64 = 500;

/// Begins, unless that was done before.
pub async fn begin(app: &App) -> Result<()> {
    if store::progress::find(&app.db, SPELLING).await?.is_some() {
        return Ok(());
    }
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let total = search::count(&mut tx).await?;
    store::progress::begin(&mut tx, SPELLING, total, now).await?;
    store::job::add(&mut tx, Work::Respell, now, now).await?;
    Ok(tx.commit().await?)
}

/// One step, and the job for the next one.
pub async fn step(app: &App) -> Result<()> {
    let Some(row) = store::progress::find(&app.db, SPELLING).await? else { return Ok(()) };
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let (done, last) = search::respell(&mut tx, row.after_id, STEP).await?;
    if let Some(last) = last {
        store::progress::step(&mut tx, SPELLING, last, row.done + done, now).await?;
        store::job::add(&mut tx, Work::Respell, now, now).await?;
    }
    Ok(tx.commit().await?)
}
