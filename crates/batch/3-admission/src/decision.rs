//! A reviewer's decision: what it is made on, and everything it writes.
use ::store::Tx;
use identity::{Env, Subject};
use message::Outgoing;
use person::Person;
use plan::{Batch, BatchLevel, BatchPoint, Outline, Progress, ProgressState};
use registration::{Application, ApplicationStatus, Filed};
use serde_json::json;
use web::{Lang, Message, PageError, PageResult, Words};

use crate::{
    Act, Decision, Opinion, Ruler, State, check_review,
    store::{self, NamedReview, NewReview, Record, ReviewRow},
};

/// One application with everything a decision is made on.
#[derive(Debug, Clone)]
pub(crate) struct Case {
    pub application: Application,
    pub person: Person,
    pub level: BatchLevel,
    pub opinion: Opinion,
    pub state: State,
    /// Digest of the sealed photo the decision is made on; empty for none.
    pub photo: String,
}

/// What the reviewer sent.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Verdict<'a> {
    pub decision: Decision,
    pub reason: &'a str,
    /// The version of the application the reviewer saw.
    pub seen_version: i64,
    /// Digest of the photo the reviewer saw, empty for none; nothing where no photo was shown.
    pub seen_photo: Option<&'a str>,
    /// The order by which many were accepted, if it was one of them.
    pub order: Option<&'a str>,
}

/// What a page shows beside a case; it comes with the same statements.
#[derive(Debug, Clone)]
pub(crate) struct Background {
    pub points: Vec<BatchPoint>,
    /// Every decision so far, the latest first.
    pub past: Vec<NamedReview>,
}

impl Case {
    /// Reads one application of the batch and measures it.
    pub async fn read(tx: &mut Tx, env: &Env, batch: &Batch, id: &str) -> PageResult<(Self, Background)> {
        let filed = registration::filed(tx, &env.vault, id).await?.ok_or(PageError::NotFound)?;
        let Filed { application, person, photo, .. } = filed;
        if application.batch_code != batch.code {
            return Err(PageError::NotFound);
        }
        let Outline { levels, points, .. } = plan::outline(tx, &batch.code).await?;
        let level = level_of(&levels, &application)?;
        let photo = registration::photo_chosen(&application, photo).unwrap_or_default();
        let ruler = Ruler::of_levels(tx, batch, std::slice::from_ref(&level)).await?;
        let opinion = ruler.measure(&env.vault, &application, &person)?;
        let (record, past) = store::recorded(tx, &application.id).await?;
        let state = Record::state(record.as_ref(), &application);
        let case = Self { application, person, level, opinion, state, photo };
        Ok((case, Background { points, past }))
    }
}

/// The line of the plan an application is for.
pub(crate) fn level_of(levels: &[BatchLevel], application: &Application) -> PageResult<BatchLevel> {
    let of = |level: &&BatchLevel| {
        level.occupation_code == application.occupation_code && level.level_code == application.level_code
    };
    // Registration takes only what the plan offers, and a published plan does not change.
    let missing = || PageError::Internal(format!("the plan has no level for application {}", application.id));
    levels.iter().find(of).cloned().ok_or_else(missing)
}

/// Decides. The caller holds the batch's row, [`report`]s and commits.
///
/// # Errors
/// Refused by a rule; stale when the application changed since it was seen; storage.
pub(crate) async fn decide(
    tx: &mut Tx,
    env: &Env,
    who: &Subject,
    batch: &Batch,
    case: &Case,
    verdict: Verdict<'_>,
) -> PageResult<State> {
    let decided = case.state.after(Act::Review(verdict.decision))?;
    let departs = check_review(verdict.decision, case.opinion.proposed, verdict.reason)?;
    // Another photo than the one the reviewer looked at.
    if verdict.seen_photo.is_some_and(|seen| seen != case.photo) {
        return Err(PageError::Stale);
    }
    let id = &case.application.id;
    // Gives the application a version of its own for this decision, and locks it.
    if !settle(tx, case, &verdict).await? {
        return Err(PageError::Stale);
    }
    // Whoever paid, changed the application and is accepted again has paid.
    let has_paid = decided == State::Accepted && store::payment(tx, id).await?.is_some();
    let state = if has_paid { decided.after(Act::Pay)? } else { decided };
    let review = new_review(env, who, batch, case, verdict);
    store::insert_review(tx, &env.vault, &*env.entropy, &review).await?;
    if !store::decide(tx, id, &batch.code, state, verdict.seen_version + 1, &review.row.id).await? {
        return Err(PageError::Stale);
    }
    tell_applicant(tx, env, batch, case, state, verdict.reason).await?;
    who.note("admission.review", "application", id.as_str())
        .batch(batch.code.as_str())
        .reason(verdict.reason)
        .payload(json!({
            "review": review.row.id,
            "decision": verdict.decision,
            "proposed": case.opinion.proposed,
            "departs": departs,
            "clause": review.row.clause_id,
            "inputs": case.opinion.inputs_digest,
            "seen_version": verdict.seen_version,
            "photo": case.photo,
            "order": verdict.order,
        }))
        .record(tx, env)
        .await?;
    Ok(state)
}

/// Who is accepted keeps this photo, who has it back may bring another one; a refusal is about facts.
async fn settle(tx: &mut Tx, case: &Case, verdict: &Verdict<'_>) -> sqlx::Result<bool> {
    let (id, version) = (&case.application.id, verdict.seen_version);
    match verdict.decision {
        Decision::Accept => {
            registration::settle(tx, id, version, ApplicationStatus::Submitted, &case.photo).await
        }
        Decision::Return => {
            registration::settle(tx, id, version, ApplicationStatus::Returned, &case.photo).await
        }
        Decision::Refuse => registration::set_status(tx, id, version, ApplicationStatus::Submitted).await,
    }
}

fn new_review<'a>(
    env: &Env,
    who: &Subject,
    batch: &'a Batch,
    case: &'a Case,
    verdict: Verdict<'_>,
) -> NewReview<'a> {
    let row = ReviewRow {
        id: env.new_id(),
        application_version: verdict.seen_version,
        decision: verdict.decision,
        proposed: case.opinion.proposed,
        reason: verdict.reason.trim().to_owned(),
        clause_id: case.opinion.clause.as_ref().map(|clause| clause.id.clone()),
        inputs_digest: case.opinion.inputs_digest.clone(),
        reviewed_by: who.account_id.clone(),
        reviewed_at: env.now(),
    };
    NewReview { row, application: &case.application.id, batch: &batch.code, proposal: case.opinion.to_json() }
}

async fn tell_applicant(
    tx: &mut Tx,
    env: &Env,
    batch: &Batch,
    case: &Case,
    state: State,
    reason: &str,
) -> PageResult<()> {
    let until = plan::window(tx, &batch.code, "payment").await?.map(|window| window.last_day());
    let key = match state {
        State::Accepted => "admission-text-accepted",
        State::Paid => "admission-text-accepted-paid",
        State::Returned => "admission-text-returned",
        State::Refused => "admission-text-refused",
        // No decision leads there.
        State::Pending | State::Admitted | State::LeftOut | State::Withdrawn => return Ok(()),
    };
    let text = Message::new(key)
        .with("batch", &batch.title_zh)
        .with("occupation", &case.level.occupation_zh)
        .with("level", &case.level.level_zh)
        .with("fee", case.level.fee)
        .with("until", until.map(|day| day.to_string()).unwrap_or_default())
        .with("reason", reason.trim());
    Ok(tell(tx, env, &case.person, "message-admission-review", &text).await?)
}

/// Puts a message to an applicant into the outbox, in Chinese: what applicants wrote to us in.
pub(crate) async fn tell(
    tx: &mut Tx,
    env: &Env,
    person: &Person,
    purpose: &str,
    text: &Message,
) -> sqlx::Result<()> {
    let outgoing = Outgoing {
        id: env.new_id(),
        phone: person.phone.clone(),
        text: Words(Lang::Zh).message(text),
        purpose: purpose.to_owned(),
        created_at: env.now(),
        sent_at: None,
    };
    message::queue(tx, &env.vault, &*env.entropy, &outgoing).await
}

/// Reports to the rail how many are accepted, and of them how many have paid.
pub(crate) async fn report(tx: &mut Tx, env: &Env, batch: &Batch) -> sqlx::Result<()> {
    let paid = store::count(tx, &batch.code, State::Paid).await?;
    let accepted = store::count(tx, &batch.code, State::Accepted).await?;
    let (count, note_key) =
        if paid > 0 { (paid, "admission-note-paid") } else { (accepted, "admission-note-accepted") };
    let progress = Progress { state: ProgressState::Now, count, note_key };
    plan::report_progress(tx, &batch.code, 3, progress, env.now()).await
}
