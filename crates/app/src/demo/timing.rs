//! What a demo says about the work behind a page, for whoever looks with the tools of their browser
//! and for the tour of every page. A real installation is silent: how much it had to look for is
//! something a stranger could learn from.
use axum::{
    extract::Request,
    http::{HeaderName, HeaderValue},
    middleware::Next,
    response::Response,
};

/// Says `Server-Timing: statements;dur=7` when seven statements of SQL were asked.
pub async fn say_statements(request: Request, next: Next) -> Response {
    let (mut response, asked) = store::counting(next.run(request)).await;
    let said = HeaderValue::from_str(&format!("statements;dur={asked}"));
    if let Ok(said) = said {
        response.headers_mut().insert(HeaderName::from_static("server-timing"), said);
    }
    response
}
