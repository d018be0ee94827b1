//! Entering a batch: the handler's signature loads it and checks the duty in one step.
use std::marker::PhantomData;

use axum::{
    extract::{FromRequestParts, RawPathParams},
    http::request::Parts,
};
use identity::{Duty, Env, Object, Subject, territory};
use kernel::OrgPath;
use web::PageError;

use crate::{
    Batch, Window,
    store::{self, Course},
};

/// The batch of `/batches/{code}/…`, because the subject carries `D` in it.
///
/// Whoever does not carry the duty, or asks for a batch that does not exist, gets the same 404.
#[derive(Debug, Clone)]
pub struct InBatch<D> {
    /// Who.
    pub who: Subject,
    /// Which batch.
    pub batch: Batch,
    /// Where in it: its own node for the whole batch, or the parts below that the subject holds.
    pub at: Vec<OrgPath>,
    course: Course,
    duty: PhantomData<D>,
}

impl<D> InBatch<D> {
    /// How the stages of the batch stand.
    pub(crate) fn course(&self) -> &Course {
        &self.course
    }

    /// Whether the rail shows `stage` (1–9) as done.
    #[must_use]
    pub fn is_done(&self, stage: i64) -> bool {
        self.course.is_done(stage)
    }

    /// Every window of the plan.
    #[must_use]
    pub fn windows(&self) -> &[Window] {
        &self.course.windows
    }

    /// One window of the plan: `registration`, `review`, `payment`, `tickets` …
    #[must_use]
    pub fn window(&self, code: &str) -> Option<&Window> {
        self.course.windows.iter().find(|window| window.code == code)
    }

    /// For acts on the batch as a whole.
    ///
    /// # Errors
    /// Not found for somebody who holds only a part of it.
    pub fn at_whole(&self) -> Result<(), PageError> {
        if self.at.iter().any(|path| path.contains(&self.batch.org_path)) {
            return Ok(());
        }
        Err(PageError::NotFound)
    }

    /// Whether a row at `path` is within the subject's part of the batch.
    #[must_use]
    pub fn reaches(&self, path: &OrgPath) -> bool {
        self.at.iter().any(|at| at.contains(path))
    }
}

impl<D: Duty> FromRequestParts<Env> for InBatch<D> {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, env: &Env) -> Result<Self, PageError> {
        let who = Subject::from_request_parts(parts, env).await?;
        let params = RawPathParams::from_request_parts(parts, env).await.map_err(|_| PageError::NotFound)?;
        let code = params.iter().find(|(name, _)| *name == "code").map(|(_, value)| value.to_owned());
        let mut tx = env.db.read().await?;
        let entered = store::entered(&mut tx, &code.unwrap_or_default()).await?;
        let (batch, course) = entered.ok_or(PageError::NotFound)?;
        let object = Object { path: &batch.org_path, batch: Some(batch.code.as_str()) };
        let at = territory(&who.grants, D::ACTION, object, env.now());
        if at.is_empty() {
            return Err(PageError::NotFound);
        }
        Ok(Self { who, batch, at, course, duty: PhantomData })
    }
}
