//! Taking a confirmed roster in. New applications are written in small steps, each with its entry in
//! the trail, and nobody sees them; then one row puts the roster in force and all of them stand. What
//! changes applications that stood before follows, each guarded by the version that was looked at.
use std::sync::Arc;

use ::store::Tx;
use job::{Kind, Outcome, Stopped, UndoFuture, Work, WorkFuture};
use serde_json::json;
use web::PageError;

use crate::{
    Application, Origin,
    ahead::Ahead,
    intake,
    rules::{
        draft::Draft,
        gate::RegistrationRefused,
        roster::{Register, RowOutcome, RowState},
        template::template,
    },
    staging::{self, AT_ONCE, Looked, RosterWork, number},
    store::{
        self, roster as rosters,
        roster_row::{self as rows, RosterRow},
    },
};

/// Takes a roster in.
pub(crate) const TAKE_IN: Kind = Kind { name: "roster.take-in", run, undo };

fn run(work: Work) -> WorkFuture {
    Box::pin(async move { take_in(work).await })
}

fn undo(work: Work) -> UndoFuture {
    Box::pin(async move { take_back(work).await })
}

async fn take_in(work: Work) -> Result<Outcome, Stopped> {
    let this = Arc::new(RosterWork::of(work).await?);
    let (work, roster) = (&this.work, &this.roster);
    // Begun again after it was taken back: whoever confirmed has not seen what stands there now.
    if roster.confirmed_at.is_none() {
        return Err(PageError::from(RegistrationRefused::NotChecked).into());
    }
    let tally = {
        let mut tx = work.env.db.read().await?;
        rows::tally(&mut tx, &roster.id).await?
    };
    let total = tally.new + tally.changed;
    let mut done = 0;
    if roster.in_force_at.is_none() {
        compare_changes(&this).await?;
        done = write_new(&this, total).await?;
        put_in_force(&this, tally.new).await?;
    }
    let changed = write_changes(&this, (done, total)).await?;
    let said = Outcome::new("roster-outcome-taken-in").with("new", tally.new).with("changed", changed);
    Ok(said.with("left", tally.changed - changed.min(tally.changed)))
}

/// Makes sure, before anything is written, that every application to be changed is as it was looked at.
async fn compare_changes(this: &RosterWork) -> Result<(), Stopped> {
    let mut after = 0;
    loop {
        let (chunk, looked) = next(this, RowState::Changed, after).await?;
        let Some(last) = chunk.last() else { return Ok(()) };
        after = last.row_no;
        if chunk.iter().zip(&looked.rows).any(|(row, now)| row.fingerprint != now.checked.fingerprint) {
            return Err(changed_meanwhile());
        }
    }
}

/// Writes the new applications of the roster, which nobody sees yet; how many rows were done.
async fn write_new(this: &Arc<RosterWork>, total: usize) -> Result<usize, Stopped> {
    let work = &this.work;
    // Each look begins after the last one's rows: looking for them anew would pass over all that is done.
    let ahead = |after| {
        let this = Arc::clone(this);
        Ahead::begin(async move { next(&this, RowState::New, after).await })
    };
    let (mut done, mut coming) = (0, ahead(0));
    loop {
        let (chunk, looked) = coming.found().await?;
        let Some(last) = chunk.last() else { return Ok(done) };
        coming = ahead(last.row_no);
        let mut step = work.step().await?;
        let tx = &mut step.tx;
        intake::hold_book(tx, &this.batch.code).await?;
        check_open_now(tx, this).await?;
        let mut new = Vec::new();
        for (row, looked_row) in chunk.iter().zip(&looked.rows) {
            let RowOutcome::New(draft) = &looked_row.outcome else { return Err(changed_meanwhile()) };
            if looked_row.checked.fingerprint != row.fingerprint {
                return Err(changed_meanwhile());
            }
            new.push((row.row_no, draft.as_ref()));
        }
        insert(tx, this, &new, &looked.known).await?;
        done += chunk.len();
        work.progress(tx, done, total).await?;
        step.commit(chunk.len()).await?;
    }
}

async fn insert(
    tx: &mut Tx,
    this: &RosterWork,
    drafts: &[(i64, &Draft)],
    known: &Register,
) -> Result<(), Stopped> {
    let RosterWork { work, roster, batch, .. } = this;
    let env = &work.env;
    let mut new: Vec<(Application, serde_json::Value)> = Vec::new();
    let (mut people, mut taken) = (Vec::new(), Vec::new());
    let mut last_serial = 0;
    for (row_no, draft) in drafts {
        let person = known.people.get(&draft.document).map(|known| &known.person);
        let person_id = match person {
            Some(_) => intake::keep_person(tx, env, draft, person).await?,
            None => {
                let new = intake::new_person(env, draft);
                let id = new.id.clone();
                people.push(new);
                id
            }
        };
        last_serial = last_serial.max(draft.serial);
        let row = intake::row(env, &batch.code, person_id, draft, Origin::Roster);
        let (application, made_person) = (row.id.clone(), person.is_none());
        taken.push(rows::Taken { row_no: *row_no, application, made_person });
        new.push((row, intake::payload(env, draft, &[])));
    }
    person::insert_many(tx, &env.vault, &*env.entropy, &people, env.now()).await?;
    intake::submit(tx, env, &work.who, &new, Some(&roster.id)).await?;
    rows::taken_in(tx, &roster.id, &taken).await?;
    store::raise_serial(tx, &batch.code, last_serial).await?;
    Ok(())
}

/// The flip: one row changes, and every new application of the roster stands.
async fn put_in_force(this: &RosterWork, new: usize) -> Result<(), Stopped> {
    let RosterWork { work, roster, batch, .. } = this;
    let env = &work.env;
    let mut step = work.step().await?;
    let tx = &mut step.tx;
    intake::hold_book(tx, &batch.code).await?;
    check_open_now(tx, this).await?;
    work.check_hold(tx).await?;
    if !rosters::put_in_force(tx, &roster.id, env.now()).await? {
        return Err(Stopped::Lost);
    }
    intake::report(tx, &batch.code, env.now()).await?;
    work.who
        .note("roster.in-force", "roster", &roster.id)
        .batch(batch.code.as_str())
        .payload(json!({ "digest": roster.digest.as_str(), "checked": roster.checked_digest, "new": new }))
        .record(tx, env)
        .await?;
    step.commit(1).await?;
    Ok(())
}

/// Writes what changes applications that stood before; how many changed. A row whose application was
/// changed by somebody else since it was looked at is left as it is, and waits to be checked again.
async fn write_changes(this: &RosterWork, (mut done, total): (usize, usize)) -> Result<usize, Stopped> {
    let RosterWork { work, roster, batch, .. } = this;
    let (mut changed, mut after) = (0, 0);
    loop {
        let (chunk, looked) = next(this, RowState::Changed, after).await?;
        let Some(last) = chunk.last() else { return Ok(changed) };
        after = last.row_no;
        let mut step = work.step().await?;
        let tx = &mut step.tx;
        intake::hold_book(tx, &batch.code).await?;
        for (row, looked_row) in chunk.iter().zip(&looked.rows) {
            let is_same = looked_row.checked.fingerprint == row.fingerprint;
            match &looked_row.outcome {
                RowOutcome::Changed(draft, application, fields) if is_same => {
                    let person = looked.known.people.get(&draft.document).map(|known| &known.person);
                    intake::keep_person(tx, &work.env, draft, person).await?;
                    let anew = intake::restated(&work.env, application, draft, Origin::Roster);
                    let payload = intake::payload(&work.env, draft, fields);
                    let (env, who) = (&work.env, &work.who);
                    intake::rewrite(tx, env, who, "application.change", &anew, payload).await?;
                    let taken = rows::Taken {
                        row_no: row.row_no,
                        application: application.id.clone(),
                        made_person: false,
                    };
                    rows::taken_in(tx, &roster.id, &[taken]).await?;
                    store::raise_serial(tx, &batch.code, draft.serial).await?;
                    changed += 1;
                }
                RowOutcome::New(_)
                | RowOutcome::Unchanged
                | RowOutcome::Changed(..)
                | RowOutcome::Refused(_) => rows::let_wait(tx, &roster.id, row.row_no).await?,
            }
        }
        done += chunk.len();
        work.progress_to_end(tx, done, total).await?;
        step.commit(chunk.len()).await?;
    }
}

/// The next rows of a state, looked at as things are now and outside any transaction that writes.
async fn next(this: &RosterWork, state: RowState, after: i64) -> Result<(Vec<RosterRow>, Looked), Stopped> {
    let RosterWork { work, roster, batch, scope } = this;
    let mut tx = work.env.db.read().await?;
    let portion = number(work.portion());
    let chunk = rows::open_rows(&mut tx, &roster.id, state, after, portion).await?;
    let mut opened = Vec::new();
    for row in &chunk {
        opened.push((row.row_no, staging::cells(&work.env, &roster.id, row)?, staging::twice(row)));
    }
    let looked =
        staging::look(&mut tx, &work.env, &batch.code, (scope, template(&roster.template_id)), opened)
            .await?;
    Ok((chunk, looked))
}

/// Removes what was written as long as nobody has seen it, and lets the roster be checked again.
async fn take_back(work: Work) -> Result<(), Stopped> {
    let RosterWork { work, roster, batch, .. } = &RosterWork::of(work).await?;
    if roster.in_force_at.is_some() {
        return Ok(());
    }
    let (mut removed, mut after) = (0, 0);
    loop {
        let mut step = work.step().await?;
        let tx = &mut step.tx;
        work.check_hold(tx).await?;
        let chunk = rows::taken_rows(tx, &roster.id, after, number(AT_ONCE)).await?;
        let Some(last) = chunk.last() else {
            rosters::take_back(tx, &roster.id).await?;
            work.who
                .note("roster.take-back", "roster", &roster.id)
                .batch(batch.code.as_str())
                .payload(json!({ "digest": roster.digest.as_str(), "removed": removed }))
                .record(tx, &work.env)
                .await?;
            step.commit(1).await?;
            return Ok(());
        };
        after = last.row_no;
        for row in &chunk {
            let has_other = rows::remove_taken(tx, &roster.id, row).await?;
            if row.made_person && !has_other {
                person::remove(tx, &row.person_id).await?;
            }
        }
        removed += chunk.len();
        step.commit(chunk.len()).await?;
    }
}

async fn check_open_now(tx: &mut Tx, RosterWork { work, batch, .. }: &RosterWork) -> Result<(), Stopped> {
    let registration = plan::window(tx, &batch.code, "registration").await?;
    let review = plan::window(tx, &batch.code, "review").await?;
    let windows = (registration.as_ref(), review.as_ref());
    Ok(intake::check_open(tx, &work.env, batch, windows).await?.map_err(PageError::from)?)
}

fn changed_meanwhile() -> Stopped {
    Stopped::Refused(Outcome::new("roster-outcome-changed-meanwhile"))
}
