//! What machines read of a page: schema.org as JSON-LD, for search engines.

use super::page::Frame;
use crate::model::page::OpenPart;
use crate::model::panel::Panel;
use crate::model::viewer::Viewer;
use serde_json::{Value, json};

/// Newest articles that a live page lists as its updates.
const UPDATES: usize = 10;
/// The parts of the page that need an account, by their ids.
const PREMIUM: [&str; 4] = ["#market", "#threat", "#timeline", "#related"];

/// JSON-LD as it may stand in a script element of its own: no "<" can end it.
fn in_context(mut value: Value) -> String {
    value["@context"] = "https://schema.org".into();
    value.to_string().replace('<', "\\u003c")
}

fn organization(frame: &Frame) -> Value {
    json!({
        "@type": "NewsMediaOrganization",
        "@id": format!("{}/#desk", frame.base),
        "name": frame.desk,
        "url": frame.base,
        "logo": { "@type": "ImageObject", "url": format!("{}{}", frame.base, frame.icon) },
        "correctionsPolicy": format!("{}/corrections", frame.base),
        "verificationFactCheckingPolicy": format!("{}/method", frame.base),
        "ethicsPolicy": format!("{}/method", frame.base),
    })
}

/// The portal itself, for its first page.
pub fn portal(frame: &Frame) -> Vec<String> {
    let site = json!({ "@type": "WebSite", "name": frame.name, "url": frame.base, "publisher": { "@id": format!("{}/#desk", frame.base) } });
    vec![organization(frame), site].into_iter().map(in_context).collect()
}

/// An incident: an article, or a live blog while it is live. It says which parts are not free exactly as far as they are locked.
pub fn incident<T>(frame: &Frame, page: &OpenPart, premium: &Panel<T>, live: bool) -> Vec<String> {
    let link = format!("{}/incidents/{}", frame.base, page.slug);
    let mut article = json!({
        "@type": if live { "LiveBlogPosting" } else { "NewsArticle" },
        "@id": link,
        "mainEntityOfPage": link,
        "url": link,
        "headline": page.title.chars().take(110).collect::<String>(),
        "description": page.description,
        "inLanguage": "en",
        "datePublished": page.published().rfc3339(),
        "dateModified": page.updated_at.max(page.newest_at).rfc3339(),
        "image": [format!("{link}/card.png")],
        "author": [{ "@type": "Organization", "name": frame.desk, "url": frame.base }],
        "publisher": organization(frame),
        "articleSection": page.category.label(),
        "keywords": page.topics.iter().map(|topic| topic.label.as_str()).collect::<Vec<_>>(),
        "isAccessibleForFree": !premium.is_locked(),
    });
    if premium.is_locked() {
        let part = |selector| json!({ "@type": "WebPageElement", "isAccessibleForFree": false, "cssSelector": selector });
        article["hasPart"] = PREMIUM.map(part).into();
    }
    if let Some(country) = &page.country {
        article["contentLocation"] = json!({ "@type": "Place", "name": country.name });
    }
    if live {
        let update = |source: &crate::model::page::SourceLine| {
            json!({
                "@type": "BlogPosting",
                "headline": source.title.chars().take(110).collect::<String>(),
                "datePublished": source.published_at.rfc3339(),
                "url": format!("{link}#s{}", source.place),
            })
        };
        article["coverageStartTime"] = page.first_at.rfc3339().into();
        article["liveBlogUpdate"] = page.cited.iter().rev().take(UPDATES).map(update).collect::<Vec<_>>().into();
    }
    let mut crumbs = vec![
        ("Intel".to_string(), frame.base.clone()),
        (page.category.label().into(), format!("{}/categories/{}", frame.base, page.category.word())),
    ];
    crumbs.extend(page.country.as_ref().map(|country| (country.name.clone(), format!("{}/countries/{}", frame.base, country.code))));
    let crumb = |(index, (name, item)): (usize, &(String, String))| json!({ "@type": "ListItem", "position": index + 1, "name": name, "item": item });
    let crumbs = json!({ "@type": "BreadcrumbList", "itemListElement": crumbs.iter().enumerate().map(crumb).collect::<Vec<_>>() });
    vec![article, crumbs].into_iter().map(in_context).collect()
}

/// Only anonymous readers' pages are found by search engines; a member's page needs none of this.
pub fn is_wanted(frame: &Frame) -> bool {
    matches!(frame.viewer, Viewer::Anonymous)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_can_end_the_script_element() {
        assert_eq!(in_context(json!({ "a": "</script>" })), "{\"@context\":\"https://schema.org\",\"a\":\"\\u003c/script>\"}");
    }
}
