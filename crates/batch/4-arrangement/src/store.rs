//! Seat plans: the rows. One function per sentence.
mod held;
mod in_use;
pub(crate) mod moving;
mod number;
mod numbered;
pub(crate) mod pack;
mod plan;
mod row;
mod seat;
mod site;
mod write;

pub(crate) use held::{RoomAtSite, rooms_at, sittings_at};
pub use in_use::{RoomInUse, rooms_in_use};
pub(crate) use number::{SeriesRow, insert_numbers, insert_series, series, series_of_year};
pub use number::{admission_numbers, application_by_admission_number, numbers_of};
pub use numbered::{NumberedSeat, numbered_seats, room_beside_sittings, room_in_sitting, room_of_seat};
pub(crate) use numbered::{numbered_seats_of, sites_of};
pub(crate) use plan::{confirm_whole, hold, open};
pub use plan::{is_confirmed, seat_plan};
pub(crate) use row::NewPlan;
pub(crate) use row::new_plan;
pub use row::{RoomPaper, RoomUse, Seat, SeatPlan, SiteFigures, Sitting, SittingSite};
pub use seat::{
    room_papers, room_use, room_uses, room_uses_of_site, seat, seat_counts, seated_at, seats,
    seats_of_application, seats_of_kind, seats_of_room, seats_of_site, seats_of_sitting, site_figures,
    sitting, sitting_sites, sittings,
};
pub(crate) use site::site_plans_of;
pub(crate) use site::{
    Draw, ask, ask_again, begin_drawing, confirm_site, finish_drawing, insert_site, owed, refuse_drawing,
    stop_asking, touch_site,
};
pub use site::{SitePlan, site_plan, site_plans};
pub(crate) use write::{clear_some, insert_ground, insert_seats, insert_sittings, set_ends};

/// Every named statement of this stage, for the test that prepares them on both engines.
#[must_use]
pub fn all_queries() -> Vec<(&'static str, &'static str)> {
    [
        held::ALL_QUERIES,
        moving::ALL_QUERIES,
        number::ALL_QUERIES,
        numbered::ALL_QUERIES,
        pack::ALL_QUERIES,
        plan::ALL_QUERIES,
        seat::ALL_QUERIES,
        site::ALL_QUERIES,
        write::ALL_QUERIES,
    ]
    .concat()
}
