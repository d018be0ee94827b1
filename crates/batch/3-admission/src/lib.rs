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
mod acceptance;
mod city;
mod decision;
mod freeze;
mod open_step;
pub mod pages;
mod receipt;
mod ruler;
mod rules;
mod standing;
mod step;
mod store;
mod task;
mod waiting;
mod workbook;

pub use city::CityNames;
pub use freeze::frozen_list;
pub use open_step::open_steps;
pub use pages::{PERMISSIONS, routes};
pub use ruler::Ruler;
pub use rules::{
    list::{Admitted, List},
    opinion::Opinion,
    payment::ReceiptNumber,
    refused::AdmissionRefused,
    state::{Act, Decision, Recorded, State, check_review},
    totals::{Count, Cure, SmallGroup, Table, Tally, city as city_of},
};
pub use standing::{Standing, Total, counts, counts_with_left, standing, standings, totals};
pub use step::steps;
pub use store::{
    Applied, Frozen, Payment, ReviewRow, admitted, admitted_by_batch, admitted_by_level, applied, frozen,
    is_frozen, proposal, queries as all_queries, reviews, seed,
};
pub use task::tasks;
pub use waiting::{Waiting, returned, waiting};

/// The long work of this stage.
pub const JOBS: &[job::Kind] = &[acceptance::ACCEPT];

/// What this stage writes to the trail.
pub const TRAIL_ACTIONS: &[&str] = &[
    "admission.review",
    "admission.accept-many",
    "admission.payment",
    "admission.freeze",
    "admission.export",
];
