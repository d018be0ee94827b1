//! Applications that were chosen elsewhere: a page of the review, a step of a job.
use ::store::{Tx, on};
use sqlx::QueryBuilder;

use crate::{Application, ApplicationId};

/// Ids in one statement, within SQLite's 32 766 values and PostgreSQL's 65 535.
const BULK: usize = 1000;

/// The applications with these ids, by serial; an id that no standing application has is left out.
///
/// # Errors
/// Storage.
pub async fn applications_chosen(tx: &mut Tx, ids: &[ApplicationId]) -> sqlx::Result<Vec<Application>> {
    let mut found = Vec::with_capacity(ids.len());
    for chunk in ids.chunks(BULK) {
        let rows: Vec<Application> = on!(&mut *tx, |conn| {
            let mut query = QueryBuilder::new(
                "SELECT id, batch_code, serial, person_id, occupation_code, level_code, clause_number, clause_text,
                 point_path, exam_kind, prior_level, prior_certificate_sealed, prior_issued_on, work_started_on,
                 work_years_stated, education, major, diploma_sealed, source, particulars_sealed, status, origin,
                 submitted_at, version, reviewed_photo FROM standing_application WHERE id IN (",
            );
            let mut list = query.separated(", ");
            for id in chunk {
                list.push_bind(id);
            }
            query.push(") ORDER BY serial, id");
            query.build_query_as().fetch_all(conn).await
        })?;
        found.extend(rows);
    }
    Ok(found)
}
