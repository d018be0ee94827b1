//! Properties of the seats that follow from a layout.
#![expect(clippy::unwrap_used, reason = "a fixture that fails stops the test")]
use std::collections::BTreeSet;

use proptest::prelude::*;
use venue::{Blocked, Room, RoomKind, capacity, neighbours, seats};

prop_compose! {
    fn a_room()(rows in 1i64..9, columns in 1i64..9)(
        rows in Just(rows),
        columns in Just(columns),
        blocked in prop::collection::btree_set(1..=rows * columns, 0..5),
    ) -> Room {
        let list: Vec<String> = blocked.iter().map(ToString::to_string).collect();
        Room {
            id: "r".into(),
            site_id: "s".into(),
            code: "01".into(),
            name_zh: String::new(),
            name_en: String::new(),
            kind: RoomKind::Computer,
            row_count: rows,
            column_count: columns,
            blocked: Blocked::parse(&list.join(",")).unwrap(),
        }
    }
}

proptest! {
    #[test]
    fn every_place_is_a_seat_or_blocked_and_never_both(room in a_room()) {
        let numbers: Vec<i64> = seats(&room).iter().map(|seat| seat.number).collect();
        prop_assert!(numbers.is_sorted());
        let places = 1..=room.row_count * room.column_count;
        let free: Vec<i64> = places.filter(|place| !room.blocked.contains(*place)).collect();
        prop_assert_eq!(&numbers, &free);
        prop_assert_eq!(capacity(&room), free.len());
        let spots: BTreeSet<(i64, i64)> =
            seats(&room).iter().map(|seat| (seat.row, seat.column)).collect();
        prop_assert_eq!(spots.len(), free.len(), "no two seats in one spot");
    }

    #[test]
    fn neighbours_are_mutual_at_most_four_and_never_oneself(room in a_room()) {
        for seat in seats(&room) {
            let near = neighbours(&room, seat.number);
            prop_assert!(near.len() <= 4 && !near.contains(&seat.number));
            for other in near {
                prop_assert!(neighbours(&room, other).contains(&seat.number));
            }
        }
    }
}
