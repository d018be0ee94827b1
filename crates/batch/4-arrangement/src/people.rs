//! Whose seats these are: names and documents, opened only where a duty allows it.
use std::collections::{HashMap, HashSet};

use ::store::Tx;
use identity::Env;
use kernel::BatchCode;
use person::{Person, PersonId};
use web::PageResult;

use crate::Seat;

/// Everybody on these seats, by application.
pub(crate) async fn people(
    tx: &mut Tx,
    env: &Env,
    code: &BatchCode,
    seats: &[Seat],
) -> PageResult<HashMap<String, Person>> {
    let here: HashSet<&str> = seats.iter().map(|seat| seat.application_id.as_str()).collect();
    let owners: Vec<(String, PersonId)> = admission::admitted(tx, code)
        .await?
        .into_iter()
        .filter(|one| here.contains(one.application_id.as_str()))
        .map(|one| (one.application_id.to_string(), one.person_id))
        .collect();
    let ids: Vec<PersonId> = owners.iter().map(|(_, person)| person.clone()).collect();
    let known: HashMap<PersonId, Person> = person::load_many(tx, &env.vault, &ids)
        .await?
        .into_iter()
        .map(|person| (person.id.clone(), person))
        .collect();
    Ok(owners
        .into_iter()
        .filter_map(|(application, person)| Some((application, known.get(&person)?.clone())))
        .collect())
}
