//! Accounts: who somebody is, and what they may see.
//!
//! `password` hashes on threads of its own. `sign_up` makes accounts; `sign_in` checks them by password or `code`, `factor` by an app's codes,
//! `passkey` by a key of the device; `reset` and `address` change what was forgotten or moved, and each change is told by `letter`. `mine` is what
//! belongs to one account, `role` what it may do, `webhook` its own programs, `watch` its standing questions, `alert` what these find,
//! `briefing` its letter of the morning, `stop` the link that ends such letters, `key` the portal's own. `access` is the one policy that opens premium panels: every channel goes through it.

pub mod access;
pub mod address;
pub mod alert;
pub mod briefing;
pub mod code;
pub mod factor;
pub mod key;
pub mod letter;
pub mod mine;
pub mod passkey;
pub mod password;
pub mod reset;
pub mod role;
pub mod sign_in;
pub mod sign_up;
pub mod stop;
pub mod watch;
pub mod webhook;

pub use key::Key;
pub use letter::Post;
pub use password::{Hasher, Lane};

/// What has a number may be seen before what has a smaller one, whose transaction takes longer: nothing is told before this has passed.
const SETTLED: std::time::Duration = std::time::Duration::from_secs(10);
