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

/// A room, its sitting, and one of the papers there; nothing for a paper while the sitting has none.
#[derive(FromRow)]
struct RoomRow {
    #[sqlx(flatten)]
    room: RoomUse,
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
    ROOM_IN_SITTING = "SELECT room_use.id, room_use.sitting_id, room_use.room_id, room_use.site_id, room_use.site_path,
        room_use.ordinal, room_use.room_code, room_use.room_name, room_use.room_name_en, room_use.row_count,
        room_use.column_count, room_use.blocked, room_use.places, room_use.batch_code, sitting.component_kind,
        sitting.delivery, sitting.starts_at, sitting.ends_at, sitting.minutes, sitting.name_zh, sitting.name_en,
        sitting_level.occupation_code, sitting_level.level_code
        FROM standing_room_use AS room_use JOIN sitting ON sitting.id = room_use.sitting_id
        LEFT JOIN sitting_level ON sitting_level.sitting_id = sitting.id
        WHERE room_use.id = $1 AND room_use.batch_code = $2
        ORDER BY sitting_level.occupation_code NULLS LAST, sitting_level.level_code NULLS LAST";
    /// The same of the room in which this seat is.
    ROOM_OF_SEAT = "SELECT room_use.id, room_use.sitting_id, room_use.room_id, room_use.site_id, room_use.site_path,
        room_use.ordinal, room_use.room_code, room_use.room_name, room_use.room_name_en, room_use.row_count,
        room_use.column_count, room_use.blocked, room_use.places, room_use.batch_code, sitting.component_kind,
        sitting.delivery, sitting.starts_at, sitting.ends_at, sitting.minutes, sitting.name_zh, sitting.name_en,
        sitting_level.occupation_code, sitting_level.level_code
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

/// One exam room of a batch with its sitting.
///
/// # Errors
/// Storage.
pub async fn room_in_sitting(
    tx: &mut Tx,
    batch: &BatchCode,
    id: &str,
) -> sqlx::Result<Option<(RoomUse, Sitting)>> {
    let rows: Vec<RoomRow> =
        on!(tx, |conn| sqlx::query_as(ROOM_IN_SITTING).bind(id).bind(batch).fetch_all(conn).await)?;
    Ok(beside_sitting(rows))
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
    Ok(beside_sitting(rows))
}

/// The room with its sitting, which has all papers of the rows.
fn beside_sitting(rows: Vec<RoomRow>) -> Option<(RoomUse, Sitting)> {
    let paper = |row: &RoomRow| {
        let (occupation, level) = row.occupation_code.clone().zip(row.level_code.clone())?;
        Some(PaperKey { occupation, level })
    };
    let papers = rows.iter().filter_map(paper).collect();
    let row = rows.into_iter().next()?;
    let sitting = Sitting {
        id: row.room.sitting_id.clone(),
        batch_code: row.batch_code,
        component_kind: row.component_kind,
        delivery: row.delivery,
        starts_at: row.starts_at,
        ends_at: row.ends_at,
        minutes: row.minutes,
        name_zh: row.name_zh,
        name_en: row.name_en,
        papers,
    };
    Some((row.room, sitting))
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
