//! Which route an address belongs to.
use std::sync::LazyLock;

use axum::http::Method;

use crate::compose;

/// Method and pattern of every route; composing them makes every handler anew.
static PATTERNS: LazyLock<Vec<(Method, &'static str)>> =
    LazyLock::new(|| compose::routes().into_iter().map(|route| (route.method, route.path)).collect());

/// The pattern of the route that answers `method` at `address`; literal segments win over
/// placeholders.
#[must_use]
pub fn route_of(method: &str, address: &str) -> Option<&'static str> {
    let address = address.split(['?', '#']).next().unwrap_or_default();
    let parts: Vec<&str> = address.split('/').collect();
    let mut best: Option<(usize, &'static str)> = None;
    for (_, path) in PATTERNS.iter().filter(|(known, _)| *known == method) {
        let pattern: Vec<&str> = path.split('/').collect();
        let fits = pattern.len() == parts.len()
            && pattern.iter().zip(&parts).all(|(p, a)| p == a || placeholder_fits(p, a));
        let literal = pattern.iter().filter(|part| !part.contains('{')).count();
        if fits && best.is_none_or(|(known, _)| literal > known) {
            best = Some((literal, path));
        }
    }
    best.map(|(_, path)| path)
}

/// `{id}` takes any segment, `{number}.pdf` one that ends in `.pdf`.
fn placeholder_fits(pattern: &str, segment: &str) -> bool {
    let Some((before, rest)) = pattern.split_once('{') else { return false };
    let after = rest.split_once('}').map_or("", |(_, after)| after);
    segment.len() > before.len() + after.len() && segment.starts_with(before) && segment.ends_with(after)
}
