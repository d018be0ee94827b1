//! Figures that bound or decide registration, each in force from a day on.
use ::store::{Tx, on, queries};
use kernel::Day;

/// A figure that is kept as a dated row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub(crate) enum Figure {
    /// Most rows of a roster.
    RosterRows,
    /// Largest roster file, in megabytes.
    RosterMegabytes,
    /// Months for which a passed part counts.
    KeptComponentMonths,
}

queries! {
    FIGURES = "SELECT code, value FROM registration_figure WHERE valid_from <= $1
        AND (valid_to IS NULL OR valid_to > $1) ORDER BY code, valid_from";
}

/// The figure in force on a day; 0 when none is.
pub(crate) async fn figure(tx: &mut Tx, figure: Figure, on: Day) -> sqlx::Result<i64> {
    let [value] = figures(tx, [figure], on).await?;
    Ok(value)
}

/// The figures in force on a day, of each the row that came last; 0 when none is.
pub(crate) async fn figures<const N: usize>(
    tx: &mut Tx,
    wanted: [Figure; N],
    on: Day,
) -> sqlx::Result<[i64; N]> {
    let rows: Vec<(Figure, i64)> = on!(tx, |conn| sqlx::query_as(FIGURES).bind(on).fetch_all(conn).await)?;
    let value = |figure| rows.iter().rfind(|(known, _)| *known == figure).map_or(0, |(_, value)| *value);
    Ok(wanted.map(value))
}
