//! Preferences of a browser: the colour theme, in a cookie, so that no page flashes.

use super::Front;
use super::next;
use super::page::see_other;
use actix_web::cookie::{Cookie, SameSite, time::Duration};
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;

const COOKIE: &str = "theme";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Theme {
    Auto,
    Light,
    Dark,
}

impl Theme {
    fn parse(word: &str) -> Self {
        match word {
            "light" => Self::Light,
            "dark" => Self::Dark,
            _ => Self::Auto,
        }
    }
    pub fn of(request: &HttpRequest) -> Self {
        request.cookie(COOKIE).map_or(Self::Auto, |cookie| Self::parse(cookie.value()))
    }
    /// The value of `data-theme`; none follows the system.
    pub fn word(self) -> Option<&'static str> {
        match self {
            Self::Auto => None,
            Self::Light => Some("light"),
            Self::Dark => Some("dark"),
        }
    }
    pub fn label(self) -> &'static str {
        self.word().unwrap_or("automatic")
    }
    fn next(self) -> Self {
        match self {
            Self::Auto => Self::Light,
            Self::Light => Self::Dark,
            Self::Dark => Self::Auto,
        }
    }
}

#[derive(Deserialize)]
pub struct Choice {
    theme: String,
    next: Option<String>,
}

/// `next` steps through the themes for browsers without scripts; a script names the theme it shows already.
pub async fn theme(front: web::Data<Front>, request: HttpRequest, choice: web::Form<Choice>) -> HttpResponse {
    let theme = match choice.theme.as_str() {
        "next" => Theme::of(&request).next(),
        word => Theme::parse(word),
    };
    let cookie = Cookie::build(COOKIE, theme.word().unwrap_or("auto"))
        .path("/")
        .same_site(SameSite::Lax)
        .secure(front.app.config.tls)
        .max_age(Duration::days(365))
        .finish();
    let mut answer = see_other(&next::path(choice.next.as_deref()));
    answer.add_cookie(&cookie).ok();
    answer
}
