//! What is open at each registration point: applications to correct, to decide, fees to receive.
use kernel::BatchCode;
use plan::{Ongoing, OpenStep};

use crate::{State, waiting::Waiting};

/// The list is frozen with this stage.
const FREEZE: i64 = 3;

/// The state in which something is open, the step, and the window of the plan that ends it.
const STEPS: [(State, &str, &str); 3] = [
    (State::Returned, "open-step-returned", "review"),
    (State::Pending, "open-step-review", "review"),
    (State::Accepted, "open-step-payment", "payment"),
];

/// What is open in the steps of this stage, batch by batch and point by point; nothing once the list is
/// frozen, and in no step for which the plan has no window.
#[must_use]
pub fn open_steps(batches: &[&Ongoing], waiting: &[Waiting]) -> Vec<(BatchCode, OpenStep)> {
    let mut steps = Vec::new();
    for one in batches.iter().filter(|one| one.batch.published_at.is_some() && !one.is_done(FREEZE)) {
        let code = &one.batch.code;
        for (state, step, window) in STEPS {
            let Some(window) = one.window(window) else { continue };
            let page = format!("/batches/{code}/admission?state={}&point={{place}}", state.code());
            for row in waiting.iter().filter(|row| row.batch_code == *code && row.state == state) {
                let (place, due) = (row.point_path.clone(), window.last_day());
                let open = OpenStep { step, place, count: row.count, due, page: page.clone() };
                steps.push((code.clone(), open));
            }
        }
    }
    steps
}
