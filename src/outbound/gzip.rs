//! What comes packed by gzip. The HTTP client reads one member and leaves the rest; servers that join packed files send several.

use super::http::MAX_BODY;
use flate2::bufread::GzDecoder;
use std::io::Read;

/// How a member begins: the two marks, and the one method that there is.
const BEGINS: [u8; 3] = [0x1f, 0x8b, 8];

/// Members of one answer: of a file that is packed block by block it takes some hundred.
const MOST: usize = 1_000;

/// What stands in all members of a text (RFC 1952, 2.2), but a byte more than may be read where it is more; what stands behind the last one is no part of
/// it. `None` when a member is broken or cut off, or there are too many.
pub fn unpacked(mut packed: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = vec![];
    for _ in 0..MOST {
        let mut member = GzDecoder::new(packed);
        member.by_ref().take((MAX_BODY + 1 - bytes.len()) as u64).read_to_end(&mut bytes).ok()?;
        packed = member.into_inner();
        if bytes.len() > MAX_BODY || !packed.starts_with(&BEGINS) {
            return Some(bytes);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::write::GzEncoder;
    use std::io::Write;

    fn packed(text: &[u8]) -> Vec<u8> {
        let mut packed = GzEncoder::new(vec![], Compression::default());
        packed.write_all(text).unwrap();
        packed.finish().unwrap()
    }

    #[test]
    fn all_members_are_read_and_what_stands_behind_them_is_not() {
        let two = [packed(b"one, "), packed(b""), packed(b"two"), b"\0\0and more".to_vec()].concat();
        assert_eq!(unpacked(&two).unwrap(), b"one, two");
    }

    #[test]
    fn what_is_cut_off_or_no_gzip_is_nothing() {
        let whole = packed(b"a text that goes on for a while");
        assert!(unpacked(&whole[..whole.len() - 9]).is_none() && unpacked(b"plain").is_none() && unpacked(b"").is_none());
        let second = [packed(b"one"), whole[..12].to_vec()].concat();
        assert!(unpacked(&second).is_none());
        assert!(unpacked(&packed(b"").repeat(MOST + 1)).is_none() && unpacked(&packed(b"").repeat(MOST)).is_some());
    }

    #[test]
    fn no_more_is_unpacked_than_may_be_read() {
        let half = packed(&vec![b' '; MAX_BODY / 2 + 1]);
        assert_eq!(unpacked(&[half.clone(), half.clone(), half].concat()).unwrap().len(), MAX_BODY + 1);
    }
}
