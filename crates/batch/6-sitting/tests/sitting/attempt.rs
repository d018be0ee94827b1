//! The exam computer through HTTP: the protocol, its refusals, and what never travels.
use axum::http::StatusCode;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::{
    browser::{Answer, Browser},
    fixture::{CLOSE, Hall, START, account, frame, halls},
    world::CANARY,
};

fn path(n: usize, noun: &str) -> String {
    format!("/attempts/{}/{noun}", frame(n).id)
}

fn body(epoch: i64, changes: &[(i64, i64, &str)]) -> Value {
    let changes: Vec<Value> = changes
        .iter()
        .map(|(seq, no, answer)| json!({"seq": seq, "no": no, "answer": answer, "at": 1}))
        .collect();
    json!({"epoch": epoch, "changes": changes})
}

fn said(answer: &Answer) -> (u16, String) {
    (answer.status.as_u16(), answer.json()["error"].as_str().unwrap_or_default().to_owned())
}

async fn candidate(hall: &Hall, n: usize) -> Browser {
    hall.attempt(n).await;
    Browser::at_seat(hall, n).await
}

#[tokio::test]
async fn an_attempt_goes_from_waiting_to_its_receipt() {
    for hall in halls().await {
        hall.waiting(1).await;
        let candidate = Browser::at_seat(&hall, 1).await;
        hall.clock.set(kernel::UnixMicros::new(START.get() - 1));
        let early = candidate.json(&path(1, "start"), &json!({})).await.json();
        assert_eq!((early["phase"].as_str(), early["items"].as_array().unwrap().len()), (Some("waiting"), 0));
        assert_eq!(
            said(&candidate.json(&path(1, "answers"), &body(1, &[(1, 1, "A")])).await),
            (425, "too_early".into())
        );
        hall.clock.set(START);
        let open = candidate.json(&path(1, "start"), &json!({})).await.json();
        assert_eq!(open["phase"], "open", "{}", hall.engine);
        assert_eq!(open["title"]["occupation"], "HR manager");
        assert_eq!((&open["title"]["form_minutes"], &open["title"]["name"]), (&json!(90), &json!("王慧敏")));
        assert_eq!(
            open["items"][0],
            json!({"no": 1, "kind": "single", "stem": "第一题", "points": "1.85",
            "options": [{"letter": "A", "text": "甲"}, {"letter": "B", "text": "乙"}]})
        );
        assert_eq!(
            (open["close_at"].as_i64(), open["server_now"].as_i64()),
            (Some(CLOSE.get()), Some(START.get()))
        );
        let saved = candidate
            .json(&path(1, "answers"), &body(1, &[(1, 1, "B"), (2, 2, "AC"), (3, 3, "T"), (4, 3, "")]))
            .await;
        assert_eq!(
            (saved.status, &saved.json()["acked_seq"]),
            (StatusCode::OK, &json!(4)),
            "{}",
            hall.engine
        );
        let state = candidate.get(&path(1, "state")).await.json();
        assert_eq!(state["answers"], json!({"1": "B", "2": "AC"}), "{}", hall.engine);
        let missing = candidate.json(&path(1, "hand-in"), &json!({"epoch": 1, "last_seq": 5})).await;
        assert_eq!((said(&missing), &missing.json()["acked_seq"]), ((409, "missing".into()), &json!(4)));
        let done = candidate.json(&path(1, "hand-in"), &json!({"epoch": 1, "last_seq": 4})).await;
        assert_eq!(
            (&done.json()["phase"], &done.json()["answered"]),
            (&json!("handed_in"), &json!(2)),
            "{}",
            hall.engine
        );
        let receipt = done.json()["receipt"].as_str().unwrap().to_owned();
        let after = candidate.json(&path(1, "answers"), &body(1, &[(5, 1, "A")])).await;
        assert_eq!((said(&after), &after.json()["receipt"]), ((410, "handed_in".into()), &json!(receipt)));
        let state = candidate.get(&path(1, "state")).await.json();
        assert_eq!((&state["receipt"], &state["items"]), (&json!(receipt), &json!([])), "{}", hall.engine);
    }
}

#[tokio::test]
async fn every_refusal_has_the_status_and_the_name_of_the_protocol() {
    for hall in halls().await {
        let mine = candidate(&hall, 1).await;
        let answers = path(1, "answers");
        let change = body(1, &[(1, 1, "A")]);
        let forged = Browser { csrf: "x".into(), ..mine.clone() };
        let nobody = Browser::new(&hall);
        assert_eq!(said(&nobody.json(&answers, &change).await), (401, "signed_out".into()));
        assert_eq!(said(&nobody.get(&path(1, "state")).await), (401, "signed_out".into()));
        assert_eq!(said(&forged.json(&answers, &change).await), (403, "csrf".into()));
        assert_eq!(
            said(&forged.json(&path(1, "hand-in"), &json!({"epoch": 1, "last_seq": 0})).await),
            (403, "csrf".into())
        );
        assert_eq!(said(&mine.json(&answers, &body(2, &[(1, 1, "A")])).await), (409, "stale_epoch".into()));
        let gap = mine.json(&answers, &body(1, &[(2, 1, "A")])).await;
        assert_eq!((said(&gap), &gap.json()["acked_seq"]), ((409, "gap".into()), &json!(0)));
        for odd in [
            json!({}),
            body(1, &[(1, 55, "A")]),
            body(1, &[(1, 1, "BA")]),
            json!({"epoch": 1, "changes": [{}]}),
        ] {
            assert_eq!(said(&mine.json(&answers, &odd).await), (422, "unreadable".into()), "{odd}");
        }
        hall.clock.set(CLOSE);
        let late = mine.json(&answers, &change).await;
        assert_eq!(
            late.json(),
            json!({"error": "closed", "acked_seq": 0, "kept_as_evidence": true}),
            "{}",
            hall.engine
        );
        assert_eq!(late.status, StatusCode::GONE, "{}", hall.engine);
        let late = mine.json(&path(1, "hand-in"), &json!({"epoch": 1, "last_seq": 0})).await;
        assert_eq!(said(&late), (410, "closed".into()), "{}", hall.engine);
        assert_eq!(mine.get(&path(1, "state")).await.json()["phase"], "closed", "{}", hall.engine);
        assert_eq!(nobody.get(&format!("/attempts/{}", frame(1).id)).await.headers["location"], "/hall");
        hall.env.db.close().await;
        let down = hall.save(1, 1, Vec::new()).await;
        assert_eq!(down, Err(sitting::LedgerError::Busy), "{}", hall.engine);
    }
}

#[tokio::test]
async fn a_busy_ledger_says_when_to_try_again() {
    for hall in halls().await {
        let mine = candidate(&hall, 1).await;
        const BREAK: &str = "DROP TABLE answer_change";
        let mut tx = hall.env.db.write().await.unwrap();
        ::store::on!(&mut tx, |conn| sqlx::query(BREAK).execute(conn).await.map(|_| ())).unwrap();
        tx.commit().await.unwrap();
        let busy = mine.json(&path(1, "answers"), &body(1, &[(1, 1, "A")])).await;
        assert_eq!(said(&busy), (503, "busy".into()), "{}", hall.engine);
        assert_eq!(busy.headers["retry-after"], "1", "{}", hall.engine);
        assert_eq!(hall.look(1).await.head().acked_seq, 0, "nothing of it happened on {}", hall.engine);
    }
}

#[tokio::test]
async fn an_attempt_exists_only_for_its_own_candidate() {
    for hall in halls().await {
        candidate(&hall, 1).await;
        for other in [candidate(&hall, 2).await, Browser::of(&hall, "invigilator").await] {
            let page = other.get(&format!("/attempts/{}", frame(1).id)).await;
            assert_eq!(page.status, StatusCode::NOT_FOUND, "{}", hall.engine);
            assert_eq!(said(&other.get(&path(1, "state")).await), (404, "not_found".into()));
            assert_eq!(said(&other.json(&path(1, "start"), &json!({})).await), (404, "not_found".into()));
            assert_eq!(
                said(&other.json(&path(1, "answers"), &body(1, &[(1, 1, "A")])).await),
                (404, "not_found".into())
            );
            let hand_in = other.json(&path(1, "hand-in"), &json!({"epoch": 1, "last_seq": 0})).await;
            assert_eq!(said(&hand_in), (404, "not_found".into()), "{}", hall.engine);
        }
        assert_eq!(hall.look(1).await.head().acked_seq, 0, "{}", hall.engine);
    }
}

#[tokio::test]
async fn no_key_no_explanation_and_no_difficulty_ever_travels() {
    for hall in halls().await {
        let mine = candidate(&hall, 1).await;
        let mut seen = vec![
            mine.get(&format!("/attempts/{}", frame(1).id)).await.text,
            mine.get(&path(1, "state")).await.text,
            mine.json(&path(1, "start"), &json!({})).await.text,
            mine.json(&path(1, "answers"), &body(1, &[(1, 1, "A")])).await.text,
        ];
        assert!(seen[1].contains("第三题"), "the form is there on {}", hall.engine);
        seen.push(mine.json(&path(1, "hand-in"), &json!({"epoch": 1, "last_seq": 1})).await.text);
        seen.push(mine.get(&path(1, "state")).await.text);
        for text in seen {
            for secret in [CANARY, "answer_key", "explanation", "difficulty", "77"] {
                assert!(!text.contains(secret), "{secret} in {text}");
            }
        }
    }
}

/// A phone, or the computer at home: the right person, and not the seat.
#[tokio::test]
async fn another_browser_of_the_same_candidate_neither_reads_nor_writes_while_the_work_lasts() {
    for hall in halls().await {
        let mine = candidate(&hall, 1).await;
        assert_eq!(mine.json(&path(1, "answers"), &body(1, &[(1, 1, "A")])).await.status, StatusCode::OK);
        let other = Browser::of(&hall, &account(1)).await;
        let refused = (409, "other_browser".to_owned());
        let page = other.get(&format!("/attempts/{}", frame(1).id)).await;
        assert_eq!(page.headers["location"], "/hall", "{}", hall.engine);
        assert_eq!(page.cookie(), "flash=hall-other-browser", "it says why on {}", hall.engine);
        assert_eq!(said(&other.get(&path(1, "state")).await), refused, "{}", hall.engine);
        assert_eq!(said(&other.json(&path(1, "start"), &json!({})).await), refused, "{}", hall.engine);
        for changes in [&[(2, 2, "AC")][..], &[(1, 1, "A")], &[(1, 1, "B")]] {
            let answer = other.json(&path(1, "answers"), &body(1, changes)).await;
            assert_eq!(said(&answer), refused, "{changes:?} on {}", hall.engine);
        }
        let done = other.json(&path(1, "hand-in"), &json!({"epoch": 1, "last_seq": 1})).await;
        assert_eq!(said(&done), refused, "{}", hall.engine);
        assert_eq!(hall.answers(1).await, [(1, "A".to_owned())], "{}", hall.engine);

        // The negative control: the same request from the seat is taken.
        let taken = mine.json(&path(1, "answers"), &body(1, &[(2, 2, "AC")])).await;
        assert_eq!(taken.json()["acked_seq"], 2, "{}", hall.engine);
        let done = mine.json(&path(1, "hand-in"), &json!({"epoch": 1, "last_seq": 2})).await.json();
        let after = other.get(&path(1, "state")).await.json();
        assert_eq!((&after["receipt"], &after["items"]), (&done["receipt"], &json!([])), "{}", hall.engine);
    }
}

#[tokio::test]
async fn a_number_that_comes_again_with_another_content_is_refused_and_a_true_repeat_is_not() {
    for hall in halls().await {
        let mine = candidate(&hall, 1).await;
        let answers = path(1, "answers");
        let first = body(1, &[(1, 1, "A"), (2, 2, "AB"), (3, 1, "B")]);
        assert_eq!(mine.json(&answers, &first).await.json()["acked_seq"], 3, "{}", hall.engine);
        let twin = json!({"error": "conflict", "acked_seq": 3});
        for changes in [
            &[(3, 1, "C")][..],          // another answer to the same item
            &[(3, 3, "B")],              // another item
            &[(1, 1, "B")],              // what has been replaced since
            &[(2, 2, "")],               // cleared
            &[(3, 1, "B"), (1, 2, "A")], // one of several
            &[(3, 1, "D"), (4, 3, "T")], // with something new behind it
        ] {
            let answer = mine.json(&answers, &body(1, changes)).await;
            assert_eq!(answer.status, StatusCode::CONFLICT, "{changes:?} on {}", hall.engine);
            assert_eq!(answer.json(), twin, "{changes:?} on {}", hall.engine);
        }
        for changes in [&[(1, 1, "A")][..], &[(2, 2, "AB"), (3, 1, "B")], &[(3, 1, "B")]] {
            let answer = mine.json(&answers, &body(1, changes)).await;
            assert_eq!(answer.json()["acked_seq"], 3, "{changes:?} on {}", hall.engine);
        }
        let now = [(1, "B".to_owned()), (2, "AB".to_owned())];
        assert_eq!(hall.answers(1).await, now, "nothing was half-written on {}", hall.engine);
        let both = mine.json(&answers, &body(1, &[(3, 1, "B"), (4, 3, "T")])).await;
        assert_eq!(both.json()["acked_seq"], 4, "{}", hall.engine);

        hall.clock.set(CLOSE);
        assert_eq!(mine.json(&answers, &first).await.json()["acked_seq"], 4, "{}", hall.engine);
        let late = mine.json(&answers, &body(1, &[(3, 1, "C")])).await;
        let closed = json!({"error": "closed", "acked_seq": 4, "kept_as_evidence": false});
        assert_eq!((late.status, late.json()), (StatusCode::GONE, closed), "{}", hall.engine);
    }
}

/// Both windows begin at the same number: one is first, the other is told, and the work is whole.
#[tokio::test]
async fn two_windows_of_one_browser_cannot_mix_their_answers() {
    for hall in halls().await {
        let mine = candidate(&hall, 1).await;
        let windows = [body(1, &[(1, 1, "A"), (2, 2, "AB")]), body(1, &[(1, 1, "B"), (2, 3, "T")])];
        let mut racing = JoinSet::new();
        for window in windows {
            let mine = mine.clone();
            racing.spawn(async move { mine.json(&path(1, "answers"), &window).await });
        }
        let mut statuses: Vec<u16> =
            racing.join_all().await.iter().map(|answer| answer.status.as_u16()).collect();
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409], "{}", hall.engine);
        let answers = hall.answers(1).await;
        let whole =
            [vec![(1, "A".to_owned()), (2, "AB".to_owned())], vec![(1, "B".to_owned()), (3, "T".to_owned())]];
        assert!(whole.contains(&answers), "{answers:?} on {}", hall.engine);
    }
}

/// TR8: the same request fifty times at once has one effect and one answer.
#[tokio::test]
async fn fifty_copies_of_every_request_have_one_effect_and_one_answer() {
    for hall in halls().await {
        hall.waiting(1).await;
        let mine = Browser::at_seat(&hall, 1).await;
        let requests = [
            ("start", json!({})),
            ("answers", body(1, &[(1, 1, "A"), (2, 2, "AB")])),
            ("hand-in", json!({"epoch": 1, "last_seq": 2})),
        ];
        for (noun, request) in requests {
            let mut copies = JoinSet::new();
            for _ in 0..50 {
                let (mine, request) = (mine.clone(), request.clone());
                copies.spawn(async move { mine.json(&path(1, noun), &request).await });
            }
            let answers = copies.join_all().await;
            assert!(
                answers.iter().all(|answer| answer.status == StatusCode::OK),
                "{noun} on {}",
                hall.engine
            );
            assert!(answers.iter().all(|answer| answer.text == answers[0].text), "{noun} on {}", hall.engine);
        }
        let mut tx = hall.env.db.read().await.unwrap();
        let trail = trail::history(&mut tx, "attempt", frame(1).id.as_str()).await.unwrap();
        let actions: Vec<&str> = trail.iter().map(|row| row.action.as_str()).collect();
        assert_eq!(actions, ["attempt.start", "attempt.hand-in"], "{}", hall.engine);
        testkit::proves!(
            "TR8",
            "start, save and hand-in replayed 50 times at once have one effect and one answer"
        );
    }
}
