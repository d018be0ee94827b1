//! The rolling hash over everything a candidate changed, and the receipt made of it.
use kernel::Digest;
use sha2::{Digest as _, Sha256};

use super::Change;
use crate::AttemptId;

/// The head of a chain without changes.
/// Source: exam attempt protocol, version 1.
pub const NO_CHANGES: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// Characters of a receipt: few enough to write down, 40 bits against guessing.
/// Source: exam attempt protocol, version 1.
const RECEIPT_LETTERS: usize = 10;

/// The head after one more change: SHA-256 of the old head, number, item and answer on lines.
/// Source: exam attempt protocol, version 1.
#[must_use]
pub fn step(head: &Digest, change: &Change) -> Digest {
    let text = format!("{head}\n{}\n{}\n{}", change.seq, change.no, change.answer);
    Digest::from_bytes(&Sha256::digest(text.as_bytes()).into())
}

/// The code a candidate may write down when their work has ended. Anybody who holds the chain can
/// make it again: the first ten digits of SHA-256 of head and attempt on lines, in capitals.
#[must_use]
pub fn receipt(attempt: &AttemptId, head: &Digest) -> String {
    let digest = Digest::from_bytes(&Sha256::digest(format!("{head}\n{attempt}").as_bytes()).into());
    digest.as_str().chars().take(RECEIPT_LETTERS).collect::<String>().to_ascii_uppercase()
}
