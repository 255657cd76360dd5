//! Factors of accounts: an app's codes, recovery codes, passkeys.

use super::{Sql, Tx};
use crate::clock::Timestamp;
use crate::id::Id;
use crate::model::account::Account;
use crate::model::factor::{Factor, FactorKind};
use crate::{Result, params};

#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Row {
    pub id: Id<Factor>,
    pub kind: FactorKind,
    pub label: String,
    /// Of an app: the salt that its secret is derived with. Of a recovery code: its hash. Of a passkey: its public key, as JSON.
    pub secret: String,
    pub added_at: Timestamp,
}

pub async fn add(tx: &mut Tx, account: Id<Account>, kind: FactorKind, label: &str, secret: &str, now: Timestamp) -> Result<()> {
    tx.run(
        "INSERT INTO factor (id, account_id, kind, label, secret, added_at) VALUES ($1, $2, $3, $4, $5, $6)",
        params![Id::<Factor>::new(now), account, kind, label, secret, now],
    )
    .await?;
    Ok(())
}

/// The factors of an account, oldest first.
pub async fn list_of(db: impl Sql, account: Id<Account>) -> Result<Vec<Row>> {
    Ok(db.all("SELECT id, kind, label, secret, added_at FROM factor WHERE account_id = $1 ORDER BY id LIMIT 100", params![account]).await?)
}

/// Marks a time step of an app's codes as used; whether it was not before. A code works once.
pub async fn use_step(db: impl Sql, id: Id<Factor>, step: i64) -> Result<bool> {
    Ok(db.run("UPDATE factor SET step = $2 WHERE id = $1 AND step < $2", params![id, step]).await? == 1)
}

/// What a passkey knows of itself after it was used.
pub async fn set_secret(db: impl Sql, id: Id<Factor>, secret: &str) -> Result<()> {
    db.run("UPDATE factor SET secret = $2 WHERE id = $1", params![id, secret]).await?;
    Ok(())
}

/// Whether it was there: the one who removes a recovery code has used it.
pub async fn remove(db: impl Sql, account: Id<Account>, id: Id<Factor>) -> Result<bool> {
    Ok(db.run("DELETE FROM factor WHERE id = $1 AND account_id = $2", params![id, account]).await? == 1)
}

pub async fn remove_kind(tx: &mut Tx, account: Id<Account>, kind: FactorKind) -> Result<()> {
    tx.run("DELETE FROM factor WHERE account_id = $1 AND kind = $2", params![account, kind]).await?;
    Ok(())
}
