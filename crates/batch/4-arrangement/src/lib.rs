//! Stage 4, arrangement (编排): everybody who is admitted gets a room, a seat and a number.
//!
//! Once the list of admitted candidates is frozen, an exam officer draws the seat plan. The rules
//! choose the fewest rooms that seat everybody, mix papers in a room only where that saves one, give
//! neighbours different forms, and seat people by a draw that anybody can repeat; what cannot be done
//! is refused with the demands that conflict. A plan may be drawn again, which is counted and shown,
//! until it is confirmed; then everybody has an admission number, tickets and sign-in sheets are
//! printed, and nobody moves any more. Later stages read [`sittings`], [`room_uses`] and [`seats`].
pub mod pages;
pub mod rules;
mod step;
mod store;
mod task;

pub use pages::{PERMISSIONS, routes};
pub use rules::PlanStatus;
pub use step::steps;
pub use store::{
    RoomPaper, RoomUse, Seat, SeatPlan, SitePeople, Sitting, SittingSite, admission_numbers,
    admission_numbers_of, all_queries, application_by_admission_number, is_confirmed, room_papers, room_use,
    room_uses, seat, seat_counts, seat_plan, seats, seats_of_application, seats_of_room, seats_of_sitting,
    site_people, sitting, sitting_sites, sittings,
};
pub use task::tasks;

/// What this stage writes to the trail.
pub const TRAIL_ACTIONS: &[&str] = &["seat_plan.draw", "seat_plan.confirm"];
