//! Registration: the rows, by noun.
mod application;
mod book;
mod chosen;
mod consent;
mod demand;
mod figure;
mod filed;
mod owner;
pub(crate) mod passed;
pub(crate) mod roster;
pub(crate) mod roster_row;
mod serial;

pub(crate) use application::{
    Filter, count, elsewhere, everywhere, hand_in_again, insert_many, listed, of_people, of_person, rewrite,
};
pub use application::{Total, application, applications, applications_of_phone, set_status, settle, totals};
pub use book::is_closed;
pub(crate) use book::{close_book, next_serial, open_book, raise_serial, report_progress};
pub use chosen::applications_chosen;
pub(crate) use consent::insert as insert_consent;
pub use demand::{applied_by_batch, demand};
pub(crate) use figure::{Figure, figure, figures};
pub(crate) use filed::filed_by;
pub use filed::{Filed, filed};
pub use owner::{holders, standing_people};
pub(crate) use serial::serial_holders;

/// Every named statement, for the test that prepares them on both engines.
#[must_use]
pub fn queries() -> Vec<(&'static str, &'static str)> {
    [
        application::ALL_QUERIES,
        book::ALL_QUERIES,
        consent::ALL_QUERIES,
        demand::ALL_QUERIES,
        figure::ALL_QUERIES,
        filed::ALL_QUERIES,
        passed::ALL_QUERIES,
        roster::ALL_QUERIES,
        roster_row::ALL_QUERIES,
    ]
    .concat()
}
