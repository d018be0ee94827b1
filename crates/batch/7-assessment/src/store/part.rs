//! How each part of a batch stands, counted by the database: no figure of a candidate leaves it.
use std::collections::HashMap;

use ::store::{Tx, on, queries};
use kernel::BatchCode;
use sqlx::FromRow;

/// One part in figures.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PartFigures {
    /// Sealed scores, with those of the absent.
    pub sealed: i64,
    /// Those the record of the room says were not there: no examiner scores them.
    pub away: i64,
    /// Candidates with any entry and without a score.
    pub open: i64,
    /// Those of them whose figures differed.
    pub differ: i64,
    /// Who has sealed scores of their own, by account.
    pub examiners: Vec<Examiner>,
}

/// One examiner of a part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Examiner {
    /// Account.
    pub account_id: String,
    /// The name to show; empty where there is no such account.
    pub name: String,
    /// Scores they have sealed.
    pub sealed: i64,
}

/// Some figures of a part; those of one examiner where one is named.
#[derive(FromRow)]
struct FiguresRow {
    component_id: String,
    examiner: Option<String>,
    name: Option<String>,
    sealed: i64,
    away: i64,
    open: i64,
    differ: i64,
}

queries! {
    SEALED_BY_PART = "SELECT component_id, COUNT(*) FROM component_score WHERE batch_code = $1
                      GROUP BY component_id ORDER BY component_id";
    /// Scores; entries that are not agreed on; and what each examiner has sealed.
    PART_FIGURES = "SELECT component_id, CAST(NULL AS TEXT) AS examiner, CAST(NULL AS TEXT) AS name, COUNT(*) AS sealed,
                    CAST(SUM(CASE WHEN origin = 'attendance' THEN 1 ELSE 0 END) AS BIGINT) AS away,
                    CAST(0 AS BIGINT) AS open, CAST(0 AS BIGINT) AS differ
                    FROM component_score WHERE batch_code = $1 GROUP BY component_id
                    UNION ALL SELECT e.component_id, NULL, NULL, 0, 0, COUNT(DISTINCT e.application_id),
                    COUNT(DISTINCT CASE WHEN e.entry = 2 OR e.round > 1 THEN e.application_id END)
                    FROM score_entry e WHERE e.batch_code = $1
                    AND NOT EXISTS (SELECT 1 FROM component_score s WHERE s.application_id = e.application_id
                                    AND s.component_id = e.component_id)
                    GROUP BY e.component_id
                    UNION ALL SELECT q.component_id, q.examiner, MAX(a.display_name), COUNT(*), 0, 0, 0
                    FROM sealed_score q LEFT JOIN account a ON a.id = q.examiner WHERE q.batch_code = $1
                    GROUP BY q.component_id, q.examiner
                    ORDER BY component_id, examiner NULLS FIRST";
}

/// Sealed scores of each part of a batch; a part without any is not in the answer.
///
/// # Errors
/// Storage.
pub async fn sealed_by_part(tx: &mut Tx, batch: &BatchCode) -> sqlx::Result<HashMap<String, i64>> {
    let rows: Vec<(String, i64)> =
        on!(tx, |conn| sqlx::query_as(SEALED_BY_PART).bind(batch).fetch_all(conn).await)?;
    Ok(rows.into_iter().collect())
}

/// Everything that is counted of each part of a batch; a part without anything is not in the answer.
///
/// # Errors
/// Storage.
pub async fn part_figures(tx: &mut Tx, batch: &BatchCode) -> sqlx::Result<HashMap<String, PartFigures>> {
    let rows: Vec<FiguresRow> =
        on!(tx, |conn| sqlx::query_as(PART_FIGURES).bind(batch).fetch_all(conn).await)?;
    let mut parts: HashMap<String, PartFigures> = HashMap::new();
    for row in rows {
        let part = parts.entry(row.component_id).or_default();
        if let Some(account_id) = row.examiner {
            let name = row.name.unwrap_or_default();
            part.examiners.push(Examiner { account_id, name, sealed: row.sealed });
            continue;
        }
        part.sealed += row.sealed;
        part.away += row.away;
        part.open += row.open;
        part.differ += row.differ;
    }
    Ok(parts)
}
