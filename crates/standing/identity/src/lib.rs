//! Accounts, sessions, grants, and the decision who may do what.
//!
//! A request arrives with a cookie; [`session::open_visit`] turns it into a [`Subject`] with the
//! grants that count now. A handler's signature names the duty it needs ([`Holding`], or
//! `plan::InBatch` inside a batch) and gets the subject only when [`decide`] allows it; whoever is
//! not allowed sees the same 404 as for a thing that does not exist. Powerful acts need two people
//! over the same payload ([`approval`]). What somebody did is written to the trail through
//! [`Subject::note`], in the same transaction.
pub mod approval;
mod env;
pub mod pages;
mod password;
mod roles;
mod rules;
pub mod session;
mod store;
mod subject;

pub use env::{Env, NavRule};
pub use pages::{DemoGuide, DemoPhone};
pub use password::Passwords;
pub use roles::{Action, Role};
pub use rules::{Grant, Object, decide, everywhere, territory};
pub use store::{ALL_QUERIES, Account, NewAccount, account_name, grant, has_account, insert_account};
pub use subject::{Duty, Holding, Kind, Note, Subject};

/// What this crate writes to the trail.
pub const TRAIL_ACTIONS: &[&str] = &[
    "session.open",
    "session.close",
    "code.send",
    "account.create",
    "grant.give",
    "grant.end",
    "approval.propose",
    "approval.decide",
];
