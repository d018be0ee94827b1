//! Refusals of the exam computer, in its own JSON and with its own statuses.
use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::json;
use web::PageError;

use crate::{
    LedgerError,
    protocol::{ErrorName, Refusal},
};

/// Why the exam computer got no answer it wanted.
#[derive(Debug)]
pub enum Refused {
    /// A refusal the client acts upon.
    Named(Refusal),
    /// No such attempt, or not this candidate's.
    NotFound,
    /// No client of ours sends this.
    Unreadable,
    /// Before the start.
    TooEarly,
    /// Nothing was kept; again in a second.
    Busy,
    /// Our fault.
    Internal(String),
}

impl Refused {
    /// A refusal that says only its name.
    pub fn named(error: ErrorName) -> Self {
        Self::Named(Refusal::of(error))
    }

    /// What was wrong with a signed body.
    pub fn body(error: PageError) -> Self {
        match error {
            PageError::Forged => Self::named(ErrorName::Csrf),
            PageError::SignIn => Self::named(ErrorName::SignedOut),
            PageError::NotFound
            | PageError::Refused(_)
            | PageError::Mistakes(_)
            | PageError::Stale
            | PageError::Busy
            | PageError::Internal(_) => Self::Unreadable,
        }
    }
}

impl From<LedgerError> for Refused {
    fn from(error: LedgerError) -> Self {
        match error {
            LedgerError::NotFound => Self::NotFound,
            LedgerError::Busy => Self::Busy,
        }
    }
}

impl From<PageError> for Refused {
    fn from(error: PageError) -> Self {
        match error {
            PageError::NotFound => Self::NotFound,
            PageError::SignIn => Self::named(ErrorName::SignedOut),
            PageError::Forged => Self::named(ErrorName::Csrf),
            PageError::Stale | PageError::Busy => Self::Busy,
            PageError::Refused(_) | PageError::Mistakes(_) => Self::Unreadable,
            PageError::Internal(cause) => Self::Internal(cause),
        }
    }
}

impl From<sqlx::Error> for Refused {
    fn from(error: sqlx::Error) -> Self {
        PageError::from(error).into()
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let plain =
            |status: StatusCode, error: &str| (status, Json(json!({ "error": error }))).into_response();
        match self {
            Self::Named(refusal) => {
                let status = StatusCode::from_u16(refusal.error.status()).unwrap_or(StatusCode::CONFLICT);
                (status, Json(refusal)).into_response()
            }
            Self::NotFound => plain(StatusCode::NOT_FOUND, "not_found"),
            Self::Unreadable => plain(StatusCode::UNPROCESSABLE_ENTITY, "unreadable"),
            Self::TooEarly => plain(StatusCode::TOO_EARLY, "too_early"),
            Self::Busy => {
                let mut response = plain(StatusCode::SERVICE_UNAVAILABLE, "busy");
                response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
                response
            }
            Self::Internal(cause) => {
                tracing::error!(%cause, "internal error on an exam computer");
                plain(StatusCode::INTERNAL_SERVER_ERROR, "internal")
            }
        }
    }
}
