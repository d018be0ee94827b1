//! Drafts that wait for a reviewer.
use ::store::Tx;
use identity::{Action, Subject, everywhere};
use kernel::UnixMicros;

use crate::{
    Bank,
    store::{bank, item},
};

/// Drafts of one bank that somebody may review.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// The bank.
    pub bank: Bank,
    /// How many.
    pub count: i64,
}

/// The drafts that wait for this person: in their banks, imported by others.
///
/// # Errors
/// Storage.
pub async fn waiting(tx: &mut Tx, who: &Subject, now: UnixMicros) -> sqlx::Result<Vec<Waiting>> {
    let at = everywhere(&who.grants, Action::ReviewItems, now);
    if at.is_empty() {
        return Ok(Vec::new());
    }
    let drafts = item::draft_counts(tx).await?;
    let mut waiting = Vec::new();
    for bank in bank::banks(tx).await? {
        let own = drafts.iter().filter(|line| line.bank_id == bank.id && line.created_by != who.account_id);
        let count = own.map(|line| line.count).sum();
        if count > 0 && at.iter().any(|path| path.contains(&bank.org_path)) {
            waiting.push(Waiting { bank, count });
        }
    }
    Ok(waiting)
}
