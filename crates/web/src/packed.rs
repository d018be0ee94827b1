//! A part of a reply that thousands get in the same second, compressed once: each reply is a few hundred bytes of its
//! own around it, in one gzip stream (RFC 1952, RFC 1951).
use axum::http::{HeaderMap, header};
use crc32fast::Hasher;
use flate2::{Compress, Compression, FlushCompress};

/// Longest stored block of a deflate stream. Source: RFC 1951, 3.2.4.
const STORED_MOST: usize = 65_535;
/// Header of a gzip stream without a name or a time. Source: RFC 1952, 2.3.
const HEADER: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];

/// Text, and the same as blocks of a deflate stream that end at a whole byte.
#[derive(Debug, Clone)]
pub struct Packed {
    text: String,
    blocks: Vec<u8>,
    sum: Hasher,
}

impl Packed {
    /// Compresses `text`.
    ///
    /// # Errors
    /// When the compressor refuses; then nothing is wrong with the text.
    pub fn new(text: String) -> std::io::Result<Self> {
        let mut compress = Compress::new(Compression::best(), false);
        // A byte in a thousand more than the text where it cannot be compressed, and the marks of the flush.
        let mut blocks = Vec::with_capacity(text.len() + text.len() / 1_000 + 64);
        compress.compress_vec(text.as_bytes(), &mut blocks, FlushCompress::Sync)?;
        if compress.total_in() != text.len() as u64 {
            return Err(std::io::Error::other("the text was not compressed to its end"));
        }
        let mut sum = Hasher::new();
        sum.update(text.as_bytes());
        Ok(Self { text, blocks, sum })
    }

    /// The text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// `before`, the text and `after` as one gzip stream.
    #[must_use]
    pub fn gzip(&self, before: &str, after: &str) -> Vec<u8> {
        let mut stream = HEADER.to_vec();
        for part in before.as_bytes().chunks(STORED_MOST) {
            stored(&mut stream, part, false);
        }
        stream.extend_from_slice(&self.blocks);
        for part in after.as_bytes().chunks(STORED_MOST) {
            stored(&mut stream, part, false);
        }
        stored(&mut stream, &[], true);
        let mut sum = Hasher::new();
        sum.update(before.as_bytes());
        sum.combine(&self.sum);
        sum.update(after.as_bytes());
        stream.extend_from_slice(&sum.finalize().to_le_bytes());
        let length = (before.len() + self.text.len() + after.len()) as u64;
        // The length is kept modulo 2^32.
        stream.extend_from_slice(&length.to_le_bytes()[..4]);
        stream
    }
}

/// One block of bytes as they are.
fn stored(stream: &mut Vec<u8>, bytes: &[u8], is_last: bool) {
    let length = u16::try_from(bytes.len()).unwrap_or(u16::MAX);
    stream.push(u8::from(is_last));
    stream.extend_from_slice(&length.to_le_bytes());
    stream.extend_from_slice(&(!length).to_le_bytes());
    stream.extend_from_slice(bytes);
}

/// Whether the browser reads gzip.
#[must_use]
pub fn takes_gzip(headers: &HeaderMap) -> bool {
    let lines = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|line| line.to_str().ok());
    let mut offers = lines.flat_map(|line| line.split(','));
    offers.any(|offer| {
        let mut parts = offer.split(';').map(str::trim);
        parts.next() == Some("gzip")
            && parts.all(|part| !matches!(part, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"))
    })
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    fn unpacked(stream: &[u8]) -> String {
        let mut text = String::new();
        flate2::read::GzDecoder::new(stream).read_to_string(&mut text).unwrap();
        text
    }

    #[test]
    fn the_stream_says_the_three_parts_one_after_another() {
        let long = "职业技能等级认定 ".repeat(5_000);
        for text in ["", "x", "[{\"no\":1}]", &long] {
            let packed = Packed::new(text.to_owned()).unwrap();
            for (before, after) in [("", ""), ("{\"items\":", "}"), (long.as_str(), long.as_str())] {
                assert_eq!(unpacked(&packed.gzip(before, after)), format!("{before}{text}{after}"));
            }
        }
        let packed = Packed::new(long.clone()).unwrap();
        assert!(packed.gzip("a", "b").len() * 20 < long.len(), "it is compressed");
    }

    #[test]
    fn a_part_that_was_touched_does_not_pass_for_the_whole() {
        let packed = Packed::new("[1,2,3]".to_owned()).unwrap();
        let mut stream = packed.gzip("{", "}");
        let at = stream.iter().position(|byte| *byte == b'{').unwrap();
        stream[at] = b'[';
        let mut text = String::new();
        assert!(flate2::read::GzDecoder::new(&stream[..]).read_to_string(&mut text).is_err());
    }

    #[test]
    fn gzip_is_taken_only_where_it_is_offered() {
        let offers = |line: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_ENCODING, line.parse().unwrap());
            takes_gzip(&headers)
        };
        assert!(offers("gzip, deflate, br, zstd") && offers("br;q=1.0, gzip;q=0.8"));
        assert!(!offers("br, deflate") && !offers("gzip;q=0") && !takes_gzip(&HeaderMap::new()));
    }
}
