//! New accounts.

use super::Hasher;
use crate::clock::Timestamp;
use crate::error::Problems;
use crate::id::Id;
use crate::model::account::{Account, Email, check_password};
use crate::model::viewer::Role;
use crate::store::{self, Db};
use crate::{Error, Result};

/// Makes an account. `Invalid` names each field that needs another look; an address that has an account is one of these.
///
/// The database decides whether an address is free, so two at once make one account.
pub async fn create(db: &Db, hasher: &Hasher, lane: &str, email: &str, password: &str, role: Role, now: Timestamp) -> Result<Id<Account>> {
    let mut problems = Problems::default();
    let address = Email::parse(email);
    if address.is_none() {
        problems.add("email", "Enter an email address with an @ and a domain, like name@example.org");
    }
    check_password(password, address.as_ref(), role, &mut problems);
    let Some(address) = address.filter(|_| problems.is_empty()) else { return Err(Error::Invalid(problems)) };
    let hash = hasher.hash(lane, password.to_string()).await?;
    match store::account::add(db, &address, role, &hash, now).await {
        Err(Error::Taken) => Err(Error::invalid("email", "This address has an account already: sign in instead")),
        other => other,
    }
}
