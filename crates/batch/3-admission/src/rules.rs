//! The rules. Pure: no clock, no database, no HTTP.
pub mod list;
pub mod opinion;
pub mod payment;
pub mod refused;
pub mod state;
pub mod totals;
