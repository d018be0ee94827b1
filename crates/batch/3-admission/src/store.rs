//! Admission: the rows, by noun.
pub(crate) mod acceptance;
mod list;
mod payment;
pub(crate) mod queue;
mod reason;
mod review;
mod standing;

pub use list::{Frozen, admitted, admitted_by_batch, admitted_by_level, frozen, is_frozen};
pub(crate) use list::{freeze, hold, insert_admitted, settle_admitted, settle_left_out};
pub use payment::Payment;
pub(crate) use payment::{Taken, insert_payment, payment};
pub use reason::seed;
pub(crate) use reason::{Reason, reasons};
pub(crate) use review::{NamedReview, NewReview, insert_review, recorded};
pub use review::{ReviewRow, proposal, reviews};
pub use standing::{Applied, applied};
pub(crate) use standing::{Record, count, decide, drawn, full_records, pay, record, records};

/// Every named statement, for the test that prepares them on both engines.
#[must_use]
pub fn queries() -> Vec<(&'static str, &'static str)> {
    [
        acceptance::ALL_QUERIES,
        list::ALL_QUERIES,
        payment::ALL_QUERIES,
        reason::ALL_QUERIES,
        review::ALL_QUERIES,
        standing::ALL_QUERIES,
    ]
    .concat()
}
