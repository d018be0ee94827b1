//! Where people sit: the grounds of an exam site, their rooms, and the seats of a room.
//!
//! A room stores its layout (rows, columns, blocked places), never a list of seats or a capacity:
//! both follow from the layout by a rule ([`seats`], [`capacity`]), so they cannot disagree with it.
//! Seats are numbered column by column from the door. A blocked place keeps its number, so the
//! labels on the other desks stay true when a computer breaks on the morning of the exam.
//!
//! Rules are in `rules`, rows in `store`; [`seed`] writes the demo site.
mod grounds;
mod import;
pub mod pages;
mod rules;
mod seed;
mod store;

pub use grounds::grounds;
pub use import::import;
pub use pages::{PERMISSIONS, routes};
pub use rules::{
    Blocked, BlockedError, Room, RoomKind, RoomRefused, Seat, Site, capacity, check, neighbours, seats,
};
pub use seed::{SeedError, SeedFiles, seed};
pub use store::{
    ALL_QUERIES, add_room, add_site, all_rooms, block_places, room, rooms, site, site_by_code,
    site_with_rooms, sites, sites_with_rooms, sites_within,
};

kernel::id_types! {
    /// One exam site's grounds.
    SiteId;
    /// One room.
    RoomId;
}
