//! The turn: one row that all take who would otherwise wait for each other on PostgreSQL. SQLite has one writer at a time anyway.

use super::{Sql, Tx};
use crate::{Error, Result, params};

/// Waits until nobody else changes which article is in which incident, or several incidents at once, and lets nobody until the transaction ends. Who does
/// so begins with this, before anything else is changed or asked: two at once would give one place twice, and two that took
/// one incident after the other could each wait for the other's.
pub async fn take(tx: &mut Tx) -> Result<()> {
    match tx.run("UPDATE turn SET taken = taken + 1 WHERE name = 'incidents'", params![]).await? {
        1 => Ok(()),
        _ => Err(Error::Broken(anyhow::anyhow!("the row of the turn is missing: restore the table turn from a backup"))),
    }
}
