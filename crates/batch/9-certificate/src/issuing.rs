//! Issuing to everybody who was decided on, as a job: a few certificates side by side, each by the steps of
//! docs/issuance.md. Between two such rounds it may be cancelled, stopped by a power cut, or taken over; what
//! has a number is finished first by whoever goes on. What stood in the way of one stays with its order.
use identity::{Action, Object};
use job::{Kind, Outcome, Stopped, UndoFuture, Work, WorkFuture};
use kernel::BatchCode;
use plan::Batch;
use web::PageError;

use crate::{
    By, IssueError, Issuer,
    issuance::{self, Issued},
    store,
};

/// Issues what was decided in a batch.
pub(crate) const ISSUE: Kind = Kind { name: "certificate.issue", run, undo };

/// Orders read at a time.
const AT_ONCE: i64 = 50;

fn run(work: Work) -> WorkFuture {
    Box::pin(async move { issue(&work).await })
}

/// A certificate that is signed stays signed; what has a number is finished when the work goes on.
fn undo(_: Work) -> UndoFuture {
    Box::pin(async { Ok(()) })
}

async fn batch_of(work: &Work) -> Result<Batch, Stopped> {
    let mut tx = work.env.db.read().await?;
    let code = work.job.batch_code.as_ref().map_or("", BatchCode::as_str);
    let batch = plan::batch(&mut tx, code).await?;
    let batch = batch.ok_or_else(|| Stopped::Broken("the batch of the job is gone".to_owned()))?;
    let object = Object { path: &batch.org_path, batch: Some(code) };
    if work.who.may(Action::IssueCertificates, object, work.env.now()).is_none() {
        return Err(Stopped::Refused(Outcome::new("job-nobody")));
    }
    Ok(batch)
}

fn stopped(error: IssueError) -> Stopped {
    PageError::from(error).into()
}

async fn issue(work: &Work) -> Result<Outcome, Stopped> {
    let (env, code) = (&work.env, batch_of(work).await?.code);
    let issuer = work.tool::<Issuer>()?;
    let by = By::Person(&work.who);
    let counts = store::counts(&mut env.db.read().await?, &code).await?;
    let total = usize::try_from(counts.unfinished()).unwrap_or_default();
    let mut run = issuance::resume(env, &issuer, by, Some(&code)).await.map_err(stopped)?;
    loop {
        let orders = store::waiting(&mut env.db.read().await?, Some(&code), AT_ONCE).await?;
        if orders.is_empty() {
            break;
        }
        for orders in orders.chunks(issuance::abreast()) {
            say(work, run, total).await?;
            run.issue(env, &issuer, by, orders).await.map_err(stopped)?;
        }
        issuance::report(&env.db, &code, env.now()).await?;
    }
    say(work, run, total).await?;
    issuance::report(&env.db, &code, env.now()).await?;
    let of = |number: i64| usize::try_from(number).unwrap_or_default();
    Ok(Outcome::new("certificate-outcome").with("issued", of(run.issued)).with("refused", of(run.refused)))
}

/// How far it is; here somebody's wish to stop is noticed, before the next number is taken.
async fn say(work: &Work, run: Issued, total: usize) -> Result<(), Stopped> {
    let done = usize::try_from(run.issued + run.refused).unwrap_or_default();
    let mut tx = work.env.db.write().await?;
    work.progress(&mut tx, done, total.max(done)).await?;
    tx.commit().await?;
    Ok(())
}
