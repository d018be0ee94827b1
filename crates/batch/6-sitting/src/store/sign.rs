//! The coarse marks of when exam computers were last heard of, and which browsers sat at a seat.
use ::store::{Many, Tx, on, queries};
use kernel::UnixMicros;

use crate::AttemptId;

/// Marks in one transaction: a hall of 5,000 takes ten short ones.
pub const SIGNS_AT_ONCE: usize = 500;

queries! {
    INSERT_MACHINE = "INSERT INTO attempt_machine (attempt_id, session, epoch, since_at) VALUES ($1, $2, $3, $4)
                      ON CONFLICT (attempt_id, session) DO UPDATE SET epoch = excluded.epoch, since_at = excluded.since_at";
    SAT_IN = "SELECT epoch FROM attempt_machine WHERE attempt_id = $1 AND session = $2";
}

/// Notes when these machines were last heard of; an older mark never replaces a newer one. At most
/// [`SIGNS_AT_ONCE`].
///
/// # Errors
/// Storage.
pub async fn note_signs(tx: &mut Tx, signs: &[(AttemptId, UnixMicros)]) -> sqlx::Result<()> {
    let mut rows = Many::new(
        "INSERT INTO sign_of_life (attempt_id, seen_at) ",
        " ON CONFLICT (attempt_id) DO UPDATE SET seen_at = excluded.seen_at
         WHERE sign_of_life.seen_at < excluded.seen_at",
    );
    for (attempt, seen_at) in signs {
        rows.row().put(attempt.as_str()).put(*seen_at);
    }
    rows.write(tx).await.map(|_| ())
}

/// Writes down that a browser signed in at the seat.
///
/// # Errors
/// Storage.
pub async fn insert_machine(
    tx: &mut Tx,
    attempt: &AttemptId,
    session: &str,
    epoch: i64,
    at: UnixMicros,
) -> sqlx::Result<()> {
    on!(tx, |conn| sqlx::query(INSERT_MACHINE)
        .bind(attempt)
        .bind(session)
        .bind(epoch)
        .bind(at)
        .execute(conn)
        .await
        .map(|_| ()))
}

/// The epoch in which this browser sat at the seat of the attempt, if it ever did.
///
/// # Errors
/// Storage.
pub async fn sat_in(tx: &mut Tx, attempt: &AttemptId, session: &str) -> sqlx::Result<Option<i64>> {
    on!(tx, |conn| sqlx::query_scalar(SAT_IN).bind(attempt).bind(session).fetch_optional(conn).await)
}
