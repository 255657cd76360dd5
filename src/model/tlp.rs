//! The Traffic Light Protocol, version 2.0 (FIRST, 2022): how far what is known may be told.

use super::incident::Stage;
use crate::{Error, Result};

super::scale! {
    Tlp {
        Clear = "clear", "TLP:CLEAR";
        Green = "green", "TLP:GREEN";
        Amber = "amber", "TLP:AMBER";
        AmberStrict = "amber_strict", "TLP:AMBER+STRICT";
        Red = "red", "TLP:RED";
    }
}

impl Tlp {
    /// What was written before there were marks.
    pub(super) fn clear() -> Self {
        Self::Clear
    }

    pub fn is_clear(self) -> bool {
        self == Self::Clear
    }

    /// Who may read what is marked so, here.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Clear => "everybody",
            Self::Green => "people with an account",
            Self::Amber | Self::AmberStrict | Self::Red => "the desk alone: it cannot be published",
        }
    }

    /// The stage of an incident that is published with this mark; what may not leave the desk is `Invalid` at `tlp`.
    pub fn stage(self, was_out: bool) -> Result<Stage> {
        match self {
            Self::Clear if was_out => Ok(Stage::Corrected),
            Self::Clear => Ok(Stage::Published),
            Self::Green => Ok(Stage::Restricted),
            Self::Amber | Self::AmberStrict | Self::Red => Err(Error::invalid(
                "tlp",
                format!("{} does not leave the desk: mark it TLP:GREEN for people with an account, or TLP:CLEAR", self.label()),
            )),
        }
    }
}
