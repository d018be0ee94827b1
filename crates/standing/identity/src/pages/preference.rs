//! Language and print size, kept in cookies; works without JavaScript.
use axum::{
    extract::Query,
    http::{HeaderValue, header},
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;
use web::Lang;

/// A year: the choice should survive until the next exam.
const COOKIE_SECONDS: u32 = 31_536_000;

/// What was chosen and where to go back to.
#[derive(Debug, Deserialize)]
pub struct Choice {
    lang: Option<String>,
    print: Option<String>,
    back: Option<String>,
}

/// GET /preferences?lang=en&back=/…
pub async fn set(Query(choice): Query<Choice>) -> Response {
    let back = choice.back.filter(|path| is_ours(path));
    let mut response = Redirect::to(back.as_deref().unwrap_or("/")).into_response();
    let mut keep = |name: &str, value: &str| {
        let line = format!("{name}={value}; Path=/; Max-Age={COOKIE_SECONDS}; HttpOnly; SameSite=Lax");
        if let Ok(line) = HeaderValue::from_str(&line) {
            response.headers_mut().append(header::SET_COOKIE, line);
        }
    };
    if let Some(lang) = choice.lang.as_deref().and_then(Lang::from_tag) {
        keep("lang", lang.tag());
    }
    match choice.print.as_deref() {
        Some("large") => keep("print", "large"),
        Some("normal") => keep("print", "normal"),
        Some(_) | None => {}
    }
    response
}

/// Only a path of ours: `//host` would leave the site, and browsers read `\` as `/` and pass over tabs.
fn is_ours(path: &str) -> bool {
    let leaves = path.starts_with("//") || path.contains('\\') || path.contains(char::is_control);
    path.starts_with('/') && !leaves
}

#[cfg(test)]
mod tests {
    use super::is_ours;

    #[test]
    fn the_way_back_does_not_leave_the_site() {
        for ours in ["/", "/batches/2021-01?q=a//b", "/standards?q=%E8%8C%B6"] {
            assert!(is_ours(ours), "{ours}");
        }
        for other in ["//host", "/\\host", "/\t/host", "\t//host", "https://host", "", "host"] {
            assert!(!is_ours(other), "{other:?}");
        }
    }
}
