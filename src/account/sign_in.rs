//! Checks who somebody says they are.

use super::Hasher;
use crate::model::account::Email;
use crate::store::account::Row;
use crate::store::{self, Db};
use crate::{Error, Result};

/// The account of an address and its password. An unknown address and a wrong password are the same answer in the same time
/// (SECURITY A2).
pub async fn check(db: &Db, hasher: &Hasher, lane: &str, email: &str, password: &str) -> Result<Row> {
    let account = match Email::parse(email) {
        Some(email) => store::account::find_by_email(db, &email).await?,
        None => None,
    };
    let hash = account.as_ref().map_or_else(|| hasher.dummy.to_string(), |a| a.password.clone());
    let fits = hasher.verify(lane, password.to_string(), hash).await?;
    let account = account.filter(|_| fits).ok_or_else(|| Error::invalid("email", "This address and password do not belong together"))?;
    if hasher.is_outdated(&account.password) {
        let hash = hasher.hash(lane, password.to_string()).await?;
        store::account::set_password(db, account.id, &hash).await?;
    }
    Ok(account)
}
