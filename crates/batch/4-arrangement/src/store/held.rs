//! What one site holds of a batch: its sittings beside what their plan is measured against, and its rooms beside
//! the papers that are sat in them.
use ::store::{Tx, on, queries};
use kernel::{BatchCode, LevelCode, OccupationCode};
use sqlx::FromRow;
use venue::SiteId;

use super::row::{RoomUse, Sitting, SittingSite};
use crate::rules::need::PaperKey;

/// A sitting at a site beside one of its papers; nothing there while it has none.
#[derive(FromRow)]
struct SittingRow {
    #[sqlx(flatten)]
    sitting: Sitting,
    #[sqlx(flatten)]
    needs: SittingSite,
    occupation_code: Option<OccupationCode>,
    level_code: Option<LevelCode>,
}

/// An exam room, and how many sit each paper in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RoomAtSite {
    pub room: RoomUse,
    pub papers: Vec<(PaperKey, i64)>,
}

impl RoomAtSite {
    /// Seats taken.
    pub fn people(&self) -> i64 {
        self.papers.iter().map(|(_, count)| count).sum()
    }
}

/// A room beside one of its papers; nothing there while nobody sits in it.
#[derive(FromRow)]
struct RoomRow {
    #[sqlx(flatten)]
    room: RoomUse,
    occupation_code: Option<OccupationCode>,
    level_code: Option<LevelCode>,
    people: Option<i64>,
}

queries! {
    SITTINGS_AT = "SELECT sitting.id, sitting.batch_code, sitting.component_kind, sitting.delivery, sitting.starts_at,
        sitting.ends_at, sitting.minutes, sitting.name_zh, sitting.name_en, held.sitting_id, held.site_id,
        held.candidates, held.turns, held.rooms_least, held.rooms_unmixed, sitting_level.occupation_code,
        sitting_level.level_code
        FROM sitting_site AS held JOIN sitting ON sitting.id = held.sitting_id
        LEFT JOIN sitting_level ON sitting_level.sitting_id = sitting.id
        WHERE sitting.batch_code = $1 AND held.site_id = $2
        AND NOT EXISTS (SELECT 1 FROM site_plan WHERE site_plan.batch_code = $1 AND site_plan.site_id = $2
                        AND site_plan.status = 'drawing')
        ORDER BY sitting.starts_at, sitting.component_kind DESC, sitting.delivery DESC, sitting.id,
        sitting_level.occupation_code NULLS LAST, sitting_level.level_code NULLS LAST";
    ROOMS_AT = "SELECT room_use.id, room_use.sitting_id, room_use.room_id, room_use.site_id, room_use.site_path,
        room_use.ordinal, room_use.room_code, room_use.room_name, room_use.room_name_en, room_use.row_count,
        room_use.column_count, room_use.blocked, room_use.places, sat.occupation_code, sat.level_code, sat.people
        FROM standing_room_use AS room_use LEFT JOIN (
            SELECT seat.room_use_id, seat.occupation_code, seat.level_code, COUNT(*) AS people
            FROM seat JOIN standing_room_use AS at_site ON at_site.id = seat.room_use_id
            WHERE at_site.batch_code = $1 AND at_site.site_id = $2
            GROUP BY seat.room_use_id, seat.occupation_code, seat.level_code
        ) AS sat ON sat.room_use_id = room_use.id
        WHERE room_use.batch_code = $1 AND room_use.site_id = $2
        ORDER BY room_use.ordinal, room_use.id, sat.occupation_code DESC NULLS LAST, sat.level_code DESC NULLS LAST";
}

/// The sittings of one site, in order of time.
pub(crate) async fn sittings_at(
    tx: &mut Tx,
    batch: &BatchCode,
    site: &SiteId,
) -> sqlx::Result<Vec<(Sitting, SittingSite)>> {
    let rows: Vec<SittingRow> =
        on!(tx, |conn| sqlx::query_as(SITTINGS_AT).bind(batch).bind(site).fetch_all(conn).await)?;
    let mut sittings: Vec<(Sitting, SittingSite)> = Vec::new();
    for row in rows {
        if sittings.last().is_none_or(|(last, _)| last.id != row.sitting.id) {
            sittings.push((row.sitting, row.needs));
        }
        let paper = row.occupation_code.zip(row.level_code);
        let paper = paper.map(|(occupation, level)| PaperKey { occupation, level });
        if let Some((last, _)) = sittings.last_mut() {
            last.papers.extend(paper);
        }
    }
    Ok(sittings)
}

/// The exam rooms of one site, by number.
pub(crate) async fn rooms_at(tx: &mut Tx, batch: &BatchCode, site: &SiteId) -> sqlx::Result<Vec<RoomAtSite>> {
    let rows: Vec<RoomRow> =
        on!(tx, |conn| sqlx::query_as(ROOMS_AT).bind(batch).bind(site).fetch_all(conn).await)?;
    let mut rooms: Vec<RoomAtSite> = Vec::new();
    for row in rows {
        if rooms.last().is_none_or(|last| last.room.id != row.room.id) {
            rooms.push(RoomAtSite { room: row.room, papers: Vec::new() });
        }
        let paper = row.occupation_code.zip(row.level_code).zip(row.people);
        let paper = paper.map(|((occupation, level), people)| (PaperKey { occupation, level }, people));
        if let Some(last) = rooms.last_mut() {
            last.papers.extend(paper);
        }
    }
    Ok(rooms)
}
