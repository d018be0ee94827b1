//! Attempts: the rows, and the guarded writes of the ledger.
use ::store::{Found, Many, Tx, find_each, on, queries, was_changed};
use kernel::{BatchCode, Digest, UnixMicros};
use sqlx::FromRow;

use crate::{
    AttemptId,
    rules::{Attempt, Change, Ended, Frame, Head, Open, Waiting},
};

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
    fn read(found: &mut Found<'_>) -> sqlx::Result<Self> {
        Ok(Self {
            id: found.text()?.into(),
            place: Place {
                seat_id: found.text()?,
                batch_code: found.value()?,
                application_id: found.text()?,
                sitting_id: found.text()?,
                room_use_id: found.text_if_any()?,
                form_id: found.text()?,
                seat_label: found.text()?,
                admission_number: found.text()?,
            },
            account_id: found.text()?,
            epoch: found.number()?,
            seat_session: found.text_if_any()?,
            state: found.text()?,
            open_at: UnixMicros::new(found.number()?),
            close_at: UnixMicros::new(found.number()?),
            item_count: found.number()?,
            acked_seq: found.number()?,
            chain_head: found.value()?,
            ended_at: found.number_if_any()?.map(UnixMicros::new),
            receipt: found.text_if_any()?,
        })
    }

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
    /// For [`AttemptRow::read`], which reads the columns in this order.
    ATTEMPTS = "SELECT id, seat_id, batch_code, application_id, sitting_id, room_use_id, form_id, seat_label, admission_number, account_id, epoch, seat_session, state,
                open_at, close_at, item_count, acked_seq, chain_head, ended_at, receipt
                FROM attempt WHERE id = $1 ORDER BY id";
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

/// The attempts of these ids, which stand in their order; unknown ones are left out.
///
/// # Errors
/// Storage.
pub async fn attempts(tx: &mut Tx, ids: &[&AttemptId]) -> sqlx::Result<Vec<AttemptRow>> {
    let keys: Vec<&str> = ids.iter().map(|id| id.as_str()).collect();
    find_each(tx, ATTEMPTS, (&keys, &[]), AttemptRow::read).await
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
    let mut rows = Many::new(
        "INSERT INTO rolled_head (attempt_id, seq) ",
        " ON CONFLICT (attempt_id) DO UPDATE SET seq = excluded.seq",
    );
    for head in heads {
        rows.row().put(head.id.as_str()).put(head.acked_seq);
    }
    rows.write(tx).await.map(|_| ())
}

/// Moves attempts on, each from exactly the row that was read: `false`, and the caller must roll
/// back, when any of them was changed by somebody else since.
///
/// # Errors
/// Storage.
pub async fn update_attempts(tx: &mut Tx, moved: &[Moved<'_>]) -> sqlx::Result<bool> {
    let (grown, turned): (Vec<Moved<'_>>, Vec<Moved<'_>>) =
        moved.iter().copied().partition(|one| one.before.state == one.after.state());
    Ok(write_all(tx, &grown, GROW).await? && write_all(tx, &turned, TURN).await?)
}

/// A chain that grows, as almost every write of an exam is one. The state is not written again: with it went its
/// indexes, three pages more for each save.
const GROW: &str = "UPDATE attempt SET acked_seq = v.column6, chain_head = v.column7 FROM (";
/// An attempt that begins or ends.
const TURN: &str = "UPDATE attempt SET acked_seq = v.column6, chain_head = v.column7, state = v.column8,
    ended_at = v.column9, receipt = v.column10, started_at = COALESCE(v.column11, attempt.started_at) FROM (";

async fn write_all(tx: &mut Tx, moved: &[Moved<'_>], set: &'static str) -> sqlx::Result<bool> {
    let mut rows = Many::new(
        set,
        ") AS v WHERE attempt.id = v.column1 AND attempt.epoch = v.column2 AND attempt.acked_seq = v.column3
         AND attempt.state = v.column4 AND attempt.close_at = v.column5",
    );
    for Moved { before, after, begun_at } in moved {
        let row = rows.row().put(before.id.as_str()).put(before.epoch).put(before.acked_seq);
        let row = row.put(before.state.as_str()).put(before.close_at);
        let row = row.put(after.head().acked_seq).put(after.head().chain.as_str());
        if set == TURN {
            let ended = after.ended();
            let row = row.put(after.state()).put(ended.map(|ended| ended.ended_at));
            row.put(ended.map(|ended| ended.receipt.as_str())).put(*begun_at);
        }
    }
    let written = rows.write(tx).await?;
    Ok(usize::try_from(written) == Ok(moved.len()))
}
