//! A Viewer: who is asking.

use super::account::Account;
use crate::id::Id;

super::scale! {
    /// Each role may do what the ones before it may.
    /// A contributor writes drafts and publishes nothing.
    Role { Reader = "reader", "Reader"; Contributor = "contributor", "Contributor"; Editor = "editor", "Editor"; Admin = "admin", "Admin" }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Viewer {
    Anonymous,
    Member(Member),
}

/// Somebody who is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    pub id: Id<Account>,
    pub name: String,
    pub role: Role,
}

impl Viewer {
    pub fn member(&self) -> Option<&Member> {
        match self {
            Self::Anonymous => None,
            Self::Member(member) => Some(member),
        }
    }
    pub fn is_anonymous(&self) -> bool {
        self.member().is_none()
    }
    pub fn is_at_least(&self, role: Role) -> bool {
        self.member().is_some_and(|m| m.role >= role)
    }
}
