//! Finding a room and a seat of a batch, within the visitor's reach.
use ::store::Tx;
use arrangement::{RoomUse, Seat, Sitting};
use plan::InBatch;
use web::{PageError, PageResult};

use crate::{
    rules::{Mark, SeatState},
    store::{self, RoomStanding},
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
    let (room, sitting) = within(entry, sitting, found)?;
    let closing = store::closing_of_room(tx, &room.id).await?;
    Ok(Room { sitting, room, closing })
}

/// The room with what was said of it so far, under the same conditions.
pub async fn standing<D>(
    tx: &mut Tx,
    entry: &InBatch<D>,
    sitting: &str,
    room: &str,
) -> PageResult<(Room, RoomStanding)> {
    let found = arrangement::room_in_sitting(tx, &entry.batch.code, room).await?;
    beside_standing(tx, within(entry, sitting, found)?).await
}

/// The same of the room in which a seat is.
pub async fn standing_of_seat<D>(
    tx: &mut Tx,
    entry: &InBatch<D>,
    sitting: &str,
    seat: &str,
) -> PageResult<(Room, RoomStanding)> {
    let found = arrangement::room_of_seat(tx, &entry.batch.code, seat).await?;
    beside_standing(tx, within(entry, sitting, found)?).await
}

fn within<D>(
    entry: &InBatch<D>,
    sitting: &str,
    found: Option<(RoomUse, Sitting)>,
) -> PageResult<(RoomUse, Sitting)> {
    let found = found.filter(|(room, held)| held.id == sitting && entry.reaches(&room.site_path));
    found.ok_or(PageError::NotFound)
}

async fn beside_standing(
    tx: &mut Tx,
    (room, sitting): (RoomUse, Sitting),
) -> PageResult<(Room, RoomStanding)> {
    let standing = store::standing_of_room(tx, &room.id).await?;
    Ok((Room { sitting, room, closing: standing.closing.clone() }, standing))
}

/// The seat, under the same conditions.
pub async fn desk<D>(tx: &mut Tx, entry: &InBatch<D>, sitting: &str, seat: &str) -> PageResult<Desk> {
    let seat = arrangement::seat(tx, &entry.batch.code, seat).await?.ok_or(PageError::NotFound)?;
    let (at, standing) = standing(tx, entry, sitting, &seat.room_use_id).await?;
    let attempt = standing.attempts.iter().find(|row| row.seat_id == seat.id);
    let mark = standing.marks.get(&seat.id).copied();
    let state = SeatState::of(mark, attempt.map(|row| row.state.as_str()));
    Ok(Desk { at, seat, state })
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
