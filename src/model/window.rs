//! The windows in which one editor has one text open: which of them saved it, and what was put aside for it.

use super::working::Working;
use crate::clock::Timestamp;
use serde::{Deserialize, Serialize};

/// The window that a form is in, and which text it was opened with: one editor may have several open.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Window {
    pub name: String,
    /// When the draft that it was opened with had been saved; 0 without one.
    pub seen: Timestamp,
}

impl Window {
    const NAME: usize = 16;

    /// As a form carries it: `name.seen`. One that cannot be read has seen nothing.
    pub fn parse(text: &str) -> Self {
        let (name, seen) = text.split_once('.').unwrap_or((text, ""));
        Self { name: name.chars().take(Self::NAME).collect(), seen: Timestamp(seen.parse().unwrap_or(0)) }
    }
    pub fn text(&self) -> String {
        format!("{}.{}", self.name, self.seen.0)
    }
    /// Whether what it saves goes on from what was saved at `saved`, in the window `by`.
    pub fn goes_on_from(&self, by: &str, saved: Timestamp) -> bool {
        !self.name.is_empty() && self.name == by || self.seen == saved
    }
}

/// A text of another window that was put aside when this one was saved.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Aside {
    pub text: Working,
    pub saved_at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_goes_on_from_what_it_saved_or_showed() {
        let window = Window::parse("a1b2.500");
        assert_eq!(window.text(), "a1b2.500");
        assert!(window.goes_on_from("a1b2", Timestamp(900)), "it saved that itself");
        assert!(window.goes_on_from("other", Timestamp(500)), "it was opened with that");
        assert!(!window.goes_on_from("other", Timestamp(900)));
        // a form that does not say
        assert!(!Window::parse("").goes_on_from("", Timestamp(900)));
    }
}
