//! What the browser gets besides pages: carried inside the binary.
use axum::{
    extract::Path,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "../../clients/dist"]
struct Dist;

/// GET /assets/{file}; revalidated by digest, so that a new binary is seen at once.
pub async fn asset(Path(file): Path<String>, headers: HeaderMap) -> Response {
    let Some(found) = Dist::get(&file) else { return StatusCode::NOT_FOUND.into_response() };
    let tag: String =
        found.metadata.sha256_hash().iter().take(12).map(|byte| format!("{byte:02x}")).collect();
    let tag = format!("\"{tag}\"");
    let fresh = [(header::ETAG, tag.clone()), (header::CACHE_CONTROL, "no-cache".to_owned())];
    if headers.get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes()) {
        return (StatusCode::NOT_MODIFIED, fresh).into_response();
    }
    let kind = match file.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some(_) | None => "application/octet-stream",
    };
    (fresh, [(header::CONTENT_TYPE, kind)], found.data.into_owned()).into_response()
}
