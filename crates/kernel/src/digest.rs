//! Fingerprints of content.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use crate::ValueError;
use crate::text_value::text_value;

/// A SHA-256 digest as 64 small hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, sqlx::Type)]
#[serde(try_from = "String", into = "String")]
#[sqlx(transparent)]
pub struct Digest(String);

impl Digest {
    /// Reads a digest. Capitals are refused, so that equal digests are equal texts.
    ///
    /// # Errors
    /// [`ValueError::Digest`].
    pub fn parse(text: &str) -> Result<Self, ValueError> {
        let small_hex = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        let fits = text.len() == 64 && text.bytes().all(small_hex);
        if fits { Ok(Self(text.to_owned())) } else { Err(ValueError::Digest) }
    }

    /// The digest with these 32 bytes.
    #[must_use]
    pub fn from_bytes(bytes: &[u8; 32]) -> Self {
        let mut text = String::with_capacity(64);
        for byte in bytes {
            // Writing to a String cannot fail.
            let _ = write!(text, "{byte:02x}");
        }
        Self(text)
    }
}

text_value!(Digest);
