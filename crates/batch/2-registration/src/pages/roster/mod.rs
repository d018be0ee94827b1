//! A roster: handed in, read by a job, looked at, mended, taken in as a whole.
mod annotated;
mod hand_in;
mod preview;
mod row;

pub use annotated::show as annotated;
pub use hand_in::{create, new};
pub use preview::{check, confirm, show};
pub use row::{edit, mend};

use ::store::Tx;
use job::{Job, NewJob};
use kernel::OrgPath;
use plan::{InBatch, Register};
use web::{Message, PageError, PageResult, Words};

use crate::{
    intake,
    rules::{
        draft::Scope,
        gate::RegistrationRefused,
        template::{Column, Template as Columns},
    },
    store::roster::{self as rosters, Roster},
};

/// A roster of the caller's own: it quotes people of other places, so only who handed it in sees it.
async fn own(tx: &mut Tx, entry: &InBatch<Register>, id: &str) -> PageResult<Roster> {
    let roster = rosters::roster(tx, &entry.batch.code, id).await?;
    let own = roster.filter(|roster| roster.uploaded_by == entry.who.account_id);
    own.ok_or(PageError::NotFound)
}

/// The job that works on a roster or did last.
async fn job_of(tx: &mut Tx, roster: &Roster) -> sqlx::Result<Option<Job>> {
    match &roster.job_id {
        Some(id) => job::job(tx, id.as_str()).await,
        None => Ok(None),
    }
}

/// A roster of the caller's own at which no job is and that was not confirmed: it may be changed.
async fn still(tx: &mut Tx, entry: &InBatch<Register>, id: &str) -> PageResult<Roster> {
    let roster = own(tx, entry, id).await?;
    if roster.confirmed_at.is_some() {
        return Err(RegistrationRefused::Confirmed.into());
    }
    if job_of(tx, &roster).await?.is_some_and(|job| job.status.is_open()) {
        return Err(RegistrationRefused::RosterBusy.into());
    }
    Ok(roster)
}

async fn scope_of(tx: &mut Tx, env: &identity::Env, entry: &InBatch<Register>) -> sqlx::Result<Scope> {
    let at: &[OrgPath] = &entry.at;
    intake::scope(tx, (&entry.batch, entry.window("registration")), at, env.now()).await
}

/// When a column must be filled that counts only beside a word in another; none for the others.
fn needed_when(t: Words, columns: &Columns, column: &Column) -> Option<String> {
    let (field, word) = column.only_if.as_ref()?;
    let beside = columns.column(*field).map_or("", |known| known.name.as_str());
    Some(t.message(&Message::new("roster-needed-when").with("column", beside).with("a", word)))
}

fn new_job<'a>(kind: &job::Kind, entry: &'a InBatch<Register>, id: &'a str) -> NewJob<'a> {
    let batch = &entry.batch.code;
    NewJob { kind: kind.name, subject: id, batch: Some(batch), page: format!("/batches/{batch}/roster/{id}") }
}
