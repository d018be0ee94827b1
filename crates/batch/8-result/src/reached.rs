//! How far results have come in the batches that wait for them: asked once, for who publishes and for who issues.
use std::collections::HashMap;

use ::store::Tx;
use identity::{Action, Subject};
use plan::Agenda;

use crate::{Reached, store};

/// This stage, and the one after it.
const STAGES: [i64; 2] = [8, 9];

/// By code, for the batches in which this stage or the next is not done; nothing for somebody who neither
/// publishes results nor issues certificates.
///
/// # Errors
/// Storage.
pub async fn reached(
    tx: &mut Tx,
    who: &Subject,
    agenda: &Agenda,
    today: kernel::Day,
) -> sqlx::Result<HashMap<String, Reached>> {
    if !who.carries(Action::PublishResults) && !who.carries(Action::IssueCertificates) {
        return Ok(HashMap::new());
    }
    let is_meant = |one: &&plan::Ongoing| STAGES.into_iter().any(|stage| !one.is_done(stage));
    let codes: Vec<&str> = agenda.published().filter(is_meant).map(|one| one.batch.code.as_str()).collect();
    store::reached(tx, &codes, today).await
}
