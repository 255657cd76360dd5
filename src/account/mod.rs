//! Accounts: who somebody is, and what they may see.
//!
//! `password` hashes on threads of its own, `sign_up` makes accounts, `sign_in` checks them, `access` is the one policy that
//! opens premium panels. Every channel goes through `access`.

pub mod access;
pub mod password;
pub mod sign_in;
pub mod sign_up;

pub use password::Hasher;
