//! The duties a handler's signature may name for accounts, and what waits for whom.
use kernel::UnixMicros;

use crate::{
    Action, Duty, Subject,
    approval::ProposedDuty,
    rules::duty::{Asked, may_decide},
};

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

/// Read the registers: organisations, sites, which duties are kept apart.
#[derive(Debug, Clone, Copy)]
pub struct ReadRegisters;

impl Duty for ReadRegisters {
    const ACTION: Action = Action::ReadRegisters;
}

/// How many of the proposed duties this person may decide: of others, for others, in their place.
#[must_use]
pub fn duties_to_decide(who: &Subject, proposed: &[ProposedDuty], now: UnixMicros) -> usize {
    let is_theirs = |one: &&ProposedDuty| {
        let ProposedDuty { account_id: to, org_path: path, proposed_by: by, proposed_as } = one;
        may_decide(&who.account_id, &who.grants, Asked { by, proposed_as, to, path }, now)
    };
    proposed.iter().filter(is_theirs).count()
}
