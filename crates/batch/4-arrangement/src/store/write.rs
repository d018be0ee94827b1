//! Writing a drawn plan in small steps, while nobody sees the site.
use ::store::{Many, Tx, on, queries};
use kernel::BatchCode;
use venue::SiteId;

use super::row::{NewPlan, RoomUse, Seat};

queries! {
    CLEAR_SEATS = "DELETE FROM seat WHERE id IN (SELECT seat.id FROM seat JOIN room_use ON room_use.id = seat.room_use_id
                   JOIN sitting ON sitting.id = room_use.sitting_id
                   WHERE sitting.batch_code = $1 AND room_use.site_id = $2 LIMIT $3)";
    CLEAR_ROOMS = "DELETE FROM room_use WHERE site_id = $2
                   AND sitting_id IN (SELECT id FROM sitting WHERE batch_code = $1)";
    CLEAR_SITES = "DELETE FROM sitting_site WHERE site_id = $2
                   AND sitting_id IN (SELECT id FROM sitting WHERE batch_code = $1)";
    INSERT_SITTING = "INSERT INTO sitting (id, batch_code, component_kind, delivery, starts_at, ends_at, minutes,
                      name_zh, name_en) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
                      ON CONFLICT (batch_code, component_kind, delivery, starts_at, minutes) DO NOTHING";
    INSERT_LEVEL = "INSERT INTO sitting_level (sitting_id, occupation_code, level_code) VALUES ($1, $2, $3)
                    ON CONFLICT (sitting_id, occupation_code, level_code) DO NOTHING";
    INSERT_SITE = "INSERT INTO sitting_site (sitting_id, site_id, candidates, turns, rooms_least, rooms_unmixed)
                   VALUES ($1, $2, $3, $4, $5, $6)";
    /// A sitting ends when the last group of any of its sites does.
    SET_ENDS = "UPDATE sitting SET ends_at = starts_at + minutes * $2 * (SELECT COALESCE(MAX(sitting_site.turns), 1)
                FROM sitting_site WHERE sitting_site.sitting_id = sitting.id) WHERE batch_code = $1";
}

/// A minute in the unit of instants.
const MINUTE_MICROS: i64 = 60_000_000;

/// Removes some of the seats of a site, then its rooms; how many seats it was, 0 when all is gone. The
/// caller holds the site, and nobody sees it.
pub(crate) async fn clear_some(
    tx: &mut Tx,
    batch: &BatchCode,
    site: &SiteId,
    at_most: i64,
) -> sqlx::Result<u64> {
    let seats = on!(&mut *tx, |conn| sqlx::query(CLEAR_SEATS)
        .bind(batch)
        .bind(site)
        .bind(at_most)
        .execute(conn)
        .await
        .map(|done| done.rows_affected()))?;
    if seats == 0 {
        for clear in [CLEAR_ROOMS, CLEAR_SITES] {
            on!(&mut *tx, |conn| sqlx::query(clear).bind(batch).bind(site).execute(conn).await.map(|_| ()))?;
        }
    }
    Ok(seats)
}

/// Writes the sittings that are not known yet; rows of sites and rooms come in [`insert_ground`].
pub(crate) async fn insert_sittings(tx: &mut Tx, plan: &NewPlan) -> sqlx::Result<()> {
    for sitting in &plan.sittings {
        on!(&mut *tx, |conn| sqlx::query(INSERT_SITTING)
            .bind(&sitting.id)
            .bind(&sitting.batch_code)
            .bind(sitting.component_kind)
            .bind(sitting.delivery)
            .bind(sitting.starts_at)
            .bind(sitting.ends_at)
            .bind(sitting.minutes)
            .bind(&sitting.name_zh)
            .bind(&sitting.name_en)
            .execute(conn)
            .await
            .map(|_| ()))?;
        for paper in &sitting.papers {
            on!(&mut *tx, |conn| sqlx::query(INSERT_LEVEL)
                .bind(&sitting.id)
                .bind(&paper.occupation)
                .bind(&paper.level)
                .execute(conn)
                .await
                .map(|_| ()))?;
        }
    }
    Ok(())
}

/// Writes what a site needs of each sitting, and its rooms.
pub(crate) async fn insert_ground(tx: &mut Tx, plan: &NewPlan) -> sqlx::Result<()> {
    for site in &plan.sites {
        on!(&mut *tx, |conn| sqlx::query(INSERT_SITE)
            .bind(&site.sitting_id)
            .bind(&site.site_id)
            .bind(site.candidates)
            .bind(site.turns)
            .bind(site.rooms_least)
            .bind(site.rooms_unmixed)
            .execute(conn)
            .await
            .map(|_| ()))?;
    }
    insert_rooms(tx, &plan.rooms).await
}

/// Lets every sitting of a batch end with its last group.
pub(crate) async fn set_ends(tx: &mut Tx, batch: &BatchCode) -> sqlx::Result<()> {
    on!(tx, |conn| sqlx::query(SET_ENDS).bind(batch).bind(MINUTE_MICROS).execute(conn).await.map(|_| ()))
}

async fn insert_rooms(tx: &mut Tx, rooms: &[RoomUse]) -> sqlx::Result<()> {
    let mut rows = Many::new(
        "INSERT INTO room_use (id, sitting_id, room_id, site_id, site_path, ordinal, room_code, room_name,
         room_name_en, row_count, column_count, blocked, places) ",
        "",
    );
    for room in rooms {
        let row = rows.row().put(room.id.as_str()).put(room.sitting_id.as_str()).put(room.room_id.as_str());
        let row = row.put(room.site_id.as_str()).put(room.site_path.as_str()).put(room.ordinal);
        let row = row.put(room.room_code.as_str()).put(room.room_name.as_str());
        let row = row.put(room.room_name_en.as_str()).put(room.row_count).put(room.column_count);
        row.put(room.blocked.text()).put(room.places);
    }
    rows.write(tx).await.map(|_| ())
}

/// Writes seats whose rooms stand.
pub(crate) async fn insert_seats(tx: &mut Tx, seats: &[Seat]) -> sqlx::Result<()> {
    let mut rows = Many::new(
        "INSERT INTO seat (id, sitting_id, room_use_id, number, turn, application_id, occupation_code,
         level_code, form_letter) ",
        "",
    );
    for seat in seats {
        let row = rows.row().put(seat.id.as_str()).put(seat.sitting_id.as_str());
        let row = row.put(seat.room_use_id.as_str()).put(seat.number).put(seat.turn);
        let row = row.put(seat.application_id.as_str()).put(seat.occupation_code.as_str());
        row.put(seat.level_code.as_str()).put(seat.form_letter.as_str());
    }
    rows.write(tx).await.map(|_| ())
}
