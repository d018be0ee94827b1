//! When a request was here: the instant that decides, before it has to wait for anything of ours.
//!
//! Whoever hands in a second before the close may wait longer than that until their session is read, on a morning on
//! which everybody does. The layer [`note_arrival`] stands in front of all that. It takes the body in before it looks
//! at the clock: a request that began in time and brings its answers later has not arrived in time.
use std::{convert::Infallible, sync::Arc, time::Duration};

use axum::{
    body::{Body, HttpBody, to_bytes},
    extract::{FromRequestParts, Request, State},
    http::{HeaderMap, StatusCode, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use identity::Env;
use kernel::{Clock, UnixMicros};
use tokio::{sync::Semaphore, time::timeout};
use web::PageError;

/// Largest body that is taken in before anybody knows who sends it. Source: [own]; a save of a whole form is a tenth.
const TAKEN_IN_MOST: u64 = 64 * 1024;

/// Of what exam computers send so much is worked on at the same time, in the order in which it came. Source: [own]; a
/// request under way holds some thirty kilobytes, one that waits holds its body.
const UNDER_WAY_MOST: usize = 2_048;
/// After so long in front of the door a request is asked to come again. Source: [own]; with the longest wait for the
/// storage, fifteen seconds, it stays below the time after which the clock ends what is over.
const WAITS_MOST: Duration = Duration::from_secs(4);

/// Where what exam computers send comes in. Cheap to clone.
#[derive(Clone)]
pub struct Gate {
    clock: Arc<dyn Clock>,
    places: Arc<Semaphore>,
    waits_most: Duration,
}

impl Gate {
    /// The gate of one server.
    #[must_use]
    pub fn new(clock: &Arc<dyn Clock>) -> Self {
        Self::of(clock, UNDER_WAY_MOST, WAITS_MOST)
    }

    /// One with so many places, before which nobody waits longer than that.
    #[must_use]
    pub fn of(clock: &Arc<dyn Clock>, places: usize, waits_most: Duration) -> Self {
        Self { clock: Arc::clone(clock), places: Arc::new(Semaphore::new(places)), waits_most }
    }
}

/// When a request was here, where the layer noted it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Arrival(Option<UnixMicros>);

impl Arrival {
    /// The instant that decides. To be asked when the body is here: what the layer did not wait for arrives now.
    #[must_use]
    pub fn at(self, env: &Env) -> UnixMicros {
        self.0.unwrap_or_else(|| env.now())
    }
}

impl<S: Sync> FromRequestParts<S> for Arrival {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get::<Self>().copied().unwrap_or_default())
    }
}

/// Notes when what an exam computer sends was here, whole, and lets it in when there is a place: nobody slow can hold
/// one, because nothing is waited for but ourselves. When there is none for a while, it is asked to come again.
pub async fn note_arrival(State(gate): State<Gate>, request: Request, next: Next) -> Response {
    let is_small = request.body().size_hint().upper().is_some_and(|bytes| bytes <= TAKEN_IN_MOST);
    if !is_small || !is_json(request.headers()) {
        return next.run(request).await;
    }
    let (mut parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, usize::MAX).await else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    parts.extensions.insert(Arrival(Some(gate.clock.now())));
    let Ok(Ok(_place)) = timeout(gate.waits_most, gate.places.acquire()).await else {
        return PageError::Busy.into_response();
    };
    next.run(Request::from_parts(parts, Body::from(body))).await
}

fn is_json(headers: &HeaderMap) -> bool {
    headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"))
}
