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
    pub fn open_mut(&mut self) -> Option<&mut T> {
        match self {
            Self::Open(inside) => Some(inside),
            Self::Locked => None,
        }
    }
    /// The same panel with something else made of what is inside.
    pub fn map<U>(self, make: impl FnOnce(T) -> U) -> Panel<U> {
        match self {
            Self::Open(inside) => Panel::Open(make(inside)),
            Self::Locked => Panel::Locked,
        }
    }
    pub fn is_locked(&self) -> bool {
        self.open().is_none()
    }
}
