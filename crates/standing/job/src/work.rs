//! Beginning a job, and what its function gets to work with.
use std::{
    any::{Any, TypeId},
    collections::HashMap,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicUsize, Ordering},
    },
};

use ::store::Tx;
use identity::{Env, Subject};
use kernel::{BatchCode, UnixMicros};
use serde_json::json;
use web::{Message, PageError};

use crate::{
    Job, JobId, Outcome, Status,
    rules::{STEP_ROWS_FIRST, next_portion},
    store,
};

/// What a kind's function answers when it has come to its end.
pub type WorkFuture = Pin<Box<dyn Future<Output = Result<Outcome, Stopped>> + Send>>;
/// What taking back answers.
pub type UndoFuture = Pin<Box<dyn Future<Output = Result<(), Stopped>> + Send>>;

/// One kind of long work. Each crate lists its own; `app` hands all of them to the [`crate::Runner`].
#[derive(Debug, Clone, Copy)]
pub struct Kind {
    /// Stored name, such as `roster.read`; `job-kind-roster-read` is its word in `locales/`.
    pub name: &'static str,
    /// Does the work, from the rows it finds: it may have been stopped anywhere before.
    pub run: fn(Work) -> WorkFuture,
    /// Takes back what was begun, when somebody cancelled or a rule said no. It too may run twice.
    pub undo: fn(Work) -> UndoFuture,
}

/// Why a job does not go on.
#[derive(Debug, thiserror::Error)]
pub enum Stopped {
    /// Somebody asked for it.
    #[error("cancelled")]
    Cancelled,
    /// Another worker has it.
    #[error("another worker has the job")]
    Lost,
    /// A rule said no; the outcome says which.
    #[error("{}", .0.key)]
    Refused(Outcome),
    /// Our fault.
    #[error("{0}")]
    Broken(String),
}

impl From<PageError> for Stopped {
    fn from(error: PageError) -> Self {
        match error {
            PageError::Refused(message) => Self::Refused(said(&message)),
            PageError::Mistakes(messages) => {
                Self::Refused(messages.first().map_or_else(|| Outcome::new("job-broken"), said))
            }
            PageError::Stale => Self::Refused(Outcome::new("error-stale")),
            PageError::NotFound | PageError::SignIn | PageError::Forged | PageError::Busy => {
                Self::Broken(error.to_string())
            }
            PageError::Internal(cause) => Self::Broken(cause),
        }
    }
}

impl From<sqlx::Error> for Stopped {
    /// A row that somebody else wrote meanwhile is a refusal, as on a page.
    fn from(error: sqlx::Error) -> Self {
        PageError::from(error).into()
    }
}

/// The sentence of a message; of its values only numbers and days are kept.
fn said(message: &Message) -> Outcome {
    message.values.iter().fold(Outcome::new(message.key), |said, (name, value)| said.quoting(name, value))
}

/// A job to be begun.
#[derive(Debug, Clone)]
pub struct NewJob<'a> {
    /// Its kind's name.
    pub kind: &'static str,
    /// The row it works on.
    pub subject: &'a str,
    /// The batch it belongs to, if to one.
    pub batch: Option<&'a BatchCode>,
    /// Where its result is seen.
    pub page: String,
}

/// Puts a job into the table, in the transaction of whatever makes it necessary.
///
/// # Errors
/// Storage.
pub async fn begin(tx: &mut Tx, env: &Env, who: &Subject, new: &NewJob<'_>) -> sqlx::Result<JobId> {
    let job = Job {
        id: env.new_id().into(),
        kind: new.kind.to_owned(),
        subject: new.subject.to_owned(),
        batch_code: new.batch.cloned(),
        started_by: who.account_id.clone(),
        request_id: who.request_id.clone(),
        page: new.page.clone(),
        status: Status::Waiting,
        done_count: 0,
        total_count: 0,
        outcome: String::new(),
        outcome_values: "{}".to_owned(),
        turn_count: 0,
        created_at: env.now(),
        started_at: None,
        cancel_asked_at: None,
        ended_at: None,
        step_count: 0,
        largest_step_rows: 0,
        longest_step_micros: 0,
    };
    store::insert(tx, &job).await?;
    let payload = json!({ "kind": job.kind, "subject": job.subject });
    let mut note = who.note("job.begin", "job", job.id.as_str()).payload(payload);
    if let Some(batch) = new.batch {
        note = note.batch(batch.as_str());
    }
    note.record(tx, env).await?;
    Ok(job.id)
}

/// What the steps of a job came to in this turn. Every clone of its [`Work`] notes in the same place.
#[derive(Debug)]
pub(crate) struct Measured {
    rows: AtomicI64,
    micros: AtomicI64,
    portion: AtomicUsize,
}

impl Default for Measured {
    fn default() -> Self {
        let portion = AtomicUsize::new(STEP_ROWS_FIRST);
        Self { rows: AtomicI64::default(), micros: AtomicI64::default(), portion }
    }
}

impl Measured {
    /// Keeps it in the job's row.
    pub(crate) async fn keep(&self, tx: &mut Tx, id: &JobId) -> sqlx::Result<()> {
        store::measure(tx, id, self.rows.load(Ordering::Relaxed), self.micros.load(Ordering::Relaxed)).await
    }
}

/// One step: a write transaction of which the job keeps how long it was open.
pub struct Step {
    /// The transaction.
    pub tx: Tx,
    began: UnixMicros,
    work: Work,
}

impl Step {
    /// Makes what the step wrote durable, and notes that it was about `rows` rows.
    ///
    /// # Errors
    /// Storage.
    pub async fn commit(self, rows: usize) -> sqlx::Result<()> {
        let Self { tx, began, work } = self;
        tx.commit().await?;
        // A clock that was set back meanwhile measures nothing.
        let micros = work.env.now().minus(began).max(0);
        work.measured.micros.fetch_max(micros, Ordering::Relaxed);
        work.measured.rows.fetch_max(i64::try_from(rows).unwrap_or(i64::MAX), Ordering::Relaxed);
        work.measured.portion.store(next_portion(work.portion(), rows, micros), Ordering::Relaxed);
        Ok(())
    }
}

/// What a kind's function works with.
#[derive(Clone)]
pub struct Work {
    /// Database, clock, chance, keys, files.
    pub env: Env,
    /// The job as it was taken.
    pub job: Job,
    /// Whoever began it, with the duties they hold now.
    pub who: Subject,
    pub(crate) worker: String,
    pub(crate) tools: Tools,
    pub(crate) measured: Arc<Measured>,
}

/// What a house lends to its work beyond its [`Env`], one of each type: such as the key that signs.
#[derive(Clone, Default)]
pub(crate) struct Tools(HashMap<TypeId, Arc<dyn Any + Send + Sync>>);

impl Tools {
    pub(crate) fn lend<T: Any + Send + Sync>(&mut self, tool: Arc<T>) {
        self.0.insert(TypeId::of::<T>(), tool);
    }
}

impl Work {
    /// What the runner was lent of this type.
    ///
    /// # Errors
    /// [`Stopped::Broken`] when it was lent none.
    pub fn tool<T: Any + Send + Sync>(&self) -> Result<Arc<T>, Stopped> {
        let lent = self.tools.0.get(&TypeId::of::<T>()).cloned();
        let tool = lent.and_then(|tool| tool.downcast::<T>().ok());
        tool.ok_or_else(|| Stopped::Broken(format!("no {} was lent", std::any::type_name::<T>())))
    }

    /// Opens the transaction of the next step. Waiting for other writers does not count as its length.
    ///
    /// # Errors
    /// Storage.
    pub async fn step(&self) -> sqlx::Result<Step> {
        let tx = self.env.db.write().await?;
        Ok(Step { tx, began: self.env.now(), work: self.clone() })
    }

    /// How many rows the next step should have, by how long the last one took: so its transaction is short enough
    /// that nobody waits for it, whatever the machine and whoever works beside it.
    #[must_use]
    pub fn portion(&self) -> usize {
        self.measured.portion.load(Ordering::Relaxed)
    }

    /// Says within a step's own transaction how far the work is; `total` is 0 as long as nobody knows.
    /// The step counts only together with this.
    ///
    /// # Errors
    /// [`Stopped::Cancelled`] and [`Stopped::Lost`]: drop the transaction and return. Storage.
    pub async fn progress(&self, tx: &mut Tx, done: usize, total: usize) -> Result<(), Stopped> {
        let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        let id = &self.job.id;
        if store::progress(tx, id, &self.worker, number(done), number(total)).await? {
            // The step under way is measured when it is over, and kept with the next or with the end.
            self.measured.keep(tx, id).await?;
            return Ok(());
        }
        self.check_hold(tx).await?;
        Err(Stopped::Cancelled)
    }

    /// The same in a part of the work that is not cancelled any more.
    ///
    /// # Errors
    /// [`Stopped::Lost`]. Storage.
    pub async fn progress_to_end(&self, tx: &mut Tx, done: usize, total: usize) -> Result<(), Stopped> {
        match self.progress(tx, done, total).await {
            Err(Stopped::Cancelled) => Ok(()),
            other => other,
        }
    }

    /// Makes sure, within a step that takes something back, that the job is still this worker's.
    ///
    /// # Errors
    /// [`Stopped::Lost`]. Storage.
    pub async fn check_hold(&self, tx: &mut Tx) -> Result<(), Stopped> {
        if store::is_mine(tx, &self.job.id, &self.worker).await? { Ok(()) } else { Err(Stopped::Lost) }
    }
}
