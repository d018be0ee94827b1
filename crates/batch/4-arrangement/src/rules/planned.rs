//! A drawn plan: sittings, their rooms, and everybody's place.
use std::collections::BTreeSet;

use venue::{Room, SiteId};

use super::need::{Need, PaperKey};

/// Which of two equal forms somebody gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Letter {
    /// The first form.
    A,
    /// The second.
    B,
    /// There are no forms to tell apart.
    Neither,
}

impl Letter {
    /// As it is stored and printed.
    #[must_use]
    pub fn text(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::B => "B",
            Self::Neither => "",
        }
    }

    /// Reads what [`Letter::text`] wrote; whatever else means that there are no forms.
    #[must_use]
    pub fn from_text(text: &str) -> Self {
        [Self::A, Self::B].into_iter().find(|letter| letter.text() == text).unwrap_or(Self::Neither)
    }

    /// Like the squares of a chessboard, so that whoever sits in front, behind or beside has the other
    /// form, whatever places are blocked.
    #[must_use]
    pub fn at(seat: venue::Seat) -> Self {
        if (seat.row + seat.column) % 2 == 0 { Self::A } else { Self::B }
    }
}

/// One person's place in one sitting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedSeat {
    /// Seat number in writing; the order of entry otherwise.
    pub number: i64,
    /// Which group they are in, 1 first.
    pub turn: i64,
    /// Whose seat.
    pub application: String,
    /// Their paper.
    pub paper: PaperKey,
    /// Their form.
    pub letter: Letter,
}

/// One room in one sitting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedRoom {
    /// The room.
    pub room: Room,
    /// Number of the exam room at its site, over all sittings of the batch (第 N 考场).
    pub ordinal: i64,
    /// How many it takes at a time.
    pub places: usize,
    /// Who sits there.
    pub seats: Vec<PlannedSeat>,
}

impl PlannedRoom {
    /// How many papers are in it; more than one makes it a mixed room.
    #[must_use]
    pub fn papers(&self) -> usize {
        self.seats.iter().map(|seat| &seat.paper).collect::<BTreeSet<_>>().len()
    }
}

/// One sitting at one site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedSite {
    /// Where.
    pub site: SiteId,
    /// How many sit.
    pub candidates: usize,
    /// Groups one after another.
    pub turns: i64,
    /// No plan needs fewer rooms.
    pub rooms_least: usize,
    /// At least so many if papers never shared a room; none when there are not so many.
    pub rooms_unmixed: Option<usize>,
    /// The rooms, by ordinal.
    pub rooms: Vec<PlannedRoom>,
}

/// One sitting with everybody's place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedSitting {
    /// What was needed.
    pub need: Need,
    /// Each site's part.
    pub sites: Vec<PlannedSite>,
}
