//! What was decided, counted once when it is decided: pages of a province read a few hundred rows.
use ::store::{Many, Tx, on, queries};
use kernel::BatchCode;
use scheme::ComponentKind;
use sqlx::FromRow;

use crate::rules::{Band, Tally};

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
    let mut many = Many::new(
        "INSERT INTO result_tally (batch_code, occupation_code, level_code, point_path, admitted, present,
         pass, fail, absent) ",
        "",
    );
    for new in rows {
        let row = many.row().put(batch.as_str()).put(new.occupation_code.as_str());
        let row = row.put(new.level_code.as_str()).put(new.point_path.as_str());
        row.put(new.admitted).put(new.present).put(new.pass).put(new.fail).put(new.absent);
    }
    many.write(tx).await.map(|_| ())
}

/// Writes how scores are spread.
///
/// # Errors
/// Storage.
pub async fn insert_bands(tx: &mut Tx, batch: &BatchCode, rows: &[Band]) -> sqlx::Result<()> {
    let mut many = Many::new(
        "INSERT INTO result_band (batch_code, occupation_code, level_code, point_path, kind, band, scores,
         sum_centi) ",
        "",
    );
    for new in rows {
        let row = many.row().put(batch.as_str()).put(new.occupation_code.as_str());
        let row = row.put(new.level_code.as_str()).put(new.point_path.as_str());
        row.put(new.kind.code()).put(new.band).put(new.scores).put(new.sum_centi);
    }
    many.write(tx).await.map(|_| ())
}
