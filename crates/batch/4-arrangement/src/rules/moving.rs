//! Moving somebody to another seat of the same sitting, or letting two people change places.
//!
//! What was drawn stays as it is for everybody else. The letter of the form belongs to the place, not to
//! the person, so neighbours keep different forms; that is checked all the same, because a room may have
//! been drawn under another layout.
use kernel::UnixMicros;
use venue::{Room, RoomKind};
use web::Message;

use super::{
    ArrangementRefused, SiteStatus,
    need::{Need, PaperKey},
    planned::Letter,
};

/// Why somebody is moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum MoveReason {
    /// They need this place: close to the door, room for a wheelchair.
    SpecialNeed,
    /// Desk or machine does not work.
    SeatFault,
    /// They should not sit beside each other.
    KeepApart,
    /// Something else; the words say what.
    Other,
}

impl MoveReason {
    /// Every reason.
    pub const ALL: [Self; 4] = [Self::SpecialNeed, Self::SeatFault, Self::KeepApart, Self::Other];

    /// As forms and the trail write it.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::SpecialNeed => "special_need",
            Self::SeatFault => "seat_fault",
            Self::KeepApart => "keep_apart",
            Self::Other => "other",
        }
    }

    /// Key of its word in `locales/`.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::SpecialNeed => "move-reason-special-need",
            Self::SeatFault => "move-reason-seat-fault",
            Self::KeepApart => "move-reason-keep-apart",
            Self::Other => "move-reason-other",
        }
    }
}

/// Somebody on their seat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sitter {
    /// Their application.
    pub application: String,
    /// Their paper.
    pub paper: PaperKey,
    /// The exam room.
    pub room_use: String,
    /// Seat number in writing; the order of entry otherwise.
    pub number: i64,
    /// Which group, 1 first.
    pub turn: i64,
    /// Their form.
    pub letter: Letter,
    /// Whether they were put here because they need this place.
    pub needs_place: bool,
    /// When they sit elsewhere.
    pub busy: Vec<(UnixMicros, UnixMicros)>,
}

/// An exam room with everybody in it.
#[derive(Debug, Clone)]
pub struct Hall {
    /// The exam room.
    pub room_use: String,
    /// Its sitting.
    pub sitting: String,
    /// Its layout, with the places that are blocked now.
    pub layout: Room,
    /// Who sits there.
    pub sitters: Vec<Sitter>,
}

/// A place somebody gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spot {
    /// Whose.
    pub application: String,
    /// The exam room.
    pub room_use: String,
    /// Seat number or order of entry.
    pub number: i64,
    /// Which group.
    pub turn: i64,
    /// Their form there.
    pub letter: Letter,
}

/// What a move does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// Where the person goes.
    pub mover: Spot,
    /// Where the one goes who sat there; none when the seat was free.
    pub partner: Option<Spot>,
    /// What the officer should know before they do it.
    pub remarks: Vec<Remark>,
}

/// What does not forbid a move and should be known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remark {
    /// Their form becomes another.
    FormChanges,
    /// A room that held other papers gets one more.
    Mixes,
    /// A paper of a room does not stand together any more.
    Splits,
    /// One of the two was put on their seat because they need it.
    SpecialNeed,
}

impl Remark {
    /// Key of its sentence.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::FormChanges => "move-remark-form",
            Self::Mixes => "move-remark-mixes",
            Self::Splits => "move-remark-splits",
            Self::SpecialNeed => "move-remark-special-need",
        }
    }
}

/// Why somebody cannot be moved there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MoveRefused {
    /// They sit there already.
    #[error("they sit there already")]
    SamePlace,
    /// Another site or another sitting.
    #[error("the room is not of the same site and sitting")]
    OtherSitting,
    /// The room is not fitted for this part.
    #[error("the room is not fitted for this part")]
    WrongKind,
    /// No seat has this number, or it is blocked.
    #[error("there is no seat {0}")]
    NoSeat(i64),
    /// The neighbour would have the same form of the same paper.
    #[error("seat {0} beside has the same form")]
    SameForm(i64),
    /// One of the two sits elsewhere at that time.
    #[error("they sit elsewhere at that time")]
    Busy,
    /// Tickets may have been printed.
    #[error("tickets are out")]
    TicketsOut,
    /// Nobody said why.
    #[error("a move needs a reason")]
    NoReason,
    /// Nothing is left to be taken back.
    #[error("there is no move to take back")]
    NothingToUndo,
}

impl MoveRefused {
    /// The sentence.
    #[must_use]
    pub fn message(&self) -> Message {
        match self {
            Self::SamePlace => "move-refused-same-place".into(),
            Self::OtherSitting => "move-refused-other-sitting".into(),
            Self::WrongKind => "move-refused-wrong-kind".into(),
            Self::NoSeat(number) => Message::new("move-refused-no-seat").with("a", number),
            Self::SameForm(number) => Message::new("move-refused-same-form").with("a", number),
            Self::Busy => "move-refused-busy".into(),
            Self::TicketsOut => "move-refused-tickets-out".into(),
            Self::NoReason => "move-refused-no-reason".into(),
            Self::NothingToUndo => "move-refused-nothing-to-undo".into(),
        }
    }
}

/// Whether anybody may be moved at a site now: as long as it is drawn, and after its confirmation
/// until tickets can be printed. Somebody who holds a ticket has been told where to go.
///
/// # Errors
/// The sentence of the refusal.
pub fn may_move(
    status: SiteStatus,
    is_asked: bool,
    tickets_open_at: Option<UnixMicros>,
    now: UnixMicros,
) -> Result<(), Message> {
    match status {
        SiteStatus::ToDraw => Err(ArrangementRefused::NotDrawn.message()),
        SiteStatus::Drawing => Err(ArrangementRefused::UnderWay.message()),
        SiteStatus::Drawn if is_asked => Err(ArrangementRefused::UnderWay.message()),
        SiteStatus::Drawn => Ok(()),
        // Without a day of their own tickets are out from the confirmation on.
        SiteStatus::Confirmed if tickets_open_at.is_some_and(|opens_at| now < opens_at) => Ok(()),
        SiteStatus::Confirmed => Err(MoveRefused::TicketsOut.message()),
    }
}

/// Moves `application` from `origin` to a place of `target`; the halls may be the same one.
///
/// # Errors
/// Everything that forbids it.
pub fn plan_move(
    need: &Need,
    origin: &Hall,
    application: &str,
    target: &Hall,
    number: i64,
) -> Result<Moved, Vec<MoveRefused>> {
    let Some(mover) = origin.sitters.iter().find(|one| one.application == application) else {
        return Err(vec![MoveRefused::OtherSitting]);
    };
    if origin.sitting != target.sitting || origin.layout.site_id != target.layout.site_id {
        return Err(vec![MoveRefused::OtherSitting]);
    }
    if target.layout.kind != need.room_kind() {
        return Err(vec![MoveRefused::WrongKind]);
    }
    let Some(to) = spot(need, target, application, number) else {
        return Err(vec![MoveRefused::NoSeat(number)]);
    };
    if mover.room_use == to.room_use && mover.number == to.number {
        return Err(vec![MoveRefused::SamePlace]);
    }
    let partner = target.sitters.iter().find(|one| one.number == number);
    let back = match partner {
        None => None,
        Some(one) => match spot(need, origin, &one.application, mover.number) {
            Some(back) => Some(back),
            None => return Err(vec![MoveRefused::NoSeat(mover.number)]),
        },
    };
    let after = |hall: &Hall| sitters_after(hall, mover, &to, partner.zip(back.as_ref()));
    let (at_target, at_origin) = (after(target), after(origin));
    let mut refused = Vec::new();
    refused.extend(same_form(target, &at_target, &to));
    refused.extend(back.as_ref().and_then(|back| same_form(origin, &at_origin, back)));
    let is_busy = is_busy(need, mover, to.turn)
        || partner.zip(back.as_ref()).is_some_and(|(one, back)| is_busy(need, one, back.turn));
    if is_busy {
        refused.push(MoveRefused::Busy);
    }
    if !refused.is_empty() {
        return Err(refused);
    }
    let remarks = remarks(mover, &to, partner.zip(back.as_ref()), (target, &at_target), (origin, &at_origin));
    Ok(Moved { mover: to, partner: back, remarks })
}

/// The place with this number, if the hall has it and it is not blocked.
fn spot(need: &Need, hall: &Hall, application: &str, number: i64) -> Option<Spot> {
    let (turn, letter) = if need.room_kind() == RoomKind::Practical {
        let places = i64::try_from(need.places(&hall.layout)).unwrap_or(i64::MAX);
        let turn = (number - 1).checked_div_euclid(places)? + 1;
        if number < 1 || turn > need.turns_most() {
            return None;
        }
        (turn, Letter::Neither)
    } else {
        let seat = venue::seats(&hall.layout).into_iter().find(|seat| seat.number == number)?;
        (1, if need.has_letters() { Letter::at(seat) } else { Letter::Neither })
    };
    let (application, room_use) = (application.to_owned(), hall.room_use.clone());
    Some(Spot { application, room_use, number, turn, letter })
}

/// Who sits in a hall once the move is made, by number.
fn sitters_after(hall: &Hall, mover: &Sitter, to: &Spot, swap: Option<(&Sitter, &Spot)>) -> Vec<Sitter> {
    let has_moved = |one: &Sitter| {
        one.application == mover.application
            || swap.is_some_and(|(partner, _)| partner.application == one.application)
    };
    let mut sitters: Vec<Sitter> = hall.sitters.iter().filter(|one| !has_moved(one)).cloned().collect();
    let arrivals = [Some((mover, to)), swap];
    for (who, spot) in arrivals.into_iter().flatten().filter(|(_, spot)| spot.room_use == hall.room_use) {
        sitters.push(Sitter {
            room_use: spot.room_use.clone(),
            number: spot.number,
            turn: spot.turn,
            letter: spot.letter,
            ..who.clone()
        });
    }
    sitters.sort_by_key(|one| one.number);
    sitters
}

/// The neighbour with the same form of the same paper, if there is one.
fn same_form(hall: &Hall, sitters: &[Sitter], at: &Spot) -> Option<MoveRefused> {
    if at.letter == Letter::Neither {
        return None;
    }
    let own = sitters.iter().find(|one| one.application == at.application)?;
    let beside = venue::neighbours(&hall.layout, at.number);
    let same =
        |one: &&Sitter| beside.contains(&one.number) && one.paper == own.paper && one.letter == own.letter;
    sitters.iter().find(same).map(|one| MoveRefused::SameForm(one.number))
}

fn is_busy(need: &Need, who: &Sitter, turn: i64) -> bool {
    let (from, until) = (need.end(turn - 1), need.end(turn));
    who.busy.iter().any(|(start, end)| *start < until && from < *end)
}

fn remarks(
    mover: &Sitter,
    to: &Spot,
    swap: Option<(&Sitter, &Spot)>,
    (target, at_target): (&Hall, &[Sitter]),
    (origin, at_origin): (&Hall, &[Sitter]),
) -> Vec<Remark> {
    let form_changes =
        mover.letter != to.letter || swap.is_some_and(|(partner, back)| partner.letter != back.letter);
    let mixes = papers(at_target) > papers(&target.sitters).max(1)
        || papers(at_origin) > papers(&origin.sitters).max(1);
    let splits = breaks(at_target) > breaks(&target.sitters) || breaks(at_origin) > breaks(&origin.sitters);
    let special = mover.needs_place || swap.is_some_and(|(partner, _)| partner.needs_place);
    [
        (form_changes, Remark::FormChanges),
        (mixes, Remark::Mixes),
        (splits, Remark::Splits),
        (special, Remark::SpecialNeed),
    ]
    .into_iter()
    .filter_map(|(holds, remark)| holds.then_some(remark))
    .collect()
}

fn papers(sitters: &[Sitter]) -> usize {
    sitters.iter().map(|one| &one.paper).collect::<std::collections::BTreeSet<_>>().len()
}

/// How often a paper of the room begins again after another one.
fn breaks(sitters: &[Sitter]) -> usize {
    let mut in_order: Vec<&Sitter> = sitters.iter().collect();
    in_order.sort_by_key(|one| one.number);
    let runs = 1 + in_order.iter().zip(in_order.iter().skip(1)).filter(|(a, b)| a.paper != b.paper).count();
    runs.saturating_sub(papers(sitters))
}
