//! Readership (阅读量): how often the public opened a notice or the page of an occupation.
//!
//! A handler says what was read ([`Opened`]), the layer around all pages counts it when it was shown to
//! somebody who does not work here ([`count`]), and once a second what came together is written down
//! ([`Readers::write_down`]): a page that thousands open at once does not queue for the database. Nothing
//! is kept about whoever read; what is lost when the server stops is at most a second of clicks.
mod counter;
mod store;

pub use counter::{Matter, Opened, Readers, count};
pub use store::{ALL_QUERIES, times_read, times_read_of_all};
