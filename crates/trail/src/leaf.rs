//! The exact bytes of one entry. Format: docs/formats/trail.md; any change here is a new version.
use std::collections::BTreeMap;

use serde_json::Value;
use sha2::{Digest as _, Sha256};
use tlog_tiles::{Hash, record_hash};

/// `prev` of the first entry of an object.
pub(crate) const NO_PREVIOUS: &str = "0000000000000000000000000000000000000000000000000000000000000000";
/// An entry bundle gives the length of an entry in 16 bits. Source: C2SP tlog-tiles, "Log entries".
const LONGEST_ENTRY: usize = 65_535;
/// Greater integers are not exact in every JSON reader. Source: RFC 8785, section 3.2.2.3.
const GREATEST_INTEGER: i64 = 9_007_199_254_740_991;
const VERSION: i64 = 1;

/// Why an entry has no leaf form.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum LeafError {
    /// Longer than a bundle can hold.
    #[error("a trail entry of {0} bytes is longer than {LONGEST_ENTRY}")]
    TooLong(usize),
    /// PostgreSQL cannot store U+0000 in a text, SQLite can; so neither does.
    #[error("a trail entry holds the character U+0000")]
    Nul,
    /// Beyond what JSON readers agree on.
    #[error("a trail entry holds the number {0}")]
    Number(i64),
    /// The JSON writer failed.
    #[error("a trail entry has no JSON form: {0}")]
    Json(String),
}

/// One row of `trail_entry`, as it lies there: nothing in it is believed.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub(crate) struct EntryRow {
    pub id: String,
    pub at: i64,
    pub actor: String,
    pub grant_id: String,
    pub action: String,
    pub object_kind: String,
    pub object_id: String,
    pub object_seq: i64,
    pub batch: Option<String>,
    pub outcome: String,
    pub reason: String,
    pub request_id: String,
    pub node: String,
    pub prev_hash: String,
    pub payload_salt: String,
    pub payload: String,
    pub payload_commitment: String,
    pub entry_hash: String,
}

impl EntryRow {
    /// The bytes that are hashed and published: everything but the payload and its salt.
    pub fn leaf_bytes(&self) -> Result<Vec<u8>, LeafError> {
        let mut members = BTreeMap::from([
            ("v", Value::from(VERSION)),
            ("id", self.id.as_str().into()),
            ("at", self.at.into()),
            ("actor", self.actor.as_str().into()),
            ("grant", self.grant_id.as_str().into()),
            ("action", self.action.as_str().into()),
            ("object_kind", self.object_kind.as_str().into()),
            ("object_id", self.object_id.as_str().into()),
            ("object_seq", self.object_seq.into()),
            ("outcome", self.outcome.as_str().into()),
            ("reason", self.reason.as_str().into()),
            ("request", self.request_id.as_str().into()),
            ("node", self.node.as_str().into()),
            ("prev", self.prev_hash.as_str().into()),
            ("payload", self.payload_commitment.as_str().into()),
        ]);
        // Left out when absent, so that "no batch" and "a batch without a name" differ.
        if let Some(batch) = &self.batch {
            members.insert("batch", batch.as_str().into());
        }
        canonical(&members)
    }

    /// The hash of the entry as the tree holds it.
    pub fn leaf_hash(&self) -> Result<Hash, LeafError> {
        Ok(record_hash(&self.leaf_bytes()?))
    }

    /// What `payload_commitment` must be; `None` when the salt is not 64 small hexadecimal digits.
    pub fn commitment(&self) -> Option<String> {
        Some(commitment(&unhex(&self.payload_salt)?, &self.payload))
    }
}

/// SHA-256 of the salt followed by the payload: who does not know the salt cannot guess payloads.
pub(crate) fn commitment(salt: &[u8; 32], payload: &str) -> String {
    hex(&Sha256::new().chain_update(salt).chain_update(payload).finalize())
}

/// RFC 8785 for an object of integers and strings: names are ASCII, so byte order is the order it
/// asks for, and its escapes are those serde_json writes.
fn canonical(members: &BTreeMap<&str, Value>) -> Result<Vec<u8>, LeafError> {
    for value in members.values() {
        if value.as_str().is_some_and(|text| text.contains('\0')) {
            return Err(LeafError::Nul);
        }
        if let Some(number) =
            value.as_i64().filter(|number| !(-GREATEST_INTEGER..=GREATEST_INTEGER).contains(number))
        {
            return Err(LeafError::Number(number));
        }
    }
    let bytes = serde_json::to_vec(members).map_err(|error| LeafError::Json(error.to_string()))?;
    if bytes.len() > LONGEST_ENTRY {
        return Err(LeafError::TooLong(bytes.len()));
    }
    Ok(bytes)
}

/// Small hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Reads 64 small hexadecimal digits. Capitals are refused: a digit's case is a byte that somebody
/// could change.
pub(crate) fn unhex(text: &str) -> Option<[u8; 32]> {
    let small = |digit: u8| matches!(digit, b'0'..=b'9' | b'a'..=b'f');
    if text.len() != 64 || !text.bytes().all(small) {
        return None;
    }
    let mut bytes = [0; 32];
    for (byte, digits) in bytes.iter_mut().zip(text.as_bytes().chunks(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
    }
    Some(bytes)
}
