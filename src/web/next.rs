//! The way back: a path of our own that a form returns to. Never an address that a visitor made up elsewhere (B5 of docs/security.md).

const LONGEST: usize = 600;

/// The path to go to; `/` for whatever is not plainly one of ours.
pub fn path(typed: Option<&str>) -> String {
    let typed = typed.unwrap_or("/");
    let ours = typed.starts_with('/')
        && !typed.starts_with("//")
        && !typed.contains(['\\', '\r', '\n', '\t', '\0'])
        && typed.bytes().all(|b| b.is_ascii_graphic())
        && typed.len() <= LONGEST;
    if ours { typed.to_string() } else { "/".into() }
}

/// A path as the value of a query parameter.
pub fn encoded(path: &str) -> String {
    url::form_urlencoded::byte_serialize(path.as_bytes()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn b5_only_our_own_paths_are_returned_to() {
        assert_eq!(path(Some("/incidents/fire-1#market")), "/incidents/fire-1#market");
        for bad in ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/a\r\nSet-Cookie: x", "", "/ж"] {
            assert_eq!(path(Some(bad)), "/", "{bad}");
        }
        assert_eq!(encoded("/a?b=c#d"), "%2Fa%3Fb%3Dc%23d");
    }
}
