//! Places: ISO 3166-1 alpha-2 countries and the five regions that readers filter by.

super::scale! {
    /// Our five regions, each a union of UN M49 sub-regions.
    Region {
        Europe = "europe", "Europe";
        MiddleEast = "middle-east", "Middle East";
        Africa = "africa", "Africa";
        AsiaPacific = "asia-pacific", "Asia-Pacific";
        Americas = "americas", "Americas";
    }
}

impl Region {
    /// From a UN M49 region and sub-region. Western Asia and Northern Africa's Egypt and Libya are what desks call the Middle East;
    /// of these we take Western Asia only, so that the mapping stays the UN's own.
    pub fn of_m49(region: &str, subregion: &str) -> Option<Self> {
        match (region, subregion) {
            (_, "Western Asia") => Some(Self::MiddleEast),
            ("Europe", _) => Some(Self::Europe),
            ("Africa", _) => Some(Self::Africa),
            ("Asia" | "Oceania", _) => Some(Self::AsiaPacific),
            ("Americas", _) => Some(Self::Americas),
            _ => None,
        }
    }
}
