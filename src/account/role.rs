//! What an account may do, changed by an admin or by an operator.

use crate::clock::Timestamp;
use crate::id::Id;
use crate::model::account::Account;
use crate::model::viewer::Role;
use crate::store::account::Row;
use crate::store::{self, Tx};
use crate::{Error, Result};

/// Gives an account another role. What was opened with the old one ends, and who edits no more claims nothing. The last admin stays one.
pub async fn change(tx: &mut Tx, by: Id<Account>, account: Id<Account>, role: Role, now: Timestamp) -> Result<()> {
    store::turn::take(tx).await?;
    store::account::lock_admins(tx).await?;
    let row = store::account::find(&mut *tx, account).await?.ok_or(Error::NotFound)?;
    if role != Role::Admin && is_last_admin(tx, &row).await? {
        return Err(Error::invalid("role", format!("{} is the last admin: give somebody else that role first", row.email)));
    }
    if role == row.role {
        return Err(Error::invalid("role", format!("{} has that role already", row.email)));
    }
    store::account::set_role(&mut *tx, account, role).await?;
    if role < Role::Editor {
        store::incident::unclaim_of(tx, account).await?;
    }
    store::login::remove_of(&mut *tx, account).await?;
    store::audit::add(tx, by, "role", "account", account.0, &format!("{} → {}", row.role.word(), role.word()), now).await
}

/// Whether nobody else may change what accounts may do. Asked with the admins locked.
pub(super) async fn is_last_admin(tx: &mut Tx, account: &Row) -> Result<bool> {
    let is_other = |other: &Row| other.role == Role::Admin && other.id != account.id;
    Ok(account.role == Role::Admin && !store::account::list(tx).await?.iter().any(is_other))
}
