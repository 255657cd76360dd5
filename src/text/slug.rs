//! The readable end of an address.

use super::fold::fold;
use super::transliterate::romanize;

/// ASCII letters, digits and single dashes, at most 60 characters. Empty when the text has none (another script).
pub fn slug(text: &str) -> String {
    let mut slug = String::new();
    for c in fold(text).chars() {
        if c.is_ascii_alphanumeric() {
            slug.push(c);
        } else if !slug.is_empty() && !slug.ends_with('-') && c != '\'' && c != '’' {
            slug.push('-');
        }
    }
    if slug.len() > 60 {
        slug.truncate(60);
        slug.truncate(slug.rfind('-').unwrap_or(60));
    }
    slug.trim_end_matches('-').to_string()
}

/// The slug of a name or label in any script: Cyrillic and Arabic in Latin letters, other scripts with their own. Empty when it has
/// neither letters nor digits.
pub fn any(text: &str) -> String {
    let plain = slug(&romanize(text));
    if !plain.is_empty() {
        return plain;
    }
    let words: Vec<String> = fold(text).split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_string).collect();
    words.join("-").chars().take(60).collect()
}

/// The slug of an incident: words of its title and, at the end, its number, so that it never collides.
pub fn numbered(title: &str, number: i64) -> String {
    match slug(title).as_str() {
        "" => format!("incident-{number}"),
        words => format!("{words}-{number}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slug_is_made_of_plain_words() {
        assert_eq!(slug("Putin pushes Russia’s “sovereign AI”!"), "putin-pushes-russias-sovereign-ai");
        assert_eq!(slug("---"), "");
    }

    #[test]
    fn a_title_in_another_script_still_has_an_address() {
        assert_eq!(numbered("ИИ для обороны", 7), "incident-7");
        assert_eq!(numbered("Fire", 7), "fire-7");
    }

    #[test]
    fn a_label_in_any_script_has_an_address() {
        assert_eq!(any("Sovereign AI"), "sovereign-ai");
        assert!(any("ИИ для обороны").is_ascii() && !any("ИИ для обороны").is_empty());
        assert_eq!(any("火災 / 東京"), "火災-東京");
        assert_eq!(any("?!"), "");
    }

    #[test]
    fn a_long_title_is_cut_at_a_word() {
        let slug = slug(&"word ".repeat(40));
        assert!(slug.len() <= 60 && slug.ends_with("word"));
    }
}
