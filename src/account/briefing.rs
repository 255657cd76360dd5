//! The briefing by mail, to accounts that want it.

use super::letter::{Briefing, Post};
use super::stop::Letters;
use super::{Key, access};
use crate::clock::Timestamp;
use crate::id::Id;
use crate::model::account::Account;
use crate::model::briefing::Span;
use crate::model::viewer::{Member, Viewer};
use crate::{App, Result, store};

/// Sends one account the briefing of these hours, as far as it may read it. Nothing when it does not want it any more.
///
/// # Errors
/// When the mail server did not take it now: the job comes again.
pub async fn send(app: &App, account: Id<Account>, until: Timestamp) -> Result<()> {
    let Some(row) = store::account::find(&app.db, account).await? else { return Ok(()) };
    if !store::account::wants_briefing(&app.db, account).await? {
        return Ok(());
    }
    let viewer = Viewer::Member(Member { id: row.id, name: row.name, role: row.role });
    let Some((edition, premium, _)) = access::briefing(&app.db, &viewer, &Span { until }.day()).await? else { return Ok(()) };
    let base = app.config.base();
    let stop = Letters::Briefing(account).link(&Key::read(&app.config)?, &base);
    let post = Post { mail: &app.mail, portal: &app.config.name, base: &base };
    let letter = Briefing { portal: &app.config.name, base: &base, edition: &edition, premium: premium.open(), stop: Some(&stop) };
    post.briefing(&row.email, &letter).await
}
