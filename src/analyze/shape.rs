//! What a name is by the words it is made of: an event, an office that every government has, an organisation, a place.

/// Words of titles that are events or notions: no entities.
const EVENTS: &str = "pandemic war attack attacks election elections protest protests crisis bombing shooting invasion crash accident earthquake conflict \
insurgency offensive battle siege referendum vaccine hurricane typhoon cyclone flood floods murder killing death deaths explosion disaster \
outbreak wildfire wildfires summit agreement treaty act law games olympics cup championship award prize list variant dispute strike strikes \
coup massacre genocide scandal president prime minister ministers state speaker governor mayor king queen pope chancellor senate day \
airstrike storm tropical season world covid-19 omicron islam muslim muslims christian catholic jewish kurds language people street economy \
politics relations";
/// Words that every government has: "Ministry of Defence" is somebody's, but nobody knows whose.
const OFFICES: &str = "of the and for defence defense foreign health interior affairs justice finance minister ministers president vice education royal air coast \
supreme high national central armed security federal house representatives deputies chamber lower upper electoral transport environment \
general public secretary attorney governor mayor officials chief special intelligence military civil deputy district city board election \
constitutional";
/// Words that an organisation's name has.
const ORGANISATIONS: &str = "ministry bank company council party army forces force organization organisation university union agency court group corp inc ltd committee \
commission nations association federation parliament senate congress guard navy police airlines airways church fund league front movement \
coalition department government institute brigade brigades militia command corporation centre center foundation network news times post air \
authority service services bureau office assembly society club taliban alliance legion brotherhood motors energy petroleum television \
broadcasting exchange museum team airline house administration administrations school college technologies electronics ratings labs systems holdings \
industries media entertainment pharmaceuticals chamber community directorate embassy congregation";
/// Words that a place's name has.
const PLACES: &str = "sea strait river mountain mountains province city region oblast island islands gulf ocean airport canal lake desert valley peninsula port \
district county square street bay governorate division prefecture territory base hills village town volcano park bridge coast dam plant \
station prison camp crossing border hospital mosque cathedral stadium tower";
const CONTINENTS: &[&str] = &[
    "Africa",
    "Antarctica",
    "Arctic",
    "Asia",
    "Balkans",
    "Caribbean",
    "Central America",
    "Europe",
    "Latin America",
    "Middle East",
    "North America",
    "Oceania",
    "South America",
];
/// Before the name of a place they make another one: "Eastern Ukraine".
const DIRECTIONS: &str = "north south east west northern southern eastern western central";

/// An event or a notion: it has a year in it, or a word of events.
pub fn is_event(name: &str) -> bool {
    name.contains(|c: char| c.is_ascii_digit()) && name.contains(' ')
        || name.starts_with(|c: char| c.is_ascii_digit())
        || name.split(|c: char| !(c.is_alphanumeric() || c == '-')).any(|word| is_among(EVENTS, word))
}

/// Made of nothing but words that every government has.
pub fn is_office(name: &str) -> bool {
    name.split(' ').all(|word| is_among(OFFICES, word) || is_among(ORGANISATIONS, word))
}

pub fn is_organisation(name: &str) -> bool {
    name.split(' ').any(|word| is_among(ORGANISATIONS, word))
}

pub fn is_place(name: &str) -> bool {
    name.split(' ').any(|word| is_among(PLACES, word))
        || name.split_once(' ').is_some_and(|(first, rest)| is_among(DIRECTIONS, first) && !rest.contains(' '))
}

/// A part of the world that is no country.
pub fn is_continent(name: &str) -> bool {
    CONTINENTS.contains(&name)
}

fn is_among(list: &str, word: &str) -> bool {
    let word = word.to_lowercase();
    list.split(' ').any(|one| one == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_tells_what_it_is() {
        assert!(is_event("2022 Winter Olympics") && is_event("Siege of Mariupol") && !is_event("Mariupol"));
        assert!(is_office("Ministry of Defence") && !is_office("Ministry of Defence of Ukraine"));
        assert!(is_organisation("Bank of Japan") && is_place("Black Sea") && is_place("Eastern Ukraine") && !is_place("Western Union Company"));
    }
}
