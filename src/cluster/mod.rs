//! The second room: each article joins the incident it is about, or opens one.
//!
//! One pass in the order of publication, with an index in memory that is rebuilt from the store. An article joins only on two
//! independent anchors (rare words or names that both share), never on one common name. `similar` holds the measure, `index` what
//! is in memory, `assign` the room's one act.

pub mod assign;
pub mod index;
pub mod similar;

pub use assign::Clusterer;
