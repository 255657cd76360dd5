//! The map: incidents where they happen, drawn by the server; and the same as GeoJSON.

use super::filter::{Chosen, Since};
use super::page::Frame;
use super::{Front, base, cache};
use crate::Result;
use crate::model::category::Category;
use crate::model::country;
use crate::model::map::{SMALL, WORLD};
use crate::model::page::OpenPart;
use crate::model::place::Region;
use crate::model::severity::Severity;
use crate::model::viewer::Viewer;
use crate::store;
use crate::store::list::Pin;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

/// Incidents on one map; the gravest are drawn when there are more.
const PINS: usize = 300;
/// The gravest of the world, of which those in view are taken.
const LOOKED_AT: i64 = 5_000;
/// The whole sheet as the map page shows it: x, y, width, height.
const WHOLE: View = View { x: 135.0, y: 0.0, width: 2_740.0, height: 1_290.0 };
/// Markers nearer than this on the whole sheet, centre to centre, are one marker: their numbers beside them need room too.
const APART: (f64, f64) = (126.0, 56.0);
/// Radius of a marker on the whole sheet and on small maps.
const RADIUS: f64 = 22.0;
const SMALL_RADIUS: f64 = 4.6;

/// A part of the sheet.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct View {
    x: f64,
    y: f64,
    width: f64,
    height: f64,
}

impl View {
    fn of(region: Option<Region>) -> Self {
        let (x, y, width, height) = match region {
            None => return WHOLE,
            Some(Region::Europe) => (1_280.0, 30.0, 600.0, 380.0),
            Some(Region::MiddleEast) => (1_500.0, 268.0, 540.0, 342.0),
            Some(Region::Africa) => (1_050.0, 316.0, 1_000.0, 789.0),
            Some(Region::AsiaPacific) => (1_640.0, 130.0, 1_235.0, 1_090.0),
            Some(Region::Americas) => (200.0, 60.0, 1_300.0, 1_230.0),
        };
        Self { x, y, width, height }
    }
    fn holds(self, (x, y): (f64, f64)) -> bool {
        (self.x..=self.x + self.width).contains(&x) && (self.y..=self.y + self.height).contains(&y)
    }
    /// How large a marker is drawn, so that it looks the same in every view.
    fn scale(self) -> f64 {
        (self.width / WHOLE.width * 1_000.0).round() / 1_000.0
    }
}

impl std::fmt::Display for View {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {} {} {}", self.x, self.y, self.width, self.height)
    }
}

/// One marker: the incidents that lie so near to each other that they would cover each other.
pub struct Marker {
    pub number: usize,
    pub x: f64,
    pub y: f64,
    pub pins: Vec<Pin>,
}

impl Marker {
    /// The gravest, which is the first.
    pub fn severity(&self) -> Severity {
        self.pins[0].severity
    }
    pub fn shape(&self) -> Shape {
        Shape::of(self.severity(), RADIUS)
    }
    /// What a screen reader says.
    pub fn says(&self) -> String {
        let first = &self.pins[0];
        let more = match self.pins.len() - 1 {
            0 => String::new(),
            n => format!(", and {n} more near it"),
        };
        format!("{}: {}. {}, severity {}{more}", self.shown(), first.title, first.spot, first.severity.label())
    }
    /// Its number, and of how many incidents it stands for.
    pub fn shown(&self) -> String {
        match self.pins.len() {
            1 => self.number.to_string(),
            n => format!("{} ×{n}", self.number),
        }
    }
}

/// Circle, diamond, triangle or octagon around 0, 0: severity is told by the shape too.
pub enum Shape {
    Circle(f64),
    Path(String),
}

impl Shape {
    pub fn of(severity: Severity, radius: f64) -> Self {
        let r = |times: f64| (radius * times * 100.0).round() / 100.0;
        let (near, far) = (r(0.5), r(1.2));
        match severity {
            Severity::Unassessed | Severity::Info | Severity::Low => Self::Circle(radius),
            Severity::Moderate => Self::Path(format!("M0 -{far}l{far} {far}l-{far} {far}l-{far} -{far}z")),
            Severity::High => Self::Path(format!("M0 -{}l{far} {}h-{}z", r(1.25), r(2.1), r(2.4))),
            Severity::Critical => {
                let (side, cut) = (r(1.0), r(0.7));
                Self::Path(format!("M-{near} -{far}h{side}l{cut} {cut}v{side}l-{cut} {cut}h-{side}l-{cut} -{cut}v-{side}z"))
            }
        }
    }
}

/// A marker without a number, on a small map.
pub struct Dot {
    pub x: f64,
    pub y: f64,
    pub severity: Severity,
    pub shape: Shape,
}

impl Dot {
    fn at(latitude: f64, longitude: f64, severity: Severity, radius: f64) -> Self {
        let (x, y) = SMALL.place(latitude, longitude);
        Self { x, y, severity, shape: Shape::of(severity, radius) }
    }
}

/// The dots of a small map of the world; the gravest lie on top.
pub fn dots(pins: &[Pin]) -> Vec<Dot> {
    pins.iter().rev().map(|pin| Dot::at(pin.latitude, pin.longitude, pin.severity, SMALL_RADIUS)).collect()
}

/// A small map around one place.
pub struct Locator {
    pub dot: Dot,
    pub view: String,
    pub name: String,
    /// "the middle of the country", when no nearer place is known.
    pub exactness: &'static str,
}

impl Locator {
    pub fn of(page: &OpenPart) -> Option<Self> {
        let point = page.point.as_ref()?;
        let dot = Dot::at(point.latitude, point.longitude, page.severity, 2.4);
        let (x, y) = ((dot.x - 60.0).clamp(18.0, 264.0), (dot.y - 30.0).clamp(0.0, 108.0));
        Some(Self { view: format!("{x:.1} {y:.1} 120 60"), name: point.name.clone(), exactness: point.exactness.label(), dot })
    }
}

#[derive(Template)]
#[template(path = "map/show.html")]
pub struct Show {
    pub frame: Frame,
    pub chosen: Chosen,
    pub regions: Vec<(Option<Region>, String)>,
    pub times: [Since; 4],
    pub severities: Vec<Severity>,
    pub categories: &'static [Category],
    pub view: View,
    pub whole: f64,
    pub scale: f64,
    pub markers: Vec<Marker>,
    pub shown: usize,
    pub world: String,
    pub map_js: String,
    pub key: Vec<(Severity, Shape)>,
    pub geojson: String,
}

impl Show {
    /// The one region that is shown.
    pub fn region(&self) -> Option<Region> {
        self.chosen.regions.first().copied()
    }
    pub fn is_least(&self, severity: &Severity) -> bool {
        self.chosen.severities.first() == Some(severity)
    }
    pub fn is_only(&self, category: &Category) -> bool {
        self.chosen.categories.first() == Some(category)
    }
}

/// A map shows the chosen severity and all above it, unless several were named.
fn read(request: &HttpRequest) -> Chosen {
    let mut chosen = Chosen::read(request.query_string(), Since::Week);
    if let [least] = chosen.severities[..] {
        chosen.severities = Severity::ALL.iter().copied().filter(|severity| *severity >= least).collect();
    }
    chosen
}

pub async fn show(front: web::Data<Front>, viewer: Viewer, request: HttpRequest) -> Result<HttpResponse> {
    cache::page(&front, &request, &viewer.clone(), || async {
        let chosen = read(&request);
        let region = chosen.regions.first().copied();
        let view = View::of(region);
        let pins = in_view(&front, &chosen).await?;
        let link = |region: Option<Region>| format!("/map?{}", Chosen { regions: region.into_iter().collect(), ..least(&chosen) }.query(false, None));
        let regions = std::iter::once(None).chain(Region::ALL.iter().copied().map(Some)).map(|region| (region, link(region))).collect();
        Ok(Show {
            frame: Frame::new(&front, &request, viewer, "map").await?,
            geojson: format!("/incidents.geojson?{}", least(&chosen).query(false, None)),
            regions,
            times: Since::ALL,
            severities: Severity::ALL.iter().rev().copied().collect(),
            categories: Category::ALL,
            whole: WHOLE.width,
            scale: view.scale(),
            shown: pins.len(),
            markers: markers(pins, view),
            world: front.assets.address("world.svg"),
            map_js: front.assets.address("map.js"),
            key: [Severity::Critical, Severity::High, Severity::Moderate, Severity::Low, Severity::Unassessed].map(|s| (s, Shape::of(s, 5.0))).into(),
            view,
            chosen,
        })
    })
    .await
}

/// The gravest incidents that lie in the view of the chosen region, whatever region their country is counted to.
async fn in_view(front: &Front, chosen: &Chosen) -> Result<Vec<Pin>> {
    let view = View::of(chosen.regions.first().copied());
    let filter = store::list::Filter { regions: vec![], ..chosen.filter(front.app.clock.now()) };
    let mut pins = store::list::pins(&front.app.db, &filter, LOOKED_AT).await?;
    pins.retain(|pin| view.holds(WORLD.place(pin.latitude, pin.longitude)));
    pins.truncate(PINS);
    Ok(pins)
}

/// The choice with only its least severity, as it stands in an address.
fn least(chosen: &Chosen) -> Chosen {
    Chosen { severities: chosen.severities.first().copied().into_iter().collect(), ..chosen.clone() }
}

/// Markers by severity: a pin joins the first marker that it would touch.
fn markers(pins: Vec<Pin>, view: View) -> Vec<Marker> {
    let (wide, high) = (APART.0 * view.scale(), APART.1 * view.scale());
    let mut markers: Vec<Marker> = vec![];
    for pin in pins {
        let (x, y) = WORLD.place(pin.latitude, pin.longitude);
        match markers.iter_mut().find(|marker| (marker.x - x).abs() < wide && (marker.y - y).abs() < high) {
            Some(marker) => marker.pins.push(pin),
            None => markers.push(Marker { number: markers.len() + 1, x, y, pins: vec![pin] }),
        }
    }
    markers
}

/// `/incidents.geojson`: the incidents of the same question that have a place (RFC 7946).
pub async fn geojson(front: web::Data<Front>, request: HttpRequest) -> Result<HttpResponse> {
    cache::open(&front, &request, "application/geo+json", || async {
        let pins = in_view(&front, &read(&request)).await?;
        let base = base(&front, &request);
        let feature = |pin: &Pin| {
            serde_json::json!({
                "type": "Feature",
                "id": pin.number,
                "geometry": { "type": "Point", "coordinates": [pin.longitude, pin.latitude] },
                "properties": {
                    "title": pin.title,
                    "url": format!("{base}/incidents/{}", pin.slug),
                    "severity": pin.severity.word(),
                    "category": pin.category.word(),
                    "country": pin.country,
                    "place": pin.spot,
                    "exactness": pin.exactness.word(),
                    "newest": pin.newest_at.rfc3339(),
                },
            })
        };
        Ok(serde_json::json!({ "type": "FeatureCollection", "features": pins.iter().map(feature).collect::<Vec<_>>() }).to_string())
    })
    .await
}

/// The English name of a pin's country, or what the point is called.
pub fn where_is(pin: &Pin) -> &str {
    pin.country.as_deref().map_or(pin.spot.as_str(), country::name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Timestamp;
    use crate::model::point::Exactness;

    fn pin(latitude: f64, longitude: f64) -> Pin {
        Pin {
            number: 1,
            slug: "a-1".into(),
            title: "A".into(),
            title_language: None,
            severity: Severity::High,
            category: Category::Energy,
            country: None,
            newest_at: Timestamp(0),
            latitude,
            longitude,
            spot: "Somewhere".into(),
            exactness: Exactness::City,
        }
    }

    #[test]
    fn what_would_cover_each_other_is_one_marker_until_one_looks_closer() {
        let pins = || vec![pin(50.4, 30.5), pin(49.8, 24.0), pin(6.5, 3.4)];
        assert_eq!(markers(pins(), WHOLE).iter().map(|m| m.pins.len()).collect::<Vec<_>>(), [2, 1]);
        assert_eq!(markers(pins(), View::of(Some(Region::Europe))).len(), 3);
        assert!(markers(pins(), WHOLE)[0].says().ends_with("and 1 more near it"));
    }

    #[test]
    fn each_grave_severity_has_a_shape_of_its_own() {
        let path = |severity| match Shape::of(severity, 5.0) {
            Shape::Path(path) => path,
            Shape::Circle(_) => String::new(),
        };
        assert_eq!(path(Severity::High), "M0 -6.25l6 10.5h-12z");
        assert!(path(Severity::Critical).starts_with("M-2.5 -6h5") && path(Severity::Low).is_empty());
    }
}
