//! Where the rows are: one SQL text, two engines.
//!
//! SQLite is the default and lives in one file; PostgreSQL takes over when a province outgrows it.
//! Every query is written once in the house dialect (STYLE.md) and runs on either engine through
//! [`on!`]. Writers queue for one SQLite connection; readers never wait. A commit is durable before
//! anybody is told (`synchronous = FULL`, `synchronous_commit = on`).
//!
//! Where many rows are written, or found by their keys, [`Many`] and [`find_each`] do it faster than a statement that
//! names them all.
//!
//! This crate is the only place that knows there are two engines. It knows no stage.
mod asked;
mod blobs;
mod counts;
mod db;
mod direct;
mod error;
mod many;
mod migrations;
mod search;
mod sync;
mod value;
mod weakness;
mod within;

pub use asked::{asked_once, counting};
pub use blobs::{BlobError, Blobs};
pub use counts::{counts_in, push_keys};
pub use db::{Db, Engine, Tx};
pub use error::{is_unique_violation, was_changed};
pub use many::{Found, Many, NextRow, find_each};
pub use migrations::{MIGRATIONS, migrate};
pub use search::pattern;
pub use sqlx::Error;
pub use sync::{make_folder, replace_file, sync_file, sync_folder};
pub use value::Value;
pub use weakness::{Weakness, weaken};
pub use within::push_within;

/// Runs the same body against whichever engine `tx` holds; the body is written once.
#[macro_export]
macro_rules! on {
    ($tx:expr, |$conn:ident| $body:expr) => {{
        $crate::asked_once();
        match $tx {
            $crate::Tx::Sqlite(tx) => {
                let $conn = &mut **tx;
                $body
            }
            $crate::Tx::Postgres(tx) => {
                let $conn = &mut **tx;
                $body
            }
        }
    }};
}

/// Names every statement, and lists them so that one test can prepare all of them on both engines.
#[macro_export]
macro_rules! queries {
    ($($(#[$doc:meta])* $name:ident = $sql:literal;)*) => {
        $($(#[$doc])* const $name: &str = $sql;)*
        /// Every named statement of this file, for the test that prepares them on both engines.
        pub const ALL_QUERIES: &[(&str, &str)] = &[$((stringify!($name), $sql)),*];
    };
}
