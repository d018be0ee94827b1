//! Certificates: the rows, by noun.
mod certificate;
mod handout;
mod order;
mod serial;

pub use certificate::{
    Certificate, CertificateStatus, certificate_of, certificates, certified, certified_by_batch,
};
pub(crate) use certificate::{
    Counts, NewIntent, Signed, by_number, counts, counts_of, finish, insert_intent, intended,
    of_applications, place, revoke,
};
pub use handout::Way;
pub(crate) use handout::{
    HandoutLine, NewHandout, Uncollected, count as handout_count, counts_by_point, hand_out,
    lines as handout_lines, place as handout_place, take_back, uncollected,
};
pub(crate) use order::{
    Listed, NewOrder, Order, OrderState, Wanted, count as order_count, ordered, page as order_page, refuse,
    retry_refused, stage, stand, waiting,
};
pub(crate) use serial::next_serial;

/// Every named statement, for the test that prepares them on both engines.
#[must_use]
pub fn queries() -> Vec<(&'static str, &'static str)> {
    [certificate::ALL_QUERIES, handout::ALL_QUERIES, order::ALL_QUERIES, serial::ALL_QUERIES].concat()
}
