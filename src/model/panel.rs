//! The gate: a part of a page that may be closed to this viewer.

/// A locked panel holds nothing: its data was never loaded, so no template can leak it. Only `account/access.rs` opens one.
#[derive(Debug, Clone)]
pub enum Panel<T> {
    Open(T),
    Locked,
}

impl<T> Panel<T> {
    pub fn open(&self) -> Option<&T> {
        match self {
            Self::Open(inside) => Some(inside),
            Self::Locked => None,
        }
    }
    pub fn is_locked(&self) -> bool {
        self.open().is_none()
    }
}
