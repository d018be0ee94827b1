//! The room's record on paper (考场情况记录单), to be signed. Chinese whatever language the page has.

use axum::{
    extract::{Path, State},
    response::Response,
};
use identity::Env;
use plan::{InBatch, WatchRooms};
use print::{PrintRefused, Template};
use serde_json::{Map, Value, json};
use web::{Lang, PageError, PageResult, Visit, Words};

use super::{
    desk::{self, label},
    look,
    record::{Record, RecordLine},
};
use crate::rules::{EventSort, Mark};

const ZH: Words = Words(Lang::Zh);
const ROOM_RECORD: Template =
    Template { name: "room_record", source: include_str!("../../documents/room_record.typ") };
/// Stands for a sign of a note that the fonts of the house do not have: the sheet must be printed.
const UNKNOWN_SIGN: &str = "？";
/// Signs replaced before the sheet is given up.
const UNKNOWN_SIGNS_MAX: usize = 50;

/// GET …/rooms/{room_use_id}/record.pdf
pub async fn show(
    State(env): State<Env>,
    entry: InBatch<WatchRooms>,
    Path((_, sitting, room)): Path<(String, String, String)>,
) -> PageResult<Response> {
    let mut tx = env.db.read().await?;
    let zh = Visit { t: ZH, ..Visit::default() };
    let (at, standing) = desk::standing(&mut tx, &entry, &sitting, &room).await?;
    let marks = &standing.marks;
    let written = Record::read(&mut tx, &at).await?;
    let seats = arrangement::numbered_seats(&mut tx, &at.room.id).await?;
    let seat_labels: Vec<(&str, String)> =
        seats.iter().map(|one| (one.seat.id.as_str(), label(one.seat.ordinal, one.seat.number))).collect();
    let labels_of = seat_labels.iter().map(|(seat, label)| (*seat, label.as_str())).collect();
    let lines = written.lines(&env, &labels_of, &zh)?;
    let expected = seats.len();
    let absent: Vec<_> = seats.iter().filter(|one| marks.get(&one.seat.id) == Some(&Mark::Absent)).collect();
    let absent_seats: Vec<_> = absent.iter().map(|one| one.seat.clone()).collect();
    let names = look::names(&mut tx, &env, &absent_seats).await?;
    let site = venue::site(&mut tx, &at.room.site_id).await?.ok_or(PageError::NotFound)?;
    drop(tx);

    let absentees: Vec<Value> = absent
        .iter()
        .map(|one| {
            json!({
                "seat": label(one.seat.ordinal, one.seat.number),
                "number": one.admission_number.as_ref().map(ToString::to_string).unwrap_or_default(),
                "name": names.get(&one.seat.application_id).cloned().unwrap_or_default(),
            })
        })
        .collect();
    let is_violation = |line: &&RecordLine| line.sort == EventSort::Violation && !line.is_struck_out;
    let present = marks.values().filter(|mark| **mark == Mark::Present).count();
    let (from, until) = (at.sitting.starts_at, at.sitting.ends_at);
    let room = ZH.n("sitting-room-number", at.room.ordinal);
    let closing = at.closing.as_ref();
    let data = json!({
        "language": "zh",
        "title": format!("{} {room}", ZH.s("room-sheet-heading")),
        "date": from.day(),
        "labels": labels(&[
            "heading", "site", "room", "session", "subject", "expected", "present", "absent", "violations", "state",
            "absentees", "nobody", "lines", "nothing", "time", "seat", "what", "note", "by", "statement",
            "invigilators", "chief", "page",
        ]),
        "plan": entry.batch.title_zh,
        "site": site.name_zh,
        "room": format!("{room} {}", at.room.room_name),
        "session": format!("{} {}–{}", from.day(), from.clock_text(), until.clock_text()),
        "subject": at.sitting.name_zh,
        "expected": expected.to_string(),
        "present": closing.map_or(i64::try_from(present).unwrap_or(0), |row| row.present).to_string(),
        "absent": absentees.len().to_string(),
        "violations": lines.iter().filter(is_violation).count().to_string(),
        "state": closing.map_or_else(
            || ZH.s("room-is-open"),
            |row| format!("{} {}", ZH.s("room-is-closed"), row.closed_at.clock_text()),
        ),
        "absentees": absentees,
        "lines": lines.iter().map(line).collect::<Vec<_>>(),
    });
    let name = format!("record-{}-{:02}.pdf", entry.batch.code, at.room.ordinal);
    Ok(web::inline(&name, "application/pdf", pdf(data).await?))
}

fn line(line: &RecordLine) -> Value {
    let amount = match line.sort {
        EventSort::ExtraTime => ZH.n("record-minutes", line.amount),
        EventSort::LateAnswers => ZH.n("record-late-answers", line.amount),
        EventSort::Incident | EventSort::Violation | EventSort::MachineChange => String::new(),
    };
    let parts = [ZH.s(line.sort.key()), line.kind.clone(), amount];
    let what: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    json!({
        "time": line.at.clock_text(),
        "seat": if line.label.is_empty() { ZH.s("record-whole-room") } else { line.label.clone() },
        "what": what.join("　"),
        "note": line.note,
        "by": line.by,
        "struck": line.is_struck_out,
    })
}

fn labels(names: &[&str]) -> Map<String, Value> {
    let label = |name: &&str| ((*name).to_owned(), Value::String(ZH.s(&format!("room-sheet-{name}"))));
    names.iter().map(label).collect()
}

/// Typesets away from the threads that answer requests.
async fn pdf(data: Value) -> PageResult<Vec<u8>> {
    let done = tokio::task::spawn_blocking(move || typeset(data)).await;
    done.map_err(|error| PageError::Internal(error.to_string()))?
}

fn typeset(mut data: Value) -> PageResult<Vec<u8>> {
    for _ in 0..UNKNOWN_SIGNS_MAX {
        match ROOM_RECORD.pdf(&data, &[]) {
            Ok(pdf) => return Ok(pdf),
            Err(PrintRefused::MissingGlyph { character, .. }) => replace_sign(&mut data, character),
            Err(refused @ (PrintRefused::Layout { .. } | PrintRefused::BadImage { .. })) => {
                return Err(PageError::Internal(refused.to_string()));
            }
        }
    }
    Err(PageError::Internal("a room's record has more unknown signs than are replaced".into()))
}

fn replace_sign(data: &mut Value, sign: char) {
    match data {
        Value::String(text) => *text = text.replace(sign, UNKNOWN_SIGN),
        Value::Array(list) => list.iter_mut().for_each(|one| replace_sign(one, sign)),
        Value::Object(map) => map.values_mut().for_each(|one| replace_sign(one, sign)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sign_without_a_glyph_is_replaced_everywhere() {
        let mut data = json!({ "lines": [{ "note": "手机\u{1F4F1}响" }], "n": 1 });
        replace_sign(&mut data, '\u{1F4F1}');
        assert_eq!(data["lines"][0]["note"], "手机？响");
    }
}
