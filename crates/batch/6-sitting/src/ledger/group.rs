//! One group: one transaction, one commit, then the answers.
use ::store::Tx;
use identity::{Env, Note};
use serde_json::json;

use super::{
    Acknowledge, Job, LedgerError, TRIES,
    book::{Beginning, Book, Outcome},
};
use crate::{AttemptId, rules::HandInVerdict, store};

/// Acts in the trail when no person does.
const CLOCK: &str = "clock";

/// How long the negative control holds back what it has acknowledged: what a disk keeps in its
/// cache and calls written. Without it the window is too short to be met by chance.
/// Source: [own].
#[cfg(feature = "demo")]
const LYING_DISK: std::time::Duration = std::time::Duration::from_millis(20);

/// Writes a group and answers it.
pub async fn write(env: &Env, jobs: Vec<Job>, acknowledge: Acknowledge) {
    for _ in 0..TRIES {
        match prepare(env, &jobs).await {
            Ok(Some((tx, outcomes))) => return finish(tx, jobs, outcomes, acknowledge).await,
            // Another node changed one of the attempts; what was read is no longer true.
            Ok(None) => {}
            Err(error) => {
                tracing::error!(%error, jobs = jobs.len(), "a group of the answer ledger could not be written");
                break;
            }
        }
    }
    refuse_all(jobs);
}

/// Everything but the commit; `None` when an attempt changed since it was read.
async fn prepare(env: &Env, jobs: &[Job]) -> sqlx::Result<Option<(Tx, Vec<Outcome>)>> {
    let mut ids: Vec<&AttemptId> = jobs.iter().map(Job::attempt).collect();
    ids.sort_unstable();
    ids.dedup();
    let mut tx = env.db.write().await?;
    let mut book = Book::open(store::attempts(&mut tx, &ids).await?)?;
    for (attempt, from, to) in jobs.iter().filter_map(|job| book.repeats(job)).collect::<Vec<_>>() {
        book.learn(attempt, store::changes_between(&mut tx, attempt, from, to).await?);
    }
    let seats = book.seats_to_begin(jobs);
    if !seats.is_empty() {
        let absent = store::absent_of(&mut tx, &seats).await?;
        book.bar(&absent);
    }
    let mut outcomes: Vec<Outcome> = jobs.iter().map(|job| book.apply(job)).collect();
    if !store::update_attempts(&mut tx, &book.moved()?).await? {
        return Ok(None);
    }
    store::insert_changes(&mut tx, &book.changes()).await?;
    store::insert_evidence(&mut tx, &book.evidence).await?;
    store::spend_codes(&mut tx, &book.seats_begun(jobs)).await?;
    record(&mut tx, env, &book).await?;
    let handed_in: Vec<&AttemptId> = outcomes.iter().filter_map(handed_in).collect();
    if !handed_in.is_empty() {
        let counts = store::answered_counts(&mut tx, &handed_in).await?;
        Book::fill_counts(&mut outcomes, &counts);
    }
    Ok(Some((tx, outcomes)))
}

fn handed_in(outcome: &Outcome) -> Option<&AttemptId> {
    match outcome {
        Outcome::HandIn(Ok(reply), attempt) => {
            matches!(reply.verdict, HandInVerdict::HandedIn(_)).then_some(attempt)
        }
        Outcome::HandIn(Err(_), _) | Outcome::Begin(_) | Outcome::Save(_) | Outcome::Close(_) => None,
    }
}

/// Who began and who ended stands in the trail; the whole group in as few statements as one candidate.
async fn record(tx: &mut Tx, env: &Env, book: &Book) -> sqlx::Result<()> {
    let begun = book.beginnings().into_iter().map(|Beginning { row, account, request }| {
        let head = json!({ "acked_seq": row.acked_seq, "chain_head": row.chain_head, "epoch": row.epoch });
        Note::of(account, request, "attempt.start", "attempt", row.id.as_str())
            .batch(row.place.batch_code.as_str())
            .payload(head)
    });
    let ended = book.endings().into_iter().map(|ending| {
        let (frame, head) = (ending.attempt.frame(), ending.attempt.head());
        let (actor, action) = match ending.account {
            "" => (CLOCK, "attempt.close"),
            account => (account, "attempt.hand-in"),
        };
        Note::of(actor, ending.request, action, "attempt", frame.id.as_str())
            .batch(ending.row.place.batch_code.as_str())
            .payload(json!({ "acked_seq": head.acked_seq, "chain_head": head.chain.as_str() }))
    });
    let notes: Vec<Note<'_>> = begun.chain(ended).collect();
    let now = env.now();
    let entries: Vec<_> = notes.iter().map(|note| note.entry(now)).collect();
    trail::record_each(tx, &env.desk, &entries).await.map(|_| ())
}

async fn finish(tx: Tx, jobs: Vec<Job>, outcomes: Vec<Outcome>, acknowledge: Acknowledge) {
    match acknowledge {
        Acknowledge::AfterCommit => match tx.commit().await {
            Ok(()) => answer_all(jobs, outcomes),
            Err(error) => {
                tracing::error!(%error, jobs = jobs.len(), "a group of the answer ledger was not committed");
                refuse_all(jobs);
            }
        },
        #[cfg(feature = "demo")]
        Acknowledge::BeforeCommit => {
            answer_all(jobs, outcomes);
            tokio::time::sleep(LYING_DISK).await;
            if let Err(error) = tx.commit().await {
                tracing::error!(%error, "acknowledged and lost, as this control is meant to");
            }
        }
    }
}

fn answer_all(jobs: Vec<Job>, outcomes: Vec<Outcome>) {
    for (job, outcome) in jobs.into_iter().zip(outcomes) {
        // Whoever asked may be gone; then nobody needs the answer.
        match (job, outcome) {
            (Job::Begin { reply, .. }, Outcome::Begin(said)) => drop(reply.send(said)),
            (Job::Save { reply, .. }, Outcome::Save(said)) => drop(reply.send(said)),
            (Job::HandIn { reply, .. }, Outcome::HandIn(said, _)) => drop(reply.send(said)),
            (Job::Close { reply, .. }, Outcome::Close(said)) => drop(reply.send(said)),
            // The book answers each kind with its own; a mix-up is refused rather than guessed.
            (job, Outcome::Begin(_) | Outcome::Save(_) | Outcome::HandIn(..) | Outcome::Close(_)) => {
                job.refuse(LedgerError::Busy);
            }
        }
    }
}

fn refuse_all(jobs: Vec<Job>) {
    for job in jobs {
        job.refuse(LedgerError::Busy);
    }
}
