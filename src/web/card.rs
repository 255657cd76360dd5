//! The picture that other sites show for a link to an incident: title, severity and place, drawn from the open part alone.

use super::map::Shape;
use super::{Front, incident};
use crate::model::map::SMALL;
use crate::model::page::OpenPart;
use crate::model::severity::Severity;
use crate::model::viewer::Viewer;
use crate::text::sentence::counted;
use crate::{Error, Result, store};
use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, ETAG, IF_NONE_MATCH};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, web};
use anyhow::Context;
use askama::Template;
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree, fontdb};
use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

/// The size that Open Graph readers expect.
const WIDTH: u32 = 1_200;
const HEIGHT: u32 = 630;
/// Pictures that are kept; when there are more, all go.
const KEPT: usize = 128;

static FONTS: LazyLock<Arc<fontdb::Database>> = LazyLock::new(|| {
    let mut fonts = fontdb::Database::new();
    fonts.load_font_data(include_bytes!("../../static/card/NotoSerif-Bold.ttf").to_vec());
    fonts.load_font_data(include_bytes!("../../static/card/NotoSans-SemiBold.ttf").to_vec());
    Arc::new(fonts)
});

/// The newest picture of each incident, by its slug and what it was drawn from. One is drawn at a time: each takes a hundredth of a second.
#[derive(Default)]
pub struct Cards {
    kept: Mutex<HashMap<String, (String, Bytes)>>,
    drawing: tokio::sync::Mutex<()>,
}

impl Cards {
    fn find(&self, slug: &str, etag: &str) -> Option<Bytes> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.get(slug).filter(|(tag, _)| tag == etag).map(|(_, bytes)| bytes.clone())
    }
    fn keep(&self, slug: String, etag: String, bytes: Bytes) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= KEPT {
            kept.clear();
        }
        kept.insert(slug, (etag, bytes));
    }
}

/// The picture as SVG, which resvg makes a PNG of.
#[derive(Template)]
#[template(path = "incident/card.svg")]
struct Card {
    brand: (String, String),
    lines: Vec<String>,
    size: usize,
    kicker: String,
    severity: Severity,
    colour: &'static str,
    footer: String,
    dot: Option<(f64, f64, Shape)>,
    view: (f64, f64),
}

/// `/incidents/{slug}/card.png`
pub async fn show(front: web::Data<Front>, slug: web::Path<String>, request: HttpRequest) -> Result<HttpResponse> {
    if slug.chars().any(char::is_control) {
        return Err(Error::NotFound);
    }
    let Some(page) = store::page::find_open(&front.app.db, &slug).await? else {
        return Err(incident::further(incident::instead(&front, &Viewer::Anonymous, &slug).await, "/card.png"));
    };
    let etag = format!("\"{}-{}-{}\"", page.number, page.revision, page.articles);
    let mut answer = HttpResponse::build(StatusCode::OK);
    answer.content_type("image/png").insert_header((ETAG, etag.as_str())).insert_header((CACHE_CONTROL, "public, max-age=600"));
    if request.headers().get(IF_NONE_MATCH).is_some_and(|tag| tag.as_bytes() == etag.as_bytes()) {
        return Ok(answer.status(StatusCode::NOT_MODIFIED).finish());
    }
    if let Some(kept) = front.cards.find(&slug, &etag) {
        return Ok(answer.body(kept));
    }
    let _turn = front.cards.drawing.lock().await;
    // somebody who waited in front may have drawn it
    if let Some(kept) = front.cards.find(&slug, &etag) {
        return Ok(answer.body(kept));
    }
    let card = Card::of(&page, &front.app.config.name, &front.app.config.desk);
    let drawn = web::block(move || card.png()).await.map_err(|cause| Error::Broken(anyhow::anyhow!("drawing a card: {cause}")))??;
    let drawn = Bytes::from(drawn);
    front.cards.keep(slug.into_inner(), etag, drawn.clone());
    Ok(answer.body(drawn))
}

impl Card {
    fn of(page: &OpenPart, name: &str, desk: &str) -> Self {
        let (lines, size) = set(&page.title, page.point.is_some());
        let region = page.region.map(|region| format!(" · {}", region.label())).unwrap_or_default();
        let country = page.country.as_ref().map(|country| format!(" · {}", country.name)).unwrap_or_default();
        let brand = name.strip_suffix("rift").map_or((name.to_string(), String::new()), |start| (start.to_string(), "rift".into()));
        let dot = page.point.as_ref().map(|point| {
            let (x, y) = SMALL.place(point.latitude, point.longitude);
            (x, y, Shape::of(page.severity, 4.6))
        });
        let view = dot.as_ref().map_or((0.0, 0.0), |(x, y, _)| ((x - 75.0).clamp(18.0, 234.0), (y - 42.0).clamp(0.0, 84.0)));
        Self {
            brand,
            lines,
            size,
            kicker: format!("{}{country}{region}", page.category.label()),
            severity: page.severity,
            colour: colour(page.severity),
            footer: format!("{desk} · {} · {}", counted(page.articles, "article"), counted(page.sources, "source")),
            dot,
            view,
        }
    }

    /// How many of the four bars are lit: info and low share one.
    fn bars(&self) -> i64 {
        match self.severity.level() {
            0 => 0,
            level => (level - 1).max(1),
        }
    }

    fn png(&self) -> Result<Vec<u8>> {
        let svg = self.render().map_err(anyhow::Error::from)?;
        let options = Options { fontdb: FONTS.clone(), font_family: "Noto Serif".into(), ..Options::default() };
        let tree = Tree::from_str(&svg, &options).context("reading a card")?;
        let mut pixels = Pixmap::new(WIDTH, HEIGHT).context("a card has a size")?;
        resvg::render(&tree, Transform::identity(), &mut pixels.as_mut());
        Ok(pixels.encode_png().context("writing a card")?)
    }
}

/// Size, letters in a line, and lines: letters of a bold serif are about 0.56 of their size wide.
const SETTINGS: [(usize, usize, usize); 3] = [(64, 30, 4), (52, 37, 5), (42, 46, 6)];
/// The same beside a map in the lower right corner.
const BESIDE_MAP: [(usize, usize, usize); 3] = [(64, 30, 2), (52, 37, 3), (42, 29, 6)];

/// A title in lines that fit, and their size; none when it is in a script that the bundled letters do not have.
fn set(title: &str, beside_map: bool) -> (Vec<String>, usize) {
    let known =
        |c: char| matches!(c, ' '..='\u{24f}' | '\u{370}'..='\u{52f}' | '\u{1e00}'..='\u{1eff}' | '\u{2010}'..='\u{2044}' | '\u{20a0}'..='\u{20bf}');
    if !title.chars().all(known) {
        return (vec![], 0);
    }
    let settings = if beside_map { BESIDE_MAP } else { SETTINGS };
    for (size, width, most) in settings {
        let lines = wrapped(title, width);
        if lines.len() <= most {
            return (lines, size);
        }
    }
    let (size, width, most) = settings[2];
    let mut lines = wrapped(title, width);
    lines.truncate(most);
    if let Some(last) = lines.last_mut() {
        last.push('…');
    }
    (lines, size)
}

fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = vec![];
    for word in text.split_whitespace() {
        let word: String = word.chars().take(width).collect();
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(&word);
            }
            _ => lines.push(word),
        }
    }
    lines
}

/// The light theme's colour of a severity, as `static/css/tokens.css` has it.
fn colour(severity: Severity) -> &'static str {
    match severity {
        Severity::Unassessed => "#727d7f",
        Severity::Info | Severity::Low => "#3f7a86",
        Severity::Moderate => "#8a6800",
        Severity::High => "#c0550c",
        Severity::Critical => "#a8152c",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_set_in_lines_that_fit() {
        assert_eq!(set("Fire at oil refinery in Lagos kills three", true), (vec!["Fire at oil refinery in Lagos".into(), "kills three".into()], 64));
        let (lines, size) = set(&"Very long words ".repeat(40), false);
        assert!(lines.len() == 6 && size == 42 && lines[5].ends_with('…'));
        assert!(lines.iter().all(|line| line.chars().count() <= 47));
        assert_eq!(set("火災", false), (vec![], 0));
        assert!(!set("Пожар в Лагосе", true).0.is_empty());
    }

    #[test]
    fn the_style_sheet_has_the_same_colours() {
        let tokens = include_str!("../../static/css/tokens.css");
        for severity in Severity::ALL {
            assert!(tokens.contains(colour(*severity).trim_start_matches('#')), "{}", severity.label());
        }
    }
}
