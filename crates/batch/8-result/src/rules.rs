//! Rules of results. Pure: no clock, no database, no HTTP.
mod decision;
mod distribution;
mod refused;

pub use decision::{Outcome, Part, decide, digest};
pub use distribution::{BARS, Band, Bar, Counted, Tally, band, bars, count, percent, share};
pub use refused::ResultRefused;
