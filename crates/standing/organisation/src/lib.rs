//! Who evaluates: the tree from an association or enterprise down to its exam sites and the points
//! where people register.
//!
//! A path such as `/demo/nancheng/site` names the place in the tree; grants are given over paths,
//! and everything below a path belongs to it. A filed organisation carries the 13 characters its
//! certificate numbers begin with; those below it issue under the nearest filed one above.
//! A registration point may name the exam site that usually seats its people.
//!
//! Rules are in `rules`, rows in `store`; [`seed`] writes the demo province.
mod grounds;
mod import;
pub mod pages;
mod rules;
mod seed;
mod store;

pub use grounds::{Grounds, GroundsFuture, GroundsSource};
pub use import::import;
pub use pages::{PERMISSIONS, ReadRegisters, routes};
pub use rules::{Organisation, OrganisationKind, OrganisationRefused, check};
pub use seed::{SeedError, seed};
pub use store::{
    ALL_QUERIES, add, by_id, by_path, by_paths, children, everything, issuer_of, registration_point_named,
    registration_points_served_by, within,
};

kernel::id_types! {
    /// One organisation.
    OrganisationId;
}
