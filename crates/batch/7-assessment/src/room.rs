//! The candidates of one exam room, and the part each of them sits there: what one sheet is about.
use std::collections::HashMap;

use ::store::Tx;
use arrangement::{NumberedSeat, RoomUse, Seat, Sitting};
use kernel::AdmissionNumber;
use plan::{Batch, BatchComponent, BatchLevel};
use scheme::ComponentKind;

use crate::absences::Absences;

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
    pub levels: Vec<BatchLevel>,
    pub parts: Vec<BatchComponent>,
    pub targets: Vec<Target>,
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
        let found = arrangement::room_beside_sittings(tx, &batch.code, room).await?;
        let Some((room, sittings)) = found else { return Ok(None) };
        let sitting = sittings.iter().find(|one| one.id == room.sitting_id && one.component_kind == kind);
        let Some(sitting) = sitting.cloned() else { return Ok(None) };
        let seats = arrangement::numbered_seats(tx, &room.id).await?;
        let (levels, parts) = plan::levels_and_components(tx, &batch.code).await?;
        let targets = numbered_targets(seats, &parts, kind);
        let ids: Vec<&str> = targets.iter().map(|one| one.application_id.as_str()).collect();
        let marks = sitting::marks_of(tx, &ids).await?;
        let absences = Absences::of_marks(&sittings, marks);
        Ok(Some(Self { room, sitting, levels, parts, targets, absences }))
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
    seats: &[Seat],
    parts: &[BatchComponent],
    kind: ComponentKind,
) -> sqlx::Result<Vec<Target>> {
    let ids: Vec<&str> = seats.iter().map(|seat| seat.application_id.as_str()).collect();
    let mut numbers = arrangement::numbers_of(tx, &ids).await?;
    let numbered = |seat: &Seat| NumberedSeat {
        admission_number: numbers.remove(&seat.application_id),
        seat: seat.clone(),
    };
    Ok(numbered_targets(seats.iter().map(numbered).collect(), parts, kind))
}

/// The same, where the numbers are known.
fn numbered_targets(seats: Vec<NumberedSeat>, parts: &[BatchComponent], kind: ComponentKind) -> Vec<Target> {
    let by_level: HashMap<(&str, &str), &BatchComponent> = parts
        .iter()
        .filter(|part| part.kind == kind)
        .map(|part| ((part.occupation_code.as_str(), part.level_code.as_str()), part))
        .collect();
    let target = |one: NumberedSeat| {
        let part = by_level.get(&(one.seat.occupation_code.as_str(), one.seat.level_code.as_str()))?;
        Some(Target {
            number: one.admission_number?,
            application_id: one.seat.application_id,
            component_id: part.id.clone(),
            room_use_id: one.seat.room_use_id,
        })
    };
    seats.into_iter().filter_map(target).collect()
}
