//! The incident page.

use super::coverage::{self, Bar};
use super::map::Locator;
use super::page::{Frame, see_other};
use super::viewer::SignedIn;
use super::{Front, cache, limit, next};
use crate::account::access;
use crate::clock::Timestamp;
use crate::model::assessment::Threat;
use crate::model::entity::EntityKind;
use crate::model::incident::{Phase, Stage, is_live};
use crate::model::market::Direction;
use crate::model::page::{OpenPart, PremiumPart};
use crate::model::panel::Panel;
use crate::model::viewer::Viewer;
use crate::store::chapter::Chapter;
use crate::{Error, Result, desk, store};
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

#[derive(Template)]
#[template(path = "incident/show.html")]
pub struct Show {
    pub frame: Frame,
    pub page: OpenPart,
    pub premium: Panel<Premium>,
    pub live: bool,
    pub phase: Phase,
    pub bars: Vec<Bar>,
    pub locator: Option<Locator>,
    /// Where signing up from the lock of each panel leads, in the order market, threat, timeline, related.
    pub unlock: [String; 4],
    /// The place of an article that this reader has just doubted.
    pub noted: Option<i64>,
    /// What it continues, and what continues it.
    pub chapters: Vec<Chapter>,
    /// Whether a member follows it; `None` for who has no account.
    pub following: Option<bool>,
    /// For a member who was here before: until when, and the revision that was public then.
    pub seen: Option<(Timestamp, i64)>,
}

/// The premium part with the geometry of its figures.
pub struct Premium {
    pub part: PremiumPart,
    pub glance: Option<Glance>,
    pub mix: Vec<(f64, f64)>,
    pub gauge: Vec<Step>,
}

/// The strip under the byline.
pub struct Glance {
    pub threat: String,
    pub likeliest: Option<(String, u8)>,
    pub markets: String,
    pub observed: usize,
    pub triggers: usize,
}

pub struct Step {
    pub label: &'static str,
    pub is_lit: bool,
    pub is_now: bool,
    pub was: bool,
}

pub async fn show(front: web::Data<Front>, viewer: Viewer, slug: web::Path<String>, request: HttpRequest) -> Result<HttpResponse> {
    if slug.chars().any(char::is_control) {
        return Err(Error::NotFound);
    }
    cache::page(&front, &request, &viewer.clone(), || async {
        let found = access::incident(&front.app.db, &viewer, &slug).await?;
        let Some((page, premium)) = found else { return Err(instead(&front, &viewer, &slug).await) };
        let seen = match viewer.member() {
            Some(member) => store::visit::find_revision(&front.app.db, member.id, page.number).await?.filter(|(_, was)| *was < page.revision),
            None => None,
        };
        let following = match viewer.member() {
            Some(member) => Some(store::following::is_following(&front.app.db, member.id, page.number).await?),
            None => None,
        };
        let chapters = store::chapter::list_chapters(&front.app.db, page.number).await?;
        let frame = Frame::new(&front, &request, viewer, "").await?;
        let noted = request.query_string().strip_prefix("noted=").and_then(|place| place.parse().ok());
        Ok(Show { noted, seen, chapters, following, ..Show::new(frame, page, premium, front.app.clock.now()) })
    })
    .await
}

#[derive(serde::Deserialize)]
pub struct Doubt {
    place: i64,
}

/// A reader's "not the same event" about one article; the editors' queue has it first.
pub async fn doubt(front: web::Data<Front>, reader: SignedIn, slug: web::Path<String>, doubt: web::Form<Doubt>) -> Result<HttpResponse> {
    let found = store::incident::find_by_slug(&front.app.db, &slug).await;
    let row = match found {
        // the reader's page is from before its title changed
        Err(Error::Moved(path)) => store::incident::find_by_slug(&front.app.db, path.trim_start_matches("/incidents/")).await?,
        found => found?,
    };
    if !row.stage.is_out() {
        return Err(Error::NotFound);
    }
    let (who, now) = (reader.0.id.to_string(), front.app.clock.now());
    front.limits.take(limit::DOUBT, &who, now)?;
    desk::review::doubt(&front.app, &reader.0, row.id, doubt.place).await?;
    Ok(see_other(&format!("/incidents/{}?noted={}#s{}", row.slug, doubt.place, doubt.place)))
}

/// Why there is no page at a slug for this viewer: it moved, it was retracted, it needs an account, or it never was.
pub(super) async fn instead(front: &Front, viewer: &Viewer, slug: &str) -> Error {
    match store::incident::find_by_slug(&front.app.db, slug).await {
        Ok(row) if viewer.is_anonymous() && is_for_members(&row) => Error::SignIn,
        // the new address tells the title
        Err(Error::Moved(path)) if viewer.is_anonymous() && leads_to_members(front, &path).await => Error::SignIn,
        Ok(row) => row.reason.filter(|_| row.stage == Stage::Retracted).map_or(Error::NotFound, Error::Gone),
        Err(why) => why,
    }
}

/// Where a part of a page has moved with it.
pub(super) fn further(why: Error, rest: &str) -> Error {
    match why {
        Error::Moved(path) => Error::Moved(format!("{path}{rest}")),
        other => other,
    }
}

/// Whether its title and its reason are for members, public no more or still.
fn is_for_members(row: &store::incident::Row) -> bool {
    row.stage == Stage::Restricted || row.stage == Stage::Retracted && !row.tlp.is_clear()
}

async fn leads_to_members(front: &Front, path: &str) -> bool {
    let there = store::incident::find_by_slug(&front.app.db, path.trim_start_matches("/incidents/")).await;
    there.is_ok_and(|row| is_for_members(&row))
}

impl Show {
    pub fn new(frame: Frame, page: OpenPart, premium: Panel<PremiumPart>, now: Timestamp) -> Self {
        let link = |panel: &str| format!("/sign-up?next={}", next::encoded(&format!("/incidents/{}#{panel}", page.slug)));
        Self {
            live: is_live(page.newest_at, now),
            phase: Phase::of(page.first_at, &page.times, now),
            locator: Locator::of(&page),
            bars: coverage::bars(&page.times, now),
            unlock: ["market", "threat", "timeline", "related"].map(link),
            premium: premium.map(Premium::new),
            noted: None,
            chapters: vec![],
            following: None,
            seen: None,
            frame,
            page,
        }
    }

    /// Where signing up leads who wants to follow it.
    fn follow_at(&self) -> String {
        format!("/sign-up?next={}", next::encoded(&format!("/incidents/{}#act-h", self.page.slug)))
    }
}

impl Premium {
    fn new(part: PremiumPart) -> Self {
        let threat = part.threat.as_ref();
        let assessment = threat.map(|t| &t.assessment);
        Self {
            glance: glance(&part),
            mix: assessment.map_or(vec![], |a| mix(&a.scenarios.iter().map(|s| s.share).collect::<Vec<_>>())),
            gauge: assessment.map_or(vec![], |a| gauge(a.level, a.before)),
            part,
        }
    }
}

fn glance(part: &PremiumPart) -> Option<Glance> {
    let threat = part.threat.as_ref()?;
    let assessment = &threat.assessment;
    let before = assessment.before.map(|b| {
        let way = if assessment.level > b { "up" } else { "down" };
        format!(", {way} from {}", b.label().to_lowercase())
    });
    let count = |direction| part.markets.rows.iter().filter(|r| r.row.direction == direction).count();
    Some(Glance {
        threat: format!("{}{}", assessment.level.label(), before.unwrap_or_default()),
        likeliest: assessment.scenarios.iter().max_by_key(|s| s.share).map(|s| (s.name.clone(), s.share)),
        markets: match part.markets.rows.len() {
            0 => "no series touched".into(),
            _ => format!("{} up, {} down, {} unclear", count(Direction::Up), count(Direction::Down), count(Direction::Unclear)),
        },
        observed: threat.triggers.iter().filter(|t| t.observed).count(),
        triggers: threat.triggers.len(),
    })
}

/// Left edge and width of each share on a bar of 100, a hair apart.
fn mix(shares: &[u8]) -> Vec<(f64, f64)> {
    let mut left = 0.0;
    let mut bars = vec![];
    for share in shares {
        bars.push((left, (f64::from(*share) - 0.3).max(0.0)));
        left += f64::from(*share);
    }
    bars
}

fn gauge(level: Threat, before: Option<Threat>) -> Vec<Step> {
    let step = |one: &Threat| Step { label: one.label(), is_lit: *one <= level, is_now: *one == level, was: Some(*one) == before };
    Threat::ALL.iter().map(step).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_stand_side_by_side() {
        let lefts: Vec<f64> = mix(&[55, 33, 12]).into_iter().map(|b| b.0).collect();
        assert_eq!(lefts, [0.0, 55.0, 88.0]);
    }
}
