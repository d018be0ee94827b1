//! Confirming a site: everybody there gets their admission number, made of where they sit first.
use std::collections::{BTreeMap, HashMap, HashSet};

use ::store::Tx;
use identity::{Env, Subject};
use kernel::{AdmissionNumber, Day, Digest, UnixMicros};
use plan::Batch;
use serde_json::json;
use web::{PageError, PageResult};

use crate::{
    ground, progress,
    rules::{
        ArrangementRefused,
        admission_number::{FirstSeat, Series, admission_numbers, series, width},
        lots::{seat_line, seats_digest},
        may_confirm,
    },
    store::{self, SeriesRow, SitePlan},
};

/// What a confirmation writes, worked out before its transaction.
pub(crate) struct Prepared {
    series: SeriesRow,
    numbers: BTreeMap<String, AdmissionNumber>,
    digest: Digest,
}

/// Works out everybody's number from the seats as they are.
pub(crate) async fn prepare(tx: &mut Tx, batch: &Batch, site: &SitePlan) -> PageResult<Prepared> {
    may_confirm(site.status, site.asked_at.is_some())?;
    let code = &batch.code;
    let seats = store::seats_of_site(tx, code, &site.site_id).await?;
    let starts: HashMap<String, UnixMicros> =
        store::sittings(tx, code).await?.into_iter().map(|one| (one.id, one.starts_at)).collect();
    let mut seen = HashSet::new();
    let (mut first, mut lines) = (Vec::new(), Vec::new());
    for seat in &seats {
        let at = starts.get(&seat.sitting_id).copied().unwrap_or(UnixMicros::new(0));
        lines.push(seat_line(&seat.application_id, at, (seat.ordinal, seat.number), &seat.form_letter));
        if seen.insert(&seat.application_id) {
            first.push(FirstSeat {
                application: seat.application_id.clone(),
                ordinal: seat.ordinal,
                number: seat.number,
            });
        }
    }
    let row = match store::series(tx, code).await? {
        Some(row) => row,
        None => new_series(tx, batch).await?,
    };
    let sites = i64::try_from(store::site_plans(tx, code).await?.len()).unwrap_or(i64::MAX);
    let of_site = Series {
        exam: batch.exam_date,
        batch: row.series,
        site: site.place,
        sites,
        room_width: row.room_width,
        seat_width: row.seat_width,
    };
    let numbers =
        admission_numbers(&of_site, &first).map_err(|error| PageError::Internal(error.to_string()))?;
    Ok(Prepared { series: row, numbers, digest: seats_digest(lines) })
}

/// The first site of a batch settles its running number, and how many digits the largest site may need.
async fn new_series(tx: &mut Tx, batch: &Batch) -> PageResult<SeriesRow> {
    let taken = store::series_of_year(tx, i64::from(Day::year(batch.exam_date))).await?;
    let series = series(batch.code.as_str(), &taken).ok_or(ArrangementRefused::SeriesFull)?;
    let needs = ground::load_needs(tx, &batch.code).await?;
    let (mut rooms, mut seats) = (BTreeMap::new(), 0);
    for room in venue::all_rooms(tx).await? {
        let times = needs.iter().filter(|need| need.room_kind() == room.kind).count();
        *rooms.entry(room.site_id.clone()).or_insert(0) += times;
        seats = seats.max(room.row_count * room.column_count);
    }
    let rooms = i64::try_from(rooms.into_values().max().unwrap_or(0)).unwrap_or(i64::MAX);
    Ok(SeriesRow { series, room_width: width(rooms), seat_width: width(seats) })
}

/// Confirms the site as it was seen, gives the numbers, and with the last site confirms the batch.
pub(crate) async fn confirm(
    tx: &mut Tx,
    env: &Env,
    who: &Subject,
    (batch, site): (&Batch, &SitePlan),
    prepared: &Prepared,
) -> PageResult<()> {
    let code = &batch.code;
    if !store::hold(tx, code).await? || !store::confirm_site(tx, site, &who.account_id, env.now()).await? {
        return Err(PageError::Stale);
    }
    let year = i64::from(Day::year(batch.exam_date));
    store::insert_series(tx, code, year, &prepared.series).await?;
    // Another batch of the year was faster, or another site of this one settled it otherwise.
    if store::series(tx, code).await? != Some(prepared.series) {
        return Err(PageError::Stale);
    }
    store::insert_numbers(tx, code, &prepared.numbers).await?;
    store::confirm_whole(tx, code, env.now()).await?;
    progress::report(tx, env, code).await?;
    let payload = json!({
        "site": site.site_id, "draws": site.draws, "drawn": site.digest, "seats": prepared.digest.to_string(),
        "numbers": prepared.numbers.len(),
    });
    let note = who.note("seat_plan.confirm", "seat_plan", code.as_str()).batch(code.as_str());
    Ok(note.payload(payload).record(tx, env).await?)
}
