//! How forms are made of a bank, what they are worth, and what is locked. Pure.
pub mod assembly;
pub mod balance;
pub mod colouring;
pub mod content;
pub mod weight;
