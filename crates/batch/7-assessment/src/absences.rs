//! Who did not come, as the rooms recorded it.
use std::collections::HashSet;

use ::store::Tx;
use arrangement::Sitting;
use kernel::BatchCode;
use scheme::ComponentKind;
use sitting::{AttendanceRow, rules::Mark};

use crate::rules::Attendance;

/// The attendance of a batch by kind of part.
#[derive(Debug, Clone, Default)]
pub struct Absences {
    recorded: HashSet<ComponentKind>,
    absent: HashSet<(ComponentKind, String)>,
}

impl Absences {
    /// What is known of one candidate and one kind of part.
    pub fn of(&self, kind: ComponentKind, application: &str) -> Attendance {
        let from = |kind| self.absent.contains(&(kind, application.to_owned()));
        Attendance {
            is_recorded: self.recorded.contains(&kind),
            from_part: from(kind),
            from_theory: from(ComponentKind::Theory),
        }
    }

    /// What these marks say in the sittings of their batch.
    pub fn of_marks(sittings: &[Sitting], marks: Vec<AttendanceRow>) -> Self {
        let absent = marks
            .into_iter()
            .filter(|row| row.mark() == Some(Mark::Absent))
            .filter_map(|row| {
                let sitting = sittings.iter().find(|one| one.id == row.sitting_id)?;
                Some((sitting.component_kind, row.application_id))
            })
            .collect();
        let recorded = sittings.iter().map(|sitting| sitting.component_kind).collect();
        Self { recorded, absent }
    }
}

/// Reads the attendance of a whole batch.
pub async fn absences(tx: &mut Tx, batch: &BatchCode) -> sqlx::Result<Absences> {
    let sittings = arrangement::sittings(tx, batch).await?;
    Ok(Absences::of_marks(&sittings, sitting::attendance(tx, batch).await?))
}
