//! Moving somebody: what is allowed, what is refused, and what should be known before.
#![expect(clippy::unwrap_used, reason = "a fixture that fails stops the test")]
use arrangement::SiteStatus;
use arrangement::rules::{
    moving::{Hall, MoveRefused, Remark, Sitter, may_move, plan_move},
    need::{Need, PaperKey, Part, needs},
    planned::Letter,
};
use kernel::{LevelCode, OccupationCode, UnixMicros};
use scheme::{ComponentKind, Delivery};
use venue::{Blocked, Room, RoomKind};

fn at(text: &str) -> UnixMicros {
    UnixMicros::parse_text(text).unwrap()
}

fn paper(level: &str) -> PaperKey {
    PaperKey {
        occupation: OccupationCode::parse("4-07-03-04").unwrap(),
        level: LevelCode::parse(level).unwrap(),
    }
}

fn need(kind: ComponentKind, delivery: Delivery) -> Need {
    let part = Part {
        paper: paper("3"),
        kind,
        delivery,
        starts_at: at("2021-05-22 14:00"),
        minutes: 60,
        name_zh: "考试".into(),
        name_en: "Exam".into(),
    };
    needs(&[part]).remove(0)
}

/// A room of three columns with three places each: 1 4 7 / 2 5 8 / 3 6 9.
fn hall(id: &str, kind: RoomKind, sitters: Vec<Sitter>) -> Hall {
    let layout = Room {
        id: id.into(),
        site_id: "site".into(),
        code: id.into(),
        name_zh: String::new(),
        name_en: String::new(),
        kind,
        row_count: 3,
        column_count: 3,
        blocked: Blocked::parse("9").unwrap(),
    };
    Hall { room_use: id.into(), sitting: "sitting".into(), layout, sitters }
}

fn sitter(who: &str, level: &str, room: &str, number: i64) -> Sitter {
    // Column and row of a number, as a chessboard.
    let is_even = (number - 1).div_euclid(3) + (number - 1).rem_euclid(3);
    Sitter {
        application: who.into(),
        paper: paper(level),
        room_use: room.into(),
        number,
        turn: 1,
        letter: if is_even % 2 == 0 { Letter::A } else { Letter::B },
        needs_place: false,
        busy: Vec::new(),
    }
}

fn written() -> Need {
    need(ComponentKind::Theory, Delivery::Paper)
}

fn two_rooms() -> (Hall, Hall) {
    let first = (1..=4).map(|n| sitter(&format!("a{n}"), "3", "one", n)).collect();
    let second = vec![sitter("b1", "2", "two", 1), sitter("b2", "2", "two", 2)];
    (hall("one", RoomKind::Paper, first), hall("two", RoomKind::Paper, second))
}

#[test]
fn a_free_seat_is_taken_and_its_place_says_which_form() {
    let (one, two) = two_rooms();
    let moved = plan_move(&written(), &one, "a1", &one, 8).unwrap();
    assert_eq!((moved.mover.number, moved.mover.letter, moved.partner), (8, Letter::B, None));
    assert_eq!(moved.remarks, [Remark::FormChanges]);
    let moved = plan_move(&written(), &one, "a1", &two, 3).unwrap();
    assert_eq!((moved.mover.room_use.as_str(), moved.mover.letter), ("two", Letter::A));
    assert_eq!(moved.remarks, [Remark::Mixes], "the other room held one paper");
}

#[test]
fn two_people_change_places_over_rooms_too() {
    let (one, two) = two_rooms();
    let moved = plan_move(&written(), &one, "a4", &two, 1).unwrap();
    let back = moved.partner.unwrap();
    assert_eq!((moved.mover.application.as_str(), moved.mover.room_use.as_str()), ("a4", "two"));
    assert_eq!((back.application.as_str(), back.room_use.as_str(), back.number), ("b1", "one", 4));
    assert_eq!((moved.mover.letter, back.letter), (Letter::A, Letter::B));
    // Within one room nobody is left over either.
    let moved = plan_move(&written(), &one, "a1", &one, 2).unwrap();
    assert_eq!(moved.partner.unwrap().number, 1);
}

#[test]
fn every_refusal_is_named() {
    let (one, two) = two_rooms();
    let ask = |target: &Hall, number| plan_move(&written(), &one, "a1", target, number).unwrap_err();
    assert_eq!(ask(&one, 1), [MoveRefused::SamePlace]);
    assert_eq!(ask(&one, 9), [MoveRefused::NoSeat(9)], "it is blocked");
    assert_eq!(ask(&one, 10), [MoveRefused::NoSeat(10)]);
    let mut elsewhere = two.clone();
    elsewhere.layout.site_id = "other".into();
    assert_eq!(ask(&elsewhere, 3), [MoveRefused::OtherSitting]);
    let mut later = two.clone();
    later.sitting = "later".into();
    assert_eq!(ask(&later, 3), [MoveRefused::OtherSitting]);
    let mut computers = two.clone();
    computers.layout.kind = RoomKind::Computer;
    assert_eq!(ask(&computers, 3), [MoveRefused::WrongKind]);
    // A room drawn under another layout: the neighbour of the same paper would have the same form.
    let mut odd = one.clone();
    odd.sitters[3].letter = Letter::A;
    assert_eq!(plan_move(&written(), &odd, "a3", &odd, 5).unwrap_err(), [MoveRefused::SameForm(4)]);
    odd.sitters[3].paper = paper("2");
    assert!(plan_move(&written(), &odd, "a3", &odd, 5).is_ok(), "another paper may have it");
}

#[test]
fn whoever_changes_their_group_must_be_free_then() {
    let skill = need(ComponentKind::Practical, Delivery::OnSite);
    let mut people: Vec<Sitter> = (1..=8).map(|n| sitter(&format!("a{n}"), "3", "one", n)).collect();
    people.push(Sitter { turn: 2, ..sitter("a9", "3", "one", 9) });
    people.iter_mut().for_each(|one| one.letter = Letter::Neither);
    // The panel waits for the first of them from three o'clock on.
    people[0].busy = vec![(at("2021-05-22 15:00"), at("2021-05-22 15:30"))];
    let shop = hall("one", RoomKind::Practical, people);
    assert_eq!(plan_move(&skill, &shop, "a1", &shop, 9).unwrap_err(), [MoveRefused::Busy]);
    assert_eq!(plan_move(&skill, &shop, "a9", &shop, 1).unwrap_err(), [MoveRefused::Busy]);
    let moved = plan_move(&skill, &shop, "a2", &shop, 9).unwrap();
    assert_eq!((moved.mover.turn, moved.partner.unwrap().turn), (2, 1));
    let moved = plan_move(&skill, &shop, "a2", &shop, 16).unwrap();
    assert_eq!((moved.mover.turn, moved.mover.letter), (2, Letter::Neither));
    // Ten groups of an hour end by midnight, an eleventh does not.
    assert_eq!(plan_move(&skill, &shop, "a2", &shop, 81).unwrap_err(), [MoveRefused::NoSeat(81)]);
}

#[test]
fn a_seat_somebody_needs_is_pointed_out() {
    let (mut one, _) = two_rooms();
    one.sitters[0].needs_place = true;
    let moved = plan_move(&written(), &one, "a2", &one, 1).unwrap();
    assert!(moved.remarks.contains(&Remark::SpecialNeed));
    let moved = plan_move(&written(), &one, "a3", &one, 5).unwrap();
    assert!(!moved.remarks.contains(&Remark::SpecialNeed));
}

#[test]
fn a_paper_that_would_not_stand_together_is_pointed_out() {
    let mut one = two_rooms().0;
    one.sitters.push(sitter("b5", "2", "one", 5));
    let moved = plan_move(&written(), &one, "a1", &one, 6).unwrap();
    assert!(moved.remarks.contains(&Remark::Splits));
    let moved = plan_move(&written(), &one, "b5", &one, 6).unwrap();
    assert!(!moved.remarks.contains(&Remark::Splits));
}

#[test]
fn nobody_moves_once_tickets_can_be_printed() {
    let (opens, now) = (UnixMicros::new(100), UnixMicros::new(99));
    let ask = |status, is_asked, opens_at, now| {
        may_move(status, is_asked, opens_at, now).map_err(|message| message.key)
    };
    assert_eq!(ask(SiteStatus::Drawn, false, None, now), Ok(()));
    assert_eq!(ask(SiteStatus::Drawn, true, None, now), Err("seat-plan-under-way"));
    assert_eq!(ask(SiteStatus::ToDraw, false, None, now), Err("seat-plan-not-drawn"));
    assert_eq!(ask(SiteStatus::Confirmed, false, Some(opens), now), Ok(()));
    assert_eq!(ask(SiteStatus::Confirmed, false, Some(opens), opens), Err("move-refused-tickets-out"));
    assert_eq!(ask(SiteStatus::Confirmed, false, None, now), Err("move-refused-tickets-out"));
}
