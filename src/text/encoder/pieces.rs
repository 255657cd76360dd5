//! A text as pieces of words: the likeliest way to cut it (unigram language model, Kudo 2018), as SentencePiece does it. Pure.

use rustc_hash::FxHashMap;

/// Stands for a space, and before the first word.
const SPACE: char = '\u{2581}';
/// A character that no piece has costs this much more than the unlikeliest piece.
const UNKNOWN: f32 = 10.0;

pub struct Pieces {
    /// All pieces, one after the other, in ascending order.
    text: Vec<u8>,
    sorted: Vec<Piece>,
    /// What characters are replaced with before anything else.
    replaced: FxHashMap<char, Vec<char>>,
    special: Special,
    unknown_score: f32,
}

struct Piece {
    /// Where its bytes are in [`Pieces::text`].
    at: u32,
    length: u32,
    number: u32,
    /// The logarithm of how likely it is.
    score: f32,
}

/// Numbers of the pieces that stand for no text.
#[derive(Debug, Clone, Copy)]
pub struct Special {
    pub begin: u32,
    pub end: u32,
    pub unknown: u32,
}

impl Pieces {
    /// `all` has each piece's bytes and score, by its number.
    pub fn new(all: &[(&[u8], f32)], replaced: FxHashMap<char, Vec<char>>, special: Special) -> Self {
        let mut order: Vec<usize> = (0..all.len()).filter(|number| !all[*number].0.is_empty()).collect();
        order.sort_by_key(|number| all[*number].0);
        let mut text = vec![];
        let sorted = order.into_iter().map(|number| {
            let at = text.len() as u32;
            text.extend_from_slice(all[number].0);
            Piece { at, length: all[number].0.len() as u32, number: number as u32, score: all[number].1 }
        });
        let sorted = sorted.collect();
        let least = all.iter().map(|(_, score)| *score).fold(0.0, f32::min);
        Self { text, sorted, replaced, special, unknown_score: least - UNKNOWN }
    }

    /// The numbers of a text's pieces between those of its begin and its end, at most `limit` of them.
    pub fn read(&self, text: &str, limit: usize) -> Vec<u32> {
        let text = self.normal(text);
        let mut numbers = vec![self.special.begin];
        numbers.extend(self.cut(&text).into_iter().take(limit));
        numbers.push(self.special.end);
        numbers
    }

    /// The text with its characters replaced, a mark for each space, and one before the first word.
    fn normal(&self, text: &str) -> String {
        let mut out = String::from(SPACE);
        for c in text.chars() {
            let same = [c];
            for c in self.replaced.get(&c).map_or(&same[..], Vec::as_slice) {
                match c {
                    ' ' if out.ends_with(SPACE) => {}
                    ' ' => out.push(SPACE),
                    c => out.push(*c),
                }
            }
        }
        out
    }

    /// The way to cut a text whose pieces are likeliest together (Viterbi 1967).
    fn cut(&self, text: &str) -> Vec<u32> {
        // by the byte where a piece ends: the best score up to there, and the piece with its beginning
        let mut best: Vec<(f32, u32, usize)> = vec![(f32::NEG_INFINITY, self.special.unknown, 0); text.len() + 1];
        best[0].0 = 0.0;
        for (at, c) in text.char_indices() {
            let score = best[at].0;
            let mut offer = |end: usize, number: u32, more: f32| {
                if score + more > best[end].0 {
                    best[end] = (score + more, number, at);
                }
            };
            self.each_at(&text.as_bytes()[at..], |length, piece| offer(at + length, piece.number, piece.score));
            offer(at + c.len_utf8(), self.special.unknown, self.unknown_score);
        }
        let mut numbers = vec![];
        let mut end = text.len();
        while end > 0 {
            numbers.push(best[end].1);
            end = best[end].2;
        }
        numbers.reverse();
        numbers
    }

    /// Tells of each piece that a text begins with. The sorted list is walked as a trie is: the range of those that begin alike narrows
    /// with each byte.
    fn each_at(&self, text: &[u8], mut tell: impl FnMut(usize, &Piece)) {
        let mut range = 0..self.sorted.len();
        for (depth, byte) in text.iter().enumerate() {
            let within = &self.sorted[range.clone()];
            // a piece that ends here comes before those that go on
            let low = within.partition_point(|piece| self.bytes(piece).get(depth).is_none_or(|own| own < byte));
            let high = low + within[low..].partition_point(|piece| self.bytes(piece).get(depth) == Some(byte));
            range = range.start + low..range.start + high;
            let Some(first) = self.sorted.get(range.start).filter(|_| !range.is_empty()) else { return };
            if first.length as usize == depth + 1 {
                tell(depth + 1, first);
            }
        }
    }

    fn bytes(&self, piece: &Piece) -> &[u8] {
        &self.text[piece.at as usize..(piece.at + piece.length) as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(all: &[(&str, f32)]) -> Pieces {
        let all: Vec<(&[u8], f32)> = all.iter().map(|(text, score)| (text.as_bytes(), *score)).collect();
        let replaced = FxHashMap::from_iter([('Ａ', vec!['a']), ('\t', vec![' ']), ('\u{200b}', vec![])]);
        Pieces::new(&all, replaced, Special { begin: 0, end: 1, unknown: 2 })
    }

    fn read(text: &str) -> Vec<u32> {
        let of = [("", 0.0), ("", 0.0), ("", 0.0), ("▁", -3.0), ("a", -4.0), ("b", -4.0), ("ab", -5.0), ("▁ab", -6.0), ("aba", -12.0)];
        pieces(&of).read(text, 10)
    }

    #[test]
    fn the_likeliest_cut_is_taken() {
        assert_eq!(read("ab"), [0, 7, 1]);
        assert_eq!(read("aba"), [0, 7, 4, 1], "▁ab and a are likelier than ▁ and aba");
        assert_eq!(read("ba"), [0, 3, 5, 4, 1]);
    }

    #[test]
    fn spaces_are_one_and_characters_are_replaced() {
        assert_eq!(read("ab \t ab"), [0, 7, 7, 1]);
        assert_eq!(read("Ａ\u{200b}b"), [0, 7, 1]);
        assert_eq!(read(""), [0, 3, 1]);
    }

    #[test]
    fn what_no_piece_has_is_unknown() {
        assert_eq!(read("a界"), [0, 3, 4, 2, 1]);
    }

    #[test]
    fn long_texts_are_cut() {
        assert_eq!(read(&"b".repeat(100)).len(), 12);
    }
}
