//! Accounts, sessions, grants, and the decision who may do what.
//!
//! A request arrives with a cookie; [`session::open_visit`] turns it into a [`Subject`] with the
//! grants that count now. A handler's signature names the duty it needs ([`Holding`], or
//! `plan::InBatch` inside a batch) and gets the subject only when [`decide`] allows it; whoever is
//! not allowed sees the same 404 as for a thing that does not exist. Powerful acts need two people
//! over the same payload ([`approval`]); giving a duty is one of them, and nobody gives one to themselves.
//! An account is activated by its owner over a link that works once, so that nobody else ever knows a
//! password. What somebody did is written to the trail through
//! [`Subject::note`], in the same transaction.
pub mod approval;
mod duty;
mod env;
mod founding;
mod giving;
mod holder;
pub mod pages;
mod password;
mod place;
mod roles;
mod rules;
pub mod session;
mod store;
mod subject;

pub use decode::Decoder;
pub use duty::{GiveDuties, ManageAccounts, ReadAccounts, ReadRegisters, duties_to_decide};
pub use env::{Env, NavAudience, NavRule};
pub use founding::found_administrator;
pub use giving::{NotGiven, grant};
pub use holder::{Holder, held_at, holders};
pub use pages::{DemoGuide, DemoPhone};
pub use password::Passwords;
pub use place::{Place, PlaceFuture, PlaceSource, Places};
pub use roles::{Action, Role};
pub use rules::{
    Grant, Object,
    conflict::{Clash, Conflict, Reach},
    decide, everywhere, territory,
};
pub use store::{
    Account, AccountNames, NewAccount,
    account::{AccountFilter, StaffAccount, count_staff_accounts, staff_account, staff_accounts},
    account_name, account_names, all_queries,
    conflict::{add_conflict, conflicts},
    duty::{GrantLine, GrantProposal, WaitingProposal, elsewhere, grant_lines},
    has_account, insert_account,
};
pub use subject::{Duty, Holding, Kind, Note, Subject};

/// What this crate writes to the trail.
pub const TRAIL_ACTIONS: &[&str] = &[
    "session.open",
    "session.close",
    "code.send",
    "account.create",
    "account.activate",
    "account.reset",
    "account.password",
    "account.close",
    "grant.propose",
    "grant.give",
    "grant.refuse",
    "grant.end",
    "approval.propose",
    "approval.decide",
];
