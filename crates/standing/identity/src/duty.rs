//! The duties a handler's signature may name for accounts, and what waits for whom.
use ::store::Tx;
use kernel::UnixMicros;

use crate::{Action, Duty, Subject, WaitingProposal, everywhere, store};

/// Make, reset and close accounts.
#[derive(Debug, Clone, Copy)]
pub struct ManageAccounts;

impl Duty for ManageAccounts {
    const ACTION: Action = Action::ManageAccounts;
}

/// See accounts and what they hold.
#[derive(Debug, Clone, Copy)]
pub struct ReadAccounts;

impl Duty for ReadAccounts {
    const ACTION: Action = Action::ReadAccounts;
}

/// Propose, decide and take back duties.
#[derive(Debug, Clone, Copy)]
pub struct GiveDuties;

impl Duty for GiveDuties {
    const ACTION: Action = Action::GiveDuties;
}

/// The proposed duties this person may decide: of others, for others, in their place.
///
/// # Errors
/// Storage.
pub async fn waiting_proposals(
    tx: &mut Tx,
    who: &Subject,
    now: UnixMicros,
) -> sqlx::Result<Vec<WaitingProposal>> {
    let at = everywhere(&who.grants, Action::GiveDuties, now);
    if at.is_empty() {
        return Ok(Vec::new());
    }
    let mut waiting = store::duty::waiting_proposals(tx).await?;
    waiting.retain(|one| {
        let proposal = &one.proposal;
        let is_anothers = proposal.proposed_by != who.account_id && proposal.account_id != who.account_id;
        is_anothers && at.iter().any(|held| held.contains(&proposal.org_path))
    });
    Ok(waiting)
}
