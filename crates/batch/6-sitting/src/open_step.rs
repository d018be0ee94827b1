//! What is open at each site: rooms that have sat, and whose record is not closed.
use std::collections::{BTreeMap, HashSet};

use ::store::Tx;
use arrangement::{PlanStatus, RoomInUse};
use kernel::{BatchCode, OrgPath, UnixMicros};
use plan::{Ongoing, OpenStep};

use crate::store;

/// This stage; it is done when the record of every room is closed.
const STAGE: i64 = 6;
/// The same, as the last days are counted.
const SITTING: usize = 6;

/// The rooms whose record is open, batch by batch and site by site, of the sittings that have begun by today.
///
/// # Errors
/// Storage.
pub async fn open_steps(
    tx: &mut Tx,
    batches: &[&Ongoing],
    now: UnixMicros,
) -> sqlx::Result<Vec<(BatchCode, OpenStep)>> {
    let mut counts: BTreeMap<(BatchCode, OrgPath), i64> = BTreeMap::new();
    for room in open_rooms(tx, batches, now).await? {
        *counts.entry((room.batch_code, room.room.site_path)).or_default() += 1;
    }
    let mut steps = Vec::new();
    for ((code, place), count) in counts {
        let Some(due) = batches.iter().find(|one| one.batch.code == code).and_then(|one| one.due(SITTING))
        else {
            continue;
        };
        let page = format!("/batches/{code}/sittings");
        steps.push((code, OpenStep { step: "open-step-rooms", place, count, due, page }));
    }
    Ok(steps)
}

/// The rooms of confirmed plans whose sitting has begun by today and whose record is open.
pub(crate) async fn open_rooms(
    tx: &mut Tx,
    batches: &[&Ongoing],
    now: UnixMicros,
) -> sqlx::Result<Vec<RoomInUse>> {
    let held = batches.iter().filter(|one| one.batch.exam_date <= now.day() && !one.is_done(STAGE));
    let codes: Vec<&str> = held.map(|one| one.batch.code.as_str()).collect();
    let mut rooms = arrangement::rooms_in_use(tx, &codes).await?;
    rooms.retain(|room| room.plan_status == PlanStatus::Confirmed && room.starts_at.day() <= now.day());
    if rooms.is_empty() {
        return Ok(rooms);
    }
    let closed: HashSet<String> =
        store::closings_of(tx, &codes).await?.into_iter().map(|row| row.room_use_id).collect();
    rooms.retain(|room| !closed.contains(&room.room.id));
    Ok(rooms)
}
