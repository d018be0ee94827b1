//! Seat plans: the rows. One function per sentence.
mod number;
mod plan;
mod row;
mod seat;

pub use number::{admission_numbers, admission_numbers_of, application_by_admission_number};
pub(crate) use number::{insert_numbers, insert_series, series_of_year};
pub(crate) use plan::{Draw, begin_draw, confirm, replace_plan};
pub use plan::{is_confirmed, seat_plan};
pub(crate) use row::new_plan;
pub use row::{RoomPaper, RoomUse, Seat, SeatPlan, SitePeople, Sitting, SittingSite};
pub use seat::{
    room_papers, room_use, room_uses, seat, seat_counts, seats, seats_of_application, seats_of_room,
    seats_of_sitting, site_people, sitting, sitting_sites, sittings,
};

/// Every named statement of this stage, for the test that prepares them on both engines.
#[must_use]
pub fn all_queries() -> Vec<(&'static str, &'static str)> {
    [number::ALL_QUERIES, plan::ALL_QUERIES, seat::ALL_QUERIES].concat()
}
