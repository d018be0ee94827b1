//! The register of sites in the browser: all of them, and one with its rooms.
mod list;
mod show;

use ::store::Tx;
use identity::Env;
use kernel::{Day, OrgPath};
use organisation::Organisation;
use web::{Cell, Route, get};

use crate::RoomKind;

/// Routes of this crate.
#[must_use]
pub fn routes() -> Vec<Route<Env>> {
    vec![get("/sites", list::show), get("/sites/{code}", show::show)]
}

/// Everybody who works here.
const STAFF: &[&str] = &[
    "administrator",
    "security-administrator",
    "province",
    "reviewer",
    "registrar",
    "exam-officer",
    "item-writer",
    "item-reviewer",
    "custodian",
    "invigilator",
    "examiner",
    "panel-member",
    "score-clerk",
    "auditor",
    "manager",
    "filing-officer",
    "assessor",
];

/// Who may use them, written by hand.
pub const PERMISSIONS: &[Cell] = &[
    Cell { method: "GET", path: "/sites", who: STAFF },
    Cell { method: "GET", path: "/sites/{code}", who: STAFF },
];

/// The organisations of the trees in which somebody works, or that their authority looks after: whose sites they see, by name.
async fn organisations(tx: &mut Tx, at: &[OrgPath], day: Day) -> sqlx::Result<Vec<Organisation>> {
    let seen = organisation::pages::Seen::from(tx, at, day).await?;
    let mut rows = organisation::everything(tx).await?;
    rows.retain(|row| seen.has(&row.path));
    Ok(rows)
}

/// Key of the word for what a room is fitted for.
fn kind_word(kind: RoomKind) -> &'static str {
    match kind {
        RoomKind::Paper => "site-room-paper",
        RoomKind::Computer => "site-room-computer",
        RoomKind::Practical => "site-room-practical",
    }
}

/// Code of a kind in an address.
fn kind_code(kind: RoomKind) -> &'static str {
    match kind {
        RoomKind::Paper => "paper",
        RoomKind::Computer => "computer",
        RoomKind::Practical => "practical",
    }
}
