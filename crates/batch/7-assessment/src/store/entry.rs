//! Paper theory entered twice: the rows.
use std::collections::HashMap;

use ::store::{Tx, on, queries};
use kernel::{BatchCode, Score, UnixMicros};
use sqlx::FromRow;

use crate::rules::{Entry, PartOutcome, Slot};

/// A figure to be written down.
#[derive(Debug, Clone, Copy)]
pub struct NewEntry<'a> {
    /// Key, made by the caller.
    pub id: &'a str,
    /// Batch.
    pub batch: &'a BatchCode,
    /// Application.
    pub application: &'a str,
    /// Part of the batch.
    pub component: &'a str,
    /// Round, and first or second in it.
    pub slot: Slot,
    /// Account of the clerk.
    pub by: &'a str,
    /// What they read on the script.
    pub outcome: PartOutcome,
    /// When.
    pub at: UnixMicros,
}

#[derive(FromRow)]
struct Row {
    component_id: String,
    application_id: String,
    round: i64,
    entry: i64,
    entered_by: String,
    score_centi: Option<Score>,
}

queries! {
    INSERT_ENTRY = "INSERT INTO score_entry (id, batch_code, application_id, component_id, round, entry, entered_by,
                    kind, score_centi, entered_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    ENTRIES_OF_PART = "SELECT component_id, application_id, round, entry, entered_by, score_centi FROM score_entry
                       WHERE component_id = $1 ORDER BY application_id, round, entry";
    ENTRIES_OF_BATCH = "SELECT component_id, application_id, round, entry, entered_by, score_centi FROM score_entry
                        WHERE batch_code = $1 ORDER BY component_id, application_id, round, entry";
}

/// Writes a figure down.
///
/// # Errors
/// A unique violation when somebody took the same place, or this clerk has entered in this round;
/// storage.
pub async fn insert_entry(tx: &mut Tx, new: NewEntry<'_>) -> sqlx::Result<()> {
    on!(tx, |conn| sqlx::query(INSERT_ENTRY)
        .bind(new.id)
        .bind(new.batch)
        .bind(new.application)
        .bind(new.component)
        .bind(new.slot.round)
        .bind(new.slot.entry)
        .bind(new.by)
        .bind(new.outcome.kind())
        .bind(new.outcome.score())
        .bind(new.at)
        .execute(conn)
        .await
        .map(|_| ()))
}

/// What was entered for a part, by application.
///
/// # Errors
/// Storage.
pub async fn entries_of_part(tx: &mut Tx, component: &str) -> sqlx::Result<HashMap<String, Vec<Entry>>> {
    let rows: Vec<Row> =
        on!(tx, |conn| sqlx::query_as(ENTRIES_OF_PART).bind(component).fetch_all(conn).await)?;
    let mut by_candidate: HashMap<String, Vec<Entry>> = HashMap::new();
    for row in rows {
        by_candidate.entry(row.application_id.clone()).or_default().push(entry(row));
    }
    Ok(by_candidate)
}

/// What was entered in a batch, by part and application.
///
/// # Errors
/// Storage.
pub async fn entries_of_batch(
    tx: &mut Tx,
    batch: &BatchCode,
) -> sqlx::Result<HashMap<(String, String), Vec<Entry>>> {
    let rows: Vec<Row> = on!(tx, |conn| sqlx::query_as(ENTRIES_OF_BATCH).bind(batch).fetch_all(conn).await)?;
    let mut by_candidate: HashMap<(String, String), Vec<Entry>> = HashMap::new();
    for row in rows {
        let key = (row.component_id.clone(), row.application_id.clone());
        by_candidate.entry(key).or_default().push(entry(row));
    }
    Ok(by_candidate)
}

fn entry(row: Row) -> Entry {
    Entry { round: row.round, entry: row.entry, by: row.entered_by, outcome: row.score_centi.into() }
}
