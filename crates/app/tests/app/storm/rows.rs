//! What the database holds of everybody's attempt.
use std::collections::{BTreeMap, BTreeSet};

use store::{Tx, on};

use crate::kill::judge::Held;

/// The entry of the trail that says that an attempt began.
pub const START: &str = "attempt.start";
/// That its candidate ended it.
pub const HAND_IN: &str = "attempt.hand-in";
/// That the clock did.
pub const CLOSE: &str = "attempt.close";

const ATTEMPTS: &str =
    "SELECT a.id, a.state, a.open_at, a.close_at, a.started_at, a.ended_at, a.receipt, a.acked_seq,
    a.chain_head, c.code_hash FROM attempt a JOIN check_in c ON c.seat_id = a.seat_id";
const CHANGES: &str = "SELECT attempt_id, seq, item_no, answer FROM answer_change";
const COUNTED: &str = "SELECT attempt_id, COUNT(*), MAX(server_at) FROM answer_change GROUP BY attempt_id";
const LATE: &str = "SELECT attempt_id, seq FROM late_answer";
const ENTRIES: &str = "SELECT object_id, action, COUNT(*) FROM trail_entry WHERE object_kind = 'attempt' GROUP BY object_id, action";

/// An attempt's own row, and the code that led to it.
#[derive(Debug, sqlx::FromRow)]
pub struct AttemptRow {
    id: String,
    /// `waiting`, `open`, `handed_in` or `closed`.
    pub state: String,
    /// From when the form is shown.
    pub open_at: i64,
    /// From when nothing counts.
    pub close_at: i64,
    /// When the candidate began.
    pub started_at: Option<i64>,
    /// When the work ended.
    pub ended_at: Option<i64>,
    /// What the candidate may have written down.
    pub receipt: Option<String>,
    /// Number of the last counted change.
    pub acked_seq: i64,
    chain_head: String,
    /// Empty once the code was used up.
    pub code_hash: String,
}

/// Everything that the judge looks at.
#[derive(Debug, Default)]
pub struct Rows {
    attempts: BTreeMap<String, AttemptRow>,
    changes: BTreeMap<String, BTreeMap<i64, (i64, String)>>,
    /// How many changes are counted, and when the last of them arrived.
    counted: BTreeMap<String, (i64, i64)>,
    late: BTreeMap<String, BTreeSet<i64>>,
    entries: BTreeMap<String, BTreeMap<String, i64>>,
}

impl Rows {
    /// Reads them.
    pub async fn read(tx: &mut Tx) -> Self {
        let mut rows = Self::default();
        let attempts: Vec<AttemptRow> =
            on!(&mut *tx, |conn| sqlx::query_as(ATTEMPTS).fetch_all(conn).await).unwrap();
        rows.attempts.extend(attempts.into_iter().map(|attempt| (attempt.id.clone(), attempt)));
        let changes: Vec<(String, i64, i64, String)> =
            on!(&mut *tx, |conn| sqlx::query_as(CHANGES).fetch_all(conn).await).unwrap();
        for (attempt, seq, no, answer) in changes {
            rows.changes.entry(attempt).or_default().insert(seq, (no, answer));
        }
        let counted: Vec<(String, i64, i64)> =
            on!(&mut *tx, |conn| sqlx::query_as(COUNTED).fetch_all(conn).await).unwrap();
        rows.counted.extend(counted.into_iter().map(|(attempt, count, last)| (attempt, (count, last))));
        let late: Vec<(String, i64)> =
            on!(&mut *tx, |conn| sqlx::query_as(LATE).fetch_all(conn).await).unwrap();
        for (attempt, seq) in late {
            rows.late.entry(attempt).or_default().insert(seq);
        }
        let entries: Vec<(String, String, i64)> =
            on!(&mut *tx, |conn| sqlx::query_as(ENTRIES).fetch_all(conn).await).unwrap();
        for (attempt, action, count) in entries {
            rows.entries.entry(attempt).or_default().insert(action, count);
        }
        rows
    }

    /// The attempt's own row.
    pub fn of(&self, attempt: &str) -> &AttemptRow {
        &self.attempts[attempt]
    }

    /// Its chain and every change, as TR1 looks at them.
    pub fn held(&self, attempt: &str) -> Held {
        let row = self.of(attempt);
        Held {
            acked_seq: row.acked_seq,
            chain_head: row.chain_head.clone(),
            counted_before: 0,
            changes: self.changes.get(attempt).cloned().unwrap_or_default(),
            looked_up_to: 0,
        }
    }

    /// How many of its changes are counted.
    pub fn counted(&self, attempt: &str) -> i64 {
        self.counted.get(attempt).map_or(0, |(count, _)| *count)
    }

    /// When the last of them arrived.
    pub fn last_arrival(&self, attempt: &str) -> Option<i64> {
        self.counted.get(attempt).map(|(_, last)| *last)
    }

    /// Whether a change is kept as one that came too late.
    pub fn is_late(&self, attempt: &str, seq: i64) -> bool {
        self.late.get(attempt).is_some_and(|late| late.contains(&seq))
    }

    /// How many entries of an action the trail has of it.
    pub fn entries(&self, attempt: &str, action: &str) -> i64 {
        self.entries.get(attempt).and_then(|of| of.get(action)).copied().unwrap_or(0)
    }
}
