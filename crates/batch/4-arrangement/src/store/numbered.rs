//! Seats beside the admission numbers of who sits on them, and a room beside its sitting: what every page of
//! one room or of one candidate begins with.
use std::collections::HashMap;

use ::store::{Tx, on, push_keys, queries};
use kernel::{AdmissionNumber, BatchCode, LevelCode, OccupationCode, UnixMicros};
use scheme::{ComponentKind, Delivery};
use sqlx::{FromRow, QueryBuilder};

use super::row::{RoomUse, Seat, Sitting};
use crate::rules::{SiteStatus, need::PaperKey};

/// A seat with the admission number of its candidate.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct NumberedSeat {
    /// The seat.
    #[sqlx(flatten)]
    pub seat: Seat,
    /// None before the site is confirmed.
    pub admission_number: Option<AdmissionNumber>,
}

/// A room, a sitting, and one of the papers there; nothing for a paper while the sitting has none.
#[derive(FromRow)]
struct RoomRow {
    #[sqlx(flatten)]
    room: RoomUse,
    held_id: String,
    batch_code: BatchCode,
    component_kind: ComponentKind,
    delivery: Delivery,
    starts_at: UnixMicros,
    ends_at: UnixMicros,
    minutes: i64,
    name_zh: String,
    name_en: String,
    occupation_code: Option<OccupationCode>,
    level_code: Option<LevelCode>,
}

queries! {
    /// A room of another batch is not found.
    ROOM_BESIDE_SITTINGS = "SELECT room_use.id, room_use.sitting_id, room_use.room_id, room_use.site_id, room_use.site_path,
        room_use.ordinal, room_use.room_code, room_use.room_name, room_use.room_name_en, room_use.row_count,
        room_use.column_count, room_use.blocked, room_use.places, room_use.batch_code, sitting.id AS held_id,
        sitting.component_kind, sitting.delivery, sitting.starts_at, sitting.ends_at, sitting.minutes,
        sitting.name_zh, sitting.name_en, sitting_level.occupation_code, sitting_level.level_code
        FROM standing_room_use AS room_use JOIN sitting ON sitting.batch_code = room_use.batch_code
        LEFT JOIN sitting_level ON sitting_level.sitting_id = sitting.id
        WHERE room_use.id = $1 AND room_use.batch_code = $2
        ORDER BY sitting.starts_at, sitting.component_kind DESC, sitting.delivery DESC, sitting.id,
        sitting_level.occupation_code NULLS LAST, sitting_level.level_code NULLS LAST";
    /// The room in which a seat is, and its own sitting only.
    ROOM_OF_SEAT = "SELECT room_use.id, room_use.sitting_id, room_use.room_id, room_use.site_id, room_use.site_path,
        room_use.ordinal, room_use.room_code, room_use.room_name, room_use.room_name_en, room_use.row_count,
        room_use.column_count, room_use.blocked, room_use.places, room_use.batch_code, sitting.id AS held_id,
        sitting.component_kind, sitting.delivery, sitting.starts_at, sitting.ends_at, sitting.minutes,
        sitting.name_zh, sitting.name_en, sitting_level.occupation_code, sitting_level.level_code
        FROM seat JOIN standing_room_use AS room_use ON room_use.id = seat.room_use_id
        JOIN sitting ON sitting.id = room_use.sitting_id
        LEFT JOIN sitting_level ON sitting_level.sitting_id = sitting.id
        WHERE seat.id = $1 AND room_use.batch_code = $2
        ORDER BY sitting_level.occupation_code NULLS LAST, sitting_level.level_code NULLS LAST";
    NUMBERED_OF_ROOM = "SELECT seat.id, seat.sitting_id, seat.room_use_id, room_use.site_id, room_use.room_code,
        room_use.room_name, room_use.ordinal, seat.number, seat.turn, seat.application_id, seat.occupation_code,
        seat.level_code, seat.form_letter, admission_number.number AS admission_number
        FROM seat JOIN standing_room_use AS room_use ON room_use.id = seat.room_use_id
        LEFT JOIN admission_number ON admission_number.application_id = seat.application_id
        WHERE seat.room_use_id = $1 ORDER BY seat.number, seat.id";
    NUMBERED_OF_APPLICATION = "SELECT seat.id, seat.sitting_id, seat.room_use_id, room_use.site_id, room_use.room_code,
        room_use.room_name, room_use.ordinal, seat.number, seat.turn, seat.application_id, seat.occupation_code,
        seat.level_code, seat.form_letter, admission_number.number AS admission_number
        FROM seat JOIN standing_room_use AS room_use ON room_use.id = seat.room_use_id
        LEFT JOIN admission_number ON admission_number.application_id = seat.application_id
        WHERE seat.application_id = $1 ORDER BY room_use.starts_at, seat.id";
}

/// One exam room of a batch with all sittings of the batch, as [`super::sittings`] lists them.
///
/// # Errors
/// Storage.
pub async fn room_beside_sittings(
    tx: &mut Tx,
    batch: &BatchCode,
    id: &str,
) -> sqlx::Result<Option<(RoomUse, Vec<Sitting>)>> {
    let rows: Vec<RoomRow> =
        on!(tx, |conn| sqlx::query_as(ROOM_BESIDE_SITTINGS).bind(id).bind(batch).fetch_all(conn).await)?;
    Ok(beside_sittings(rows))
}

/// One exam room of a batch with its sitting.
///
/// # Errors
/// Storage.
pub async fn room_in_sitting(
    tx: &mut Tx,
    batch: &BatchCode,
    id: &str,
) -> sqlx::Result<Option<(RoomUse, Sitting)>> {
    let Some((room, sittings)) = room_beside_sittings(tx, batch, id).await? else { return Ok(None) };
    let held = sittings.into_iter().find(|sitting| sitting.id == room.sitting_id);
    Ok(held.map(|sitting| (room, sitting)))
}

/// The exam room in which a seat is, with its sitting.
///
/// # Errors
/// Storage.
pub async fn room_of_seat(
    tx: &mut Tx,
    batch: &BatchCode,
    seat: &str,
) -> sqlx::Result<Option<(RoomUse, Sitting)>> {
    let rows: Vec<RoomRow> =
        on!(tx, |conn| sqlx::query_as(ROOM_OF_SEAT).bind(seat).bind(batch).fetch_all(conn).await)?;
    Ok(beside_sittings(rows).and_then(|(room, mut sittings)| Some((room, sittings.pop()?))))
}

/// The room of the rows with their sittings, each of which has all papers of its rows.
fn beside_sittings(rows: Vec<RoomRow>) -> Option<(RoomUse, Vec<Sitting>)> {
    let room = rows.first()?.room.clone();
    let mut sittings: Vec<Sitting> = Vec::new();
    for row in rows {
        let paper = row.occupation_code.zip(row.level_code);
        let paper = paper.map(|(occupation, level)| PaperKey { occupation, level });
        match sittings.last_mut().filter(|last| last.id == row.held_id) {
            Some(last) => last.papers.extend(paper),
            None => sittings.push(Sitting {
                id: row.held_id,
                batch_code: row.batch_code,
                component_kind: row.component_kind,
                delivery: row.delivery,
                starts_at: row.starts_at,
                ends_at: row.ends_at,
                minutes: row.minutes,
                name_zh: row.name_zh,
                name_en: row.name_en,
                papers: paper.into_iter().collect(),
            }),
        }
    }
    Some((room, sittings))
}

/// The seats of one exam room with their numbers, by number of the seat.
///
/// # Errors
/// Storage.
pub async fn numbered_seats(tx: &mut Tx, room_use: &str) -> sqlx::Result<Vec<NumberedSeat>> {
    on!(tx, |conn| sqlx::query_as(NUMBERED_OF_ROOM).bind(room_use).fetch_all(conn).await)
}

/// How the plan of the site stands at which each of these candidates sits first; nobody without a seat.
pub(crate) async fn sites_of(
    tx: &mut Tx,
    applications: &[&str],
) -> sqlx::Result<HashMap<String, SiteStatus>> {
    let mut first = HashMap::new();
    if applications.is_empty() {
        return Ok(first);
    }
    let rows: Vec<(String, SiteStatus)> = on!(tx, |conn| {
        let mut query = QueryBuilder::new(
            "SELECT seat.application_id, site_plan.status
             FROM seat JOIN standing_room_use AS room_use ON room_use.id = seat.room_use_id
             JOIN site_plan ON site_plan.batch_code = room_use.batch_code AND site_plan.site_id = room_use.site_id
             WHERE seat.application_id IN (",
        );
        push_keys(&mut query, applications);
        query.push("ORDER BY room_use.starts_at, seat.id");
        query.build_query_as().fetch_all(conn).await
    })?;
    for (application, status) in rows {
        first.entry(application).or_insert(status);
    }
    Ok(first)
}

/// Where one candidate sits, in order of time, with their number.
pub(crate) async fn numbered_seats_of(tx: &mut Tx, application: &str) -> sqlx::Result<Vec<NumberedSeat>> {
    on!(tx, |conn| sqlx::query_as(NUMBERED_OF_APPLICATION).bind(application).fetch_all(conn).await)
}
