//! The admission ticket (准考证), for the office and for its owner.
use ::store::Tx;
use axum::{
    extract::{Path, State},
    response::Response,
};
use identity::{Env, Kind, Subject};
use kernel::{BatchCode, UnixMicros};
use plan::{Arrange, Batch, BatchComponent, InBatch};
use registration::Application;
use serde_json::{Value, json};
use web::{PageError, PageResult};

use super::document::{ADMISSION_TICKET, ZH, day_text, labels, pdf, two_digits};
use crate::{
    Seat, Sitting,
    rules::{ArrangementRefused, PlanStatus, may_print_own_ticket},
    store,
};

/// When tickets open, if the plan says so.
///
/// # Errors
/// Storage.
pub(crate) async fn opens_at(tx: &mut Tx, batch: &BatchCode) -> sqlx::Result<Option<UnixMicros>> {
    Ok(plan::window(tx, batch, "tickets").await?.map(|window| window.opens_at))
}

/// GET /batches/{code}/tickets/{application_id}.pdf
pub async fn of_anybody(
    State(env): State<Env>,
    entry: InBatch<Arrange>,
    Path((_, ticket)): Path<(String, String)>,
) -> PageResult<Response> {
    let id = ticket.strip_suffix(".pdf").ok_or(PageError::NotFound)?;
    let mut tx = env.db.read().await?;
    let application = registration::application(&mut tx, id).await?.ok_or(PageError::NotFound)?;
    if application.batch_code != entry.batch.code {
        return Err(PageError::NotFound);
    }
    let seats = store::seats_of_application(&mut tx, id).await?;
    let site = seats.first().ok_or(PageError::NotFound)?.site_id.clone();
    let site = venue::site(&mut tx, &site).await?.ok_or(PageError::NotFound)?;
    if !entry.reaches(&site.org_path) {
        return Err(PageError::NotFound);
    }
    if !store::is_confirmed(&mut tx, &entry.batch.code).await? {
        return Err(ArrangementRefused::NotConfirmed.into());
    }
    print(&env, tx, &entry.batch, &application, seats).await
}

/// GET /my/tickets/{application_id}
pub async fn own(State(env): State<Env>, who: Subject, Path(id): Path<String>) -> PageResult<Response> {
    let phone = match who.kind {
        Kind::Candidate => who.phone_index.as_deref(),
        Kind::Staff => None,
    };
    let phone = phone.ok_or(PageError::NotFound)?;
    let mut tx = env.db.read().await?;
    let mine = registration::applications_of_phone(&mut tx, phone).await?;
    let application = mine.into_iter().find(|one| one.id.as_str() == id).ok_or(PageError::NotFound)?;
    let code = &application.batch_code;
    let batch = plan::batch(&mut tx, code.as_str()).await?.ok_or(PageError::NotFound)?;
    let status: Option<PlanStatus> = store::seat_plan(&mut tx, code).await?.map(|plan| plan.status);
    may_print_own_ticket(status, opens_at(&mut tx, code).await?, env.now())?;
    let seats = store::seats_of_application(&mut tx, &id).await?;
    if seats.is_empty() {
        return Err(PageError::NotFound);
    }
    print(&env, tx, &batch, &application, seats).await
}

async fn print(
    env: &Env,
    mut tx: Tx,
    batch: &Batch,
    application: &Application,
    seats: Vec<Seat>,
) -> PageResult<Response> {
    let number = store::admission_numbers(&mut tx, &batch.code)
        .await?
        .remove(application.id.as_str())
        .ok_or(ArrangementRefused::NotConfirmed)?;
    let photo = registration::photo(&mut tx, &env.vault, &env.blobs, application).await?;
    let subjects = subjects(&mut tx, application, &seats).await?;
    let mut data = facts(&mut tx, env, batch, application).await?;
    drop(tx);
    data["number"] = json!(number);
    data["subjects"] = Value::Array(subjects);
    data["photo"] = photo.as_ref().map_or(Value::Null, |_| json!("photo.jpg"));
    let photo_label = if photo.is_some() { "ticket-photo" } else { "ticket-paste-photo" };
    data["labels"]["photo"] = json!(ZH.s(photo_label));
    data["qr"] = json!("qr.svg");
    let qr = print::qr_svg(number.as_str()).map_err(|error| PageError::Internal(error.to_string()))?;
    let mut pictures = vec![("qr.svg", qr.into_bytes())];
    pictures.extend(photo.map(|jpeg| ("photo.jpg", jpeg)));
    let pdf = pdf(ADMISSION_TICKET, data, pictures).await?;
    Ok(web::inline(&format!("ticket-{number}.pdf"), "application/pdf", pdf))
}

/// What does not depend on where they sit.
async fn facts(tx: &mut Tx, env: &Env, batch: &Batch, application: &Application) -> PageResult<Value> {
    let person = person::load(tx, &env.vault, &application.person_id).await?;
    let organisation = organisation::by_path(tx, &batch.org_path).await?;
    let levels = plan::levels(tx, &batch.code).await?;
    let level = levels
        .into_iter()
        .find(|one| {
            one.occupation_code == application.occupation_code && one.level_code == application.level_code
        })
        .ok_or(PageError::NotFound)?;
    let plan = store::seat_plan(tx, &batch.code).await?;
    let confirmed = plan.and_then(|plan| plan.confirmed_at).ok_or(ArrangementRefused::NotConfirmed)?;
    let rules = ["ticket-rule-1", "ticket-rule-2", "ticket-rule-3", "ticket-rule-4", "ticket-rule-5"];
    Ok(json!({
        "language": "zh",
        "title": format!("{} {}", ZH.s("ticket-heading"), person.name),
        "date": confirmed.day(),
        "labels": labels("ticket", &[
            "heading", "number", "name", "document_number", "occupation", "job", "level", "subjects", "subject", "day",
            "site", "room", "seat", "rules", "scan",
        ]),
        "plan": batch.title_zh,
        "organisation": organisation.map(|one| one.name_zh).unwrap_or_default(),
        "name": person.name,
        "document_number": person.masked_document(),
        "occupation": level.occupation_zh,
        "job": Value::Null,
        "level": level.level_zh,
        "rules": rules.map(|key| ZH.s(key)),
    }))
}

/// One line a component: when, where, which seat.
async fn subjects(tx: &mut Tx, application: &Application, seats: &[Seat]) -> PageResult<Vec<Value>> {
    let components = plan::components(tx, &application.batch_code).await?;
    let sittings = store::sittings(tx, &application.batch_code).await?;
    let mut lines = Vec::new();
    for seat in seats {
        let sitting = sittings.iter().find(|one| one.id == seat.sitting_id).ok_or(PageError::NotFound)?;
        let site = venue::site(tx, &seat.site_id).await?.ok_or(PageError::NotFound)?;
        let (from, until) = sitting.turn(seat.turn);
        lines.push(json!({
            "subject": subject(&components, seat, sitting),
            "day": day_text(from.day()),
            "time": format!("{}–{}", from.clock_text(), until.clock_text()),
            "site": site.name_zh,
            "address": site.address,
            "room": two_digits(seat.ordinal),
            "seat": two_digits(seat.number),
        }));
    }
    Ok(lines)
}

/// The component by the name it has for this level.
fn subject<'a>(components: &'a [BatchComponent], seat: &Seat, sitting: &'a Sitting) -> &'a str {
    let own = components.iter().find(|one| {
        one.occupation_code == seat.occupation_code
            && one.level_code == seat.level_code
            && one.kind == sitting.component_kind
            && one.starts_at == sitting.starts_at
    });
    own.map_or(&sitting.name_zh, |one| &one.name_zh)
}
