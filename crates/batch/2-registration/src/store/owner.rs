//! Whose applications these are.
use std::collections::{HashMap, HashSet};

use ::store::{Tx, on};
use kernel::BatchCode;
use person::PersonId;
use sqlx::QueryBuilder;

/// Applications or people in one statement.
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

/// Those of these people who have an application in the batch that they did not take back.
///
/// # Errors
/// Storage.
pub async fn standing_people(
    tx: &mut Tx,
    batch: &BatchCode,
    people: &[PersonId],
) -> sqlx::Result<HashSet<PersonId>> {
    let mut standing = HashSet::new();
    for chunk in people.chunks(AT_ONCE) {
        let rows: Vec<PersonId> = on!(&mut *tx, |conn| {
            let mut query = QueryBuilder::new(
                "SELECT DISTINCT person_id FROM standing_application WHERE status <> 'withdrawn' AND batch_code = ",
            );
            query.push_bind(batch).push(" AND person_id IN (");
            let mut list = query.separated(", ");
            for person in chunk {
                list.push_bind(person);
            }
            query.push(")");
            query.build_query_scalar().persistent(false).fetch_all(conn).await
        })?;
        standing.extend(rows);
    }
    Ok(standing)
}
