//! The announcements that jobs tell, by how they begin.
use std::collections::HashMap;

use ::store::{Tx, on};
use job::{Job, JobSubject};
use sqlx::QueryBuilder;

use crate::telling::SEND;

/// Letters of a text by which it is known in a list. Source: [own]; a line of the list.
const LETTERS_SHOWN: usize = 20;

/// The announcements among what these jobs work on; there are no more of them than jobs on a page.
///
/// # Errors
/// Storage.
pub async fn job_subjects(tx: &mut Tx, jobs: &[Job]) -> sqlx::Result<HashMap<String, JobSubject>> {
    let ids: Vec<&str> =
        jobs.iter().filter(|job| job.kind == SEND.name).map(|job| job.subject.as_str()).collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<(String, String)> = on!(tx, |conn| {
        let mut query = QueryBuilder::new("SELECT id, text FROM announcement WHERE id IN (");
        let mut list = query.separated(", ");
        for id in &ids {
            list.push_bind((*id).to_owned());
        }
        query.push(") ORDER BY id");
        query.build_query_as().fetch_all(conn).await
    })?;
    let subject = |(id, text): (String, String)| {
        (id, JobSubject { name: beginning(&text), wrong_rows: 0, wrong_page: String::new() })
    };
    Ok(rows.into_iter().map(subject).collect())
}

fn beginning(text: &str) -> String {
    let mut shown: String = text.chars().take(LETTERS_SHOWN).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    shown
}
