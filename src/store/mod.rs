//! The cellar: all SQL, one file a noun. One text runs on SQLite and PostgreSQL.
//!
//! ```no_run
//! # async fn example() -> anyhow::Result<()> {
//! use intelrift::store::{self, Db};
//! let db = Db::connect("sqlite:data/intelrift.db").await?;
//! db.migrate().await?;
//! let sources = store::source::list(&db).await?;
//! # Ok(()) }
//! ```

pub mod account;
pub mod alert;
pub mod article;
pub mod audit;
pub mod backup;
pub mod briefing;
pub mod chapter;
pub mod code;
pub mod db;
pub mod device;
pub mod doubt;
pub mod factor;
pub mod following;
pub mod held;
pub mod incident;
pub mod item;
pub mod job;
pub mod list;
pub mod login;
pub mod mention;
pub mod merging;
pub mod note;
pub mod outbox;
pub mod page;
pub mod part;
pub mod progress;
pub mod queue;
pub mod quote;
pub mod regrouping;
pub mod relation;
pub mod revision;
pub mod schedule;
pub mod search;
pub mod source;
pub mod topic;
pub mod turn;
pub mod visit;
pub mod watch;
pub mod webhook;
pub mod working;

pub use db::{Db, Sql, Tx};
