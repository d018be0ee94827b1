//! A machine that was left comes back: what it holds is evidence and never counts silently.
use axum::http::StatusCode;
use serde_json::json;

use crate::{
    browser::Browser,
    fixture::{CLOSE, Hall, halls},
    room::code_on,
    world::{self, admission_number},
};

const SEAT: &str = "/batches/2021-01/sittings/sitting-1/seats/seat-0";
const ROOM: &str = "/batches/2021-01/sittings/sitting-1/rooms/room-1";

fn change(seq: i64, answer: &str) -> serde_json::Value {
    json!({ "seq": seq, "no": seq, "answer": answer, "at": 0 })
}

async fn sit_down(hall: &Hall, code: &str) -> (String, Browser) {
    let nobody = Browser::new(hall);
    let entered =
        nobody.post("/hall", &format!("admission_number={}&code={code}", admission_number(0))).await;
    let path = entered.headers["location"].to_str().unwrap().to_owned();
    (path, nobody.with_cookie(hall, &entered.cookie()).await)
}

#[tokio::test]
async fn what_a_former_machine_holds_is_kept_as_evidence_and_stands_in_the_record() {
    for hall in halls().await {
        let mut tx = hall.env.db.write().await.unwrap();
        world::candidate(&hall, &mut tx, 0).await;
        tx.commit().await.unwrap();
        let watching = Browser::of(&hall, "invigilator").await;
        let code = code_on(&watching.post(&format!("{SEAT}/check-in"), "").await.text);
        let (path, old) = sit_down(&hall, &code).await;
        let shown = old.get(&path).await.text;
        let key = shown.split("data-journal=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        assert_eq!(
            (key.len(), key.chars().all(|one| one.is_ascii_hexdigit())),
            (64, true),
            "{}",
            hall.engine
        );
        old.json(&format!("{path}/start"), &json!({})).await;
        let answers = format!("{path}/answers");
        let evidence = format!("{path}/evidence");
        old.json(&answers, &json!({ "epoch": 1, "changes": [change(1, "A")] })).await;
        let offered = json!({ "epoch": 1, "changes": [change(1, "A"), change(2, "B"), change(3, "T")] });
        let early = old.json(&evidence, &offered).await;
        assert_eq!(
            early.status,
            StatusCode::TOO_EARLY,
            "it is still the machine at the seat on {}",
            hall.engine
        );

        let code = code_on(&watching.post(&format!("{SEAT}/epoch"), "").await.text);
        let (_, new) = sit_down(&hall, &code).await;
        new.json(&format!("{path}/start"), &json!({})).await;
        new.json(&answers, &json!({ "epoch": 2, "changes": [change(2, "C")] })).await;
        // The old machine gets its key again, to read its journal, and not one question.
        let shown = old.get(&path).await;
        assert!(shown.status == StatusCode::OK && shown.text.contains(&key), "{}", hall.engine);
        let state = old.get(&format!("{path}/state")).await;
        assert_eq!(state.json(), json!({ "error": "other_browser" }), "{}", hall.engine);
        let kept = old.json(&evidence, &offered).await;
        assert_eq!(kept.json(), json!({ "kept": 2 }), "1 counted, 2 and 3 did not on {}", hall.engine);
        let again = old.json(&evidence, &offered).await;
        assert_eq!(again.json(), json!({ "kept": 2 }), "{}", hall.engine);
        let answers = new.get(&format!("{path}/state")).await.json()["answers"].clone();
        assert_eq!(answers, json!({ "1": "A", "2": "C" }), "nothing of it counts on {}", hall.engine);
        let page = watching.get(ROOM).await.text;
        assert!(page.contains("2 changes handed over by the former machine"), "{page}");
        assert_eq!(page.matches("Left on the former machine").count(), 1, "told once on {}", hall.engine);

        let wrong = [
            (&old, json!({ "epoch": 2, "changes": [change(4, "A")] }), StatusCode::UNPROCESSABLE_ENTITY),
            (&old, json!({ "epoch": 1, "changes": [change(4, "Z")] }), StatusCode::UNPROCESSABLE_ENTITY),
        ];
        for (browser, body, status) in wrong {
            assert_eq!(browser.json(&evidence, &body).await.status, status, "{body} on {}", hall.engine);
        }
        // The candidate's own phone never sat at the seat: what it says is no evidence.
        let account: String = {
            const ACCOUNT: &str = "SELECT account_id FROM attempt WHERE seat_id = 'seat-0'";
            let mut tx = hall.env.db.read().await.unwrap();
            ::store::on!(&mut tx, |conn| sqlx::query_scalar(ACCOUNT).fetch_one(conn).await).unwrap()
        };
        let phone = Browser::of(&hall, &account).await;
        assert_eq!(phone.json(&evidence, &offered).await.json(), json!({ "error": "other_browser" }));
        assert_eq!(phone.get(&path).await.status, StatusCode::SEE_OTHER, "{}", hall.engine);

        // After the end the machine at the seat hands over the rest in the same way.
        hall.clock.set(CLOSE.plus_minutes(1));
        sitting::jobs::close_due(&hall.env, &hall.ledger).await.unwrap();
        let late = json!({ "epoch": 2, "changes": [change(2, "C"), change(3, "F")] });
        assert_eq!(new.json(&evidence, &late).await.json(), json!({ "kept": 1 }), "{}", hall.engine);
    }
}
