//! Answers that count, and answers that came too late.
use std::collections::{BTreeMap, HashMap};

use ::store::{Many, Tx, find_each, on, queries};
use kernel::{BatchCode, UnixMicros};
use sqlx::FromRow;

use super::TakenAnswer;
use crate::{
    AttemptId,
    rules::{Change, Counted},
};

#[derive(FromRow)]
struct ResponseRow {
    attempt_id: AttemptId,
    application_id: String,
    form_id: String,
    item_no: Option<i64>,
    answer: Option<String>,
}

/// The answer that counts for each item of an attempt: what its newest change says, unless that took it back.
#[derive(Debug, Default)]
struct Sheet(BTreeMap<i64, String>);

impl Sheet {
    /// The next counted change, in order.
    fn change(&mut self, item: i64, answer: String) {
        if answer.is_empty() {
            self.0.remove(&item);
        } else {
            self.0.insert(item, answer);
        }
    }

    fn answers(self) -> Vec<(i64, String)> {
        self.0.into_iter().collect()
    }
}

/// What one candidate answered, once the work has ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// Application.
    pub application_id: String,
    /// Form it answers.
    pub form_id: String,
    /// Attempt.
    pub attempt_id: AttemptId,
    /// Item number and answer, by number; items without an answer are left out.
    pub answers: Vec<(i64, String)>,
}

queries! {
    ANSWERS_OF = "SELECT attempt_id, item_no, answer FROM answer_change WHERE attempt_id = $1 ORDER BY seq";
    CHANGES_BETWEEN = "SELECT seq, item_no, answer FROM answer_change
                       WHERE attempt_id = $1 AND seq >= $2 AND seq <= $3 ORDER BY seq";
    CHANGES_OF_BATCH = "SELECT c.attempt_id, c.seq, c.item_no, c.answer, c.client_at FROM answer_change c
                        JOIN attempt a ON a.id = c.attempt_id WHERE a.batch_code = $1
                        ORDER BY c.attempt_id, c.seq";
    LATE = "SELECT l.attempt_id, l.seq, l.item_no, l.answer FROM late_answer l
            JOIN attempt a ON a.id = l.attempt_id WHERE a.batch_code = $1
            ORDER BY l.attempt_id, l.seq, l.server_at, l.epoch, l.item_no";
    RESPONSES = "SELECT a.id AS attempt_id, a.application_id, a.form_id, c.item_no, c.answer
                 FROM attempt a LEFT JOIN answer_change c ON c.attempt_id = a.id
                 WHERE a.batch_code = $1 AND a.state IN ('handed_in', 'closed')
                 AND NOT EXISTS (SELECT 1 FROM attendance t WHERE t.seat_id = a.seat_id AND t.state = 'absent')
                 ORDER BY a.id, c.seq NULLS LAST";
    RESPONSES_AFTER = "SELECT a.id AS attempt_id, a.application_id, a.form_id, c.item_no, c.answer
                 FROM (SELECT id, application_id, form_id FROM attempt
                       WHERE batch_code = $1 AND state IN ('handed_in', 'closed') AND id > $2
                       AND NOT EXISTS (SELECT 1 FROM attendance t WHERE t.seat_id = attempt.seat_id
                                       AND t.state = 'absent')
                       ORDER BY id LIMIT $3) a
                 LEFT JOIN answer_change c ON c.attempt_id = a.id
                 ORDER BY a.id, c.seq NULLS LAST";
}

/// The answers of an attempt that are not empty, by item.
///
/// # Errors
/// Storage.
pub async fn answers_of(tx: &mut Tx, attempt: &AttemptId) -> sqlx::Result<Vec<(i64, String)>> {
    let rows: Vec<(String, i64, String)> =
        on!(tx, |conn| sqlx::query_as(ANSWERS_OF).bind(attempt).fetch_all(conn).await)?;
    let mut sheet = Sheet::default();
    rows.into_iter().for_each(|(_, item, answer)| sheet.change(item, answer));
    Ok(sheet.answers())
}

/// How many items of these attempts have an answer; an attempt without a change is not listed.
///
/// # Errors
/// Storage.
pub async fn answered_counts(tx: &mut Tx, attempts: &[&AttemptId]) -> sqlx::Result<HashMap<AttemptId, i64>> {
    let keys: Vec<&str> = attempts.iter().map(|id| id.as_str()).collect();
    let changes =
        find_each(tx, ANSWERS_OF, (&keys, &[]), |row| Ok((row.text()?.into(), row.number()?, row.text()?)));
    let mut sheets: HashMap<AttemptId, Sheet> = HashMap::new();
    for (attempt, item, answer) in changes.await? {
        sheets.entry(attempt).or_default().change(item, answer);
    }
    Ok(sheets.into_iter().map(|(id, sheet)| (id, i64::try_from(sheet.0.len()).unwrap_or(i64::MAX))).collect())
}

/// Keeps every counted change as it came.
///
/// # Errors
/// Storage; a unique violation for a number that was counted before.
pub async fn insert_changes(tx: &mut Tx, changes: &[TakenAnswer<'_>]) -> sqlx::Result<()> {
    let mut rows =
        Many::new("INSERT INTO answer_change (attempt_id, seq, item_no, answer, client_at, server_at) ", "");
    for TakenAnswer { attempt, change, at } in changes {
        let row = rows.row().put(attempt.as_str()).put(change.seq).put(change.no);
        row.put(change.answer.as_str()).put(change.at).put(*at);
    }
    rows.write(tx).await.map(|_| ())
}

/// The counted changes of an attempt from one number to another, both included.
///
/// # Errors
/// Storage.
pub async fn changes_between(tx: &mut Tx, attempt: &AttemptId, from: i64, to: i64) -> sqlx::Result<Counted> {
    let rows: Vec<(i64, i64, String)> = on!(tx, |conn| sqlx::query_as(CHANGES_BETWEEN)
        .bind(attempt)
        .bind(from)
        .bind(to)
        .fetch_all(conn)
        .await)?;
    Ok(rows.into_iter().map(|(seq, no, answer)| (seq, (no, answer))).collect())
}

/// Every counted change of a batch, in order, by attempt.
///
/// # Errors
/// Storage.
pub async fn changes_of_batch(
    tx: &mut Tx,
    batch: &BatchCode,
) -> sqlx::Result<HashMap<AttemptId, Vec<Change>>> {
    let rows: Vec<(AttemptId, i64, i64, String, i64)> =
        on!(tx, |conn| sqlx::query_as(CHANGES_OF_BATCH).bind(batch).fetch_all(conn).await)?;
    let mut changes: HashMap<AttemptId, Vec<Change>> = HashMap::new();
    for (attempt, seq, no, answer, at) in rows {
        changes.entry(attempt).or_default().push(Change { seq, no, answer, at });
    }
    Ok(changes)
}

/// Keeps what came too late; the same change twice is kept once. Says how many are new.
///
/// # Errors
/// Storage.
pub async fn insert_evidence(
    tx: &mut Tx,
    late: &[(AttemptId, i64, Change, UnixMicros)],
) -> sqlx::Result<u64> {
    let mut rows = Many::new(
        "INSERT INTO late_answer (attempt_id, epoch, seq, item_no, answer, client_at, server_at) ",
        " ON CONFLICT DO NOTHING",
    );
    for (attempt, epoch, change, at) in late {
        let row = rows.row().put(attempt.as_str()).put(*epoch).put(change.seq).put(change.no);
        row.put(change.answer.as_str()).put(change.at).put(*at);
    }
    rows.write(tx).await
}

/// What came too late in a batch and was kept as evidence: attempt, number, item, answer.
///
/// # Errors
/// Storage.
pub async fn late_answers(
    tx: &mut Tx,
    batch: &BatchCode,
) -> sqlx::Result<Vec<(AttemptId, i64, i64, String)>> {
    on!(tx, |conn| sqlx::query_as(LATE).bind(batch).fetch_all(conn).await)
}

/// What every candidate of a batch answered whose work has ended.
///
/// # Errors
/// Storage.
pub async fn responses_of(tx: &mut Tx, batch: &BatchCode) -> sqlx::Result<Vec<Response>> {
    let rows: Vec<ResponseRow> = on!(tx, |conn| sqlx::query_as(RESPONSES).bind(batch).fetch_all(conn).await)?;
    Ok(gather(rows))
}

/// The same in pieces: the next `at_most` attempts after one, by their ids; the first piece is after nothing.
///
/// # Errors
/// Storage.
pub async fn responses_after(
    tx: &mut Tx,
    batch: &BatchCode,
    after: Option<&AttemptId>,
    at_most: i64,
) -> sqlx::Result<Vec<Response>> {
    let after = after.map(AttemptId::as_str).unwrap_or_default();
    let rows: Vec<ResponseRow> = on!(tx, |conn| sqlx::query_as(RESPONSES_AFTER)
        .bind(batch)
        .bind(after)
        .bind(at_most)
        .fetch_all(conn)
        .await)?;
    Ok(gather(rows))
}

/// The rows of each attempt together; they come in the order of the attempts, and of each in the order of its changes.
fn gather(rows: Vec<ResponseRow>) -> Vec<Response> {
    let mut responses: Vec<Response> = Vec::new();
    let mut sheet = Sheet::default();
    for row in rows {
        if responses.last().is_none_or(|last| last.attempt_id != row.attempt_id) {
            put(&mut responses, &mut sheet);
            responses.push(Response {
                application_id: row.application_id,
                form_id: row.form_id,
                attempt_id: row.attempt_id,
                answers: Vec::new(),
            });
        }
        if let Some((item, answer)) = row.item_no.zip(row.answer) {
            sheet.change(item, answer);
        }
    }
    put(&mut responses, &mut sheet);
    responses
}

/// What was gathered last belongs to the last attempt.
fn put(responses: &mut [Response], sheet: &mut Sheet) {
    if let Some(last) = responses.last_mut() {
        last.answers = std::mem::take(sheet).answers();
    }
}
