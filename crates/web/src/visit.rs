//! What a page needs to know of the request: language, who is signed in, where we are.
use std::convert::Infallible;

use axum::{extract::FromRequestParts, http::request::Parts};

use crate::Words;

/// One entry of the top navigation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NavItem {
    /// Key of its label.
    pub key: &'static str,
    /// Where it leads.
    pub href: &'static str,
}

/// Made once a request by the session middleware; read by every page.
#[derive(Debug, Clone, Default)]
pub struct Visit {
    /// Speaks the visitor's language.
    pub t: Words,
    /// Large-print mode (适老化).
    pub large: bool,
    /// Path and query of this request, to come back after a change of language.
    pub here: String,
    /// Display name of who is signed in; empty for nobody.
    pub who: String,
    /// The signed-in person's duties in words.
    pub role: String,
    /// The page about this person's own account; empty for nobody.
    pub own_page: &'static str,
    /// Token every form of this session must carry; empty for nobody.
    pub csrf: String,
    /// Top navigation of this visitor.
    pub nav: Vec<NavItem>,
    /// The demo's clock in words; empty outside the demo.
    pub demo_clock: String,
    /// Number of this request, shown with an internal error.
    pub request_id: String,
    /// A sentence left by the request before (after a redirect).
    pub flash: Option<Flash>,
}

/// One sentence shown once after a redirect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flash {
    /// Key of the sentence.
    pub key: String,
}

impl<S: Sync> FromRequestParts<S> for Visit {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get::<Self>().cloned().unwrap_or_default())
    }
}
