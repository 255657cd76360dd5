//! Devices: browsers that an account has signed in with before, by the hash of a cookie.

use super::Sql;
use crate::clock::Timestamp;
use crate::id::Id;
use crate::model::account::{Account, Email};
use crate::{Result, params};

/// Remembers a device.
pub async fn mark(db: impl Sql, account: Id<Account>, id: &str, now: Timestamp) -> Result<()> {
    db.run(
        "INSERT INTO device (account_id, id, seen_at) VALUES ($1, $2, $3) ON CONFLICT (account_id, id) DO UPDATE SET seen_at = excluded.seen_at",
        params![account, id, now],
    )
    .await?;
    Ok(())
}

/// Whether the account of this address has signed in with the device since `since`.
pub async fn is_known(db: impl Sql, email: &Email, id: &str, since: Timestamp) -> Result<bool> {
    Ok(db
        .value(
            "SELECT EXISTS (SELECT 1 FROM device JOIN account ON account.id = device.account_id
                            WHERE account.email = $1 AND device.id = $2 AND device.seen_at > $3)",
            params![&email.0, id, since],
        )
        .await?)
}

/// Whether any account has signed in with the device since `since`.
pub async fn is_any(db: impl Sql, id: &str, since: Timestamp) -> Result<bool> {
    Ok(db.value("SELECT EXISTS (SELECT 1 FROM device WHERE id = $1 AND seen_at > $2)", params![id, since]).await?)
}

/// How many devices an account has.
pub async fn count_of(db: impl Sql, account: Id<Account>) -> Result<i64> {
    Ok(db.value("SELECT CAST(COUNT(*) AS BIGINT) FROM device WHERE account_id = $1", params![account]).await?)
}

/// Forgets all devices of an account, as after a new password.
pub async fn remove_of(db: impl Sql, account: Id<Account>) -> Result<()> {
    db.run("DELETE FROM device WHERE account_id = $1", params![account]).await?;
    Ok(())
}

/// Forgets devices that were not seen since `before`.
pub async fn remove_before(db: impl Sql, before: Timestamp) -> Result<u64> {
    Ok(db.run("DELETE FROM device WHERE seen_at < $1", params![before]).await?)
}
