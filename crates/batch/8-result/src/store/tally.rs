//! What was decided, counted once when it is decided: pages of a province read a few hundred rows.
use ::store::{Tx, on, queries};
use kernel::BatchCode;
use scheme::ComponentKind;
use sqlx::{FromRow, QueryBuilder};

use crate::rules::{Band, Tally};

/// Rows in one statement: nine values each.
const AT_ONCE: usize = 500;

/// The figures of one place, or, where a kind of part is named, how its scores are spread there.
#[derive(FromRow)]
struct FiguresRow {
    #[sqlx(flatten)]
    tally: Tally,
    kind: Option<ComponentKind>,
    band: i64,
    scores: i64,
    sum_centi: i64,
}

queries! {
    CLEAR_TALLIES = "DELETE FROM result_tally WHERE batch_code = $1";
    CLEAR_BANDS = "DELETE FROM result_band WHERE batch_code = $1";
    FIGURES = "SELECT occupation_code, level_code, point_path, admitted, present, pass, fail, absent,
               CAST(NULL AS TEXT) AS kind, CAST(0 AS BIGINT) AS band, CAST(0 AS BIGINT) AS scores,
               CAST(0 AS BIGINT) AS sum_centi FROM result_tally WHERE batch_code = $1
               UNION ALL SELECT occupation_code, level_code, point_path, 0, 0, 0, 0, 0, kind, band, scores, sum_centi
               FROM result_band WHERE batch_code = $1
               ORDER BY occupation_code, level_code, point_path, kind NULLS FIRST, band";
}

/// Forgets the figures of a batch that is decided anew.
///
/// # Errors
/// Storage.
pub async fn clear_tallies(tx: &mut Tx, batch: &BatchCode) -> sqlx::Result<()> {
    for statement in [CLEAR_TALLIES, CLEAR_BANDS] {
        on!(&mut *tx, |conn| sqlx::query(statement).bind(batch).execute(conn).await.map(|_| ()))?;
    }
    Ok(())
}

/// The figures of a batch, and how its scores are spread.
///
/// # Errors
/// Storage.
pub async fn figures(tx: &mut Tx, batch: &BatchCode) -> sqlx::Result<(Vec<Tally>, Vec<Band>)> {
    let rows: Vec<FiguresRow> = on!(tx, |conn| sqlx::query_as(FIGURES).bind(batch).fetch_all(conn).await)?;
    let (mut tallies, mut bands) = (Vec::new(), Vec::new());
    for FiguresRow { tally, kind, band, scores, sum_centi } in rows {
        let Some(kind) = kind else {
            tallies.push(tally);
            continue;
        };
        let Tally { occupation_code, level_code, point_path, .. } = tally;
        bands.push(Band { occupation_code, level_code, point_path, kind, band, scores, sum_centi });
    }
    Ok((tallies, bands))
}

/// Writes figures.
///
/// # Errors
/// Storage.
pub async fn insert_tallies(tx: &mut Tx, batch: &BatchCode, rows: &[Tally]) -> sqlx::Result<()> {
    for chunk in rows.chunks(AT_ONCE) {
        on!(&mut *tx, |conn| {
            let mut query = QueryBuilder::new(
                "INSERT INTO result_tally (batch_code, occupation_code, level_code, point_path, admitted, present,
                 pass, fail, absent) ",
            );
            query.push_values(chunk, |mut values, row| {
                values
                    .push_bind(batch)
                    .push_bind(&row.occupation_code)
                    .push_bind(&row.level_code)
                    .push_bind(&row.point_path)
                    .push_bind(row.admitted)
                    .push_bind(row.present)
                    .push_bind(row.pass)
                    .push_bind(row.fail)
                    .push_bind(row.absent);
            });
            query.build().persistent(false).execute(conn).await.map(|_| ())
        })?;
    }
    Ok(())
}

/// Writes how scores are spread.
///
/// # Errors
/// Storage.
pub async fn insert_bands(tx: &mut Tx, batch: &BatchCode, rows: &[Band]) -> sqlx::Result<()> {
    for chunk in rows.chunks(AT_ONCE) {
        on!(&mut *tx, |conn| {
            let mut query = QueryBuilder::new(
                "INSERT INTO result_band (batch_code, occupation_code, level_code, point_path, kind, band, scores,
                 sum_centi) ",
            );
            query.push_values(chunk, |mut values, row| {
                values
                    .push_bind(batch)
                    .push_bind(&row.occupation_code)
                    .push_bind(&row.level_code)
                    .push_bind(&row.point_path)
                    .push_bind(row.kind)
                    .push_bind(row.band)
                    .push_bind(row.scores)
                    .push_bind(row.sum_centi);
            });
            query.build().persistent(false).execute(conn).await.map(|_| ())
        })?;
    }
    Ok(())
}
