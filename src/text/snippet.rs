//! The piece of a text that shows why it was found.

use super::terms::terms;
use std::collections::HashSet;

/// Words before the first hit, and in all.
const BEFORE: usize = 8;
const WORDS: usize = 34;

/// A piece of text and whether it is one of the words that were asked for.
pub type Piece = (String, bool);

/// About thirty words around the place where most of `wanted` stand together; the text's beginning when none does.
pub fn snippet(text: &str, wanted: &HashSet<String>) -> Vec<Piece> {
    let words = terms(text);
    if words.is_empty() {
        return vec![];
    }
    let hits: Vec<usize> = words.iter().enumerate().filter(|(_, word)| wanted.contains(&word.term)).map(|(index, _)| index).collect();
    let together =
        |from: usize| hits.iter().filter(|hit| (from..from + WORDS - BEFORE).contains(*hit)).map(|hit| &words[*hit].term).collect::<HashSet<_>>();
    let best = hits.iter().copied().max_by_key(|hit| (together(*hit).len(), std::cmp::Reverse(*hit))).unwrap_or(0);
    let first = best.saturating_sub(BEFORE);
    let last = (first + WORDS).min(words.len()) - 1;
    let mut pieces = vec![];
    let mut plain = String::new();
    if first > 0 {
        plain.push_str("… ");
    }
    let mut at = if first == 0 { 0 } else { words[first].start };
    for word in &words[first..=last] {
        plain.push_str(&text[at..word.start]);
        if wanted.contains(&word.term) {
            if !plain.is_empty() {
                pieces.push((std::mem::take(&mut plain), false));
            }
            pieces.push((text[word.start..word.end].to_string(), true));
        } else {
            plain.push_str(&text[word.start..word.end]);
        }
        at = word.end;
    }
    plain.push_str(if last + 1 < words.len() { " …" } else { &text[at..] });
    pieces.push((plain, false));
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(text: &str, wanted: &str) -> String {
        let wanted = terms(wanted).into_iter().map(|t| t.term).collect();
        snippet(text, &wanted).into_iter().map(|(piece, hit)| if hit { format!("[{piece}]") } else { piece }).collect()
    }

    #[test]
    fn words_in_any_form_are_marked_where_they_stand() {
        assert_eq!(marked("New sanctions on oil, again.", "oil sanction"), "New [sanctions] on [oil], again.");
        assert_eq!(marked("Nothing of it.", "fire"), "Nothing of it.");
        assert_eq!(marked("🔥", "fire"), "");
    }

    #[test]
    fn a_long_text_is_cut_around_the_place_with_most_of_them() {
        let text = format!("oil {} fire at an oil refinery {}", "word ".repeat(60), "more ".repeat(60));
        let cut = marked(&text, "fire oil refinery");
        assert!(cut.starts_with("… word") && cut.contains("[fire] at an [oil] [refinery]") && cut.ends_with(" …"), "{cut}");
    }
}
