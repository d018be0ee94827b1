//! Fees received: the rows.
use ::store::{Tx, on, queries};
use kernel::{BatchCode, Money, UnixMicros};
use registration::ApplicationId;
use sqlx::FromRow;

use crate::rules::payment::ReceiptNumber;

/// A fee that was received.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Payment {
    /// For which application.
    pub application_id: ApplicationId,
    /// How much.
    pub amount: Money,
    /// Number of the receipt.
    pub receipt_number: ReceiptNumber,
    /// Account that recorded it.
    pub recorded_by: String,
    /// When.
    pub recorded_at: UnixMicros,
}

/// What became of a payment that was to be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Taken {
    /// It was written.
    Written,
    /// The application has one.
    AlreadyPaid,
    /// Another application has this receipt.
    ReceiptUsed,
}

queries! {
    INSERT_PAYMENT = "INSERT INTO admission_payment (application_id, batch_code, amount, receipt_number,
                      recorded_by, recorded_at) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING";
    PAYMENT = "SELECT application_id, amount, receipt_number, recorded_by, recorded_at
               FROM admission_payment WHERE application_id = $1";
}

/// Writes a payment unless the application has one or the receipt was used in the batch.
pub(crate) async fn insert_payment(tx: &mut Tx, batch: &BatchCode, new: &Payment) -> sqlx::Result<Taken> {
    let done = on!(&mut *tx, |conn| sqlx::query(INSERT_PAYMENT)
        .bind(&new.application_id)
        .bind(batch)
        .bind(new.amount)
        .bind(&new.receipt_number)
        .bind(&new.recorded_by)
        .bind(new.recorded_at)
        .execute(conn)
        .await
        .map(|done| done.rows_affected()))?;
    if ::store::was_changed(done) {
        return Ok(Taken::Written);
    }
    let known = payment(tx, &new.application_id).await?;
    Ok(if known.is_some() { Taken::AlreadyPaid } else { Taken::ReceiptUsed })
}

/// The payment of an application, if there is one.
pub(crate) async fn payment(tx: &mut Tx, application: &ApplicationId) -> sqlx::Result<Option<Payment>> {
    on!(tx, |conn| sqlx::query_as(PAYMENT).bind(application).fetch_optional(conn).await)
}
