//! Attempts: the rows, and the guarded writes of the ledger.
use ::store::{Tx, on, queries, was_changed};
use kernel::{BatchCode, Digest, UnixMicros};
use sqlx::{FromRow, QueryBuilder};

use crate::{
    AttemptId,
    rules::{Attempt, Change, Ended, Frame, Head, Open, Waiting},
};

/// Attempts named in one statement: one value each to find, ten to write.
const AT_ONCE: usize = 1000;

/// Where an attempt belongs.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Place {
    /// Seat.
    pub seat_id: String,
    /// Batch.
    pub batch_code: BatchCode,
    /// Application.
    pub application_id: String,
    /// Sitting.
    pub sitting_id: String,
    /// Room; the rows of earlier releases got theirs from the seat.
    pub room_use_id: Option<String>,
    /// Form.
    pub form_id: String,
    /// Room and seat as the candidate reads them.
    pub seat_label: String,
    /// Admission number.
    pub admission_number: String,
}

/// An attempt as stored.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct AttemptRow {
    /// Key.
    pub id: AttemptId,
    /// Where it belongs.
    #[sqlx(flatten)]
    pub place: Place,
    account_id: String,
    /// Rises when the candidate moves to another machine.
    pub epoch: i64,
    seat_session: Option<String>,
    state: String,
    open_at: UnixMicros,
    close_at: UnixMicros,
    item_count: i64,
    /// Number of the last counted change.
    pub acked_seq: i64,
    /// Rolling hash up to it.
    pub chain_head: Digest,
    ended_at: Option<UnixMicros>,
    receipt: Option<String>,
}

impl AttemptRow {
    /// The attempt as the rules see it.
    ///
    /// # Errors
    /// A decode error when the row is in a state that cannot be.
    pub fn attempt(&self) -> sqlx::Result<Attempt> {
        let frame = Frame {
            id: self.id.clone(),
            account_id: self.account_id.clone(),
            epoch: self.epoch,
            session: self.seat_session.clone(),
            open_at: self.open_at,
            close_at: self.close_at,
            item_count: self.item_count,
        };
        let head = Head { acked_seq: self.acked_seq, chain: self.chain_head.clone() };
        let ended = self.ended_at.zip(self.receipt.clone());
        match (self.state.as_str(), ended) {
            ("waiting", None) => Ok(Attempt::Waiting(Waiting { frame, head })),
            ("open", None) => Ok(Attempt::Open(Open { frame, head })),
            ("handed_in", Some((ended_at, receipt))) => {
                Ok(Attempt::HandedIn(Ended { frame, head, ended_at, receipt }))
            }
            ("closed", Some((ended_at, receipt))) => {
                Ok(Attempt::Closed(Ended { frame, head, ended_at, receipt }))
            }
            (state, _) => {
                Err(sqlx::Error::Decode(format!("attempt {} is {state} but not wholly", self.id).into()))
            }
        }
    }
}

/// An attempt to be written when its candidate is checked in.
#[derive(Debug, Clone)]
pub struct NewAttempt<'a> {
    /// Where it belongs.
    pub place: &'a Place,
    /// What the rules know of it.
    pub frame: &'a Frame,
    /// An empty chain.
    pub head: &'a Head,
}

/// One answer to be counted.
#[derive(Debug, Clone, Copy)]
pub struct TakenAnswer<'a> {
    /// Attempt.
    pub attempt: &'a AttemptId,
    /// Change.
    pub change: &'a Change,
    /// When it arrived.
    pub at: UnixMicros,
}

/// An attempt that moves on, from exactly the row that was read.
#[derive(Debug, Clone, Copy)]
pub struct Moved<'a> {
    /// The row.
    pub before: &'a AttemptRow,
    /// What it becomes.
    pub after: &'a Attempt,
    /// When the candidate begins, where this is how it moves.
    pub begun_at: Option<UnixMicros>,
}

/// The end of an open attempt's chain.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct OpenHead {
    /// Attempt.
    pub id: AttemptId,
    /// Sitting.
    pub sitting_id: String,
    /// Batch.
    pub batch_code: BatchCode,
    /// Number of the last counted change.
    pub acked_seq: i64,
    /// Rolling hash up to it.
    pub chain_head: Digest,
}

queries! {
    ATTEMPT = "SELECT id, seat_id, batch_code, application_id, sitting_id, room_use_id, form_id, seat_label, admission_number, account_id, epoch, seat_session, state,
               open_at, close_at, item_count, acked_seq, chain_head, ended_at, receipt
               FROM attempt WHERE id = $1 AND account_id = $2";
    ATTEMPT_OF_SEAT = "SELECT id, seat_id, batch_code, application_id, sitting_id, room_use_id, form_id, seat_label, admission_number, account_id, epoch, seat_session, state,
                       open_at, close_at, item_count, acked_seq, chain_head, ended_at, receipt
                       FROM attempt WHERE seat_id = $1";
    ATTEMPTS_OF_BATCH = "SELECT id, seat_id, batch_code, application_id, sitting_id, room_use_id, form_id, seat_label, admission_number, account_id, epoch,
                         seat_session, state, open_at, close_at, item_count, acked_seq, chain_head, ended_at, receipt
                         FROM attempt WHERE batch_code = $1 ORDER BY id";
    INSERT_ATTEMPT = "INSERT INTO attempt (id, seat_id, batch_code, application_id, sitting_id, room_use_id, form_id,
                      seat_label, admission_number, account_id, epoch, state, open_at, close_at, item_count, acked_seq,
                      chain_head, started_at, ended_at, receipt)
                      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'waiting', $12, $13, $14, $15, $16, NULL, NULL, NULL)
                      ON CONFLICT (seat_id) DO NOTHING";
    /// The phone of the application may have changed since the check-in.
    REBIND = "UPDATE attempt SET account_id = $2, seat_session = $3 WHERE id = $1";
    HOLD_BACK = "UPDATE attempt SET epoch = epoch + 1 WHERE seat_id = $1 AND state = 'waiting'";
    NEXT_EPOCH = "UPDATE attempt SET epoch = epoch + 1, seat_session = NULL WHERE id = $1 AND epoch = $2 AND state IN ('waiting', 'open')";
    DUE = "SELECT id FROM attempt WHERE state IN ('waiting', 'open') AND close_at <= $1
           ORDER BY close_at, id LIMIT $2";
    /// Open chains that have grown since the trail last heard of them.
    OPEN_HEADS = "SELECT a.id, a.sitting_id, a.batch_code, a.acked_seq, a.chain_head
                  FROM attempt a LEFT JOIN rolled_head r ON r.attempt_id = a.id
                  WHERE a.state = 'open' AND a.acked_seq > COALESCE(r.seq, 0)
                  ORDER BY a.sitting_id, a.id";
    ENDED_SINCE = "SELECT DISTINCT batch_code FROM attempt WHERE ended_at >= $1 ORDER BY batch_code";
    COUNT_UNENDED = "SELECT COUNT(*) FROM attempt WHERE batch_code = $1 AND state IN ('waiting', 'open')";
}

const COLUMNS: &str = "SELECT id, seat_id, batch_code, application_id, sitting_id, room_use_id, form_id, seat_label, admission_number, account_id, epoch, seat_session, state,
    open_at, close_at, item_count, acked_seq, chain_head, ended_at, receipt FROM attempt WHERE id IN (";

/// The attempt of this id, when it is this account's.
///
/// # Errors
/// Storage.
pub async fn attempt(tx: &mut Tx, id: &AttemptId, account: &str) -> sqlx::Result<Option<AttemptRow>> {
    on!(tx, |conn| sqlx::query_as(ATTEMPT).bind(id).bind(account).fetch_optional(conn).await)
}

/// The attempt at a seat, once its candidate is checked in.
///
/// # Errors
/// Storage.
pub async fn attempt_of_seat(tx: &mut Tx, seat: &str) -> sqlx::Result<Option<AttemptRow>> {
    on!(tx, |conn| sqlx::query_as(ATTEMPT_OF_SEAT).bind(seat).fetch_optional(conn).await)
}

/// Every attempt of a batch.
///
/// # Errors
/// Storage.
pub async fn attempts_of_batch(tx: &mut Tx, batch: &BatchCode) -> sqlx::Result<Vec<AttemptRow>> {
    on!(tx, |conn| sqlx::query_as(ATTEMPTS_OF_BATCH).bind(batch).fetch_all(conn).await)
}

/// The attempts of these ids, by id; unknown ones are left out.
///
/// # Errors
/// Storage.
pub async fn attempts(tx: &mut Tx, ids: &[&AttemptId]) -> sqlx::Result<Vec<AttemptRow>> {
    let mut found = Vec::with_capacity(ids.len());
    for chunk in ids.chunks(AT_ONCE) {
        let rows: Vec<AttemptRow> = on!(tx, |conn| {
            let mut query = QueryBuilder::new(COLUMNS);
            let mut list = query.separated(", ");
            for id in chunk {
                list.push_bind(*id);
            }
            query.push(") ORDER BY id");
            query.build_query_as().persistent(false).fetch_all(conn).await
        })?;
        found.extend(rows);
    }
    Ok(found)
}

/// Writes a waiting attempt; `false` when the seat has one.
///
/// # Errors
/// Storage.
pub async fn insert_attempt(tx: &mut Tx, new: &NewAttempt<'_>) -> sqlx::Result<bool> {
    let NewAttempt { place, frame, head } = new;
    on!(tx, |conn| sqlx::query(INSERT_ATTEMPT)
        .bind(&frame.id)
        .bind(&place.seat_id)
        .bind(&place.batch_code)
        .bind(&place.application_id)
        .bind(&place.sitting_id)
        .bind(&place.room_use_id)
        .bind(&place.form_id)
        .bind(&place.seat_label)
        .bind(&place.admission_number)
        .bind(&frame.account_id)
        .bind(frame.epoch)
        .bind(frame.open_at)
        .bind(frame.close_at)
        .bind(frame.item_count)
        .bind(head.acked_seq)
        .bind(&head.chain)
        .execute(conn)
        .await
        .map(|done| was_changed(done.rows_affected())))
}

/// Gives an attempt to the account and the session that have just signed in with its code; whoever
/// held it before does not any more.
///
/// # Errors
/// Storage.
pub async fn rebind(tx: &mut Tx, id: &AttemptId, account: &str, session: &str) -> sqlx::Result<()> {
    on!(tx, |conn| sqlx::query(REBIND).bind(id).bind(account).bind(session).execute(conn).await.map(|_| ()))
}

/// Keeps a waiting attempt from being started with what its machine knows; `false` when there is
/// none or it was started.
///
/// # Errors
/// Storage.
pub async fn hold_back(tx: &mut Tx, seat: &str) -> sqlx::Result<bool> {
    on!(tx, |conn| sqlx::query(HOLD_BACK)
        .bind(seat)
        .execute(conn)
        .await
        .map(|done| was_changed(done.rows_affected())))
}

/// Fences the old machine; `false` when somebody did so since `seen`, or the work has ended.
///
/// # Errors
/// Storage.
pub async fn next_epoch(tx: &mut Tx, id: &AttemptId, seen: i64) -> sqlx::Result<bool> {
    on!(tx, |conn| sqlx::query(NEXT_EPOCH)
        .bind(id)
        .bind(seen)
        .execute(conn)
        .await
        .map(|done| was_changed(done.rows_affected())))
}

/// Attempts that have not ended though they closed at `at` or before, the oldest first.
///
/// # Errors
/// Storage.
pub async fn due(tx: &mut Tx, at: UnixMicros, limit: i64) -> sqlx::Result<Vec<AttemptId>> {
    on!(tx, |conn| sqlx::query_scalar(DUE).bind(at).bind(limit).fetch_all(conn).await)
}

/// Open chains that have grown since [`mark_rolled`].
///
/// # Errors
/// Storage.
pub async fn open_heads(tx: &mut Tx) -> sqlx::Result<Vec<OpenHead>> {
    on!(tx, |conn| sqlx::query_as(OPEN_HEADS).fetch_all(conn).await)
}

/// Batches in which an attempt has ended since.
///
/// # Errors
/// Storage.
pub async fn ended_since(tx: &mut Tx, at: UnixMicros) -> sqlx::Result<Vec<BatchCode>> {
    on!(tx, |conn| sqlx::query_scalar(ENDED_SINCE).bind(at).fetch_all(conn).await)
}

/// Whether any attempt of the batch has not ended.
///
/// # Errors
/// Storage.
pub async fn is_any_open(tx: &mut Tx, batch: &BatchCode) -> sqlx::Result<bool> {
    let count: i64 = on!(tx, |conn| sqlx::query_scalar(COUNT_UNENDED).bind(batch).fetch_one(conn).await)?;
    Ok(count > 0)
}

/// Remembers how far the trail knows these chains.
///
/// # Errors
/// Storage.
pub async fn mark_rolled(tx: &mut Tx, heads: &[OpenHead]) -> sqlx::Result<()> {
    for chunk in heads.chunks(AT_ONCE) {
        on!(tx, |conn| {
            let mut insert = QueryBuilder::new("INSERT INTO rolled_head (attempt_id, seq) ");
            insert.push_values(chunk, |mut row, head| {
                row.push_bind(&head.id).push_bind(head.acked_seq);
            });
            insert.push(" ON CONFLICT (attempt_id) DO UPDATE SET seq = excluded.seq");
            insert.build().persistent(false).execute(conn).await.map(|_| ())
        })?;
    }
    Ok(())
}

/// Moves attempts on, each from exactly the row that was read: `false`, and the caller must roll
/// back, when any of them was changed by somebody else since.
///
/// # Errors
/// Storage.
pub async fn update_attempts(tx: &mut Tx, moved: &[Moved<'_>]) -> sqlx::Result<bool> {
    let (grown, turned): (Vec<Moved<'_>>, Vec<Moved<'_>>) =
        moved.iter().copied().partition(|one| one.before.state == one.after.state());
    for (some, set) in [(grown, GROW), (turned, TURN)] {
        for chunk in some.chunks(AT_ONCE) {
            if !update_chunk(tx, chunk, set).await? {
                return Ok(false);
            }
        }
    }
    Ok(true)
}

/// A chain that grows, as almost every write of an exam is one. The state is not written again: with it went its
/// indexes, three pages more for each save.
const GROW: &str = "UPDATE attempt SET acked_seq = v.column6, chain_head = v.column7 FROM (";
/// An attempt that begins or ends.
const TURN: &str = "UPDATE attempt SET acked_seq = v.column6, chain_head = v.column7, state = v.column8,
    ended_at = v.column9, receipt = v.column10, started_at = COALESCE(v.column11, attempt.started_at) FROM (";

async fn update_chunk(tx: &mut Tx, chunk: &[Moved<'_>], set: &'static str) -> sqlx::Result<bool> {
    let written = on!(tx, |conn| {
        let mut update = QueryBuilder::new(set);
        update.push_values(chunk, |mut row, Moved { before, after, begun_at }| {
            row.push_bind(&before.id)
                .push_bind(before.epoch)
                .push_bind(before.acked_seq)
                .push_bind(&before.state)
                .push_bind(before.close_at)
                .push_bind(after.head().acked_seq)
                .push_bind(&after.head().chain);
            if set == TURN {
                let ended = after.ended();
                row.push_bind(after.state())
                    .push_bind(ended.map(|ended| ended.ended_at))
                    .push_bind(ended.map(|ended| ended.receipt.as_str()))
                    .push_bind(*begun_at);
            }
        });
        update.push(
            ") AS v WHERE attempt.id = v.column1 AND attempt.epoch = v.column2
             AND attempt.acked_seq = v.column3 AND attempt.state = v.column4 AND attempt.close_at = v.column5",
        );
        update.build().persistent(false).execute(conn).await.map(|done| done.rows_affected())
    })?;
    Ok(usize::try_from(written) == Ok(chunk.len()))
}
