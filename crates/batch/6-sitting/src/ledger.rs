//! The answer ledger: one task that writes what every candidate saves, in groups.
//!
//! A handler stamps the arrival, queues its job, and waits. The task takes what is queued, writes it
//! in one transaction, commits, and only then answers: an acknowledgement means durable. It waits
//! for nothing, because the commit itself is the time in which the next group gathers. Hand-ins and
//! closings go through the same queue, so that no save can slip in behind them. A full queue refuses
//! at once; a failed commit refuses everybody who waited for it.
mod book;
mod group;

use identity::Env;
use kernel::{Digest, UnixMicros};
use tokio::sync::{mpsc, oneshot};

use crate::{
    AttemptId, Copies,
    pulse::Pulse,
    rules::{Attempt, Begin, CHANGES_MAX, HandIn, HandInVerdict, Save, Verdict},
    store::Place,
};

/// Jobs that may wait: more than a burst of a whole batch of 12 318 candidates, a province's half year of 2021.
/// Source: [own], measured: of a burst of 12 000 saves over HTTP 99 in 100 were acknowledged within 0.6 s.
const QUEUE_MAX: usize = 16_384;
/// What ending an attempt costs, in changes: a row, a count and an entry of the trail.
const ENDING_WEIGHT: usize = 8;
/// What beginning an attempt costs, in changes: a row, a code and an entry of the trail. Half of an ending, which
/// also counts; it decides how long a group of an exam's first second holds the writer.
const BEGINNING_WEIGHT: usize = 4;
/// How often a group is tried again when another node changed one of its attempts meanwhile.
const TRIES: usize = 3;

/// Why the ledger did not do what was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LedgerError {
    /// There is no such attempt, or it is somebody else's.
    #[error("no such attempt of this account")]
    NotFound,
    /// Nothing was acknowledged: the queue is full, or the commit failed. Try again.
    #[error("the ledger is busy")]
    Busy,
}

/// What became of a save.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// What the rules said.
    pub verdict: Verdict,
    /// Number of the last counted change.
    pub acked_seq: i64,
    /// Rolling hash up to it.
    pub chain_head: Digest,
    /// From when nothing counts.
    pub close_at: UnixMicros,
}

/// What became of a hand-in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandedIn {
    /// What the rules said.
    pub verdict: HandInVerdict,
    /// Number of the last counted change.
    pub acked_seq: i64,
    /// Items with an answer.
    pub answered: i64,
    /// Items of the form.
    pub items: i64,
}

/// What became of a candidate who wanted to begin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Begun {
    /// Where it belongs.
    pub place: Place,
    /// How the attempt stands now.
    pub attempt: Attempt,
}

type Reply<T> = oneshot::Sender<Result<T, LedgerError>>;

/// Something to be written.
enum Job {
    Begin { attempt: AttemptId, account: String, request: String, asked: Begin, reply: Reply<Box<Begun>> },
    Save { attempt: AttemptId, account: String, save: Save, reply: Reply<Kept> },
    HandIn { attempt: AttemptId, account: String, request: String, asked: HandIn, reply: Reply<HandedIn> },
    Close { attempt: AttemptId, at: UnixMicros, reply: Reply<bool> },
}

impl Job {
    fn attempt(&self) -> &AttemptId {
        match self {
            Self::Begin { attempt, .. }
            | Self::Save { attempt, .. }
            | Self::HandIn { attempt, .. }
            | Self::Close { attempt, .. } => attempt,
        }
    }

    fn weight(&self) -> usize {
        match self {
            Self::Begin { .. } => BEGINNING_WEIGHT,
            Self::Save { save, .. } => save.changes.len().max(1),
            Self::HandIn { .. } | Self::Close { .. } => ENDING_WEIGHT,
        }
    }

    fn refuse(self, error: LedgerError) {
        // Whoever asked may be gone; then nobody needs the answer.
        match self {
            Self::Begin { reply, .. } => drop(reply.send(Err(error))),
            Self::Save { reply, .. } => drop(reply.send(Err(error))),
            Self::HandIn { reply, .. } => drop(reply.send(Err(error))),
            Self::Close { reply, .. } => drop(reply.send(Err(error))),
        }
    }
}

/// When a group is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Acknowledge {
    /// When its commit is durable.
    AfterCommit,
    /// Before: the negative control of the durability test, which must catch it.
    #[cfg(feature = "demo")]
    BeforeCommit,
}

/// The way to the task. Cheap to clone; the task ends when the last one is dropped.
#[derive(Debug, Clone)]
pub struct Ledger {
    queue: mpsc::Sender<Job>,
    pulse: Pulse,
    copies: Copies,
}

impl Ledger {
    /// Starts the task.
    #[must_use]
    pub fn start(env: &Env) -> Self {
        Self::run(env, Acknowledge::AfterCommit)
    }

    /// Starts a ledger that acknowledges before the commit and so loses answers when the power
    /// fails: the durability test runs against it to show that it would notice.
    #[cfg(feature = "demo")]
    #[must_use]
    pub fn acknowledge_early(env: &Env) -> Self {
        Self::run(env, Acknowledge::BeforeCommit)
    }

    fn run(env: &Env, acknowledge: Acknowledge) -> Self {
        let (queue, jobs) = mpsc::channel(QUEUE_MAX);
        tokio::spawn(write_forever(env.clone(), jobs, acknowledge));
        Self { queue, pulse: Pulse::default(), copies: Copies::default() }
    }

    /// When each exam computer was last heard of by this process.
    #[must_use]
    pub fn pulse(&self) -> &Pulse {
        &self.pulse
    }

    /// What is the same for many, worked out once in this process.
    #[must_use]
    pub fn copies(&self) -> &Copies {
        &self.copies
    }

    /// Opens an attempt that waits, if it is time and nobody marked its candidate as absent, and uses up the code
    /// that led there; how the attempt stands then. For a browser that does not sit there nothing changes. A whole province begins in one second: their rows go into
    /// a few commits, as saves do. `request` is the id of the request, for the trail.
    ///
    /// # Errors
    /// [`LedgerError`].
    pub async fn begin(
        &self,
        attempt: AttemptId,
        account: String,
        request: String,
        asked: Begin,
    ) -> Result<Box<Begun>, LedgerError> {
        self.ask(|reply| Job::Begin { attempt, account, request, asked, reply }).await
    }

    /// Counts changes; answers when they are durable.
    ///
    /// # Errors
    /// [`LedgerError`]; then nothing is known to be counted.
    pub async fn save(&self, attempt: AttemptId, account: String, save: Save) -> Result<Kept, LedgerError> {
        // What the rules refuse unseen does not get to weigh on the others.
        let save = Save { changes: save.changes.into_iter().take(CHANGES_MAX + 1).collect(), ..save };
        self.ask(|reply| Job::Save { attempt, account, save, reply }).await
    }

    /// Ends the work of a candidate; `request` is the id of the request, for the trail.
    ///
    /// # Errors
    /// [`LedgerError`].
    pub async fn hand_in(
        &self,
        attempt: AttemptId,
        account: String,
        request: String,
        asked: HandIn,
    ) -> Result<HandedIn, LedgerError> {
        self.ask(|reply| Job::HandIn { attempt, account, request, asked, reply }).await
    }

    /// Ends an attempt whose time is over at `at`; `false` when it had ended.
    ///
    /// # Errors
    /// [`LedgerError`].
    pub async fn close(&self, attempt: AttemptId, at: UnixMicros) -> Result<bool, LedgerError> {
        self.ask(|reply| Job::Close { attempt, at, reply }).await
    }

    async fn ask<T>(&self, job: impl FnOnce(Reply<T>) -> Job) -> Result<T, LedgerError> {
        let (reply, answer) = oneshot::channel();
        self.queue.try_send(job(reply)).map_err(|_| LedgerError::Busy)?;
        answer.await.unwrap_or(Err(LedgerError::Busy))
    }
}

async fn write_forever(env: Env, mut jobs: mpsc::Receiver<Job>, acknowledge: Acknowledge) {
    let mut held = None;
    loop {
        let first = match held.take() {
            Some(job) => job,
            None => match jobs.recv().await {
                Some(job) => job,
                None => return,
            },
        };
        let taken;
        (taken, held) = take_queued(first, &mut jobs);
        group::write(&env, taken, acknowledge).await;
    }
}

/// What is queued now, up to [`CHANGES_MAX`] changes; the first job that no longer fits waits.
fn take_queued(first: Job, jobs: &mut mpsc::Receiver<Job>) -> (Vec<Job>, Option<Job>) {
    let mut weight = first.weight();
    let mut taken = vec![first];
    while let Ok(job) = jobs.try_recv() {
        weight += job.weight();
        if weight > CHANGES_MAX {
            return (taken, Some(job));
        }
        taken.push(job);
    }
    (taken, None)
}
