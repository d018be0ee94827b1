//! What every test starts from: both engines with the real schema, a clock that stands still, and
//! the mark that a requirement was proved. The browser is the rehearsal's, with panics in place of faults. State
//! machines are held against tables drawn by hand in [`model`].
//!
//! `git clone && cargo test` needs no service: SQLite always runs. PostgreSQL runs when `TEST_PG`
//! names a server, which `cargo xtask check` starts itself and then sets `REQUIRE_PG`, so that a
//! forgotten engine is red and not silent. Every engine run leaves a line in `TEST_ENGINE_LOG`.
//! This crate knows no stage; fixtures of a stage live in its own `tests/`. The one exception is [`sitters`], which
//! copies the rows of somebody who is checked in.
#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot start must stop")]

mod browser;
mod disk;
mod engines;
mod kept;
pub mod model;
pub mod postgres;
mod promise;
mod requirement;
mod server;
pub mod sitters;
mod statement;

pub use browser::{Browser, Page};
pub use disk::Disk;
pub use engines::{copy_of_database, empty_database, engines, prepare};
pub use kept::{Kept, ask, run};
pub use promise::{Promise, tries};
pub use rehearse::{Answer, Echoed, FormFill, Going, Sent, Watch};
pub use requirement::prove;
pub use server::Server;
pub use statement::{Statements, Value, look, write};
