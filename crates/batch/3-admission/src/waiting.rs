//! How applications stand in every batch whose list is not frozen: counted once, for the lines of a workbench and
//! for what is open in each city.
use ::store::Tx;
use identity::{Action, Subject};
use plan::Agenda;
use registration::Returned;

pub use crate::store::queue::Waiting;
use crate::{State, store::queue};

/// The list is frozen with this stage.
const FREEZE: i64 = 3;
/// Whoever has none of these duties is told nothing of it.
const DUTIES: [Action; 5] =
    [Action::Register, Action::Review, Action::RecordPayment, Action::Freeze, Action::Plan];

/// The counts, point by point, each state apart; nothing for somebody whom they do not concern.
///
/// # Errors
/// Storage.
pub async fn waiting(tx: &mut Tx, who: &Subject, agenda: &Agenda) -> sqlx::Result<Vec<Waiting>> {
    if !DUTIES.into_iter().any(|duty| who.carries(duty)) {
        return Ok(Vec::new());
    }
    let codes: Vec<&str> = agenda.at(FREEZE).map(|one| one.batch.code.as_str()).collect();
    queue::waiting(tx, &codes).await
}

/// What was given back, for those who correct it.
#[must_use]
pub fn returned(waiting: &[Waiting]) -> Vec<Returned> {
    let of_point = |row: &Waiting| Returned {
        batch_code: row.batch_code.clone(),
        point_path: row.point_path.clone(),
        count: row.count,
    };
    waiting.iter().filter(|row| row.state == State::Returned).map(of_point).collect()
}
