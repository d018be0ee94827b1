//! The rules. Pure: no clock, no database, no HTTP.
pub mod clause;
pub mod component;
pub mod dated;
pub mod evaluation;
mod finding;
pub mod predicate;
pub mod register;
