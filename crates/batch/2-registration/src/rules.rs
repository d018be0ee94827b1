//! The rules. Pure: no clock, no database, no HTTP.
pub mod archive;
pub mod correction;
pub mod difference;
pub mod draft;
pub mod field;
pub mod gate;
pub mod heading;
pub mod passed;
pub mod photo;
pub mod roster;
pub mod scope;
pub mod summary;
pub mod template;
pub mod trouble;
