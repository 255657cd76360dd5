//! Accounts: who may sign in, with which role.

use super::{Sql, Tx};
use crate::clock::Timestamp;
use crate::id::Id;
use crate::model::account::{Account, Email};
use crate::model::viewer::Role;
use crate::{Result, params};

#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Row {
    pub id: Id<Account>,
    pub email: String,
    pub name: String,
    pub role: Role,
    /// A PHC string; empty when the account has none.
    pub password: String,
}

impl Row {
    /// Without one the account is signed in to by a code from the mail, or a passkey.
    pub fn has_password(&self) -> bool {
        !self.password.is_empty()
    }
}

/// `Taken` when the address has an account.
pub async fn add(db: impl Sql, email: &Email, role: Role, password_hash: &str, now: Timestamp) -> Result<Id<Account>> {
    let id = Id::new(now);
    db.run(
        "INSERT INTO account (id, email, name, role, password, added_at) VALUES ($1, $2, $3, $4, $5, $6)",
        params![id, &email.0, email.name(), role, password_hash, now],
    )
    .await?;
    Ok(id)
}

pub async fn find(db: impl Sql, id: Id<Account>) -> Result<Option<Row>> {
    Ok(db.optional("SELECT id, email, name, role, password FROM account WHERE id = $1", params![id]).await?)
}

pub async fn find_by_email(db: impl Sql, email: &Email) -> Result<Option<Row>> {
    Ok(db.optional("SELECT id, email, name, role, password FROM account WHERE email = $1", params![&email.0]).await?)
}

/// All accounts by address.
pub async fn list(db: impl Sql) -> Result<Vec<Row>> {
    Ok(db.all("SELECT id, email, name, role, password FROM account ORDER BY email, id", params![]).await?)
}

pub async fn set_role(db: impl Sql, id: Id<Account>, role: Role) -> Result<()> {
    db.run("UPDATE account SET role = $2 WHERE id = $1", params![id, role]).await?;
    Ok(())
}

pub async fn set_password(db: impl Sql, id: Id<Account>, password_hash: &str) -> Result<()> {
    db.run("UPDATE account SET password = $2 WHERE id = $1", params![id, password_hash]).await?;
    Ok(())
}

/// `Taken` when another account has the address. A name that was chosen stays; one that came from the address before comes from this one.
pub async fn set_email(db: impl Sql, id: Id<Account>, before: &Email, email: &Email) -> Result<()> {
    let sql = "UPDATE account SET email = $2, name = CASE WHEN name = $3 THEN $4 ELSE name END WHERE id = $1";
    db.run(sql, params![id, &email.0, before.name(), email.name()]).await?;
    Ok(())
}

/// What it is called from now on.
pub async fn set_name(db: impl Sql, id: Id<Account>, name: &str) -> Result<()> {
    db.run("UPDATE account SET name = $2 WHERE id = $1", params![id, name]).await?;
    Ok(())
}

/// Whether it gets the briefing by mail.
pub async fn set_briefing(db: impl Sql, id: Id<Account>, wanted: bool) -> Result<()> {
    db.run("UPDATE account SET briefing = $2 WHERE id = $1", params![id, wanted]).await?;
    Ok(())
}

pub async fn wants_briefing(db: impl Sql, id: Id<Account>) -> Result<bool> {
    let row: Option<(bool,)> = db.optional("SELECT briefing FROM account WHERE id = $1", params![id]).await?;
    Ok(row.is_some_and(|row| row.0))
}

/// Accounts that get the briefing by mail; at most `limit`.
pub async fn list_briefed(db: impl Sql, limit: i64) -> Result<Vec<Id<Account>>> {
    Ok(db.column("SELECT id FROM account WHERE briefing ORDER BY id LIMIT $1", params![limit]).await?)
}

/// Whether there is any admin.
pub async fn is_any_admin(db: impl Sql) -> Result<bool> {
    Ok(db.value("SELECT EXISTS (SELECT 1 FROM account WHERE role = 'admin')", params![]).await?)
}

/// Keeps other transactions from changing what is an account's until this one ends.
pub async fn lock(tx: &mut Tx, id: Id<Account>) -> Result<()> {
    tx.run("UPDATE account SET id = id WHERE id = $1", params![id]).await?;
    Ok(())
}

/// Keeps other transactions from changing who is an admin until this one ends.
pub async fn lock_admins(tx: &mut Tx) -> Result<()> {
    tx.run("UPDATE account SET id = id WHERE role = 'admin'", params![]).await?;
    Ok(())
}

pub async fn remove(db: impl Sql, id: Id<Account>) -> Result<()> {
    db.run("DELETE FROM account WHERE id = $1", params![id]).await?;
    Ok(())
}
