//! Whose seats these are: names and documents, opened only where a duty allows it.
use std::collections::HashMap;

use ::store::Tx;
use identity::Env;
use person::Person;
use web::PageResult;

use crate::Seat;

/// Everybody on these seats, by application.
pub(crate) async fn people(tx: &mut Tx, env: &Env, seats: &[Seat]) -> PageResult<HashMap<String, Person>> {
    let applications: Vec<&str> = seats.iter().map(|seat| seat.application_id.as_str()).collect();
    Ok(registration::holders(tx, &env.vault, &applications).await?)
}
