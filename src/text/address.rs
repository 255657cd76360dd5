//! What of a web address says which page it is. Pure.

use std::borrow::Cow;
use url::Url;

/// Parameters that say where a reader came from, and not what is read.
fn is_tracking(name: &str) -> bool {
    const NAMES: [&str; 12] =
        ["fbclid", "gclid", "dclid", "msclkid", "mc_cid", "mc_eid", "igshid", "yclid", "_ga", "at_medium", "at_campaign", "ns_mchannel"];
    let name = name.to_ascii_lowercase();
    name.starts_with("utm_") || NAMES.contains(&name.as_str())
}

/// An address without what is of one reading or one reader: marks of campaigns, and the session of a Java server. What is no web address stays as it is.
pub fn untracked(address: &str) -> String {
    let Ok(mut url) = Url::parse(address) else { return address.to_string() };
    if !url.has_host() {
        return address.to_string();
    }
    let sessionless = url.path().to_ascii_lowercase().find(";jsessionid=").map(|at| url.path()[..at].to_string());
    let is_tracked = url.query_pairs().any(|(name, _)| is_tracking(&name));
    if sessionless.is_none() && !is_tracked {
        // letter by letter, as it was stored before
        return address.to_string();
    }
    if let Some(path) = sessionless {
        url.set_path(&path);
    }
    if is_tracked {
        let kept: Vec<(Cow<str>, Cow<str>)> = url.query_pairs().filter(|(name, _)| !is_tracking(name)).collect();
        let kept: Vec<(String, String)> = kept.into_iter().map(|(name, value)| (name.into_owned(), value.into_owned())).collect();
        match kept.is_empty() {
            true => url.set_query(None),
            false => drop(url.query_pairs_mut().clear().extend_pairs(kept)),
        }
    }
    url.into()
}

/// Whether two addresses are of one page: by http or https, wherever a reader came from, whatever part of it is shown.
pub fn is_same_page(one: &str, other: &str) -> bool {
    let page = |address: &str| {
        let bare = untracked(address);
        let bare = bare.split_once("://").map_or(bare.as_str(), |(_, rest)| rest);
        bare.split('#').next().unwrap_or(bare).to_string()
    };
    page(one) == page(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_a_reader_came_from_is_no_other_page() {
        for (address, page) in [
            ("https://example.org/story?utm_content=build7", "https://example.org/story"),
            ("https://example.org/story?id=5&utm_source=rss&fbclid=x", "https://example.org/story?id=5"),
            ("https://example.org/story.jsp;jsessionid=A7?id=5", "https://example.org/story.jsp?id=5"),
            ("https://example.org/a?b=c%20d", "https://example.org/a?b=c%20d"),
            ("urn:uuid:7?utm_x=1", "urn:uuid:7?utm_x=1"),
        ] {
            assert_eq!(untracked(address), page);
        }
        assert!(is_same_page("http://example.org/a#b1", "https://example.org/a?utm_medium=x#b2"));
        assert!(!is_same_page("https://example.org/a?id=1", "https://example.org/a?id=2"));
    }
}
