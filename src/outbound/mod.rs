//! What leaves the house: requests to feeds, guarded in size, time and address, mail, and word of changes to open pages.

pub mod bus;
pub mod http;
pub mod llm;
pub mod mail;
pub mod robots;
pub mod turn;
pub mod webhook;
