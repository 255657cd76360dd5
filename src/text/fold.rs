//! One form for text that means the same: lower case, no accents, one kind of space.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Lower case, NFKD without marks, runs of white space as one space.
///
/// `"Ça  Väst"` and `"ca vast"` are equal once folded. Works for every script; never fails.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    if text.is_ascii() {
        // most of what we fold, and there is nothing to decompose in it
        text.chars().for_each(|c| push(&mut folded, c.to_ascii_lowercase()));
    } else {
        text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).for_each(|c| push(&mut folded, c));
    }
    folded.truncate(folded.trim_end().len());
    folded
}

/// A run of white space is one space, and none at the start.
fn push(folded: &mut String, c: char) {
    if !c.is_whitespace() {
        folded.push(c);
    } else if !folded.is_empty() && !folded.ends_with(' ') {
        folded.push(' ');
    }
}

/// At most `limit` characters, cut at a word and marked with an ellipsis when something is missing.
pub fn shorten(text: &str, limit: usize) -> String {
    if text.chars().count() <= limit {
        return text.to_string();
    }
    let cut: String = text.chars().take(limit).collect();
    let whole = cut.rsplit_once(' ').map_or(cut.as_str(), |(whole, _)| whole);
    format!("{}…", whole.trim_end_matches([',', ';', ':', ' ']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_word_folds_to_the_same_text() {
        assert_eq!(fold(" Ünïted\n NATIONS "), "united nations");
        assert_eq!(fold("Чёрное Море"), "черное море");
    }

    #[test]
    fn a_long_text_is_cut_at_a_word() {
        assert_eq!(shorten("one two three", 8), "one two…");
        assert_eq!(shorten("one", 8), "one");
    }
}
