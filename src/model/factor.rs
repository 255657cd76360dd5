//! Factors: what somebody has besides a password.

/// Stands for a factor in ids.
#[derive(Debug)]
pub struct Factor;

super::scale! {
    FactorKind {
        App = "app", "Codes of an app";
        Recovery = "recovery", "Recovery code";
        Passkey = "passkey", "Passkey";
    }
}
