//! The frame around every page, and the page that says what went wrong.
use askama::Template;
use axum::{
    extract::Request,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    middleware::Next,
    response::{Html, IntoResponse, Redirect, Response},
};

use crate::{Failure, Markup, PageResult, Visit};

/// How long a flash sentence may wait for the next page, in seconds.
const FLASH_SECONDS: u32 = 30;

/// Classes of the column a page stands in.
const WHOLE: &str = "";
const NARROW: &str = "narrow";

#[derive(Template)]
#[template(path = "layout.html")]
struct Layout<'a> {
    v: &'a Visit,
    title: &'a str,
    body: Markup,
    /// Class of the column; empty for the whole width.
    width: &'static str,
    flash: Option<String>,
}

#[derive(Template)]
#[template(path = "failure.html")]
struct FailurePage<'a> {
    v: &'a Visit,
    heading: String,
    messages: Vec<String>,
    internal: bool,
}

/// A full page: the frame with `body` inside.
///
/// # Errors
/// When a template cannot be rendered.
pub fn page(v: &Visit, title: &str, body: &impl Template) -> PageResult<Response> {
    frame(v, title, body, WHOLE, StatusCode::OK)
}

/// A page to be read from top to bottom, in lines that are not too long.
///
/// # Errors
/// When a template cannot be rendered.
pub fn medium_page(v: &Visit, title: &str, body: &impl Template) -> PageResult<Response> {
    frame(v, title, body, "medium", StatusCode::OK)
}

/// A page as narrow as a phone, for candidates.
///
/// # Errors
/// When a template cannot be rendered.
pub fn narrow_page(v: &Visit, title: &str, body: &impl Template) -> PageResult<Response> {
    frame(v, title, body, NARROW, StatusCode::OK)
}

/// The page again, because something in its form is wrong.
///
/// # Errors
/// When a template cannot be rendered.
pub fn page_again(v: &Visit, title: &str, body: &impl Template, narrow: bool) -> PageResult<Response> {
    frame(v, title, body, if narrow { NARROW } else { WHOLE }, StatusCode::UNPROCESSABLE_ENTITY)
}

fn frame(
    v: &Visit,
    title: &str,
    body: &impl Template,
    width: &'static str,
    status: StatusCode,
) -> PageResult<Response> {
    let body = Markup(body.render()?);
    let flash = v.flash.as_ref().map(|flash| v.t.s(&flash.key));
    let html = Layout { v, title, body, width, flash }.render()?;
    Ok((status, Html(html)).into_response())
}

/// Sends the browser to `to` with one sentence for the next page.
#[must_use]
pub fn done(to: &str, flash_key: &'static str) -> Response {
    let mut response = Redirect::to(to).into_response();
    let cookie = format!("flash={flash_key}; Path=/; Max-Age={FLASH_SECONDS}; HttpOnly; SameSite=Strict");
    if let Ok(value) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    response
}

/// A file to keep, not to look at inside our origin.
#[must_use]
pub fn download(name: &str, mime: &'static str, bytes: Vec<u8>) -> Response {
    with_disposition("attachment", name, mime, bytes)
}

/// The address of a page with what it is asked for: a list keeps its filter in it.
#[must_use]
pub fn address(path: &str, asked: &[(&str, &str)]) -> String {
    let query = serde_urlencoded::to_string(asked).unwrap_or_default();
    format!("{path}?{query}")
}

/// A file shown in the browser (PDF, picture).
#[must_use]
pub fn inline(name: &str, mime: &'static str, bytes: Vec<u8>) -> Response {
    with_disposition("inline", name, mime, bytes)
}

fn with_disposition(how: &str, name: &str, mime: &'static str, bytes: Vec<u8>) -> Response {
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(mime));
    let safe: String = name.chars().filter(|c| c.is_ascii_alphanumeric() || "-_.".contains(*c)).collect();
    if let Ok(value) = HeaderValue::from_str(&format!("{how}; filename=\"{safe}\"")) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    (headers, bytes).into_response()
}

/// Renders a [`Failure`] left by a handler in the visitor's language.
pub async fn render_failures(visit: Visit, request: Request, next: Next) -> Response {
    let wants_json = request
        .headers()
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.starts_with("application/json"));
    let mut response = next.run(request).await;
    let failure = match response.extensions_mut().remove::<Failure>() {
        Some(failure) => failure,
        // Axum's own refusals: an unknown address, a body that is no form.
        None if response.status() == StatusCode::NOT_FOUND
            && !response.headers().contains_key(header::CONTENT_TYPE) =>
        {
            Failure { messages: vec!["error-not-found".into()], status: StatusCode::NOT_FOUND }
        }
        None => return response,
    };
    let messages: Vec<String> = failure.messages.iter().map(|m| visit.t.message(m)).collect();
    let mut shown = if wants_json {
        (failure.status, axum::Json(serde_json::json!({ "error": messages }))).into_response()
    } else {
        let heading = visit.t.s(&format!("error-{}", failure.status.as_u16()));
        let internal = failure.status.is_server_error();
        let body = FailurePage { v: &visit, heading: heading.clone(), messages, internal };
        frame(&visit, &heading, &body, NARROW, failure.status)
            .unwrap_or_else(|_| failure.status.into_response())
    };
    if let Some(value) = response.headers_mut().remove(header::RETRY_AFTER) {
        shown.headers_mut().insert(header::RETRY_AFTER, value);
    }
    shown
}
