//! One certificate as staff see it, and its file.
use ::store::Tx;
use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use identity::{
    Env,
    approval::{self, Proposal},
};
use kernel::CertificateNumber;
use plan::{BatchLevel, InBatch, IssueCertificates};
use web::{Markup, PageError, PageResult, Visit};

use super::file::signed_file;
use crate::{
    CertificateStatus, Payload,
    revocation::REVOCATION,
    store::{self, Certificate},
};

#[derive(Template)]
#[template(path = "certificate/show.html")]
struct ShowPage<'a> {
    v: &'a Visit,
    head: Markup,
    row: &'a Certificate,
    payload: &'a Payload,
    /// What it is for, in both languages.
    level: Option<BatchLevel>,
    proposal: Option<Proposal>,
    is_proposer: bool,
    is_valid: bool,
    is_intended: bool,
}

/// GET /batches/{code}/certificates/{number} and …/{number}.pdf
pub async fn show(
    State(env): State<Env>,
    entry: InBatch<IssueCertificates>,
    Path((_, asked)): Path<(String, String)>,
    v: Visit,
) -> PageResult<Response> {
    let mut tx = env.db.read().await?;
    let number = asked.strip_suffix(".pdf");
    let row = of_batch(&mut tx, &entry, number.unwrap_or(&asked)).await?;
    if number.is_some() {
        return Ok(web::inline(&asked, "application/pdf", signed_file(&env, &row)?));
    }
    let head = plan::stage_head(&mut tx, &entry, 9, &v, env.now()).await?;
    let proposal = approval::pending(&mut tx, REVOCATION, row.number.as_str()).await?;
    let page = ShowPage {
        v: &v,
        head,
        payload: &row.payload(&env.vault)?,
        level: level_of(&mut tx, &row).await?,
        is_proposer: proposal.as_ref().is_some_and(|proposal| proposal.proposed_by == entry.who.account_id),
        proposal,
        is_valid: row.status == CertificateStatus::Valid,
        is_intended: row.status == CertificateStatus::Intended,
        row: &row,
    };
    web::page(&v, row.number.as_str(), &page)
}

/// The level of the batch a certificate is for.
pub(super) async fn level_of(tx: &mut Tx, row: &Certificate) -> sqlx::Result<Option<BatchLevel>> {
    let levels = plan::levels(tx, &row.batch_code).await?;
    let is_it = |level: &BatchLevel| {
        level.occupation_code == row.occupation_code && level.level_code == row.level_code
    };
    Ok(levels.into_iter().find(is_it))
}

/// The certificate with this number, if it belongs to the batch of the address.
pub(super) async fn of_batch(
    tx: &mut Tx,
    entry: &InBatch<IssueCertificates>,
    number: &str,
) -> PageResult<Certificate> {
    // A register of the whole batch: whoever issues for a part of it has none.
    entry.at_whole()?;
    let number = CertificateNumber::parse(number).map_err(|_| PageError::NotFound)?;
    let row = store::by_number(tx, &number).await?;
    row.filter(|row| row.batch_code == entry.batch.code).ok_or(PageError::NotFound)
}
