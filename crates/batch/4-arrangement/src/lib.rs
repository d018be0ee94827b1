//! Stage 4, arrangement (编排): everybody who is admitted gets a room, a seat and a number.
//!
//! Once the list of admitted candidates is frozen, a job draws the seats of each site (`drawing`). The
//! rules choose the fewest rooms that seat everybody, mix papers in a room only where that saves one, give
//! neighbours different forms, and seat people by a draw that anybody can repeat; a site that cannot be
//! drawn names the demands that conflict and does not stop the others. A site may be drawn again, which
//! is counted and shown, until its officer confirms it; then everybody there has an admission number
//! (`confirmation`), and another job prints tickets, door lists, seat cards and sign-in sheets
//! (`printing`). One person may be moved to another seat, with a reason, until tickets are out
//! (`moving`). The plan of the batch is confirmed when every site is. Later stages read [`sittings`],
//! [`room_uses`] and [`seats`].
mod confirmation;
mod document;
mod drawing;
mod ground;
mod moving;
mod names;
pub mod pages;
mod people;
mod printing;
mod progress;
mod risk;
pub mod rules;
mod step;
mod store;
mod task;

pub use pages::{PERMISSIONS, routes};
pub use risk::risks;
pub use rules::{PlanStatus, SiteStatus};
pub use step::steps;
pub use store::{
    NumberedSeat, RoomInUse, RoomPaper, RoomUse, Seat, SeatPlan, SiteFigures, SitePlan, Sitting, SittingSite,
    admission_numbers, all_queries, application_by_admission_number, is_confirmed, numbered_seats,
    numbers_of, room_beside_sittings, room_in_sitting, room_of_seat, room_papers, room_use, room_uses,
    room_uses_of_site, rooms_in_use, seat, seat_counts, seat_plan, seated_at, seats, seats_of_application,
    seats_of_kind, seats_of_room, seats_of_site, seats_of_sitting, site_figures, site_plan, site_plans,
    sitting, sitting_sites, sittings,
};
pub use task::tasks;

/// The long work of this stage.
pub const JOBS: &[job::Kind] = &[drawing::DRAW, printing::PRINT];

/// What this stage writes to the trail.
pub const TRAIL_ACTIONS: &[&str] =
    &["seat_plan.draw", "seat_plan.refuse", "seat_plan.confirm", "seat.move", "seat.move-back", "pack.make"];
