//! Whose applications these are.
use std::collections::HashMap;

use ::store::{Tx, on};
use person::PersonId;
use sqlx::QueryBuilder;

/// Applications in one statement.
const AT_ONCE: usize = 1000;

/// The person behind each of these applications; unknown ones are left out.
///
/// # Errors
/// Storage.
pub async fn people_of(tx: &mut Tx, applications: &[&str]) -> sqlx::Result<HashMap<String, PersonId>> {
    let mut people = HashMap::new();
    for chunk in applications.chunks(AT_ONCE) {
        let rows: Vec<(String, PersonId)> = on!(tx, |conn| {
            let mut query = QueryBuilder::new("SELECT id, person_id FROM application WHERE id IN (");
            let mut list = query.separated(", ");
            for application in chunk {
                list.push_bind(*application);
            }
            query.push(")");
            query.build_query_as().persistent(false).fetch_all(conn).await
        })?;
        people.extend(rows);
    }
    Ok(people)
}
