//! Finding a room and a seat of a batch, within the invigilator's reach.
use std::collections::HashMap;

use ::store::Tx;
use arrangement::{RoomUse, Seat, Sitting};
use plan::{InBatch, Invigilate};
use web::{PageError, PageResult};

use crate::{
    rules::{Mark, SeatState},
    store,
};

/// A room of a sitting.
pub struct Room {
    pub sitting: Sitting,
    pub room: RoomUse,
    /// Whether its record is closed.
    pub closing: Option<store::ClosingRow>,
}

/// One seat of a room and how it stands.
pub struct Desk {
    pub at: Room,
    pub seat: Seat,
    pub state: SeatState,
}

/// The room; not found when it is another batch's, another sitting's, or out of reach.
pub async fn room(tx: &mut Tx, entry: &InBatch<Invigilate>, sitting: &str, room: &str) -> PageResult<Room> {
    let sitting = arrangement::sitting(tx, sitting).await?.ok_or(PageError::NotFound)?;
    let room = arrangement::room_use(tx, &entry.batch.code, room).await?.ok_or(PageError::NotFound)?;
    if sitting.batch_code != entry.batch.code
        || room.sitting_id != sitting.id
        || !entry.reaches(&room.site_path)
    {
        return Err(PageError::NotFound);
    }
    let closings = store::closings_of_sitting(tx, &sitting.id).await?;
    let closing = closings.into_iter().find(|row| row.room_use_id == room.id);
    Ok(Room { sitting, room, closing })
}

/// The seat, under the same conditions.
pub async fn desk(tx: &mut Tx, entry: &InBatch<Invigilate>, sitting: &str, seat: &str) -> PageResult<Desk> {
    let seats = arrangement::seats_of_sitting(tx, sitting).await?;
    let seat = seats.into_iter().find(|one| one.id == seat).ok_or(PageError::NotFound)?;
    let at = room(tx, entry, sitting, &seat.room_use_id).await?;
    let state = states(tx, sitting).await?.remove(&seat.id).unwrap_or(SeatState::NotYet);
    Ok(Desk { at, seat, state })
}

/// How the seats of a sitting stand that anybody has said something about.
pub async fn states(tx: &mut Tx, sitting: &str) -> sqlx::Result<HashMap<String, SeatState>> {
    let attempts: HashMap<String, String> =
        store::attempts_of_sitting(tx, sitting).await?.into_iter().collect();
    let marks = store::attendance_of_sitting(tx, sitting).await?;
    let marks: HashMap<String, Mark> = marks
        .into_iter()
        .filter_map(|row| Some((row.mark()?, row.seat_id)))
        .map(|(mark, seat)| (seat, mark))
        .collect();
    let seats = attempts.keys().chain(marks.keys());
    Ok(seats
        .map(|seat| {
            (seat.clone(), SeatState::of(marks.get(seat).copied(), attempts.get(seat).map(String::as_str)))
        })
        .collect())
}

/// `01-07`: number of the exam room and of the seat.
pub fn label(ordinal: i64, number: i64) -> String {
    format!("{ordinal:02}-{number:02}")
}
