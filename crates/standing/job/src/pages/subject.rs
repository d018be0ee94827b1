//! What jobs work on, by name. Those rows belong to crates that know this one, so `app` hands in a
//! function over the router: `router.layer(axum::Extension(job::SubjectSource(…)))`.
use std::{collections::HashMap, convert::Infallible, future::Future, pin::Pin};

use ::store::Tx;
use axum::{extract::FromRequestParts, http::request::Parts};

use crate::Job;

/// What a job works on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobSubject {
    /// Its name, such as that of the file.
    pub name: String,
    /// Rows that are wrong.
    pub wrong_rows: i64,
    /// Where these rows are seen, each with its error.
    pub wrong_page: String,
}

/// Subjects being loaded, by the key of their row ([`Job::subject`]).
pub type SubjectsFuture<'a> =
    Pin<Box<dyn Future<Output = sqlx::Result<HashMap<String, JobSubject>>> + Send + 'a>>;

/// Asks for the subjects of these jobs; a job whose subject nobody names is shown without.
#[derive(Debug, Clone, Copy)]
pub struct SubjectSource(pub for<'a> fn(&'a mut Tx, &'a [Job]) -> SubjectsFuture<'a>);

impl<S: Sync> FromRequestParts<S> for SubjectSource {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let none = Self(|_, _| Box::pin(async { Ok(HashMap::new()) }));
        Ok(parts.extensions.get::<Self>().copied().unwrap_or(none))
    }
}
