//! What came together since it was last written down.
use std::{
    collections::BTreeMap,
    mem,
    sync::{Arc, Mutex, PoisonError},
};

use ::store::Db;
use axum::{
    extract::{Request, State},
    http::{Method, StatusCode},
    middleware::Next,
    response::Response,
};
use identity::{Kind, Subject};
use kernel::{Clock, Day};

use crate::store;

/// What is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum Matter {
    /// The notice of a batch; its key is the batch's code.
    Notice,
    /// What an occupation asks for; its key is the occupation's code.
    Occupation,
}

/// Left in an answer by the handler that shows something worth counting.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Opened {
    /// What kind of thing.
    pub matter: Matter,
    /// Which one.
    pub key: String,
}

impl Opened {
    /// Says in an answer what it shows.
    #[must_use]
    pub fn noted_in(self, mut response: Response) -> Response {
        response.extensions_mut().insert(self);
        response
    }
}

/// How often each thing was opened on each day.
pub(crate) type Counts = BTreeMap<(Opened, Day), i64>;

/// Counts openings until somebody writes them down. Cheap to clone; clones count together.
#[derive(Clone)]
pub struct Readers {
    clock: Arc<dyn Clock>,
    counts: Arc<Mutex<Counts>>,
}

impl Readers {
    /// Nothing was opened yet.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, counts: Arc::default() }
    }

    fn add(&self, opened: Opened) {
        let day = self.clock.now().day();
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        *counts.entry((opened, day)).or_default() += 1;
    }

    /// Writes down what came together. When that fails it is counted again with what comes next.
    ///
    /// # Errors
    /// Storage.
    pub async fn write_down(&self, db: &Db) -> sqlx::Result<()> {
        let counts = mem::take(&mut *self.counts.lock().unwrap_or_else(PoisonError::into_inner));
        if counts.is_empty() {
            return Ok(());
        }
        let written = async {
            let mut tx = db.write().await?;
            store::add(&mut tx, &counts).await?;
            tx.commit().await
        };
        let written = written.await;
        if written.is_err() {
            let mut waiting = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
            for (what, times) in counts {
                *waiting.entry(what).or_default() += times;
            }
        }
        written
    }
}

/// Counts what a page says it shows: looked at, shown, and not by somebody who works here.
pub async fn count(State(readers): State<Readers>, request: Request, next: Next) -> Response {
    let is_looking = request.method() == Method::GET;
    let is_staff = request.extensions().get::<Subject>().is_some_and(|who| who.kind == Kind::Staff);
    let response = next.run(request).await;
    if is_looking
        && !is_staff
        && response.status() == StatusCode::OK
        && let Some(opened) = response.extensions().get::<Opened>()
    {
        readers.add(opened.clone());
    }
    response
}
