//! The settings in force, for admins: name, value, meaning. They are changed where the portal is started, and nowhere else.

use crate::Result;
use crate::web::Front;
use crate::web::page::{Frame, Page};
use crate::web::viewer::Admin;
use actix_web::{HttpRequest, web};
use askama::Template;

#[derive(Template)]
#[template(path = "admin/settings.html")]
pub struct Show {
    pub frame: Frame,
    pub settings: Vec<Setting>,
}

pub struct Setting {
    pub name: String,
    /// As TOML, secrets hidden.
    pub value: String,
    pub meaning: String,
    pub is_default: bool,
}

/// The meanings stand above the settings there, and a test holds that all are there.
const EXAMPLE: &str = include_str!("../../../config.example.toml");

pub async fn show(front: web::Data<Front>, admin: Admin, request: HttpRequest) -> Result<Page<Show>> {
    let settings = settings(&front.app.config.shown());
    Ok(Page(Show { frame: Frame::new(&front, &request, admin.viewer(), "editing").await?, settings }))
}

fn settings(shown: &str) -> Vec<Setting> {
    let mut settings = vec![];
    // settings that stand together share their words
    let (mut meaning, mut is_told) = (String::new(), false);
    for line in EXAMPLE.lines() {
        if let Some(words) = line.strip_prefix("# ") {
            let before = if is_told { "" } else { meaning.as_str() };
            meaning = format!("{before} {words}").trim().to_string();
            is_told = false;
        } else if let Some((name, default)) = line.split_once(" = ") {
            let value = shown.lines().find_map(|line| line.strip_prefix(&format!("{name} = "))).unwrap_or("").to_string();
            let is_default = value == default;
            settings.push(Setting { name: name.to_string(), is_default, value, meaning: meaning.clone() });
            is_told = true;
        } else {
            meaning.clear();
        }
    }
    settings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    #[test]
    fn every_setting_is_shown_with_its_meaning_and_no_password() {
        let config = Config { database: "postgres://desk:secret@db/desk".into(), ..Config::default() };
        let settings = settings(&config.shown());
        assert_eq!(settings[0].meaning, "Address and port that the portal answers on.");
        assert_eq!(settings.len(), toml::Table::try_from(&config).unwrap().len());
        for setting in &settings {
            assert!(!setting.meaning.is_empty() && !setting.value.is_empty() && !setting.value.contains("secret"), "{}", setting.name);
            assert_eq!(setting.is_default, setting.name != "database", "{}", setting.name);
        }
    }
}
