//! What the clock does: closes attempts, and writes the chains of the minute into the trail.
use ::store::Tx;
use identity::{Env, Note};
use kernel::BatchCode;
use plan::{Progress, ProgressState};
use serde_json::json;

use crate::{Ledger, LedgerError, store};

/// How long after the close an attempt is ended. A save that arrived in time may still wait for its session or be on
/// its way to the queue of a busy node; its arrival decides, so ending late lets nothing late in. Source: [own]; longer
/// than a request may wait for a connection to the database.
const SETTLE_SECONDS: i64 = 20;
/// Attempts ended in one round; a round comes each second.
const CLOSE_AT_ONCE: i64 = 2000;
/// A batch in which an attempt ended this long ago may have become done since it was last reported.
const RECENT_MINUTES: i64 = 5;
/// Chains in one entry of the trail: about 110 bytes each, and an entry holds 65 535.
const HEADS_AN_ENTRY: usize = 400;

/// Ends attempts whose time has been over for a few seconds, through the ledger; says how many.
///
/// # Errors
/// Storage. What the ledger is too busy for is left to the next round.
pub async fn close_due(env: &Env, ledger: &Ledger) -> sqlx::Result<usize> {
    let now = env.now();
    let mut tx = env.db.read().await?;
    let due = store::due(&mut tx, now.plus_seconds(-SETTLE_SECONDS), CLOSE_AT_ONCE).await?;
    drop(tx);
    let mut rounds = tokio::task::JoinSet::new();
    for attempt in due {
        let ledger = ledger.clone();
        rounds.spawn(async move { ledger.close(attempt, now).await });
    }
    let mut closed = 0;
    while let Some(done) = rounds.join_next().await {
        match done {
            Ok(Ok(true)) => closed += 1,
            Ok(Ok(false) | Err(LedgerError::NotFound | LedgerError::Busy)) => {}
            Err(error) => tracing::error!(%error, "an attempt was not closed"),
        }
    }
    Ok(closed)
}

/// Writes the head of every open chain that has grown since the last time into the trail, up to 400
/// an entry; says how many heads. Saves have no entry of their own: this stands for them. Also tells
/// the rail where the last attempt may just have ended.
///
/// # Errors
/// Storage.
pub async fn roll_up(env: &Env) -> sqlx::Result<usize> {
    let mut tx = env.db.write().await?;
    let heads = store::open_heads(&mut tx).await?;
    for of_sitting in heads.chunk_by(|a, b| a.sitting_id == b.sitting_id) {
        for chunk in of_sitting.chunks(HEADS_AN_ENTRY) {
            let Some(first) = chunk.first() else { continue };
            let lines: Vec<_> =
                chunk.iter().map(|head| json!([head.id, head.acked_seq, head.chain_head])).collect();
            Note::of("clock", "", "answers.roll-up", "sitting", &first.sitting_id)
                .batch(first.batch_code.as_str())
                .payload(json!({ "heads": lines }))
                .record(&mut tx, env)
                .await?;
        }
    }
    store::mark_rolled(&mut tx, &heads).await?;
    for batch in store::ended_since(&mut tx, env.now().plus_minutes(-RECENT_MINUTES)).await? {
        report(&mut tx, env, &batch).await?;
    }
    tx.commit().await?;
    Ok(heads.len())
}

/// Writes the marks of when machines were last heard of that moved since the last time, in short
/// transactions; says how many. Comes once a minute; what it has not written when the machine stops
/// is forgotten, and is no answer.
///
/// # Errors
/// Storage.
pub async fn note_signs(env: &Env, ledger: &Ledger) -> sqlx::Result<usize> {
    let moved = ledger.pulse().take_moved(env.now());
    for chunk in moved.chunks(store::SIGNS_AT_ONCE) {
        let mut tx = env.db.write().await?;
        store::note_signs(&mut tx, chunk).await?;
        tx.commit().await?;
    }
    Ok(moved.len())
}

/// Tells the rail that the sittings of a batch go on: somebody was marked in a room whose record is
/// open, so they are not over, and nothing has to be counted to know it.
///
/// # Errors
/// Storage.
pub(crate) async fn report_going_on(tx: &mut Tx, env: &Env, batch: &BatchCode) -> sqlx::Result<()> {
    let count = store::count_closed(tx, batch).await?;
    let progress = Progress { state: ProgressState::Now, count, note_key: "sitting-note-rooms" };
    plan::report_progress(tx, batch, 6, progress, env.now()).await
}

/// Tells the rail how the sittings of a batch stand.
///
/// # Errors
/// Storage.
pub(crate) async fn report(tx: &mut Tx, env: &Env, batch: &BatchCode) -> sqlx::Result<()> {
    let count = store::count_closed(tx, batch).await?;
    let state = if crate::is_over(tx, batch).await? { ProgressState::Done } else { ProgressState::Now };
    plan::report_progress(tx, batch, 6, Progress { state, count, note_key: "sitting-note-rooms" }, env.now())
        .await
}
