//! The admission ticket (准考证), for the office and for its owner.
use ::store::Tx;
use axum::{
    extract::{Path, State},
    response::Response,
};
use identity::{Env, Kind, Subject};
use kernel::{BatchCode, UnixMicros};
use plan::{Arrange, Batch, InBatch, Window};
use registration::Application;
use web::{PageError, PageResult};

use crate::{
    NumberedSeat, Seat, SitePlan,
    document::{self, ticket::Tickets},
    rules::{ArrangementRefused, SiteStatus, may_print_own_ticket},
    store,
};

/// When tickets open, if the plan says so.
pub(crate) fn opens_at(windows: &[Window]) -> Option<UnixMicros> {
    windows.iter().find(|window| window.code == "tickets").map(|window| window.opens_at)
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
    let seats = store::numbered_seats_of(&mut tx, id).await?;
    let site = of_site(&mut tx, &entry.batch.code, seats.first().map(|one| &one.seat))
        .await?
        .ok_or(PageError::NotFound)?;
    if !entry.reaches(&site.site_path) {
        return Err(PageError::NotFound);
    }
    if site.status != SiteStatus::Confirmed {
        return Err(ArrangementRefused::NotConfirmed.into());
    }
    print(&env, tx, (&entry.batch, &site), &application, &seats).await
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
    let (batch, windows) = plan::planned(&mut tx, code.as_str()).await?.ok_or(PageError::NotFound)?;
    let seats = store::numbered_seats_of(&mut tx, &id).await?;
    let site = of_site(&mut tx, code, seats.first().map(|one| &one.seat)).await?;
    let Some(site) = site else {
        // Whoever is on the list waits for a seat; nobody else ever gets one here.
        let admitted = admission::admitted(&mut tx, code).await?;
        let waits = admitted.iter().any(|one| one.application_id == application.id);
        return Err(if waits { ArrangementRefused::NotConfirmed.into() } else { PageError::NotFound });
    };
    may_print_own_ticket(Some(site.status), opens_at(&windows), env.now())?;
    print(&env, tx, (&batch, &site), &application, &seats).await
}

/// The site at which somebody sits, by the first of their seats.
async fn of_site(tx: &mut Tx, batch: &BatchCode, first: Option<&Seat>) -> sqlx::Result<Option<SitePlan>> {
    match first {
        Some(seat) => store::site_plan(tx, batch, &seat.site_id).await,
        None => Ok(None),
    }
}

async fn print(
    env: &Env,
    mut tx: Tx,
    (batch, site): (&Batch, &SitePlan),
    application: &Application,
    seats: &[NumberedSeat],
) -> PageResult<Response> {
    let number = |one: &NumberedSeat| Some((one.seat.application_id.clone(), one.admission_number.clone()?));
    let numbers = seats.iter().filter_map(number).collect();
    let tickets = Tickets::load(&mut tx, batch, site, numbers).await?;
    let number = tickets.number(application.id.as_str())?.to_string();
    let seats: Vec<Seat> = seats.iter().map(|one| one.seat.clone()).collect();
    let ticket = tickets.ticket(&mut tx, env, application, &seats).await?;
    drop(tx);
    let pdf = document::pdf(tickets.document(&number, vec![ticket])).await?;
    Ok(web::inline(&format!("ticket-{number}.pdf"), "application/pdf", pdf))
}
