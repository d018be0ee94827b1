//! Telling every candidate of a published batch that the result can be read, as a job. What it says is
//! read after signing in. Who was told stands with the result, in the step that queues the message: nobody
//! is told twice, and nobody is forgotten.
use std::collections::HashMap;

use job::{Kind, Outcome as Said, Stopped, UndoFuture, Work, WorkFuture};
use message::Outgoing;
use person::{Person, PersonId};
use web::{Lang, Message, Words};

use crate::{combining::batch_of, store};

/// Tells everybody.
pub(crate) const TELL: Kind = Kind { name: "result.tell", run, undo };

/// Messages of one step. Source: [own]; a step stays below the 50 ms a write transaction may take.
const AT_ONCE: i64 = 100;

fn run(work: Work) -> WorkFuture {
    Box::pin(async move { tell(&work).await })
}

/// A message that is queued is not taken back; the rest waits.
fn undo(_: Work) -> UndoFuture {
    Box::pin(async { Ok(()) })
}

async fn tell(work: &Work) -> Result<Said, Stopped> {
    let env = &work.env;
    let batch = batch_of(work).await?;
    let mut tx = env.db.read().await?;
    let left = store::untold_count(&mut tx, &batch.code).await?;
    drop(tx);
    let total = usize::try_from(left).unwrap_or_default();
    // Messages go to candidates in China, whatever language the clerk reads.
    let text = Words(Lang::Zh).message(&Message::new("result-message").with("batch", &batch.title_zh));
    let mut done = 0;
    loop {
        let mut tx = env.db.read().await?;
        let untold = store::untold(&mut tx, &batch.code, AT_ONCE).await?;
        if untold.is_empty() {
            return Ok(Said::new("result-outcome-told").with("told", done));
        }
        let ids: Vec<PersonId> = untold.iter().map(|(_, person)| person.clone()).collect();
        let people = person::load_many(&mut tx, &env.vault, &ids).await?;
        drop(tx);
        let people: HashMap<PersonId, Person> =
            people.into_iter().map(|person| (person.id.clone(), person)).collect();
        let mut tx = env.db.write().await?;
        for (application, person) in &untold {
            if let Some(person) = people.get(person) {
                let new = Outgoing {
                    id: env.new_id(),
                    phone: person.phone.clone(),
                    text: text.clone(),
                    purpose: "message-result".into(),
                    created_at: env.now(),
                    sent_at: None,
                };
                message::queue(&mut tx, &env.vault, &*env.entropy, &new).await?;
            }
            store::mark_told(&mut tx, application, env.now()).await?;
        }
        done += untold.len();
        work.progress(&mut tx, done, total.max(done)).await?;
        tx.commit().await?;
    }
}
