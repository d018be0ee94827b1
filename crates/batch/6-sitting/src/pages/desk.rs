//! Finding a room and a seat of a batch, within the visitor's reach.
use ::store::Tx;
use arrangement::{RoomUse, Seat, Sitting};
use plan::InBatch;
use web::{PageError, PageResult};

use crate::{
    rules::{Attempt, Mark, SeatState},
    store,
};

/// A room of a sitting.
pub struct Room {
    pub sitting: Sitting,
    pub room: RoomUse,
    /// Whether its record is closed.
    pub closing: Option<store::ClosingRow>,
}

impl Room {
    /// Address of its page.
    pub fn href(&self) -> String {
        let (batch, sitting) = (&self.sitting.batch_code, &self.sitting.id);
        format!("/batches/{batch}/sittings/{sitting}/rooms/{}", self.room.id)
    }
}

/// One seat of a room and how it stands.
pub struct Desk {
    pub at: Room,
    pub seat: Seat,
    pub state: SeatState,
    /// The work of who sits there, once they were let in.
    pub attempt: Option<Attempt>,
}

impl Desk {
    /// Address of its page.
    pub fn href(&self) -> String {
        let (batch, sitting) = (&self.at.sitting.batch_code, &self.at.sitting.id);
        format!("/batches/{batch}/sittings/{sitting}/seats/{}", self.seat.id)
    }
}

/// The room; not found when it is another batch's, another sitting's, or out of reach.
pub async fn room<D>(tx: &mut Tx, entry: &InBatch<D>, sitting: &str, room: &str) -> PageResult<Room> {
    let found = arrangement::room_in_sitting(tx, &entry.batch.code, room).await?;
    let found = found.filter(|(room, held)| held.id == sitting && entry.reaches(&room.site_path));
    let (room, sitting) = found.ok_or(PageError::NotFound)?;
    let closing = store::closing_of_room(tx, &room.id).await?;
    Ok(Room { sitting, room, closing })
}

/// The seat, under the same conditions.
pub async fn desk<D>(tx: &mut Tx, entry: &InBatch<D>, sitting: &str, seat: &str) -> PageResult<Desk> {
    let seat = arrangement::seat(tx, &entry.batch.code, seat).await?.ok_or(PageError::NotFound)?;
    let at = room(tx, entry, sitting, &seat.room_use_id).await?;
    let marks = store::attendance_of_room(tx, &at.room.id).await?;
    let mark = marks.iter().find(|row| row.seat_id == seat.id).and_then(store::AttendanceRow::mark);
    let attempt = store::attempt_of_seat(tx, &seat.id).await?.map(|row| row.attempt()).transpose()?;
    let state = SeatState::of(mark, attempt.as_ref().map(Attempt::state));
    Ok(Desk { at, seat, state, attempt })
}

/// What somebody said about a seat, for marks that are compared with what a page showed.
pub async fn marks(tx: &mut Tx, room: &str) -> sqlx::Result<std::collections::HashMap<String, Mark>> {
    let rows = store::attendance_of_room(tx, room).await?;
    Ok(rows.into_iter().filter_map(|row| Some((row.mark()?, row.seat_id))).map(|(m, s)| (s, m)).collect())
}

/// `01-07`: number of the exam room and of the seat.
pub fn label(ordinal: i64, number: i64) -> String {
    format!("{ordinal:02}-{number:02}")
}
