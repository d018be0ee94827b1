//! The grounds of an organisation on its page. Sites belong to a crate that knows this one, so that
//! crate hands in a function and `app` layers it over the router:
//! `router.layer(axum::Extension(organisation::GroundsSource(|tx, path| Box::pin(venue::grounds(tx, path)))))`.
use std::{convert::Infallible, future::Future, pin::Pin};

use ::store::Tx;
use axum::{extract::FromRequestParts, http::request::Parts};
use kernel::OrgPath;

/// One site an organisation, or one below it, runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grounds {
    /// Chinese name.
    pub name_zh: String,
    /// English name.
    pub name_en: String,
    /// Where it is.
    pub address: String,
    /// The address of its page.
    pub href: String,
}

/// Grounds being loaded.
pub type GroundsFuture<'a> = Pin<Box<dyn Future<Output = sqlx::Result<Vec<Grounds>>> + Send + 'a>>;

/// Asks for the grounds at a path and below; without one a page shows none.
#[derive(Debug, Clone, Copy)]
pub struct GroundsSource(pub for<'a> fn(&'a mut Tx, &'a OrgPath) -> GroundsFuture<'a>);

impl<S: Sync> FromRequestParts<S> for GroundsSource {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let none = Self(|_, _| Box::pin(async { Ok(Vec::new()) }));
        Ok(parts.extensions.get::<Self>().copied().unwrap_or(none))
    }
}
