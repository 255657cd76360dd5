//! The replay's three accounts, each start with a fresh password, and what the reader watches.

use crate::account::{Lane, sign_up, watch};
use crate::model::account::Email;
use crate::model::severity::Severity;
use crate::model::viewer::Role;
use crate::model::watch::{NewWatch, Pace};
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

/// Questions of the replay's reader, from a severity: without letters, for most who try it have no mail server.
const WATCHES: [(&str, &str, Severity); 2] =
    [("War in Ukraine", "ukraine", Severity::Moderate), ("Energy and sanctions", "category:energy,sanctions", Severity::Unassessed)];

/// Lets the reader have watches, so that a visitor sees alerts when news comes. What the visitor made of them at an earlier start stays.
pub async fn watch(front: &Front) -> Result<()> {
    let email = Email::parse(&format!("{}@intelrift.example", Role::Reader.word())).context("a sound address")?;
    let Some(reader) = store::account::find_by_email(&front.app.db, &email).await? else { return Ok(()) };
    if !store::watch::list_of(&front.app.db, reader.id).await?.is_empty() {
        return Ok(());
    }
    for (name, query, floor) in WATCHES {
        let watch = NewWatch { name: name.into(), query: query.into(), floor, pace: Pace::Now, by_mail: false };
        watch::save(&front.app, reader.id, None, watch).await?;
    }
    Ok(())
}

/// Four groups of five letters and digits that are not mistaken for each other: 98 bits.
pub fn password() -> String {
    const LETTERS: &[u8] = b"abcdefghjkmnpqrstuvwxyz23456789";
    let group = || (0..5).map(|_| LETTERS[rand::random_range(0..LETTERS.len())] as char).collect::<String>();
    [group(), group(), group(), group()].join("-")
}
