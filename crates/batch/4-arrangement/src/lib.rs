//! arrangement.
pub mod rules;
mod store;
pub use store::*;
