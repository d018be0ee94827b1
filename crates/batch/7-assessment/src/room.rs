//! The candidates of one exam room, and the part each of them sits there: what one sheet is about.
use std::collections::{HashMap, HashSet};

use ::store::Tx;
use arrangement::{RoomUse, Sitting};
use kernel::AdmissionNumber;
use plan::{Batch, BatchComponent};
use scheme::ComponentKind;

use crate::{absences::Absences, store};

/// Whose figure of what, and where they sat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Target {
    pub application_id: String,
    pub number: AdmissionNumber,
    pub component_id: String,
    pub room_use_id: String,
}

impl Target {
    /// As the rows of the stage name it.
    pub(crate) fn key(&self) -> (String, String) {
        (self.application_id.clone(), self.component_id.clone())
    }
}

/// One exam room with its people in the order of their seats.
pub(crate) struct RoomRoll {
    pub room: RoomUse,
    pub sitting: Sitting,
    pub parts: Vec<BatchComponent>,
    pub targets: Vec<Target>,
    /// Whose score is sealed: application and part.
    pub done: HashSet<(String, String)>,
    pub absences: Absences,
}

impl RoomRoll {
    /// Reads the room of a batch if a part of this kind is sat in it.
    pub(crate) async fn read(
        tx: &mut Tx,
        batch: &Batch,
        kind: ComponentKind,
        room: &str,
    ) -> sqlx::Result<Option<Self>> {
        let Some(room) = arrangement::room_use(tx, &batch.code, room).await? else { return Ok(None) };
        let sittings = arrangement::sittings(tx, &batch.code).await?;
        let sitting = sittings.iter().find(|one| one.id == room.sitting_id && one.component_kind == kind);
        let Some(sitting) = sitting.cloned() else { return Ok(None) };
        let seats = arrangement::seats_of_room(tx, &room.id).await?;
        let parts = plan::components(tx, &batch.code).await?;
        let targets = targets(tx, &seats, &parts, kind).await?;
        let ids: Vec<&str> = targets.iter().map(|one| one.application_id.as_str()).collect();
        let done = store::sealed_rows_of(tx, &ids).await?.into_keys().collect();
        let marks = sitting::marks_of(tx, &ids).await?;
        let absences = Absences::of_marks(&sittings, marks);
        Ok(Some(Self { room, sitting, parts, targets, done, absences }))
    }

    /// The applications of the room.
    pub(crate) fn applications(&self) -> Vec<&str> {
        self.targets.iter().map(|one| one.application_id.as_str()).collect()
    }

    /// The part with this id.
    pub(crate) fn part(&self, id: &str) -> Option<&BatchComponent> {
        self.parts.iter().find(|part| part.id == id)
    }
}

/// Whose figure of which part belongs to each of these seats.
pub(crate) async fn targets(
    tx: &mut Tx,
    seats: &[arrangement::Seat],
    parts: &[BatchComponent],
    kind: ComponentKind,
) -> sqlx::Result<Vec<Target>> {
    let ids: Vec<&str> = seats.iter().map(|seat| seat.application_id.as_str()).collect();
    let mut numbers = arrangement::numbers_of(tx, &ids).await?;
    let by_level: HashMap<(&str, &str), &BatchComponent> = parts
        .iter()
        .filter(|part| part.kind == kind)
        .map(|part| ((part.occupation_code.as_str(), part.level_code.as_str()), part))
        .collect();
    let target = |seat: &arrangement::Seat| {
        let part = by_level.get(&(seat.occupation_code.as_str(), seat.level_code.as_str()))?;
        Some(Target {
            number: numbers.remove(&seat.application_id)?,
            application_id: seat.application_id.clone(),
            component_id: part.id.clone(),
            room_use_id: seat.room_use_id.clone(),
        })
    };
    Ok(seats.iter().filter_map(target).collect())
}
