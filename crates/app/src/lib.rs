//! The product put together: one list of crates, one router, one command line.
//!
//! [`routes`] merges what every stage offers, [`router`] adds session, guards and assets, [`House`]
//! is a data folder with its keys, database, files and log, and [`run`] carries out a command. Rules
//! live in the stages; this crate has none.

mod address;
mod assets;
mod backup;
mod clock;
mod command;
mod compose;
#[cfg(feature = "demo")]
mod demo;
mod docs;
mod house;
mod import;
mod pages;
#[cfg(feature = "demo")]
mod rehearsal;
mod router;
mod seed;
mod serve;
mod verify_batch;

pub use address::route_of;
pub use command::{Command, decode, run};
pub use compose::{all_queries, decoders, permissions, rolled_up, routes, trail_actions};
pub use house::House;
pub use router::router;
