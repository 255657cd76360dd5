//! Stories of the portal, in its users' words: a real server, a real database, real HTTP.

#[path = "../world/mod.rs"]
mod world;

mod account;
mod alert;
mod briefing;
mod collection;
mod desk;
mod encoder;
mod form;
mod hold;
mod home;
mod incident;
mod map;
mod market;
mod operator;
mod pipeline;
mod queue;
mod regroup;
mod revision;
mod roles;
mod running;
mod search;
mod seed;
mod server;
mod sign;
mod sources;
mod trouble;
mod watch;
mod webhook;
mod writer;
