//! Rows of a roster, as they were read and checked.
use std::collections::{BTreeSet, HashMap};

use ::store::{Many, Tx, on, queries, was_changed};
use kernel::UnixMicros;
use sqlx::FromRow;

use crate::{
    ApplicationId,
    rules::roster::{RowState, Tally},
};

/// One row as read.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub(crate) struct RosterRow {
    pub row_no: i64,
    pub cells_sealed: String,
    pub state: RowState,
    pub serial_first: Option<i64>,
    pub document_first: Option<i64>,
    pub fingerprint: String,
    pub mended_at: Option<UnixMicros>,
    pub application_id: Option<ApplicationId>,
}

/// What a check found out about a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CheckedRow {
    pub row_no: i64,
    pub state: RowState,
    /// The fields that are wrong, each between blanks.
    pub wrong_fields: String,
    pub serial_first: Option<i64>,
    pub document_first: Option<i64>,
    pub fingerprint: String,
}

/// Which rows are listed.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct RowFilter<'a> {
    pub state: Option<RowState>,
    /// Code of a field that is wrong; empty for any.
    pub field: &'a str,
}

/// Rows in one state whose wrong fields are the same.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub(crate) struct RowPart {
    pub state: RowState,
    /// Codes, each between spaces.
    pub wrong_fields: String,
    pub count: i64,
}

/// The rows of a roster in figures.
#[derive(Default)]
pub(crate) struct RowParts(Vec<RowPart>);

impl RowParts {
    /// How many rows stand how.
    pub fn tally(&self) -> Tally {
        let of = |state| usize::try_from(self.count(RowFilter { state: Some(state), field: "" }));
        let of = |state| of(state).unwrap_or_default();
        Tally {
            new: of(RowState::New),
            unchanged: of(RowState::Unchanged),
            changed: of(RowState::Changed),
            refused: of(RowState::Refused),
            waiting: of(RowState::Waiting),
        }
    }

    /// How many rows the filter leaves.
    pub fn count(&self, filter: RowFilter<'_>) -> i64 {
        let is_left = |part: &&RowPart| {
            filter.state.is_none_or(|state| part.state == state)
                && (filter.field.is_empty() || part.wrong_fields.split(' ').any(|code| code == filter.field))
        };
        self.0.iter().filter(is_left).map(|part| part.count).sum()
    }

    /// The codes of all fields that are wrong in some row, each once.
    pub fn wrong_fields(&self) -> Vec<String> {
        let refused = self.0.iter().filter(|part| part.state == RowState::Refused);
        let codes: BTreeSet<&str> = refused.flat_map(|part| part.wrong_fields.split_whitespace()).collect();
        codes.into_iter().map(str::to_owned).collect()
    }
}

queries! {
    ROW = "SELECT row_no, cells_sealed, state, serial_first, document_first, fingerprint, mended_at, application_id
        FROM roster_row WHERE roster_id = $1 AND row_no = $2";
    ROWS_AFTER = "SELECT row_no, cells_sealed, state, serial_first, document_first, fingerprint, mended_at,
        application_id FROM roster_row WHERE roster_id = $1 AND row_no > $2 ORDER BY row_no LIMIT $3";
    OPEN_ROWS = "SELECT row_no, cells_sealed, state, serial_first, document_first, fingerprint, mended_at,
        application_id FROM roster_row WHERE roster_id = $1 AND state = $2 AND application_id IS NULL
        AND row_no > $3 ORDER BY row_no LIMIT $4";
    LISTED = "SELECT row_no, cells_sealed, state, serial_first, document_first, fingerprint, mended_at, application_id
        FROM roster_row WHERE roster_id = $1 AND (CAST($2 AS TEXT) IS NULL OR state = $2)
        AND (CAST($3 AS TEXT) = '' OR wrong_fields LIKE '% ' || $3 || ' %') ORDER BY row_no LIMIT $4 OFFSET $5";
    PARTS = "SELECT state, wrong_fields, COUNT(*) AS count FROM roster_row WHERE roster_id = $1
        GROUP BY state, wrong_fields ORDER BY state, wrong_fields";
    MEND_ROW = "UPDATE roster_row SET cells_sealed = $3, state = 'waiting', wrong_fields = '', mended_at = $4
        WHERE roster_id = $1 AND row_no = $2 AND application_id IS NULL";
    LET_WAIT = "UPDATE roster_row SET state = 'waiting' WHERE roster_id = $1 AND row_no = $2";
    TAKEN_BACK = "UPDATE roster_row SET application_id = NULL, made_person = FALSE
        WHERE roster_id = $1 AND row_no = $2";
    TAKEN_ROWS = "SELECT r.row_no, r.application_id, r.made_person, a.person_id FROM roster_row r
        JOIN application a ON a.id = r.application_id AND a.roster_id = r.roster_id
        WHERE r.roster_id = $1 AND r.row_no > $2 ORDER BY r.row_no LIMIT $3";
    REMOVE_APPLICATION = "DELETE FROM application WHERE id = $1 AND roster_id = $2";
    APPLICATIONS_OF_PERSON = "SELECT COUNT(*) FROM application WHERE person_id = $1";
}

/// A row whose application is written and not yet in force.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct TakenRow {
    pub row_no: i64,
    pub application_id: ApplicationId,
    pub made_person: bool,
    pub person_id: person::PersonId,
}

/// Puts rows where they can be looked at: number and sealed cells. Rows that stand there stay.
pub(crate) async fn insert_rows(tx: &mut Tx, id: &str, rows: &[(i64, String)]) -> sqlx::Result<()> {
    let mut waiting = Many::new(
        "INSERT INTO roster_row (roster_id, row_no, cells_sealed, state, wrong_fields, fingerprint, made_person) ",
        " ON CONFLICT (roster_id, row_no) DO NOTHING",
    );
    for (row_no, cells) in rows {
        let row = waiting.row().put(id).put(*row_no).put(cells.as_str());
        row.put(RowState::Waiting.code()).put("").put("").put(false);
    }
    waiting.write(tx).await.map(|_| ())
}

/// One row.
pub(crate) async fn row(tx: &mut Tx, id: &str, row_no: i64) -> sqlx::Result<Option<RosterRow>> {
    on!(tx, |conn| sqlx::query_as(ROW).bind(id).bind(row_no).fetch_optional(conn).await)
}

/// The next rows after one, in the order of the sheet.
pub(crate) async fn rows_after(
    tx: &mut Tx,
    id: &str,
    after: i64,
    limit: i64,
) -> sqlx::Result<Vec<RosterRow>> {
    on!(tx, |conn| sqlx::query_as(ROWS_AFTER).bind(id).bind(after).bind(limit).fetch_all(conn).await)
}

/// The next rows of a state after one that have not been taken in.
pub(crate) async fn open_rows(
    tx: &mut Tx,
    id: &str,
    state: RowState,
    after: i64,
    limit: i64,
) -> sqlx::Result<Vec<RosterRow>> {
    on!(tx, |conn| sqlx::query_as(OPEN_ROWS)
        .bind(id)
        .bind(state)
        .bind(after)
        .bind(limit)
        .fetch_all(conn)
        .await)
}

/// One page of the rows the filter leaves.
pub(crate) async fn listed(
    tx: &mut Tx,
    id: &str,
    filter: RowFilter<'_>,
    (offset, limit): (i64, i64),
) -> sqlx::Result<Vec<RosterRow>> {
    on!(tx, |conn| sqlx::query_as(LISTED)
        .bind(id)
        .bind(filter.state)
        .bind(filter.field)
        .bind(limit)
        .bind(offset)
        .fetch_all(conn)
        .await)
}

/// How the rows of a roster stand, and what is wrong in them.
pub(crate) async fn parts(tx: &mut Tx, id: &str) -> sqlx::Result<RowParts> {
    on!(tx, |conn| sqlx::query_as(PARTS).bind(id).fetch_all(conn).await).map(RowParts)
}

/// How many rows stand how.
pub(crate) async fn tally(tx: &mut Tx, id: &str) -> sqlx::Result<Tally> {
    Ok(parts(tx, id).await?.tally())
}

/// How many rows of several rosters cannot be taken in; a roster without any is not in the answer.
pub(crate) async fn refused_counts(tx: &mut Tx, ids: &[&str]) -> sqlx::Result<HashMap<String, i64>> {
    let start = "SELECT roster_id, COUNT(*) FROM roster_row WHERE state = 'refused' AND roster_id";
    Ok(::store::counts_in(tx, (start, "GROUP BY roster_id"), ids).await?.into_iter().collect())
}

/// Keeps what a check found out.
pub(crate) async fn check_rows(tx: &mut Tx, id: &str, rows: &[CheckedRow]) -> sqlx::Result<()> {
    let mut checked = Many::new(
        "UPDATE roster_row SET state = v.column3, wrong_fields = v.column4, serial_first = v.column5,
         document_first = v.column6, fingerprint = v.column7 FROM (",
        ") AS v WHERE roster_row.roster_id = v.column1 AND roster_row.row_no = v.column2
         AND roster_row.application_id IS NULL",
    );
    for new in rows {
        let row = checked.row().put(id).put(new.row_no).put(new.state.code()).put(new.wrong_fields.as_str());
        row.put(new.serial_first).put(new.document_first).put(new.fingerprint.as_str());
    }
    checked.write(tx).await.map(|_| ())
}

/// Replaces the cells of a row that is not taken in; it waits to be checked again. `false` when there is none.
pub(crate) async fn mend_row(
    tx: &mut Tx,
    id: &str,
    row_no: i64,
    cells: &str,
    now: UnixMicros,
) -> sqlx::Result<bool> {
    on!(tx, |conn| sqlx::query(MEND_ROW)
        .bind(id)
        .bind(row_no)
        .bind(cells)
        .bind(now)
        .execute(conn)
        .await
        .map(|done| was_changed(done.rows_affected())))
}

/// What a row was taken in as.
pub(crate) struct Taken {
    pub row_no: i64,
    pub application: ApplicationId,
    pub made_person: bool,
}

/// Notes what rows were taken in as.
pub(crate) async fn taken_in(tx: &mut Tx, id: &str, taken: &[Taken]) -> sqlx::Result<()> {
    let mut rows = Many::new(
        "UPDATE roster_row SET application_id = v.column3, made_person = v.column4 FROM (",
        ") AS v WHERE roster_row.roster_id = v.column1 AND roster_row.row_no = v.column2",
    );
    for one in taken {
        let row = rows.row().put(id).put(one.row_no);
        row.put(one.application.as_str()).put(one.made_person);
    }
    rows.write(tx).await.map(|_| ())
}

/// Lets a row wait that is no longer what was looked at.
pub(crate) async fn let_wait(tx: &mut Tx, id: &str, row_no: i64) -> sqlx::Result<()> {
    on!(tx, |conn| sqlx::query(LET_WAIT).bind(id).bind(row_no).execute(conn).await.map(|_| ()))
}

/// The next rows after one whose application is written and not in force.
pub(crate) async fn taken_rows(tx: &mut Tx, id: &str, after: i64, limit: i64) -> sqlx::Result<Vec<TakenRow>> {
    on!(tx, |conn| sqlx::query_as(TAKEN_ROWS).bind(id).bind(after).bind(limit).fetch_all(conn).await)
}

/// Removes the application of a row that is not in force; says whether the person has another.
pub(crate) async fn remove_taken(tx: &mut Tx, id: &str, row: &TakenRow) -> sqlx::Result<bool> {
    on!(&mut *tx, |conn| sqlx::query(TAKEN_BACK).bind(id).bind(row.row_no).execute(conn).await.map(|_| ()))?;
    on!(&mut *tx, |conn| sqlx::query(REMOVE_APPLICATION)
        .bind(&row.application_id)
        .bind(id)
        .execute(conn)
        .await
        .map(|_| ()))?;
    let left: i64 = on!(tx, |conn| sqlx::query_scalar(APPLICATIONS_OF_PERSON)
        .bind(&row.person_id)
        .fetch_one(conn)
        .await)?;
    Ok(left > 0)
}
