//! Moving people through the pages: chosen, checked, made, taken back.
use arrangement::{RoomUse, Seat};
use axum::http::StatusCode;
use identity::Role;

use super::{
    PLAN, SITE, at, code, confirm, confirmed, drawn,
    fixture::{House, staff},
    read,
};

/// The computer room with its people.
async fn computers(house: &House) -> (RoomUse, Vec<Seat>) {
    let rooms = arrangement::room_uses(&mut read(house).await, &code()).await.unwrap();
    let room = rooms.into_iter().find(|room| room.room_id.as_str() == "room-nancheng-01").unwrap();
    let seats = arrangement::seats_of_room(&mut read(house).await, &room.id).await.unwrap();
    (room, seats)
}

async fn body(house: &House, seat: &Seat, room: &RoomUse, number: i64, reason: &str) -> String {
    let seen = house.site("site-nancheng").await.version;
    format!("seen_version={seen}&seat={}&room={}&number={number}&{reason}", seat.id, room.id)
}

#[tokio::test]
async fn somebody_is_moved_to_a_free_seat_with_a_reason_and_back() {
    for (engine, db) in testkit::engines().await {
        let house = drawn(db).await;
        let officer = staff(Role::ExamOfficer, "/demo/nancheng");
        let (room, seats) = computers(&house).await;
        let (moves, reversal) = (format!("{SITE}/moves"), format!("{SITE}/moves/reversal"));
        // The page of the room says what would happen before anybody does it.
        let page = format!("{PLAN}/rooms/{}?seat={}&to=24", room.id, seats[0].id);
        let page = house.get(&officer, &page).await;
        assert!(page.status == StatusCode::OK && page.text().contains(&moves), "{engine}");

        let free = body(&house, &seats[0], &room, 24, "reason=special_need&words=轮椅").await;
        assert_eq!(house.form(&officer, &moves, &free).await.status, StatusCode::SEE_OTHER, "{engine}");
        let now = arrangement::seats_of_application(&mut read(&house).await, &seats[0].application_id)
            .await
            .unwrap();
        assert_eq!((now[0].number, now[0].form_letter.as_str()), (24, "A"), "{engine}");
        // The old page is stale, and an officer elsewhere finds nothing.
        assert_eq!(house.form(&officer, &moves, &free).await.status, StatusCode::CONFLICT, "{engine}");
        let again = body(&house, &seats[1], &room, 23, "reason=special_need").await;
        let stranger = staff(Role::ExamOfficer, "/demo/xicheng");
        for path in [&moves, &reversal] {
            assert_eq!(house.form(&stranger, path, &again).await.status, StatusCode::NOT_FOUND, "{engine}");
        }

        let shown = house.get(&officer, SITE).await.text();
        assert!(shown.contains("轮椅") && shown.contains("01-01 → 01-24"), "{engine}");
        let seen = house.site("site-nancheng").await.version;
        let back = house.form(&officer, &reversal, &format!("seen_version={seen}")).await;
        assert_eq!(back.status, StatusCode::SEE_OTHER, "{engine} {:?}", back.keys);
        let (_, after) = computers(&house).await;
        assert_eq!(after, seats, "everything is as it was on {engine}");
        let seen = house.site("site-nancheng").await.version;
        let none = house.form(&officer, &reversal, &format!("seen_version={seen}")).await;
        assert_eq!(none.keys, ["move-refused-nothing-to-undo"], "{engine}");

        let trail = trail::recent(&mut read(&house).await, "2021-01", 2).await.unwrap();
        let actions: Vec<&str> = trail.iter().rev().map(|row| row.action.as_str()).collect();
        assert_eq!(actions, ["seat.move", "seat.move-back"], "{engine}");
        assert!(trail.iter().all(|row| !row.payload.contains("轮椅")), "the words stay sealed on {engine}");
    }
}

#[tokio::test]
async fn two_people_change_places_and_the_last_change_is_taken_back_first() {
    for (engine, db) in testkit::engines().await {
        let house = drawn(db).await;
        let officer = staff(Role::ExamOfficer, "/demo");
        let (room, seats) = computers(&house).await;
        let moves = format!("{SITE}/moves");
        for (from, to) in [(0, 1), (2, 3)] {
            let swap = body(&house, &seats[from], &room, seats[to].number, "reason=keep_apart").await;
            assert_eq!(house.form(&officer, &moves, &swap).await.status, StatusCode::SEE_OTHER, "{engine}");
        }
        let (_, now) = computers(&house).await;
        let people =
            |seats: &[Seat]| seats.iter().map(|seat| seat.application_id.clone()).collect::<Vec<_>>();
        let mut expected = people(&seats);
        expected.swap(0, 1);
        expected.swap(2, 3);
        assert_eq!(people(&now), expected, "{engine}");
        // The form belongs to the place.
        assert!(
            now.iter().zip(&seats).all(|(a, b)| (a.number, &a.form_letter) == (b.number, &b.form_letter))
        );
        for swapped in [Some((0, 1)), None] {
            let seen = house.site("site-nancheng").await.version;
            let back =
                house.form(&officer, &format!("{moves}/reversal"), &format!("seen_version={seen}")).await;
            assert_eq!(back.status, StatusCode::SEE_OTHER, "{engine}");
            let mut expected = people(&seats);
            if let Some((a, b)) = swapped {
                expected.swap(a, b);
            }
            assert_eq!(people(&computers(&house).await.1), expected, "{engine}");
        }
    }
}

#[tokio::test]
async fn refusals_of_a_move_name_what_is_wrong() {
    for (engine, db) in testkit::engines().await {
        let house = drawn(db).await;
        let officer = staff(Role::ExamOfficer, "/demo");
        let (room, seats) = computers(&house).await;
        let rooms = arrangement::room_uses(&mut read(&house).await, &code()).await.unwrap();
        let practical = rooms.iter().find(|one| one.room_id.as_str() == "room-nancheng-03").unwrap();
        let moves = format!("{SITE}/moves");
        for (room, number, reason, key) in [
            (&room, 25, "reason=other&words=x", "move-refused-no-seat"),
            (&room, seats[0].number, "reason=seat_fault", "move-refused-same-place"),
            (practical, 30, "reason=seat_fault", "move-refused-other-sitting"),
            (&room, 24, "", "move-refused-no-reason"),
            (&room, 24, "reason=other&words=", "move-refused-no-reason"),
        ] {
            let form = body(&house, &seats[0], room, number, reason).await;
            assert_eq!(house.form(&officer, &moves, &form).await.keys, [key], "{engine}");
        }
        assert_eq!(computers(&house).await.1, seats, "nobody moved on {engine}");
    }
}

#[tokio::test]
async fn after_confirmation_seats_change_until_tickets_open_and_the_number_stays() {
    for (engine, db) in testkit::engines().await {
        let house = confirmed(db).await;
        let officer = staff(Role::ExamOfficer, "/demo");
        let (room, seats) = computers(&house).await;
        let before = arrangement::admission_numbers(&mut read(&house).await, &code()).await.unwrap();
        let moves = format!("{SITE}/moves");
        let free = body(&house, &seats[0], &room, 24, "reason=seat_fault").await;
        assert_eq!(house.form(&officer, &moves, &free).await.status, StatusCode::SEE_OTHER, "{engine}");
        let after = arrangement::admission_numbers(&mut read(&house).await, &code()).await.unwrap();
        assert_eq!(before, after, "{engine}");
        house.clock.set(at("2021-05-08 00:00"));
        let late = body(&house, &seats[1], &room, 23, "reason=seat_fault").await;
        assert_eq!(house.form(&officer, &moves, &late).await.keys, ["move-refused-tickets-out"], "{engine}");
        let seen = house.site("site-nancheng").await.version;
        let back = house.form(&officer, &format!("{moves}/reversal"), &format!("seen_version={seen}")).await;
        assert_eq!(back.keys, ["move-refused-tickets-out"], "{engine}");
    }
}

#[tokio::test]
async fn a_new_draw_ends_what_can_be_taken_back() {
    for (engine, db) in testkit::engines().await {
        let house = drawn(db).await;
        let officer = staff(Role::ExamOfficer, "/demo");
        let (room, seats) = computers(&house).await;
        let free = body(&house, &seats[0], &room, 24, "reason=seat_fault").await;
        assert_eq!(house.form(&officer, &format!("{SITE}/moves"), &free).await.status, StatusCode::SEE_OTHER);
        let seen = house.site("site-nancheng").await.version;
        assert_eq!(house.post(&officer, SITE, seen).await.status, StatusCode::SEE_OTHER, "{engine}");
        house.work_off().await;
        let seen = house.site("site-nancheng").await.version;
        let none =
            house.form(&officer, &format!("{SITE}/moves/reversal"), &format!("seen_version={seen}")).await;
        assert_eq!(none.keys, ["move-refused-nothing-to-undo"], "{engine}");
        confirm(&house).await;
    }
}
