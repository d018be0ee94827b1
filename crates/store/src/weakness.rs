//! Protections that a durability test switches off, to show that it would notice. Only the demo's binary has a
//! flag that leads here: a release cannot be weakened.
use std::{sync::OnceLock, time::Duration};

use sqlx::sqlite::SqliteSynchronous;

use crate::asked;

/// How long a change is held back of which somebody was told already: what a disk keeps in its cache and calls
/// written. Without it the window is too short to be met by chance. Source: [own].
const HELD_BACK: Duration = Duration::from_millis(20);

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
    /// A request is answered before its changes are committed. What runs beside the requests commits in time.
    LateCommit,
}

impl std::str::FromStr for Weakness {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        match name {
            "synchronous-off" => Ok(Self::SynchronousOff),
            "synchronous-normal" => Ok(Self::SynchronousNormal),
            "refused-sync" => Ok(Self::RefusedSync),
            "late-commit" => Ok(Self::LateCommit),
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
        Some(Weakness::RefusedSync | Weakness::LateCommit) | None => SqliteSynchronous::Full,
    }
}

pub(crate) fn goes_on_after_a_refused_sync() -> bool {
    CHOSEN.get() == Some(&Weakness::RefusedSync)
}

/// How long a commit waits of which the caller is told at once; none where it is told when it is done. A request is
/// known by its statements being counted, as those of every request of a demo are.
pub(crate) fn held_back() -> Option<Duration> {
    (CHOSEN.get() == Some(&Weakness::LateCommit) && asked::is_counted()).then_some(HELD_BACK)
}
