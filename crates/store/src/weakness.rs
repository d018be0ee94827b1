//! Protections that a durability test switches off, to show that it would notice. Only the demo's binary has a
//! flag that leads here: a release cannot be weakened.
use std::sync::OnceLock;

use sqlx::sqlite::SqliteSynchronous;

static CHOSEN: OnceLock<Weakness> = OnceLock::new();

/// One protection that is off in this process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weakness {
    /// SQLite never waits for the disk.
    SynchronousOff,
    /// SQLite waits for the disk only when the log is copied into the database.
    SynchronousNormal,
    /// The process goes on after a sync that failed.
    RefusedSync,
}

impl std::str::FromStr for Weakness {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        match name {
            "synchronous-off" => Ok(Self::SynchronousOff),
            "synchronous-normal" => Ok(Self::SynchronousNormal),
            "refused-sync" => Ok(Self::RefusedSync),
            other => Err(format!("{other} is no protection that can be switched off")),
        }
    }
}

/// Switches a protection off, until the end of the process; before any database is opened.
pub fn weaken(weakness: Weakness) {
    // The first choice stands.
    let _ = CHOSEN.set(weakness);
}

pub(crate) fn synchronous() -> SqliteSynchronous {
    match CHOSEN.get() {
        Some(Weakness::SynchronousOff) => SqliteSynchronous::Off,
        Some(Weakness::SynchronousNormal) => SqliteSynchronous::Normal,
        Some(Weakness::RefusedSync) | None => SqliteSynchronous::Full,
    }
}

pub(crate) fn goes_on_after_a_refused_sync() -> bool {
    CHOSEN.get() == Some(&Weakness::RefusedSync)
}
