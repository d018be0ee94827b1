//! Registration: the rows, by noun.
mod application;
mod book;
mod consent;
mod upload;

pub(crate) use application::{
    Filter, count, everywhere, hand_in_again, insert_many, is_elsewhere, listed, of_person, rewrite,
};
pub use application::{Total, application, applications, applications_of_phone, set_status, settle, totals};
pub use book::{close_book, is_closed};
pub(crate) use book::{next_serial, open_book, raise_serial, report_progress};
pub(crate) use consent::{insert as insert_consent, of_application as consents};
pub(crate) use upload::{RosterUpload, confirm as confirm_upload, insert as insert_upload, upload, uploads};

/// Every named statement, for the test that prepares them on both engines.
#[must_use]
pub fn queries() -> Vec<(&'static str, &'static str)> {
    [application::ALL_QUERIES, book::ALL_QUERIES, consent::ALL_QUERIES, upload::ALL_QUERIES].concat()
}
