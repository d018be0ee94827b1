//! The rows of a batch, brought together as the files need them.
use std::collections::HashMap;

use anyhow::Context;
use kernel::BatchCode;

use super::{Admitted, AttemptRow, SeatRow};

pub(super) async fn admitted(
    tx: &mut store::Tx,
    code: &BatchCode,
    parts: &[plan::BatchComponent],
) -> anyhow::Result<Vec<Admitted>> {
    let points = plan::points(tx, code).await?;
    let mut kept = registration::kept_kinds(tx, code).await?;
    let mut all = Vec::new();
    for one in admission::admitted(tx, code).await? {
        let point = points.iter().find(|point| point.point_path == one.point_path);
        let point = point.with_context(|| format!("{} takes no part", one.point_path))?;
        let own = |part: &&plan::BatchComponent| {
            part.occupation_code == one.occupation_code && part.level_code == one.level_code
        };
        let kept = kept.remove(&one.application_id).unwrap_or_default();
        let (kept, sat): (Vec<_>, Vec<_>) =
            parts.iter().filter(own).partition(|part| kept.contains(&part.kind));
        let ids = |parts: Vec<&plan::BatchComponent>| parts.into_iter().map(|part| part.id.clone()).collect();
        all.push(Admitted {
            candidate: one.application_id.to_string(),
            point: one.point_path.to_string(),
            site: point.site_of(&one.occupation_code).clone(),
            parts: ids(sat),
            kept: ids(kept),
            occupation: one.occupation_code.to_string(),
            level: one.level_code.to_string(),
        });
    }
    Ok(all)
}

pub(super) async fn seats(
    tx: &mut store::Tx,
    code: &BatchCode,
    admitted: &[Admitted],
    parts: &[plan::BatchComponent],
) -> anyhow::Result<Vec<SeatRow>> {
    let sittings = arrangement::sittings(tx, code).await?;
    let rooms = arrangement::room_uses(tx, code).await?;
    let numbers = arrangement::admission_numbers(tx, code).await?;
    let sittings: HashMap<&str, &arrangement::Sitting> =
        sittings.iter().map(|sitting| (sitting.id.as_str(), sitting)).collect();
    let rooms: HashMap<&str, &arrangement::RoomUse> =
        rooms.iter().map(|room| (room.id.as_str(), room)).collect();
    let people: HashMap<&str, &Admitted> = admitted.iter().map(|one| (one.candidate.as_str(), one)).collect();
    let mut rows = Vec::new();
    for seat in arrangement::seats(tx, code).await? {
        let sitting = sittings.get(seat.sitting_id.as_str()).context("a seat without its sitting")?;
        let room = rooms.get(seat.room_use_id.as_str()).context("a seat without its room")?;
        let part = people.get(seat.application_id.as_str()).and_then(|one| {
            let own = |part: &&plan::BatchComponent| {
                part.kind == sitting.component_kind && one.parts.contains(&part.id)
            };
            parts.iter().find(own)
        });
        let (from, until) = sitting.turn(seat.turn);
        rows.push(SeatRow {
            number: numbers.get(&seat.application_id).map(ToString::to_string).unwrap_or_default(),
            part: part.map(|part| part.id.clone()).unwrap_or_default(),
            sitting: sitting.id.clone(),
            turn: seat.turn,
            from: from.get(),
            until: until.get(),
            site: room.site_id.clone(),
            room: room.room_id.clone(),
            seat: seat.number,
            letter: seat.form_letter.clone(),
            candidate: seat.application_id,
        });
    }
    Ok(rows)
}

pub(super) async fn attempts(
    tx: &mut store::Tx,
    code: &BatchCode,
    seats: &[SeatRow],
) -> anyhow::Result<Vec<AttemptRow>> {
    let mut changes = sitting::changes(tx, code).await?;
    let parts: HashMap<(&str, &str), &str> = seats
        .iter()
        .map(|seat| ((seat.candidate.as_str(), seat.sitting.as_str()), seat.part.as_str()))
        .collect();
    let mut rows = Vec::new();
    for row in sitting::attempts(tx, code).await? {
        let attempt = row.attempt()?;
        let (id, head) = (&attempt.frame().id, attempt.head());
        let place = (row.place.application_id.as_str(), row.place.sitting_id.as_str());
        rows.push(AttemptRow {
            part: parts.get(&place).copied().unwrap_or_default().to_owned(),
            attempt: id.to_string(),
            sitting: row.place.sitting_id.clone(),
            last_seq: head.acked_seq,
            chain: head.chain.to_string(),
            changes: changes.remove(id).unwrap_or_default(),
            candidate: row.place.application_id.clone(),
        });
    }
    Ok(rows)
}
