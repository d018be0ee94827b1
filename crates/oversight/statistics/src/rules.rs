//! Figures added up. Pure.
pub mod funnel;
pub mod year;
