//! Time zones of countries: the one that its capital lives by. Bundled; NOTICE says from where, and the rules of the zones come with `jiff`.

use crate::clock::Timestamp;
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use std::collections::HashMap;
use std::sync::LazyLock;

static ZONES: LazyLock<HashMap<&'static str, TimeZone>> = LazyLock::new(|| {
    let rows = include_str!("data/zones.tsv").lines().skip(1).filter_map(|row| row.split_once('\t'));
    rows.filter_map(|(iso2, name)| Some((iso2, TimeZone::get(name).ok()?))).collect()
});

/// How far a place's clocks are from UTC at each moment.
#[derive(Debug, Clone)]
pub struct Zone(TimeZone);

impl Zone {
    pub const UTC: Self = Self(TimeZone::UTC);

    /// Of a country's capital (ISO 3166-1 alpha-2); UTC where nobody says which country.
    pub fn of(iso2: Option<&str>) -> Self {
        iso2.and_then(|code| ZONES.get(code)).map_or(Self::UTC, |zone| Self(zone.clone()))
    }

    /// The calendar day that it is there, as that day's midnight in UTC.
    pub fn day(&self, at: Timestamp) -> Timestamp {
        let Ok(at) = jiff::Timestamp::from_millisecond(at.0) else { return at };
        Self::UTC.moment(at.to_zoned(self.0.clone()).date(), Time::midnight())
    }

    /// The moment when its clocks show `hour` on a calendar day, which is given as that day's midnight in UTC.
    pub fn at(&self, day: Timestamp, hour: u32) -> Timestamp {
        let time = Time::new(i8::try_from(hour).unwrap_or(0).min(23), 0, 0, 0).unwrap_or(Time::midnight());
        let Ok(midnight) = jiff::Timestamp::from_millisecond(day.0) else { return day };
        self.moment(midnight.to_zoned(TimeZone::UTC).date(), time)
    }

    fn moment(&self, date: Date, time: Time) -> Timestamp {
        let zoned = self.0.to_zoned(date.to_datetime(time));
        Timestamp(zoned.map_or(0, |zoned| zoned.timestamp().as_millisecond()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::country;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    #[test]
    fn a_day_begins_when_it_begins_there() {
        let evening = at("2022-03-20T22:30:00Z");
        assert_eq!(Zone::of(Some("JP")).day(evening), at("2022-03-21T00:00:00Z"));
        assert_eq!(Zone::of(Some("US")).day(evening), at("2022-03-20T00:00:00Z"));
        assert_eq!(Zone::of(None).day(evening), at("2022-03-20T00:00:00Z"));
        assert_eq!(Zone::of(Some("UA")).at(at("2022-03-15T00:00:00Z"), 20), at("2022-03-15T18:00:00Z"));
        // summer time
        assert_eq!(Zone::of(Some("UA")).at(at("2022-07-15T00:00:00Z"), 20), at("2022-07-15T17:00:00Z"));
    }

    #[test]
    fn every_country_has_a_zone_but_the_uninhabited() {
        let without: Vec<&str> = country::all().iter().map(|c| c.iso2.as_str()).filter(|code| !ZONES.contains_key(code)).collect();
        assert_eq!(without, ["AQ", "BV", "HM", "UM"]);
    }
}
