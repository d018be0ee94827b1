//! The act that ends a case: the register of filings says what was decided.
use ::store::Tx;
use identity::Env;
use organisation::{FilingId, Held};
use web::{PageError, PageResult};

use crate::{
    CaseRefused,
    rules::{
        change::{Asked, Change, Terms, changes, check_days, check_terms},
        request::{check_lines, check_opening},
    },
    store::{
        case::{self, FilingCase},
        procedure, request,
    },
};

/// What a case would do to the register today, or why it cannot.
///
/// # Errors
/// Refused when the filing no longer stands so that this can be done to it, or the terms do not fit; storage.
pub async fn planned(tx: &mut Tx, env: &Env, case: &FilingCase, terms: &Terms) -> PageResult<Vec<Change>> {
    let refused = |refused: CaseRefused| PageError::Refused(refused.message());
    let today = env.now().day();
    check_terms(case.kind, case.filing_kind, terms).map_err(refused)?;
    let body = organisation::by_id(tx, &case.organisation_id).await?.ok_or(PageError::NotFound)?;
    let all = organisation::held_at(tx, std::slice::from_ref(&body.path)).await?;
    let about = about(case, &all);
    check_opening(case.kind, case.filing_kind, body.kind, (&all, about), today).map_err(refused)?;
    let lines = request::lines(tx, &case.id).await?;
    check_lines(case.kind, &lines, about, today)
        .map_err(|all| PageError::Mistakes(all.iter().map(CaseRefused::message).collect()))?;
    let authority = organisation::by_path(tx, &case.authority_path).await?.ok_or(PageError::NotFound)?;
    let known = procedure::by_id(tx, &case.procedure_id).await?;
    let new_id = format!("filing-{}", case.id);
    let asked = Asked {
        kind: case.kind,
        filing_kind: case.filing_kind,
        organisation: &case.organisation_id,
        about,
        lines: &lines,
        ids: (&new_id, case.id.as_str()),
        granted_by: &authority.name_zh,
        begins_on_trial: known.begins_on_trial,
    };
    check_days(&asked, terms, today).map_err(refused)?;
    if let Some(code) = terms.site_code.as_ref().filter(|_| case.filing_id.is_none()) {
        let is_given = organisation::is_code_taken(tx, code).await?;
        if is_given || case::is_code_promised(tx, &case.id, code).await? {
            return Err(refused(CaseRefused::CodeTaken));
        }
    }
    Ok(changes(&asked, terms, today))
}

fn about<'h>(case: &FilingCase, all: &'h [Held]) -> Option<&'h Held> {
    let id = case.filing_id.as_ref()?;
    all.iter().find(|held| held.filing.id == *id)
}

/// Does it, in the caller's transaction, and says to which filing.
///
/// # Errors
/// As [`planned`]; stale when the register changed meanwhile.
pub async fn carry_out(tx: &mut Tx, env: &Env, case: &FilingCase, terms: &Terms) -> PageResult<FilingId> {
    let planned = planned(tx, env, case, terms).await?;
    let id = case.filing_id.clone().unwrap_or_else(|| format!("filing-{}", case.id).into());
    for change in planned {
        if !apply(tx, &id, change).await? {
            return Err(PageError::Stale);
        }
    }
    if case.filing_id.is_none() && !case::put_filing(tx, &case.id, &id).await? {
        return Err(PageError::Stale);
    }
    Ok(id)
}

async fn apply(tx: &mut Tx, id: &FilingId, change: Change) -> sqlx::Result<bool> {
    match change {
        Change::Begin(filing) => organisation::add_filing(tx, &filing).await,
        Change::Line(row) => organisation::add_scope(tx, &row).await,
        Change::EndLine(line, day) => organisation::end_scope(tx, &line, day).await,
        Change::Prolong { from, to } => organisation::prolong(tx, id, from, to).await,
        Change::Confirm(day) => organisation::confirm(tx, id, day).await,
        Change::Suspend(row) => organisation::add_suspension(tx, &row).await,
        Change::Resume(from, day) => organisation::resume(tx, id, (from, day)).await,
        Change::End(day) => organisation::end_filing(tx, id, day).await,
    }
}
