//! What leaves the house: requests to feeds, to webhooks and to a language model, guarded in size, time and address, mail, and word of changes to open pages.

pub mod bus;
mod gzip;
pub mod http;
pub mod llm;
pub mod mail;
pub mod robots;
pub mod turn;
pub mod webhook;
