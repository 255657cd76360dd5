//! The briefing by mail: who wants it, the letter, and the link in it that stops it without signing in.

use super::letter::{Briefing, Post};
use super::{Key, access};
use crate::clock::Timestamp;
use crate::id::Id;
use crate::model::account::Account;
use crate::model::briefing::Span;
use crate::model::viewer::{Member, Viewer};
use crate::store::{self, Db};
use crate::{App, Error, Result};

/// What the codes of links are made for.
const PURPOSE: &str = "no briefing by mail";

pub async fn set(db: &Db, account: Id<Account>, wanted: bool) -> Result<()> {
    store::account::set_briefing(db, account, wanted).await
}

/// Sends one account the briefing of these hours, as far as it may read it. Nothing when it does not want it any more.
///
/// # Errors
/// `Busy` when too many letters wait: the job comes again.
pub async fn send(app: &App, account: Id<Account>, until: Timestamp) -> Result<()> {
    let Some(row) = store::account::find(&app.db, account).await? else { return Ok(()) };
    if !store::account::wants_briefing(&app.db, account).await? {
        return Ok(());
    }
    let viewer = Viewer::Member(Member { id: row.id, name: row.name, role: row.role });
    let Some((edition, premium, _)) = access::briefing(&app.db, &viewer, &Span { until }.day()).await? else { return Ok(()) };
    let base = app.config.base();
    let stop = stop_link(&Key::read(&app.config)?, &base, account);
    let post = Post { mail: &app.mail, portal: &app.config.name, base: &base };
    post.briefing(&row.email, &Briefing { portal: &app.config.name, base: &base, edition: &edition, premium: premium.open(), stop: Some(&stop) })
}

/// Where the letters of an account are stopped by whoever holds one of them.
fn stop_link(key: &Key, base: &str, account: Id<Account>) -> String {
    let code: String = key.derive(PURPOSE, &account.to_string())[..16].iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{base}/briefings/stop?account={account}&code={code}")
}

/// Stops the letters of an account by the code of a link.
///
/// # Errors
/// `NotFound` when it is not the account's.
pub async fn stop(db: &Db, key: &Key, account: Id<Account>, code: &str) -> Result<()> {
    check(key, account, code)?;
    set(db, account, false).await
}

/// Whether a code is an account's own.
pub fn check(key: &Key, account: Id<Account>, code: &str) -> Result<()> {
    let bytes = |at: usize| code.get(at..at + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok());
    let given: Option<Vec<u8>> = (0..code.len()).step_by(2).map(bytes).collect();
    let is_own = code.len() == 32 && given.is_some_and(|given| key.proves(PURPOSE, &account.to_string(), &given));
    if is_own { Ok(()) } else { Err(Error::NotFound) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    #[test]
    fn only_the_accounts_own_code_stops_its_letters() {
        let data = tempfile::tempdir().unwrap();
        let key = Key::read(&Config { data: data.path().into(), ..Config::default() }).unwrap();
        let (one, other) = (Id::<Account>::from(17), Id::<Account>::from(18));
        let link = stop_link(&key, "https://news.example", one);
        let code = link.split("code=").nth(1).unwrap();
        assert!(link.starts_with("https://news.example/briefings/stop?account="), "{link}");
        assert!(check(&key, one, code).is_ok());
        assert!(check(&key, other, code).is_err());
        for odd in
            ["", &code[..30], &code.replace(&code[..1], if code.starts_with('0') { "1" } else { "0" }), "zz", "ééééééééééééééééé", &"é".repeat(16)]
        {
            assert!(check(&key, one, odd).is_err(), "{odd}");
        }
    }
}
