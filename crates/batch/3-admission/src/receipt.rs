//! Taking the fee of an accepted applicant.
use ::store::Tx;
use identity::{Env, Subject};
use kernel::Money;
use plan::{Batch, BatchLevel};
use registration::Application;
use serde_json::json;
use web::{Message, PageError, PageResult};

use crate::{
    Act, AdmissionRefused, Payment, ReceiptNumber,
    decision::{level_of, tell},
    rules::payment::check_amount,
    store::{self, Record, Taken},
};

/// A fee as it was entered.
#[derive(Debug, Clone)]
pub(crate) struct Offer<'a> {
    pub application: &'a Application,
    pub amount: Money,
    pub receipt: ReceiptNumber,
}

/// Records a fee. The caller holds the batch's row, saw to it that the applicant belongs to the
/// registrar's point, and commits; a refusal inside leaves nothing to commit.
///
/// # Errors
/// Outside: stale when the application changed meanwhile; storage. Inside: what a rule refused.
pub(crate) async fn take(
    tx: &mut Tx,
    env: &Env,
    who: &Subject,
    batch: &Batch,
    levels: &[BatchLevel],
    offer: Offer<'_>,
) -> PageResult<Result<(), AdmissionRefused>> {
    let application = offer.application;
    let record = store::record(tx, &application.id).await?;
    let level = level_of(levels, application)?;
    let allowed = Record::state(record.as_ref(), application)
        .after(Act::Pay)
        .and_then(|_| check_amount(level.fee, offer.amount));
    if let Err(refused) = allowed {
        return Ok(Err(refused));
    }
    let payment = Payment {
        application_id: application.id.clone(),
        amount: offer.amount,
        receipt_number: offer.receipt,
        recorded_by: who.account_id.clone(),
        recorded_at: env.now(),
    };
    match store::insert_payment(tx, &batch.code, &payment).await? {
        Taken::Written => {}
        Taken::AlreadyPaid => return Ok(Err(AdmissionRefused::AlreadyPaid)),
        Taken::ReceiptUsed => {
            return Ok(Err(AdmissionRefused::ReceiptTaken(payment.receipt_number.to_string())));
        }
    }
    if !store::pay(tx, &application.id, application.version).await? {
        return Err(PageError::Stale);
    }
    let person = person::load(tx, &env.vault, &application.person_id).await?;
    let text = Message::new("admission-text-paid")
        .with("batch", &batch.title_zh)
        .with("amount", payment.amount)
        .with("receipt", &payment.receipt_number);
    tell(tx, env, &person, "message-admission-payment", &text).await?;
    who.note("admission.payment", "application", application.id.as_str())
        .batch(batch.code.as_str())
        .payload(json!({ "amount": payment.amount, "receipt": payment.receipt_number }))
        .record(tx, env)
        .await?;
    Ok(Ok(()))
}
