//! Exam rooms beside the sitting they are used in and the seats that are taken: one row a room, of several batches.
use ::store::{Tx, on, push_keys};
use kernel::{BatchCode, UnixMicros};
use scheme::{ComponentKind, Delivery};
use sqlx::{FromRow, QueryBuilder};

use super::row::RoomUse;
use crate::rules::PlanStatus;

/// An exam room as those count it who write something down for it.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct RoomInUse {
    /// Its batch.
    pub batch_code: BatchCode,
    /// The room.
    #[sqlx(flatten)]
    pub room: RoomUse,
    /// What its sitting examines.
    pub component_kind: ComponentKind,
    /// How it is sat.
    pub delivery: Delivery,
    /// When the sitting begins.
    pub starts_at: UnixMicros,
    /// When its last group ends.
    pub ends_at: UnixMicros,
    /// How the seat plan of the batch stands.
    #[sqlx(try_from = "String")]
    pub plan_status: PlanStatus,
    /// Seats taken.
    pub seats: i64,
}

/// The exam rooms of several batches, by batch, site and number.
///
/// # Errors
/// Storage.
pub async fn rooms_in_use(tx: &mut Tx, batches: &[&str]) -> sqlx::Result<Vec<RoomInUse>> {
    if batches.is_empty() {
        return Ok(Vec::new());
    }
    on!(tx, |conn| {
        let mut query = QueryBuilder::new(
            "SELECT room_use.batch_code, room_use.id, room_use.sitting_id, room_use.room_id, room_use.site_id,
             room_use.site_path, room_use.ordinal, room_use.room_code, room_use.room_name, room_use.room_name_en,
             room_use.row_count, room_use.column_count, room_use.blocked, room_use.places, sitting.component_kind,
             sitting.delivery, sitting.starts_at, sitting.ends_at,
             COALESCE(seat_plan.status, 'drafted') AS plan_status,
             (SELECT COUNT(*) FROM seat WHERE seat.room_use_id = room_use.id) AS seats
             FROM standing_room_use AS room_use JOIN sitting ON sitting.id = room_use.sitting_id
             LEFT JOIN seat_plan ON seat_plan.batch_code = room_use.batch_code
             WHERE room_use.batch_code IN (",
        );
        push_keys(&mut query, batches);
        query.push("ORDER BY room_use.batch_code, room_use.site_path, room_use.ordinal, room_use.id");
        query.build_query_as().fetch_all(conn).await
    })
}
