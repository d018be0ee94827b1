//! A seat on the day: who is let in, marked, at work, called away; and the record of its room.
//!
//! The rules are the product's. What is asked of them in which order, and what is written when they agree, stands here
//! as the pages do it (`pages::seat`, `pages::room`, and the ledger, which lets nobody begin who is marked as absent).
use scheme::Delivery;
use sitting::rules::{
    Attempt, Begin, HandIn, Head, Mark, Others, RoomCount, SeatState, SittingRefused, Waiting, close_room,
    may_check_in, may_mark, may_mark_present,
};
use testkit::model::{Dice, Model, Seen};

use crate::fixture::{CLOSE, SESSION, START, frame};

/// `left` is absent with an attempt that waits, `gone` absent with one that has ended. In the last four the record of
/// the room is closed; who was let in may still begin.
const AT_COMPUTERS: &str = "
                  | new    | in     | works  | done   | absent  | left    | gone    | no-one  | shut in    | shut works | shut done
check in          | in     | in     | -begun | -begun | -absent | -absent | -absent | -closed | -closed    | -closed    | -closed
check in late     | -over  | -over  | -over  | -over  | -over   | -over   | -over   | -closed | -closed    | -closed    | -closed
mark present      | -code  | -code  | -begun | -begun | -code   | -code   | -code   | -closed | -closed    | -closed    | -closed
mark absent       | absent | left   | -begun | -begun | absent  | left    | -begun  | -closed | -closed    | -closed    | -closed
take absence back | -none  | -none  | -begun | -begun | new     | in      | done    | -closed | -closed    | -closed    | -closed
begin             | -      | works  | -      | -      | -       | -       | -       | -       | shut works | -          | -
hand in           | -      | -      | done   | -      | -       | -       | -       | -       | -          | shut done  | -
time is over      | -      | done   | done   | -      | -       | gone    | -       | -       | shut done  | shut done  | -
close early       | -early | -early | -early | -early | -early  | -early  | -early  | -closed | -closed    | -closed    | -closed
close the room    | no-one | shut in| -works | shut done | no-one | no-one | no-one | -closed | -closed    | -closed    | -closed
";

/// At desks nobody needs a code, and who is not marked as absent is there.
const ON_PAPER: &str = "
                  | new     | in      | absent  | shut in | no-one
check in          | -paper  | -paper  | -paper  | -closed | -closed
check in late     | -paper  | -paper  | -paper  | -closed | -closed
mark present      | in      | in      | in      | -closed | -closed
mark absent       | absent  | absent  | absent  | -closed | -closed
take absence back | -none   | -none   | new     | -closed | -closed
close early       | -early  | -early  | -early  | -closed | -closed
close the room    | shut in | shut in | no-one  | -closed | -closed
";

/// One seat, alone in its room.
struct Seat {
    delivery: Delivery,
    mark: Option<Mark>,
    attempt: Option<Attempt>,
    is_closed: bool,
}

fn said(result: Result<(), SittingRefused>) -> Result<(), String> {
    result.map_err(|refused| {
        match refused {
            SittingRefused::RoomClosed => "closed",
            SittingRefused::SittingOver => "over",
            SittingRefused::StillWorking => "works",
            SittingRefused::NotBegun => "early",
            SittingRefused::NotOnComputer => "paper",
            SittingRefused::OnComputer => "code",
            SittingRefused::MarkedAbsent => "absent",
            SittingRefused::HasBegun => "begun",
            SittingRefused::PlanNotConfirmed | SittingRefused::NoForm => "another stage",
            SittingRefused::NotCheckedIn | SittingRefused::AttemptEnded => "another page",
        }
        .to_owned()
    })
}

impl Seat {
    fn of(delivery: Delivery) -> Self {
        Self { delivery, mark: None, attempt: None, is_closed: false }
    }

    fn stands(&self) -> SeatState {
        SeatState::of(self.mark, self.attempt.as_ref().map(Attempt::state))
    }

    fn word(&self) -> &'static str {
        let attempt = self.attempt.as_ref().map(Attempt::state);
        match (self.is_closed, self.stands()) {
            (false, SeatState::NotYet) => "new",
            (false, SeatState::In) => "in",
            (false, SeatState::Working) => "works",
            (false, SeatState::HandedIn) => "done",
            (false, SeatState::Absent) => match attempt {
                None => "absent",
                Some("waiting") => "left",
                Some(_) => "gone",
            },
            (true, SeatState::Absent) => "no-one",
            (true, SeatState::In) => "shut in",
            (true, SeatState::Working) => "shut works",
            (true, SeatState::HandedIn) => "shut done",
            (true, SeatState::NotYet) => "closed, and nobody knows",
        }
    }

    fn check_in(&mut self, is_late: bool) -> Result<(), String> {
        let now = if is_late { CLOSE } else { START.plus_minutes(5) };
        said(may_check_in(self.delivery, self.is_closed, self.stands(), CLOSE, now))?;
        if self.attempt.is_none() {
            let waiting = Waiting { frame: frame(1), head: Head::empty().unwrap() };
            self.attempt = Some(Attempt::Waiting(waiting));
        }
        self.mark = Some(Mark::Present);
        Ok(())
    }

    fn mark_absent(&mut self) -> Result<(), String> {
        said(may_mark(self.is_closed, self.stands()))?;
        // The row lets only an attempt that waits be held back.
        if self.attempt.as_ref().is_some_and(|attempt| attempt.state() != "waiting") {
            return Err("begun".to_owned());
        }
        self.mark = Some(Mark::Absent);
        Ok(())
    }

    fn take_back(&mut self) -> Result<(), String> {
        said(may_mark(self.is_closed, self.stands()))?;
        if self.mark != Some(Mark::Absent) {
            return Err("none".to_owned());
        }
        self.mark = None;
        Ok(())
    }

    fn mark_present(&mut self) -> Result<(), String> {
        said(may_mark_present(self.delivery, self.is_closed, self.stands()))?;
        self.mark = Some(Mark::Present);
        Ok(())
    }

    fn close_room(&mut self, is_early: bool) -> Result<(), String> {
        let now = if is_early { START.plus_seconds(-1) } else { START };
        let (seat, others) = (self.stands(), Others::of(self.delivery));
        let counted = close_room(RoomCount::of([seat]), others, self.is_closed, START, now);
        said(counted.map(|_| ()))?;
        if seat == SeatState::NotYet {
            self.mark = Some(others.mark());
        }
        self.is_closed = true;
        // Everybody is either there or not, and the record says the same as the seat.
        let wanted = if self.stands() == SeatState::Absent { (0, 1) } else { (1, 0) };
        if counted == Ok(wanted) { Ok(()) } else { Err(format!("{counted:?} were counted")) }
    }

    /// What happens to the attempt, which answers for itself; whether the seat stands otherwise then.
    fn attempt(&mut self, change: impl FnOnce(Attempt) -> Attempt) -> Result<(), String> {
        let before = self.word();
        self.attempt = self.attempt.take().map(change);
        if self.word() == before { Err(String::new()) } else { Ok(()) }
    }
}

fn step(seat: &mut Seat, act: &'static str, _: &mut Dice) -> Seen {
    let session = SESSION.to_owned();
    let arrived_at = START.plus_minutes(10);
    let is_barred = seat.mark == Some(Mark::Absent);
    let done = match act {
        "check in" => seat.check_in(false),
        "check in late" => seat.check_in(true),
        "mark absent" => seat.mark_absent(),
        "take absence back" => seat.take_back(),
        "mark present" => seat.mark_present(),
        "close early" => seat.close_room(true),
        "close the room" => seat.close_room(false),
        "begin" if is_barred => Err(String::new()),
        "begin" => seat.attempt(|attempt| attempt.begin(&Begin { session, arrived_at })),
        "hand in" => {
            seat.attempt(|attempt| attempt.hand_in(&HandIn { session, epoch: 1, last_seq: 0, arrived_at }).0)
        }
        "time is over" => seat.attempt(|attempt| attempt.close(CLOSE)),
        other => unreachable!("{other}"),
    };
    Seen::of(seat.word(), done)
}

#[test]
fn a_seat_at_a_computer_goes_where_its_table_says_and_nowhere_else() {
    let model = Model::by_act(AT_COMPUTERS);
    model.try_out(module_path!(), || Seat::of(Delivery::Computer), step).kept();
    testkit::proves!(
        "TR21",
        "a seat and the record of its room change as a table drawn by hand says, and nothing changes after the closing"
    );
}

#[test]
fn a_seat_at_a_desk_goes_where_its_table_says_and_nowhere_else() {
    let model = Model::by_act(ON_PAPER);
    model.try_out(module_path!(), || Seat::of(Delivery::Paper), step).kept();
}
