//! The desk's filters, as they stand in an address: `?sev=high&sev=critical&t=7d&region=europe&cat=energy&sort=severity`.

use crate::clock::{DAY, HOUR, Timestamp};
use crate::model::category::Category;
use crate::model::place::Region;
use crate::model::severity::Severity;
use crate::store::list::Filter;
use std::time::Duration;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Since {
    Hour,
    Day,
    Week,
    Ever,
}

impl Since {
    pub const ALL: [Self; 4] = [Self::Hour, Self::Day, Self::Week, Self::Ever];
    pub fn word(self) -> &'static str {
        ["1h", "24h", "7d", "all"][self as usize]
    }
    pub fn label(self) -> &'static str {
        ["Last hour", "Last 24 hours", "Last 7 days", "Any time"][self as usize]
    }
    /// As part of a sentence: "37 open, last 24 hours".
    pub fn short(self) -> &'static str {
        ["last hour", "last 24 hours", "last 7 days", "any time"][self as usize]
    }
    fn length(self) -> Option<Duration> {
        [Some(HOUR), Some(DAY), Some(DAY * 7), None][self as usize]
    }
}

/// What a visitor chose. A value that is none of ours is left out, so an old link still shows a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Chosen {
    pub severities: Vec<Severity>,
    pub regions: Vec<Region>,
    pub categories: Vec<Category>,
    pub country: Option<String>,
    pub since: Since,
    pub by_severity: bool,
    pub after: Option<String>,
}

impl Chosen {
    /// Reads a query string; `default` is the time window when it names none.
    pub fn read(query: &str, default: Since) -> Self {
        let mut chosen =
            Self { severities: vec![], regions: vec![], categories: vec![], country: None, since: default, by_severity: false, after: None };
        for (key, value) in url::form_urlencoded::parse(query.as_bytes()) {
            match key.as_ref() {
                "sev" => chosen.severities.extend(value.parse::<Severity>()),
                "region" => chosen.regions.extend(value.parse::<Region>()),
                "cat" => chosen.categories.extend(value.parse::<Category>()),
                "country" if value.len() == 2 && value.bytes().all(|b| b.is_ascii_alphabetic()) => chosen.country = Some(value.to_uppercase()),
                "t" => chosen.since = Since::ALL.into_iter().find(|s| s.word() == value).unwrap_or(default),
                "sort" => chosen.by_severity = value == "severity",
                "after" => chosen.after = Some(value.into_owned()),
                _ => {}
            }
        }
        chosen
    }

    pub fn filter(&self, now: Timestamp) -> Filter {
        Filter {
            severities: self.severities.clone(),
            regions: self.regions.clone(),
            categories: self.categories.clone(),
            country: self.country.clone(),
            since: self.since.length().map(|length| now.minus(length)),
            by_severity: self.by_severity,
            after: self.after.as_deref().and_then(|key| key.parse().ok()),
        }
    }

    /// True for the first page without a filter, which has the lead incident.
    pub fn is_plain(&self) -> bool {
        self.severities.is_empty() && self.regions.is_empty() && self.categories.is_empty() && self.country.is_none() && self.after.is_none()
    }
    pub fn is_continued(&self) -> bool {
        self.after.is_some()
    }

    /// The query string of the same filters, in another order or further down the list.
    pub fn query(&self, by_severity: bool, after: Option<&str>) -> String {
        let mut pairs = url::form_urlencoded::Serializer::new(String::new());
        for s in &self.severities {
            pairs.append_pair("sev", s.word());
        }
        for r in &self.regions {
            pairs.append_pair("region", r.word());
        }
        for c in &self.categories {
            pairs.append_pair("cat", c.word());
        }
        if let Some(c) = &self.country {
            pairs.append_pair("country", c);
        }
        pairs.append_pair("t", self.since.word());
        if by_severity {
            pairs.append_pair("sort", "severity");
        }
        if let Some(after) = after {
            pairs.append_pair("after", after);
        }
        pairs.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_combine_and_live_in_the_address() {
        let chosen = Chosen::read("sev=high&sev=critical&region=europe&cat=energy&t=7d&country=ru", Since::Day);
        assert_eq!(chosen.severities, [Severity::High, Severity::Critical]);
        assert_eq!(chosen.query(true, None), "sev=high&sev=critical&region=europe&cat=energy&country=RU&t=7d&sort=severity");
        assert_eq!(Chosen::read(&chosen.query(false, None), Since::Day), chosen);
    }

    #[test]
    fn what_is_no_filter_is_left_out() {
        let chosen = Chosen::read("sev=loud&region=atlantis&t=yesterday&country=%27OR1&x=y", Since::Day);
        assert!(chosen.is_plain() && chosen.since == Since::Day);
        assert_eq!(Chosen::read("after=nonsense", Since::Day).filter(Timestamp(0)).after, None);
    }
}
