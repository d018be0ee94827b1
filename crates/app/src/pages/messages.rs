//! The demo's phone: what would have been sent by SMS. Outside the demo this page does not exist.
use askama::Template;
use axum::{extract::State, response::Response};
use identity::Env;
use message::Outgoing;
use web::{PageError, PageResult, Visit};

/// Newest messages shown.
const ROWS: i64 = 50;

#[derive(Template)]
#[template(path = "messages.html")]
struct MessagesPage<'a> {
    v: &'a Visit,
    messages: Vec<Outgoing>,
}

/// GET /messages
pub async fn show(State(env): State<Env>, v: Visit) -> PageResult<Response> {
    if !env.demo {
        return Err(PageError::NotFound);
    }
    let mut tx = env.db.read().await?;
    let messages = message::recent(&mut tx, &env.vault, ROWS).await?;
    web::narrow_page(&v, &v.t.s("messages-title"), &MessagesPage { v: &v, messages })
}
