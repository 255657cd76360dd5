//! The replay's three accounts, each start with a fresh password.

use crate::account::{Lane, sign_up};
use crate::model::account::Email;
use crate::model::viewer::Role;
use crate::store;
use crate::web::Front;
use anyhow::{Context, Result};
use serde::Serialize;

#[derive(Debug, Clone, Serialize)]
pub struct Fresh {
    pub role: &'static str,
    pub email: String,
    pub password: String,
}

pub async fn renew(front: &Front) -> Result<Vec<Fresh>> {
    let mut fresh = vec![];
    for role in [Role::Reader, Role::Editor, Role::Admin] {
        let email = format!("{}@intelrift.example", role.word());
        let password = password();
        let address = Email::parse(&email).context("a sound address")?;
        match store::account::find_by_email(&front.app.db, &address).await? {
            Some(known) => {
                let hash = front.hasher.hash(&Lane::of("demo"), password.clone()).await?;
                store::account::set_password(&front.app.db, known.id, &hash).await?;
            }
            None => {
                let now = front.app.clock.now();
                sign_up::create(&front.app, &front.hasher, &Lane::of("demo"), &email, &password, role, now).await?;
            }
        }
        fresh.push(Fresh { role: role.word(), email, password });
    }
    Ok(fresh)
}

/// Four groups of five letters and digits that are not mistaken for each other: 98 bits.
pub fn password() -> String {
    const LETTERS: &[u8] = b"abcdefghjkmnpqrstuvwxyz23456789";
    let group = || (0..5).map(|_| LETTERS[rand::random_range(0..LETTERS.len())] as char).collect::<String>();
    [group(), group(), group(), group()].join("-")
}
