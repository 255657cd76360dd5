//! A code that came by mail, and the ticket of the page that it is typed on. One is worth nothing without the other; the letter's link has
//! both.

use sha2::{Digest, Sha256};
use std::time::Duration;

/// A4 of docs/security.md.
pub const LIFE: Duration = Duration::from_secs(600);
pub const TRIES: i64 = 5;
/// How long a device is known after it was last seen, in days; browsers keep a cookie no longer.
pub const DEVICE_DAYS: u32 = 400;

super::scale! {
    /// What the right code does.
    Purpose {
        SignUp = "sign_up", "Confirm your address";
        SignIn = "sign_in", "Sign in";
        Second = "second", "Sign in";
        Reset = "reset", "Choose a new password";
        Address = "address", "Confirm your new address";
        First = "first", "The first admin";
        NewPasskey = "new_passkey", "Add a passkey";
        Passkey = "passkey", "Sign in with a passkey";
    }
}

/// 128 random bits that a browser holds, as 32 hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ticket(String);

impl Ticket {
    pub fn random() -> Self {
        Self(format!("{:032x}", rand::random::<u128>()))
    }
    /// `None` for what is no ticket.
    pub fn parse(typed: &str) -> Option<Self> {
        (typed.len() == 32 && typed.bytes().all(|b| b.is_ascii_hexdigit())).then(|| Self(typed.into()))
    }
    pub fn text(&self) -> &str {
        &self.0
    }
    /// What the table knows it by.
    pub fn hash(&self) -> String {
        digest(&self.0)
    }
    /// What the table knows a code of this ticket by: without the ticket six digits would be guessed from their hash.
    pub fn hash_of(&self, code: &str) -> String {
        digest(&format!("{} {code}", self.0))
    }
}

/// Six random digits.
pub fn random() -> String {
    format!("{:06}", rand::random_range(0..1_000_000u32))
}

/// The digits of what somebody typed, who may have put spaces between them.
pub fn digits(typed: &str) -> String {
    typed.chars().filter(char::is_ascii_digit).collect()
}

/// SHA-256 in hexadecimal digits: for secrets of 128 random bits and more, which need no salt.
pub fn digest(secret: &str) -> String {
    Sha256::digest(secret.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a4_a_code_has_six_digits_and_its_hash_is_worth_nothing_without_the_ticket() {
        let (one, other) = (Ticket::random(), Ticket::random());
        assert!((0..50).all(|_| random().len() == 6));
        assert_ne!(one.hash_of("123456"), other.hash_of("123456"));
        assert_eq!(Ticket::parse(one.text()), Some(one));
        for wrong in ["", "abc", &"g".repeat(32), &"0".repeat(33)] {
            assert_eq!(Ticket::parse(wrong), None);
        }
        assert_eq!(digits(" 12 34-56"), "123456");
    }
}
