//! Accounts: who somebody is, and what they may see.
//!
//! `password` hashes on threads of its own, `sign_up` makes accounts, `sign_in` checks them, `mine` is what belongs to one of them, `access` is the one policy that
//! opens premium panels. Every channel goes through `access`.

pub mod access;
pub mod mine;
pub mod password;
pub mod sign_in;
pub mod sign_up;

pub use password::Hasher;
