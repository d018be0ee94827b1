//! What invigilators do: rooms, check-in, absence, machines, the closing of a record.
use axum::http::StatusCode;

use crate::{
    browser::Browser,
    fixture::{Hall, START, halls},
    world::{self, admission_number},
};

const COMPUTER: &str = "/batches/2021-01/sittings/sitting-1/rooms/room-1";
const PAPER: &str = "/batches/2021-01/sittings/sitting-2/rooms/room-2";

async fn candidates(hall: &Hall, count: usize) {
    let mut tx = hall.env.db.write().await.unwrap();
    for n in 0..count {
        world::candidate(hall, &mut tx, n).await;
    }
    tx.commit().await.unwrap();
}

fn seat(n: usize, noun: &str) -> String {
    format!("/batches/2021-01/sittings/sitting-1/seats/seat-{n}/{noun}")
}

fn desk(n: usize, noun: &str) -> String {
    format!("/batches/2021-01/sittings/sitting-2/seats/desk-{n}/{noun}")
}

/// The code on the page that shows it.
pub fn code_on(page: &str) -> String {
    let (_, after) = page.split_once("class=\"code mono\">").unwrap();
    after.split_once('<').unwrap().0.replace(' ', "")
}

async fn is_over(hall: &Hall) -> bool {
    let mut tx = hall.env.db.read().await.unwrap();
    sitting::is_over(&mut tx, &kernel::BatchCode::parse("2021-01").unwrap()).await.unwrap()
}

async fn absentees(hall: &Hall) -> Vec<(String, String)> {
    let mut tx = hall.env.db.read().await.unwrap();
    let found = sitting::absentees(&mut tx, &kernel::BatchCode::parse("2021-01").unwrap()).await.unwrap();
    let mut found: Vec<_> = found.into_iter().collect();
    found.sort();
    found
}

#[tokio::test]
async fn a_candidate_checked_in_gets_a_code_that_leads_to_the_attempt_until_they_begin() {
    for hall in halls().await {
        candidates(&hall, 2).await;
        let invigilator = Browser::of(&hall, "invigilator").await;
        let first = code_on(&invigilator.post(&seat(0, "check-in"), "").await.text);
        let page = invigilator.post(&seat(0, "check-in"), "").await;
        assert_eq!(page.status, StatusCode::OK, "{}", hall.engine);
        let code = code_on(&page.text);
        assert_eq!((code.len(), code == first), (6, false), "another code on {}", hall.engine);
        let nobody = Browser::new(&hall);
        let enter =
            |number: String, code: &str| format!("admission_number={number}&code={}", code.to_lowercase());
        for wrong in
            [enter(admission_number(0), &first), enter(admission_number(1), &code), enter("x".into(), &code)]
        {
            let refused = nobody.post("/hall", &wrong).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong} on {}", hall.engine);
        }
        let entered = nobody.post("/hall", &enter(admission_number(0), &code)).await;
        assert_eq!(entered.status, StatusCode::SEE_OTHER, "{}", hall.engine);
        let path = entered.headers["location"].to_str().unwrap().to_owned();
        let candidate = nobody.clone().with_cookie(&hall, &entered.cookie()).await;
        let page = candidate.get(&path).await;
        assert!(page.text.contains("<main id=\"exam\" data-attempt=\""), "{}", hall.engine);
        assert!(page.text.contains(&format!("data-csrf=\"{}.", candidate.csrf)), "{}", hall.engine);
        // The button pressed twice: the second answer is the one the browser keeps, and it holds the seat.
        let twice = nobody.post("/hall", &enter(admission_number(0), &code)).await;
        assert_eq!(twice.status, StatusCode::SEE_OTHER, "{}", hall.engine);
        let first = candidate.json(&format!("{path}/start"), &serde_json::json!({})).await;
        assert_eq!(first.json(), serde_json::json!({"error": "other_browser"}), "{}", hall.engine);
        let candidate = nobody.clone().with_cookie(&hall, &twice.cookie()).await;
        let started = candidate.json(&format!("{path}/start"), &serde_json::json!({})).await;
        assert_eq!(started.json()["phase"], "open", "{}", hall.engine);
        let spent = nobody.post("/hall", &enter(admission_number(0), &code)).await;
        assert_eq!(spent.status, StatusCode::UNPROCESSABLE_ENTITY, "the code has ended on {}", hall.engine);
        let again = invigilator.post(&seat(0, "check-in"), "").await;
        assert_eq!(
            again.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "who works is not checked in on {}",
            hall.engine
        );
    }
}

#[tokio::test]
async fn a_code_dies_of_ten_wrong_tries() {
    for hall in halls().await {
        candidates(&hall, 1).await;
        let invigilator = Browser::of(&hall, "invigilator").await;
        let code = code_on(&invigilator.post(&seat(0, "check-in"), "").await.text);
        let nobody = Browser::new(&hall);
        let number = admission_number(0);
        for _ in 0..10 {
            nobody.post("/hall", &format!("admission_number={number}&code=000000")).await;
        }
        let right = nobody.post("/hall", &format!("admission_number={number}&code={code}")).await;
        assert_eq!(right.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", hall.engine);
        let code = code_on(&invigilator.post(&seat(0, "check-in"), "").await.text);
        let right = nobody.post("/hall", &format!("admission_number={number}&code={code}")).await;
        assert_eq!(right.status, StatusCode::SEE_OTHER, "a new code is a new chance on {}", hall.engine);
    }
}

#[tokio::test]
async fn an_absent_candidate_cannot_begin_until_the_mark_is_withdrawn() {
    for hall in halls().await {
        candidates(&hall, 1).await;
        let invigilator = Browser::of(&hall, "invigilator").await;
        let code = code_on(&invigilator.post(&seat(0, "check-in"), "").await.text);
        let nobody = Browser::new(&hall);
        let fields = format!("admission_number={}&code={code}", admission_number(0));
        let entered = nobody.post("/hall", &fields).await;
        let path = entered.headers["location"].to_str().unwrap().to_owned();
        let candidate = nobody.clone().with_cookie(&hall, &entered.cookie()).await;
        assert_eq!(
            invigilator.post(&seat(0, "absence"), "").await.status,
            StatusCode::SEE_OTHER,
            "{}",
            hall.engine
        );
        assert_eq!(absentees(&hall).await, [("application-0".into(), "sitting-1".into())], "{}", hall.engine);
        let start = format!("{path}/start");
        let held = candidate.json(&start, &serde_json::json!({})).await;
        assert_eq!(held.json()["phase"], "waiting", "{}", hall.engine);
        assert_eq!(held.json()["items"], serde_json::json!([]), "{}", hall.engine);
        let refused = invigilator.post(&seat(0, "check-in"), "").await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", hall.engine);
        invigilator.post(&seat(0, "absence/withdrawal"), "").await;
        let twice = invigilator.post(&seat(0, "absence/withdrawal"), "").await;
        assert_eq!(twice.status, StatusCode::CONFLICT, "{}", hall.engine);
        assert_eq!(
            candidate.json(&start, &serde_json::json!({})).await.json()["phase"],
            "open",
            "{}",
            hall.engine
        );
        let refused = invigilator.post(&seat(0, "absence"), "").await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "who works is there on {}", hall.engine);
        assert_eq!(absentees(&hall).await, [], "{}", hall.engine);
    }
}

#[tokio::test]
async fn a_paper_room_is_closed_with_the_others_present_and_a_computer_room_with_the_others_absent() {
    for hall in halls().await {
        candidates(&hall, 3).await;
        let invigilator = Browser::of(&hall, "invigilator").await;
        invigilator.post(&desk(0, "absence"), "").await;
        let refused = invigilator.post(&desk(1, "check-in"), "").await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "no codes on paper on {}", hall.engine);
        hall.clock.set(START.plus_seconds(-1));
        let early = invigilator.post(&format!("{PAPER}/attendance"), "").await;
        assert_eq!(
            early.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "nobody is missing yet on {}",
            hall.engine
        );
        hall.clock.set(START.plus_minutes(31));
        assert_eq!(invigilator.post(&format!("{PAPER}/attendance"), "").await.status, StatusCode::SEE_OTHER);
        let page = invigilator.get(PAPER).await.text;
        for words in ["Expected: 3.", "Present: 2.", "Absent: 1."] {
            assert!(page.contains(words), "{words} on {}", hall.engine);
        }
        let again = invigilator.post(&format!("{PAPER}/attendance"), "").await;
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", hall.engine);
        for noun in ["absence", "absence/withdrawal"] {
            let late = invigilator.post(&desk(0, noun), "").await;
            assert_eq!(
                late.status,
                StatusCode::UNPROCESSABLE_ENTITY,
                "{noun} after the closing on {}",
                hall.engine
            );
        }
        invigilator.post(&seat(2, "check-in"), "").await;
        assert!(!is_over(&hall).await, "{}", hall.engine);
        invigilator.post(&format!("{COMPUTER}/attendance"), "").await;
        assert!(!is_over(&hall).await, "seat 2 has not ended on {}", hall.engine);
        let absent =
            [("application-0", "sitting-1"), ("application-0", "sitting-2"), ("application-1", "sitting-1")];
        let absent = absent.map(|(application, sitting)| (application.to_owned(), sitting.to_owned()));
        assert_eq!(absentees(&hall).await, absent, "{}", hall.engine);
        hall.clock.set(START.plus_minutes(91));
        assert_eq!(sitting::jobs::close_due(&hall.env, &hall.ledger).await.unwrap(), 1, "{}", hall.engine);
        assert!(is_over(&hall).await, "{}", hall.engine);
        sitting::jobs::roll_up(&hall.env).await.unwrap();
        // An hour has passed, and with it the first session.
        let list = Browser::of(&hall, "invigilator").await.get("/batches/2021-01/sittings").await.text;
        assert!(list.contains("2 rooms closed") && list.contains("Exam room 1"), "{list}");
    }
}

#[tokio::test]
async fn a_new_machine_gets_a_code_and_the_old_one_is_refused() {
    for hall in halls().await {
        hall.attempt(0).await;
        let invigilator = Browser::of(&hall, "invigilator").await;
        let refused = invigilator.post(&seat(0, "epoch"), "").await;
        assert_eq!(
            refused.status,
            StatusCode::CONFLICT,
            "without a check-in there is no code on {}",
            hall.engine
        );
    }
    for hall in halls().await {
        candidates(&hall, 1).await;
        let invigilator = Browser::of(&hall, "invigilator").await;
        let refused = invigilator.post(&seat(0, "epoch"), "").await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "nobody to move on {}", hall.engine);
        let enter = |code: String| format!("admission_number={}&code={code}", admission_number(0));
        let code = code_on(&invigilator.post(&seat(0, "check-in"), "").await.text);
        let nobody = Browser::new(&hall);
        let entered = nobody.post("/hall", &enter(code)).await;
        let path = entered.headers["location"].to_str().unwrap().to_owned();
        let old = nobody.clone().with_cookie(&hall, &entered.cookie()).await;
        old.json(&format!("{path}/start"), &serde_json::json!({})).await;
        let code = code_on(&invigilator.post(&seat(0, "epoch"), "").await.text);
        let answers = format!("{path}/answers");
        let change = |epoch: i64| serde_json::json!({"epoch": epoch, "changes": [{"seq": 1, "no": 1, "answer": "B", "at": 0}]});
        let stale = old.json(&answers, &change(1)).await;
        assert_eq!(
            (stale.status, stale.json()["error"].as_str()),
            (StatusCode::CONFLICT, Some("stale_epoch"))
        );
        let reloaded = old.json(&answers, &change(2)).await;
        assert_eq!(
            (reloaded.status, reloaded.json()["error"].as_str()),
            (StatusCode::CONFLICT, Some("other_browser")),
            "the old machine does not come back with the new epoch on {}",
            hall.engine
        );
        let entered = nobody.post("/hall", &enter(code.clone())).await;
        let new = nobody.clone().with_cookie(&hall, &entered.cookie()).await;
        assert_eq!(new.json(&format!("{path}/start"), &serde_json::json!({})).await.json()["epoch"], 2);
        assert_eq!(new.json(&answers, &change(2)).await.json()["acked_seq"], 1, "{}", hall.engine);
        let spent = nobody.post("/hall", &enter(code)).await;
        assert_eq!(
            spent.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "one machine, one code on {}",
            hall.engine
        );
    }
}

#[tokio::test]
async fn an_invigilator_of_another_city_sees_nothing_and_can_do_nothing() {
    for hall in halls().await {
        candidates(&hall, 1).await;
        let stranger = Browser::of(&hall, "stranger").await;
        for path in [COMPUTER.to_owned(), PAPER.to_owned(), seat(0, "photo")] {
            assert_eq!(stranger.get(&path).await.status, StatusCode::NOT_FOUND, "{path} on {}", hall.engine);
        }
        for noun in ["check-in", "epoch", "absence", "absence/withdrawal"] {
            assert_eq!(stranger.post(&seat(0, noun), "").await.status, StatusCode::NOT_FOUND, "{noun}");
        }
        assert_eq!(stranger.post(&format!("{COMPUTER}/attendance"), "").await.status, StatusCode::NOT_FOUND);
        assert!(
            !stranger.get("/batches/2021-01/sittings").await.text.contains("Exam room"),
            "{}",
            hall.engine
        );
        let mine = Browser::of(&hall, "invigilator").await;
        let mixed = "/batches/2021-01/sittings/sitting-2/rooms/room-1";
        assert_eq!(mine.get(mixed).await.status, StatusCode::NOT_FOUND, "a room of another sitting");
        let page = mine.get(COMPUTER).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.text);
        assert!(page.text.contains("王慧敏") && page.text.contains(&admission_number(0)), "{}", hall.engine);
        let mut tx = hall.env.db.read().await.unwrap();
        assert_eq!(trail::recent(&mut tx, "2021-01", 10).await.unwrap().len(), 0, "{}", hall.engine);
    }
}

#[tokio::test]
async fn the_photo_of_a_seat_is_shown_to_its_invigilator() {
    for hall in halls().await {
        candidates(&hall, 1).await;
        let mine = Browser::of(&hall, "invigilator").await;
        assert_eq!(mine.get(&seat(0, "photo")).await.status, StatusCode::NOT_FOUND, "none yet");
        let mut tx = hall.env.db.write().await.unwrap();
        let env = &hall.env;
        person::keep_photo(
            &mut tx,
            &env.vault,
            &*env.entropy,
            &env.blobs,
            &"person-0".into(),
            b"jpeg",
            START,
        )
        .await
        .unwrap();
        tx.commit().await.unwrap();
        let photo = mine.get(&seat(0, "photo")).await;
        assert_eq!((photo.status, photo.text.as_str()), (StatusCode::OK, "jpeg"), "{}", hall.engine);
    }
}

#[tokio::test]
async fn an_open_room_waits_on_the_workbench_of_its_invigilator() {
    for hall in halls().await {
        candidates(&hall, 1).await;
        let grant = identity::Grant {
            id: "g".into(),
            role: identity::Role::Invigilator,
            path: kernel::OrgPath::parse("/demo/nancheng").unwrap(),
            batch: None,
            from: kernel::UnixMicros::new(0),
            until: None,
        };
        let who = identity::Subject {
            account_id: "invigilator".into(),
            kind: identity::Kind::Staff,
            name: "李".into(),
            phone_index: None,
            grants: vec![grant],
            request_id: String::new(),
        };
        let mut tx = hall.env.db.read().await.unwrap();
        let agenda = plan::Agenda::load(&mut tx).await.unwrap();
        let today = sitting::tasks(&mut tx, &who, &agenda, START).await.unwrap();
        assert_eq!(today.iter().map(|task| task.count).collect::<Vec<_>>(), [2], "{}", hall.engine);
        let early = sitting::tasks(&mut tx, &who, &agenda, START.plus_days(-1)).await.unwrap();
        assert_eq!(early, [], "{}", hall.engine);
        drop(tx);
        Browser::of(&hall, "invigilator").await.post(&format!("{PAPER}/attendance"), "").await;
        let mut tx = hall.env.db.read().await.unwrap();
        let agenda = plan::Agenda::load(&mut tx).await.unwrap();
        let left = sitting::tasks(&mut tx, &who, &agenda, START).await.unwrap();
        assert_eq!(left[0].count, 1, "{}", hall.engine);
    }
}
