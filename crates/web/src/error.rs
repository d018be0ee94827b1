//! Two kinds of failure: what the user did (a sentence, 4xx) and what we did (an id, 500).
use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

use crate::Message;

/// What a handler answers when it cannot answer.
#[derive(Debug, thiserror::Error)]
pub enum PageError {
    /// Also returned for things the caller may not know exist.
    #[error("not found")]
    NotFound,
    /// Nobody is signed in; the browser is sent to the sign-in page.
    #[error("sign in first")]
    SignIn,
    /// The form did not come from our page.
    #[error("this form was not sent from our page")]
    Forged,
    /// A rule said no; the sentence says what to do.
    #[error("{}", .0.key)]
    Refused(Message),
    /// Several rows or fields are wrong; one sentence each.
    #[error("{} mistakes", .0.len())]
    Mistakes(Vec<Message>),
    /// The guarded write found that somebody was faster.
    #[error("someone changed this page after you opened it")]
    Stale,
    /// Too much work is queued; the client tries again.
    #[error("too busy")]
    Busy,
    /// Our fault. The user sees an incident number, the log the cause.
    #[error("internal error: {0}")]
    Internal(String),
}

/// What every page handler returns.
pub type PageResult<T> = Result<T, PageError>;

/// Carried in the response until the middleware that knows the language renders it.
#[derive(Debug, Clone)]
pub struct Failure {
    /// The sentences to show.
    pub messages: Vec<Message>,
    /// Status to answer with.
    pub status: StatusCode,
}

impl PageError {
    /// A refusal by its key.
    #[must_use]
    pub fn refused(key: &'static str) -> Self {
        Self::Refused(Message::new(key))
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::SignIn => StatusCode::SEE_OTHER,
            Self::Forged => StatusCode::FORBIDDEN,
            Self::Refused(_) | Self::Mistakes(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Stale => StatusCode::CONFLICT,
            Self::Busy => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn messages(self) -> Vec<Message> {
        match self {
            Self::NotFound => vec!["error-not-found".into()],
            Self::SignIn => vec!["error-sign-in".into()],
            Self::Forged => vec!["error-forged".into()],
            Self::Refused(message) => vec![message],
            Self::Mistakes(messages) => messages,
            Self::Stale => vec!["error-stale".into()],
            Self::Busy => vec!["error-busy".into()],
            Self::Internal(cause) => {
                tracing::error!(%cause, "internal error");
                vec!["error-internal".into()]
            }
        }
    }
}

impl From<sqlx::Error> for PageError {
    fn from(error: sqlx::Error) -> Self {
        if matches!(error, sqlx::Error::RowNotFound) {
            return Self::NotFound;
        }
        if is_passing(&error) {
            tracing::error!(%error, "the storage is out for the moment");
            return Self::Busy;
        }
        // A row with this key exists: somebody was faster.
        if error.as_database_error().is_some_and(|db| db.is_unique_violation()) {
            return Self::Stale;
        }
        Self::Internal(error.to_string())
    }
}

/// Answers of the storage that are over when somebody makes space or starts it again: nothing was done, and the
/// same request may be sent again. SQLite's are CANTOPEN, FULL, and the I/O errors of a disk that is full (write,
/// truncate, size of the log's index); PostgreSQL's are the classes 08, 53 and 57P.
/// Source: sqlite.org/rescode.html; PostgreSQL 15, appendix A.
fn is_passing(error: &sqlx::Error) -> bool {
    const SQLITE: [&str; 5] = ["14", "13", "778", "1546", "4874"];
    const POSTGRES: [&str; 3] = ["08", "53", "57P"];
    if matches!(error, sqlx::Error::PoolTimedOut | sqlx::Error::Io(_)) {
        return true;
    }
    let Some(code) = error.as_database_error().and_then(|error| error.code()) else { return false };
    // A SQLSTATE has five characters, a result code of SQLite at most four.
    let begins = || POSTGRES.iter().any(|class| code.starts_with(class));
    if code.len() == 5 { begins() } else { SQLITE.contains(&code.as_ref()) }
}

impl From<askama::Error> for PageError {
    fn from(error: askama::Error) -> Self {
        Self::Internal(error.to_string())
    }
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        if matches!(self, Self::SignIn) {
            let mut response = StatusCode::SEE_OTHER.into_response();
            response.headers_mut().insert(header::LOCATION, HeaderValue::from_static("/sign-in"));
            return response;
        }
        let status = self.status();
        let mut response = status.into_response();
        if matches!(self, Self::Busy) {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("2"));
        }
        response.extensions_mut().insert(Failure { messages: self.messages(), status });
        response
    }
}
