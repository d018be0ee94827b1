//! The rosters that jobs work on, by the name of their file.
use std::collections::HashMap;

use ::store::{Tx, on};
use job::{Job, JobSubject};
use kernel::BatchCode;
use sqlx::{FromRow, QueryBuilder};

use crate::rules::roster::RowState;

#[derive(FromRow)]
struct Row {
    id: String,
    batch_code: BatchCode,
    file_name: String,
    wrong_rows: i64,
}

/// The rosters among what these jobs work on; there are no more of them than jobs on a page.
///
/// # Errors
/// Storage.
pub async fn job_subjects(tx: &mut Tx, jobs: &[Job]) -> sqlx::Result<HashMap<String, JobSubject>> {
    let ids: Vec<&str> =
        jobs.iter().filter(|job| job.kind.starts_with("roster.")).map(|job| job.subject.as_str()).collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let wrong = RowState::Refused.code();
    let rows: Vec<Row> = on!(tx, |conn| {
        let mut query = QueryBuilder::new(
            "SELECT r.id, r.batch_code, r.file_name, COUNT(w.row_no) AS wrong_rows FROM roster_upload r
             LEFT JOIN roster_row w ON w.roster_id = r.id AND w.state = ",
        );
        query.push_bind(wrong.to_owned()).push(" WHERE r.id IN (");
        let mut list = query.separated(", ");
        for id in &ids {
            list.push_bind((*id).to_owned());
        }
        query.push(") GROUP BY r.id, r.batch_code, r.file_name ORDER BY r.id");
        query.build_query_as().fetch_all(conn).await
    })?;
    let subject = |row: Row| {
        let wrong_page = format!("/batches/{}/roster/{}?state={wrong}", row.batch_code, row.id);
        (row.id, JobSubject { name: row.file_name, wrong_rows: row.wrong_rows, wrong_page })
    };
    Ok(rows.into_iter().map(subject).collect())
}
