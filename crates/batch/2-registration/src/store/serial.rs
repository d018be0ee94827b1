//! Serials: who stands under which at a registration point.
use ::store::{Tx, on};
use kernel::{BatchCode, OrgPath};
use person::PersonId;
use sqlx::{FromRow, QueryBuilder};

/// Serials in one statement.
const BULK: usize = 1000;

/// Who stands under a serial at a registration point.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct SerialHolder {
    pub point_path: OrgPath,
    pub serial: i64,
    pub person_id: PersonId,
}

/// Who stands under these serials, also by a roster that is being taken in.
pub(crate) async fn serial_holders(
    tx: &mut Tx,
    batch: &BatchCode,
    serials: &[i64],
) -> sqlx::Result<Vec<SerialHolder>> {
    let mut found = Vec::new();
    for chunk in serials.chunks(BULK) {
        let rows: Vec<SerialHolder> = on!(&mut *tx, |conn| {
            let mut query = QueryBuilder::new(
                "SELECT point_path, serial, person_id FROM application WHERE status <> 'withdrawn' AND batch_code = ",
            );
            query.push_bind(batch).push(" AND serial IN (");
            let mut list = query.separated(", ");
            for serial in chunk {
                list.push_bind(*serial);
            }
            query.push(") ORDER BY id");
            query.build_query_as().fetch_all(conn).await
        })?;
        found.extend(rows);
    }
    Ok(found)
}
