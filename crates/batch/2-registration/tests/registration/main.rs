//! Stage 2 from the outside: requests against the routes, on both engines.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that fails stops")]
mod apply;
mod corpus;
mod correction;
mod documents;
mod files;
mod house;
mod kinds;
mod mistakes;
mod model;
mod passed;
mod photo_corpus;
mod photos;
mod protection;
mod roster;
mod search;
mod store;
mod taking_in;
