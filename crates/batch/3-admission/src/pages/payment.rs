//! Fees: those still due, and the forms in which they are recorded.
use std::collections::HashMap;

use ::store::Tx;
use askama::Template;
use axum::{
    extract::{Path, Query, State as Extract},
    response::Response,
};
use identity::Env;
use kernel::Money;
use person::Person;
use plan::{Batch, BatchLevel, BatchPoint, InBatch, RecordPayment};
use registration::Application;
use web::{Form, Markup, Message, PageError, PageResult, Visit};

use super::{
    filter::{Asked, FilterQuery, Paged, read_page},
    hold,
    queue::{level_name, point_name},
};
use crate::{
    AdmissionRefused, Payment, ReceiptNumber, State,
    decision::{level_of, report},
    receipt::{Offer, take as take_fee},
    standing::by_level,
    store::{
        self, Record,
        queue::{Filter, Part},
    },
};

/// One fee still due.
struct Due {
    application: Application,
    person: Person,
    fee: Money,
}

#[derive(Template)]
#[template(path = "admission/payments.html")]
struct PaymentsPage<'a> {
    v: &'a Visit,
    head: Markup,
    batch: &'a Batch,
    asked: Asked,
    paged: Paged,
    form: Form,
    dues: Vec<Due>,
    /// Fees due in all.
    found: i64,
    paid: i64,
    levels: Vec<BatchLevel>,
    points: Vec<BatchPoint>,
    is_frozen: bool,
}

impl PaymentsPage<'_> {
    fn level_name(&self, row: &Application) -> String {
        level_name(self.v, &self.levels, row)
    }

    fn point_name(&self, row: &Application) -> String {
        point_name(self.v, &self.points, &row.point_path)
    }

    fn is_narrowed_to(&self, point: &BatchPoint) -> bool {
        self.asked.filter.point.as_ref() == Some(&point.point_path)
    }

    fn receipt(&self, row: &Application) -> String {
        self.form.value(&receipt_field(row)).to_owned()
    }

    fn is_ticked(&self, row: &Application) -> bool {
        self.form.all("paid").iter().any(|id| *id == row.id.as_str())
    }
}

fn receipt_field(row: &Application) -> String {
    format!("receipt-{}", row.id)
}

#[derive(Template)]
#[template(path = "admission/payment.html")]
struct PaymentPage<'a> {
    v: &'a Visit,
    head: Markup,
    batch: &'a Batch,
    application: &'a Application,
    person: Person,
    level: BatchLevel,
    state: State,
    payment: Option<Payment>,
    form: Form,
}

impl PaymentPage<'_> {
    fn level_name(&self) -> String {
        level_name(self.v, std::slice::from_ref(&self.level), self.application)
    }
}

/// GET /batches/{code}/payments
pub async fn list(
    Extract(env): Extract<Env>,
    entry: InBatch<RecordPayment>,
    Query(query): Query<FilterQuery>,
    v: Visit,
) -> PageResult<Response> {
    let mut tx = env.db.read().await?;
    let page = list_page(&mut tx, &env, &entry, &v, Form::default(), &query).await?;
    web::page(&v, &v.t.s("admission-payments"), &page)
}

async fn list_page<'a>(
    tx: &mut Tx,
    env: &Env,
    entry: &'a InBatch<RecordPayment>,
    v: &'a Visit,
    form: Form,
    query: &FilterQuery,
) -> PageResult<PaymentsPage<'a>> {
    let batch = &entry.batch;
    let levels = plan::levels(tx, &batch.code).await?;
    let part = Part::held(batch, &entry.at);
    let asked = asked(query);
    let totals =
        by_level(&store::queue::counts(tx, part, &Filter { state: None, ..asked.filter.clone() }).await?);
    let sum = |wanted: &[State]| -> i64 {
        totals.iter().filter(|total| wanted.contains(&total.state)).map(|total| total.count).sum()
    };
    let (found, paid) = (sum(&[State::Accepted]), sum(&[State::Paid, State::Admitted]));
    let paged = read_page(tx, part, &asked).await?;
    let ids: Vec<_> = paged.rows.iter().map(|row| row.application_id.clone()).collect();
    let applications = registration::applications_chosen(tx, &ids).await?;
    let ids: Vec<_> = applications.iter().map(|row| row.person_id.clone()).collect();
    let people = person::load_many(tx, &env.vault, &ids).await?;
    let people: HashMap<_, _> = people.into_iter().map(|person| (person.id.clone(), person)).collect();
    let mut dues = Vec::new();
    for application in applications {
        let Some(person) = people.get(&application.person_id).cloned() else { continue };
        let fee = level_of(&levels, &application)?.fee;
        dues.push(Due { application, person, fee });
    }
    Ok(PaymentsPage {
        head: plan::stage_head(tx, entry, 3, v, env.now()).await?,
        points: plan::points(tx, &batch.code).await?,
        is_frozen: store::is_frozen(tx, &batch.code).await?,
        v,
        batch,
        asked,
        paged,
        form,
        dues,
        found,
        paid,
        levels,
    })
}

/// Whatever state the address says: fees are due from the accepted.
fn asked(query: &FilterQuery) -> Asked {
    let mut asked = query.read();
    asked.filter.state = Some(State::Accepted);
    asked
}

/// POST /batches/{code}/payments: every row that is ticked or has a receipt number; all or none.
pub async fn take_many(
    Extract(env): Extract<Env>,
    entry: InBatch<RecordPayment>,
    Query(query): Query<FilterQuery>,
    v: Visit,
    mut form: Form,
) -> PageResult<Response> {
    let chosen = chosen(&form);
    if chosen.is_empty() {
        return Err(PageError::refused("admission-nothing-chosen"));
    }
    let mut tx = env.db.write().await?;
    hold(&mut tx, &entry.batch).await?;
    let levels = plan::levels(&mut tx, &entry.batch.code).await?;
    for id in &chosen {
        let application = application(&mut tx, &entry, id).await?;
        let field = receipt_field(&application);
        let amount = Money::parse(form.value(&format!("amount-{id}")));
        let amount = amount.map_err(|_| PageError::refused("form-unreadable"))?;
        let taken = match ReceiptNumber::parse(form.value(&field)) {
            Ok(receipt) => {
                let offer = Offer { application: &application, amount, receipt };
                take_fee(&mut tx, &env, &entry.who, &entry.batch, &levels, offer).await?
            }
            Err(refused) => Err(refused),
        };
        if let Err(refused) = taken {
            form.refuse(&field, in_row(&application, &refused));
        }
    }
    if !form.is_ok() {
        drop(tx);
        let mut tx = env.db.read().await?;
        let page = list_page(&mut tx, &env, &entry, &v, form, &query).await?;
        return web::page_again(&v, &v.t.s("admission-payments"), &page, false);
    }
    report(&mut tx, &env, &entry.batch).await?;
    tx.commit().await?;
    let to = format!("/batches/{}/payments?{}", entry.batch.code, asked(&query).here());
    Ok(web::done(&to, "admission-done-payments"))
}

/// Ids of the rows that are ticked or have a receipt number, in the order of ids.
fn chosen(form: &Form) -> Vec<String> {
    let filled = form.with_prefix("receipt-").filter(|(_, receipt)| !receipt.is_empty());
    let mut ids: Vec<String> = filled.map(|(id, _)| id.to_owned()).collect();
    ids.extend(form.all("paid").iter().cloned());
    ids.sort();
    ids.dedup();
    ids
}

/// A refusal of one row among many: the row is named by its serial.
fn in_row(row: &Application, refused: &AdmissionRefused) -> Message {
    let key = match refused {
        AdmissionRefused::Receipt => "admission-row-receipt",
        AdmissionRefused::ReceiptTaken(_) => "admission-row-receipt-taken",
        AdmissionRefused::WrongAmount { .. } => "admission-row-amount",
        AdmissionRefused::AlreadyPaid => "admission-row-paid",
        AdmissionRefused::NotPending
        | AdmissionRefused::Withdrawn
        | AdmissionRefused::Frozen
        | AdmissionRefused::ReasonNeeded
        | AdmissionRefused::DepartureNeedsReason
        | AdmissionRefused::NotAccepted
        | AdmissionRefused::PendingLeft(_)
        | AdmissionRefused::NothingChosen
        | AdmissionRefused::NobodyPaid => "admission-row-not-due",
    };
    Message::new(key).with("serial", row.serial)
}

/// An application of the batch at the registrar's point.
async fn application(tx: &mut Tx, entry: &InBatch<RecordPayment>, id: &str) -> PageResult<Application> {
    let application = registration::application(tx, id).await?.ok_or(PageError::NotFound)?;
    if application.batch_code == entry.batch.code && entry.reaches(&application.point_path) {
        return Ok(application);
    }
    Err(PageError::NotFound)
}

/// GET /batches/{code}/admission/{application_id}/payment
pub async fn show(
    Extract(env): Extract<Env>,
    entry: InBatch<RecordPayment>,
    Path((_, id)): Path<(String, String)>,
    v: Visit,
) -> PageResult<Response> {
    let mut tx = env.db.read().await?;
    let application = application(&mut tx, &entry, &id).await?;
    let page = one_page(&mut tx, &env, &entry, &v, &application, None).await?;
    web::page(&v, &v.t.s("admission-payment"), &page)
}

async fn one_page<'a>(
    tx: &mut Tx,
    env: &Env,
    entry: &'a InBatch<RecordPayment>,
    v: &'a Visit,
    application: &'a Application,
    form: Option<Form>,
) -> PageResult<PaymentPage<'a>> {
    let batch = &entry.batch;
    let level = level_of(&plan::levels(tx, &batch.code).await?, application)?;
    let record = store::record(tx, &application.id).await?;
    Ok(PaymentPage {
        head: plan::stage_head(tx, entry, 3, v, env.now()).await?,
        person: person::load(tx, &env.vault, &application.person_id).await?,
        state: Record::state(record.as_ref(), application),
        payment: store::payment(tx, &application.id).await?,
        form: form.unwrap_or_else(|| Form::filled(&[("amount", &level.fee.to_string())])),
        v,
        batch,
        application,
        level,
    })
}

/// POST /batches/{code}/admission/{application_id}/payment
pub async fn take(
    Extract(env): Extract<Env>,
    entry: InBatch<RecordPayment>,
    Path((_, id)): Path<(String, String)>,
    v: Visit,
    mut form: Form,
) -> PageResult<Response> {
    let amount = form.parse("amount", Money::parse);
    let receipt = form.parse("receipt_number", ReceiptNumber::parse);
    super::find(&env, &entry, &id).await?;
    let mut tx = env.db.write().await?;
    hold(&mut tx, &entry.batch).await?;
    let application = application(&mut tx, &entry, &id).await?;
    if let (Some(amount), Some(receipt)) = (amount, receipt) {
        let levels = plan::levels(&mut tx, &entry.batch.code).await?;
        let offer = Offer { application: &application, amount, receipt };
        match take_fee(&mut tx, &env, &entry.who, &entry.batch, &levels, offer).await? {
            Ok(()) => {
                report(&mut tx, &env, &entry.batch).await?;
                tx.commit().await?;
                let to = format!("/batches/{}/payments", entry.batch.code);
                return Ok(web::done(&to, "admission-done-payment"));
            }
            Err(refused @ AdmissionRefused::WrongAmount { .. }) => form.refuse("amount", refused.message()),
            Err(refused @ AdmissionRefused::ReceiptTaken(_)) => {
                form.refuse("receipt_number", refused.message())
            }
            Err(refused) => return Err(refused.into()),
        }
    }
    drop(tx);
    let mut tx = env.db.read().await?;
    let page = one_page(&mut tx, &env, &entry, &v, &application, Some(form)).await?;
    web::page_again(&v, &v.t.s("admission-payment"), &page, false)
}
