//! The rows of cases.
use kernel::{Day, OrgPath, SiteCode, UnixMicros};
use organisation::{FilingId, FilingKind, OrganisationId};
use sqlx::FromRow;
use store::{Tx, on, queries, was_changed};

use crate::{CaseId, CaseKind, CaseMode, CaseState, ProcedureId, rules::change::Terms};

/// One case as it stands.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct FilingCase {
    /// Its id.
    pub id: CaseId,
    /// Year and serial, for people.
    pub number: String,
    /// What it asks for.
    pub kind: CaseKind,
    /// Of which filing.
    pub filing_kind: FilingKind,
    /// Who asks.
    pub organisation_id: OrganisationId,
    /// Where it stands in the tree.
    pub org_path: OrgPath,
    /// The filing it changes, or that it began.
    pub filing_id: Option<FilingId>,
    /// Whom it asks.
    pub authority_path: OrgPath,
    /// How it is handled.
    pub procedure_id: ProcedureId,
    /// How it came in.
    pub mode: CaseMode,
    /// Where it stands.
    pub state: CaseState,
    /// Counts every change, so that nobody acts on an old page.
    pub version: i64,
    /// What is wished, in words.
    pub wish: String,
    /// What had to be corrected; empty when nothing was.
    pub correction: String,
    /// The last day on which the authority does its next step in time.
    pub due_on: Option<Day>,
    /// The code that is given.
    pub site_code: Option<SiteCode>,
    /// The paper of the decision; empty before.
    pub document: String,
    /// From when what is decided holds.
    pub holds_from: Option<Day>,
    /// Until before when.
    pub holds_to: Option<Day>,
    /// Why it was decided so.
    pub reason: String,
    /// The first day after the announcement.
    pub announced_until: Option<Day>,
    /// Account that opened it.
    pub opened_by: String,
    /// When.
    pub opened_at: UnixMicros,
    /// When it changed last.
    pub changed_at: UnixMicros,
}

impl FilingCase {
    /// Whether the authority should have done its step by now.
    #[must_use]
    pub fn is_late(&self, today: Day) -> bool {
        self.due_on.is_some_and(|due| due < today)
    }

    /// What was proposed or decided; none before.
    #[must_use]
    pub fn terms(&self) -> Option<Terms> {
        Some(Terms {
            site_code: self.site_code.clone(),
            document: self.document.clone(),
            holds_from: self.holds_from?,
            holds_to: self.holds_to,
        })
    }
}

queries! {
    BY_ID = "SELECT id, number, kind, filing_kind, organisation_id, org_path, filing_id, authority_path, procedure_id,
        mode, state, version, wish, correction, due_on, site_code, document, holds_from, holds_to, reason, announced_until,
        opened_by, opened_at, changed_at FROM filing_case WHERE id = $1";
    OPEN = "INSERT INTO filing_case (id, number, kind, filing_kind, organisation_id, org_path, filing_id,
        authority_path, procedure_id, mode, state, version, wish, correction, due_on, site_code, document, holds_from,
        holds_to, reason, announced_until, opened_by, opened_at, changed_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'draft', 1, $11, '', NULL, NULL, '', NULL, NULL, '', NULL,
        $12, $13, $13)";
    /// The serial of a year is the part behind the hyphen; all have four figures or more.
    LAST_NUMBER = "SELECT number FROM filing_case WHERE number >= $1 AND number < $2
        ORDER BY LENGTH(number) DESC, number DESC LIMIT 1";
    UNFINISHED = "SELECT COUNT(*) FROM filing_case WHERE organisation_id = $1 AND filing_kind = $2
        AND id <> $3 AND state NOT IN ('draft', 'granted', 'refused', 'withdrawn')";
    CODE_PROMISED = "SELECT COUNT(*) FROM filing_case WHERE site_code = $1 AND id <> $2
        AND state IN ('complete', 'assessed', 'announced')";
    TOUCH = "UPDATE filing_case SET version = version + 1, changed_at = $3 WHERE id = $1 AND version = $2";
    MOVE = "UPDATE filing_case SET state = $3, due_on = $4, correction = $5, announced_until = $6, changed_at = $7,
        version = version + 1 WHERE id = $1 AND version = $2";
    PUT_TERMS = "UPDATE filing_case SET site_code = $3, document = $4, holds_from = $5, holds_to = $6, reason = $7,
        changed_at = $8, version = version + 1 WHERE id = $1 AND version = $2";
    PUT_FILING = "UPDATE filing_case SET filing_id = $2 WHERE id = $1 AND filing_id IS NULL";
}

/// The case with this id.
///
/// # Errors
/// When the database fails.
pub async fn by_id(tx: &mut Tx, id: &str) -> sqlx::Result<Option<FilingCase>> {
    on!(tx, |conn| sqlx::query_as(BY_ID).bind(id).fetch_optional(conn).await)
}

/// Opens a case as a draft, with the next number of its year. Two at the same moment: the second is refused by the
/// number, and tries again.
///
/// # Errors
/// When the database fails; a unique violation.
pub async fn open(tx: &mut Tx, case: &FilingCase) -> sqlx::Result<()> {
    on!(tx, |conn| sqlx::query(OPEN)
        .bind(&case.id)
        .bind(&case.number)
        .bind(case.kind)
        .bind(case.filing_kind)
        .bind(&case.organisation_id)
        .bind(&case.org_path)
        .bind(&case.filing_id)
        .bind(&case.authority_path)
        .bind(&case.procedure_id)
        .bind(case.mode)
        .bind(&case.wish)
        .bind(&case.opened_by)
        .bind(case.opened_at)
        .execute(conn)
        .await
        .map(|_| ()))
}

/// The number after the last of this year: `2021-0001`.
///
/// # Errors
/// When the database fails.
pub async fn next_number(tx: &mut Tx, year: i16) -> sqlx::Result<String> {
    let last: Option<String> = on!(tx, |conn| sqlx::query_scalar(LAST_NUMBER)
        .bind(format!("{year}-"))
        // A dot follows the hyphen in ASCII.
        .bind(format!("{year}."))
        .fetch_optional(conn)
        .await)?;
    let serial = last.and_then(|last| last.split_once('-')?.1.parse::<i64>().ok()).unwrap_or(0) + 1;
    Ok(format!("{year}-{serial:04}"))
}

/// How many other cases of its body about filings of its kind are with the authority; drafts are nobody's business.
///
/// # Errors
/// When the database fails.
pub async fn unfinished(tx: &mut Tx, case: &FilingCase) -> sqlx::Result<i64> {
    on!(tx, |conn| sqlx::query_scalar(UNFINISHED)
        .bind(&case.organisation_id)
        .bind(case.filing_kind)
        .bind(&case.id)
        .fetch_one(conn)
        .await)
}

/// Whether another case under way is about to give this code.
///
/// # Errors
/// When the database fails.
pub async fn is_code_promised(tx: &mut Tx, id: &CaseId, code: &SiteCode) -> sqlx::Result<bool> {
    let count: i64 =
        on!(tx, |conn| sqlx::query_scalar(CODE_PROMISED).bind(code).bind(id).fetch_one(conn).await)?;
    Ok(count > 0)
}

/// Counts a change of what a case holds; false when somebody was faster.
///
/// # Errors
/// When the database fails.
pub async fn touch(tx: &mut Tx, case: &FilingCase, now: UnixMicros) -> sqlx::Result<bool> {
    on!(tx, |conn| sqlx::query(TOUCH)
        .bind(&case.id)
        .bind(case.version)
        .bind(now)
        .execute(conn)
        .await
        .map(|done| was_changed(done.rows_affected())))
}

/// What changes when a case goes on.
#[derive(Debug, Clone, Copy)]
pub struct Move<'a> {
    /// Where to.
    pub state: CaseState,
    /// By when the authority does its next step.
    pub due_on: Option<Day>,
    /// What has to be corrected.
    pub correction: &'a str,
    /// The first day after its announcement.
    pub announced_until: Option<Day>,
}

/// Moves a case on; false when somebody was faster.
///
/// # Errors
/// When the database fails.
pub async fn move_on(tx: &mut Tx, case: &FilingCase, to: Move<'_>, now: UnixMicros) -> sqlx::Result<bool> {
    on!(tx, |conn| sqlx::query(MOVE)
        .bind(&case.id)
        .bind(case.version)
        .bind(to.state)
        .bind(to.due_on)
        .bind(to.correction)
        .bind(to.announced_until)
        .bind(now)
        .execute(conn)
        .await
        .map(|done| was_changed(done.rows_affected())))
}

/// Writes what is proposed, or takes it back; false when somebody was faster.
///
/// # Errors
/// When the database fails.
pub async fn put_terms(
    tx: &mut Tx,
    case: &FilingCase,
    (terms, reason): (Option<&Terms>, &str),
    now: UnixMicros,
) -> sqlx::Result<bool> {
    on!(tx, |conn| sqlx::query(PUT_TERMS)
        .bind(&case.id)
        .bind(case.version)
        .bind(terms.and_then(|terms| terms.site_code.as_ref()))
        .bind(terms.map_or("", |terms| terms.document.as_str()))
        .bind(terms.map(|terms| terms.holds_from))
        .bind(terms.and_then(|terms| terms.holds_to))
        .bind(reason)
        .bind(now)
        .execute(conn)
        .await
        .map(|done| was_changed(done.rows_affected())))
}

/// Says which filing a case began.
///
/// # Errors
/// When the database fails.
pub async fn put_filing(tx: &mut Tx, id: &CaseId, filing: &FilingId) -> sqlx::Result<bool> {
    on!(tx, |conn| sqlx::query(PUT_FILING)
        .bind(id)
        .bind(filing)
        .execute(conn)
        .await
        .map(|done| was_changed(done.rows_affected())))
}
