//! Whether a machine can hold the exam: tried on the machine itself, without an account, before the day.
use askama::Template;
use axum::{Json, extract::State, response::Response};
use identity::Env;
use kernel::UnixMicros;
use serde::Serialize;
use web::{PageResult, Visit};

/// What is tried, in order; `clients/selftest` knows how. Each has a name and a cure in `locales/`.
const CHECKS: [&str; 7] = ["browser", "storage", "screen", "fonts", "network", "clock", "windows"];

#[derive(Template)]
#[template(path = "hall/self_test.html")]
struct SelfTestPage<'a> {
    v: &'a Visit,
    checks: [&'static str; 7],
}

impl SelfTestPage<'_> {
    fn name(&self, check: &str) -> String {
        self.v.t.s(&format!("self-test-{check}"))
    }

    fn cure(&self, check: &str) -> String {
        self.v.t.s(&format!("self-test-{check}-cure"))
    }
}

/// The server's clock.
#[derive(Debug, Serialize)]
pub struct Clock {
    server_now: UnixMicros,
}

/// GET /hall/self-test
pub async fn show(v: Visit) -> PageResult<Response> {
    web::page(&v, &v.t.s("self-test-title"), &SelfTestPage { v: &v, checks: CHECKS })
}

/// GET /hall/clock
pub async fn clock(State(env): State<Env>) -> Json<Clock> {
    Json(Clock { server_now: env.now() })
}
