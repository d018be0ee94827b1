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
    FIGURE = "SELECT value FROM registration_figure WHERE code = $1 AND valid_from <= $2
        AND (valid_to IS NULL OR valid_to >= $2) ORDER BY valid_from DESC LIMIT 1";
}

/// The figure in force on a day; 0 when none is.
pub(crate) async fn figure(tx: &mut Tx, figure: Figure, on: Day) -> sqlx::Result<i64> {
    let found: Option<i64> =
        on!(tx, |conn| sqlx::query_scalar(FIGURE).bind(figure).bind(on).fetch_optional(conn).await)?;
    Ok(found.unwrap_or_default())
}
