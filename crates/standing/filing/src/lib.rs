//! How a filing comes about and changes (备案办理).
//!
//! A body asks an authority for something (a first filing, more occupations, more time, an end …): a case. It hands in
//! the papers of the authority's dated procedure and the lines of the scope it asks for. The authority finds it
//! complete, or says once everything that is to be corrected; experts give points, each sealed before any is seen; two
//! people decide; the decision is announced, objections are answered; and then the filing says so, in
//! `organisation`'s register, with its code and plaque.
//!
//! States and refusals are in `rules`, rows in `store`; [`seed`] writes the demo's procedures. `pages::entry` says who
//! stands on which side of a case.
mod grant;
mod import;
pub mod pages;
mod rules;
mod seed;
mod store;
mod waiting;

pub use import::{PROCEDURE_FILES, ProcedureFiles, import_procedures, import_supervision};
pub use pages::{PERMISSIONS, routes};
pub use rules::{
    assessment::{Condition, Outcome, outcome},
    case::{CaseAct, CaseKind, CaseMode, CaseState, Course, after},
    procedure::{Material, Procedure},
    refusal::CaseRefused,
};
pub use seed::{SeedFiles, seed};
pub use store::{all_queries, case::FilingCase};
pub use waiting::{CaseTask, tasks};

kernel::id_types! {
    /// One case.
    CaseId;
    /// One procedure of a jurisdiction.
    ProcedureId;
}

/// What this crate writes to the trail.
pub const TRAIL_ACTIONS: &[&str] = &[
    "filing-case.open",
    "filing-case.line",
    "filing-case.paper",
    "filing-case.submit",
    "filing-case.withdraw",
    "filing-case.return",
    "filing-case.complete",
    "filing-case.appoint",
    "filing-case.points",
    "filing-case.seal",
    "filing-case.propose",
    "filing-case.decide",
    "filing-case.object",
    "filing-case.answer",
    "filing-case.grant",
    "filing.plaque",
];
