//! Who evaluates: the tree from an association, an enterprise or a college down to its exam sites and the points
//! where people register, the authorities beside it, and what gives each of them the right.
//!
//! A path such as `/demo/nancheng/site` names the place in the tree; grants are given over paths, and everything
//! below a path belongs to it. A body may hold filings (备案), each with the 13 characters its certificate numbers
//! begin with and a dated scope of occupations, trades and levels; those below it evaluate under the nearest filing
//! above that covers what they do ([`Evaluator`]), stations and bases only as far as their own authorisation goes.
//!
//! Rules are in `rules`, rows in `store`; [`seed`] writes the demo province.
mod evaluator;
mod grounds;
mod import;
pub mod pages;
mod rules;
mod seed;
mod store;

pub use evaluator::Evaluator;
pub use grounds::{Grounds, GroundsFuture, GroundsSource};
pub use import::{
    filings::{FILING_FILES, import_filings},
    import,
};
pub use pages::{PERMISSIONS, routes};
pub use rules::{
    Organisation, OrganisationRefused, check,
    filing::{Filing, FilingKind, FilingRefused, Standing, Suspension, check_filing},
    kind::OrganisationKind,
    scope::{FilingScope, Held, ObjectGroup, OutOfScope},
};
pub use seed::{SeedError, SeedFiles, seed};
pub use store::{
    add, all_queries, by_id, by_ids, by_path, by_paths,
    change::{confirm, end_filing, end_scope, hand_over_plaque, prolong, resume},
    children, everything,
    filing::{add_filing, add_scope, add_suspension, held, held_at, is_code_taken, one_filing},
    registration_points_served_by,
    supervision::{Supervision, add_supervision, authorities_of, supervised_by, supervisions},
    within,
};

kernel::id_types! {
    /// One organisation.
    OrganisationId;
    /// One filing of an organisation.
    FilingId;
    /// One line of the scope of a filing.
    FilingScopeId;
}
