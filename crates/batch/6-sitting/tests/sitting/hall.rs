//! The hall on the day: states of seats, the record of a room, extra time, absentees, tickets scanned.
use ::store::on;
use axum::http::StatusCode;
use serde_json::json;

use crate::{
    browser::Browser,
    fixture::{CLOSE, Hall, START, halls},
    world::{self, admission_number},
};

const COMPUTER: &str = "/batches/2021-01/sittings/sitting-1/rooms/room-1";
const PAPER: &str = "/batches/2021-01/sittings/sitting-2/rooms/room-2";

fn seat(n: usize, noun: &str) -> String {
    format!("/batches/2021-01/sittings/sitting-1/seats/seat-{n}{noun}")
}

async fn candidates(hall: &Hall, count: usize) {
    let mut tx = hall.env.db.write().await.unwrap();
    for n in 0..count {
        world::candidate(hall, &mut tx, n).await;
    }
    tx.commit().await.unwrap();
}

/// Actions of the trail, the newest first.
async fn actions(hall: &Hall) -> Vec<String> {
    let mut tx = hall.env.db.read().await.unwrap();
    let lines = trail::recent(&mut tx, "2021-01", 100).await.unwrap();
    lines.into_iter().map(|line| line.action).collect()
}

#[tokio::test]
async fn a_machine_that_falls_silent_is_offline_since_its_last_sign_until_it_speaks_again() {
    for hall in halls().await {
        let id = hall.attempt(0).await;
        let candidate = Browser::at_seat(&hall, 0).await;
        let watching = Browser::of(&hall, "invigilator").await;
        let map = format!("{COMPUTER}/seat-map");
        let pulse = format!("/attempts/{id}/pulse");
        let spoke = candidate.get(&pulse).await;
        assert_eq!(spoke.json()["close_at"], CLOSE.get(), "{}", hall.engine);
        assert!(watching.get(&map).await.text.contains("Working"), "{}", hall.engine);
        hall.clock.set(START.plus_minutes(6));
        let page = watching.get(&map).await.text;
        assert!(page.contains("Offline since 09:05") && page.contains(" flag"), "{page}");
        let list = watching.get("/batches/2021-01/sittings").await.text;
        assert!(list.contains("<b class=\"bad\">1</b>"), "{list}");
        // Another browser of the same account is no sign of the machine at the seat.
        let elsewhere = Browser::of(&hall, "candidate-0").await;
        assert_eq!(elsewhere.get(&pulse).await.status, StatusCode::CONFLICT, "{}", hall.engine);
        assert!(watching.get(&map).await.text.contains("Offline since"), "{}", hall.engine);
        candidate.get(&pulse).await;
        assert!(!watching.get(&map).await.text.contains("Offline since"), "{}", hall.engine);
        // The coarse mark survives a restart; a process that has heard nothing goes by it.
        assert_eq!(sitting::jobs::note_signs(&hall.env, &hall.ledger).await.unwrap(), 1, "{}", hall.engine);
        assert_eq!(sitting::jobs::note_signs(&hall.env, &hall.ledger).await.unwrap(), 0, "{}", hall.engine);
        let restarted = Hall { ledger: sitting::Ledger::start(&hall.env), ..hall };
        let watching = Browser::of(&restarted, "invigilator").await;
        restarted.clock.set(START.plus_minutes(7));
        assert!(!watching.get(&map).await.text.contains("Offline since"), "{}", restarted.engine);
        restarted.clock.set(START.plus_minutes(9));
        assert!(watching.get(&map).await.text.contains("Offline since 09:06"), "{}", restarted.engine);
    }
}

/// The note stands nowhere in clear.
async fn notes_are_sealed(hall: &Hall) {
    const NOTES: &str = "SELECT note_sealed FROM room_event WHERE sort = 'violation'";
    let mut tx = hall.env.db.read().await.unwrap();
    let kept: String = on!(&mut tx, |conn| sqlx::query_scalar(NOTES).fetch_one(conn).await).unwrap();
    assert!(!kept.contains("phone") && kept.len() > 30, "{kept}");
}

#[tokio::test]
async fn what_happens_at_a_seat_stands_in_the_record_until_it_is_closed() {
    for hall in halls().await {
        candidates(&hall, 2).await;
        let watching = Browser::of(&hall, "invigilator").await;
        let page = watching.get(&seat(0, "")).await.text;
        for kind in ["Machine fault", "Power cut", "Network failure", "Illness", "Disturbance"] {
            assert!(page.contains(kind), "{kind} on {}", hall.engine);
        }
        assert_eq!(
            watching.post(&seat(0, "/incidents"), "kind=illness&note=").await.status,
            StatusCode::SEE_OTHER
        );
        let noted = format!("{COMPUTER}/incidents");
        assert_eq!(
            watching.post(&noted, "kind=power&note=%E5%81%9C%E7%94%B5").await.status,
            StatusCode::SEE_OTHER
        );
        for (path, fields) in [
            (seat(0, "/incidents"), "kind=cheating&note=x".to_owned()),
            (seat(0, "/incidents"), "kind=&note=x".to_owned()),
            (seat(0, "/violations"), "kind=cheating&note=+".to_owned()),
            (seat(0, "/violations"), "kind=illness&note=x".to_owned()),
            (seat(0, "/incidents"), format!("kind=illness&note={}", "x".repeat(501))),
        ] {
            let refused = watching.post(&path, &fields).await;
            assert_eq!(
                refused.status,
                StatusCode::UNPROCESSABLE_ENTITY,
                "{path} {fields} on {}",
                hall.engine
            );
        }
        watching.post(&seat(1, "/violations"), "kind=device&note=phone+in+the+sleeve").await;
        let map = watching.get(&format!("{COMPUTER}/seat-map")).await.text;
        assert!(map.contains("<strong class=\"bad\">Violation</strong>"), "{map}");
        let page = watching.get(COMPUTER).await.text;
        for words in ["Illness", "Power cut", "停电", "phone in the sleeve", "Whole room"] {
            assert!(page.contains(words), "{words} on {}", hall.engine);
        }
        assert!(!watching.get(&seat(0, "")).await.text.contains("phone in the sleeve"), "of another seat");
        let printed = watching.get(&format!("{COMPUTER}/record.pdf")).await;
        assert!(printed.text.starts_with("%PDF"), "{}", hall.engine);

        notes_are_sealed(&hall).await;
        let strike = page.split("/events/").nth(1).unwrap().split('/').next().unwrap().to_owned();
        let strike = format!("{COMPUTER}/events/{strike}/withdrawal");
        assert_eq!(watching.post(&strike, "").await.status, StatusCode::SEE_OTHER, "{}", hall.engine);
        assert_eq!(watching.post(&strike, "").await.status, StatusCode::CONFLICT, "once on {}", hall.engine);
        assert!(watching.get(COMPUTER).await.text.contains("(struck out)"), "{}", hall.engine);
        hall.clock.set(START.plus_minutes(31));
        assert_eq!(watching.post(&format!("{COMPUTER}/attendance"), "").await.status, StatusCode::SEE_OTHER);
        for (path, fields) in [
            (seat(0, "/incidents"), "kind=illness"),
            (noted, "kind=power"),
            (seat(0, "/violations"), "kind=device&note=x"),
        ] {
            let late = watching.post(&path, fields).await;
            assert_eq!(
                late.status,
                StatusCode::UNPROCESSABLE_ENTITY,
                "{path} after closing on {}",
                hall.engine
            );
        }
        assert!(watching.get(COMPUTER).await.text.contains("phone in the sleeve"), "the record keeps it");
        let written = actions(&hall).await;
        for action in ["room.incident", "room.violation", "room.event-withdrawn", "room.close"] {
            assert!(written.iter().any(|one| one == action), "{action} on {}: {written:?}", hall.engine);
        }
    }
}

#[tokio::test]
async fn extra_time_moves_the_close_of_the_running_work_and_never_back() {
    for hall in halls().await {
        let id = hall.attempt(0).await;
        hall.attempt(1).await;
        let candidate = Browser::at_seat(&hall, 0).await;
        let (watching, chief) =
            (Browser::of(&hall, "invigilator").await, Browser::of(&hall, "officer").await);
        let give = |minutes: i64| format!("minutes={minutes}&kind=network&note=");
        for minutes in [0, -5, 16, 1_000_000_000_000] {
            let refused = watching.post(&seat(0, "/extra-time"), &give(minutes)).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{minutes} on {}", hall.engine);
        }
        assert_eq!(watching.post(&seat(0, "/extra-time"), &give(10)).await.status, StatusCode::SEE_OTHER);
        let refused = watching.post(&seat(0, "/extra-time"), &give(6)).await;
        assert!(refused.text.contains("you can give 5 more"), "{}", refused.text);
        assert_eq!(chief.post(&seat(0, "/extra-time"), &give(20)).await.status, StatusCode::SEE_OTHER);
        let told = candidate.get(&format!("/attempts/{id}/pulse")).await.json();
        assert_eq!(told["close_at"], CLOSE.plus_minutes(30).get(), "{}", hall.engine);
        // Whoever got no minutes is closed; whoever got them goes on.
        hall.clock.set(CLOSE.plus_minutes(5));
        assert_eq!(sitting::jobs::close_due(&hall.env, &hall.ledger).await.unwrap(), 1, "{}", hall.engine);
        let answer =
            |seq: i64| json!({"epoch": 1, "changes": [{"seq": seq, "no": 1, "answer": "A", "at": 0}]});
        let answers = format!("/attempts/{id}/answers");
        let kept = candidate.json(&answers, &answer(1)).await.json();
        assert_eq!(kept["acked_seq"], 1, "{}", hall.engine);
        assert_eq!(kept["close_at"], CLOSE.plus_minutes(30).get(), "{}", hall.engine);
        let ended = hall.look(1).await;
        assert_eq!(ended.state(), "closed", "{}", hall.engine);
        // An hour has passed, and with it the sessions of the staff.
        let (watching, chief) =
            (Browser::of(&hall, "invigilator").await, Browser::of(&hall, "officer").await);
        // Nobody closes the record over somebody's head.
        let early = watching.post(&format!("{COMPUTER}/attendance"), "").await;
        assert_eq!(early.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", hall.engine);
        assert_eq!(
            chief.post(&seat(1, "/extra-time"), &give(5)).await.status,
            StatusCode::UNPROCESSABLE_ENTITY
        );
        assert_eq!(
            chief.post(&format!("{COMPUTER}/extra-time"), &give(5)).await.status,
            StatusCode::SEE_OTHER
        );
        assert_eq!(hall.look(0).await.frame().close_at, CLOSE.plus_minutes(35), "{}", hall.engine);
        assert_eq!(hall.look(1).await, ended, "what has ended stays ended on {}", hall.engine);
        hall.clock.set(CLOSE.plus_minutes(35));
        assert_eq!(sitting::jobs::close_due(&hall.env, &hall.ledger).await.unwrap(), 0, "{}", hall.engine);
        candidate.json(&answers, &answer(2)).await;
        assert_eq!(hall.evidence(0).await.len(), 1, "at the new close it is late on {}", hall.engine);
        assert_eq!(actions(&hall).await.iter().filter(|one| *one == "room.extra-time").count(), 3);
        assert!(watching.get(COMPUTER).await.text.contains("10 minutes"), "{}", hall.engine);
    }
}

#[tokio::test]
async fn the_officer_of_the_site_watches_and_an_invigilator_of_another_city_does_not() {
    for hall in halls().await {
        candidates(&hall, 1).await;
        let chief = Browser::of(&hall, "officer").await;
        for path in [COMPUTER.to_owned(), format!("{COMPUTER}/seat-map"), seat(0, "")] {
            assert_eq!(chief.get(&path).await.status, StatusCode::OK, "{path} on {}", hall.engine);
        }
        assert_eq!(chief.post(&seat(0, "/incidents"), "kind=machine").await.status, StatusCode::SEE_OTHER);
        for (path, noun) in
            [(seat(0, ""), "/check-in"), (seat(0, ""), "/epoch"), (COMPUTER.into(), "/attendance")]
        {
            let refused = chief.post(&format!("{path}{noun}"), "").await;
            assert_eq!(refused.status, StatusCode::NOT_FOUND, "{noun} on {}", hall.engine);
        }
        let stranger = Browser::of(&hall, "stranger").await;
        for path in [format!("{COMPUTER}/seat-map"), format!("{COMPUTER}/record.pdf"), seat(0, "")] {
            assert_eq!(stranger.get(&path).await.status, StatusCode::NOT_FOUND, "{path} on {}", hall.engine);
        }
        for (path, fields) in [
            (seat(0, "/incidents"), "kind=machine"),
            (seat(0, "/violations"), "kind=device&note=x"),
            (seat(0, "/extra-time"), "minutes=5&kind=power"),
            (format!("{COMPUTER}/extra-time"), "minutes=5&kind=power"),
            (format!("{PAPER}/absentees"), "then=close"),
        ] {
            assert_eq!(stranger.post(&path, fields).await.status, StatusCode::NOT_FOUND, "{path}");
        }
        let scan = format!("/batches/2021-01/sittings/sitting-1/arrivals?number={}", admission_number(0));
        let page = stranger.get(&scan).await;
        assert!(!page.text.contains("王慧敏"), "the number of another site says nothing on {}", hall.engine);
    }
}

#[tokio::test]
async fn absentees_of_a_room_are_ticked_on_one_page_and_closed_with_it() {
    for hall in halls().await {
        candidates(&hall, 4).await;
        let watching = Browser::of(&hall, "invigilator").await;
        let tick = format!("{PAPER}/absentees");
        assert_eq!(
            watching.post(&tick, "absent=desk-0&absent=desk-1&then=keep").await.status,
            StatusCode::SEE_OTHER
        );
        let page = watching.get(PAPER).await.text;
        assert!(page.contains("name=\"was\" value=\"desk-1\""), "{page}");
        // Drawn when 0 and 1 were ticked: 1 is taken back, 2 is new; 3 a colleague ticked meanwhile.
        watching.post(&tick, "absent=desk-3&then=keep").await;
        let fields = "was=desk-0&was=desk-1&absent=desk-0&absent=desk-2&then=close";
        assert_eq!(watching.post(&tick, fields).await.status, StatusCode::SEE_OTHER, "{}", hall.engine);
        let page = watching.get(PAPER).await.text;
        assert!(page.contains("Present: 1.") && page.contains("Absent: 3."), "{page}");
        let mut tx = hall.env.db.read().await.unwrap();
        let batch = kernel::BatchCode::parse("2021-01").unwrap();
        let mut absent: Vec<String> =
            sitting::absentees(&mut tx, &batch).await.unwrap().into_iter().map(|(one, _)| one).collect();
        drop(tx);
        absent.sort();
        assert_eq!(absent, ["application-0", "application-2", "application-3"], "{}", hall.engine);
        let late = watching.post(&tick, "absent=desk-1&then=keep").await;
        assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY, "closed on {}", hall.engine);
        assert!(actions(&hall).await.iter().any(|one| one == "room.absentees"), "{}", hall.engine);
    }
}

#[tokio::test]
async fn a_scanned_ticket_shows_the_face_and_where_to_sit() {
    for hall in halls().await {
        candidates(&hall, 2).await;
        let watching = Browser::of(&hall, "invigilator").await;
        let scan = |sitting: &str, n: usize| {
            format!("/batches/2021-01/sittings/{sitting}/arrivals?number={}", admission_number(n))
        };
        let page = watching.get(&scan("sitting-1", 1)).await.text;
        for words in ["王慧敏", "01-02", "/seats/seat-1/photo", "/seats/seat-1/check-in"] {
            assert!(page.contains(words), "{words} in {page}");
        }
        let page = watching.get(&scan("sitting-2", 1)).await.text;
        assert!(page.contains("/seats/desk-1/presence"), "{page}");
        let present = "/batches/2021-01/sittings/sitting-2/seats/desk-1/presence";
        assert_eq!(watching.post(present, "").await.status, StatusCode::SEE_OTHER, "{}", hall.engine);
        assert!(!watching.get(&scan("sitting-2", 1)).await.text.contains("/presence"), "{}", hall.engine);
        let refused = watching.post(&seat(0, "/presence"), "").await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "a computer wants a code");
        let page = watching.get("/batches/2021-01/sittings/sitting-1/arrivals?number=20210100999").await.text;
        assert!(page.contains("No room of yours"), "{page}");
    }
}

#[tokio::test]
async fn many_rooms_are_listed_by_site_and_each_site_leads_to_its_rooms() {
    const ROOM: &str =
        "INSERT INTO room (id, site_id, code, name_zh, name_en, kind, row_count, column_count, blocked)
        VALUES ($1, 'site', $1, '教室', 'Classroom', 'paper', 6, 5, '')";
    const USE: &str = "INSERT INTO room_use (id, sitting_id, room_id, site_id, site_path, ordinal, room_code, room_name,
        room_name_en, row_count, column_count, blocked, places)
        VALUES ($1, 'sitting-2', $1, 'site', '/demo/nancheng/site', $2, 'x', '教室', 'Classroom', 6, 5, '', 30)";
    for hall in halls().await {
        candidates(&hall, 2).await;
        let watching = Browser::of(&hall, "invigilator").await;
        let list = watching.get("/batches/2021-01/sittings").await.text;
        assert!(list.contains("/rooms/room-2") && !list.contains("?site="), "{list}");
        let mut tx = hall.env.db.write().await.unwrap();
        for n in 0..40i64 {
            let id = format!("many-{n}");
            on!(&mut tx, |conn| sqlx::query(ROOM).bind(&id).execute(conn).await.map(|_| ())).unwrap();
            on!(&mut tx, |conn| sqlx::query(USE).bind(&id).bind(n + 3).execute(conn).await.map(|_| ()))
                .unwrap();
        }
        tx.commit().await.unwrap();
        let list = watching.get("/batches/2021-01/sittings").await.text;
        assert!(!list.contains("/rooms/room-2") && list.contains("?site=site#s-sitting-2"), "{list}");
        assert!(list.contains("0 of 41 rooms closed"), "{list}");
        let rooms = watching.get("/batches/2021-01/sittings?site=site").await.text;
        assert!(rooms.contains("/rooms/room-2") && rooms.contains("/rooms/many-39"), "{rooms}");
        let nowhere = watching.get("/batches/2021-01/sittings?site=elsewhere").await;
        assert_eq!(nowhere.status, StatusCode::NOT_FOUND, "{}", hall.engine);
    }
}
