//! Moves: who was put on another seat, why, and what was taken back.
use ::store::{Tx, on, queries, was_changed};
use kernel::{BatchCode, UnixMicros};
use sqlx::FromRow;
use venue::SiteId;

use crate::rules::moving::{MoveReason, Spot};

/// Somebody on the way from one seat to another has this much on their number, so that nobody meets.
const ASIDE: i64 = 1_000_000;

/// One move.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub(crate) struct Move {
    pub id: String,
    pub batch_code: BatchCode,
    pub site_id: SiteId,
    pub sitting_id: String,
    pub draw: i64,
    pub number: i64,
    pub application_id: String,
    pub from_room_use_id: String,
    pub from_number: i64,
    pub to_room_use_id: String,
    pub to_number: i64,
    pub swapped_application_id: Option<String>,
    pub reason: MoveReason,
    pub words_sealed: String,
    pub moved_by: String,
    pub moved_at: UnixMicros,
    pub undone_at: Option<UnixMicros>,
}

impl Move {
    /// Whether it stands because somebody needs the place.
    pub fn is_needed(&self) -> bool {
        self.reason == MoveReason::SpecialNeed && self.undone_at.is_none()
    }
}

/// A move as a page shows it: with who made it, and the numbers of both rooms.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct NamedMove {
    #[sqlx(flatten)]
    pub row: Move,
    pub moved_by_name: String,
    pub from_ordinal: Option<i64>,
    pub to_ordinal: Option<i64>,
}

queries! {
    INSERT = "INSERT INTO seat_move (id, batch_code, site_id, sitting_id, draw, number, application_id, from_room_use_id,
              from_number, to_room_use_id, to_number, swapped_application_id, reason, words_sealed, moved_by, moved_at,
              undone_by, undone_at)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, NULL, NULL)";
    NUMBER = "SELECT COALESCE(MAX(number), 0) FROM seat_move WHERE batch_code = $1 AND site_id = $2";
    /// Newest first; a new draw begins with none.
    NAMED_MOVES = "SELECT m.id, m.batch_code, m.site_id, m.sitting_id, m.draw, m.number, m.application_id,
             m.from_room_use_id, m.from_number, m.to_room_use_id, m.to_number, m.swapped_application_id, m.reason,
             m.words_sealed, m.moved_by, m.moved_at, m.undone_at, a.display_name AS moved_by_name,
             f.ordinal AS from_ordinal, t.ordinal AS to_ordinal
             FROM seat_move m JOIN account a ON a.id = m.moved_by
             LEFT JOIN room_use f ON f.id = m.from_room_use_id LEFT JOIN room_use t ON t.id = m.to_room_use_id
             WHERE m.batch_code = $1 AND m.site_id = $2 AND m.draw = $3 ORDER BY m.number DESC";
    LAST = "SELECT id, batch_code, site_id, sitting_id, draw, number, application_id, from_room_use_id, from_number,
            to_room_use_id, to_number, swapped_application_id, reason, words_sealed, moved_by, moved_at, undone_at
            FROM seat_move WHERE batch_code = $1 AND site_id = $2 AND draw = $3 AND undone_at IS NULL
            ORDER BY number DESC LIMIT 1";
    UNDO = "UPDATE seat_move SET undone_by = $2, undone_at = $3 WHERE id = $1 AND undone_at IS NULL";
    NEEDED = "SELECT to_room_use_id, to_number, application_id FROM seat_move WHERE batch_code = $1 AND site_id = $2
              AND draw = $3 AND reason = 'special_need' AND undone_at IS NULL ORDER BY number";
    PLACE = "UPDATE seat SET room_use_id = $5, number = $6, turn = $7, form_letter = $8
             WHERE sitting_id = $1 AND application_id = $2 AND room_use_id = $3 AND number = $4";
    ASIDE_SEAT = "UPDATE seat SET number = number + $5
                  WHERE sitting_id = $1 AND application_id = $2 AND room_use_id = $3 AND number = $4";
}

/// Writes down a move that was made.
pub(crate) async fn insert(tx: &mut Tx, row: &Move) -> sqlx::Result<()> {
    on!(tx, |conn| sqlx::query(INSERT)
        .bind(&row.id)
        .bind(&row.batch_code)
        .bind(&row.site_id)
        .bind(&row.sitting_id)
        .bind(row.draw)
        .bind(row.number)
        .bind(&row.application_id)
        .bind(&row.from_room_use_id)
        .bind(row.from_number)
        .bind(&row.to_room_use_id)
        .bind(row.to_number)
        .bind(&row.swapped_application_id)
        .bind(row.reason)
        .bind(&row.words_sealed)
        .bind(&row.moved_by)
        .bind(row.moved_at)
        .execute(conn)
        .await
        .map(|_| ()))
}

/// The number of the last move at a site, 0 before the first. The caller holds the site.
pub(crate) async fn last_number(tx: &mut Tx, batch: &BatchCode, site: &SiteId) -> sqlx::Result<i64> {
    on!(tx, |conn| sqlx::query_scalar(NUMBER).bind(batch).bind(site).fetch_one(conn).await)
}

/// The moves of a draw, newest first, those that were taken back among them.
pub(crate) async fn moves(
    tx: &mut Tx,
    batch: &BatchCode,
    site: &SiteId,
    draw: i64,
) -> sqlx::Result<Vec<NamedMove>> {
    on!(tx, |conn| sqlx::query_as(NAMED_MOVES).bind(batch).bind(site).bind(draw).fetch_all(conn).await)
}

/// The last move of a draw that stands.
pub(crate) async fn last_standing(
    tx: &mut Tx,
    batch: &BatchCode,
    site: &SiteId,
    draw: i64,
) -> sqlx::Result<Option<Move>> {
    on!(tx, |conn| sqlx::query_as(LAST).bind(batch).bind(site).bind(draw).fetch_optional(conn).await)
}

/// Notes that a move was taken back; `false` when it was already.
pub(crate) async fn note_undone(tx: &mut Tx, id: &str, by: &str, now: UnixMicros) -> sqlx::Result<bool> {
    on!(tx, |conn| sqlx::query(UNDO)
        .bind(id)
        .bind(by)
        .bind(now)
        .execute(conn)
        .await
        .map(|done| was_changed(done.rows_affected())))
}

/// The places people were moved to because they need them: exam room, number, application.
pub(crate) async fn needed_places(
    tx: &mut Tx,
    batch: &BatchCode,
    site: &SiteId,
    draw: i64,
) -> sqlx::Result<Vec<(String, i64, String)>> {
    on!(tx, |conn| sqlx::query_as(NEEDED).bind(batch).bind(site).bind(draw).fetch_all(conn).await)
}

/// Puts somebody from the place where they were seen on another that is free; `false` when they are
/// not there any more.
pub(crate) async fn place(tx: &mut Tx, sitting: &str, from: (&str, i64), spot: &Spot) -> sqlx::Result<bool> {
    on!(tx, |conn| sqlx::query(PLACE)
        .bind(sitting)
        .bind(&spot.application)
        .bind(from.0)
        .bind(from.1)
        .bind(&spot.room_use)
        .bind(spot.number)
        .bind(spot.turn)
        .bind(spot.letter.text())
        .execute(conn)
        .await
        .map(|done| was_changed(done.rows_affected())))
}

/// Lets two people change places; `false` when one of them is not where they were seen.
pub(crate) async fn swap(tx: &mut Tx, sitting: &str, mover: &Spot, partner: &Spot) -> sqlx::Result<bool> {
    let (from, to) = ((partner.room_use.as_str(), partner.number), (mover.room_use.as_str(), mover.number));
    let is_aside = on!(&mut *tx, |conn| sqlx::query(ASIDE_SEAT)
        .bind(sitting)
        .bind(&mover.application)
        .bind(from.0)
        .bind(from.1)
        .bind(ASIDE)
        .execute(conn)
        .await
        .map(|done| was_changed(done.rows_affected())))?;
    Ok(is_aside
        && place(tx, sitting, to, partner).await?
        && place(tx, sitting, (from.0, from.1 + ASIDE), mover).await?)
}
