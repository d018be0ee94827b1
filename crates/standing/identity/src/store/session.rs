//! The browsers in which an account is signed in.
use ::store::{Tx, on, queries, was_changed};
use kernel::UnixMicros;
use sqlx::FromRow;

/// A browser in which an account is signed in.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct OpenSession {
    /// Key: the hash of what its cookie holds.
    pub token_hash: String,
    /// Browser and system; empty when neither is known.
    pub client: String,
    /// Since when.
    pub created_at: UnixMicros,
    /// When it last asked for something, to the minute.
    pub seen_at: UnixMicros,
}

queries! {
    NOTE_CLIENT = "UPDATE session SET client = $2 WHERE token_hash = $1";
    /// A session without a request for some time has ended, although nobody wrote it down.
    OPEN_SESSIONS = "SELECT token_hash, client, created_at, seen_at FROM session WHERE account_id = $1
        AND ended_at IS NULL AND expires_at > $2 AND seen_at >= $3 ORDER BY created_at DESC, token_hash";
    END_ONES_OWN = "UPDATE session SET ended_at = $3 WHERE token_hash = $1 AND account_id = $2 AND ended_at IS NULL";
}

/// Writes down which browser a session is in.
pub(crate) async fn note_client(tx: &mut Tx, token_hash: &str, client: &str) -> sqlx::Result<()> {
    on!(tx, |conn| sqlx::query(NOTE_CLIENT).bind(token_hash).bind(client).execute(conn).await.map(|_| ()))
}

/// The browsers in which a member of staff is signed in, newest first, without those not seen since `idle_since`.
pub(crate) async fn open_sessions(
    tx: &mut Tx,
    account: &str,
    now: UnixMicros,
    idle_since: UnixMicros,
) -> sqlx::Result<Vec<OpenSession>> {
    on!(tx, |conn| sqlx::query_as(OPEN_SESSIONS)
        .bind(account)
        .bind(now)
        .bind(idle_since)
        .fetch_all(conn)
        .await)
}

/// Ends a session of an account; `false` when it has ended or is another's.
pub(crate) async fn end_ones_own(
    tx: &mut Tx,
    token_hash: &str,
    account: &str,
    now: UnixMicros,
) -> sqlx::Result<bool> {
    on!(tx, |conn| sqlx::query(END_ONES_OWN)
        .bind(token_hash)
        .bind(account)
        .bind(now)
        .execute(conn)
        .await
        .map(|done| was_changed(done.rows_affected())))
}
