//! The exam attempt protocol, version 1, as JSON: the names of `clients/exam/protocol.ts`.
//!
//! Instants are Unix microseconds, UTC. The key of an item, its explanation and its difficulty have
//! no place in these types, so they cannot travel.
use std::collections::BTreeMap;

use kernel::{Digest, UnixMicros};
use serde::{Deserialize, Serialize};

pub use crate::rules::{Change, Phase};

/// One option of an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Option {
    /// Its letter.
    pub letter: String,
    /// Its words.
    pub text: String,
}

/// One item as the candidate sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Item {
    /// Number on the form, from 1.
    pub no: i64,
    /// `single`, `multiple` or `judgement`.
    pub kind: &'static str,
    /// What is asked; `\n` and `｜` make lines and tables.
    pub stem: String,
    /// What can be chosen.
    pub options: Vec<Option>,
    /// Points as decimal text.
    pub points: String,
}

/// Heading of the attempt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Title {
    /// Occupation.
    pub occupation: String,
    /// Level.
    pub level: String,
    /// Length of the form.
    pub form_minutes: i64,
    /// Room and seat, `01-07`.
    pub seat: String,
    /// Name of the candidate.
    pub name: String,
    /// Admission number.
    pub admission_number: String,
}

/// Reply to `GET state` and `POST start`: beside these fields, `items`, the form while it is open and an empty list before
/// and after ([`State::around_items`]).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct State {
    /// Attempt.
    pub attempt: String,
    /// Epoch to be sent with every change.
    pub epoch: i64,
    /// Where it stands.
    pub phase: Phase,
    /// The server's clock.
    pub server_now: UnixMicros,
    /// Start.
    pub open_at: UnixMicros,
    /// Close.
    pub close_at: UnixMicros,
    /// Number of the last counted change.
    pub acked_seq: i64,
    /// Rolling hash up to it: what a journal on the machine must continue.
    pub chain_head: Digest,
    /// Heading.
    pub title: Title,
    /// The answers that count, by item number.
    pub answers: BTreeMap<String, String>,
    /// The receipt, once the work has ended.
    pub receipt: std::option::Option<String>,
}

impl State {
    /// The reply before and after its `items`, a list of [`Item`] that is written out once, because thousands read the
    /// same one.
    ///
    /// # Errors
    /// Never: everything in it is text and numbers.
    pub fn around_items(&self) -> serde_json::Result<(String, &'static str)> {
        let mut json = serde_json::to_string(self)?;
        json.pop();
        json.push_str(",\"items\":");
        Ok((json, "}"))
    }
}

/// Reply to `GET pulse`: the machine is heard, and hears whether its time was changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Pulse {
    /// Where it stands.
    pub phase: Phase,
    /// The server's clock.
    pub server_now: UnixMicros,
    /// Close: it may have moved on.
    pub close_at: UnixMicros,
    /// Number of the last counted change.
    pub acked_seq: i64,
}

/// Body of `POST evidence`: what a machine still holds that was left, or whose time is over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EvidenceBody {
    /// Epoch in which it sat at the seat.
    pub epoch: i64,
    /// Changes it never saw acknowledged, in order.
    pub changes: Vec<Change>,
}

/// 200 of `POST evidence`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EvidenceReply {
    /// How many of them did not count and are kept.
    pub kept: usize,
}

/// Body of `POST answers`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnswersBody {
    /// Epoch the client believes in.
    pub epoch: i64,
    /// Changes in order.
    pub changes: Vec<Change>,
}

/// 200 of `POST answers`: what it says is durable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AnswersReply {
    /// Number of the last counted change.
    pub acked_seq: i64,
    /// The server's clock.
    pub server_now: UnixMicros,
    /// Close.
    pub close_at: UnixMicros,
    /// Rolling hash.
    pub chain_head: Digest,
}

/// Body of `POST hand-in`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HandInBody {
    /// Epoch the client believes in.
    pub epoch: i64,
    /// Number of the last change it made.
    pub last_seq: i64,
}

/// 200 of `POST hand-in`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HandInReply {
    /// Always handed in.
    pub phase: Phase,
    /// What the candidate may write down.
    pub receipt: String,
    /// Items with an answer.
    pub answered: i64,
    /// Items of the form.
    pub items: i64,
}

/// Names of refusals the client acts upon.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorName {
    /// 409: another machine took over.
    StaleEpoch,
    /// 409: this is not the browser that signed in at the seat.
    OtherBrowser,
    /// 409: a number that was counted comes again with another content: another window writes.
    Conflict,
    /// 409: changes between are missing.
    Gap,
    /// 409: the hand-in knows of changes that are not here.
    Missing,
    /// 410: at or after the close.
    Closed,
    /// 410: handed in before.
    HandedIn,
    /// 403: the token is not this session's.
    Csrf,
    /// 401: nobody is signed in.
    SignedOut,
}

impl ErrorName {
    /// All of them, for the comparison with the client.
    pub const ALL: [Self; 9] = [
        Self::StaleEpoch,
        Self::OtherBrowser,
        Self::Conflict,
        Self::Gap,
        Self::Missing,
        Self::Closed,
        Self::HandedIn,
        Self::Csrf,
        Self::SignedOut,
    ];

    /// Status it travels with.
    #[must_use]
    pub fn status(self) -> u16 {
        match self {
            Self::StaleEpoch | Self::OtherBrowser | Self::Conflict | Self::Gap | Self::Missing => 409,
            Self::Closed | Self::HandedIn => 410,
            Self::Csrf => 403,
            Self::SignedOut => 401,
        }
    }
}

/// Body of a refusal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Refusal {
    /// Which.
    pub error: ErrorName,
    /// Number of the last counted change, where it helps.
    #[serde(skip_serializing_if = "std::option::Option::is_none")]
    pub acked_seq: std::option::Option<i64>,
    /// Whether late changes were kept.
    #[serde(skip_serializing_if = "std::option::Option::is_none")]
    pub kept_as_evidence: std::option::Option<bool>,
    /// The receipt of an earlier hand-in.
    #[serde(skip_serializing_if = "std::option::Option::is_none")]
    pub receipt: std::option::Option<String>,
}

impl Refusal {
    /// A refusal that says only its name.
    #[must_use]
    pub fn of(error: ErrorName) -> Self {
        Self { error, acked_seq: None, kept_as_evidence: None, receipt: None }
    }
}
