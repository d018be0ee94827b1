//! The solver: one person with two applications, one who passed a part before, and rooms in which nobody can sit.
#![expect(clippy::unwrap_used, reason = "a fixture that fails stops the test")]
use std::collections::BTreeSet;

use arrangement::rules::{
    conflict::{Conflict, PlanImpossible},
    need::{Need, PaperKey, Part, needs},
    overlap::between_sites,
    planned::{PlannedRoom, PlannedSitting},
    seat_plan::{Candidate, Demand, plan},
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

fn part(level: &str, kind: ComponentKind, delivery: Delivery, starts_at: &str, minutes: i64) -> Part {
    Part {
        paper: paper(level),
        kind,
        delivery,
        starts_at: at(starts_at),
        minutes,
        name_zh: "理论知识考试".into(),
        name_en: "Theory".into(),
    }
}

fn theory(level: &str, delivery: Delivery) -> Part {
    part(level, ComponentKind::Theory, delivery, "2021-05-22 09:00", 90)
}

fn room(code: &str, kind: RoomKind, rows: i64, columns: i64, blocked: &str) -> Room {
    Room {
        id: format!("room-{code}").as_str().into(),
        site_id: "site".into(),
        code: code.into(),
        name_zh: String::new(),
        name_en: String::new(),
        kind,
        row_count: rows,
        column_count: columns,
        blocked: Blocked::parse(blocked).unwrap(),
    }
}

fn people(level: &str, count: usize) -> Vec<Candidate> {
    let one = |n: usize| Candidate {
        application: format!("{level}-{n}"),
        person: format!("person-{level}-{n}"),
        paper: paper(level),
        kept: BTreeSet::new(),
        site: "site".into(),
    };
    (0..count).map(one).collect()
}

fn draw(
    candidates: &[Candidate],
    rooms: &[Room],
    needs: &[Need],
) -> Result<Vec<PlannedSitting>, PlanImpossible> {
    plan(&Demand { candidates, rooms, needs, seed: [7; 32] })
}

fn rooms_of(sitting: &PlannedSitting) -> impl Iterator<Item = &PlannedRoom> {
    sitting.sites.iter().flat_map(|site| &site.rooms)
}

#[test]
fn one_person_with_two_applications_never_sits_twice_at_a_time() {
    let rooms = [room("01", RoomKind::Paper, 5, 5, ""), room("02", RoomKind::Computer, 5, 5, "")];
    let both = needs(&[theory("4", Delivery::Paper), theory("3", Delivery::Paper)]);
    let mut candidates = people("4", 3);
    candidates.extend(people("3", 3));
    candidates[5].person = candidates[0].person.clone();
    let named = |first, second| Conflict::SamePerson {
        first,
        second,
        applications: vec!["3-2".into(), "4-0".into()],
    };
    // Twice in one sitting …
    let refused = draw(&candidates, &rooms, &both).unwrap_err();
    assert_eq!(refused, PlanImpossible::Conflicts(vec![named(0, 0)]));
    // … and in two that overlap.
    let apart = needs(&[theory("4", Delivery::Paper), theory("3", Delivery::Computer)]);
    let refused = draw(&candidates, &rooms, &apart).unwrap_err();
    assert_eq!(refused, PlanImpossible::Conflicts(vec![named(0, 1)]));
    // One after the other is nobody's trouble.
    let later = part("3", ComponentKind::Theory, Delivery::Paper, "2021-05-22 10:30", 90);
    assert!(draw(&candidates, &rooms, &needs(&[theory("4", Delivery::Paper), later])).is_ok());

    // At two sites no plan of one of them sees it; it is looked for over all of them.
    candidates[5].site = "other".into();
    assert!(draw(&candidates[..5], &rooms, &both).is_ok());
    let found = between_sites(&candidates, &both);
    assert_eq!(found.keys().map(|site| site.as_str()).collect::<Vec<_>>(), ["other", "site"]);
    assert!(found.values().all(|conflicts| *conflicts == [named(0, 0)]));
}

#[test]
fn a_room_without_a_seat_is_never_used_and_never_counted() {
    let full = room("01", RoomKind::Paper, 2, 2, "1,2,3,4");
    let needs = needs(&[theory("3", Delivery::Paper)]);
    let refused = draw(&people("3", 3), std::slice::from_ref(&full), &needs).unwrap_err();
    let conflict = |seats| Conflict::Seats {
        site: "site".into(),
        kind: RoomKind::Paper,
        needs: vec![0],
        candidates: 3,
        seats,
    };
    assert_eq!(refused, PlanImpossible::Conflicts(vec![conflict(0)]));
    let rooms = [full, room("02", RoomKind::Paper, 1, 3, "")];
    let sittings = draw(&people("3", 3), &rooms, &needs).unwrap();
    assert_eq!(rooms_of(&sittings[0]).map(|room| room.room.code.as_str()).collect::<Vec<_>>(), ["02"]);
}

#[test]
fn whoever_passed_a_part_before_has_no_seat_in_it_and_the_draw_of_the_others_is_the_same() {
    let parts = [
        theory("3", Delivery::Computer),
        part("3", ComponentKind::Practical, Delivery::OnSite, "2021-05-22 14:00", 120),
    ];
    let rooms = [room("01", RoomKind::Computer, 3, 3, ""), room("02", RoomKind::Practical, 4, 3, "")];
    let seats = |sitting: &PlannedSitting| -> Vec<String> {
        rooms_of(sitting).flat_map(|room| &room.seats).map(|seat| seat.application.clone()).collect()
    };
    let mut candidates = people("3", 10);
    // Ten for nine computers; one of them passed the theory, another the practical part.
    assert!(draw(&candidates, &rooms, &needs(&parts)).is_err());
    candidates[3].kept.insert(ComponentKind::Theory);
    candidates[7].kept.insert(ComponentKind::Practical);
    let drawn = draw(&candidates, &rooms, &needs(&parts)).unwrap();
    let (theory, practical) = (seats(&drawn[0]), seats(&drawn[1]));
    assert_eq!((theory.len(), practical.len()), (9, 9));
    assert!(!theory.contains(&candidates[3].application) && practical.contains(&candidates[3].application));
    assert!(theory.contains(&candidates[7].application) && !practical.contains(&candidates[7].application));
    let both = |order: &[String]| -> Vec<String> {
        let keeps = [&candidates[3].application, &candidates[7].application];
        order.iter().filter(|one| !keeps.contains(one)).cloned().collect()
    };
    assert_eq!(both(&theory), both(&practical));
}
