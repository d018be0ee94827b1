//! What is open at each registration point: applications to correct, to decide, fees to receive.
use std::collections::BTreeMap;

use ::store::Tx;
use kernel::OrgPath;
use plan::{Batch, OpenStep};

use crate::{State, standing, store};

/// The state in which something is open, the step, and the window of the plan that ends it.
const STEPS: [(State, &str, &str); 3] = [
    (State::Returned, "open-step-returned", "review"),
    (State::Pending, "open-step-review", "review"),
    (State::Accepted, "open-step-payment", "payment"),
];

/// What is open in the steps of this stage, point by point; nothing once the list is frozen, and in no
/// step for which the plan has no window.
///
/// # Errors
/// Storage.
pub async fn open_steps(tx: &mut Tx, batch: &Batch) -> sqlx::Result<Vec<OpenStep>> {
    if batch.published_at.is_none() || store::is_frozen(tx, &batch.code).await? {
        return Ok(Vec::new());
    }
    let mut counts: BTreeMap<(OrgPath, State), i64> = BTreeMap::new();
    for row in standing::counts(tx, batch, std::slice::from_ref(&batch.org_path)).await? {
        *counts.entry((row.point_path, row.state)).or_default() += row.count;
    }
    let mut open = Vec::new();
    for (state, step, window) in STEPS {
        let Some(window) = plan::window(tx, &batch.code, window).await? else { continue };
        let page = format!("/batches/{}/admission?state={}&point={{place}}", batch.code, state.code());
        for ((place, _), count) in counts.iter().filter(|((_, found), _)| *found == state) {
            open.push(OpenStep {
                step,
                place: place.clone(),
                count: *count,
                due: window.last_day(),
                page: page.clone(),
            });
        }
    }
    Ok(open)
}
