//! The rules. Pure: no clock, no database, no HTTP.
