//! What a case asks for, and the papers it comes with.
use kernel::{Day, Digest, UnixMicros};
use person::Place;
use sqlx::{FromRow, QueryBuilder};
use store::{Tx, on, push_keys, queries, was_changed};

use crate::{
    CaseId,
    rules::{paper::FileKind, request::Line},
};

/// A paper that was handed in or promised.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Paper {
    /// Its number in the procedure's list.
    pub position: i64,
    /// SHA-256 of the file; none while it is promised.
    pub digest: Option<Digest>,
    /// Where it lies, sealed: lists of staff name people.
    pub sealed_digest: Option<Digest>,
    /// What kind of file.
    pub file_kind: Option<FileKind>,
    /// How large.
    pub byte_count: i64,
    /// Promised until this day.
    pub promised_until: Option<Day>,
    /// Account that gave it.
    pub given_by: String,
    /// When.
    pub given_at: UnixMicros,
}

/// Where a paper's sealed file belongs.
pub fn file_place(row: &str) -> Place<'_> {
    Place { table: "filing_case_paper", column: "sealed_digest", row }
}

/// The row of a paper, as its file is sealed for it.
#[must_use]
pub fn file_row(id: &CaseId, position: i64) -> String {
    format!("{id}-{position}")
}

queries! {
    LINES = "SELECT position, occupation_code, trade_zh, trade_en, level_code, object_group FROM filing_case_line
        WHERE case_id = $1 ORDER BY position";
    ADD_LINE = "INSERT INTO filing_case_line (case_id, position, occupation_code, trade_zh, trade_en, level_code,
        object_group) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    TAKE_LINE = "DELETE FROM filing_case_line WHERE case_id = $1 AND position = $2";
    PAPERS = "SELECT position, digest, sealed_digest, file_kind, byte_count, promised_until, given_by, given_at FROM filing_case_paper
        WHERE case_id = $1 ORDER BY position";
    PUT_PAPER = "INSERT INTO filing_case_paper (case_id, position, digest, sealed_digest, file_kind, byte_count,
        promised_until, given_by, given_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        ON CONFLICT (case_id, position) DO UPDATE SET digest = excluded.digest,
        sealed_digest = excluded.sealed_digest, file_kind = excluded.file_kind,
        byte_count = excluded.byte_count, promised_until = excluded.promised_until, given_by = excluded.given_by,
        given_at = excluded.given_at";
}

/// The lines of a case, by number.
///
/// # Errors
/// When the database fails.
pub async fn lines(tx: &mut Tx, id: &CaseId) -> sqlx::Result<Vec<Line>> {
    on!(tx, |conn| sqlx::query_as(LINES).bind(id).fetch_all(conn).await)
}

/// Adds a line.
///
/// # Errors
/// When the database fails; a unique violation when its number is taken.
pub async fn add_line(tx: &mut Tx, id: &CaseId, line: &Line) -> sqlx::Result<()> {
    on!(tx, |conn| sqlx::query(ADD_LINE)
        .bind(id)
        .bind(line.position)
        .bind(&line.occupation_code)
        .bind(&line.trade_zh)
        .bind(&line.trade_en)
        .bind(&line.level_code)
        .bind(line.object_group)
        .execute(conn)
        .await
        .map(|_| ()))
}

/// Takes a line out; false when it is not there.
///
/// # Errors
/// When the database fails.
pub async fn take_line(tx: &mut Tx, id: &CaseId, position: i64) -> sqlx::Result<bool> {
    on!(tx, |conn| sqlx::query(TAKE_LINE)
        .bind(id)
        .bind(position)
        .execute(conn)
        .await
        .map(|done| was_changed(done.rows_affected())))
}

/// The papers of a case, by number.
///
/// # Errors
/// When the database fails.
pub async fn papers(tx: &mut Tx, id: &CaseId) -> sqlx::Result<Vec<Paper>> {
    on!(tx, |conn| sqlx::query_as(PAPERS).bind(id).fetch_all(conn).await)
}

/// Puts a paper in the place of its number.
///
/// # Errors
/// When the database fails.
pub async fn put_paper(tx: &mut Tx, id: &CaseId, paper: &Paper) -> sqlx::Result<()> {
    on!(tx, |conn| sqlx::query(PUT_PAPER)
        .bind(id)
        .bind(paper.position)
        .bind(&paper.digest)
        .bind(&paper.sealed_digest)
        .bind(paper.file_kind)
        .bind(paper.byte_count)
        .bind(paper.promised_until)
        .bind(&paper.given_by)
        .bind(paper.given_at)
        .execute(conn)
        .await
        .map(|_| ()))
}

/// A line beside its case.
#[derive(FromRow)]
struct LineOf {
    case_id: CaseId,
    #[sqlx(flatten)]
    line: Line,
}

/// The lines of several cases, by case and number.
///
/// # Errors
/// When the database fails.
pub async fn lines_of(tx: &mut Tx, ids: &[&CaseId]) -> sqlx::Result<Vec<(CaseId, Line)>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let keys: Vec<&str> = ids.iter().map(|id| id.as_str()).collect();
    let rows: Vec<LineOf> = on!(tx, |conn| {
        let mut query = QueryBuilder::new(
            "SELECT case_id, position, occupation_code, trade_zh, trade_en, level_code, object_group
             FROM filing_case_line WHERE case_id IN (",
        );
        push_keys(&mut query, &keys);
        query.push("ORDER BY case_id, position");
        query.build_query_as().fetch_all(conn).await
    })?;
    Ok(rows.into_iter().map(|row| (row.case_id, row.line)).collect())
}
