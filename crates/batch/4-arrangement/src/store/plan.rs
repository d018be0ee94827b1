//! The plan as a whole: drawn, drawn again, confirmed.
use ::store::{Tx, on, queries, was_changed};
use kernel::{BatchCode, UnixMicros};
use sqlx::QueryBuilder;

use super::row::{NewPlan, SeatPlan};
use crate::rules::PlanStatus;

/// Rows a statement: within the bound parameters of either engine, 13 a row at most.
const ROWS: usize = 1000;

queries! {
    SEAT_PLAN = "SELECT status, version, draws, seed, population, chance, digest, drawn_at, confirmed_at
                 FROM seat_plan WHERE batch_code = $1";
    FIRST_DRAW = "INSERT INTO seat_plan (batch_code, status, version, draws, seed, population, chance, digest,
                  drawn_at, confirmed_at) VALUES ($1, 'drafted', 1, 1, $2, $3, $4, $5, $6, NULL)
                  ON CONFLICT (batch_code) DO NOTHING";
    /// Draws again only if nobody drew or confirmed since the caller's page was made.
    DRAW_AGAIN = "UPDATE seat_plan SET seed = $2, population = $3, chance = $4, digest = $5, drawn_at = $6,
                  draws = draws + 1, version = version + 1 WHERE batch_code = $1 AND version = $7 AND status = 'drafted'";
    CONFIRM = "UPDATE seat_plan SET status = 'confirmed', confirmed_at = $2, version = version + 1
               WHERE batch_code = $1 AND version = $3 AND status = 'drafted'";
    CLEAR_SEATS = "DELETE FROM seat WHERE sitting_id IN (SELECT id FROM sitting WHERE batch_code = $1)";
    CLEAR_ROOMS = "DELETE FROM room_use WHERE sitting_id IN (SELECT id FROM sitting WHERE batch_code = $1)";
    CLEAR_SITES = "DELETE FROM sitting_site WHERE sitting_id IN (SELECT id FROM sitting WHERE batch_code = $1)";
    CLEAR_LEVELS = "DELETE FROM sitting_level WHERE sitting_id IN (SELECT id FROM sitting WHERE batch_code = $1)";
    CLEAR_SITTINGS = "DELETE FROM sitting WHERE batch_code = $1";
    INSERT_SITTING = "INSERT INTO sitting (id, batch_code, component_kind, delivery, starts_at, ends_at, minutes,
                      name_zh, name_en) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    INSERT_LEVEL = "INSERT INTO sitting_level (sitting_id, occupation_code, level_code) VALUES ($1, $2, $3)";
    INSERT_SITE = "INSERT INTO sitting_site (sitting_id, site_id, candidates, turns, rooms_least, rooms_unmixed)
                   VALUES ($1, $2, $3, $4, $5, $6)";
}

/// What a draw is repeated from and what it gave, in hexadecimal digits.
#[derive(Debug, Clone)]
pub(crate) struct Draw {
    pub seed: String,
    pub population: String,
    pub chance: String,
    pub digest: String,
}

/// The seat plan of a batch, if one was drawn.
///
/// # Errors
/// Storage.
pub async fn seat_plan(tx: &mut Tx, batch: &BatchCode) -> sqlx::Result<Option<SeatPlan>> {
    on!(tx, |conn| sqlx::query_as(SEAT_PLAN).bind(batch).fetch_optional(conn).await)
}

/// Whether the seat plan of a batch is confirmed.
///
/// # Errors
/// Storage.
pub async fn is_confirmed(tx: &mut Tx, batch: &BatchCode) -> sqlx::Result<bool> {
    Ok(seat_plan(tx, batch).await?.is_some_and(|plan| plan.status == PlanStatus::Confirmed))
}

/// Takes the plan's row for a draw; `false` when somebody was faster. `seen` is 0 for the first draw.
pub(crate) async fn begin_draw(
    tx: &mut Tx,
    batch: &BatchCode,
    seen: i64,
    draw: &Draw,
    now: UnixMicros,
) -> sqlx::Result<bool> {
    let statement = if seen == 0 { FIRST_DRAW } else { DRAW_AGAIN };
    on!(tx, |conn| {
        let mut query = sqlx::query(statement)
            .bind(batch)
            .bind(&draw.seed)
            .bind(&draw.population)
            .bind(&draw.chance)
            .bind(&draw.digest)
            .bind(now);
        if seen != 0 {
            query = query.bind(seen);
        }
        query.execute(conn).await.map(|done| was_changed(done.rows_affected()))
    })
}

/// Confirms the plan; `false` when it was changed since the caller's page was made.
pub(crate) async fn confirm(
    tx: &mut Tx,
    batch: &BatchCode,
    seen: i64,
    now: UnixMicros,
) -> sqlx::Result<bool> {
    on!(tx, |conn| sqlx::query(CONFIRM)
        .bind(batch)
        .bind(now)
        .bind(seen)
        .execute(conn)
        .await
        .map(|done| was_changed(done.rows_affected())))
}

/// Puts a plan in the place of the one before. The caller holds the plan's row.
pub(crate) async fn replace_plan(tx: &mut Tx, batch: &BatchCode, plan: &NewPlan) -> sqlx::Result<()> {
    for clear in [CLEAR_SEATS, CLEAR_ROOMS, CLEAR_SITES, CLEAR_LEVELS, CLEAR_SITTINGS] {
        on!(&mut *tx, |conn| sqlx::query(clear).bind(batch).execute(conn).await.map(|_| ()))?;
    }
    insert_sittings(tx, plan).await?;
    insert_rooms(tx, plan).await?;
    insert_seats(tx, plan).await
}

async fn insert_sittings(tx: &mut Tx, plan: &NewPlan) -> sqlx::Result<()> {
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
    Ok(())
}

async fn insert_rooms(tx: &mut Tx, plan: &NewPlan) -> sqlx::Result<()> {
    for chunk in plan.rooms.chunks(ROWS) {
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

async fn insert_seats(tx: &mut Tx, plan: &NewPlan) -> sqlx::Result<()> {
    for chunk in plan.seats.chunks(ROWS) {
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
