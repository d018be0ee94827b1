//! Stage 3, admission (资格审核·缴费·确认): applications are reviewed, fees are received, and the list
//! of those who sit the exam is frozen.
//!
//! There is one ruler ([`Ruler`]): the clauses in force on the batch's reference date, by the
//! standard of its plan, held against what the applicant gave. It proposes; a person decides, and
//! gives a reason to return, to refuse or to depart from the proposal. Every decision keeps its
//! proposal and a digest of what it was made on. Whoever is accepted pays at the registration point;
//! a fee is taken once, in the right amount, with a receipt number that no other has. The province
//! freezes the list: accepted and paid is on it, everybody else is left out by name of their state,
//! and from then on nothing changes, here or in the registration book.
mod decision;
mod freeze;
pub mod pages;
mod receipt;
mod ruler;
mod rules;
mod standing;
mod step;
mod store;
mod task;

pub use freeze::frozen_list;
pub use pages::{PERMISSIONS, routes};
pub use ruler::Ruler;
pub use rules::{
    list::{Admitted, List},
    opinion::Opinion,
    payment::ReceiptNumber,
    refused::AdmissionRefused,
    state::{Act, Decision, Recorded, State, check_review},
};
pub use standing::{Standing, Total, standing, totals};
pub use step::steps;
pub use store::{
    Frozen, Payment, ReviewRow, admitted, frozen, is_frozen, proposal, queries as all_queries, reviews,
};
pub use task::tasks;

/// What this stage writes to the trail.
pub const TRAIL_ACTIONS: &[&str] =
    &["admission.review", "admission.payment", "admission.freeze", "admission.export"];
