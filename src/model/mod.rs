//! The nouns of the house, one file each: plain data, the scales with their words, and no I/O.

pub mod account;
pub mod alert;
pub mod article;
pub mod assessment;
pub mod briefing;
pub mod category;
pub mod checked;
pub mod city;
pub mod clash;
pub mod code;
pub mod correlation;
pub mod country;
pub mod edition;
pub mod entity;
pub mod event;
pub mod factor;
pub mod figure;
pub mod health;
pub mod incident;
pub mod job;
pub mod language;
pub mod map;
pub mod market;
pub mod moment;
pub mod page;
pub mod panel;
pub mod place;
pub mod point;
pub mod query;
pub mod row;
pub mod rule;
pub mod severity;
pub mod signal;
pub mod source;
pub mod standard;
pub mod tlp;
pub mod topic;
pub mod viewer;
pub mod watch;
pub mod webhook;
pub mod window;
pub mod wording;
pub mod working;
pub mod zone;

/// A closed set of words: each has the word it is stored by and the label it is shown with.
macro_rules! scale {
    ($(#[$doc:meta])* $name:ident { $($variant:ident = $word:literal, $label:literal);+ $(;)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name { $(#[serde(rename = $word)] $variant),+ }
        impl $name {
            pub const ALL: &[Self] = &[$(Self::$variant),+];
            /// As it is stored and written in addresses.
            pub fn word(self) -> &'static str { match self { $(Self::$variant => $word),+ } }
            /// As readers see it.
            pub fn label(self) -> &'static str { match self { $(Self::$variant => $label),+ } }
        }
        impl std::str::FromStr for $name {
            type Err = ();
            fn from_str(word: &str) -> Result<Self, ()> {
                Self::ALL.iter().copied().find(|v| v.word() == word).ok_or(())
            }
        }
    };
}
pub(crate) use scale;
