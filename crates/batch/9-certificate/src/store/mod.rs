//! Certificates: the rows, by noun.
mod certificate;
mod order;
mod serial;

pub use certificate::{Certificate, CertificateStatus, certificate_of, certificates, certified};
pub(crate) use certificate::{
    Counts, NewIntent, Signed, by_number, counts, finish, insert_intent, intended, of_applications, place,
    revoke,
};
pub(crate) use order::{NewOrder, Order, insert_many, of_batch, refuse, retry_refused, waiting};
pub(crate) use serial::next_serial;

/// Every named statement, for the test that prepares them on both engines.
#[must_use]
pub fn queries() -> Vec<(&'static str, &'static str)> {
    [certificate::ALL_QUERIES, order::ALL_QUERIES, serial::ALL_QUERIES].concat()
}
