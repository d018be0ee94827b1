//! What a file says, what is wrong with it, and what it would change. Pure.
pub mod blueprint;
pub mod content;
pub mod mistake;
pub mod sheet;
