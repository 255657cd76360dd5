//! "Since your last visit": of a member by the account, of an anonymous reader by a moment in the address, which they keep themselves.

use super::form::Fields;
use super::page::see_other;
use super::viewer::SignedIn;
use super::{Front, next};
use crate::clock::{DAY, Timestamp};
use crate::model::viewer::Viewer;
use crate::store::visit::{Shift, Since};
use crate::{Result, store};
use actix_web::{HttpRequest, HttpResponse, web};

const SHIFTS: i64 = 5;
/// A moment in an address is taken as this long ago at most.
const OLDEST_DAYS: u32 = 30;

/// The box on the desk.
pub struct Visit {
    pub at: Timestamp,
    pub since: Since,
    pub shifts: Vec<Shift>,
    /// Kept in the account, so that it can be marked as seen.
    pub is_kept: bool,
}

impl Visit {
    /// Of this viewer; `None` for an anonymous reader without a moment.
    pub async fn of(front: &Front, viewer: &Viewer, request: &HttpRequest) -> Result<Option<Self>> {
        let now = front.app.clock.now();
        let at = match viewer.member() {
            Some(member) => store::visit::find(&front.app.db, member.id).await?,
            None => moment(request.query_string(), now),
        };
        let Some(at) = at.map(|at| at.max(now.minus(DAY * OLDEST_DAYS))) else { return Ok(None) };
        let since = store::visit::count_since(&front.app.db, at, now).await?;
        let shifts = store::visit::list_shifts(&front.app.db, at, SHIFTS).await?;
        Ok(Some(Self { at, since, shifts, is_kept: viewer.member().is_some() }))
    }
}

/// `since=1647763200`, in seconds; nothing that lies ahead.
fn moment(query: &str, now: Timestamp) -> Option<Timestamp> {
    let (_, seconds) = url::form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "since")?;
    let at = Timestamp(seconds.parse::<i64>().ok()?.checked_mul(1_000)?);
    (at.0 > 0 && at <= now).then_some(at)
}

/// `POST /visits`: everything is seen that was there when the page was drawn.
pub async fn mark(front: web::Data<Front>, reader: SignedIn, body: web::Bytes) -> Result<HttpResponse> {
    let now = front.app.clock.now();
    let drawn = Timestamp(Fields::read(&body).number("at").saturating_mul(1_000));
    let at = if drawn.0 > 0 && drawn <= now { drawn } else { now };
    let known = store::visit::find(&front.app.db, reader.0.id).await?;
    store::visit::mark(&front.app.db, reader.0.id, known.map_or(at, |known| known.max(at))).await?;
    Ok(see_other(&next::path(None)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_read_when_it_has_been() {
        let now = Timestamp(2_000_000);
        assert_eq!(moment("t=7d&since=1000", now), Some(Timestamp(1_000_000)));
        for odd in ["since=", "since=abc", "since=-5", "since=9999999999999999999", "since=3000", ""] {
            assert_eq!(moment(odd, now), None, "{odd}");
        }
    }
}
