//! Freezing the list of those who sit the exam.
use ::store::Tx;
use identity::{Env, Subject};
use plan::{Batch, Progress, ProgressState};
use registration::Application;
use serde_json::json;
use web::{PageError, PageResult};

use crate::{AdmissionRefused, Admitted, List, store};

/// The list as freezing would make it now.
pub(crate) async fn draw(tx: &mut Tx, batch: &Batch) -> sqlx::Result<List> {
    Ok(List::draw(&batch.code, store::drawn(tx, &batch.code).await?))
}

/// The list as the rows say now that it was frozen. Its digest is that of [`frozen`](crate::frozen)
/// unless somebody changed a row since.
///
/// # Errors
/// Storage.
pub async fn frozen_list(tx: &mut Tx, batch: &Batch) -> sqlx::Result<List> {
    let admitted = store::admitted(tx, &batch.code).await?;
    let records = store::records(tx, &batch.code).await?;
    let applications =
        registration::applications(tx, &batch.code, std::slice::from_ref(&batch.org_path)).await?;
    let left_out = applications.into_iter().filter_map(|application| {
        let from = records.get(&application.id)?.left_from?;
        Some((line(application), from))
    });
    Ok(List::of(&batch.code, admitted, left_out.collect()))
}

fn line(application: Application) -> Admitted {
    Admitted {
        application_id: application.id,
        person_id: application.person_id,
        occupation_code: application.occupation_code,
        level_code: application.level_code,
        point_path: application.point_path,
        serial: application.serial,
    }
}

/// Freezes the list that was seen (`seen_digest`). The caller commits, unless a rule refused.
///
/// # Errors
/// Outside: stale when the list is not the one that was seen; storage. Inside: it is frozen, nobody
/// paid, or somebody waits for a decision and no reason says why they are left out.
pub(crate) async fn freeze(
    tx: &mut Tx,
    env: &Env,
    who: &Subject,
    batch: &Batch,
    seen_digest: &str,
    leave_out_reason: &str,
) -> PageResult<Result<(), AdmissionRefused>> {
    let reason = leave_out_reason.trim();
    // Both rows are held before the list is drawn: nobody reviews, pays or withdraws meanwhile.
    if !store::hold(tx, &batch.code).await? || !registration::close_book(tx, &batch.code, env.now()).await? {
        return Ok(Err(AdmissionRefused::Frozen));
    }
    let list = draw(tx, batch).await?;
    if list.digest.as_str() != seen_digest {
        return Err(PageError::Stale);
    }
    if let Err(refused) = list.check(reason) {
        return Ok(Err(refused));
    }
    store::insert_admitted(tx, &batch.code, &list.admitted).await?;
    let admitted = list.admitted.iter().map(|one| &one.application_id).collect();
    let kept = registration::keep_components(tx, &batch.code, &admitted).await?;
    let settled = store::settle_admitted(tx, &batch.code).await?;
    if usize::try_from(settled) != Ok(list.admitted.len()) {
        let (batch, listed) = (&batch.code, list.admitted.len());
        return Err(PageError::Internal(format!(
            "{batch}: {listed} on the list, {settled} marked as admitted"
        )));
    }
    store::settle_left_out(tx, &batch.code, &list.left_out).await?;
    if !store::freeze(tx, &batch.code, &list, reason, &who.account_id, env.now()).await? {
        return Ok(Err(AdmissionRefused::Frozen));
    }
    let count = i64::try_from(list.admitted.len()).unwrap_or(i64::MAX);
    let progress = Progress { state: ProgressState::Done, count, note_key: "admission-note-frozen" };
    plan::report_progress(tx, &batch.code, 3, progress, env.now()).await?;
    who.note("admission.freeze", "batch", batch.code.as_str())
        .batch(batch.code.as_str())
        .reason(reason)
        .payload(json!({
            "digest": list.digest,
            "admitted": list.admitted.len(),
            "left_out": list.left_out.len(),
            "kept_parts": kept,
        }))
        .record(tx, env)
        .await?;
    Ok(Ok(()))
}
