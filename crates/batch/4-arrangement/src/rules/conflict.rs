//! Why there is no plan: the demands that conflict, and no others.
use draw::DrawError;
use serde::{Deserialize, Serialize};
use venue::{RoomKind, SiteId};

use super::need::PaperKey;

/// Demands that cannot all be met; leave one of them out and the others can.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Conflict {
    /// More people than seats of the kind at the site.
    Seats {
        /// Where.
        site: SiteId,
        /// Which kind of room.
        kind: RoomKind,
        /// When: one sitting, or those that need the rooms at the same time (as places in the demand).
        needs: Vec<usize>,
        /// How many people they bring together.
        candidates: usize,
        /// How many can be seated.
        seats: usize,
    },
    /// The same people would be in two sittings at a time.
    Overlap {
        /// The earlier (as a place in the demand).
        first: usize,
        /// The later.
        second: usize,
        /// How many people.
        candidates: usize,
    },
    /// Somebody applied twice and would have to sit both at a time.
    SamePerson {
        /// Where the one application sits (as a place in the demand).
        first: usize,
        /// Where the other sits; the same place when both are in one sitting.
        second: usize,
        /// The applications, those of one person after each other.
        applications: Vec<String>,
    },
}

/// Why there is no plan.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlanImpossible {
    /// Nobody is admitted.
    #[error("there is nobody to seat")]
    Nobody,
    /// A paper has no component at all.
    #[error("paper {} has no component to sit", .0.stratum())]
    NothingToSit(PaperKey),
    /// The list of candidates cannot be drawn.
    #[error("the list of candidates cannot be drawn: {0}")]
    Draw(#[from] DrawError),
    /// What is asked for at one time and place cannot all be met.
    #[error("{} demands conflict", .0.len())]
    Conflicts(Vec<Conflict>),
}
