//! Where a sentence ends, well enough for headlines and agency prose, and how one counts.

use std::fmt::Display;

/// Words after which a full stop does not end a sentence.
const SHORT: &[&str] = &[
    "mr", "mrs", "ms", "dr", "prof", "capt", "adm", "maj", "gen", "lt", "col", "sgt", "sen", "rep", "gov", "st", "no", "vs", "u.s", "u.k", "u.n",
    "jan", "feb", "mar", "apr", "aug", "sept", "sep", "oct", "nov", "dec", "inc", "co", "ltd", "e.g", "i.e", "etc", "approx",
];

/// The sentences of a text, trimmed, in order. Line breaks end a sentence; a citation mark `[2]` stays with the one before it.
pub fn sentences(text: &str) -> Vec<&str> {
    let mut found = vec![];
    for line in text.lines() {
        let mut start = 0;
        let mut rest = line.char_indices().peekable();
        while let Some((at, c)) = rest.next() {
            let mut end = at + c.len_utf8();
            // there no space follows
            let is_wide = matches!(c, '。' | '！' | '？');
            if !is_wide && !matches!(c, '.' | '!' | '?' | '؟') || (c == '.' && is_short(&line[start..at])) {
                continue;
            }
            let tail = &line[end..];
            let extra = after_stop(tail);
            let next = tail[extra..].chars().find(|c| !c.is_whitespace());
            if is_wide || tail[extra..].starts_with(char::is_whitespace) && next.is_none_or(|n| !n.is_lowercase()) || tail[extra..].is_empty() {
                end += extra;
                found.push(&line[start..end]);
                start = end;
                while rest.peek().is_some_and(|(i, _)| *i < end) {
                    rest.next();
                }
            }
        }
        found.push(&line[start..]);
    }
    found.into_iter().map(str::trim).filter(|s| !s.is_empty()).collect()
}

/// Length of what still belongs to the sentence after its stop: closing quotes, brackets and citation marks.
fn after_stop(tail: &str) -> usize {
    let mut length = 0;
    loop {
        let rest = &tail[length..];
        let bare = rest.trim_start_matches(' ');
        if let Some(mark) = bare.strip_prefix('[').and_then(|m| m.split_once(']'))
            && !mark.0.is_empty()
            && mark.0.bytes().all(|b| b.is_ascii_digit())
        {
            length += rest.len() - bare.len() + mark.0.len() + 2;
            continue;
        }
        match rest.chars().next() {
            Some(c @ ('"' | '”' | '’' | '\'' | ')' | '»' | '」' | '』' | '.' | '!' | '?')) => length += c.len_utf8(),
            _ => return length,
        }
    }
}

/// Whether a sentence ends between a word that ends at `from` and the next, which begins at `at`.
pub fn ends_between(text: &str, from: usize, at: usize) -> bool {
    text[from..at].char_indices().any(|(offset, c)| match c {
        '.' => !is_short(&text[..from + offset]) && !is_dotted(last_word(&text[..from + offset])),
        _ => matches!(c, '!' | '?' | '؟' | '\n'),
    })
}

/// Single letters with dots between them: "U.S.S", "J.K".
pub fn is_dotted(word: &str) -> bool {
    word.contains('.') && word.split('.').all(|part| part.chars().count() == 1 && part.chars().all(char::is_alphabetic))
}

fn last_word(text: &str) -> &str {
    text.rsplit(|c: char| c.is_whitespace() || c == '(' || c == '"').next().unwrap_or("")
}

fn is_short(before: &str) -> bool {
    let word = last_word(before).to_lowercase();
    SHORT.contains(&word.as_str()) || word.chars().count() == 1 && word.chars().all(char::is_alphabetic)
}

/// A count with its noun: "3 articles", "1 article".
pub fn counted<N: Display + PartialEq + From<u8>>(n: N, noun: &str) -> String {
    if n == N::from(1) { format!("1 {noun}") } else { format!("{n} {noun}s") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_citation_stays_with_its_sentence_where_no_space_follows_a_stop() {
        assert_eq!(sentences("四川发生6.8级地震。 [1][2] 已造成46人死亡。[3]救援"), ["四川发生6.8级地震。 [1][2]", "已造成46人死亡。[3]", "救援"]);
        assert_eq!(sentences("「行こう。」と言った。"), ["「行こう。」", "と言った。"]);
    }

    #[test]
    fn a_short_form_does_not_end_a_sentence() {
        assert_eq!(
            sentences("The U.S. embassy said Mr. Low left at 8.30. Nobody was hurt!"),
            ["The U.S. embassy said Mr. Low left at 8.30.", "Nobody was hurt!"]
        );
    }

    #[test]
    fn citation_marks_and_quotes_stay_with_their_sentence() {
        assert_eq!(sentences("He said “no.” [1][2] Then he left. [3]"), ["He said “no.” [1][2]", "Then he left. [3]"]);
    }

    #[test]
    fn other_scripts_and_empty_texts() {
        assert_eq!(sentences("地震发生。无人受伤。"), ["地震发生。", "无人受伤。"]);
        assert!(sentences(" \n ").is_empty());
    }
}
