//! Orders to accept many: the rows, and how far their jobs have come.
use ::store::{Tx, on, queries, was_changed};
use kernel::{BatchCode, LevelCode, OccupationCode, OrgPath, UnixMicros};
use registration::ApplicationId;
use sqlx::FromRow;

use super::queue::{Filter, Place};
use crate::rules::state::State;

/// An order to accept what waits and is proposed to be accepted.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub(crate) struct Acceptance {
    pub id: String,
    pub batch_code: BatchCode,
    pub occupation_code: Option<OccupationCode>,
    pub level_code: Option<LevelCode>,
    pub point_path: Option<OrgPath>,
    pub last_serial: i64,
    pub last_application: ApplicationId,
    pub looked_count: i64,
    pub accepted_count: i64,
}

impl Acceptance {
    /// What it looks through.
    pub fn filter(&self) -> Filter {
        Filter {
            state: Some(State::Pending),
            occupation: self.occupation_code.clone(),
            level: self.level_code.clone(),
            point: self.point_path.clone(),
            serial: None,
        }
    }

    /// The last application it looked at.
    pub fn place(&self) -> Place {
        Place { serial: self.last_serial, application_id: self.last_application.clone() }
    }
}

queries! {
    INSERT = "INSERT INTO admission_acceptance (id, batch_code, occupation_code, level_code, point_path, last_serial,
              last_application, looked_count, accepted_count, ordered_by, ordered_at)
              VALUES ($1, $2, $3, $4, $5, -1, '', 0, 0, $6, $7)";
    ACCEPTANCE = "SELECT id, batch_code, occupation_code, level_code, point_path, last_serial, last_application,
                  looked_count, accepted_count FROM admission_acceptance WHERE id = $1";
    ADVANCE = "UPDATE admission_acceptance SET last_serial = $3, last_application = $4,
               looked_count = looked_count + $5, accepted_count = accepted_count + $6
               WHERE id = $1 AND looked_count = $2";
}

/// Writes an order.
pub(crate) async fn insert(
    tx: &mut Tx,
    id: &str,
    batch: &BatchCode,
    filter: &Filter,
    (by, now): (&str, UnixMicros),
) -> sqlx::Result<()> {
    on!(tx, |conn| sqlx::query(INSERT)
        .bind(id)
        .bind(batch)
        .bind(&filter.occupation)
        .bind(&filter.level)
        .bind(&filter.point)
        .bind(by)
        .bind(now)
        .execute(conn)
        .await
        .map(|_| ()))
}

/// One order.
pub(crate) async fn acceptance(tx: &mut Tx, id: &str) -> sqlx::Result<Option<Acceptance>> {
    on!(tx, |conn| sqlx::query_as(ACCEPTANCE).bind(id).fetch_optional(conn).await)
}

/// Says how far an order has come; `false` when it was further already.
pub(crate) async fn advance(
    tx: &mut Tx,
    order: &Acceptance,
    to: &Place,
    (looked, accepted): (i64, i64),
) -> sqlx::Result<bool> {
    on!(tx, |conn| sqlx::query(ADVANCE)
        .bind(&order.id)
        .bind(order.looked_count)
        .bind(to.serial)
        .bind(&to.application_id)
        .bind(looked)
        .bind(accepted)
        .execute(conn)
        .await
        .map(|done| was_changed(done.rows_affected())))
}
