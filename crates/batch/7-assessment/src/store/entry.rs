//! Paper theory entered twice: the rows.
use std::collections::{HashMap, HashSet};

use ::store::{Tx, on, push_keys, queries};
use kernel::{BatchCode, Score, UnixMicros};
use sqlx::{FromRow, QueryBuilder};

use crate::rules::{Entry, PartOutcome, Slot};

/// Candidates asked for in one statement.
const AT_ONCE: usize = 500;

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
    /// Exam room in which they sat.
    pub room: &'a str,
    /// Round, and first or second in it.
    pub slot: Slot,
    /// Account of the clerk.
    pub by: &'a str,
    /// What they read on the script.
    pub outcome: PartOutcome,
    /// When.
    pub at: UnixMicros,
}

/// What was entered for some candidates.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Entered {
    /// The figures of the clerks, by part and application.
    pub entries: HashMap<(String, String), Vec<Entry>>,
    /// Whose score is sealed, however it came about: application and part.
    pub done: HashSet<(String, String)>,
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

/// The figure of a clerk, or, without one, that a score is sealed.
#[derive(FromRow)]
struct EnteredRow {
    component_id: String,
    application_id: String,
    round: Option<i64>,
    entry: Option<i64>,
    entered_by: Option<String>,
    score_centi: Option<Score>,
}

queries! {
    INSERT_ENTRY = "INSERT INTO score_entry (id, batch_code, application_id, component_id, room_use_id, round, entry,
                    entered_by, kind, score_centi, entered_at)
                    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    ENTRIES_OF_BATCH = "SELECT component_id, application_id, round, entry, entered_by, score_centi FROM score_entry
                        WHERE batch_code = $1 ORDER BY component_id, application_id, round, entry";
    /// Figures of two clerks that differ and are not read the same since.
    DIFFERING = "SELECT DISTINCT e.room_use_id, e.component_id, e.application_id FROM score_entry e
                 WHERE e.batch_code = $1 AND (e.entry = 2 OR e.round > 1) AND e.room_use_id IS NOT NULL
                 AND NOT EXISTS (SELECT 1 FROM component_score s WHERE s.application_id = e.application_id
                                 AND s.component_id = e.component_id)
                 ORDER BY e.room_use_id, e.component_id, e.application_id LIMIT $2 OFFSET $3";
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
        .bind(new.room)
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

/// What was entered for some candidates, and whose score is sealed; the sealed figure itself is not read.
///
/// # Errors
/// Storage.
pub async fn entries_of(tx: &mut Tx, applications: &[&str]) -> sqlx::Result<Entered> {
    let mut all = Entered::default();
    for chunk in applications.chunks(AT_ONCE) {
        let rows: Vec<EnteredRow> = on!(&mut *tx, |conn| {
            let mut query = QueryBuilder::new(
                "SELECT component_id, application_id, CAST(NULL AS BIGINT) AS round, CAST(NULL AS BIGINT) AS entry,
                 CAST(NULL AS TEXT) AS entered_by, CAST(NULL AS BIGINT) AS score_centi
                 FROM component_score WHERE application_id IN (",
            );
            push_keys(&mut query, chunk);
            query.push(
                "UNION ALL SELECT component_id, application_id, round, entry, entered_by, score_centi
                 FROM score_entry WHERE application_id IN (",
            );
            push_keys(&mut query, chunk);
            query.push("ORDER BY application_id, component_id, round NULLS FIRST, entry NULLS FIRST");
            query.build_query_as().persistent(false).fetch_all(conn).await
        })?;
        for row in rows {
            all.take(row);
        }
    }
    Ok(all)
}

/// One page of the candidates whose figures differ: room, part, application.
///
/// # Errors
/// Storage.
pub async fn differing(
    tx: &mut Tx,
    batch: &BatchCode,
    (offset, limit): (i64, i64),
) -> sqlx::Result<Vec<(String, String, String)>> {
    on!(tx, |conn| sqlx::query_as(DIFFERING).bind(batch).bind(limit).bind(offset).fetch_all(conn).await)
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

impl Entered {
    fn take(&mut self, row: EnteredRow) {
        let (Some(round), Some(entry), Some(by)) = (row.round, row.entry, row.entered_by) else {
            self.done.insert((row.application_id, row.component_id));
            return;
        };
        let entry = Entry { round, entry, by, outcome: row.score_centi.into() };
        self.entries.entry((row.component_id, row.application_id)).or_default().push(entry);
    }
}

fn entry(row: Row) -> Entry {
    Entry { round: row.round, entry: row.entry, by: row.entered_by, outcome: row.score_centi.into() }
}
