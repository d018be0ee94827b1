//! What was here before the close counts, however long it then had to wait for us.
use std::sync::Arc;

use axum::{
    extract::{Request, State},
    middleware::{Next, from_fn_with_state},
    response::Response,
};
use kernel::FixedClock;
use serde_json::json;

use crate::{
    browser::Browser,
    fixture::{CLOSE, halls},
};

/// Longer than the clock gives attempts that closed.
const WAIT_SECONDS: i64 = 60;

/// Everything behind it comes a minute later, as when a session waits to be read.
async fn wait(State(clock): State<Arc<FixedClock>>, request: Request, next: Next) -> Response {
    clock.advance_seconds(WAIT_SECONDS);
    next.run(request).await
}

#[tokio::test]
async fn the_last_save_and_the_hand_in_count_by_their_arrival() {
    for hall in halls().await {
        for (n, is_noted, status) in [(1, true, 200), (2, false, 410)] {
            let id = hall.attempt(n).await;
            let browser = Browser::at_seat(&hall, n).await;
            let waiting = browser.routes.clone().layer(from_fn_with_state(hall.clock.clone(), wait));
            let routes = if is_noted {
                waiting.layer(from_fn_with_state(hall.env.clock.clone(), sitting::note_arrival))
            } else {
                // The control: nobody looks at the clock before everything had to wait.
                waiting
            };
            let slow = Browser { routes, ..browser };
            let change = json!({ "seq": 1, "no": 1, "answer": "A", "at": 0 });
            let save = json!({ "epoch": 1, "changes": [change] });
            let hand_in = json!({ "epoch": 1, "last_seq": i64::from(is_noted) });
            for (what, body) in [("answers", save), ("hand-in", hand_in)] {
                hall.clock.set(CLOSE.plus_seconds(-1));
                let answer = slow.json(&format!("/attempts/{id}/{what}"), &body).await;
                assert_eq!(answer.status, status, "{what} on {}: {}", hall.engine, answer.text);
            }
        }
    }
}
