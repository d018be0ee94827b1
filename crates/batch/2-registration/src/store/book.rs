//! The registration book of a batch: the row every change of an application holds.
use ::store::{Tx, on, queries, was_changed};
use kernel::{BatchCode, UnixMicros};
use plan::{Progress, ProgressState};

/// This stage on the rail.
const STAGE: i64 = 2;

queries! {
    OPEN_BOOK = "INSERT INTO registration_book (batch_code, last_serial, closed_at) VALUES ($1, 0, NULL)
        ON CONFLICT (batch_code) DO UPDATE SET last_serial = registration_book.last_serial
        WHERE registration_book.closed_at IS NULL";
    NEXT_SERIAL = "UPDATE registration_book SET last_serial = last_serial + 1 WHERE batch_code = $1
        RETURNING last_serial";
    RAISE_SERIAL = "UPDATE registration_book SET last_serial = $2 WHERE batch_code = $1 AND last_serial < $2";
    CLOSE_BOOK = "INSERT INTO registration_book (batch_code, last_serial, closed_at) VALUES ($1, 0, $2)
        ON CONFLICT (batch_code) DO UPDATE SET closed_at = excluded.closed_at
        WHERE registration_book.closed_at IS NULL";
    CLOSED_AT = "SELECT COUNT(*) FROM registration_book WHERE batch_code = $1 AND closed_at IS NOT NULL";
}

/// Takes the book; the first statement of every transaction that changes applications. `false`
/// when it was closed.
pub(crate) async fn open_book(tx: &mut Tx, batch: &BatchCode) -> sqlx::Result<bool> {
    on!(tx, |conn| sqlx::query(OPEN_BOOK)
        .bind(batch)
        .execute(conn)
        .await
        .map(|done| was_changed(done.rows_affected())))
}

/// The next serial of the batch; the caller holds the book.
pub(crate) async fn next_serial(tx: &mut Tx, batch: &BatchCode) -> sqlx::Result<i64> {
    on!(tx, |conn| sqlx::query_scalar(NEXT_SERIAL).bind(batch).fetch_one(conn).await)
}

/// Serials up to this one came with a roster; the caller holds the book.
pub(crate) async fn raise_serial(tx: &mut Tx, batch: &BatchCode, serial: i64) -> sqlx::Result<()> {
    on!(tx, |conn| sqlx::query(RAISE_SERIAL).bind(batch).bind(serial).execute(conn).await.map(|_| ()))
}

/// Closes the book; `false` when it was closed before.
pub(crate) async fn close_book(tx: &mut Tx, batch: &BatchCode, now: UnixMicros) -> sqlx::Result<bool> {
    let closed = on!(&mut *tx, |conn| sqlx::query(CLOSE_BOOK)
        .bind(batch)
        .bind(now)
        .execute(conn)
        .await
        .map(|done| was_changed(done.rows_affected())))?;
    if closed {
        report_progress(tx, batch, ProgressState::Done, now).await?;
    }
    Ok(closed)
}

/// Tells the rail how many applications stand.
pub(crate) async fn report_progress(
    tx: &mut Tx,
    batch: &BatchCode,
    state: ProgressState,
    now: UnixMicros,
) -> sqlx::Result<()> {
    let count = super::application::standing(tx, batch).await?;
    let progress = Progress { state, count, note_key: "registration-note" };
    plan::report_progress(tx, batch, STAGE, progress, now).await
}

/// Whether the book is closed.
///
/// # Errors
/// Storage.
pub async fn is_closed(tx: &mut Tx, batch: &BatchCode) -> sqlx::Result<bool> {
    let closed: i64 = on!(tx, |conn| sqlx::query_scalar(CLOSED_AT).bind(batch).fetch_one(conn).await)?;
    Ok(closed == 1)
}
