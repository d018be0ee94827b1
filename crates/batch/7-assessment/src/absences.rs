//! Who did not come, as the rooms recorded it.
use std::collections::HashSet;

use ::store::Tx;
use kernel::BatchCode;
use scheme::ComponentKind;

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
}

/// Reads the attendance of a batch.
pub async fn absences(tx: &mut Tx, batch: &BatchCode) -> sqlx::Result<Absences> {
    let sittings = arrangement::sittings(tx, batch).await?;
    let absentees = sitting::absentees(tx, batch).await?;
    let absent = absentees
        .into_iter()
        .filter_map(|(application, sitting)| {
            let sitting = sittings.iter().find(|one| one.id == sitting)?;
            Some((sitting.component_kind, application.to_string()))
        })
        .collect();
    let recorded = sittings.iter().map(|sitting| sitting.component_kind).collect();
    Ok(Absences { recorded, absent })
}
