//! What is written down: entries as callers say them and as pages show them.
use std::{fmt, sync::Arc};

use kernel::{Clock, Entropy, UnixMicros, new_id};

use crate::leaf::{EntryRow, LeafError, commitment, hex};

/// Who acts, and by which right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// The account's id; never a person's name.
    pub account: String,
    /// The grant that allowed it.
    pub grant: String,
}

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It happened.
    Done,
    /// It was refused.
    Refused,
}

impl Outcome {
    /// The word in the row.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Refused => "refused",
        }
    }
}

/// One thing to remember. Names and ID numbers of people belong into the payload, which is only
/// committed to, never into the other fields, which are published.
#[derive(Debug, Clone)]
pub struct Entry<'a> {
    /// When it happened.
    pub at: UnixMicros,
    /// Who did it.
    pub actor: &'a Actor,
    /// What was done: a word of the crate's `TRAIL_ACTIONS`.
    pub action: &'static str,
    /// Kind and id of the thing it was done to; each thing has its own chain.
    pub object: (&'a str, &'a str),
    /// The batch it belongs to, if any.
    pub batch: Option<&'a str>,
    /// Whether it happened.
    pub outcome: Outcome,
    /// Why; empty when no reason was asked for.
    pub reason: &'a str,
    /// The request's id.
    pub request: &'a str,
    /// What else is worth keeping, such as the values before and after.
    pub payload: serde_json::Value,
}

/// What this node puts into each entry.
#[derive(Clone)]
pub struct Desk {
    /// Makes ids and salts.
    pub entropy: Arc<dyn Entropy>,
    /// Makes the time in ids.
    pub clock: Arc<dyn Clock>,
    /// The name of this node.
    pub node: Arc<str>,
}

impl fmt::Debug for Desk {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Desk").field("node", &self.node).finish_non_exhaustive()
    }
}

/// Where an entry went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// The entry's id.
    pub id: String,
    /// The entry's hash, 64 small hexadecimal digits: a receipt.
    pub entry_hash: String,
}

/// One entry as pages show it.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct HistoryRow {
    /// The entry's id.
    pub id: String,
    /// When it happened.
    pub at: UnixMicros,
    /// Who did it: an account's id.
    pub actor: String,
    /// By which right.
    #[sqlx(rename = "grant_id")]
    pub grant: String,
    /// What was done.
    pub action: String,
    /// The kind of thing it was done to.
    pub object_kind: String,
    /// The thing it was done to.
    pub object_id: String,
    /// Place in the chain of the thing, from 1.
    pub object_seq: i64,
    /// The batch, if any.
    pub batch: Option<String>,
    /// `done` or `refused`.
    pub outcome: String,
    /// Why.
    pub reason: String,
    /// The request's id.
    #[sqlx(rename = "request_id")]
    pub request: String,
    /// The node that wrote it.
    pub node: String,
    /// What else was kept, as JSON text.
    pub payload: String,
    /// The entry's hash.
    pub entry_hash: String,
    /// Its place in the log; `None` until it is sequenced.
    pub leaf_index: Option<i64>,
}

impl Desk {
    /// Completes an entry with id, salt, commitment and hash.
    pub(crate) fn row(&self, entry: &Entry<'_>, seq: i64, prev: &str) -> Result<EntryRow, LeafError> {
        let mut salt = [0; 32];
        self.entropy.fill(&mut salt);
        let payload = entry.payload.to_string();
        let (kind, id) = entry.object;
        let mut row = EntryRow {
            id: new_id(&*self.clock, &*self.entropy),
            at: entry.at.get(),
            actor: entry.actor.account.clone(),
            grant_id: entry.actor.grant.clone(),
            action: entry.action.to_owned(),
            object_kind: kind.to_owned(),
            object_id: id.to_owned(),
            object_seq: seq,
            batch: entry.batch.map(str::to_owned),
            outcome: entry.outcome.as_str().to_owned(),
            reason: entry.reason.to_owned(),
            request_id: entry.request.to_owned(),
            node: self.node.to_string(),
            prev_hash: prev.to_owned(),
            payload_salt: hex(&salt),
            payload_commitment: commitment(&salt, &payload),
            payload,
            entry_hash: String::new(),
        };
        row.entry_hash = hex(&row.leaf_hash()?.0);
        Ok(row)
    }
}

impl From<LeafError> for sqlx::Error {
    fn from(error: LeafError) -> Self {
        Self::Encode(Box::new(error))
    }
}
