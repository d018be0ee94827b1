//! The worker beside the requests.
use std::{any::Any, collections::HashMap, sync::Arc, time::Duration};

use identity::{Env, session::acting};
use store::Db;
use tokio::task::{Id, JoinSet};

use crate::{
    Job, Kind, Outcome, Status, Stopped, Work,
    rules::Watch,
    store::{self as rows},
    work::{Measured, Tools},
};

/// How often the runner looks for work. Source: [own]; whoever begins something waits half of it on average.
const LOOK_EVERY: Duration = Duration::from_millis(100);
/// Every how many looks the worker says that it lives.
const LOOKS_A_BEAT: u64 = 50;
/// Jobs of one process at the same time. Source: [own]; one leaves a core for requests on two.
const AT_ONCE: usize = 2;

/// Takes jobs and does them. One a process.
pub struct Runner {
    env: Env,
    kinds: Vec<Kind>,
    tools: Tools,
    worker: String,
    watch: Watch,
    under_way: JoinSet<Option<Ended>>,
    /// What each task works on, for the case that it panics.
    at: HashMap<Id, Job>,
    /// What has ended while the database took nothing: noted as soon as it does.
    unnoted: Vec<Ended>,
}

/// How a job ended.
struct Ended {
    job: Job,
    status: Status,
    outcome: Outcome,
}

impl Runner {
    /// A worker that knows these kinds.
    #[must_use]
    pub fn new(env: &Env, kinds: Vec<Kind>) -> Self {
        Self {
            worker: env.new_id(),
            env: env.clone(),
            kinds,
            tools: Tools::default(),
            watch: Watch::default(),
            under_way: JoinSet::new(),
            at: HashMap::new(),
            unnoted: Vec::new(),
        }
    }

    /// The same worker with a tool that some kind needs and [`Env`] does not hold ([`Work::tool`]).
    #[must_use]
    pub fn lending<T: Any + Send + Sync>(mut self, tool: Arc<T>) -> Self {
        self.tools.lend(tool);
        self
    }

    /// The name under which it holds jobs, for [`release`].
    #[must_use]
    pub fn worker(&self) -> &str {
        &self.worker
    }

    /// Works until it is dropped. What fails is logged and looked at again.
    pub async fn run(mut self) {
        let mut tick = tokio::time::interval(LOOK_EVERY);
        let mut looks: u64 = 0;
        loop {
            tick.tick().await;
            looks += 1;
            if let Err(error) = self.look(looks.is_multiple_of(LOOKS_A_BEAT)).await {
                tracing::error!(%error, "jobs could not be looked at");
            }
        }
    }

    /// Does everything that waits, one after the other, and returns how much it was: for tests and for
    /// commands that end.
    ///
    /// # Errors
    /// Storage.
    pub async fn work_off(&mut self) -> sqlx::Result<usize> {
        let mut done = 0;
        self.note().await?;
        while let Some(job) = self.take().await? {
            self.start(job);
            self.gather(true).await;
            self.note().await?;
            done += 1;
        }
        Ok(done)
    }

    /// One look: what ended, who is silent, what waits.
    async fn look(&mut self, is_beat: bool) -> sqlx::Result<()> {
        self.gather(false).await;
        self.note().await?;
        if is_beat && !self.under_way.is_empty() {
            let mut tx = self.env.db.write().await?;
            rows::beat(&mut tx, &self.worker).await?;
            tx.commit().await?;
        }
        self.give_silent_back().await?;
        while self.under_way.len() < AT_ONCE {
            let Some(job) = self.take().await? else { break };
            self.start(job);
        }
        Ok(())
    }

    async fn give_silent_back(&mut self) -> sqlx::Result<()> {
        let mut tx = self.env.db.read().await?;
        let running = rows::running_elsewhere(&mut tx, &self.worker).await?;
        drop(tx);
        for id in self.watch.look(&running) {
            let mut tx = self.env.db.write().await?;
            if rows::give_back(&mut tx, &id, &self.worker).await? {
                tracing::warn!(job = %id, "its worker is silent: it is begun again");
            }
            tx.commit().await?;
        }
        Ok(())
    }

    /// The oldest waiting job, held by this worker.
    async fn take(&self) -> sqlx::Result<Option<Job>> {
        let mut tx = self.env.db.read().await?;
        let Some(id) = rows::waiting(&mut tx).await? else { return Ok(None) };
        drop(tx);
        let mut tx = self.env.db.write().await?;
        if !rows::claim(&mut tx, &id, &self.worker, self.env.now()).await? {
            return Ok(None);
        }
        let job = rows::job(&mut tx, id.as_str()).await?;
        tx.commit().await?;
        Ok(job)
    }

    fn start(&mut self, job: Job) {
        let kind = self.kinds.iter().find(|kind| kind.name == job.kind).copied();
        let hands = (self.worker.clone(), self.tools.clone());
        let task = do_job(self.env.clone(), hands, job.clone(), kind);
        self.at.insert(self.under_way.spawn(task).id(), job);
    }

    /// Collects what has ended and is not noted yet; with `is_all` waits for the rest.
    async fn gather(&mut self, is_all: bool) {
        loop {
            let next = if is_all {
                self.under_way.join_next_with_id().await
            } else {
                self.under_way.try_join_next_with_id()
            };
            match next {
                None => return,
                Some(Ok((task, unnoted))) => {
                    self.at.remove(&task);
                    self.unnoted.extend(unnoted);
                }
                Some(Err(error)) => {
                    tracing::error!(%error, "a job's function panicked");
                    let job = self.at.remove(&error.id());
                    let outcome = Outcome::new("job-broken");
                    self.unnoted.extend(job.map(|job| Ended { job, status: Status::Failed, outcome }));
                }
            }
        }
    }

    /// Notes what could not be noted when it ended. Until then its row says that it runs, and nobody else takes it.
    async fn note(&mut self) -> sqlx::Result<()> {
        while let Some(ended) = self.unnoted.last() {
            end(&self.env, &self.worker, ended).await?;
            self.unnoted.pop();
        }
        Ok(())
    }
}

/// Lets wait again what a worker had begun: its process ends in good order.
///
/// # Errors
/// Storage.
pub async fn release(db: &Db, worker: &str) -> sqlx::Result<()> {
    let mut tx = db.write().await?;
    rows::release(&mut tx, worker).await?;
    tx.commit().await
}

/// Does a job and notes how it ended; gives back what could not be noted.
async fn do_job(env: Env, (worker, tools): (String, Tools), job: Job, kind: Option<Kind>) -> Option<Ended> {
    let measured = Arc::new(Measured::default());
    let attempted = attempt(&env, (&worker, tools), &job, kind, &measured).await;
    if let Err(error) = keep(&env, &job, &measured).await {
        tracing::error!(job = %job.id, %error, "the length of a job's steps could not be noted");
    }
    let (status, outcome) = match attempted {
        Ok(outcome) => (Status::Done, outcome),
        // Whoever has it now will end it.
        Err(Stopped::Lost) => return None,
        Err(Stopped::Cancelled) => (Status::Cancelled, Outcome::new("job-was-cancelled")),
        Err(Stopped::Refused(outcome)) => (Status::Failed, outcome),
        Err(Stopped::Broken(cause)) => {
            tracing::error!(job = %job.id, kind = job.kind, cause, "a job broke off");
            (Status::Failed, Outcome::new("job-broken"))
        }
    };
    let ended = Ended { job, status, outcome };
    if let Err(error) = end(&env, &worker, &ended).await {
        tracing::error!(job = %ended.job.id, %error, "the end of a job could not be noted yet");
        return Some(ended);
    }
    None
}

/// Runs the kind's function; takes back what it began when somebody cancelled or a rule said no.
async fn attempt(
    env: &Env,
    (worker, tools): (&str, Tools),
    job: &Job,
    kind: Option<Kind>,
    measured: &Arc<Measured>,
) -> Result<Outcome, Stopped> {
    let unknown = || Stopped::Broken(format!("nobody knows the kind {}", job.kind));
    let kind = kind.ok_or_else(unknown)?;
    let who = {
        let mut tx = env.db.read().await?;
        acting(&mut tx, &job.started_by, &job.request_id, env.now()).await?
    };
    let who = who.ok_or_else(|| Stopped::Refused(Outcome::new("job-nobody")))?;
    let measured = Arc::clone(measured);
    let work = Work { env: env.clone(), job: job.clone(), who, worker: worker.to_owned(), tools, measured };
    let stopped = match (kind.run)(work.clone()).await {
        Ok(outcome) => return Ok(outcome),
        Err(stopped) => stopped,
    };
    match stopped {
        Stopped::Cancelled | Stopped::Refused(_) => (kind.undo)(work).await?,
        Stopped::Lost | Stopped::Broken(_) => {}
    }
    Err(stopped)
}

async fn keep(env: &Env, job: &Job, measured: &Measured) -> sqlx::Result<()> {
    let mut tx = env.db.write().await?;
    measured.keep(&mut tx, &job.id).await?;
    tx.commit().await
}

async fn end(env: &Env, worker: &str, ended: &Ended) -> sqlx::Result<()> {
    let mut tx = env.db.write().await?;
    rows::end(&mut tx, &ended.job.id, worker, ended.status, &ended.outcome, env.now()).await?;
    tx.commit().await
}
