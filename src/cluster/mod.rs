//! The second room: each article joins the incident it is about, or opens one.
//!
//! One pass as articles arrive, with an index in memory that is rebuilt from the store. `fingerprint` counts what an article is
//! about, `frequency` weighs it, `document` is what comes of it, `live` is an incident as clustering sees it, `features` what the two have in common,
//! `pair` what two incidents have in common, `model` the learnt decisions (a network and `trees`), `postings` where words and names lead, `signs` where directions do, `index` all live
//! incidents, `assign` the room's one act, `part` what a grown incident may fall into, `sequel` what a new one goes on with.
//! `order` and `toll` are what titles say that makes two events of one, and what makes none.
//! `labelled`, `score` and `train` measure and make the model on labelled streams.

pub mod assign;
pub mod baseline;
pub mod concept;
pub mod direction;
pub mod document;
pub mod features;
pub mod fingerprint;
pub mod frequency;
pub mod groups;
pub mod index;
pub mod labelled;
pub mod live;
mod memory;
pub mod model;
pub mod order;
pub mod pair;
pub mod part;
pub mod postings;
mod reason;
pub mod score;
mod sequel;
pub mod signs;
pub mod slots;
pub mod sums;
pub mod toll;
pub mod train;
pub mod trees;
pub mod vector;
pub mod voice;

pub use assign::Clusterer;
