//! Reasons offered to reviewers: the rows.
use ::store::{Tx, on, queries, was_changed};
use kernel::Day;
use scheme::{SeedError, read_table};
use sqlx::FromRow;

/// A reason as it is offered.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub(crate) struct Reason {
    pub code: String,
    pub text_zh: String,
    pub text_en: String,
}

queries! {
    REASONS = "SELECT code, text_zh, text_en FROM review_reason
               WHERE valid_from <= $1 AND (valid_to IS NULL OR valid_to > $1) ORDER BY position, code, valid_from";
    ADD = "INSERT INTO review_reason (code, position, decision, text_zh, text_en, valid_from, valid_to, source)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING";
}

/// The reasons in force on a day, in the order in which they are offered.
pub(crate) async fn reasons(tx: &mut Tx, day: Day) -> sqlx::Result<Vec<Reason>> {
    on!(tx, |conn| sqlx::query_as(REASONS).bind(day).fetch_all(conn).await)
}

/// Adds the reasons of `data/admission/reasons.csv` that are not there yet and says how many were
/// added. The caller commits; on an error nothing may be kept.
///
/// # Errors
/// A cell that is not what it should be; storage.
pub async fn seed(tx: &mut Tx, file: &str) -> Result<u64, SeedError> {
    let mut added = 0;
    for line in read_table("reasons.csv", file)? {
        let position: i64 = line.read("position", str::parse)?;
        let valid_from: Day = line.read("valid_from", str::parse)?;
        let valid_to: Option<Day> = line.read_optional("valid_to", str::parse)?;
        let texts =
            [line.text("code")?, line.text("decision")?, line.text("text_zh")?, line.text("text_en")?];
        let [code, decision, text_zh, text_en] = texts;
        let source = line.text("source")?;
        let done = on!(&mut *tx, |conn| sqlx::query(ADD)
            .bind(&code)
            .bind(position)
            .bind(&decision)
            .bind(&text_zh)
            .bind(&text_en)
            .bind(valid_from)
            .bind(valid_to)
            .bind(&source)
            .execute(conn)
            .await
            .map(|done| done.rows_affected()))?;
        added += u64::from(was_changed(done));
    }
    Ok(added)
}
