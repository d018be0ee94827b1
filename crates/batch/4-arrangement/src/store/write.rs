//! Writing a drawn plan in small steps, while nobody sees the site.
use ::store::{Tx, on, queries};
use kernel::BatchCode;
use sqlx::QueryBuilder;
use venue::SiteId;

use super::row::{NewPlan, RoomUse, Seat};

/// Rows a statement: within the bound parameters of either engine, 13 a row at most.
const ROWS: usize = 1000;

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
    for chunk in rooms.chunks(ROWS) {
        on!(&mut *tx, |conn| {
            let mut insert = QueryBuilder::new(
                "INSERT INTO room_use (id, sitting_id, room_id, site_id, site_path, ordinal, room_code, room_name,
                 room_name_en, row_count, column_count, blocked, places) ",
            );
            insert.push_values(chunk, |mut row, room| {
                row.push_bind(&room.id)
                    .push_bind(&room.sitting_id)
                    .push_bind(&room.room_id)
                    .push_bind(&room.site_id)
                    .push_bind(&room.site_path)
                    .push_bind(room.ordinal)
                    .push_bind(&room.room_code)
                    .push_bind(&room.room_name)
                    .push_bind(&room.room_name_en)
                    .push_bind(room.row_count)
                    .push_bind(room.column_count)
                    .push_bind(room.blocked.text())
                    .push_bind(room.places);
            });
            insert.build().execute(conn).await.map(|_| ())
        })?;
    }
    Ok(())
}

/// Writes seats whose rooms stand.
pub(crate) async fn insert_seats(tx: &mut Tx, seats: &[Seat]) -> sqlx::Result<()> {
    for chunk in seats.chunks(ROWS) {
        on!(&mut *tx, |conn| {
            let mut insert = QueryBuilder::new(
                "INSERT INTO seat (id, sitting_id, room_use_id, number, turn, application_id, occupation_code,
                 level_code, form_letter) ",
            );
            insert.push_values(chunk, |mut row, seat| {
                row.push_bind(&seat.id)
                    .push_bind(&seat.sitting_id)
                    .push_bind(&seat.room_use_id)
                    .push_bind(seat.number)
                    .push_bind(seat.turn)
                    .push_bind(&seat.application_id)
                    .push_bind(&seat.occupation_code)
                    .push_bind(&seat.level_code)
                    .push_bind(&seat.form_letter);
            });
            insert.build().execute(conn).await.map(|_| ())
        })?;
    }
    Ok(())
}
