//! Intelrift: feeds are *ingested* into articles, articles are *clustered* into incidents, incidents are *analyzed*, the *desk*
//! reviews and publishes a revision, readers read it.
//!
//! ```text
//!  front doors   web/  pages, forms, live stream        work/  clock, queue, job list        cli/  commands   demo/  the replay
//!  rooms         ingest/ → cluster/ → analyze/ → desk/                                       account/
//!  cellar        store/  all SQL                         outbound/  what leaves the house
//!  foundation    model/  the nouns                       text/      clock  id  error  config
//! ```
//!
//! A floor uses only floors below it, and rooms do not call each other: they leave things in the store and a job for the next room.
//! `tests/floor_plan.rs` holds this. ARCHITECTURE.md tells it at length.

pub mod account;
pub mod analyze;
pub mod app;
pub mod cli;
pub mod clock;
pub mod cluster;
pub mod config;
pub mod demo;
pub mod desk;
pub mod error;
pub mod id;
pub mod ingest;
pub mod model;
pub mod outbound;
pub mod store;
pub mod text;
pub mod web;
pub mod work;

pub use app::App;
pub use error::{Error, Result};
