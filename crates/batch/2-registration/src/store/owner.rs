//! Whose applications these are.
use std::collections::{HashMap, HashSet};

use ::store::{Tx, on, push_keys};
use kernel::BatchCode;
use person::{Person, PersonId, SealedPerson, Vault};
use sqlx::{FromRow, QueryBuilder};

/// Applications or people in one statement.
const AT_ONCE: usize = 1000;

/// An application beside its person.
#[derive(FromRow)]
struct HolderRow {
    application_id: String,
    #[sqlx(flatten)]
    person: SealedPerson,
}

/// The people behind these applications, opened, by application; unknown ones are left out.
///
/// # Errors
/// Storage; a decode error when a sealed value does not open.
pub async fn holders(
    tx: &mut Tx,
    vault: &Vault,
    applications: &[&str],
) -> sqlx::Result<HashMap<String, Person>> {
    let mut people = HashMap::new();
    for chunk in applications.chunks(AT_ONCE) {
        let rows: Vec<HolderRow> = on!(tx, |conn| {
            let mut query = QueryBuilder::new(
                "SELECT a.id AS application_id, p.id, p.document_kind, p.document_sealed, p.name_sealed,
                 p.phone_sealed, p.detail_sealed FROM application a JOIN person p ON p.id = a.person_id
                 WHERE a.id IN (",
            );
            push_keys(&mut query, chunk);
            query.build_query_as().persistent(false).fetch_all(conn).await
        })?;
        for row in rows {
            people.insert(row.application_id, row.person.open(vault)?);
        }
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
