//! What was here before the close counts, however long it then had to wait for us.
use std::{sync::Arc, time::Duration};

use axum::{
    Router,
    body::Body,
    extract::{Request, State},
    http::{StatusCode, header},
    middleware::{Next, from_fn_with_state},
    response::Response,
    routing::post,
};
use kernel::{Clock, FixedClock};
use serde_json::json;
use sitting::Gate;

use tokio::sync::Notify;
use tower::ServiceExt;

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
                waiting.layer(from_fn_with_state(Gate::new(&hall.env.clock), sitting::note_arrival))
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

/// Answers when somebody says so.
async fn held(State((came, go)): State<(Arc<Notify>, Arc<Notify>)>) {
    came.notify_one();
    go.notified().await;
}

#[tokio::test]
async fn before_a_full_house_nobody_waits_for_long_and_a_place_that_is_free_is_given() {
    let clock: Arc<dyn Clock> = Arc::new(FixedClock::new(CLOSE));
    let (came, go) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let gate = Gate::of(&clock, 1, Duration::from_millis(20));
    let routes = Router::new()
        .route("/answers", post(held))
        .with_state((Arc::clone(&came), Arc::clone(&go)))
        .layer(from_fn_with_state(gate, sitting::note_arrival));
    let send = || {
        let request = Request::post("/answers").header(header::CONTENT_TYPE, "application/json");
        routes.clone().oneshot(request.body(Body::from("{}")).unwrap())
    };
    let first = tokio::spawn(send());
    came.notified().await;
    let second = send().await.unwrap();
    assert_eq!(second.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(second.headers().contains_key(header::RETRY_AFTER), "it is asked to come again");
    go.notify_one();
    assert_eq!(first.await.unwrap().unwrap().status(), StatusCode::OK);
    go.notify_one();
    assert_eq!(send().await.unwrap().status(), StatusCode::OK, "its place is free again");
}
