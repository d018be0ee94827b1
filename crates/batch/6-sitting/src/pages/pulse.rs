//! What an exam computer says besides answers: that it is there, and what it still holds after it was left.
use axum::{
    Extension, Json,
    extract::{Path, State},
};
use identity::{Env, Subject, session::SessionName};
use serde_json::json;
use web::{PageError, SignedJson};

use super::json::Refused;
use crate::{
    AttemptId, Ledger,
    protocol::{ErrorName, EvidenceBody, EvidenceReply, Pulse},
    rules::{Attempt, Change, EventSort, Left, LeftVerdict},
    store::{self, NewEvent},
};

type Who = Result<Subject, PageError>;
type At = Result<SessionName, PageError>;

/// GET /attempts/{id}/pulse — every 20 seconds from each machine; writes no row.
pub async fn pulse(
    State(env): State<Env>,
    Extension(ledger): Extension<Ledger>,
    Path(id): Path<String>,
    who: Who,
    at: At,
) -> Result<Json<Pulse>, Refused> {
    let (who, at) = (who.map_err(Refused::body)?, at.map_err(Refused::body)?);
    let id: AttemptId = id.into();
    let mut tx = env.db.read().await?;
    let row = store::attempt(&mut tx, &id, &who.account_id).await?.ok_or(Refused::NotFound)?;
    let attempt = row.attempt()?;
    let (is_held, now) = (attempt.frame().is_held_by(&at.0), env.now());
    if !is_held && attempt.ended().is_none() {
        return Err(Refused::named(ErrorName::OtherBrowser));
    }
    if is_held {
        ledger.pulse().heard(&id, now);
    }
    Ok(Json(Pulse {
        phase: attempt.phase(now),
        server_now: now,
        close_at: attempt.frame().close_at,
        acked_seq: attempt.head().acked_seq,
    }))
}

/// POST /attempts/{id}/evidence — a machine that was left, or came back after the close, hands over
/// what it never saw acknowledged. Kept, shown in the room's record, and never counted.
pub async fn evidence(
    State(env): State<Env>,
    Path(id): Path<String>,
    who: Who,
    at: At,
    body: Result<SignedJson<EvidenceBody>, PageError>,
) -> Result<Json<EvidenceReply>, Refused> {
    let (who, at) = (who.map_err(Refused::body)?, at.map_err(Refused::body)?);
    let SignedJson(EvidenceBody { epoch, changes }) = body.map_err(Refused::body)?;
    let (id, now) = (AttemptId::from(id), env.now());
    let mut tx = env.db.write().await?;
    let row = store::attempt(&mut tx, &id, &who.account_id).await?.ok_or(Refused::NotFound)?;
    let sat_in = store::sat_in(&mut tx, &id, &at.0).await?;
    let sat_in = sat_in.ok_or(Refused::named(ErrorName::OtherBrowser))?;
    let attempt: Attempt = row.attempt()?;
    let numbers = || changes.iter().map(|change| change.seq);
    let (first, last) = (numbers().min().unwrap_or(0), numbers().max().unwrap_or(0));
    let counted = store::changes_between(&mut tx, &id, first, last).await?;
    let kept = match attempt.left_behind(sat_in, &Left { epoch, changes }, &counted) {
        LeftVerdict::Evidence(kept) => kept,
        LeftVerdict::AtTheSeat => return Err(Refused::TooEarly),
        LeftVerdict::Malformed => return Err(Refused::Unreadable),
    };
    let late: Vec<(AttemptId, i64, Change, kernel::UnixMicros)> =
        kept.iter().map(|change| (id.clone(), epoch, change.clone(), now)).collect();
    let new = store::insert_evidence(&mut tx, &late).await?;
    // The same offered twice is kept once and told once.
    if new > 0
        && let Some(room) = &row.place.room_use_id
    {
        let event = NewEvent {
            id: &env.new_id(),
            batch: &row.place.batch_code,
            sitting: &row.place.sitting_id,
            room,
            seat: Some(&row.place.seat_id),
            sort: EventSort::LateAnswers,
            kind: None,
            amount: i64::try_from(new).unwrap_or(i64::MAX),
            note_sealed: "",
            by: &who.account_id,
            at: now,
        };
        store::insert_event(&mut tx, &event).await?;
        who.note("attempt.left-behind", "attempt", id.as_ref())
            .batch(row.place.batch_code.as_str())
            .payload(json!({ "epoch": epoch, "kept": new }))
            .record(&mut tx, &env)
            .await?;
    }
    tx.commit().await?;
    Ok(Json(EvidenceReply { kept: kept.len() }))
}
