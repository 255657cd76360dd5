//! An Account, and the addresses and passwords that may make one.

use super::viewer::Role;
use crate::error::Problems;
use email_address::EmailAddress;
use std::collections::HashSet;
use std::sync::LazyLock;

/// Stands for an account in ids.
#[derive(Debug)]
pub struct Account;

/// An e-mail address that could be delivered to, folded to the form it is stored by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Email(pub String);

impl Email {
    /// Trims and lower-cases. `None` unless it is an address (RFC 5321) whose domain has a dot, without quotes, 254 characters at most.
    pub fn parse(typed: &str) -> Option<Self> {
        let address = typed.trim().to_lowercase();
        let (name, domain) = address.split_once('@')?;
        let sound = !name.is_empty()
            && address.len() <= 254
            && domain.contains('.')
            && EmailAddress::is_valid_local_part(name)
            && EmailAddress::is_valid_domain(domain)
            && !address.contains(|c: char| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | ',' | ';' | '"' | '['));
        sound.then_some(Self(address))
    }

    /// The part before the @, which a new account is called by.
    pub fn name(&self) -> &str {
        self.0.split_once('@').map_or("", |(name, _)| name)
    }
}

/// Longest password in characters (A3 of docs/security.md).
const LONGEST: usize = 256;

/// Shortest password of a role in characters (A3 of docs/security.md).
pub fn shortest(role: Role) -> usize {
    if role < Role::Editor { 12 } else { 15 }
}

/// The 10,000 most common passwords, in lower case; NOTICE says from where.
static COMMON: LazyLock<HashSet<&'static str>> = LazyLock::new(|| include_str!("data/common_passwords.txt").lines().collect());

/// Among the common ones, or one of them with digits and marks around it, or several times over. `folded` is in lower case.
fn is_common(folded: &str) -> bool {
    let bare = folded.trim_matches(|c: char| !c.is_alphabetic());
    let is_known = |word: &str| COMMON.contains(word);
    let is_repeated = (4..=folded.len() / 2).any(|n| {
        folded.len().is_multiple_of(n) && folded.is_char_boundary(n) && is_known(&folded[..n]) && folded == folded[..n].repeat(folded.len() / n)
    });
    is_known(folded) || bare.chars().count() >= 4 && is_known(bare) || is_repeated
}

/// What is wrong with a password of somebody who has this address, if anything is. `ours` are the portal's names in small letters.
pub fn check_password(password: &str, email: Option<&Email>, role: Role, ours: &[String], problems: &mut Problems) {
    let length = password.chars().count();
    let folded = password.to_lowercase();
    let made_of = |word: &str| word.len() >= 4 && folded.replace(word, "").chars().filter(|c| c.is_alphabetic()).count() < 4;
    if length < shortest(role) {
        problems.add("password", format!("Make the password at least {} characters long", shortest(role)));
    } else if length > LONGEST {
        problems.add("password", format!("Make the password at most {LONGEST} characters long"));
    } else if ours.iter().any(|name| made_of(name)) || email.is_some_and(|e| made_of(e.name())) {
        problems.add("password", "Choose a password that is not made of your name or ours");
    } else if is_common(&folded) {
        problems.add("password", "Choose a password that is not among the common ones, with or without digits around it");
    } else if folded.chars().collect::<HashSet<_>>().len() < 4 {
        problems.add("password", "Choose a password with more different characters");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(password: &str) -> Option<String> {
        let mut problems = Problems::default();
        check_password(
            password,
            Email::parse("longname@example.org").as_ref(),
            Role::Reader,
            &["intelrift".into(), "news.harbour.example".into(), "harbour".into()],
            &mut problems,
        );
        problems.of("password").map(str::to_string)
    }

    #[test]
    fn an_address_needs_a_name_and_a_domain() {
        assert_eq!(Email::parse(" Ada@Example.org "), Some(Email("ada@example.org".into())));
        for wrong in [
            "ada.example",
            "@example.org",
            "ada@example",
            "a b@example.org",
            "ada@@example.org",
            "a@b..org",
            "a..b@example.org",
            ".a@example.org",
            "a@-b.org",
            "a@[127.0.0.1]",
            "",
        ] {
            assert_eq!(Email::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_password_is_long_and_not_a_name() {
        assert_eq!(problem("four unrelated words"), None);
        assert_eq!(problem("пароль из слов"), None);
        assert!(problem("short").unwrap().contains("at least 12"));
        assert!(problem(&"x y z w ".repeat(40)).unwrap().contains("at most 256"));
        assert!(problem("Intelrift2026!").is_some());
        assert!(problem("longname-12345").is_some());
        assert!(problem("News.Harbour.example1").is_some());
        assert!(problem("!!harbour-2026").is_some());
        assert_eq!(problem("the harbour is full of cranes"), None);
        assert!(problem("aaaaaaaaaaaaaa").is_some());
    }
}
