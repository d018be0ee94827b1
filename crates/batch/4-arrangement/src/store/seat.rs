//! Sittings, rooms and seats of a plan, as others read them.
use std::collections::HashMap;

use ::store::{Tx, on, queries};
use kernel::{BatchCode, LevelCode, OccupationCode};
use scheme::ComponentKind;
use sqlx::{FromRow, QueryBuilder};
use venue::SiteId;

use super::row::{RoomPaper, RoomUse, Seat, SiteFigures, Sitting, SittingSite};
use crate::rules::need::PaperKey;

queries! {
    SITTINGS = "SELECT id, batch_code, component_kind, delivery, starts_at, ends_at, minutes, name_zh, name_en,
                sitting_level.occupation_code, sitting_level.level_code
                FROM sitting LEFT JOIN sitting_level ON sitting_level.sitting_id = sitting.id WHERE batch_code = $1
                ORDER BY starts_at, component_kind DESC, delivery DESC, id,
                sitting_level.occupation_code NULLS LAST, sitting_level.level_code NULLS LAST";
    SITTING = "SELECT id, batch_code, component_kind, delivery, starts_at, ends_at, minutes, name_zh, name_en,
               sitting_level.occupation_code, sitting_level.level_code
               FROM sitting LEFT JOIN sitting_level ON sitting_level.sitting_id = sitting.id WHERE id = $1
               ORDER BY sitting_level.occupation_code NULLS LAST, sitting_level.level_code NULLS LAST";
    SITES = "SELECT sitting_site.sitting_id, sitting_site.site_id, sitting_site.candidates, sitting_site.turns,
             sitting_site.rooms_least, sitting_site.rooms_unmixed
             FROM sitting_site JOIN sitting ON sitting.id = sitting_site.sitting_id
             WHERE sitting.batch_code = $1 AND NOT EXISTS (SELECT 1 FROM site_plan WHERE site_plan.batch_code = $1
             AND site_plan.site_id = sitting_site.site_id AND site_plan.status = 'drawing')
             ORDER BY sitting_site.sitting_id, sitting_site.site_id";
    ROOM_USES = "SELECT room_use.id, room_use.sitting_id, room_use.room_id, room_use.site_id, room_use.site_path,
                 room_use.ordinal, room_use.room_code, room_use.room_name, room_use.room_name_en, room_use.row_count,
                 room_use.column_count, room_use.blocked, room_use.places
                 FROM standing_room_use AS room_use
                 WHERE room_use.batch_code = $1 ORDER BY room_use.site_path, room_use.ordinal, room_use.id";
    ROOM_USES_OF_SITE = "SELECT room_use.id, room_use.sitting_id, room_use.room_id, room_use.site_id, room_use.site_path,
                 room_use.ordinal, room_use.room_code, room_use.room_name, room_use.room_name_en, room_use.row_count,
                 room_use.column_count, room_use.blocked, room_use.places
                 FROM standing_room_use AS room_use
                 WHERE room_use.batch_code = $1 AND room_use.site_id = $2 ORDER BY room_use.ordinal, room_use.id";
    /// A room of another batch is not found.
    ROOM_USE = "SELECT room_use.id, room_use.sitting_id, room_use.room_id, room_use.site_id, room_use.site_path,
                 room_use.ordinal, room_use.room_code, room_use.room_name, room_use.room_name_en, room_use.row_count,
                 room_use.column_count, room_use.blocked, room_use.places
                FROM standing_room_use AS room_use WHERE room_use.id = $1 AND room_use.batch_code = $2";
    SEATS = "SELECT seat.id, seat.sitting_id, seat.room_use_id, room_use.site_id, room_use.room_code,
             room_use.room_name, room_use.ordinal, seat.number, seat.turn, seat.application_id, seat.occupation_code,
             seat.level_code, seat.form_letter
             FROM seat JOIN standing_room_use AS room_use ON room_use.id = seat.room_use_id
             WHERE room_use.batch_code = $1
             ORDER BY room_use.starts_at, room_use.site_path, room_use.ordinal, seat.number, seat.id";
    SEAT = "SELECT seat.id, seat.sitting_id, seat.room_use_id, room_use.site_id, room_use.room_code,
            room_use.room_name, room_use.ordinal, seat.number, seat.turn, seat.application_id, seat.occupation_code,
            seat.level_code, seat.form_letter
            FROM seat JOIN standing_room_use AS room_use ON room_use.id = seat.room_use_id
            WHERE seat.id = $1 AND room_use.batch_code = $2";
    SEATS_OF_SITE = "SELECT seat.id, seat.sitting_id, seat.room_use_id, room_use.site_id, room_use.room_code,
             room_use.room_name, room_use.ordinal, seat.number, seat.turn, seat.application_id, seat.occupation_code,
             seat.level_code, seat.form_letter
             FROM seat JOIN standing_room_use AS room_use ON room_use.id = seat.room_use_id
             WHERE room_use.batch_code = $1 AND room_use.site_id = $2
             ORDER BY room_use.starts_at, room_use.ordinal, seat.number, seat.id";
    ROOM_PAPERS = "SELECT seat.room_use_id, seat.occupation_code, seat.level_code, seat.form_letter, COUNT(*) AS count
                   FROM seat JOIN standing_room_use AS room_use ON room_use.id = seat.room_use_id
                   WHERE room_use.batch_code = $1 AND (CAST($2 AS TEXT) IS NULL OR room_use.site_id = $2)
                   GROUP BY seat.room_use_id, seat.occupation_code, seat.level_code, seat.form_letter
                   ORDER BY seat.room_use_id, seat.occupation_code DESC, seat.level_code DESC, seat.form_letter";
    FIGURES = "SELECT rooms.site_id, COUNT(*) AS rooms,
               CAST(SUM(CASE WHEN rooms.papers > 1 THEN 1 ELSE 0 END) AS BIGINT) AS rooms_mixed,
               (SELECT CAST(SUM(sitting_site.rooms_least) AS BIGINT) FROM sitting_site
                JOIN sitting ON sitting.id = sitting_site.sitting_id
                WHERE sitting.batch_code = $1 AND sitting_site.site_id = rooms.site_id) AS rooms_least
               FROM (SELECT room_use.site_id, room_use.id,
                     COUNT(DISTINCT seat.occupation_code || '/' || seat.level_code) AS papers
                     FROM seat JOIN standing_room_use AS room_use ON room_use.id = seat.room_use_id
                     WHERE room_use.batch_code = $1 GROUP BY room_use.site_id, room_use.id) AS rooms
               GROUP BY rooms.site_id ORDER BY rooms.site_id";
    SEATS_OF_SITTING = "SELECT seat.id, seat.sitting_id, seat.room_use_id, room_use.site_id, room_use.room_code,
             room_use.room_name, room_use.ordinal, seat.number, seat.turn, seat.application_id, seat.occupation_code,
             seat.level_code, seat.form_letter
             FROM seat JOIN standing_room_use AS room_use ON room_use.id = seat.room_use_id
                        WHERE seat.sitting_id = $1
                        ORDER BY room_use.site_path, room_use.ordinal, seat.number, seat.id";
    SEATS_OF_ROOM = "SELECT seat.id, seat.sitting_id, seat.room_use_id, room_use.site_id, room_use.room_code,
             room_use.room_name, room_use.ordinal, seat.number, seat.turn, seat.application_id, seat.occupation_code,
             seat.level_code, seat.form_letter
             FROM seat JOIN standing_room_use AS room_use ON room_use.id = seat.room_use_id
                     WHERE seat.room_use_id = $1 ORDER BY seat.number, seat.id";
    SEATS_OF_KIND = "SELECT seat.id, seat.sitting_id, seat.room_use_id, room_use.site_id, room_use.room_code,
                     room_use.room_name, room_use.ordinal, seat.number, seat.turn, seat.application_id,
                     seat.occupation_code, seat.level_code, seat.form_letter
                     FROM seat JOIN standing_room_use AS room_use ON room_use.id = seat.room_use_id
                     JOIN sitting ON sitting.id = seat.sitting_id
                     WHERE sitting.batch_code = $1 AND room_use.site_id = $2 AND sitting.component_kind = $3
                     ORDER BY sitting.starts_at, room_use.ordinal, seat.number, seat.id";
    SEATED_AT = "SELECT DISTINCT seat.application_id, room_use.site_id
                 FROM seat JOIN standing_room_use AS room_use ON room_use.id = seat.room_use_id
                 WHERE room_use.batch_code = $1 ORDER BY seat.application_id, room_use.site_id";
    SEATS_OF_APPLICATION = "SELECT seat.id, seat.sitting_id, seat.room_use_id, room_use.site_id, room_use.room_code,
             room_use.room_name, room_use.ordinal, seat.number, seat.turn, seat.application_id, seat.occupation_code,
             seat.level_code, seat.form_letter
             FROM seat JOIN standing_room_use AS room_use ON room_use.id = seat.room_use_id
                            WHERE seat.application_id = $1 ORDER BY room_use.starts_at, seat.id";
}

/// Rooms named in one statement.
const ROOMS_AT_ONCE: usize = 1000;

/// A sitting beside one of its papers; nothing there while it has none.
#[derive(FromRow)]
struct SittingRow {
    #[sqlx(flatten)]
    sitting: Sitting,
    occupation_code: Option<OccupationCode>,
    level_code: Option<LevelCode>,
}

/// Each sitting once, with its papers.
fn gathered(rows: Vec<SittingRow>) -> Vec<Sitting> {
    let mut sittings: Vec<Sitting> = Vec::new();
    for row in rows {
        if sittings.last().is_none_or(|last| last.id != row.sitting.id) {
            sittings.push(row.sitting);
        }
        let paper = row.occupation_code.zip(row.level_code);
        let paper = paper.map(|(occupation, level)| PaperKey { occupation, level });
        if let Some(last) = sittings.last_mut() {
            last.papers.extend(paper);
        }
    }
    sittings
}

/// The sittings of a batch, in order of time.
///
/// # Errors
/// Storage.
pub async fn sittings(tx: &mut Tx, batch: &BatchCode) -> sqlx::Result<Vec<Sitting>> {
    on!(tx, |conn| sqlx::query_as(SITTINGS).bind(batch).fetch_all(conn).await).map(gathered)
}

/// One sitting.
///
/// # Errors
/// Storage.
pub async fn sitting(tx: &mut Tx, id: &str) -> sqlx::Result<Option<Sitting>> {
    let rows = on!(tx, |conn| sqlx::query_as(SITTING).bind(id).fetch_all(conn).await)?;
    Ok(gathered(rows).pop())
}

/// The sites of every sitting of a batch.
///
/// # Errors
/// Storage.
pub async fn sitting_sites(tx: &mut Tx, batch: &BatchCode) -> sqlx::Result<Vec<SittingSite>> {
    on!(tx, |conn| sqlx::query_as(SITES).bind(batch).fetch_all(conn).await)
}

/// The exam rooms of a batch, by site and number.
///
/// # Errors
/// Storage.
pub async fn room_uses(tx: &mut Tx, batch: &BatchCode) -> sqlx::Result<Vec<RoomUse>> {
    on!(tx, |conn| sqlx::query_as(ROOM_USES).bind(batch).fetch_all(conn).await)
}

/// The exam rooms of one site, by number.
///
/// # Errors
/// Storage.
pub async fn room_uses_of_site(tx: &mut Tx, batch: &BatchCode, site: &SiteId) -> sqlx::Result<Vec<RoomUse>> {
    on!(tx, |conn| sqlx::query_as(ROOM_USES_OF_SITE).bind(batch).bind(site).fetch_all(conn).await)
}

/// One exam room of a batch.
///
/// # Errors
/// Storage.
pub async fn room_use(tx: &mut Tx, batch: &BatchCode, id: &str) -> sqlx::Result<Option<RoomUse>> {
    on!(tx, |conn| sqlx::query_as(ROOM_USE).bind(id).bind(batch).fetch_optional(conn).await)
}

/// Every seat of a batch, by time, site, room and number.
///
/// # Errors
/// Storage.
pub async fn seats(tx: &mut Tx, batch: &BatchCode) -> sqlx::Result<Vec<Seat>> {
    on!(tx, |conn| sqlx::query_as(SEATS).bind(batch).fetch_all(conn).await)
}

/// One seat of a batch.
///
/// # Errors
/// Storage.
pub async fn seat(tx: &mut Tx, batch: &BatchCode, id: &str) -> sqlx::Result<Option<Seat>> {
    on!(tx, |conn| sqlx::query_as(SEAT).bind(id).bind(batch).fetch_optional(conn).await)
}

/// Every seat of one site, by time, room and number.
///
/// # Errors
/// Storage.
pub async fn seats_of_site(tx: &mut Tx, batch: &BatchCode, site: &SiteId) -> sqlx::Result<Vec<Seat>> {
    on!(tx, |conn| sqlx::query_as(SEATS_OF_SITE).bind(batch).bind(site).fetch_all(conn).await)
}

/// Every seat of one sitting, by site, room and number.
///
/// # Errors
/// Storage.
pub async fn seats_of_sitting(tx: &mut Tx, sitting: &str) -> sqlx::Result<Vec<Seat>> {
    on!(tx, |conn| sqlx::query_as(SEATS_OF_SITTING).bind(sitting).fetch_all(conn).await)
}

/// How many seats are taken in each of these rooms; a room without any is left out.
///
/// # Errors
/// Storage.
pub async fn seat_counts(tx: &mut Tx, rooms: &[&str]) -> sqlx::Result<HashMap<String, i64>> {
    let mut counts = HashMap::new();
    for chunk in rooms.chunks(ROOMS_AT_ONCE) {
        let rows: Vec<(String, i64)> = on!(tx, |conn| {
            let mut query =
                QueryBuilder::new("SELECT room_use_id, COUNT(*) FROM seat WHERE room_use_id IN (");
            let mut list = query.separated(", ");
            for room in chunk {
                list.push_bind(*room);
            }
            query.push(") GROUP BY room_use_id ORDER BY room_use_id");
            query.build_query_as().persistent(false).fetch_all(conn).await
        })?;
        counts.extend(rows);
    }
    Ok(counts)
}

/// The seats of one exam room, by number.
///
/// # Errors
/// Storage.
pub async fn seats_of_room(tx: &mut Tx, room_use: &str) -> sqlx::Result<Vec<Seat>> {
    on!(tx, |conn| sqlx::query_as(SEATS_OF_ROOM).bind(room_use).fetch_all(conn).await)
}

/// Every seat at one site for one kind of part, by time, room and number.
///
/// # Errors
/// Storage.
pub async fn seats_of_kind(
    tx: &mut Tx,
    batch: &BatchCode,
    site: &venue::SiteId,
    kind: ComponentKind,
) -> sqlx::Result<Vec<Seat>> {
    on!(tx, |conn| sqlx::query_as(SEATS_OF_KIND).bind(batch).bind(site).bind(kind).fetch_all(conn).await)
}

/// Where one candidate sits, in order of time.
///
/// # Errors
/// Storage.
pub async fn seats_of_application(tx: &mut Tx, application: &str) -> sqlx::Result<Vec<Seat>> {
    on!(tx, |conn| sqlx::query_as(SEATS_OF_APPLICATION).bind(application).fetch_all(conn).await)
}

/// At which site each candidate of a batch sits, by application; somebody with parts at two sites stands
/// here with both.
///
/// # Errors
/// Storage.
pub async fn seated_at(tx: &mut Tx, batch: &BatchCode) -> sqlx::Result<Vec<(String, SiteId)>> {
    on!(tx, |conn| sqlx::query_as(SEATED_AT).bind(batch).fetch_all(conn).await)
}

/// How many of each paper and form sit in every exam room of a batch, or of one of its sites.
///
/// # Errors
/// Storage.
pub async fn room_papers(
    tx: &mut Tx,
    batch: &BatchCode,
    site: Option<&SiteId>,
) -> sqlx::Result<Vec<RoomPaper>> {
    on!(tx, |conn| sqlx::query_as(ROOM_PAPERS).bind(batch).bind(site).fetch_all(conn).await)
}

/// What each site takes of a batch, counted; none of a site that is not drawn.
///
/// # Errors
/// Storage.
pub async fn site_figures(tx: &mut Tx, batch: &BatchCode) -> sqlx::Result<Vec<SiteFigures>> {
    on!(tx, |conn| sqlx::query_as(FIGURES).bind(batch).fetch_all(conn).await)
}
