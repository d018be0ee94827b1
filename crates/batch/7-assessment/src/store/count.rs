//! How far the assessment is, counted by the database: no row of a candidate leaves it.
use std::collections::{HashMap, HashSet};

use ::store::{Tx, on, push_keys};
use sqlx::{FromRow, QueryBuilder};

/// What was written down in one exam room.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, FromRow)]
pub struct RoomMarks {
    /// Sealed scores, with those of the absent.
    pub sealed: i64,
    /// Those that do not come from the record of the room.
    pub written: i64,
    /// Figures one person has written down and others have not.
    pub mine: i64,
    /// Scripts whose two figures differ.
    pub differ: i64,
}

/// What was written down in several batches.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Marks {
    /// By exam room; a room without any is not in it.
    pub by_room: HashMap<String, RoomMarks>,
    /// The batches whose objective scoring came to its end.
    pub run: HashSet<String>,
}

/// Marks of a room, or, without a room, a batch that was scored.
#[derive(FromRow)]
struct MarksRow {
    batch_code: String,
    room_use_id: Option<String>,
    #[sqlx(flatten)]
    marks: RoomMarks,
}

/// What was written down in the rooms of several batches; `who` is the person whose own figures are counted:
/// a clerk's first entries that nobody has compared, an examiner's sealed scores that wait for the others.
///
/// # Errors
/// Storage.
pub async fn marks(tx: &mut Tx, batches: &[&str], who: &str) -> sqlx::Result<Marks> {
    let mut marks = Marks::default();
    if batches.is_empty() {
        return Ok(marks);
    }
    let rows: Vec<MarksRow> = on!(tx, |conn| {
        let mut query = QueryBuilder::new(
            "SELECT batch_code, room_use_id, COUNT(*) AS sealed,
             CAST(SUM(CASE WHEN origin = 'attendance' THEN 0 ELSE 1 END) AS BIGINT) AS written, 0 AS mine, 0 AS differ
             FROM component_score WHERE room_use_id IS NOT NULL AND batch_code IN (",
        );
        push_keys(&mut query, batches);
        query.push(
            "GROUP BY batch_code, room_use_id
             UNION ALL SELECT e.batch_code, e.room_use_id, 0, 0, COUNT(*), 0 FROM score_entry e
             WHERE e.entry = 1 AND e.room_use_id IS NOT NULL
             AND NOT EXISTS (SELECT 1 FROM score_entry x WHERE x.application_id = e.application_id
                             AND x.component_id = e.component_id
                             AND (x.round > e.round OR (x.round = e.round AND x.entry = 2)))
             AND e.entered_by = ",
        );
        query.push_bind(who).push(" AND e.batch_code IN (");
        push_keys(&mut query, batches);
        query.push(
            "GROUP BY e.batch_code, e.room_use_id
             UNION ALL SELECT e.batch_code, e.room_use_id, 0, 0, 0, COUNT(DISTINCT e.application_id)
             FROM score_entry e WHERE (e.entry = 2 OR e.round > 1) AND e.room_use_id IS NOT NULL
             AND NOT EXISTS (SELECT 1 FROM component_score s WHERE s.application_id = e.application_id
                             AND s.component_id = e.component_id)
             AND e.batch_code IN (",
        );
        push_keys(&mut query, batches);
        query.push(
            "GROUP BY e.batch_code, e.room_use_id
             UNION ALL SELECT q.batch_code, q.room_use_id, 0, 0, COUNT(*), 0 FROM sealed_score q
             WHERE q.room_use_id IS NOT NULL
             AND NOT EXISTS (SELECT 1 FROM component_score s WHERE s.application_id = q.application_id
                             AND s.component_id = q.component_id)
             AND q.examiner = ",
        );
        query.push_bind(who).push(" AND q.batch_code IN (");
        push_keys(&mut query, batches);
        query.push(
            "GROUP BY q.batch_code, q.room_use_id
             UNION ALL SELECT batch_code, NULL, 0, 0, 0, 0 FROM score_run WHERE batch_code IN (",
        );
        push_keys(&mut query, batches);
        query.push("ORDER BY batch_code, room_use_id NULLS LAST");
        query.build_query_as().fetch_all(conn).await
    })?;
    for row in rows {
        let Some(room) = row.room_use_id else {
            marks.run.insert(row.batch_code);
            continue;
        };
        let known = marks.by_room.entry(room).or_default();
        known.sealed += row.marks.sealed;
        known.written += row.marks.written;
        known.mine += row.marks.mine;
        known.differ += row.marks.differ;
    }
    Ok(marks)
}
