//! The class of an event: the CAMEO root that it belongs to (Gerner, Schrodt and others 2002), its Goldstein value (Goldstein 1992) and its
//! quad class.

use serde::{Deserialize, Serialize};

super::scale! {
    /// The twenty roots of CAMEO.
    Root {
        Statement = "01", "Make public statement";
        Appeal = "02", "Appeal";
        Intend = "03", "Express intent to cooperate";
        Consult = "04", "Consult";
        Diplomacy = "05", "Engage in diplomatic cooperation";
        Material = "06", "Engage in material cooperation";
        Aid = "07", "Provide aid";
        Yield = "08", "Yield";
        Investigate = "09", "Investigate";
        Demand = "10", "Demand";
        Disapprove = "11", "Disapprove";
        Reject = "12", "Reject";
        Threaten = "13", "Threaten";
        Protest = "14", "Protest";
        Posture = "15", "Exhibit force posture";
        Reduce = "16", "Reduce relations";
        Coerce = "17", "Coerce";
        Assault = "18", "Assault";
        Fight = "19", "Fight";
        MassViolence = "20", "Use unconventional mass violence";
    }
}

super::scale! {
    /// Whether words or deeds, and whether for or against each other.
    Quad {
        VerbalCooperation = "1", "verbal cooperation";
        MaterialCooperation = "2", "material cooperation";
        VerbalConflict = "3", "verbal conflict";
        MaterialConflict = "4", "material conflict";
    }
}

impl Root {
    /// By the CAMEO manual: 01–05, 06–08, 09–13, 14–20.
    pub fn quad(self) -> Quad {
        match self {
            Self::Statement | Self::Appeal | Self::Intend | Self::Consult | Self::Diplomacy => Quad::VerbalCooperation,
            Self::Material | Self::Aid | Self::Yield => Quad::MaterialCooperation,
            Self::Investigate | Self::Demand | Self::Disapprove | Self::Reject | Self::Threaten => Quad::VerbalConflict,
            _ => Quad::MaterialConflict,
        }
    }
}

impl EventClass {
    /// The value as it is written: `−9.8`.
    pub fn value(&self) -> String {
        self.goldstein.to_string().replace('-', "−")
    }
}

/// How two named ones stand to each other in the sentences that name both: the quad class of most of them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Bond {
    /// Their names, as mentions have them.
    pub one: String,
    pub other: String,
    pub quad: Quad,
    /// Sentences of that class, and all that name both.
    pub sentences: i64,
    pub of: i64,
}

/// What an event is, as far as its sentence says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EventClass {
    pub root: Root,
    /// The code within the root, such as `1813`; the root alone when no more is known.
    pub code: String,
    /// From -10 (war) to +10 (union).
    pub goldstein: f64,
}
