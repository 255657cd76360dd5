//! One form for text that means the same: lower case, no accents, one kind of space.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Lower case, compatible forms as one, runs of white space as one space; without marks in scripts where they are seldom written or tell accents. In
/// others, like Devanagari or kana, a mark makes another letter.
///
/// `"Ça  Väst"` and `"ca vast"` are equal once folded. Works for every script; never fails.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    if text.is_ascii() {
        // most of what we fold, and there is nothing to decompose in it
        text.chars().for_each(|c| push(&mut folded, c.to_ascii_lowercase()));
    } else {
        let mut base = ' ';
        let kept = text.nfkd().filter(|c| {
            let is_mark = is_combining_mark(*c);
            base = if is_mark { base } else { *c };
            (!is_mark || base > LAST_OF_ARABIC) && !is_ornament(*c)
        });
        for c in kept.nfc().flat_map(char::to_lowercase) {
            match c {
                'ß' => folded.push_str("ss"),
                c => push(&mut folded, as_one(c)),
            }
        }
    }
    folded.truncate(folded.trim_end().len());
    folded
}

/// A text in lower case as [`fold`] spells it, with its marks: stemmers need these.
pub fn in_one_spelling(text: &str) -> String {
    text.to_lowercase().chars().filter(|c| !is_ornament(*c)).map(as_one).collect()
}

/// Letters that one word is written with in two ways: the sigma at a word's end, Persian's yeh and kaf, the yeh without dots, the yo whose dots are
/// mostly left out, and digits.
fn as_one(c: char) -> char {
    match c {
        'ё' => 'е',
        'ς' => 'σ',
        'ی' | 'ى' => 'ي',
        'ک' => 'ك',
        _ => western_digit(c),
    }
}

/// A digit of Arabic, Persian, Hindi or Bengali as ours; other characters as they are.
pub fn western_digit(c: char) -> char {
    const ZEROS: [char; 4] = ['٠', '۰', '०', '০'];
    let value = ZEROS.iter().find_map(|zero| u32::from(c).checked_sub(u32::from(*zero)).filter(|value| *value < 10));
    value.and_then(|value| char::from_digit(value, 10)).unwrap_or(c)
}

/// What is written or left out as one likes: where a word may be parted, and how long an Arabic letter is drawn.
fn is_ornament(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}' | '\u{2060}' | '\u{640}')
}

/// Latin, Greek, Cyrillic, Armenian, Hebrew, Arabic and Syriac stand up to here.
pub const LAST_OF_ARABIC: char = '\u{77f}';

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
        assert_eq!((fold("ガザ"), fold("ｶﾞｻﾞ"), fold("각국"), fold("काम")), ("ガザ".into(), "ガザ".into(), "각국".into(), "काम".into()));
        assert_eq!(fold("كِتَاب"), "كتاب");
        for (one, other) in [("πόλεμος", "ΠΟΛΕΜΟΣ"), ("العراق", "الـعـراق"), ("ایران", "ايران"), ("Fußball", "FUSSBALL"), ("Bun\u{ad}des", "Bundes")]
        {
            assert_eq!(fold(one), fold(other));
        }
    }

    #[test]
    fn a_long_text_is_cut_at_a_word() {
        assert_eq!(shorten("one two three", 8), "one two…");
        assert_eq!(shorten("one", 8), "one");
    }
}
