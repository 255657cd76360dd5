//! robots.txt (RFC 9309): what a host lets us read. Parsing is pure.
//!
//! Our own, since the crates for it have had no release for years and the RFC's rules are few.

/// The name that a group of rules may call us by.
const AGENT: &str = "intelrift";
/// Bytes of a file that are read; the RFC asks for at least so many.
const LONGEST: usize = 500 * 1024;

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Robots {
    /// Patterns of paths, and whether they are allowed.
    rules: Vec<(String, bool)>,
}

impl Robots {
    /// Nothing may be read: for a host whose rules cannot be had now.
    pub fn nothing() -> Self {
        Self { rules: vec![("/".into(), false)] }
    }

    /// The rules for us, or those for everybody when no group names us.
    pub fn parse(text: &str) -> Self {
        let (mut ours, mut everybodys) = (None::<Self>, Self::default());
        let (mut is_ours, mut is_everybodys, mut in_names) = (false, false, false);
        let lines = text.get(..text.floor_char_boundary(LONGEST)).unwrap_or("").trim_start_matches('\u{feff}').split(['\n', '\r']);
        for line in lines.map(|line| line.split('#').next().unwrap_or("").trim()) {
            let Some((field, value)) = line.split_once(':').map(|(field, value)| (field.trim().to_lowercase(), value.trim())) else { continue };
            match field.as_str() {
                "user-agent" => {
                    if !in_names {
                        (is_ours, is_everybodys, in_names) = (false, false, true);
                    }
                    is_everybodys |= value == "*";
                    // a version may stand after the name
                    if value.split('/').next().unwrap_or("").trim().eq_ignore_ascii_case(AGENT) {
                        is_ours = true;
                        ours.get_or_insert_default();
                    }
                }
                "allow" | "disallow" => {
                    in_names = false;
                    let rule = (value.to_string(), field == "allow");
                    if is_ours {
                        ours.get_or_insert_default().rules.push(rule.clone());
                    }
                    if is_everybodys {
                        everybodys.rules.push(rule);
                    }
                }
                _ => {}
            }
        }
        ours.unwrap_or(everybodys)
    }

    /// Whether a path with its query may be read: the longest rule that matches decides, and among equals the one that allows.
    pub fn allow(&self, path: &str) -> bool {
        let matching = self.rules.iter().filter(|(pattern, _)| !pattern.is_empty() && matches(pattern, path));
        matching.max_by_key(|(pattern, allows)| (pattern.len(), *allows)).is_none_or(|(_, allows)| *allows)
    }
}

/// `*` stands for anything, `$` at the end for the end.
fn matches(pattern: &str, path: &str) -> bool {
    let (pattern, to_end) = pattern.strip_suffix('$').map_or((pattern, false), |start| (start, true));
    let mut parts = pattern.split('*');
    let Some(mut rest) = path.strip_prefix(parts.next().unwrap_or("")) else { return false };
    let parts: Vec<&str> = parts.collect();
    for (number, part) in parts.iter().enumerate() {
        if to_end && number + 1 == parts.len() {
            return rest.ends_with(part);
        }
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    !to_end || rest.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_rule_decides() {
        let robots = Robots::parse("# rules\nUser-agent: *\nDisallow: /private\nAllow: /private/press\nDisallow: /*.pdf$\nDisallow:\n");
        for (path, may) in [("/news/1", true), ("/private/1", false), ("/private/press/1", true), ("/a/b.pdf", false), ("/a/b.pdf?x", true)] {
            assert_eq!(robots.allow(path), may, "{path}");
        }
    }

    #[test]
    fn a_group_that_names_us_is_ours_alone() {
        let robots = Robots::parse("User-agent: other\nUser-agent: Intelrift\nDisallow: /a\n\nUser-agent: *\nDisallow: /\n");
        assert!(!robots.allow("/a") && robots.allow("/b"));
        let robots = Robots::parse("\u{feff}User-agent: *\rDisallow: /a\r\rUser-agent: Intelrift/1.0\r\nDisallow: /b");
        assert!(robots.allow("/a") && !robots.allow("/b"));
        assert!(!Robots::parse("\u{feff}User-agent: *\nDisallow: /a").allow("/a"));
        let robots = Robots::parse("User-agent: *\nDisallow: /\n\nUser-agent: Intelrift\nAllow: /\n");
        assert!(robots.allow("/b"));
    }

    #[test]
    fn no_rules_allow_all_and_unreachable_ones_nothing() {
        assert!(Robots::parse("").allow("/") && Robots::parse("<html>not rules</html>").allow("/a"));
        assert!(!Robots::nothing().allow("/a"));
    }
}
