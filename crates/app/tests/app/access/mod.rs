//! TS1 to TS4, TS12, TS17, TS18: whoever has no business with something does not get at it, learns nothing of
//! it, and leaves no trace of trying in the rows.
//!
//! One world for all of them: the story of the thirty, kept at six moments. Each test starts servers on copies
//! of what was kept, so that nothing one of them does is seen by another.
mod ask;
mod body;
mod canary;
mod doors;
mod dump;
mod expected;
mod extra;
mod hostile;
mod matrix;
mod people;
pub mod rows;
mod session;
mod swap;
mod trail;
mod world;

pub use world::{Moment, worlds};
