//! Who is there: seats, marks, and the closing of a room's record.
use kernel::UnixMicros;
use scheme::Delivery;
use web::Message;

/// A mark an invigilator made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mark {
    /// There.
    Present,
    /// Not there.
    Absent,
}

impl Mark {
    /// Both, for tests.
    pub const ALL: [Self; 2] = [Self::Present, Self::Absent];

    /// The word of the row.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Present => "present",
            Self::Absent => "absent",
        }
    }

    /// The mark of a row's word.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mark| mark.code() == code)
    }
}

/// How a seat stands, for pages and counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SeatState {
    /// Nobody has said anything yet.
    NotYet,
    /// Checked in, or marked as present where no computer is used.
    In,
    /// Works on the form.
    Working,
    /// Handed in, or closed by the time.
    HandedIn,
    /// Marked as absent.
    Absent,
}

impl SeatState {
    /// How a seat stands, from its mark and the state of its attempt.
    #[must_use]
    pub fn of(mark: Option<Mark>, attempt: Option<&str>) -> Self {
        match (mark, attempt) {
            (_, Some("open")) => Self::Working,
            (Some(Mark::Absent), _) => Self::Absent,
            (_, Some("handed_in" | "closed")) => Self::HandedIn,
            (Some(Mark::Present), _) | (None, Some(_)) => Self::In,
            (None, None) => Self::NotYet,
        }
    }

    /// Name of it in a class of the style sheet.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::NotYet => "not-yet",
            Self::In => "in",
            Self::Working => "working",
            Self::HandedIn => "handed-in",
            Self::Absent => "absent",
        }
    }

    /// Key of its word.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::NotYet => "seat-not-yet",
            Self::In => "seat-in",
            Self::Working => "seat-working",
            Self::HandedIn => "seat-handed-in",
            Self::Absent => "seat-absent",
        }
    }

    /// Class of its tag.
    #[must_use]
    pub fn class(self) -> &'static str {
        match self {
            Self::NotYet => "wait",
            Self::In | Self::Working => "now",
            Self::HandedIn => "done",
            Self::Absent => "late",
        }
    }
}

/// How many seats stand how.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RoomCount {
    /// Nobody has said anything yet.
    pub not_yet: i64,
    /// Checked in.
    pub checked_in: i64,
    /// At work.
    pub working: i64,
    /// Ended.
    pub handed_in: i64,
    /// Absent.
    pub absent: i64,
}

impl RoomCount {
    /// Counts seats.
    #[must_use]
    pub fn of(seats: impl IntoIterator<Item = SeatState>) -> Self {
        let mut count = Self::default();
        for seat in seats {
            *count.place(seat) += 1;
        }
        count
    }

    /// Counts seats that were counted already: how many of them stand how. `expected` is the number of
    /// all seats; those nobody has said anything about are the rest.
    #[must_use]
    pub fn of_tally(expected: i64, tally: impl IntoIterator<Item = (SeatState, i64)>) -> Self {
        let mut count = Self::default();
        for (seat, seats) in tally {
            *count.place(seat) += seats;
        }
        count.not_yet = (expected - count.present() - count.absent).max(0);
        count
    }

    /// This and another room together.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            not_yet: self.not_yet + other.not_yet,
            checked_in: self.checked_in + other.checked_in,
            working: self.working + other.working,
            handed_in: self.handed_in + other.handed_in,
            absent: self.absent + other.absent,
        }
    }

    fn place(&mut self, seat: SeatState) -> &mut i64 {
        match seat {
            SeatState::NotYet => &mut self.not_yet,
            SeatState::In => &mut self.checked_in,
            SeatState::Working => &mut self.working,
            SeatState::HandedIn => &mut self.handed_in,
            SeatState::Absent => &mut self.absent,
        }
    }

    /// All seats.
    #[must_use]
    pub fn expected(&self) -> i64 {
        self.not_yet + self.present() + self.absent
    }

    /// Seats with somebody on them.
    #[must_use]
    pub fn present(&self) -> i64 {
        self.checked_in + self.working + self.handed_in
    }
}

/// What the closing of a room says about seats nobody has marked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Others {
    /// On paper and on site people come in through the door: who is not marked as absent is there.
    Present,
    /// In a computer room everybody is checked in: who was not did not come.
    Absent,
}

impl Others {
    /// The rule of a sitting's delivery.
    #[must_use]
    pub fn of(delivery: Delivery) -> Self {
        match delivery {
            Delivery::Computer => Self::Absent,
            Delivery::Paper | Delivery::OnSite => Self::Present,
        }
    }

    /// The mark the others get.
    #[must_use]
    pub fn mark(self) -> Mark {
        match self {
            Self::Present => Mark::Present,
            Self::Absent => Mark::Absent,
        }
    }
}

/// Why something could not be done in a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SittingRefused {
    /// The seat plan may still change.
    #[error("the seat plan is not confirmed")]
    PlanNotConfirmed,
    /// The record of the room is closed.
    #[error("the room's record is closed")]
    RoomClosed,
    /// The time of the sitting is over.
    #[error("the sitting is over")]
    SittingOver,
    /// Somebody is still at work.
    #[error("somebody is still at work")]
    StillWorking,
    /// The sitting has not begun, so nobody can be missing yet.
    #[error("the sitting has not begun")]
    NotBegun,
    /// Nobody is checked in at a desk without a computer.
    #[error("this sitting is not on computers")]
    NotOnComputer,
    /// At a computer people are checked in with a code.
    #[error("this sitting is on computers")]
    OnComputer,
    /// There is no locked form for this candidate's level.
    #[error("no form is locked")]
    NoForm,
    /// The candidate is marked as absent.
    #[error("the candidate is marked as absent")]
    MarkedAbsent,
    /// The candidate is at work or was.
    #[error("the candidate has begun")]
    HasBegun,
    /// The candidate was not checked in.
    #[error("the candidate is not checked in")]
    NotCheckedIn,
    /// The work has ended.
    #[error("the attempt has ended")]
    AttemptEnded,
}

impl SittingRefused {
    /// What to tell the user.
    #[must_use]
    pub fn message(self) -> Message {
        Message::new(match self {
            Self::PlanNotConfirmed => "sitting-plan-not-confirmed",
            Self::RoomClosed => "sitting-room-closed",
            Self::SittingOver => "sitting-over",
            Self::StillWorking => "sitting-still-working",
            Self::OnComputer => "sitting-on-computer",
            Self::NotBegun => "sitting-not-begun",
            Self::NotOnComputer => "sitting-not-on-computer",
            Self::NoForm => "sitting-no-form",
            Self::MarkedAbsent => "sitting-marked-absent",
            Self::HasBegun => "sitting-has-begun",
            Self::NotCheckedIn => "sitting-not-checked-in",
            Self::AttemptEnded => "sitting-attempt-ended",
        })
    }
}

impl From<SittingRefused> for web::PageError {
    fn from(refused: SittingRefused) -> Self {
        Self::Refused(refused.message())
    }
}

/// Whether a candidate may be checked in now: before the close, at a computer, in an open room,
/// and not where somebody has just said that the chair is empty.
///
/// # Errors
/// The first reason against it.
pub fn may_check_in(
    delivery: Delivery,
    closed: bool,
    seat: SeatState,
    close_at: UnixMicros,
    now: UnixMicros,
) -> Result<(), SittingRefused> {
    if closed {
        return Err(SittingRefused::RoomClosed);
    }
    if delivery != Delivery::Computer {
        return Err(SittingRefused::NotOnComputer);
    }
    if now >= close_at {
        return Err(SittingRefused::SittingOver);
    }
    match seat {
        SeatState::NotYet | SeatState::In => Ok(()),
        SeatState::Absent => Err(SittingRefused::MarkedAbsent),
        SeatState::Working | SeatState::HandedIn => Err(SittingRefused::HasBegun),
    }
}

/// Whether a seat may be marked, or its mark taken back: while the room's record is open, and not
/// when the candidate sits there and works.
///
/// # Errors
/// The first reason against it.
pub fn may_mark(closed: bool, seat: SeatState) -> Result<(), SittingRefused> {
    if closed {
        return Err(SittingRefused::RoomClosed);
    }
    match seat {
        SeatState::Working | SeatState::HandedIn => Err(SittingRefused::HasBegun),
        SeatState::NotYet | SeatState::In | SeatState::Absent => Ok(()),
    }
}

/// Whether somebody may be marked as there: on paper and on site, where nobody needs a code.
///
/// # Errors
/// The first reason against it.
pub fn may_mark_present(delivery: Delivery, closed: bool, seat: SeatState) -> Result<(), SittingRefused> {
    may_mark(closed, seat)?;
    match delivery {
        Delivery::Computer => Err(SittingRefused::OnComputer),
        Delivery::Paper | Delivery::OnSite => Ok(()),
    }
}

/// Closes a room's record: everybody is either present or absent afterwards; says how many of each.
///
/// # Errors
/// When it is closed already, the sitting has not begun, or somebody is still at work: what happens
/// to them belongs into the record.
pub fn close_room(
    count: RoomCount,
    others: Others,
    closed: bool,
    starts_at: UnixMicros,
    now: UnixMicros,
) -> Result<(i64, i64), SittingRefused> {
    if closed {
        return Err(SittingRefused::RoomClosed);
    }
    if now < starts_at {
        return Err(SittingRefused::NotBegun);
    }
    if count.working > 0 {
        return Err(SittingRefused::StillWorking);
    }
    Ok(match others {
        Others::Present => (count.present() + count.not_yet, count.absent),
        Others::Absent => (count.present(), count.absent + count.not_yet),
    })
}
