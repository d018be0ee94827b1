//! Telling everybody an announcement was sent to, as a job. Who was told stands with the people of the
//! announcement, in the step that queues the message: nobody is told twice, and nobody is forgotten.
use std::collections::HashMap;

use ::store::Tx;
use identity::{Action, Env, Object};
use job::{Kind, Outcome, Stopped, UndoFuture, Work, WorkFuture};
use kernel::BatchCode;
use message::Outgoing;
use person::{Person, PersonId};
use plan::Batch;
use web::{Lang, Message, Words};

use crate::store::{self, Announcement};

/// Tells everybody.
pub(crate) const SEND: Kind = Kind { name: "announcement.send", run, undo };

/// People of one step. Source: [own]; a step stays below the 50 ms a write transaction may take.
const AT_ONCE: i64 = 100;

fn run(work: Work) -> WorkFuture {
    Box::pin(async move { tell(&work).await })
}

/// A message that is queued is not taken back; the rest waits.
fn undo(_: Work) -> UndoFuture {
    Box::pin(async { Ok(()) })
}

/// An announcement as it is read on the phone: in Chinese whatever language the office reads, because it
/// goes to candidates in China.
pub(crate) fn as_read(batch: &Batch, text: &str) -> String {
    let message = Message::new("announcement-message").with("batch", &batch.title_zh).with("text", text);
    Words(Lang::Zh).message(&message)
}

async fn tell(work: &Work) -> Result<Outcome, Stopped> {
    let env = &work.env;
    let mut tx = env.db.read().await?;
    let (batch, sent) = subject(&mut tx, work).await?;
    drop(tx);
    let text = as_read(&batch, &sent.text);
    let count = |rows: i64| usize::try_from(rows).unwrap_or_default();
    let (mut told, mut skipped) = (count(sent.told_count), count(sent.skipped_count));
    loop {
        let mut tx = env.db.read().await?;
        let untold = store::untold(&mut tx, &sent.id, AT_ONCE).await?;
        if untold.is_empty() {
            let outcome = Outcome::new("announcement-outcome-sent");
            return Ok(outcome.with("told", told).with("skipped", skipped));
        }
        let people = person::load_many(&mut tx, &env.vault, &untold).await?;
        drop(tx);
        let people: HashMap<PersonId, Person> =
            people.into_iter().map(|person| (person.id.clone(), person)).collect();
        let mut step = work.step().await?;
        let (now_told, now_skipped) = tell_some(&mut step.tx, env, &sent, &untold, (&people, &text)).await?;
        (told, skipped) = (told + now_told, skipped + now_skipped);
        work.progress(&mut step.tx, told + skipped, count(sent.recipient_count)).await?;
        step.commit(untold.len()).await?;
    }
}

/// One step: who still stands in the batch is told, who took the application back is passed over. Who
/// stands is read in the step itself: somebody may withdraw while the job runs.
async fn tell_some(
    tx: &mut Tx,
    env: &Env,
    sent: &Announcement,
    untold: &[PersonId],
    (people, text): (&HashMap<PersonId, Person>, &str),
) -> sqlx::Result<(usize, usize)> {
    let standing = registration::standing_people(tx, &sent.batch_code, untold).await?;
    let (mut told, mut skipped) = (0, 0);
    for id in untold {
        let Some(person) = people.get(id).filter(|_| standing.contains(id)) else {
            skipped += usize::from(store::skip(tx, &sent.id, id, env.now()).await?);
            continue;
        };
        // Another worker that held the job before may have been faster.
        if !store::tell(tx, &sent.id, id, env.now()).await? {
            continue;
        }
        let new = Outgoing {
            id: env.new_id(),
            phone: person.phone.clone(),
            text: text.to_owned(),
            purpose: "message-announcement".into(),
            created_at: env.now(),
            sent_at: None,
        };
        message::queue(tx, &env.vault, &*env.entropy, &new).await?;
        told += 1;
    }
    let number = |rows: usize| i64::try_from(rows).unwrap_or(i64::MAX);
    store::count_on(tx, &sent.id, number(told), number(skipped)).await?;
    Ok((told, skipped))
}

/// The announcement a job tells, if whoever sent it still publishes results of the whole batch.
async fn subject(tx: &mut Tx, work: &Work) -> Result<(Batch, Announcement), Stopped> {
    let gone = || Stopped::Broken("the announcement of the job is gone".to_owned());
    let code = work.job.batch_code.as_ref().map_or("", BatchCode::as_str);
    let batch = plan::batch(tx, code).await?.ok_or_else(gone)?;
    let sent = store::announcement(tx, &work.job.subject).await?;
    let sent = sent.filter(|sent| sent.batch_code == batch.code && sent.sent_at.is_some());
    let sent = sent.ok_or_else(gone)?;
    let object = Object { path: &batch.org_path, batch: Some(code) };
    if work.who.may(Action::PublishResults, object, work.env.now()).is_none() {
        return Err(Stopped::Refused(Outcome::new("job-nobody")));
    }
    Ok((batch, sent))
}
