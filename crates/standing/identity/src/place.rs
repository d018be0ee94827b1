//! Where a duty may be given. The tree of organisations and the batches belong to crates that know this
//! one, so `app` hands in a function that lists them and layers it over the router.
use std::{convert::Infallible, future::Future, pin::Pin};

use ::store::Tx;
use axum::{extract::FromRequestParts, http::request::Parts};

/// An organisation, by its path, or a batch, by its code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Path or code.
    pub code: String,
    /// Chinese name.
    pub name_zh: String,
    /// English name.
    pub name_en: String,
}

/// What there is to choose from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Places {
    /// The tree of organisations, in order.
    pub organisations: Vec<Place>,
    /// The batches.
    pub batches: Vec<Place>,
}

impl Places {
    /// Name of an organisation in the visitor's language; its path when nobody knows it.
    #[must_use]
    pub fn organisation(&self, path: &str, t: web::Words) -> String {
        let place = self.organisations.iter().find(|place| place.code == path);
        place.map_or_else(|| path.to_owned(), |place| t.pick(&place.name_zh, &place.name_en).to_owned())
    }
}

/// Places being listed.
pub type PlaceFuture<'a> = Pin<Box<dyn Future<Output = sqlx::Result<Places>> + Send + 'a>>;

/// Lists the places; without one there is nothing to choose from.
#[derive(Debug, Clone, Copy)]
pub struct PlaceSource(pub for<'a> fn(&'a mut Tx) -> PlaceFuture<'a>);

impl<S: Sync> FromRequestParts<S> for PlaceSource {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let none = Self(|_| Box::pin(async { Ok(Places::default()) }));
        Ok(parts.extensions.get::<Self>().copied().unwrap_or(none))
    }
}
